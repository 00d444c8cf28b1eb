// One person: who they are for export control, since when, by whose word, and how it came to be so.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId',
  staticData: { title: 'Person', readers: ['officer', 'administrator', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
