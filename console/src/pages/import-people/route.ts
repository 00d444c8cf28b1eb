// People from a spreadsheet: first what would follow from it, then exactly that.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const importPeopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/import',
  staticData: { title: 'People from a spreadsheet', readers: ['officer'] },
}).lazy(async () => (await import('./view.tsx')).page)
