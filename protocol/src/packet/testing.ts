// For tests only: a small true ledger in memory, and packets made of it by the formats alone, so that a test can make what no
// gate would.

import { createHash, generateKeyPairSync, hash, sign, verify, createPublicKey } from 'node:crypto'
import { concat, fromBase64Url, toBase64, toHex, utf8 } from '../bytes.ts'
import type { Id } from '../ids.ts'
import {
  checkpointText,
  ecdsaType,
  ed25519Type,
  encodeEntry,
  formatNote,
  formatVerifyKey,
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  receiptLeaf,
  receiptText,
  TreeHasher,
  verifyKeyOf,
  type LedgerEntry,
  type NodeReader,
  type VerifyKey,
  type VerifySignature,
} from '../ledger/index.ts'
import { archiveEnd, archiveHeader, crc32, type PacketSource } from './archive.ts'
import {
  completenessOf,
  filterText,
  packetFormat,
  packetMade,
  packetText,
  timestampRootsPart,
  type PacketStatement,
} from './packet.ts'
import type { RunningHash } from './part-reader.ts'
import type { TimestampCrypto } from '../timestamp/index.ts'

export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', data, 'buffer'))

export function runningHash(): RunningHash {
  const running = createHash('sha256')
  return { update: (bytes) => void running.update(bytes), digest: () => new Uint8Array(running.digest()) }
}

export const nodeVerify: VerifySignature = ({ type, publicKey }, message, signature) => {
  if (type === ecdsaType) {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    return verify('sha256', message, key, signature)
  }
  const x = Buffer.from(publicKey).toString('base64url')
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

export const timestampCrypto: TimestampCrypto = {
  digest: (name, bytes) => new Uint8Array(createHash(name).update(bytes).digest()),
  verify: (name, spki, message, signature) =>
    verify(name, message, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), signature),
}

interface Signer {
  readonly key: VerifyKey
  readonly sign: (message: Uint8Array) => Uint8Array
}

export interface PacketLedger {
  readonly origin: string
  readonly signers: readonly [Signer, Signer]
  readonly receipts: Signer
  readonly entries: readonly Uint8Array[]
}

export const testOrigin = 'ledger.example.com/enclave'
const digestOfPolicies = toHex(
  sha256(concat(utf8('schema'), Uint8Array.of(0), utf8('permit (principal, action, resource);'))),
)

/** Make a ledger of decisions about two files, one entry a second. */
export function testLedger(
  count: number,
  change: { readonly origin?: string; readonly more?: string } = {},
): PacketLedger {
  const { origin = testOrigin, more = '' } = change
  const entries = Array.from({ length: count }, (_, n) => encodeEntry(testEntry(n, more)))
  return { origin, signers: [ed25519(origin), p256(origin)], receipts: ed25519(origin), entries }
}

export const fileId = (n: number): string => `01890a5d-ac96-774b-bcce-b302099a80${String(n).padStart(2, '0')}`
const person = '01890a5d-ac96-774b-bcce-b302099a9001' as Id<'person'>
const startMs = Date.UTC(2026, 10, 1)

function testEntry(n: number, more: string): LedgerEntry {
  return {
    id: `01890a5d-ac96-774b-bcce-${n.toString(16).padStart(12, '0')}` as Id<'entry'>,
    atMs: startMs + n * 1000,
    kind: n % 5 === 4 ? 'decision.deny' : 'decision.permit',
    actor: person,
    about: { kind: 'file', id: fileId(n % 2) },
    body: { action: 'file.open', n, policy: { digest: digestOfPolicies, determining: ['engineer-files'] }, more },
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
  }
}

/** What a test may have otherwise than a gate would. */
export interface PacketChanges {
  readonly question?: Partial<PacketStatement['question']>
  readonly filter?: readonly string[]
  /** Seconds after the first entry. */
  readonly period?: readonly [number, number]
  /** Size of the tree that the checkpoint is of. */
  readonly size?: number
  readonly indexes?: (chosen: readonly number[]) => readonly number[]
  readonly entry?: (bytes: Uint8Array, index: number) => Uint8Array
  readonly proofIndex?: (index: number) => number
  readonly policyText?: string
  readonly parts?: Readonly<Record<string, string>>
  readonly names?: Partial<PacketStatement['names']>
  readonly statement?: (statement: PacketStatement) => PacketStatement
  /** Timestamps on the checkpoints of these sizes: `answer` is asked for each, of the signed note. */
  readonly timestamps?: {
    readonly roots: string
    readonly sizes: readonly number[]
    readonly answer: (note: string, size: number) => Promise<Uint8Array>
    /** What is put into the packet for the note that was stamped. */
    readonly note?: (note: string, size: number) => string
    readonly proof?: (proof: readonly string[]) => readonly string[]
  }
  /** Another ledger's checkpoint, under this one's name. */
  readonly checkpointOf?: PacketLedger
}

/** Make a packet: by default of every entry about one file. */
export async function testPacket(ledger: PacketLedger, changes: PacketChanges = {}): Promise<Map<string, Uint8Array>> {
  const size = changes.size ?? ledger.entries.length
  const { period } = changes
  const filter = period === undefined ? { anyOf: [...(changes.filter ?? [fileId(0)])] } : null
  const [first, end] = period ?? [0, size]
  const edges = { before: period !== undefined && first > 0, after: period !== undefined && end < size }
  const texts = ledger.entries.map((bytes) => Buffer.from(bytes).toString())
  const all = Array.from({ length: size }, (_, i) => i)
  const chosen =
    filter === null
      ? all.slice(first - (edges.before ? 1 : 0), end + (edges.after ? 1 : 0))
      : all.filter((i) => filter.anyOf.some((text) => texts[i]?.includes(text)))
  const indexes = changes.indexes?.(chosen) ?? chosen
  const tree = treeOf(ledger.entries.slice(0, size))
  const lines = indexes.map((i) => changes.entry?.(at(ledger.entries, i), i) ?? at(ledger.entries, i))
  const proofs: string[] = []
  for (const i of indexes) {
    const index = changes.proofIndex?.(i) ?? i
    const proof = await proveInclusion(sha256, tree.read, index, size)
    const leaf = toBase64(leafHash(sha256, at(ledger.entries, index)))
    proofs.push(`${JSON.stringify({ index, leaf, proof: proof.map(toBase64) })}\n`)
  }
  const stamped = changes.timestamps === undefined ? null : await stampedParts(ledger, size, tree, changes.timestamps)
  const policyText = changes.policyText ?? 'permit (principal, action, resource);'
  const parts: Record<string, Uint8Array> = {
    'README.txt': utf8('evidence'),
    'entries.jsonl': concat(...lines.flatMap((line) => [line, utf8('\n')])),
    'proofs.jsonl': utf8(proofs.join('')),
    [`policies/${digestOfPolicies}.cedarschema`]: utf8('schema'),
    [`policies/${digestOfPolicies}.cedar`]: utf8(policyText),
    ...stamped?.parts,
    ...Object.fromEntries(Object.entries(changes.parts ?? {}).map(([name, text]) => [name, utf8(text)])),
  }
  const selection = { first, end, filter, entries: indexes.length, edges }
  const about = filter === null ? ({ kind: 'period', id: null } as const) : ({ kind: 'file', id: fileId(0) } as const)
  const isoAt = (second: number) => new Date(startMs + second * 1000).toISOString()
  const drafted: PacketStatement = {
    format: packetFormat,
    madeAt: '2026-11-29T12:00:00.000Z',
    question: {
      ...about,
      name: 'bracket.stp',
      from: period === undefined ? null : isoAt(first),
      to: period === undefined ? null : isoAt(end),
      purpose: 'annual audit',
      askedBy: { id: person, name: 'Grace Márquez' },
      decisionId: fileId(7),
      ...changes.question,
    },
    selection,
    completeness: completenessOf(selection, size),
    ledger: {
      origin: ledger.origin,
      checkpoint: signed(
        ledger,
        checkpointOver(ledger.origin, changes.checkpointOf?.entries.slice(0, size) ?? ledger.entries.slice(0, size)),
      ),
      keys: ledger.signers.map(({ key }) => formatVerifyKey(key)),
      receiptKey: formatVerifyKey(ledger.receipts.key),
    },
    names: { people: { [person]: 'Grace Márquez' }, files: {}, authorizations: {}, ...changes.names },
    sealedEntries: 0,
    policies: [
      {
        digest: digestOfPolicies,
        schema: `policies/${digestOfPolicies}.cedarschema`,
        policies: `policies/${digestOfPolicies}.cedar`,
      },
    ],
    legalData: null,
    timestamps: stamped?.listed ?? null,
    parts: Object.entries(parts).map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: toHex(sha256(bytes)) })),
  }
  const statement = changes.statement?.(drafted) ?? drafted
  const packetJson = utf8(`${JSON.stringify(statement, null, 2)}\n`)
  return new Map([
    ['packet.json', packetJson],
    ['signature.txt', utf8(signed(ledger, packetText(ledger.origin, sha256(packetJson))))],
    ['receipt.json', utf8(receiptFor(ledger, statement, packetJson, size))],
    ...Object.entries(parts),
  ])
}

async function stampedParts(
  ledger: PacketLedger,
  size: number,
  { read }: ReturnType<typeof treeOf>,
  { roots, sizes, answer, note: shown, proof: changed }: NonNullable<PacketChanges['timestamps']>,
): Promise<{ parts: Record<string, Uint8Array>; listed: PacketStatement['timestamps'] }> {
  const parts: Record<string, Uint8Array> = { [timestampRootsPart]: utf8(roots) }
  const of = []
  for (const first of sizes) {
    const note = signed(ledger, checkpointOver(ledger.origin, ledger.entries.slice(0, first)))
    const [checkpoint, name] = [`timestamps/${first}.checkpoint`, `timestamps/${first}.tsr`]
    parts[checkpoint] = utf8(shown?.(note, first) ?? note)
    parts[name] = await answer(note, first)
    const proof = (await proveConsistency(sha256, read, first, size)).map(toBase64)
    of.push({ size: first, checkpoint, answer: name, proof: [...(changed?.(proof) ?? proof)] })
  }
  return { parts, listed: { roots: timestampRootsPart, of } }
}

/** Put parts into an archive, in their order. */
export function archived(parts: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const listed = [...parts].map(([name, bytes]) => ({ name, bytes: bytes.length, crc: crc32(bytes, 0) }))
  const contents = [...parts.values()]
  return concat(...listed.flatMap((part, i) => [archiveHeader(part), at(contents, i)]), archiveEnd(listed))
}

export function sourceOf(bytes: Uint8Array): PacketSource {
  return { size: bytes.length, read: async (from, length) => bytes.slice(from, from + length) }
}

export function signed(ledger: PacketLedger, text: string): string {
  return formatNote(
    text,
    ledger.signers.map(({ key, sign }) => ({ name: key.name, keyId: key.keyId, signature: sign(utf8(text)) })),
  )
}

function receiptFor(
  ledger: PacketLedger,
  { selection }: PacketStatement,
  packetJson: Uint8Array,
  size: number,
): string {
  const { first, end, entries, filter } = selection
  const entry: LedgerEntry = {
    ...testEntry(999_999, ''),
    kind: packetMade,
    body: {
      first,
      end,
      size,
      entries,
      filterSha256: toHex(sha256(utf8(filterText(filter)))),
      packetSha256: toHex(sha256(packetJson)),
    },
  }
  const bytes = encodeEntry(entry)
  const matter = {
    entryId: entry.id,
    at: new Date(entry.atMs).toISOString(),
    leafHash: toBase64(leafHash(sha256, bytes)),
  }
  const root = receiptLeaf(sha256, matter)
  const signature = toBase64(ledger.receipts.sign(utf8(receiptText(ledger.origin, 1, root))))
  const batch = { size: 1, index: 0, proof: [], root: toBase64(root) }
  const receipt = { ...matter, origin: ledger.origin, batch, signature, keyId: ledger.receipts.key.keyId }
  return JSON.stringify({ receipt, entry: toBase64(bytes) })
}

function checkpointOver(origin: string, entries: readonly Uint8Array[]): string {
  return checkpointText({ origin, size: entries.length, root: treeOf(entries).root })
}

function treeOf(entries: readonly Uint8Array[]): { readonly root: Uint8Array; readonly read: NodeReader } {
  const leaves = entries.map((entry) => leafHash(sha256, entry))
  const tree = new TreeHasher(sha256)
  for (const leaf of leaves) tree.add(leaf)
  const read: NodeReader = async (level, index) => {
    if (level === 0) return at(leaves, index)
    return nodeHash(sha256, await read(level - 1, 2 * index), await read(level - 1, 2 * index + 1))
  }
  return { root: tree.root(), read }
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new Error(`there is nothing at ${index}`)
  return found
}

function ed25519(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = fromBase64Url(publicKey.export({ format: 'jwk' }).x ?? '') ?? new Uint8Array(0)
  return { key: verifyKeyOf(sha256, name, ed25519Type, raw), sign: (message) => sign(null, message, privateKey) }
}

function p256(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  return { key: verifyKeyOf(sha256, name, ecdsaType, spki), sign: (message) => sign('sha256', message, privateKey) }
}
