// One entry of the ledger, and its proof.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/record/$entryId',
  staticData: { title: 'Entry', readers: ['officer', 'auditor'] },
}).lazy(async () => (await import('./view.tsx')).page)
