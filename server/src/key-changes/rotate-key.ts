// A new key in place of one: asked for by one person, taken into use once an officer who did not ask approves it. What the earlier
// one made stays as it is, and opens.

import { Problem, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import { listKeys, prepareKey, type KeyFacts, type NewKey } from '../keys/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { KeyChangeDependencies } from './dependencies.ts'
import { kidInUse, lockKeystore, moveGeneration, takeIntoUse } from './store.ts'

/** Kind of the approval request that takes a key into use. */
export const rotationRequest = 'key.rotate'
const approvalsNeeded = 1
const requestLifetimeMs = 30 * 86_400_000

/** The doors whose key can be exchanged, and of which kind it is. */
const rotated = {
  file: { door: 'file', algorithm: 'aes-256' },
  kas: { door: 'kas', algorithm: 'ec:secp256r1' },
} as const satisfies Record<string, NewKey>
export type RotatedDoor = keyof typeof rotated

export interface KeyChangeProposed {
  readonly requestId: Id<'approval'>
  readonly needed: number
  /** The key that the request is about. */
  readonly kid: string
  readonly entries: readonly Appended[]
}

/**
 * Ask for a new key of a door. It is made now, durable, and used for nothing until it is approved; one that was asked for before
 * and never approved is taken again. Throws Problem `refused` for a permit that does not fit, `conflict` while such a
 * request waits and for a key for files where keys are in a token, `unavailable` when none can be made.
 */
export async function proposeRotation(
  deps: KeyChangeDependencies,
  permit: Permit<'key.rotate'>,
  { door, reason }: { readonly door: RotatedDoor; readonly reason: string },
): Promise<KeyChangeProposed> {
  spendPermit(permit, 'key.rotate', 'enclave')
  const { database, seal, clock, keys } = deps
  if (door === 'file' && keys.provider.name !== 'software') {
    throw new Problem(
      'conflict',
      'cannot make a key for files: keys are in a token, whose own key wraps files; want kas',
    )
  }
  const wanted = rotated[door]
  const { kid } = await database.transaction(async (tx) => {
    await lockKeystore(tx)
    return await prepareKey(seal, wanted, clock)
  })
  return await database.transaction(async (tx) => {
    // Two who ask at once come one after the other.
    await moveGeneration(tx)
    await mustNotWait(tx, {
      kind: rotationRequest,
      members: { door },
      verb: 'ask for a new key',
      what: 'one',
    })
    const from = currentOf(await listKeys(seal), await kidInUse(tx, wanted), wanted)?.kid ?? null
    const request = await requestApproval(tx, deps, {
      kind: rotationRequest,
      change: { ...wanted, kid, from, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, kid, needed: approvalsNeeded }
  })
}

/** Which key new work uses, while the keystore may still have to follow what the database says. */
function currentOf(keys: readonly KeyFacts[], inUse: string | null, { door, algorithm }: NewKey): KeyFacts | undefined {
  const ofDoor = keys.filter((key) => key.door === door && key.algorithm === algorithm)
  return ofDoor.find(({ kid, isWaiting }) => isWaiting && kid === inUse) ?? ofDoor.find(({ isCurrent }) => isCurrent)
}

const rotation = z.object({
  door: z.enum(['file', 'kas']),
  algorithm: z.enum(['aes-256', 'ec:secp256r1']),
  kid: z.string(),
  from: z.string().nullable(),
  reason: z.string(),
})

const doorTitles = { file: 'files', kas: 'the KAS door' } as const satisfies Record<RotatedDoor, string>

/** How new keys are described, shown and taken into use. */
export function rotationApprovals(deps: Omit<KeyChangeDependencies, 'keys'>): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'A new key of the enclave',
    describe: (change) => {
      const { door, kid, from } = rotation.parse(change)
      const place = from === null ? 'where there is none' : `in place of ${from}`
      return { title: `use key ${kid} for ${doorTitles[door]} ${place}`, about: { kind: 'enclave', id: 'enclave' } }
    },
    details: (change) => Promise.resolve(rotation.parse(change)),
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
      const { door, algorithm, kid, from, reason } = rotation.parse(change)
      // INVARIANT: durable in the keystore before the database says that it is in use.
      const held = await listKeys(deps.seal)
      await moveGeneration(tx)
      const inUse = await kidInUse(tx, { door, algorithm })
      const isThere = held.some((key) => key.kid === kid && key.isWaiting && kid !== inUse)
      const isOutdated = !isThere || (currentOf(held, inUse, { door, algorithm })?.kid ?? null) !== from
      const approval = await approve(tx, deps, {
        requestId,
        kind: rotationRequest,
        person: approver,
        role,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      await takeIntoUse(tx, { door, algorithm, kid, from })
      const { requestedBy, approvedBy } = approval
      const entries = await deps.ledger.appendIn(tx, [
        {
          kind: 'key.rotated',
          actor: requestedBy,
          about: { kind: 'enclave', id: 'enclave' },
          body: { door, algorithm, kid, from, reason, approvedBy, request: requestId, decision },
        },
      ])
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
