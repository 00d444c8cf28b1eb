// Candidates for the immediate notice of 22 CFR 126.1(e)(2): a foreign person of a proscribed country was refused, and it may have been
// a proposal that has to be told to the Directorate of Defense Trade Controls. They are derived from the refusals in the ledger, one
// for each person, matter and day; the refusal's own entry is the record that it opened, because another entry beside it would
// tell what is sealed in that one. An officer decides whether it was a proposal. If so it is a case, which is closed by a filing
// reference or by a written reason of the empowered official and by nothing else. None is ever deleted.

import type { ModuleMigrations } from '../base/index.ts'

export const candidatesMigrations: ModuleMigrations = {
  module: 'candidates',
  folder: new URL('migrations/', import.meta.url),
}

export type { Candidate, CandidateState } from './candidate.ts'
export { collectCandidates, startCollecting } from './collect-candidates.ts'
export { closeCase, decideCandidate, type Closing } from './decide-candidate.ts'
export type { CandidateDependencies } from './dependencies.ts'
export { countWaiting, listCandidates } from './read-candidates.ts'
export { candidatesTables } from './tables.ts'
