// Timestamps of a packet: each is an authority's word (RFC 3161) on a checkpoint of the same ledger, and that checkpoint is a
// beginning of the one that every proof of the packet leads to.

import { fromBase64, fromUtf8, utf8 } from '../bytes.ts'
import {
  verifyCheckpoint,
  verifyConsistency,
  type Checkpoint,
  type Sha256,
  type VerifyKey,
  type VerifySignature,
} from '../ledger/index.ts'
import {
  certificatesOfPem,
  verifyTimestamp,
  type TimestampCrypto,
  type Timestamped,
  type TimestampTrouble,
} from '../timestamp/index.ts'
import type { PacketStatement } from './packet.ts'
import type { Faults, PacketTimestamps } from './verdict.ts'

export interface TimestampOptions {
  readonly keys: readonly VerifyKey[]
  readonly sha256: Sha256
  readonly verify: VerifySignature
  readonly crypto: TimestampCrypto
  /** DER of the authority's certificates that the caller trusts; null for those that the packet names of itself. */
  readonly roots: readonly Uint8Array[] | null
  readonly faults: Faults
}

const troubles: Readonly<Record<TimestampTrouble, string>> = {
  'no-answer-of-an-authority': 'is not written as one',
  rejected: 'is a refusal of the authority',
  'other-bytes': 'is of other bytes',
  'other-nonce': 'answers another question',
  'no-certificate': 'does not name the certificate of its signer',
  'not-for-timestamps': 'is signed by a certificate that is not for timestamps alone',
  'bad-signature': 'is not signed by the authority',
  'not-of-the-roots': 'does not lead to a root of the authority',
  expired: 'is signed by a certificate that was not valid at its time',
  'implausible-time': 'has a time that cannot be',
}

/** Check every timestamp of a packet. `read` gives a part, null for one that is not there or too large. ATTACKER: all of it. */
export async function verifyTimestamps(
  { timestamps }: Pick<PacketStatement, 'timestamps'>,
  checkpoint: Checkpoint,
  read: (name: string) => Promise<Uint8Array | null>,
  options: TimestampOptions,
): Promise<PacketTimestamps | null> {
  if (timestamps === null) return null
  const { faults } = options
  const own = certificatesOfPem(textOf(await read(timestamps.roots)) ?? '')
  if (own.length === 0) {
    faults.add('timestamp', 'there is no root of the authority for timestamps', { part: timestamps.roots })
    return null
  }
  const roots = options.roots ?? own
  const good: { readonly size: number; readonly atMs: number }[] = []
  for (const one of timestamps.of) {
    const [note, answer] = [textOf(await read(one.checkpoint)), await read(one.answer)]
    const found =
      note === null || answer === null
        ? ({ fault: 'is not there' } as const)
        : await verifyOne({ ...one, note, answer }, checkpoint, roots, options)
    if ('fault' in found) {
      const text = `the timestamp on the checkpoint of ${one.size} entries ${found.fault}`
      faults.add('timestamp', text, { part: one.answer })
    } else good.push({ size: one.size, atMs: found.atMs })
  }
  return { roots, of: good }
}

interface Stamp {
  readonly size: number
  readonly note: string
  readonly answer: Uint8Array
  readonly proof: readonly string[]
}

async function verifyOne(
  { size, note, answer, proof }: Stamp,
  checkpoint: Checkpoint,
  roots: readonly Uint8Array[],
  { keys, sha256, verify, crypto }: TimestampOptions,
): Promise<Timestamped | { readonly fault: string }> {
  const first = await verifyCheckpoint(note, checkpoint.origin, keys, verify)
  if (first?.size !== size) return { fault: 'is of no checkpoint that these keys signed' }
  const path = proof.flatMap((hash) => fromBase64(hash) ?? [])
  const claim = { first: size, firstRoot: first.root, size: checkpoint.size, root: checkpoint.root, proof: path }
  if (!verifyConsistency(sha256, claim)) return { fault: 'is of another tree than the one of the packet' }
  const bytes = utf8(note)
  const verified = verifyTimestamp(answer, { bytes, nonce: null, roots, between: null }, crypto)
  return 'trouble' in verified ? { fault: troubles[verified.trouble] } : verified.timestamp
}

function textOf(bytes: Uint8Array | null): string | null {
  try {
    return bytes === null ? null : fromUtf8(bytes)
  } catch {
    return null
  }
}
