// From a founded enclave to one that is ready for controlled data. The home leads here as long as it is not.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const firstStepsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/first-steps',
  staticData: { title: 'First steps' },
}).lazy(async () => (await import('./view.tsx')).page)
