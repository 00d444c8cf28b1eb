import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const meRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/me',
  staticData: { title: 'Who I am' },
}).lazy(async () => (await import('./view.tsx')).page)
