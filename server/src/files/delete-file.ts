// Deleting a file takes two people: one asks, an officer who did not ask approves. Then its own key is erased, so that no copy
// of its container opens again, and its object is removed. The row and the ledger say what was here, and until when.

import { Problem, toHex, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import type { Appended } from '../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { eraseFileKey } from './halves/store.ts'
import { fileById, lockFile, markDeleted } from './store.ts'

/** Kind of the approval request that deletes a file. */
export const deletionRequest = 'file.delete'
const approvalsNeeded = 1
const requestLifetimeMs = 30 * 86_400_000

export interface DeletionProposed {
  readonly requestId: Id<'approval'>
  readonly needed: number
  readonly entries: readonly Appended[]
}

/**
 * Ask for the deletion of a stored file. Throws Problem `refused` for a permit that is not for this file, `not-found` without
 * such a file, `conflict` when it is not stored and while its deletion waits for approval.
 */
export async function proposeDeletion(
  deps: Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>,
  permit: Permit<'file.delete'>,
  { fileId, reason }: { readonly fileId: Id<'file'>; readonly reason: string },
): Promise<DeletionProposed> {
  spendPermit(permit, 'file.delete', fileId)
  return await deps.database.transaction(async (tx) => {
    const file = await lockFile(tx, fileId)
    if (file === null) throw new Problem('not-found', 'cannot delete file: there is none of that id')
    if (file.state !== 'stored') {
      throw new Problem('conflict', `cannot delete file: it is ${file.state}, want a stored one`)
    }
    // ATTACKER: whoever may ask could otherwise bury what waits for approval under requests, and officers under mail.
    await mustNotWait(tx, {
      kind: deletionRequest,
      members: { file: fileId },
      verb: 'delete file',
      what: 'its deletion',
    })
    const request = await requestApproval(tx, deps, {
      kind: deletionRequest,
      change: { file: fileId, name: file.name, sha256: toHex(file.sha256), reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded }
  })
}

const deletion = z.object({
  file: z.uuid().transform((text) => text as Id<'file'>),
  name: z.string(),
  /** Of the container that was there when it was asked for. */
  sha256: z.string(),
  reason: z.string(),
})

/** How deletions are described, shown and executed. */
export function deletionApprovals(
  deps: Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>,
): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'The deletion of a file',
    describe: (change) => {
      const { file, name } = deletion.parse(change)
      return { title: `delete ${name} for good`, about: { kind: 'file', id: file } }
    },
    details: async (change) => {
      const { file: id, name, reason } = deletion.parse(change)
      const file = await fileById(deps.database, id)
      return {
        name,
        state: file?.state ?? 'gone',
        labels: file?.labels.map(({ title }) => title) ?? [],
        ...(file === null
          ? {}
          : { protectedBy: file.protectedBy, protectedAt: new Date(file.protectedAtMs).toISOString() }),
        reason,
      }
    },
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
      const { file: id, name, sha256, reason } = deletion.parse(change)
      const file = await lockFile(tx, id)
      const isThere = file?.state === 'stored' && toHex(file.sha256) === sha256
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: deletionRequest,
        person: approver,
        role,
        isOutdated: !isThere,
      })
      if (approval.outcome === 'refused' || !approval.isComplete || !isThere) return approval
      const isErased = await eraseFileKey(tx, id)
      await markDeleted(tx, id)
      const { vaultId, sealedBytes } = file
      const { requestedBy, approvedBy } = approval
      const entries = await deps.ledger.appendIn(tx, [
        {
          kind: 'file.deleted',
          actor: requestedBy,
          about: { kind: 'file', id },
          body: {
            vaultId,
            name,
            labels: file.labels.map(({ fqn }) => fqn),
            sealedBytes,
            sha256,
            // A file that was wrapped to the enclave's key stays openable for whoever holds that key: only refusal ends it.
            key: isErased ? 'erased' : 'of-the-enclave',
            reason,
            approvedBy,
            request: requestId,
            decision,
          },
        },
      ])
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
