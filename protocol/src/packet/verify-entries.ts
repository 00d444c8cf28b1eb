// Entries of a packet against their proofs: each is what was recorded, at its position, and the positions are those that the
// packet says it has.

import { equalBytes, fromBase64, fromUtf8 } from '../bytes.ts'
import { leafHash, maxEntryBytes, parseEntry, type Checkpoint, type LedgerEntry, type Sha256 } from '../ledger/index.ts'
import * as z from 'zod'
import { InclusionRun } from './inclusion-run.ts'
import { isChosen, type PacketStatement } from './packet.ts'
import { LineReader } from './part-reader.ts'
import type { PacketSource, PlacedPart } from './archive.ts'
import type { Faults } from './verdict.ts'

const hash64 = z.string().length(44)
const proofLine = z.strictObject({ index: z.int().min(0), leaf: hash64, proof: z.array(hash64).max(53) })

interface Proof {
  readonly index: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
}

const maxProofLine = 4096

/** What was seen of the entries on the way. */
export interface SeenEntries {
  readonly policyDigests: Set<string>
  readonly permits: number
  readonly denials: number
  readonly sealed: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** `bytes` are those that were hashed, `proof` leads from the leaf's sibling up to the checkpoint. */
export type OnEntry = (
  index: number,
  entry: LedgerEntry,
  proven: { readonly bytes: Uint8Array; readonly proof: readonly Uint8Array[] },
) => void

export interface EntryParts {
  readonly source: PacketSource
  readonly entries: PlacedPart
  readonly proofs: PlacedPart
}

/** Check every entry and the order of them. `onEntry` hears of each that is proven. ATTACKER: entries and proofs. */
export async function verifyEntries(
  parts: EntryParts,
  statement: PacketStatement,
  checkpoint: Checkpoint,
  { sha256, faults, onEntry }: { sha256: Sha256; faults: Faults; onEntry: OnEntry },
): Promise<SeenEntries> {
  const order = new Order(statement.selection, checkpoint.size, faults)
  const inclusion = new InclusionRun(sha256, checkpoint)
  const seen = { policyDigests: new Set<string>(), permits: 0, denials: 0, sealed: 0 }
  for await (const { proof, bytes } of inStep(parts, sha256, faults)) {
    const { index } = proof
    order.see(index)
    if (!inclusion.holds({ index, leafHash: proof.leaf, proof: proof.path })) {
      const text = `the proof of entry ${index} does not lead to the checkpoint: it is of another entry or another ledger`
      faults.add('proof', text, { index })
      continue
    }
    const entry = bytes === null ? null : parseEntry(bytes)
    if (entry === null || bytes === null) {
      if (bytes !== null) faults.add('entry', `entry ${index} is not written as one`, { index })
      continue
    }
    if (!isChosen(fromUtf8(bytes), statement.selection.filter)) {
      faults.add('selection', `entry ${index} holds none of the texts of the filter`, { index })
    }
    order.seeTime(index, entry.atMs, statement)
    count(entry, bytes, seen)
    onEntry(index, entry, { bytes, proof: proof.path })
  }
  order.end()
  return seen
}

interface InStep {
  readonly proof: Proof
  /** Null where the entry is not the one that the proof is of; that is told already. */
  readonly bytes: Uint8Array | null
}

/**
 * Yield each proof with its entry. What does not fit is named, and then the two go on in step, so that one entry that is gone is
 * not told of as all that follow it.
 */
async function* inStep(
  { source, entries, proofs }: EntryParts,
  sha256: Sha256,
  faults: Faults,
): AsyncGenerator<InStep> {
  const entryLines = new LineReader(source, entries, maxEntryBytes)
  const proofLines = new LineReader(source, proofs, maxProofLine)
  const hashOf = (bytes: Uint8Array | null | undefined) =>
    bytes instanceof Uint8Array ? leafHash(sha256, bytes) : null
  for (;;) {
    const proof = parseProof(await proofLines.peek(0))
    const bytes = await entryLines.peek(0)
    if (proof === undefined && bytes === undefined) return
    const isWhole = proof instanceof Object && bytes !== null
    if (!isWhole) {
      if (proof === null) faults.add('format', 'a proof is not written as one', { part: proofs.name })
      else if (bytes === null) faults.add('format', 'an entry is not written as one', { part: entries.name })
      else faults.add('inserted', 'an entry has no proof', { part: entries.name })
      return
    }
    const hash = hashOf(bytes)
    if (bytes !== undefined && hash !== null && equalBytes(hash, proof.leaf)) {
      proofLines.skip()
      entryLines.skip()
      yield { proof, bytes }
      continue
    }
    const next = parseProof(await proofLines.peek(1))
    const after = hashOf(await entryLines.peek(1))
    const isNext = hash !== null && next instanceof Object && equalBytes(hash, next.leaf)
    const isAfter = after !== null && equalBytes(after, proof.leaf)
    nameFault(proof.index, bytes === undefined || isNext, isAfter, faults)
    if (!isNext || isAfter) entryLines.skip()
    if (isAfter && !isNext) continue
    proofLines.skip()
    yield { proof, bytes: null }
    if (!isAfter || !(next instanceof Object)) continue
    proofLines.skip()
    entryLines.skip()
    yield { proof: next, bytes: null }
  }
}

function nameFault(index: number, isNext: boolean, isAfter: boolean, faults: Faults): void {
  if (isNext && isAfter) faults.add('reordered', `entry ${index} and the one after it were swapped`, { index })
  else if (isNext) faults.add('missing', `entry ${index} is missing`, { index })
  else if (isAfter) faults.add('inserted', `something was inserted before entry ${index}`, { index })
  else faults.add('entry', `entry ${index} was altered, or its proof is of another entry`, { index })
}

function count(entry: LedgerEntry, bytes: Uint8Array, seen: Mutable<SeenEntries>): void {
  if (entry.kind === 'decision.permit') seen.permits++
  if (entry.kind === 'decision.deny') seen.denials++
  if (keepsSealed(fromUtf8(bytes))) seen.sealed++
  const digest = policyDigestOf(entry)
  if (digest !== null) seen.policyDigests.add(digest)
}

/** Tell whether an entry keeps something sealed under a person's own key. */
export function keepsSealed(entryText: string): boolean {
  return /"sealed[A-Za-z]*":"/.test(entryText)
}

/** Read which policy set an entry says it was decided by; null for entries that name none. */
export function policyDigestOf({ kind, body }: Pick<LedgerEntry, 'kind' | 'body'>): string | null {
  if (!kind.startsWith('decision.')) return null
  const policy = z.object({ digest: z.string().nullable() }).safeParse(body['policy'])
  return policy.success ? policy.data.digest : null
}

/** Watches the positions go by. */
class Order {
  readonly #selection: PacketStatement['selection']
  readonly #size: number
  readonly #faults: Faults
  #last = -1
  #count = 0
  #next: number | null

  constructor(selection: PacketStatement['selection'], size: number, faults: Faults) {
    this.#selection = selection
    this.#size = size
    this.#faults = faults
    const { first, end, filter, edges } = selection
    this.#next = filter === null ? first - (edges.before ? 1 : 0) : null
    if (first > end || end > size) faults.add('selection', 'the positions are outside of the checkpoint')
    if (filter === null && (edges.before !== first > 0 || edges.after !== end < size)) {
      faults.add('selection', 'the entry before or after the period is left out')
    }
  }

  see(index: number): void {
    const { first, end, filter } = this.#selection
    const reach = filter === null ? 1 : 0
    this.#count++
    if (index <= this.#last) {
      this.#faults.add('reordered', `entry ${index} does not follow ${this.#last}`, { index })
      return
    }
    this.#last = index
    if (index < first - reach || index >= end + reach || index >= this.#size) {
      this.#faults.add('selection', `entry ${index} is outside of the positions that were asked for`, { index })
    }
    if (this.#next === null) return
    if (index > this.#next) this.#faults.add('missing', `entry ${this.#next} is missing`, { index: this.#next })
    this.#next = index + 1
  }

  seeTime(index: number, atMs: number, { question }: PacketStatement): void {
    const { first, end, filter } = this.#selection
    if (filter !== null) return
    const isEarly = index < first && question.from !== null && atMs >= Date.parse(question.from)
    const isLate = index >= end && question.to !== null && atMs < Date.parse(question.to)
    if (!isEarly && !isLate) return
    this.#faults.add('selection', `entry ${index} is at the edge of the period and is of it`, { index })
  }

  end(): void {
    const { end, edges, entries } = this.#selection
    const last = end + (edges.after ? 1 : 0)
    if (this.#next !== null && this.#next < last) {
      this.#faults.add('missing', `entry ${this.#next} is missing`, { index: this.#next })
    }
    if (this.#count === entries) return
    this.#faults.add('selection', `there are ${this.#count} entries where the packet says ${entries}`)
  }
}

function parseProof(line: Uint8Array | null | undefined): Proof | null | undefined {
  if (line === null || line === undefined) return line
  try {
    const read = proofLine.parse(JSON.parse(fromUtf8(line)))
    const leaf = fromBase64(read.leaf)
    const path = read.proof.flatMap((one) => fromBase64(one) ?? [])
    if (leaf?.length !== 32 || path.length !== read.proof.length || !path.every((one) => one.length === 32)) return null
    return { index: read.index, leaf, path }
  } catch {
    return null
  }
}
