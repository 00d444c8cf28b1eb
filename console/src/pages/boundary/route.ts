// The boundary at a glance, drawn from what is configured and filled now.

import { ShieldRegular } from '@fluentui/react-icons/svg/shield'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const boundaryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/boundary',
  staticData: {
    title: 'Boundary',
    readers: ['officer', 'administrator', 'auditor'],
    found: { group: 'record', icon: ShieldRegular },
  },
}).lazy(async () => (await import('./view.tsx')).page)
