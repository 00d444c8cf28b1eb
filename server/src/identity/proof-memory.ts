// Which proofs were seen: a proof is good once. Several processes that serve one enclave, on one machine or on several, keep
// them in its database; a verifier without a database keeps them to itself.

import { hash } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import { groupCommit, type Clock, type Database, type Logger } from '../base/index.ts'
import { forgetProofs, insertProofs } from './store.ts'

export interface ProofMemory {
  /** Remember a proof for `retainedMs`. False when it was seen within that time. */
  remember(proof: string, retainedMs: number): boolean | Promise<boolean>
}

/** Make a memory of at most `capacity` proofs. When it is full it throws Problem `too-many-requests`: it forgets none early. */
export function makeProofMemory(clock: Clock, capacity = 500_000): ProofMemory {
  // In order of arrival. Every proof is retained equally long, so that the oldest expires first.
  const seen = new Map<string, number>()
  return {
    remember(proof, retainedMs) {
      const now = clock.monotonic()
      for (const [oldest, untilMs] of seen) {
        if (untilMs > now) break
        seen.delete(oldest)
      }
      if (seen.has(proof)) return false
      if (seen.size >= capacity) {
        throw new Problem('too-many-requests', 'cannot remember proof: too many requests in a short time, want fewer')
      }
      seen.set(proof, now + retainedMs)
      return true
    },
  }
}

const forgetEveryMs = 10_000

/**
 * Make the memory that every process on this database shares. Proofs that arrive together are looked up together.
 * INVARIANT: of equal proofs, in one batch, in one process or in several at once, exactly one is remembered as the first.
 */
export function makeSharedProofMemory(database: Database, clock: Clock, log: Logger): ProofMemory {
  let forgotAt = clock.monotonic()
  const remember = groupCommit<{ readonly digest: string; readonly retainedMs: number }, boolean>({
    maxBatch: 256,
    maxConcurrent: 1,
    flush: async (asked) => {
      const retainedMs = Math.max(...asked.map((one) => one.retainedMs))
      const fresh = await insertProofs(database, [...new Set(asked.map((one) => one.digest))], retainedMs)
      // A second one of the same batch finds it gone.
      return asked.map(({ digest }) => fresh.delete(digest))
    },
  })
  return {
    remember(proof, retainedMs) {
      if (clock.monotonic() - forgotAt > forgetEveryMs) {
        forgotAt = clock.monotonic()
        forgetProofs(database).catch((error: unknown) => log.warn({ error }, 'cannot forget expired proofs'))
      }
      return remember({ digest: hash('sha256', proof, 'base64url'), retainedMs })
    },
  }
}
