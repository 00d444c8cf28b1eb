// An officer decides that a candidate was a proposal, and closes its case by a filing. That it was none, or that no notice is filed, is a
// reading of the law: the empowered official's alone (22 CFR 120.67). None of it gives anybody anything, so that one person does it; what they wrote stays readable for five years and more, and the ledger has it sealed for the person it is about.

import { canonicalJson, Problem, toBase64Url, type Id, type JsonObject, type Role } from '@sallyport/protocol'
import { isYetToCome, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../policy/index.ts'
import type { Candidate, CandidateState } from './candidate.ts'
import type { CandidateDependencies } from './dependencies.ts'
import { readable } from './read-candidates.ts'
import { candidateById, lockCandidate, writeClosing, writeDecision } from './store.ts'

/** By the reference and day of the notice, or by the written reason of the empowered official who closes it. */
export type Closing = { readonly filing: string; readonly filedOn: string } | { readonly reason: string }

/** Which permit an answer takes. */
type CandidateAction = 'candidate.decide' | 'candidate.determine'

/** The action that decides this, or closes so. */
function actionFor(answer: { readonly isProposal: boolean } | Closing): CandidateAction {
  const isOfficials = 'isProposal' in answer ? !answer.isProposal : 'reason' in answer
  return isOfficials ? 'candidate.determine' : 'candidate.decide'
}

export interface CandidateChanged {
  readonly candidate: Candidate
  readonly entries: readonly Appended[]
}

/**
 * Decide whether it was a proposal: then it is a case; else it is dismissed. Throws Problem `not-found`, `conflict` where that was
 * decided already, `unavailable` where the person's key is gone, `refused` for a permit that does not fit.
 */
export async function decideCandidate(
  deps: CandidateDependencies,
  permit: Permit<'candidate.decide' | 'candidate.determine'>,
  { id, isProposal, reason }: { readonly id: Id<'candidate'>; readonly isProposal: boolean; readonly reason: string },
): Promise<CandidateChanged> {
  const text = { isProposal, reason }
  const wanted = { id, from: 'open', verb: 'decide', action: actionFor({ isProposal }), text } as const
  return await change(deps, permit, wanted, (tx, sealed) =>
    writeDecision(tx, { id, state: isProposal ? 'case' : 'dismissed', by: permit.actor, sealed }),
  )
}

/**
 * Close a case by the reference of its filing or by a written reason. Throws Problem `invalid-request` for neither and for a filing of a
 * day that is yet to come, `not-found`, `conflict` for what is no open case, `unavailable` where the person's key is gone, `refused` for a permit that does not fit.
 */
export async function closeCase(
  deps: CandidateDependencies,
  permit: Permit<'candidate.decide' | 'candidate.determine'>,
  { id, closing }: { readonly id: Id<'candidate'>; readonly closing: Closing },
): Promise<CandidateChanged> {
  if (Object.values(closing).some((text) => text.trim() === ''))
    throw new Problem(
      'invalid-request',
      'cannot close case: it says nothing, want a filing reference or a written reason',
    )
  if ('filing' in closing && isYetToCome(closing.filedOn, deps.clock.now()))
    throw new Problem('invalid-request', 'cannot close case: the day is yet to come, want when it was filed')
  const wanted = { id, from: 'case', verb: 'close', action: actionFor(closing), text: { ...closing } } as const
  return await change(deps, permit, wanted, (tx, sealed) =>
    writeClosing(tx, { id, state: 'filing' in closing ? 'notified' : 'not-notified', by: permit.actor, sealed }),
  )
}

const whose: Readonly<Record<CandidateAction, readonly Role[]>> = {
  'candidate.decide': ['officer', 'empowered-official'],
  'candidate.determine': ['empowered-official'],
}

interface Wanted {
  readonly id: Id<'candidate'>
  readonly from: CandidateState
  readonly verb: 'decide' | 'close'
  readonly action: CandidateAction
  readonly text: JsonObject
}

async function change(
  deps: CandidateDependencies,
  permit: Permit<'candidate.decide' | 'candidate.determine'>,
  { id, from, verb, action, text }: Wanted,
  write: (tx: Transaction, sealed: Uint8Array) => Promise<void>,
): Promise<CandidateChanged> {
  const { fields } = deps
  const found = await candidateById(deps.database, id)
  if (found === null) throw new Problem('not-found', `cannot ${verb} candidate: none of that id, want one`)
  const personId = fields.openSubject(found.subject, `candidate:${id}`)
  const key = await deps.personKey(personId)
  if (key === null) throw new Problem('unavailable', `cannot ${verb} candidate: the key of its person is gone`)
  let isSpent = false
  const { row, entries } = await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, action, 'enclave')
    isSpent = true
    const before = await lockCandidate(tx, id)
    if (before?.state !== from) {
      throw new Problem('conflict', `cannot ${verb} candidate: it is ${before?.state ?? 'gone'}, want ${from}`)
    }
    // Whoever lost the role meanwhile decides nothing any more.
    await mustStillStand(tx, permit.actor, whose[action])
    await write(tx, fields.seal(canonicalJson(text), 'candidate', key, personId))
    const after = await candidateById(tx, id)
    if (after === null) throw new Problem('internal', `cannot ${verb} candidate: no row, want the one just written`)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: verb === 'decide' ? 'candidate.decided' : 'candidate.closed',
        actor: permit.actor,
        about: { kind: 'candidate', id },
        body: {
          decision: permit.entryId,
          state: after.state,
          sealed: toBase64Url(fields.sealForPerson(canonicalJson(text), key, personId)),
        },
      },
    ])
    return { row: after, entries }
  })
  return { candidate: await readable(deps, row), entries }
}
