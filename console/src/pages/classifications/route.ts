// Classification records: what each article or its data is on which list, and on which basis.

import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const classificationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/classifications',
  staticData: {
    title: 'Classifications',
    found: {
      group: 'authorizations',
      icon: TagRegular,
      isFor: ({ roles }) => roles.some((role) => ['officer', 'empowered-official', 'auditor'].includes(role)),
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
