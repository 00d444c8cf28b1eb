// One authorization: its terms, how they came to be, what was drawn and released under it, and what hangs on it.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const authorizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/authorizations/$authorizationId',
  staticData: { title: 'Authorization', readers: ['officer', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
