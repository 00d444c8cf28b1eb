// Reading the entries of a packet: where they are, their lines and their proofs' lines, and what they speak of.

import { fromUtf8, parseId, Problem, utf8, type Id } from '@sallyport/protocol'
import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import { entriesPart, keepsSealed, policyDigestOf, proofsPart, type Selection } from '@sallyport/protocol/packet'
import * as z from 'zod'
import type { LedgerEvidence } from '../ledger/index.ts'
import { openSpool, type Spool, type Spooled } from './spool.ts'
import type { Turn } from './turns.ts'

/** A packet is for people to check. More of the ledger than this is exported. */
export const packetLimits = { entries: 200_000, bytes: 1024 ** 3 }
const batch = 4096
const newline = utf8('\n')

/** What the entries of a packet name by id. */
export interface Mentioned {
  readonly people: Set<Id<'person'>>
  readonly files: Set<Id<'file'>>
  readonly authorizations: Set<Id<'authorization'>>
  readonly policies: Set<string>
}

export interface Gathered {
  readonly entries: Spooled
  readonly proofs: Spooled
  readonly count: number
  readonly sealed: number
  readonly mentioned: Mentioned
}

export interface GatherParts {
  readonly evidence: LedgerEvidence
  readonly folder: string
  readonly turn: Turn
  /** Told of every entry, in order. */
  readonly see: (index: number, entry: LedgerEntry) => void
  /** Told of everything that has to be given back. */
  readonly atEnd: (spool: Spool) => void
  readonly limits: typeof packetLimits
}

/** Write the entries of a selection and their proofs in the tree of `size`. Throws Problem `too-large`. */
export async function gather(
  parts: GatherParts,
  selection: Omit<Selection, 'entries'>,
  size: number,
): Promise<Gathered> {
  const { evidence, folder, turn, see, atEnd, limits } = parts
  const entries = await openSpool(folder, entriesPart)
  atEnd(entries)
  const proofs = await openSpool(folder, proofsPart)
  atEnd(proofs)
  const mentioned: Mentioned = { people: new Set(), files: new Set(), authorizations: new Set(), policies: new Set() }
  let [count, sealed, bytes] = [0, 0, 0]
  for await (const one of evidence.proven(positions(evidence, selection, turn), size)) {
    bytes += one.bytes.length + one.proof.length * 48
    if (++count > limits.entries || bytes > limits.bytes) throw tooLarge(limits)
    await entries.write(one.bytes)
    await entries.write(newline)
    const proof = { index: one.index, leaf: toBase64(one.leafHash), proof: one.proof.map(toBase64) }
    await proofs.write(utf8(`${JSON.stringify(proof)}\n`))
    const entry = parseEntry(one.bytes)
    if (entry === null) throw new Problem('unavailable', `cannot make packet: entry ${one.index} was altered`)
    if (keepsSealed(fromUtf8(one.bytes))) sealed++
    mention(entry, mentioned)
    see(one.index, entry)
    turn.reach({
      done: Math.max(0, Math.min(one.index + 1, selection.end) - selection.first),
      of: selection.end - selection.first,
    })
  }
  return { entries: await entries.finish(), proofs: await proofs.finish(), count, sealed, mentioned }
}

async function* positions(
  evidence: LedgerEvidence,
  { first, end, filter, edges }: Omit<Selection, 'entries'>,
  turn: Turn,
): AsyncGenerator<readonly number[]> {
  if (filter !== null) {
    for await (const found of evidence.containing({ first, end }, filter.anyOf)) {
      turn.count(found.length)
      yield found
    }
    return
  }
  const last = end + (edges.after ? 1 : 0)
  for (let at = first - (edges.before ? 1 : 0); at < last; at += batch) {
    const count = Math.min(batch, last - at)
    turn.count(count)
    yield Array.from({ length: count }, (_, i) => at + i)
  }
}

const reliance = z.object({ authorizationId: z.string() })

function mention(entry: LedgerEntry, { people, files, authorizations, policies }: Mentioned): void {
  const { actor, about, body } = entry
  if (actor !== null) people.add(actor)
  const aboutId = about === null ? null : parseId(about.id)
  if (about?.kind === 'person' && aboutId !== null) people.add(aboutId as Id<'person'>)
  if (about?.kind === 'file' && aboutId !== null) files.add(aboutId as Id<'file'>)
  if (about?.kind === 'authorization' && aboutId !== null) authorizations.add(aboutId as Id<'authorization'>)
  const relied = reliance.safeParse(body['reliance'])
  const reliedId = relied.success ? parseId<'authorization'>(relied.data.authorizationId) : null
  if (reliedId !== null) authorizations.add(reliedId)
  const digest = policyDigestOf(entry)
  if (digest !== null) policies.add(digest)
}

/** Buffer's own base64 takes a tenth of the time of a loop, and a packet has a million hashes in it. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

export function tooLarge({ entries, bytes }: typeof packetLimits): Problem {
  const want = `at most ${entries} entries of ${Math.floor(bytes / 1024 ** 2)} MiB, or \`sallyport ledger export\``
  return new Problem('too-large', `cannot make packet: what was asked for is more than a packet holds, want ${want}`)
}
