// Recording that a duty was done, with what shows it, and taking such a record back by another one. Its owner or an officer does the
// first, an officer the second. Nobody's access changes by either.

import { Problem, type Id } from '@sallyport/protocol'
import { isYetToCome, newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../../policy/index.ts'
import type { Authorization } from '../authorization.ts'
import type { AuthorizationDependencies } from '../dependencies.ts'
import { drawnOf } from '../draws/store.ts'
import { lockAuthorization, timeOf } from '../store.ts'
import { dutiesOf, keyOf, lawDuty, type Conclusion, type Duty, type DutyEvidence, type DutyRecord } from './duty.ts'
import { insertRecord, lastRecordsOf, partsOf, storedDigest } from './store.ts'

/** A duty of an authorization; `occurrence`: the day of one time of a recurring duty, empty for a duty of one time. */
export interface NamedDuty {
  readonly id: Id<'authorization'>
  readonly duty: string
  readonly occurrence: string
}

/** Evidence as somebody names it: the gate looks up what a file was. */
export type NamedEvidence = Exclude<DutyEvidence, { kind: 'file' }> | { readonly kind: 'file'; readonly fileId: string }

export interface DutyRecorded {
  readonly recordId: string
  readonly entries: readonly Appended[]
}

/**
 * Record that a duty of the authorization that the permit names was done. Throws Problem `not-found` for no such duty, `conflict` for one
 * that is done, `invalid-request` for evidence that is not there and days that are yet to come, `refused` for a permit that does not fit
 * and for whoever is neither its owner nor an officer.
 */
export async function fulfilDuty(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.fulfil'>,
  named: NamedDuty,
  { evidence, conclusion }: { readonly evidence: NamedEvidence; readonly conclusion: Conclusion | null },
): Promise<DutyRecorded> {
  return await recorded(deps, permit, named, async (tx, { ownerId, isDone, duty }, atMs) => {
    if (isDone) throw new Problem('conflict', 'cannot record: the duty is done, want one that is open')
    if (conclusion !== null && duty !== lawDuty('concluded')) {
      throw new Problem('invalid-request', `cannot record: ${duty} concludes nothing, want ${lawDuty('concluded')}`)
    }
    const days = [conclusion?.on, evidence.kind === 'filing' ? evidence.filedOn : undefined]
    if (days.some((day) => day !== undefined && isYetToCome(day, atMs))) {
      throw new Problem('invalid-request', 'cannot record: the day is yet to come, want when it was')
    }
    if (ownerId === permit.actor) await mustStillStand(tx, permit.actor, ownersHold)
    else await mustStillStand(tx, permit.actor, ['officer'])
    return { outcome: 'done', evidence: await withDigest(tx, evidence), conclusion }
  })
}

/**
 * Take back that a duty was done, by a record that says why; it is open again. Throws Problem as `fulfilDuty`, and `conflict` for one
 * that is open; officers alone do it.
 */
export async function reopenDuty(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.fulfil'>,
  named: NamedDuty,
  reason: string,
): Promise<DutyRecorded> {
  return await recorded(deps, permit, named, async (tx, { isDone }) => {
    if (!isDone) throw new Problem('conflict', 'cannot reopen: the duty is open, want one that is done')
    await mustStillStand(tx, permit.actor)
    return { outcome: 'reopened', evidence: { kind: 'reason', text: reason }, conclusion: null }
  })
}

/** Whoever owns a duty and has none of these any more may do nothing here. */
const ownersHold = ['engineer', 'officer', 'administrator', 'empowered-official'] as const

type Said = Pick<DutyRecord, 'outcome' | 'evidence' | 'conclusion'>

async function recorded(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.fulfil'>,
  { id, ...named }: NamedDuty,
  say: (tx: Transaction, duty: Duty, atMs: number) => Promise<Said>,
): Promise<DutyRecorded> {
  const recordId = newId<'entry'>(deps.clock, deps.random)
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.fulfil', id)
    isSpent = true
    const authorization = await lockAuthorization(tx, id)
    if (authorization === null) throw new Problem('not-found', 'cannot record: there is no authorization of that id')
    const atMs = await timeOf(tx)
    const duty = await dutyOf(tx, authorization, named, atMs)
    const said = await say(tx, duty, atMs)
    const record = { id: recordId, ...named, place: (duty.record?.place ?? 0) + 1, ...said, by: permit.actor }
    await insertRecord(tx, id, record)
    const { text, filedOn, sha256 } = partsOf(said.evidence)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: said.outcome === 'done' ? 'authorization.duty-done' : 'authorization.duty-reopened',
        actor: permit.actor,
        about: { kind: 'authorization', id },
        body: {
          decision: permit.entryId,
          number: authorization.terms.number,
          record: recordId,
          ...named,
          place: record.place,
          evidence: { kind: said.evidence.kind, text, filedOn, sha256 },
          conclusion: said.conclusion === null ? null : { ...said.conclusion },
        },
      },
    ])
    return { recordId, entries }
  })
}

async function dutyOf(
  tx: Transaction,
  authorization: Authorization,
  named: Pick<DutyRecord, 'duty' | 'occurrence'>,
  atMs: number,
): Promise<Duty> {
  const { id } = authorization
  const records = (await lastRecordsOf(tx, [id])).get(id) ?? []
  const duties = dutiesOf(authorization, records, await drawnOf(tx, id), atMs)
  const found = duties.find((one) => keyOf(one) === keyOf(named))
  if (found !== undefined) return found
  const times = duties.filter(({ duty }) => duty === named.duty).map(({ occurrence }) => occurrence)
  const want = times.length === 0 ? 'one of its duties' : `its day, one of ${times.slice(-5).join(', ')}`
  throw new Problem('not-found', `cannot record: there is no such duty of that authorization, want ${want}`)
}

async function withDigest(tx: Transaction, evidence: NamedEvidence): Promise<DutyEvidence> {
  if (evidence.kind !== 'file') return evidence
  const sha256 = await storedDigest(tx, evidence.fileId)
  if (sha256 !== null) return { kind: 'file', fileId: evidence.fileId.toLowerCase(), sha256 }
  throw new Problem(
    'invalid-request',
    'cannot record: the evidence is no file that is stored here, want it protected first',
  )
}
