// One file: what it is, opening it, and who else may.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const fileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files/$fileId',
  staticData: { title: 'File' },
}).lazy(async () => (await import('./view.tsx')).page)
