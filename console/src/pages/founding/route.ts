// The founding of an enclave: anybody's page, as the gate shows it to its founders alone.

import { createRoute } from '@tanstack/react-router'
import { rootRoute } from '../../shell/routes.ts'

export const foundingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/founding',
  staticData: { title: 'Founding' },
}).lazy(async () => (await import('./view.tsx')).page)
