// The policies that decide: which set is in force, which ones were, and going back to one of them.

import { DocumentTextRegular } from '@fluentui/react-icons/svg/document-text'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const policiesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/policies',
  staticData: {
    title: 'Policies',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'record',
      icon: DocumentTextRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
