// The boundary at a glance, drawn from what is configured and filled now.

import { ShieldRegular } from '@fluentui/react-icons/svg/shield'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

const readers = ['officer', 'administrator', 'auditor']

export const boundaryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/boundary',
  staticData: {
    title: 'Boundary',
    found: { group: 'record', icon: ShieldRegular, isFor: ({ roles }) => roles.some((role) => readers.includes(role)) },
  },
}).lazy(async () => (await import('./view.tsx')).page)
