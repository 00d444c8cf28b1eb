// Routes of legal data.

import { checkLegalData, legalDataChecked, legalDataProposed, legalDataShown, proposeLegalData } from './legal-data.ts'
import type { Route } from './route.ts'

export const legalDataRoutes = {
  legalData: {
    method: 'GET',
    path: '/api/v1/legal-data',
    summary: 'The countries of 22 CFR 126.1 and 126.18(d) in force, with dates, sources and how sure each row is',
    access: 'authorization.list',
    answer: legalDataShown,
  },
  checkLegalData: {
    method: 'POST',
    path: '/api/v1/legal-data/check',
    summary: 'What other legal data would change, and how many foreign persons it reaches',
    access: 'decision.search',
    body: checkLegalData,
    answer: legalDataChecked,
  },
  proposeLegalData: {
    method: 'POST',
    path: '/api/v1/legal-data/proposals',
    summary: 'Ask two others to put other legal data in force',
    access: 'setting.change',
    body: proposeLegalData,
    answer: legalDataProposed,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
