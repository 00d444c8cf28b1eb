// Reclassifying a file. The policy in its manifest is bound to its key and stays; labels that are added here apply beside it, at
// every release from then on, wherever the container lies. Adding only narrows, because a file with added labels is judged with
// them and without them (`gather` of policy), so that one officer does it at once. Taking one off again widens, and so does any
// change that does both: it waits for another officer. Below the labels of the manifest nothing leads from here. A dissemination control
// is its designator's: it is added and taken off with the word of theirs alone, and never beside what contradicts it.

import { parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { isDissemination, labelSetFaults, labelSetOf } from '@sallyport/protocol/markings'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../../approvals/index.ts'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { holdStanding, mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { activeLabels, fileById, lockFile, saidLabels, type ProtectedFile } from '../store.ts'
import { addedNow, insertAdded, type AddedLabels } from './store.ts'

/** Kind of the approval request that takes added labels off a file again. */
export const reclassificationRequest = 'file.reclassify'
const approvalsNeeded = 1
const requestLifetimeMs = 30 * 86_400_000
const maxAdded = 50

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

export interface Reclassification {
  readonly fileId: Id<'file'>
  readonly add: readonly string[]
  /** Of those that were added here. */
  readonly takeOff: readonly string[]
  /** On whose word a dissemination control is added or taken off; null where none is. */
  readonly designation: string | null
  readonly reason: string
}

export type Reclassified = { readonly added: readonly string[]; readonly isRegistered: boolean } & (
  | { readonly outcome: 'changed'; readonly entries: readonly Appended[] }
  | {
      readonly outcome: 'asked'
      readonly requestId: Id<'approval'>
      readonly needed: number
      readonly entries: readonly Appended[]
    }
)

/**
 * Add labels to a file at once, or ask for a change that takes some of them off. The file may be one that was never registered
 * here. Throws Problem `refused` for a permit that is not for this file and for whoever lost status or role meanwhile; `invalid-request`
 * for a label that is not defined, for nothing to do and for more than 50 labels, for a dissemination control without the word of whoever
 * designates it, and for labels that contradict each other; `conflict` for a deleted file, for one to be taken off that was not added, and
 * while such a request waits for approval.
 */
export async function reclassifyFile(
  deps: Deps,
  permit: Permit<'file.reclassify'>,
  wanted: Reclassification,
): Promise<Reclassified> {
  const { fileId, designation, reason } = wanted
  spendPermit(permit, 'file.reclassify', fileId)
  return await deps.database.transaction(async (tx) => {
    const file = await lockFile(tx, fileId)
    if (file?.state === 'deleted') {
      throw new Problem('conflict', 'cannot reclassify file: it is deleted, want one that is there')
    }
    // Before its own entry takes its time, and so that nobody else changes the labels meanwhile.
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    const before = await addedNow(tx, fileId)
    const after = await changed(tx, { file, before, wanted })
    const isRegistered = file !== null
    if (wanted.takeOff.length === 0) {
      const by = { changedBy: permit.actor, approvedBy: [], decision: permit.entryId, designation, reason }
      const entries = await record(tx, deps, { fileId, file, before, after, by })
      return { outcome: 'changed', added: after, isRegistered, entries }
    }
    await mustNotWait(tx, {
      kind: reclassificationRequest,
      members: { file: fileId },
      verb: 'reclassify file',
      what: 'another change of its labels',
    })
    const request = await requestApproval(tx, deps, {
      kind: reclassificationRequest,
      change: {
        file: fileId,
        name: file?.name ?? null,
        asker: permit.actor,
        version: before.version,
        from: before.labels,
        to: after,
        designation,
        reason,
      },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { outcome: 'asked', added: before.labels, isRegistered, ...request, needed: approvalsNeeded }
  })
}

/** The labels that the change leaves, sorted; throws for one that makes no sense. */
async function changed(
  tx: Transaction,
  {
    file,
    before,
    wanted,
  }: { readonly file: ProtectedFile | null; readonly before: AddedLabels; readonly wanted: Reclassification },
): Promise<readonly string[]> {
  const sealed = new Set(file?.labels.map(({ fqn }) => fqn))
  const [add, takeOff] = [wanted.add.map(named), wanted.takeOff.map(named)]
  for (const fqn of takeOff) {
    if (before.labels.includes(fqn)) continue
    const where = sealed.has(fqn) ? 'it is one that the file was sealed under' : 'the file does not carry it'
    throw new Problem('conflict', `cannot take ${fqn} off: ${where}, want one that was added here`)
  }
  const known = new Set((await activeLabels(tx, add)).map(({ fqn }) => fqn))
  const unknown = add.find((fqn) => !known.has(fqn))
  if (unknown !== undefined) {
    throw new Problem('invalid-request', `cannot add ${unknown}: it is not defined, want a label of \`label list\``)
  }
  const fresh = add.filter((fqn) => !sealed.has(fqn) && !before.labels.includes(fqn))
  const after = new Set([...before.labels.filter((fqn) => !(takeOff as string[]).includes(fqn)), ...fresh])
  if (after.size > maxAdded) {
    throw new Problem(
      'invalid-request',
      `cannot reclassify file: it would have ${after.size} labels, want ${maxAdded} at most`,
    )
  }
  await refuseUndesignated(tx, [...fresh, ...takeOff], wanted.designation)
  await refuseContradiction(tx, [...sealed, ...before.labels], [...sealed, ...after])
  if (takeOff.length > 0 || fresh.length > 0) return [...after].sort()
  throw new Problem(
    'invalid-request',
    'cannot reclassify file: nothing would change, want a label that it does not carry',
  )
}

async function refuseUndesignated(tx: Transaction, fqns: readonly string[], designation: string | null): Promise<void> {
  const control = (await saidLabels(tx, fqns)).find(isDissemination)
  if (control === undefined || designation !== null) return
  throw new Problem(
    'invalid-request',
    `cannot reclassify file: ${control.dimension}/${control.value} is a dissemination control, want the designation of the agency that sets it or takes it off`,
  )
}

async function refuseContradiction(
  tx: Transaction,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const faults = async (fqns: readonly string[]) => labelSetFaults(labelSetOf(await saidLabels(tx, fqns)))
  const known = await faults(before)
  const fault = (await faults(after)).find((one) => !known.includes(one))
  if (fault !== undefined) throw new Problem('invalid-request', `cannot reclassify file: ${fault}`)
}

function named(text: string): LabelFqn {
  const label = parseLabel(text)
  if (label !== null) return label.fqn
  throw new Problem('invalid-request', 'cannot reclassify file: that is no name of a label, want one of `label list`')
}

interface Recorded {
  readonly fileId: Id<'file'>
  readonly file: ProtectedFile | null
  readonly before: AddedLabels
  readonly after: readonly string[]
  readonly by: {
    readonly changedBy: Id<'person'>
    readonly approvedBy: readonly Id<'person'>[]
    readonly decision: Id<'entry'>
    readonly designation: string | null
    readonly reason: string
    readonly request?: Id<'approval'>
  }
}

async function record(
  tx: Transaction,
  { ledger, clock, random }: Pick<Deps, 'ledger' | 'clock' | 'random'>,
  { fileId, file, before, after, by }: Recorded,
): Promise<readonly Appended[]> {
  const { changedBy, reason } = by
  const version = before.version + 1
  const { changedBy: actor, ...how } = by
  const { approvedBy } = by
  const entryId = newId<'entry'>(clock, random)
  await insertAdded(tx, fileId, { version, labels: after, changedBy, approvedBy, reason, entryId })
  return await ledger.appendIn(tx, [
    {
      id: entryId,
      kind: 'file.reclassified',
      actor,
      about: { kind: 'file', id: fileId },
      body: { version, sealed: file?.labels.map(({ fqn }) => fqn) ?? null, from: before.labels, to: after, ...how },
    },
  ])
}

const reclassification = z.object({
  file: z.uuid().transform((text) => text as Id<'file'>),
  /** As it was when this was asked for; null for a file that is not registered. */
  name: z.string().nullable(),
  asker: z.uuid().transform((text) => text as Id<'person'>),
  version: z.number(),
  from: z.array(z.string()),
  to: z.array(z.string()),
  designation: z.string().nullable().default(null),
  reason: z.string(),
})

/** How changes that take labels off are described, shown and executed. */
export function reclassificationApprovals(deps: Deps): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'A change of the labels of a file',
    describe: (change) => {
      const { file, name } = reclassification.parse(change)
      return { title: `take labels off ${name ?? `file ${file}`}`, about: { kind: 'file', id: file } }
    },
    details: async (change) => {
      const { file: id, name, from, to, designation, reason } = reclassification.parse(change)
      const file = await fileById(deps.database, id)
      const sealed = file?.labels.map(({ fqn }) => fqn) ?? null
      return { name, state: file?.state ?? 'not registered', sealed, from, to, designation, reason }
    },
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
      const { file: id, asker, version, to, designation, reason } = reclassification.parse(change)
      const file = await lockFile(tx, id)
      await narrowAccess(tx)
      const before = await addedNow(tx, id)
      // Two who may: whoever asked counts as one of them.
      const isAskedFor = (await holdStanding(tx, [asker], role)).has(asker)
      const approval = await approve(tx, deps, {
        requestId,
        kind: reclassificationRequest,
        person: approver,
        role,
        isOutdated: !isAskedFor || file?.state === 'deleted' || before.version !== version,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      const { requestedBy: changedBy, approvedBy } = approval
      const by = { changedBy, approvedBy, decision, designation, reason, request: requestId }
      const entries = await record(tx, deps, { fileId: id, file, before, after: to, by })
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
