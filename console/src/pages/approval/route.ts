// One request for approval: what it would change, and approving or withdrawing it.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const approvalRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals/$approvalId',
  staticData: { title: 'Approval', readers: ['officer', 'administrator', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
