import { createPublicKey, generateKeyPairSync, hash, sign, verify, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, equalBytes, fromBase64Url, toBase64, utf8 } from '../bytes.ts'
import {
  checkpointText,
  ecdsaType,
  ed25519Type,
  encodeEntry,
  formatNote,
  formatVerifyKey,
  leafHash,
  parseCheckpointText,
  parseEntry,
  parseNote,
  parseReceipt,
  parseVerifyKey,
  receiptLeaf,
  receiptText,
  TreeHasher,
  verifyCheckpoint,
  verifyKeyOf,
  verifyNote,
  verifyReceipt,
  type LedgerEntry,
  type Receipt,
  type VerifyKey,
  type VerifySignature,
} from './index.ts'

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer')
const origin = 'ledger.example.com/enclave'

const nodeVerify: VerifySignature = (key, message, signature) => {
  if (key.type === ecdsaType) {
    return verify(
      'sha256',
      message,
      createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' }),
      signature,
    )
  }
  const x = Buffer.from(key.publicKey).toString('base64url')
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

interface Signer {
  readonly key: VerifyKey
  readonly sign: (text: string) => { name: string; keyId: string; signature: Uint8Array }
}

function signerOf(privateKey: KeyObject, key: VerifyKey): Signer {
  const algorithm = key.type === ecdsaType ? 'sha256' : null
  return {
    key,
    sign: (text) => ({ name: key.name, keyId: key.keyId, signature: sign(algorithm, utf8(text), privateKey) }),
  }
}

function ed25519(name: string): Signer {
  const pair = generateKeyPairSync('ed25519')
  const raw = fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x ?? '') ?? new Uint8Array(0)
  return signerOf(pair.privateKey, verifyKeyOf(sha256, name, ed25519Type, raw))
}

function p256(name: string): Signer {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' })
  return signerOf(pair.privateKey, verifyKeyOf(sha256, name, ecdsaType, spki))
}

const ed = ed25519(origin)
const ec = p256(origin)
const text = checkpointText({ origin, size: 3, root: sha256(utf8('root')) })
const note = formatNote(text, [ed.sign(text), ec.sign(text)])

describe('keys', () => {
  test('parseVerifyKey() reads back what formatVerifyKey() wrote', () => {
    for (const { key } of [ed, ec]) {
      const read = parseVerifyKey(sha256, formatVerifyKey(key))
      expect(read).toMatchObject({ name: key.name, keyId: key.keyId, type: key.type })
      expect(equalBytes(read?.publicKey ?? utf8(''), key.publicKey)).toBe(true)
    }
  })

  test('parseVerifyKey() refuses a key id that is not its own, other types and other text', () => {
    const line = formatVerifyKey(ed.key)
    expect(parseVerifyKey(sha256, line.replace(ed.key.keyId, '00000000'))).toBeNull()
    expect(parseVerifyKey(sha256, line.replace(origin, 'other.example.com'))).toBeNull()
    expect(parseVerifyKey(sha256, `x+00000000+${toBase64(Uint8Array.of(9, 1, 2))}`)).toBeNull()
    expect(parseVerifyKey(sha256, 'x+zz+AA==')).toBeNull()
  })

  test('verifyKeyOf() refuses names with spaces or plus signs', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u2003b']) expect(() => ed25519(name)).toThrow(TypeError)
  })
})

describe('notes', () => {
  test("verifyNote() accepts another log's published checkpoint under its published key", async () => {
    const published = readFileSync(new URL('vectors/testdata-checkpoint.txt', import.meta.url), 'utf8')
    const key = parseVerifyKey(sha256, 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx')
    if (key === null) throw new Error('the published key does not parse')
    const words = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(' ')
    const tree = new TreeHasher(sha256)
    for (const word of words) tree.add(leafHash(sha256, utf8(word)))
    const checkpoint = await verifyCheckpoint(published, 'example.com/log/testdata', [key], nodeVerify)
    expect(checkpoint?.size).toBe(15)
    expect(equalBytes(checkpoint?.root ?? utf8(''), tree.root())).toBe(true)
    expect(
      await verifyCheckpoint(published.replace('15', '14'), 'example.com/log/testdata', [key], nodeVerify),
    ).toBeNull()
  })

  test('verifyNote() names the keys that signed and ignores keys that it does not know', async () => {
    const stranger = ed25519('witness.example.com')
    const extended = formatNote(text, [ed.sign(text), stranger.sign('something else\n'), ec.sign(text)])
    expect((await verifyNote(extended, [ed.key, ec.key], nodeVerify))?.signedBy).toEqual([ed.key, ec.key])
    expect(await verifyNote(extended, [ed25519(origin).key], nodeVerify)).toBeNull()
  })

  test('verifyNote() refuses the whole note for one bad signature of a known key', async () => {
    const bad = formatNote(text, [ed.sign(text), { ...ec.sign(text), signature: new Uint8Array(70) }])
    expect(await verifyNote(bad, [ed.key, ec.key], nodeVerify)).toBeNull()
    expect(await verifyNote(bad, [ed.key], nodeVerify)).not.toBeNull()
  })

  test('verifyNote() accepts sixteen signatures and more, and refuses a flood', async () => {
    const strangers = Array.from({ length: 20 }, (_, i) => ed25519(`witness-${i}.example.com`).sign(text))
    expect(await verifyNote(formatNote(text, [...strangers, ed.sign(text)]), [ed.key], nodeVerify)).not.toBeNull()
    const flood = Array.from({ length: 65 }, () => ed.sign(text))
    expect(await verifyNote(formatNote(text, flood), [ed.key], nodeVerify)).toBeNull()
  })

  test('parseNote() keeps blank lines in the text and refuses what is no note', () => {
    expect(parseNote(`a\n\nb\n\n— n ${toBase64(new Uint8Array(5))}\n`)?.text).toBe('a\n\nb\n')
    for (const bad of ['', '\n', 'a\n', 'a\n\n', note.slice(0, -1), note.replace('—', '-'), note.replace(' ', '\t')]) {
      expect(parseNote(bad)).toBeNull()
    }
  })

  test('verifyCheckpoint() refuses any single changed character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(note.length - 1), fc.constantFrom('A', 'b', '0', '\n', ' ', '='), async (at, put) => {
        fc.pre(note[at] !== put)
        const bent = note.slice(0, at) + put + note.slice(at + 1)
        expect(await verifyCheckpoint(bent, origin, [ed.key, ec.key], nodeVerify)).toBeNull()
      }),
    )
  })
})

describe('checkpoints', () => {
  test('verifyCheckpoint() demands every pinned key and the right log', async () => {
    expect(await verifyCheckpoint(note, origin, [ed.key, ec.key], nodeVerify)).toMatchObject({ origin, size: 3 })
    expect(await verifyCheckpoint(formatNote(text, [ed.sign(text)]), origin, [ed.key, ec.key], nodeVerify)).toBeNull()
    expect(await verifyCheckpoint(note, 'other.example.com', [ed.key, ec.key], nodeVerify)).toBeNull()
    expect(await verifyCheckpoint(note, origin, [], nodeVerify)).toBeNull()
  })

  test('parseCheckpointText() refuses odd sizes and short roots', () => {
    expect(parseCheckpointText(`${text}extension\n`)?.size).toBe(3)
    for (const bad of ['03', '-1', '1e3', '', '9007199254740993', ' 3']) {
      expect(parseCheckpointText(text.replace('\n3\n', `\n${bad}\n`))).toBeNull()
    }
    expect(parseCheckpointText(`${origin}\n3\n${toBase64(new Uint8Array(31))}\n`)).toBeNull()
  })
})

describe('entries', () => {
  const entry: LedgerEntry = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057' as LedgerEntry['id'],
    atMs: 1_792_000_000_123,
    kind: 'decision.permit',
    actor: null,
    about: { kind: 'file', id: 'f' },
    body: { reason: 'é', n: 1 },
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
  }

  test('encodeEntry() writes these very bytes, and parseEntry() reads them back', () => {
    const bytes = encodeEntry(entry)
    expect(Buffer.from(bytes).toString()).toBe(
      '{"about":{"id":"f","kind":"file"},"actor":null,"at":"2026-10-14T17:46:40.123Z","body":{"n":1,"reason":"é"},' +
        '"id":"01890a5d-ac96-774b-bcce-b302099a8057","kind":"decision.permit","salt":"AAAAAAAAAAAAAAAAAAAAAA","v":1}',
    )
    expect(parseEntry(bytes)).toEqual(entry)
  })

  test('encodeEntry() refuses lone surrogates, and parseEntry() every form but the canonical one', () => {
    expect(() => encodeEntry({ ...entry, body: { text: '\ud800' } })).toThrow(TypeError)
    const canonical = Buffer.from(encodeEntry(entry)).toString()
    expect(parseEntry(utf8(`${canonical} `))).toBeNull()
    expect(parseEntry(utf8(canonical.replace('"v":1', '"v":2')))).toBeNull()
    expect(parseEntry(utf8(canonical.replace('"actor":null', '"actor":"x"')))).toBeNull()
    expect(parseEntry(utf8('['.repeat(60_000)))).toBeNull()
    expect(parseEntry(Uint8Array.of(0xff))).toBeNull()
  })
})

describe('receipts', () => {
  const matters = ['a', 'b', 'c'].map((word, i) => ({
    entryId: `01890a5d-ac96-774b-bcce-b302099a805${i}` as Receipt['entryId'],
    at: '2026-10-14T13:46:40.123Z',
    leafHash: toBase64(leafHash(sha256, utf8(word))),
  }))
  const [l0 = utf8(''), l1 = utf8(''), l2 = utf8('')] = matters.map((matter) => receiptLeaf(sha256, matter))
  const tree = new TreeHasher(sha256)
  for (const leaf of [l0, l1, l2]) tree.add(leaf)
  const left = sha256(concat(Uint8Array.of(1), l0, l1))
  const receipt = {
    origin,
    ...(matters[2] ?? { entryId: '', at: '', leafHash: '' }),
    batch: { size: 3, index: 2, proof: [toBase64(left)], root: toBase64(tree.root()) },
    signature: toBase64(ed.sign(receiptText(origin, 3, tree.root())).signature),
    keyId: ed.key.keyId,
  }

  test('verifyReceipt() accepts a receipt that went over the wire', async () => {
    const read = parseReceipt(JSON.parse(JSON.stringify(receipt)))
    expect(read !== null && (await verifyReceipt(sha256, read, ed.key, nodeVerify))).toBe(true)
  })

  test('verifyReceipt() refuses a receipt with any member changed, and another key', async () => {
    const changes = [
      { leafHash: matters[1]?.leafHash },
      { entryId: matters[1]?.entryId },
      { at: '2026-10-14T13:46:40.124Z' },
      { origin: 'other.example.com' },
      { keyId: '00000000' },
      { signature: toBase64(new Uint8Array(64)) },
      { batch: { ...receipt.batch, index: 1 } },
      { batch: { ...receipt.batch, size: 4 } },
      { batch: { ...receipt.batch, proof: [] } },
      { batch: { ...receipt.batch, root: toBase64(l0) } },
    ]
    for (const change of changes) {
      const read = parseReceipt({ ...receipt, ...change })
      expect(read !== null && (await verifyReceipt(sha256, read, ed.key, nodeVerify))).toBe(false)
    }
    const read = parseReceipt(receipt)
    expect(read !== null && (await verifyReceipt(sha256, read, ed25519(origin).key, nodeVerify))).toBe(false)
  })

  test('parseReceipt() refuses what has not the form of a receipt', () => {
    for (const bad of [null, {}, { ...receipt, extra: 1 }, { ...receipt, entryId: 'x' }, { ...receipt, keyId: 'XX' }]) {
      expect(parseReceipt(bad)).toBeNull()
    }
  })
})
