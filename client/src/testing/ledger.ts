// A small true ledger for the test gate: entries, tree, checkpoint signed by two keys, export.

import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { concat, parseId, toBase64, utf8 } from '@sallyport/protocol'
import {
  checkpointText,
  ecdsaType,
  ed25519Type,
  exportBlock,
  exportHead,
  formatNote,
  formatVerifyKey,
  leafHash,
  receiptLeaf,
  receiptText,
  TreeHasher,
  verifyKeyOf,
  type NoteKeyType,
  type VerifyKey,
} from '@sallyport/protocol/ledger'
import { sha256 } from '../session/index.ts'

interface Signer {
  readonly key: VerifyKey
  readonly signText: (text: Uint8Array) => Uint8Array
}

export interface TestLedger {
  readonly signers: readonly Signer[]
  readonly origin: string
  readonly keys: readonly string[]
  readonly note: string
  readonly exported: Uint8Array
}

const origin = 'gate.example/ledger'

/** Make a ledger of these entries, with keys of its own unless it continues another. */
export function makeLedger(entries: readonly string[], before?: TestLedger): TestLedger {
  const signers = before?.signers ?? [signer(ed25519Type), signer(ecdsaType)]
  const leaves = entries.map((entry) => utf8(entry))
  const tree = new TreeHasher(sha256)
  const hashes = leaves.map((leaf) => leafHash(sha256, leaf))
  for (const hash of hashes) tree.add(hash)
  const text = checkpointText({ origin, size: entries.length, root: tree.root() })
  const note = formatNote(
    text,
    signers.map(({ key, signText }) => ({ name: key.name, keyId: key.keyId, signature: signText(utf8(text)) })),
  )
  const bundle = concat(...leaves.map((leaf) => concat(Uint8Array.of(leaf.length >> 8, leaf.length & 255), leaf)))
  const exported = concat(exportHead(note), exportBlock(concat(...hashes), bundle))
  return { signers, origin, keys: signers.map(({ key }) => formatVerifyKey(key)), note, exported }
}

/** Sign for an act as the ledger does, alone in its batch. */
export function signReceipt({ signers }: TestLedger, entryId: string, entry?: string): Record<string, unknown> {
  const [first] = signers
  const id = parseId<'entry'>(entryId)
  if (first === undefined || id === null) throw new TypeError('cannot sign receipt: no signer or no id')
  const leaf = entry === undefined ? sha256(utf8('leaf')) : leafHash(sha256, utf8(entry))
  const matter = { entryId: id, at: '2026-11-24T09:00:00.000Z', leafHash: toBase64(leaf) }
  const root = receiptLeaf(sha256, matter)
  const signature = toBase64(first.signText(utf8(receiptText(origin, 1, root))))
  const batch = { size: 1, index: 0, proof: [], root: toBase64(root) }
  return { ...matter, origin, batch, signature, keyId: first.key.keyId }
}

function signer(type: NoteKeyType): Signer {
  const { publicKey, pem } = type === ed25519Type ? ed25519() : p256()
  const privateKey = createPrivateKey(pem)
  const key = verifyKeyOf(sha256, origin, type, publicKey)
  return { key, signText: (text) => sign(type === ed25519Type ? null : 'sha256', text, privateKey) }
}

function ed25519(): { publicKey: Uint8Array; pem: string } {
  const pair = generateKeyPairSync('ed25519')
  const { x = '' } = pair.publicKey.export({ format: 'jwk' })
  return { publicKey: new Uint8Array(Buffer.from(x, 'base64url')), pem: pemOf(pair.privateKey) }
}

function p256(): { publicKey: Uint8Array; pem: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKey = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }))
  return { publicKey, pem: pemOf(pair.privateKey) }
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }))
}
