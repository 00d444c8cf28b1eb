// The authority's timestamps of a packet: for each entry the first checkpoint with a timestamp that covers it.

import { Problem, toBase64, utf8 } from '@sallyport/protocol'
import type { Checkpoint } from '@sallyport/protocol/ledger'
import { maxTimestamps, timestampRootsPart, type PacketStatement } from '@sallyport/protocol/packet'
import { certificatesOfPem, verifyTimestamp } from '@sallyport/protocol/timestamp'
import { timestampCrypto, type LedgerEvidence } from '../ledger/index.ts'
import { partOf, type Spooled } from './spool.ts'

export interface Covering {
  /** Positions ascend. */
  see(index: number): void
  /** Sizes of the checkpoints, ascending. */
  chosen(): readonly number[]
}

/** Choose among `sizes`, which ascend, for each position that is seen the first that covers it. */
export function openCovering(sizes: readonly number[]): Covering {
  const found: number[] = []
  let at = 0
  return {
    see(index) {
      while ((sizes[at] ?? Infinity) <= index) at++
      const size = sizes[at]
      if (size !== undefined && found.at(-1) !== size) found.push(size)
    },
    chosen() {
      const step = Math.ceil(found.length / maxTimestamps)
      return found.filter((_, n) => (found.length - 1 - n) % step === 0)
    },
  }
}

export interface StampedCheckpoint {
  readonly size: number
  /** When the authority says that it was there. */
  readonly atMs: number
}

export interface PacketStamps {
  readonly listed: PacketStatement['timestamps']
  readonly parts: readonly Spooled[]
  readonly stamped: readonly StampedCheckpoint[]
}

/**
 * Read the timestamps on checkpoints of `sizes`, each with its proof to the packet's own. Those of an authority that is configured no
 * longer are left out: nothing in the packet would vouch for them. Throws Problem `unavailable` for one that was altered.
 */
export async function readStampsFor(
  evidence: LedgerEvidence,
  sizes: readonly number[],
  checkpoint: Checkpoint,
  rootsPem: string | null,
): Promise<PacketStamps> {
  // The file of an administrator can hold more than certificates; nothing else of it leaves.
  const roots = certificatesOfPem(rootsPem ?? '')
  const listed: NonNullable<PacketStatement['timestamps']>['of'] = []
  const parts: Spooled[] = []
  const stamped: StampedCheckpoint[] = []
  for (const first of roots.length === 0 ? [] : sizes) {
    const { note, answer, proof } = await evidence.stampOf(first, checkpoint)
    const question = { bytes: utf8(note), nonce: null, roots, between: null }
    const verified = verifyTimestamp(answer, question, timestampCrypto)
    if ('trouble' in verified) {
      if (verified.trouble === 'not-of-the-roots') continue
      const state = `the timestamp on the checkpoint of ${first} entries was altered (${verified.trouble})`
      throw new Problem('unavailable', `cannot make packet: ${state}, want it as the authority gave it`)
    }
    const [part, name] = [`timestamps/${first}.checkpoint`, `timestamps/${first}.tsr`]
    parts.push(partOf(part, note), partOf(name, answer))
    listed.push({ size: first, checkpoint: part, answer: name, proof: proof.map((hash) => toBase64(hash)) })
    stamped.push({ size: first, atMs: verified.timestamp.atMs })
  }
  if (listed.length === 0) return { listed: null, parts: [], stamped: [] }
  const pem = roots.map(pemOf).join('')
  return {
    listed: { roots: timestampRootsPart, of: listed },
    parts: [partOf(timestampRootsPart, pem), ...parts],
    stamped,
  }
}

function pemOf(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
