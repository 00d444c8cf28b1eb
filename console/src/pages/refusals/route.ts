// What may be an attack or a mistake: refusals worth a look with how far somebody is with each, and releases that are unusual.

import { AlertRegular } from '@fluentui/react-icons/svg/alert'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const refusalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/refusals',
  validateSearch: ({ all }: Record<string, unknown>): { readonly all?: true | undefined } => ({
    all: all === true ? all : undefined,
  }),
  staticData: {
    title: 'Watch',
    readers: ['officer', 'auditor', 'analyst'],
    found: {
      group: 'today',
      icon: AlertRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
