// The steps of a request inside the caller's transaction, each with its ledger entry: ask, approve, withdraw.

import { createHash } from 'node:crypto'
import { canonicalJson, Problem, type Id, type JsonObject, type Role } from '@sallyport/protocol'
import { newId, type Clock, type Randomness, type Transaction } from '../base/index.ts'
import type { Appended, EntryDraft, Ledger } from '../ledger/index.ts'
import { holdEpoch, holdStanding } from '../policy/index.ts'
import { approvedBy, declined, withdrawn, type ApprovalRefusal, type ApprovalRequest } from './request.ts'
import { closeRequest, declineRow, dropApprovals, insertApproval, insertRequest, lockRequest } from './store.ts'

export interface ApprovalDependencies {
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
}

export interface ChangeRequest {
  /** What sort of change, as `authorization.effect`; the module that executes it looks for its own. */
  readonly kind: string
  readonly change: JsonObject
  readonly requestedBy: Id<'person'>
  readonly needed: number
  /** Whom the change is about. */
  readonly excluded: readonly Id<'person'>[]
  /** By the database's clock from now. */
  readonly lifetimeMs: number
}

/** Ask for approval of an exact change. It is executed by whoever takes the last approval, with what is recorded here. */
export async function requestApproval(
  tx: Transaction,
  deps: ApprovalDependencies,
  wanted: ChangeRequest,
): Promise<{ readonly requestId: Id<'approval'>; readonly entries: readonly Appended[] }> {
  const { kind, change, requestedBy, needed, excluded, lifetimeMs } = wanted
  if (!Number.isSafeInteger(needed) || needed < 1) {
    throw new Problem('internal', `cannot request approval: needs ${needed} people, want one or more`)
  }
  const id = newId<'approval'>(deps.clock, deps.random)
  const digest = digestOf(change)
  await insertRequest(tx, { id, kind, change, digest, requestedBy, needed, excluded, lifetimeMs })
  const entries = await deps.ledger.appendIn(tx, [
    {
      kind: 'approval.requested',
      actor: requestedBy,
      about: { kind: 'approval', id },
      body: { for: kind, digest, needed },
    },
  ])
  return { requestId: id, entries }
}

export type Approval =
  | {
      readonly outcome: 'counted'
      readonly approved: number
      readonly needed: number
      /** True for exactly one approval of a request: its taker executes `change` in this transaction. */
      readonly isComplete: boolean
      readonly change: JsonObject
      readonly requestedBy: Id<'person'>
      readonly approvedBy: readonly Id<'person'>[]
      readonly entries: readonly Appended[]
      /** What the executed change gives to whoever approved last, once. */
      readonly yields?: JsonObject
    }
  | {
      /** The attempt is recorded: commit first, then say so with `approvalProblem`. */
      readonly outcome: 'refused'
      readonly refusal: ApprovalRefusal
      readonly entries: readonly Appended[]
    }

/**
 * Take one person's approval of a request. The request's row is locked until the transaction ends, so that two approvals at
 * once come one after the other and exactly one completes. Approvals of people who have lost their standing since are
 * dropped, on record. Throws Problem `not-found` for no such request of that kind, `internal` for one whose change was altered.
 */
export async function approve(
  tx: Transaction,
  deps: ApprovalDependencies,
  {
    requestId,
    kind,
    person,
    role,
    isOutdated = false,
    official = false,
    effect = null,
  }: {
    readonly requestId: Id<'approval'>
    readonly kind: string
    readonly person: Id<'person'>
    /** The role that approves this kind of change. */
    readonly role: Role
    /** The thing has changed since the request was made: it is refused, and closed for good. */
    readonly isOutdated?: boolean
    /** Whether an empowered official must be among whoever asks and approves; one may then approve whatever else they are. */
    readonly official?: boolean
    /** Names the effect that the approver was shown. */
    readonly effect?: string | null
  },
): Promise<Approval> {
  // The epoch before the request, as everywhere: whoever changes many requests holds it.
  await holdEpoch(tx)
  const { request: before, atMs } = await lockKnown(tx, requestId, kind)
  if (digestOf(before.change) !== before.digest) {
    throw new Problem('internal', 'cannot approve: the recorded change is not the one that was requested')
  }
  const { standing, officials } = await hold(tx, [before.requestedBy, ...before.approvedBy, person], role, official)
  const step = approvedBy(before, person, { standing, officials, atMs, isOutdated })
  const record = (draft: Pick<EntryDraft, 'kind' | 'body'>) =>
    deps.ledger.appendIn(tx, [
      {
        ...draft,
        actor: person,
        about: { kind: 'approval', id: requestId },
        body: { for: kind, digest: before.digest, ...draft.body },
      },
    ])
  const { request } = step
  const lapsed = before.approvedBy.filter((one) => !request.approvedBy.includes(one))
  if (lapsed.length > 0) await dropApprovals(tx, requestId, lapsed)
  const dropped = lapsed.length === 0 ? [] : await record({ kind: 'approval.lapsed', body: { lapsed } })
  if (request.state !== before.state) await closeRequest(tx, requestId, request.state)
  if (!step.isCounted) {
    const { refusal } = step
    const entries = await record({ kind: 'approval.refused', body: { refusal } })
    return { outcome: 'refused', refusal, entries: [...dropped, ...entries] }
  }
  await insertApproval(tx, requestId, person)
  const approved = request.approvedBy.length
  const isComplete = request.state === 'executed'
  const { needed, change, requestedBy } = request
  const entries = await record({
    kind: 'approval.given',
    body: { approved, needed, complete: isComplete, ...(effect === null ? {} : { effect }) },
  })
  const by = { requestedBy, approvedBy: request.approvedBy }
  return { outcome: 'counted', approved, needed, isComplete, change, ...by, entries: [...dropped, ...entries] }
}

/** Who of these people may approve, and who of them is an empowered official: null where none is asked for. */
async function hold(
  tx: Transaction,
  people: readonly Id<'person'>[],
  role: Role,
  official: boolean,
): Promise<{ readonly standing: ReadonlySet<Id<'person'>>; readonly officials: ReadonlySet<Id<'person'>> | null }> {
  const holders = await holdStanding(tx, people, role)
  if (!official) return { standing: holders, officials: null }
  const officials = await holdStanding(tx, people, 'empowered-official')
  return { standing: new Set([...holders, ...officials]), officials }
}

/**
 * Decline a pending request for good: one person does it, of those who may approve it. Throws Problem `conflict` for one that is not
 * pending any more, `refused` for whoever asked, whom it is about and who may not approve.
 */
export async function declineRequest(
  tx: Transaction,
  deps: ApprovalDependencies,
  wanted: {
    readonly requestId: Id<'approval'>
    readonly kind: string
    readonly person: Id<'person'>
    readonly role: Role
    readonly official: boolean
    readonly reason: string
    readonly decision: Id<'entry'>
  },
): Promise<readonly Appended[]> {
  const { requestId, kind, person, role, official, reason, decision } = wanted
  // The epoch before the request, as everywhere.
  await holdEpoch(tx)
  const { request, atMs } = await lockKnown(tx, requestId, kind)
  const { standing } = await hold(tx, [person], role, official)
  const after = declined(request, person, { standing, atMs })
  if (typeof after === 'string') throw approvalProblem(after, 'decline')
  await declineRow(tx, requestId, { by: person, reason })
  return await deps.ledger.appendIn(tx, [
    {
      kind: 'approval.declined',
      actor: person,
      about: { kind: 'approval', id: requestId },
      body: { for: kind, digest: request.digest, reason, decision },
    },
  ])
}

/** Withdraw a pending request: one person does it. Returns no entries for a request that is not pending any more. */
export async function withdrawRequest(
  tx: Transaction,
  deps: ApprovalDependencies,
  {
    requestId,
    kind,
    person,
  }: { readonly requestId: Id<'approval'>; readonly kind: string; readonly person: Id<'person'> },
): Promise<readonly Appended[]> {
  const { request } = await lockKnown(tx, requestId, kind)
  if (withdrawn(request) === null) return []
  await closeRequest(tx, requestId, 'withdrawn')
  return await deps.ledger.appendIn(tx, [
    {
      kind: 'approval.withdrawn',
      actor: person,
      about: { kind: 'approval', id: requestId },
      body: { for: kind, digest: request.digest },
    },
  ])
}

/** Put a refused approval into words for who tried. */
export function approvalProblem(refusal: ApprovalRefusal, verb = 'approve'): Problem {
  const states = {
    'not-pending': ['conflict', 'the request was executed, declined or withdrawn, want a pending one'],
    outdated: ['conflict', 'what it is about has changed since it was asked for, want a new request'],
    expired: ['conflict', 'the request has expired, want a new one'],
    requester: ['refused', 'you asked for it yourself, want somebody else'],
    excluded: ['refused', 'it is about you, want somebody else'],
    'no-standing': ['refused', 'you may not approve any more, want somebody who may'],
    'approved-before': ['conflict', 'you approved it before, want somebody else'],
    'official-missing': [
      'refused',
      'an empowered official has to be among those who ask and approve, and none is; want one for the last approval',
    ],
  } as const satisfies Record<ApprovalRefusal, readonly ['conflict' | 'refused', string]>
  const [code, state] = states[refusal]
  return new Problem(code, `cannot ${verb}: ${state}`)
}

async function lockKnown(
  tx: Transaction,
  requestId: Id<'approval'>,
  kind: string,
): Promise<{ readonly request: ApprovalRequest; readonly atMs: number }> {
  const locked = await lockRequest(tx, requestId)
  if (locked?.request.kind !== kind) {
    throw new Problem('not-found', 'cannot approve: no such request, want one that was recorded')
  }
  return locked
}

function digestOf(change: JsonObject): string {
  return createHash('sha256').update(canonicalJson(change)).digest('hex')
}
