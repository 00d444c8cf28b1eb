// Bringing a record into the register. A first classification waits for two others, and so does whatever lowers control or is about
// something else. What comes in the place of another and only raises control takes effect at once.

import { Problem, type ClassificationTerms, type Id } from '@sallyport/protocol'
import { requestApproval, withdrawRequest } from '../approvals/index.ts'
import { newId, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import {
  mustStillStand,
  narrowAccess,
  requireCeremony,
  spendPermit,
  type FoundingCeremony,
  type Permit,
} from '../policy/index.ts'
import { checkLetter, checkTerms } from './check-terms.ts'
import type { Classification, InForce, Registered } from './classification.ts'
import { compareControl, onlyRaises, type ControlCompared } from './compare-control.ts'
import type { ClassificationChanged, ClassificationDependencies } from './dependencies.ts'
import { classificationEntry } from './entry.ts'
import type { Fault } from './fault.ts'
import {
  classificationById,
  classificationNumbered,
  insertClassification,
  lockClassification,
  supersedeRow,
  timeOf,
  waitingSuccessor,
  withdrawRow,
} from './store.ts'
import { warningsAbout } from './usml.ts'

/** Kind of the approval request that puts a record in force. */
export const classificationRequest = 'classification.effect'
/** People besides the one who registers it (I8). */
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export type ClassificationRegistered = ClassificationChanged & {
  readonly warnings: readonly Fault[]
  /** Against the record in whose place it comes; null for a first classification. */
  readonly control: ControlCompared | null
}

interface Wanted {
  readonly terms: ClassificationTerms
  readonly reason: string
}

/**
 * Register a record: in force at once where it only raises control over one that is in force, otherwise once two others approved.
 * Throws Problem `invalid-request` that names every fault; `not-found` for a record to supersede that is not there; `conflict` for a
 * number that is taken, and for a record to supersede that waits itself, was superseded, or has another waiting in its place (which
 * a record that only raises ends); `refused` for a permit that does not fit.
 */
export async function registerClassification(
  deps: ClassificationDependencies,
  permit: Permit<'classification.register'>,
  wanted: Wanted,
): Promise<ClassificationRegistered> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'classification.register', 'enclave')
    isSpent = true
    return await registerIn(tx, deps, { ...wanted, registrant: permit.actor, decision: permit.entryId })
  })
}

interface By {
  readonly registrant: Id<'person'>
  readonly decision: Id<'entry'>
}

async function registerIn(
  tx: Transaction,
  deps: ClassificationDependencies,
  wanted: Wanted & By,
): Promise<ClassificationRegistered> {
  const atMs = await timeOf(tx)
  const terms = checkTerms(wanted.terms, atMs)
  await checkLetter(tx, terms)
  const before = terms.supersedes === undefined ? null : await lockReplaceable(tx, terms.supersedes)
  const control = before === null ? null : compareControl(before.terms, terms)
  const draft = {
    id: newId<'classification'>(deps.clock, deps.random),
    terms,
    supersedes: before?.id ?? null,
    reason: wanted.reason,
    registeredBy: wanted.registrant,
    registeredAtMs: atMs,
  }
  const isAtOnce = before?.state === 'in-force' && control !== null && onlyRaises(control)
  const done = isAtOnce ? await raise(tx, deps, draft, before.id, wanted) : await ask(tx, deps, draft, wanted)
  return { ...done, warnings: warningsAbout(terms), control }
}

type Draft = Omit<Registered, 'state' | 'requestId' | 'approvals'>

async function ask(
  tx: Transaction,
  deps: ClassificationDependencies,
  draft: Draft,
  { registrant, decision }: By,
): Promise<ClassificationChanged> {
  await mustStillStand(tx, registrant)
  const request = await requestApproval(tx, deps, {
    kind: classificationRequest,
    change: { classification: draft.id, terms: draft.terms, supersedes: draft.supersedes },
    requestedBy: registrant,
    needed: approvalsNeeded,
    excluded: [],
    lifetimeMs: requestLifetimeMs,
  })
  const classification: Registered = {
    ...draft,
    state: 'registered',
    requestId: request.requestId,
    approvals: { have: 0, need: approvalsNeeded },
  }
  await insertClassification(tx, classification)
  const entries = await deps.ledger.appendIn(tx, [
    classificationEntry('registered', classification, registrant, { decision }),
  ])
  return { classification, entries: [...request.entries, ...entries] }
}

async function raise(
  tx: Transaction,
  deps: ClassificationDependencies,
  draft: Draft,
  before: Id<'classification'>,
  { registrant, decision }: By,
): Promise<ClassificationChanged> {
  const ended = await endWaiting(tx, deps, before, { registrant, decision })
  // INVARIANT: I3. Before the entry takes its time: a permit of the older state is then durable before it or never.
  await narrowAccess(tx)
  await mustStillStand(tx, registrant)
  const row: InForce = {
    ...draft,
    state: 'in-force',
    approvals: { have: 0, need: 0 },
    effectiveAtMs: draft.registeredAtMs,
  }
  await insertClassification(tx, row)
  const carried = await supersedeRow(tx, { before, by: row.id })
  const classification = await written(tx, row.id)
  const entries = await deps.ledger.appendIn(tx, [
    classificationEntry('raised', classification, registrant, { decision, carried: [...carried] }),
  ])
  return { classification, entries: [...ended, ...entries] }
}

// What waits to come in the place of a record that is another one from now on is not what was asked for any more.
async function endWaiting(
  tx: Transaction,
  deps: ClassificationDependencies,
  before: Id<'classification'>,
  { registrant, decision }: By,
): Promise<readonly Appended[]> {
  const waiting = await waitingSuccessor(tx, before)
  if (waiting === null) return []
  return await withdrawIn(tx, deps, waiting, { by: registrant, decision, reason: 'control was raised meanwhile' })
}

interface Ending {
  readonly by: Id<'person'>
  readonly decision: Id<'entry'>
  readonly reason: string
}

/** Withdraw a record in a transaction that holds it, with its request while it waits for approval. */
export async function withdrawIn(
  tx: Transaction,
  deps: ClassificationDependencies,
  before: Registered | InForce,
  ending: Ending,
): Promise<readonly Appended[]> {
  const asked =
    before.state === 'registered'
      ? { requestId: before.requestId, kind: classificationRequest, person: ending.by }
      : null
  const request = asked === null ? [] : await withdrawRequest(tx, deps, asked)
  // INVARIANT: I3. Before its time is taken: a permit of the older state is then durable before it or never.
  await narrowAccess(tx)
  return [...request, ...(await endRecord(tx, deps, before, ending))]
}

/** The record alone, in a transaction that holds it and the epoch. */
export async function endRecord(
  tx: Transaction,
  deps: ClassificationDependencies,
  before: Registered | InForce,
  { by, decision, reason }: Ending,
): Promise<readonly Appended[]> {
  await withdrawRow(tx, { id: before.id, by, reason })
  const withdrawn = await written(tx, before.id)
  return await deps.ledger.appendIn(tx, [
    classificationEntry('withdrawn', withdrawn, by, { decision, reason, from: before.state }),
  ])
}

/** Hold the record in whose place another is to come. A withdrawn one counts while nothing is in its place: that puts it right. */
async function lockReplaceable(tx: Transaction, number: string): Promise<Classification> {
  const named = await classificationNumbered(tx, number)
  const record = named === null ? null : await lockClassification(tx, named.id)
  if (record === null) throw new Problem('not-found', `cannot supersede ${number}: no record has that number`)
  if (record.state === 'in-force' || record.state === 'withdrawn') return record
  const state =
    record.state === 'registered' ? 'it waits for approval' : `${record.supersededBy.number} is in its place`
  throw new Problem('conflict', `cannot supersede ${number}: ${state}, want one that is in force or withdrawn`)
}

/** Read a record that this transaction wrote. */
export async function written(tx: Transaction, id: Id<'classification'>): Promise<Classification> {
  const row = await classificationById(tx, id)
  if (row !== null) return row
  throw new Problem('internal', 'cannot register classification: no row, want the one just written')
}

/**
 * Put a record in force at founding. Throws Problem `invalid-request` and `conflict` as `registerClassification`, and `refused` when
 * the ceremony is not open.
 */
export async function foundClassification(
  deps: ClassificationDependencies,
  ceremony: FoundingCeremony,
  input: ClassificationTerms,
): Promise<ClassificationChanged> {
  const id = newId<'classification'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    const atMs = await timeOf(tx)
    const terms = checkTerms(input, atMs)
    await checkLetter(tx, terms)
    const common = { id, terms, supersedes: null, reason: 'founding', registeredBy: null, registeredAtMs: atMs }
    const row: InForce = { ...common, approvals: { have: 0, need: 0 }, state: 'in-force', effectiveAtMs: atMs }
    await insertClassification(tx, row)
    const classification = await written(tx, id)
    const entries = await deps.ledger.appendIn(tx, [
      classificationEntry('founded', classification, null, { ceremony: ceremony.name }),
    ])
    return { classification, entries }
  })
}
