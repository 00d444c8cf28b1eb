// Classification records: what each article or its data is on which list, and on which basis.

import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const classificationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/classifications',
  staticData: {
    title: 'Classifications',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'authorizations',
      icon: TagRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
