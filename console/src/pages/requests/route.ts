// What people who were refused ask for: making a request, following one's own, and answering those that wait for one's role.

import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const requestsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/requests',
  validateSearch: ({ decision }: Record<string, unknown>): { readonly decision?: string | undefined } => ({
    decision: typeof decision === 'string' && /^[0-9a-f-]{36}$/.test(decision) ? decision : undefined,
  }),
  staticData: {
    title: 'Requests',
    found: {
      group: 'today',
      icon: QuestionCircleRegular,
      isFor: ({ person, roles }) => person !== null && roles.length > 0,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
