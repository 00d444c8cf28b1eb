// Checking a packet by somebody who trusts nobody here, from the outside in: the archive is whole, `packet.json` is what the
// keys signed, every part is the one that it names, every entry is in the tree of the checkpoint, and the entries are those that
// were asked for, as far as that can be proven.

import { equalBytes, fromBase64, fromUtf8, toHex, utf8 } from '../bytes.ts'
import {
  leafHash,
  parseEntry,
  parseReceipt,
  parseVerifyKey,
  verifyCheckpoint,
  verifyNote,
  verifyReceipt,
  type Checkpoint,
  type Sha256,
  type VerifyKey,
  type VerifySignature,
} from '../ledger/index.ts'
import type { TimestampCrypto } from '../timestamp/index.ts'
import * as z from 'zod'
import { ArchiveDamage, readArchive, type PacketSource, type PlacedPart } from './archive.ts'
import {
  entriesPart,
  filterText,
  keysFingerprint,
  leadingParts,
  maxStatementBytes,
  packetMade,
  packetStatement,
  packetText,
  proofsPart,
  type PacketStatement,
} from './packet.ts'
import { hashPart, type RunningHash } from './part-reader.ts'
import { Faults, type PacketVerdict } from './verdict.ts'
import { verifyEntries, type OnEntry, type SeenEntries } from './verify-entries.ts'
import { verifyTimestamps } from './verify-timestamps.ts'

export interface VerifyPacketOptions {
  /** Keys of the ledger that the caller trusts; each must have signed. Null: those that the packet names of itself. */
  readonly keys: readonly VerifyKey[] | null
  readonly sha256: Sha256
  readonly runningHash: () => RunningHash
  readonly verify: VerifySignature
  readonly timestampCrypto: TimestampCrypto
  /** DER of the roots that timestamps must lead to. Null: those that the packet names of itself. */
  readonly timestampRoots: readonly Uint8Array[] | null
  /** Told how many bytes are checked, of how many. */
  readonly progress?: (done: number, total: number) => void
  /** Told of every entry that is proven, in order. */
  readonly onEntry?: OnEntry
}

/** Check a whole packet, in bounded memory. ATTACKER: every byte of it. Throws only what `source` throws. */
export async function verifyPacket(source: PacketSource, options: VerifyPacketOptions): Promise<PacketVerdict> {
  const faults = new Faults()
  try {
    const parts = await readArchive(source)
    const facts = await verifyParts(source, parts, options, faults)
    const wrong = faults.list()
    if (wrong !== null || facts === null) return altered(faults)
    return { verdict: 'intact', facts }
  } catch (error) {
    if (!(error instanceof ArchiveDamage)) throw error
    faults.add('format', error.message)
    return altered(faults)
  }
}

function altered(faults: Faults): PacketVerdict {
  const wrong = faults.list()
  if (wrong === null) throw new Error('cannot refuse packet: nothing is wrong with it, want a fault')
  return { verdict: 'altered', faults: wrong }
}

async function verifyParts(
  source: PacketSource,
  parts: readonly PlacedPart[],
  options: VerifyPacketOptions,
  faults: Faults,
): Promise<Extract<PacketVerdict, { verdict: 'intact' }>['facts'] | null> {
  const { sha256, verify } = options
  const [statementPart, signaturePart, receiptPart] = leadingParts.map((name, at) =>
    parts[at]?.name === name ? parts[at] : undefined,
  )
  if (statementPart === undefined || signaturePart === undefined || receiptPart === undefined) {
    faults.add('format', 'the file does not begin as an evidence packet')
    return null
  }
  const statementBytes = await small(source, statementPart, maxStatementBytes)
  const statement = statementBytes === null ? null : parseStatement(statementBytes)
  if (statementBytes === null || statement === null) {
    faults.add('format', 'packet.json is not written as one', { part: statementPart.name })
    return null
  }
  const { ledger } = statement
  const keys = options.keys ?? ledger.keys.flatMap((line) => parseVerifyKey(sha256, line) ?? [])
  const statementSha256 = sha256(statementBytes)
  const note = textOf(await small(source, signaturePart, maxStatementBytes))
  const signed = note === null ? null : await verifyNote(note, keys, verify)
  const isSigned = keys.length > 0 && keys.every((key) => key.name === ledger.origin && signed?.signedBy.includes(key))
  if (!isSigned || signed?.text !== packetText(ledger.origin, statementSha256)) {
    const by = options.keys === null ? 'the keys that it names' : 'the keys that you trust'
    faults.add('signature', `packet.json is not what was signed by ${by}`, { part: statementPart.name })
  }
  const checkpoint = await verifyCheckpoint(ledger.checkpoint, ledger.origin, keys, verify)
  if (checkpoint === null) {
    faults.add('checkpoint', 'the checkpoint is not signed by these keys for this ledger')
    return null
  }
  const named = await hashAll({ source, parts }, statement, options, faults)
  const find = (name: string) => parts.find((part) => part.name === name)
  const [entries, proofs] = [find(entriesPart), find(proofsPart)]
  if (entries === undefined || proofs === undefined) {
    faults.add('format', 'the packet has no entries or no proofs')
    return null
  }
  const onEntry = options.onEntry ?? (() => undefined)
  const seen = await verifyEntries({ source, entries, proofs }, statement, checkpoint, { sha256, faults, onEntry })
  if (seen.sealed !== statement.sealedEntries) faults.add('selection', `${seen.sealed} entries keep something sealed`)
  await verifyPolicies({ source, find }, statement, seen, { sha256, faults })
  verifyLegalData(statement, named, faults)
  const { timestampCrypto: crypto, timestampRoots: roots } = options
  const timestamps = await verifyTimestamps(
    statement,
    checkpoint,
    async (name) => await small(source, find(name), maxTimestampBytes),
    { keys, sha256, verify, crypto, roots, faults },
  )
  const matter = { statement, statementSha256, checkpoint }
  await verifyMade(await small(source, receiptPart, 1024 * 1024), matter, options, faults)
  const { permits, denials } = seen
  return { ...matter, fingerprint: keysFingerprint(sha256, keys), permits, denials, timestamps }
}

/** Hash every part, and compare with what is signed. Returns the digests by name, in hex. */
async function hashAll(
  { source, parts }: { source: PacketSource; parts: readonly PlacedPart[] },
  statement: PacketStatement,
  { runningHash, progress }: VerifyPacketOptions,
  faults: Faults,
): Promise<ReadonlyMap<string, string>> {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  const tell = (bytes: number) => progress?.((done += bytes), total)
  const digests = new Map<string, string>()
  for (const part of parts) {
    const { sha256, crc } = await hashPart(source, part, runningHash(), tell)
    digests.set(part.name, toHex(sha256))
    if (crc !== part.crc)
      faults.add('part', `${part.name} has not the check sum that the archive names`, { part: part.name })
  }
  const rest = parts.slice(leadingParts.length)
  for (const [at, { name, bytes, sha256 }] of statement.parts.entries()) {
    if (rest[at]?.name !== name) {
      faults.add('part', `${name} is missing, or not in its place`, { part: name })
      break
    }
    if (rest[at].bytes === bytes && digests.get(name) === sha256) continue
    faults.add('part', `${name} is not the one that was signed`, { part: name })
  }
  const extra = rest[statement.parts.length]
  if (extra !== undefined) faults.add('part', `${extra.name} was added`, { part: extra.name })
  return digests
}

/** Each policy set that an entry was decided by is here, and its texts hash to the digest that the entry names. */
async function verifyPolicies(
  { source, find }: { source: PacketSource; find: (name: string) => PlacedPart | undefined },
  { policies }: PacketStatement,
  { policyDigests }: SeenEntries,
  { sha256, faults }: { sha256: Sha256; faults: Faults },
): Promise<void> {
  for (const { digest, schema, policies: part } of policies) {
    const texts = await Promise.all(
      [schema, part].map(async (name) => await small(source, find(name), maxStatementBytes)),
    )
    const [schemaText, policyText] = texts
    const hashed =
      schemaText instanceof Uint8Array && policyText instanceof Uint8Array
        ? toHex(sha256(joined(schemaText, policyText)))
        : null
    if (hashed !== digest) faults.add('policy', `the policies ${digest} are not the ones of that digest`, { part })
  }
  const known = new Set(policies.map(({ digest }) => digest))
  for (const digest of policyDigests) {
    if (!known.has(digest)) faults.add('policy', `an entry was decided by the policies ${digest}, which are not here`)
  }
}

function joined(schema: Uint8Array, policies: Uint8Array): Uint8Array {
  const all = new Uint8Array(schema.length + 1 + policies.length)
  all.set(schema)
  all.set(policies, schema.length + 1)
  return all
}

function verifyLegalData({ legalData }: PacketStatement, digests: ReadonlyMap<string, string>, faults: Faults): void {
  if (legalData === null) return
  const { part, digest, isWhole } = legalData
  const found = digests.get(part)
  if (found === undefined || (isWhole && found !== digest)) {
    faults.add('legal-data', `the list of 22 CFR 126.1 is not the one of digest ${digest}`, { part })
  }
}

/** Largest part of a timestamp: a note, an answer, a few certificates. */
const maxTimestampBytes = 1024 * 1024

const made = z.strictObject({ receipt: z.unknown(), entry: z.string() })
const madeBody = z.looseObject({
  packetSha256: z.string(),
  filterSha256: z.string(),
  first: z.number(),
  end: z.number(),
  size: z.number(),
  entries: z.number(),
})

/** The receipt of the entry that records the packet: the gate wrote this very packet into its ledger. */
async function verifyMade(
  bytes: Uint8Array | null,
  {
    statement,
    statementSha256,
    checkpoint,
  }: { statement: PacketStatement; statementSha256: Uint8Array; checkpoint: Checkpoint },
  { sha256, verify }: VerifyPacketOptions,
  faults: Faults,
): Promise<void> {
  const part = 'receipt.json'
  const read = made.safeParse(jsonOf(bytes))
  const receipt = read.success ? parseReceipt(read.data.receipt) : null
  const entryBytes = read.success ? fromBase64(read.data.entry) : null
  const key = parseVerifyKey(sha256, statement.ledger.receiptKey)
  if (receipt === null || entryBytes === null || key === null || key.name !== statement.ledger.origin) {
    faults.add('receipt', 'the receipt is not written as one', { part })
    return
  }
  const entry = parseEntry(entryBytes)
  const leaf = fromBase64(receipt.leafHash)
  const isOfEntry = entry?.id === receipt.entryId && leaf !== null && equalBytes(leafHash(sha256, entryBytes), leaf)
  if (!isOfEntry || !(await verifyReceipt(sha256, receipt, key, verify))) {
    faults.add('receipt', 'the receipt is not what the ledger signed for the entry of this packet', { part })
    return
  }
  const body = madeBody.safeParse(entry?.kind === packetMade ? entry.body : null)
  const { first, end, entries, filter } = statement.selection
  const isOfThis =
    body.success &&
    body.data.packetSha256 === toHex(statementSha256) &&
    body.data.filterSha256 === toHex(sha256(utf8(filterText(filter)))) &&
    body.data.first === first &&
    body.data.end === end &&
    body.data.entries === entries &&
    body.data.size === checkpoint.size
  if (!isOfThis) faults.add('receipt', 'the receipt is of another packet', { part })
}

/** Read a part whole. Null for one that is not there, or larger than such a part can be. */
async function small(source: PacketSource, part: PlacedPart | undefined, max: number): Promise<Uint8Array | null> {
  return part === undefined || part.bytes > max ? null : await source.read(part.at, part.bytes)
}

function parseStatement(bytes: Uint8Array): PacketStatement | null {
  const read = packetStatement.safeParse(jsonOf(bytes))
  return read.success ? read.data : null
}

function jsonOf(bytes: Uint8Array | null): unknown {
  const text = textOf(bytes)
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  try {
    return bytes === null ? null : fromUtf8(bytes)
  } catch {
    return null
  }
}
