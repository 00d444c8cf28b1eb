// The rescue of a file that was sealed under a wrong label, or under one that this enclave does not know: it opens for nobody, or
// for too few, and its policy cannot be written anew. One officer asks, another approves, and from then on other labels stand in
// place of its manifest's, for exactly that container: its policy by its digest, its keys by their bindings. Every decision under
// them is a whole one, coverage included, and says so in its entry. Any officer ends it at once.
// ATTACKER: a policy can be forged under the uuid of another. What it is bound to cannot: the binding is a MAC under the share of the
// key, and no key leaves before it is found to be true.

import { createHash } from 'node:crypto'
import { parseId, parseLabel, Problem, toHex, type Id, type LabelFqn } from '@sallyport/protocol'
import { bindingMac, parsePolicy, readTdf } from '@sallyport/protocol/tdf'
import { controlsDropped, saidBy } from '@sallyport/protocol/markings'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../../approvals/index.ts'
import { newId, type Sql, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { holdStanding, mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { activeLabels, fileById, lockFile, type ProtectedFile } from '../store.ts'
import { endRescueRow, insertRescue, rescuesOf, type ContainerId } from './store.ts'

/** Kind of the approval request that sets labels in place of a manifest's. */
export const rescueRequest = 'file.rescue'
const approvalsNeeded = 1
const requestLifetimeMs = 30 * 86_400_000
/** Labels of a manifest that a rescue can stand for, and keys that it can be bound to. */
const most = 100

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

/** What a manifest says: the policy as it stands, base64, and the policy binding of each key. */
export interface ManifestPart {
  readonly policy: string
  readonly bindings: readonly string[]
}

export interface RescueProposed {
  readonly requestId: Id<'approval'>
  readonly needed: number
  /** What the file is labelled now. */
  readonly instead: readonly string[]
  readonly entries: readonly Appended[]
}

/**
 * Ask another officer to let `labels` stand in place of those of a file's manifest. Of a file that is stored here the gate reads the
 * manifest itself; of any other the caller presents it. Throws Problem `refused` for a permit that is not for this file and for
 * whoever lost status or role meanwhile; `invalid-request` without a manifest and for labels that are not defined or drop a
 * dissemination control that stands there; `invalid-file` for a manifest that cannot be read or is of another file; `conflict` for a deleted file,
 * for another manifest than the stored one, for a list of recipients, while it is rescued, and while a request waits.
 */
export async function proposeRescue(
  deps: Deps & Pick<FilesDependencies, 'objects'>,
  permit: Permit<'file.rescue'>,
  {
    fileId,
    labels,
    manifest,
    reason,
  }: {
    readonly fileId: Id<'file'>
    readonly labels: readonly string[]
    readonly manifest: ManifestPart | null
    readonly reason: string
  },
): Promise<RescueProposed> {
  spendPermit(permit, 'file.rescue', fileId)
  const before = await fileById(deps.database, fileId)
  if (before?.state === 'deleted') throw conflict('it is deleted, want one that is there')
  const stored = await storedManifest(deps, before)
  const meant = meantManifest(fileId, stored, manifest)
  return await deps.database.transaction(async (tx) => {
    const file = await lockFile(tx, fileId)
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    const isStored = file?.state === 'stored'
    if (isStored !== (stored !== null)) throw conflict('it was stored or deleted meanwhile, want to ask again')
    const instead = [...new Set([...meant.labels, ...(file?.labels.map(({ fqn }) => fqn) ?? [])])].sort()
    const wanted = await checkLabels(tx, labels, instead)
    if (await isRescued(tx, fileId, meant))
      throw conflict('other labels stand in place of its own already, want that ended')
    await mustNotWait(tx, {
      kind: rescueRequest,
      members: { file: fileId },
      verb: 'rescue file',
      what: 'its rescue',
    })
    const { policySha256, bindings } = meant
    const name = file?.name ?? null
    const asker = permit.actor
    const request = await requestApproval(tx, deps, {
      kind: rescueRequest,
      change: { file: fileId, name, asker, isStored, policySha256, bindings, instead, labels: wanted, reason },
      requestedBy: asker,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded, instead }
  })
}

/**
 * End every rescue of a file at once. Throws Problem `refused` for a permit that is not for this file and for whoever lost status
 * or role meanwhile, `conflict` for a file that is not rescued.
 */
export async function endRescue(
  deps: Pick<Deps, 'database' | 'ledger' | 'clock' | 'random'>,
  permit: Permit<'file.rescue'>,
  { fileId, reason }: { readonly fileId: Id<'file'>; readonly reason: string },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'file.rescue', fileId)
  return await deps.database.transaction(async (tx) => {
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    const live = (await rescuesOf(tx, fileId)).filter(({ end }) => end === null)
    if (live.length === 0) {
      throw new Problem(
        'conflict',
        'cannot end rescue: no other labels stand in place of its own, want a rescue that holds',
      )
    }
    const entries: Appended[] = []
    for (const { id, labels, instead } of live) {
      const body = { request: id, from: labels, to: instead, reason, decision: permit.entryId }
      const about = { kind: 'file', id: fileId }
      const entryId = newId<'entry'>(deps.clock, deps.random)
      await endRescueRow(tx, id, { by: permit.actor, reason, entryId })
      const ended = { id: entryId, kind: 'file.rescue-ended', actor: permit.actor, about, body }
      entries.push(...(await deps.ledger.appendIn(tx, [ended])))
    }
    return entries
  })
}

interface Meant extends ContainerId {
  readonly labels: readonly LabelFqn[]
}

async function storedManifest(
  { objects }: Pick<FilesDependencies, 'objects'>,
  file: ProtectedFile | null,
): Promise<ManifestPart | null> {
  if (file?.state !== 'stored') return null
  const { manifest } = await objects.look(file.objectKey, readTdf)
  return { policy: manifest.policy, bindings: manifest.keyAccess.map(({ binding }) => binding) }
}

function meantManifest(fileId: Id<'file'>, stored: ManifestPart | null, presented: ManifestPart | null): Meant {
  const part = stored ?? presented
  if (part === null) {
    throw new Problem('invalid-request', 'cannot rescue file: it is not stored here, want its container')
  }
  const meant = readPart(fileId, part)
  if (stored === null || presented === null) return meant
  const other = readPart(fileId, presented)
  const isSame = other.policySha256 === meant.policySha256 && other.bindings.join() === meant.bindings.join()
  if (isSame) return meant
  throw conflict('the container that is presented is another one than is stored here, want the stored one')
}

/** ATTACKER: whoever asks may present whatever manifest; what is approved holds for that one alone. */
function readPart(fileId: Id<'file'>, { policy: text, bindings }: ManifestPart): Meant {
  const { uuid, labels, dissem } = parsePolicy(text)
  if (parseId<'file'>(uuid) !== fileId) {
    throw new Problem('invalid-file', 'cannot rescue file: the policy is of another file, want the one of this file')
  }
  if (dissem.length > 0) throw conflict('it names recipients, and no label stands in place of those')
  if (labels.length > most) throw conflict(`it has ${labels.length} labels, want ${most} at most`)
  const macs = bindings.map((one) => bindingMac(one))
  if (macs.length === 0 || macs.length > most || macs.includes(null)) {
    throw new Problem('invalid-file', 'cannot rescue file: its policy binding cannot be read, want that of every key')
  }
  return {
    labels: labels.map(({ fqn }) => fqn),
    policySha256: createHash('sha256').update(text).digest('hex'),
    bindings: [...new Set(macs.flatMap((mac) => (mac === null ? [] : [toHex(mac)])))].sort(),
  }
}

async function checkLabels(
  tx: Transaction,
  wanted: readonly string[],
  instead: readonly string[],
): Promise<readonly LabelFqn[]> {
  const labels = [...new Set(wanted.flatMap((text) => parseLabel(text)?.fqn ?? []))].sort()
  if (
    labels.length === 0 ||
    (await activeLabels(tx, labels)).length !== new Set(wanted.map((one) => one.toLowerCase())).size
  ) {
    throw new Problem('invalid-request', 'cannot rescue file: a label is not defined, want labels of `label list`')
  }
  const said = (names: readonly string[]) => names.flatMap((name) => saidBy(name) ?? [])
  const [dropped] = controlsDropped(said(instead), said(labels))
  if (dropped !== undefined) {
    throw new Problem('invalid-request', `cannot rescue file: it is marked ${dropped}, want labels that keep that`)
  }
  return labels
}

async function isRescued(sql: Sql, fileId: Id<'file'>, { policySha256, bindings }: ContainerId): Promise<boolean> {
  return (await rescuesOf(sql, fileId)).some(
    (one) =>
      one.end === null &&
      one.policySha256 === policySha256 &&
      one.bindings.some((binding) => bindings.includes(binding)),
  )
}

function conflict(state: string): Problem {
  return new Problem('conflict', `cannot rescue file: ${state}`)
}

const id = <K extends 'file' | 'person'>() => z.uuid().transform((text) => text as Id<K>)
const rescue = z.object({
  file: id<'file'>(),
  /** As it was when this was asked for; null for a file that is not registered. */
  name: z.string().nullable(),
  asker: id<'person'>(),
  isStored: z.boolean(),
  policySha256: z.string(),
  bindings: z.array(z.string()),
  instead: z.array(z.string()),
  labels: z.array(z.string().transform((text) => text as LabelFqn)),
  reason: z.string(),
})

/** How rescues are described, shown and executed. */
export function rescueApprovals(deps: Deps): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'Other labels in place of those of a file',
    describe: (change) => {
      const { file, name } = rescue.parse(change)
      return {
        title: `let other labels stand in place of those of ${name ?? `file ${file}`}`,
        about: { kind: 'file', id: file },
      }
    },
    details: async (change) => {
      const { file: fileId, name, policySha256, bindings, instead, labels, reason } = rescue.parse(change)
      const state = (await fileById(deps.database, fileId))?.state ?? 'not registered'
      return { name, state, from: instead, to: labels, policySha256, keys: bindings.length, reason }
    },
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
      const { file: fileId, asker, isStored, labels, instead, policySha256, bindings, reason } = rescue.parse(change)
      const file = await lockFile(tx, fileId)
      await narrowAccess(tx)
      const isAsItWas =
        file?.state !== 'deleted' &&
        (file?.state === 'stored') === isStored &&
        (await activeLabels(tx, labels)).length === labels.length &&
        !(await isRescued(tx, fileId, { policySha256, bindings })) &&
        // Two who may: whoever asked counts as one of them.
        (await holdStanding(tx, [asker], role)).has(asker)
      const approval = await approve(tx, deps, {
        requestId,
        kind: rescueRequest,
        person: approver,
        role,
        isOutdated: !isAsItWas,
      })
      if (approval.outcome === 'refused' || !approval.isComplete || !isAsItWas) return approval
      const { requestedBy, approvedBy } = approval
      const container = { policySha256, bindings, isStored }
      const body = { from: instead, to: labels, ...container, reason, approvedBy, request: requestId, decision }
      const about = { kind: 'file', id: fileId }
      const entryId = newId<'entry'>(deps.clock, deps.random)
      const row = { id: requestId, fileId, ...container, instead, labels, requestedBy, approvedBy, reason }
      await insertRescue(tx, { ...row, entryId })
      const draft = { id: entryId, kind: 'file.rescued', actor: requestedBy, about, body }
      const entries = await deps.ledger.appendIn(tx, [draft])
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
