// Sign-ins that did not come about: how many, why, from where, and of whom.

import { PersonProhibitedRegular } from '@fluentui/react-icons/svg/person-prohibited'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const failedSignInsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sign-ins',
  staticData: {
    title: 'Failed sign-ins',
    readers: ['officer', 'administrator', 'auditor', 'analyst'],
    found: { group: 'people', icon: PersonProhibitedRegular },
  },
}).lazy(async () => (await import('./view.tsx')).page)
