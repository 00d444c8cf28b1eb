// Routes of decisions on record: looked for, explained, and told to whoever was refused.

import { decisions, decisionsQuery, explanation, ownRefusal, ownRefusals } from './decisions.ts'
import { pageQuery } from './query.ts'
import type { Route } from './route.ts'

export const decisionRoutes = {
  decisions: {
    method: 'GET',
    path: '/api/v1/decisions',
    summary:
      'Decisions on record, the newest first: ?personId=, &fileId=, &effect= permit or deny, &action=, &from=&to= (ISO 8601)',
    access: 'decision.search',
    query: decisionsQuery,
    answer: decisions,
  },
  decision: {
    method: 'GET',
    path: '/api/v1/decisions/{decisionId}',
    summary: 'Why a decision fell as it did',
    access: 'decision.explain',
    answer: explanation,
    isCached: true,
  },
  ownRefusals: {
    method: 'GET',
    path: '/api/v1/own-refusals',
    summary: 'What you were refused, the newest first, and why',
    access: 'signed-in',
    why: "it tells the caller's own refusals again, to the caller alone, as they were told",
    query: pageQuery,
    answer: ownRefusals,
    problems: ['refused'],
  },
  ownRefusal: {
    method: 'GET',
    path: '/api/v1/own-refusals/{decisionId}',
    summary: 'One refusal of yours: why, what would change it, whom to ask, and what of your record was looked at',
    access: 'signed-in',
    why: "it tells a refusal of the caller's own again, to the caller alone, as it was told",
    answer: ownRefusal,
    isCached: true,
    problems: ['refused'],
  },
} as const satisfies Record<string, Route>
