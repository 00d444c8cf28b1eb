import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const receiptsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/receipts',
  staticData: { title: 'Receipts' },
}).lazy(async () => (await import('./view.tsx')).page)
