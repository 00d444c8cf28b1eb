// Who can open what, everybody and everything: now, on a day, or if something were otherwise.

import { GridRegular } from '@fluentui/react-icons/svg/grid'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

/** What one comes to ask: nothing of it says anything about anybody. */
export const questions = ['now', 'past', 'ends', 'person', 'place', 'policies'] as const
export type Question = (typeof questions)[number]

export const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/questions',
  validateSearch: ({ ask }: Record<string, unknown>): { readonly ask?: Question | undefined } => ({
    ask: questions.find((one) => one === ask),
  }),
  staticData: {
    title: 'Who can open what',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'record',
      icon: GridRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
