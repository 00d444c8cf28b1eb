// The policies that decide: which set is in force, which ones were, and going back to one of them.

import { DocumentTextRegular } from '@fluentui/react-icons/svg/document-text'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const policiesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/policies',
  staticData: {
    title: 'Policies',
    found: {
      group: 'record',
      icon: DocumentTextRegular,
      isFor: ({ roles }) => roles.some((role) => role !== 'engineer' && role !== 'administrator'),
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
