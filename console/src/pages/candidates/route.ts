// Refusals that may call for the immediate notice of 22 CFR 126.1(e)(2), and the cases that came of them.

import { ShieldErrorRegular } from '@fluentui/react-icons/svg/shield-error'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const candidatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/candidates',
  validateSearch: ({ all }: Record<string, unknown>): { readonly all?: true | undefined } => ({
    all: all === true ? all : undefined,
  }),
  staticData: {
    title: 'Notices of 126.1(e)(2)',
    readers: ['officer', 'empowered-official'],
    found: {
      group: 'authorizations',
      icon: ShieldErrorRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
