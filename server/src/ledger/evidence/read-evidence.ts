// What an evidence packet is made of: the positions of what was asked for, entries as they were hashed, and the proof of each to
// one checkpoint. Whether somebody may have them is decided and recorded by the caller, before.

import { utf8 } from '@sallyport/protocol'
import {
  formatNote,
  leafHash,
  proveInclusion,
  verifyCheckpoint,
  verifyConsistency,
  type Checkpoint,
  type VerifyKey,
} from '@sallyport/protocol/ledger'
import { packetText } from '@sallyport/protocol/packet'
import type { LedgerContext } from '../context.ts'
import { disagreement } from '../disagreement.ts'
import { consistencyProof, currentHead } from '../prove.ts'
import { sha256, verifySignature } from '../signatures.ts'
import { readTile } from '../store.ts'
import { readStampedSizes, readTimestamps } from '../timestamps/store.ts'
import { TileMissing } from '../tree.ts'
import { readBytesAt, readChanges, readContaining, readRange, type Period } from './store.ts'
import { tileNodes } from './tile-nodes.ts'

/** An entry with its proof to the checkpoint that was asked for. */
export interface ProvenEntry {
  readonly index: number
  /** What was hashed. */
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** A checkpoint, as it was stamped and as the ledger signed it, and the authority's answer, of which nothing is checked here. */
export interface ProvenStamp {
  readonly note: string
  readonly answer: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export interface LedgerEvidence {
  /** Keys that sign checkpoints and packets. */
  readonly keys: readonly VerifyKey[]
  readonly receiptKey: VerifyKey
  /** The last checkpoint, with its signed note. */
  head(): Promise<Checkpoint & { readonly note: string }>
  /** The fewest positions in a row that have every entry of a period, in the tree of `size`. */
  range(period: Period, size: number): Promise<{ readonly first: number; readonly end: number }>
  /** Positions of the entries whose bytes hold one of these texts, a batch at a time, upwards or from the last one down. */
  containing(
    between: { readonly first: number; readonly end: number },
    texts: readonly string[],
    direction?: 'up' | 'down',
  ): AsyncIterable<readonly number[]>
  /** Positions of the entries between two that are no decisions: one statement looks through them all. */
  changes(between: { readonly first: number; readonly end: number }): Promise<readonly number[]>
  /** What was hashed of the entries at these positions, in order. Throws the disagreement of a damaged ledger where some are missing. */
  bytesAt(positions: readonly number[]): Promise<readonly { readonly index: number; readonly bytes: Uint8Array }[]>
  /** Entries with their proofs in the tree of `size`. Positions ascend. Throws the disagreement of a damaged ledger. */
  proven(positions: AsyncIterable<readonly number[]>, size: number): AsyncIterable<ProvenEntry>
  /** Sizes of the checkpoints with a timestamp of an authority, in the tree of `size`, ascending. */
  stampedSizes(size: number): Promise<readonly number[]>
  /** The checkpoint of `first` entries with its timestamp, and the proof that it is a beginning of the tree of another. */
  stampOf(first: number, checkpoint: Checkpoint): Promise<ProvenStamp>
  /** Sign a packet by the SHA-256 of its statement, with every key that signs checkpoints. */
  signPacket(statementSha256: Uint8Array): Promise<string>
}

/** Positions that one statement looks through: no longer than a moment, whatever the size of the ledger. */
const lookedAtOnce = 50_000
const readAtOnce = 256

export function evidenceOf(context: LedgerContext): LedgerEvidence {
  const { signer, receiptSigner, database } = context
  return {
    keys: [signer.ed25519.key, signer.p256.key],
    receiptKey: receiptSigner.key,
    head: () => currentHead(context),
    range: (period, size) => readRange(database, period, size),
    containing: (between, texts, direction) =>
      direction === 'down' ? containingDown(context, between, texts) : containing(context, between, texts),
    changes: (between) => readChanges(database, between),
    bytesAt: (positions) => bytesAt(context, positions),
    proven: (positions, size) => proven(context, positions, size),
    stampedSizes: (size) => readStampedSizes(database, size),
    stampOf: (first, checkpoint) => stampOf(context, first, checkpoint),
    signPacket: (digest) => signPacket(context, digest),
  }
}

async function* containing(
  { database }: LedgerContext,
  { first, end }: { readonly first: number; readonly end: number },
  texts: readonly string[],
): AsyncGenerator<readonly number[]> {
  for (let at = first; at < end; at += lookedAtOnce) {
    yield await readContaining(database, { first: at, end: Math.min(end, at + lookedAtOnce) }, texts)
  }
}

async function* containingDown(
  { database }: LedgerContext,
  { first, end }: { readonly first: number; readonly end: number },
  texts: readonly string[],
): AsyncGenerator<readonly number[]> {
  for (let to = end; to > first; to -= lookedAtOnce) {
    const between = { first: Math.max(first, to - lookedAtOnce), end: to }
    yield (await readContaining(database, between, texts)).toReversed()
  }
}

async function bytesAt({ database }: LedgerContext, positions: readonly number[]) {
  const all: { index: number; bytes: Uint8Array }[] = []
  for (let at = 0; at < positions.length; at += readAtOnce) {
    all.push(...(await readBytesAt(database, positions.slice(at, at + readAtOnce))))
  }
  if (all.length !== positions.length) throw disagreement('read from', 'entry-count')
  return all
}

async function* proven(
  { database }: LedgerContext,
  positions: AsyncIterable<readonly number[]>,
  size: number,
): AsyncGenerator<ProvenEntry> {
  const read = tileNodes((level, n) => readTile(database, level, n))
  for await (const batch of positions) {
    for (let at = 0; at < batch.length; at += readAtOnce) {
      const wanted = batch.slice(at, at + readAtOnce)
      const rows = await readBytesAt(database, wanted)
      if (rows.length !== wanted.length) throw disagreement('prove from', 'entry-count')
      for (const { index, bytes } of rows) {
        yield { index, bytes, leafHash: leafHash(sha256, bytes), proof: await proofOf(index, size, read) }
      }
    }
  }
}

async function proofOf(
  index: number,
  size: number,
  read: ReturnType<typeof tileNodes>,
): Promise<readonly Uint8Array[]> {
  try {
    return await proveInclusion(sha256, read, index, size)
  } catch (error) {
    if (error instanceof TileMissing) throw disagreement('prove from', 'tiles')
    throw error
  }
}

async function stampOf(context: LedgerContext, first: number, { size, root }: Checkpoint): Promise<ProvenStamp> {
  const [stamp] = await readTimestamps(context.database, first - 1, 1)
  const { signer, origin } = context
  const keys = [signer.ed25519.key, signer.p256.key]
  const checkpoint = stamp === undefined ? null : await verifyCheckpoint(stamp.note, origin, keys, verifySignature)
  if (stamp?.size !== first || checkpoint?.size !== first) throw disagreement('prove from', 'timestamp')
  const proof = await consistencyProof(context, first, size)
  const claim = { first, firstRoot: checkpoint.root, size, root, proof }
  if (!verifyConsistency(sha256, claim)) throw disagreement('prove from', 'timestamp')
  return { note: stamp.note, answer: stamp.answer, proof }
}

async function signPacket({ signer, origin }: LedgerContext, statementSha256: Uint8Array): Promise<string> {
  const text = packetText(origin, statementSha256)
  const message = utf8(text)
  const signatures = [signer.ed25519, signer.p256].map(async (one) => ({
    name: one.key.name,
    keyId: one.key.keyId,
    signature: await one.sign(message),
  }))
  return formatNote(text, await Promise.all(signatures))
}
