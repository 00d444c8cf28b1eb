// Saying what a label of another system means here. Read inwards, a meaning is what a document is protected under at least; what nobody
// mapped stops whoever reads it. So a mapping widens where it makes an outside label mean less, its first meaning among that, and waits for
// two others; where it makes it mean more, or nothing that anybody could go on with, one officer does it at once.

import { parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { mappingFault, meansMore, parseOutside } from '@sallyport/protocol/markings'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../../approvals/index.ts'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { holdStanding, mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { activeLabels } from '../store.ts'
import { insertMapping, mappingNow, mappingsNow, mostMappings, type MappingNow } from './store.ts'

/** Kind of the approval request that makes an outside label mean less. */
export const mappingRequest = 'label.map'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

export interface MappingChange {
  /** As somebody wrote it. */
  readonly outside: string
  /** Names of labels; null takes the meaning away. */
  readonly labels: readonly string[] | null
  /** Who decided what, and where that is kept. */
  readonly basis: string
}

export type MappingChanged = { readonly outside: string; readonly entries: readonly Appended[] } & (
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'asked'; readonly requestId: Id<'approval'>; readonly needed: number }
)

/**
 * Change what an outside label means, or ask two others for it. Throws Problem `refused` for a permit that is not for this and for whoever
 * lost status or role meanwhile; `invalid-request` for what is no outside label, for a label that is not defined, and where another outside
 * label of that scope means the same; `conflict` where nothing would change, for a second one that
 * would wait, and for more than 2,000 mappings.
 */
export async function changeMapping(
  deps: Deps,
  permit: Permit<'label.define'>,
  { outside: written, labels, basis }: MappingChange,
): Promise<MappingChanged> {
  spendPermit(permit, 'label.define', 'enclave')
  const label = parseOutside(written)
  if (label === null) {
    throw new Problem(
      'invalid-request',
      'cannot map label: it is no label of another system, want opentdf:<name>, microsoft:<tenant>/<label> or google:<label>/<field>/<choice>',
    )
  }
  const outside = label.id
  const wanted = (labels ?? []).map(named).toSorted()
  return await deps.database.transaction(async (tx) => {
    // One change of the register after the other.
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    const before = await mappingNow(tx, outside)
    const [was, becomes] = [meaningOf(before), labels === null ? null : [...new Set(wanted)]]
    if (JSON.stringify(was) === JSON.stringify(becomes)) throw conflict('it means that already, want another meaning')
    await check(tx, outside, becomes)
    const version = before?.version ?? 0
    if (meansMore(was, becomes)) {
      const by = { changedBy: permit.actor, approvedBy: [], decision: permit.entryId }
      const entries = await record(tx, deps, { outside, version, was, becomes, basis, by })
      return { outcome: 'changed', outside, entries }
    }
    await mustNotWait(tx, {
      kind: mappingRequest,
      members: { outside },
      verb: 'map label',
      what: 'another change of it',
    })
    const change = { outside, asker: permit.actor, version, from: was, to: becomes, basis }
    const request = await requestApproval(tx, deps, {
      kind: mappingRequest,
      change,
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { outcome: 'asked', outside, ...request, needed: approvalsNeeded }
  })
}

type Meaning = readonly string[] | null

function meaningOf(now: MappingNow | null): Meaning {
  return now === null || now.labels.length === 0 ? null : now.labels
}

async function check(tx: Transaction, outside: string, labels: Meaning): Promise<void> {
  if (labels === null) return
  if ((await activeLabels(tx, labels as LabelFqn[])).length !== labels.length) {
    throw new Problem('invalid-request', 'cannot map label: a label is not defined, want labels of `label list`')
  }
  const others = (await mappingsNow(tx)).filter((one) => meaningOf(one) !== null)
  if (others.length >= mostMappings) throw conflict(`there are ${others.length} mappings, want fewer`)
  const fault = mappingFault({ outside, labels }, others)
  if (fault !== null) throw new Problem('invalid-request', `cannot map label: ${fault}`)
}

function named(text: string): LabelFqn {
  const label = parseLabel(text)
  if (label !== null) return label.fqn
  throw new Problem('invalid-request', 'cannot map label: that is no name of a label, want one of `label list`')
}

interface Recorded {
  readonly outside: string
  /** Before the change. */
  readonly version: number
  readonly was: Meaning
  readonly becomes: Meaning
  readonly basis: string
  readonly by: {
    readonly changedBy: Id<'person'>
    readonly approvedBy: readonly Id<'person'>[]
    readonly decision: Id<'entry'>
    readonly request?: Id<'approval'>
  }
}

async function record(
  tx: Transaction,
  { ledger, clock, random }: Pick<Deps, 'ledger' | 'clock' | 'random'>,
  { outside, version: before, was, becomes, basis, by }: Recorded,
): Promise<readonly Appended[]> {
  const { changedBy, ...how } = by
  const version = before + 1
  const entryId = newId<'entry'>(clock, random)
  const labels = becomes ?? []
  await insertMapping(tx, { outside, version, labels, basis, changedBy, approvedBy: by.approvedBy, entryId })
  const about = { kind: 'outside-label', id: outside }
  const body = { version, from: was, to: becomes, basis, ...how }
  return await ledger.appendIn(tx, [{ id: entryId, kind: 'label.mapped', actor: changedBy, about, body }])
}

function conflict(state: string): Problem {
  return new Problem('conflict', `cannot map label: ${state}`)
}

const change = z.object({
  outside: z.string(),
  asker: z.uuid().transform((text) => text as Id<'person'>),
  version: z.number(),
  from: z.array(z.string()).nullable(),
  to: z.array(z.string()).nullable(),
  basis: z.string(),
})

/** How changes that make an outside label mean less are described, shown and executed. */
export function mappingApprovals(deps: Deps): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'What a label of another system means',
    describe: (asked) => {
      const { outside } = change.parse(asked)
      return { title: `let ${outside} mean something else`, about: { kind: 'enclave', id: 'enclave' } }
    },
    details: async (asked) => {
      const { outside, from, to, basis } = change.parse(asked)
      const now = meaningOf(await mappingNow(deps.database, outside))
      return { outside, from: from ?? 'unknown', to: to ?? 'unknown', now: now ?? 'unknown', basis }
    },
    approve: async ({ tx, requestId, change: asked, approver, role, decision }) => {
      const { outside, asker, version, from, to, basis } = change.parse(asked)
      await narrowAccess(tx)
      const before = await mappingNow(tx, outside)
      const isAskedFor = (await holdStanding(tx, [asker], role)).has(asker)
      const stands = await check(tx, outside, to).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Problem) return false
          throw error
        },
      )
      const approval = await approve(tx, deps, {
        requestId,
        kind: mappingRequest,
        person: approver,
        role,
        isOutdated: !isAskedFor || !stands || (before?.version ?? 0) !== version,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      const { requestedBy: changedBy, approvedBy } = approval
      const by = { changedBy, approvedBy, decision, request: requestId }
      const entries = await record(tx, deps, { outside, version, was: from, becomes: to, basis, by })
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
