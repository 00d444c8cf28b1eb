// What one person can open, now or on a day, and why or why not.

import { createRoute } from '@tanstack/react-router'
import { shownAnswers, type ShownAnswers } from '../../parts/shown-answers.ts'
import { shellRoute } from '../../shell/routes.ts'

export interface WhatCanSearch {
  /** A day: as it was at its beginning, UTC. */
  readonly asOf?: string | undefined
  readonly shown?: ShownAnswers | undefined
}

export const whatCanRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/questions/people/$personId',
  validateSearch: ({ asOf, shown }: Record<string, unknown>): WhatCanSearch => ({
    asOf: typeof asOf === 'string' && /^\d{4}-\d\d-\d\d$/.test(asOf) ? asOf : undefined,
    shown: shownAnswers.find((one) => one === shown),
  }),
  staticData: { title: 'What they can open', readers: ['officer', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
