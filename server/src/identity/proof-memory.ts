// Which proofs were seen: a proof is good once. Kept in this process; several processes that share one gate need one memory,
// which is why it enters as a parameter.

import { Problem } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'

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
