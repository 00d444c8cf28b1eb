// The register from a spreadsheet: first what would follow from it, then exactly that.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const importAuthorizationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/authorizations/import',
  staticData: { title: 'Authorizations from a spreadsheet', readers: ['officer'] },
}).lazy(async () => (await import('./view.tsx')).page)
