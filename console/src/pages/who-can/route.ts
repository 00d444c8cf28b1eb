// Who can open one file, now or on a day, and why or why not.

import { createRoute } from '@tanstack/react-router'
import { shownAnswers, type ShownAnswers } from '../../parts/shown-answers.ts'
import { shellRoute } from '../../shell/routes.ts'

export interface WhoCanSearch {
  /** A day: as it was at its beginning, UTC. */
  readonly asOf?: string | undefined
  readonly shown?: ShownAnswers | undefined
}

export const whoCanRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/questions/files/$fileId',
  validateSearch: ({ asOf, shown }: Record<string, unknown>): WhoCanSearch => ({
    asOf: typeof asOf === 'string' && /^\d{4}-\d\d-\d\d$/.test(asOf) ? asOf : undefined,
    shown: shownAnswers.find((one) => one === shown),
  }),
  staticData: { title: 'Who can open it', readers: ['officer', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
