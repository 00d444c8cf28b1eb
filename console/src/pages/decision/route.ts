// One decision explained: what decided, as a picture and in words. Whoever may not read decisions sees their own refusals.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const decisionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/decisions/$decisionId',
  staticData: { title: 'Decision' },
}).lazy(async () => (await import('./view.tsx')).page)
