// The end of an old key for files, once no file leans on it: asked for by one, done when an officer who did not ask approves. It
// leaves the keystore and the memory of every process. Backups from before hold it still.
// INVARIANT: no key is destroyed that something leans on: counted in the transaction that destroys it, while nobody can seal.

import { Problem } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import type { Transaction } from '../base/index.ts'
import { countHalvesOf } from '../files/index.ts'
import { listKeys, type KeyFacts } from '../keys/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { KeyChangeDependencies } from './dependencies.ts'
import type { KeyChangeProposed } from './rotate-key.ts'
import { kidInUse, moveGeneration, putState } from './store.ts'

/** Kind of the approval request that destroys a key. */
export const destructionRequest = 'key.destroy'
const approvalsNeeded = 1
const requestLifetimeMs = 30 * 86_400_000

/**
 * Ask for the end of an old key for files. Throws Problem `refused` for a permit that does not fit, `not-found` without such a key,
 * `conflict` for one that is in use, waits, is of another door or that files lean on, and while its end waits for approval.
 */
export async function proposeDestruction(
  deps: KeyChangeDependencies,
  permit: Permit<'key.destroy'>,
  { kid, reason }: { readonly kid: string; readonly reason: string },
): Promise<KeyChangeProposed> {
  spendPermit(permit, 'key.destroy', 'enclave')
  await deps.keys.upToDate()
  const found = (await listKeys(deps.seal)).find((key) => key.kid === kid)
  if (found === undefined) throw new Problem('not-found', 'cannot destroy key: there is none of that id')
  return await deps.database.transaction(async (tx) => {
    await moveGeneration(tx)
    const obstacle = await obstacleTo(tx, found)
    if (obstacle !== null) throw new Problem('conflict', `cannot destroy key: ${obstacle}`)
    await mustNotWait(tx, {
      kind: destructionRequest,
      members: { kid },
      verb: 'destroy key',
      what: 'its end',
    })
    const request = await requestApproval(tx, deps, {
      kind: destructionRequest,
      change: { kid, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, kid, needed: approvalsNeeded }
  })
}

/** What keeps a key from being destroyed; null when nothing does. The caller holds the generation. */
async function obstacleTo(
  tx: Transaction,
  { kid, door, algorithm, isCurrent, isWaiting }: KeyFacts,
): Promise<string | null> {
  if (door !== 'file') return `it is for ${door}, of which nobody knows what leans on it, want an old one for files`
  if (isCurrent || (await kidInUse(tx, { door, algorithm })) === kid) return 'it is in use, want an old one'
  if (isWaiting) return 'it waits to be used, want an old one'
  const files = await countHalvesOf(tx, kid)
  return files === 0 ? null : `${files} files lean on it, want them moved first (\`sallyport key move\`)`
}

const destruction = z.object({ kid: z.string(), reason: z.string() })

/** How the end of keys is described, shown and executed. */
export function destructionApprovals(deps: Omit<KeyChangeDependencies, 'keys'>): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'The destruction of a key',
    describe: (change) => ({
      title: `destroy key ${destruction.parse(change).kid}`,
      about: { kind: 'enclave', id: 'enclave' },
    }),
    details: async (change) => {
      const { kid, reason } = destruction.parse(change)
      return { kid, reason, files: await countHalvesOf(deps.database, kid) }
    },
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
      const { kid, reason } = destruction.parse(change)
      const found = (await listKeys(deps.seal)).find((key) => key.kid === kid)
      await moveGeneration(tx)
      const isOutdated = found === undefined || (await obstacleTo(tx, found)) !== null
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: destructionRequest,
        person: approver,
        role,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete || found === undefined) return approval
      await putState(tx, { kid, door: found.door, algorithm: found.algorithm, state: 'destroyed' })
      const { requestedBy, approvedBy } = approval
      const entries = await deps.ledger.appendIn(tx, [
        {
          kind: 'key.destroyed',
          actor: requestedBy,
          about: { kind: 'enclave', id: 'enclave' },
          body: { door: found.door, algorithm: found.algorithm, kid, reason, approvedBy, request: requestId, decision },
        },
      ])
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
