// Reading candidates, under a permit whose entry is the record of the look: each says that a country of somebody's is proscribed.

import type * as z from 'zod'
import { spendPermit, type Permit } from '../policy/index.ts'
import { closing, decision, matter, type Candidate, type CandidateState } from './candidate.ts'
import type { CandidateDependencies } from './dependencies.ts'
import { candidatesAfter, waitingCounts, type CandidateRow } from './store.ts'

type Deps = Pick<CandidateDependencies, 'database' | 'fields' | 'personKey'>

/** Read a page of those in these states, oldest first. Throws Problem `refused` for a permit that does not fit. */
export async function listCandidates(
  deps: Deps,
  permit: Permit<'candidate.list'>,
  { states, after }: { readonly states: readonly CandidateState[]; readonly after: string | null },
): Promise<{ readonly candidates: readonly Candidate[]; readonly last: string | null }> {
  spendPermit(permit, 'candidate.list', 'enclave')
  const { rows, last } = await candidatesAfter(deps.database, states, after)
  const candidates: Candidate[] = []
  for (const row of rows) candidates.push(await readable(deps, row))
  return { candidates, last }
}

/** Say how many wait, and nothing of them. Asks for no permit of its own: it stands in an answer that was itself decided. */
export function countWaiting({ database }: Pick<Deps, 'database'>): ReturnType<typeof waitingCounts> {
  return waitingCounts(database)
}

/** Open what a row keeps sealed. */
export async function readable({ fields, personKey }: Deps, row: CandidateRow): Promise<Candidate> {
  const personId = fields.openSubject(row.subject, `candidate:${row.id}`)
  const key = await personKey(personId)
  const opened = <T>(shape: z.ZodType<T>, sealed: Uint8Array): T | null =>
    key === null ? null : shape.parse(JSON.parse(fields.open(sealed, 'candidate', key, personId)))
  const act = <T>(shape: z.ZodType<T>, one: CandidateRow['decision']) =>
    one === null ? null : { by: one.by, atMs: one.atMs, what: opened(shape, one.sealed) }
  const { id, state, refusals, openedAtMs } = row
  return {
    id,
    state,
    personId,
    matter: opened(matter, row.sealedMatter),
    refusals,
    openedAtMs,
    decided: act(decision, row.decision),
    closed: act(closing, row.closing),
  }
}
