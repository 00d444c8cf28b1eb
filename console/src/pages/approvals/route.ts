// What waits for the approval of others.

import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: ({ all }: Record<string, unknown>): { readonly all?: true | undefined } => ({
    all: all === true ? all : undefined,
  }),
  staticData: {
    title: 'Approvals',
    readers: ['officer', 'administrator', 'auditor', 'empowered-official'],
    found: {
      group: 'today',
      icon: CheckmarkRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
