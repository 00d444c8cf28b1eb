import { createHash, generateKeyPairSync, sign, verify, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toBase64, utf8 } from '../bytes.ts'
import { checkpointText } from './checkpoint.ts'
import { leafHash, TreeHasher, type Sha256 } from './merkle.ts'
import { ed25519Type, formatNote, verifyKeyOf, type VerifySignature } from './note.ts'
import { proveInclusion } from './proofs.ts'
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts'

const sha256: Sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest())
const origin = 'example.com/log'
const pair = generateKeyPairSync('ed25519')
const raw = new Uint8Array(Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
const key = verifyKeyOf(sha256, origin, ed25519Type, raw)
const check: VerifySignature = (one, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(one.publicKey).toString('base64url') },
      format: 'jwk',
    }),
    signature,
  )
const leaves = Array.from({ length: 7 }, (_, n) => leafHash(sha256, utf8(`entry ${n}`)))

function noteOf(size: number): string {
  const tree = new TreeHasher(sha256)
  for (const leaf of leaves.slice(0, size)) tree.add(leaf)
  const text = checkpointText({ origin, size, root: tree.root() })
  const signature = new Uint8Array(sign(null, utf8(text), pair.privateKey))
  return formatNote(text, [{ name: origin, keyId: key.keyId, signature }])
}

async function proofOf(index: number, size = 7): Promise<string> {
  const node = async (level: number, at: number): Promise<Uint8Array> => {
    const tree = new TreeHasher(sha256)
    for (const leaf of leaves.slice(at * 2 ** level, (at + 1) * 2 ** level)) tree.add(leaf)
    return tree.root()
  }
  const proof = await proveInclusion(sha256, node, index, size)
  return formatTlogProof({ index, proof, note: noteOf(size), extra: utf8('anything') })
}

const holds = async (text: string, leaf = leaves[3], keys = [key], name = origin) => {
  const read = parseTlogProof(text)
  return read === null || leaf === undefined
    ? null
    : await verifyTlogProof(read, leaf, name, keys, { sha256, verify: check })
}

describe('formatTlogProof()', () => {
  test('writes what the specification shows', async () => {
    const hash = toBase64(new Uint8Array(32))
    const note = noteOf(2)
    expect(formatTlogProof({ index: 0, proof: [new Uint8Array(32)], note, extra: null })).toBe(
      `c2sp.org/tlog-proof@v1\nindex 0\n${hash}\n\n${note}`,
    )
    expect(formatTlogProof({ index: 1, proof: [], note, extra: utf8('a') })).toBe(
      `c2sp.org/tlog-proof@v1\nextra YQ==\nindex 1\n\n${note}`,
    )
  })
})

describe('verifyTlogProof()', () => {
  test('holds for each entry of each size, and for no other entry', async () => {
    for (let size = 1; size <= 7; size++) {
      for (let index = 0; index < size; index++) {
        const text = await proofOf(index, size)
        expect(await holds(text, leaves[index])).toMatchObject({ origin, size })
        expect(await holds(text, leaves[(index + 1) % 7])).toBeNull()
      }
    }
  })

  test('refuses another log, another key, no key, and a checkpoint of another tree', async () => {
    const text = await proofOf(3)
    expect(await holds(text, leaves[3], [key], 'example.com/other')).toBeNull()
    expect(await holds(text, leaves[3], [verifyKeyOf(sha256, origin, ed25519Type, new Uint8Array(32))])).toBeNull()
    expect(await holds(text, leaves[3], [])).toBeNull()
    expect(await holds(text.replace(noteOf(7).split('\n')[2] ?? '', toBase64(new Uint8Array(32))))).toBeNull()
    expect(await holds(text.slice(0, text.indexOf('\n\n') + 2) + noteOf(6))).toBeNull()
  })
})

describe('parseTlogProof()', () => {
  test.each([
    ['another title', (text: string) => text.replace('@v1', '@v2')],
    ['an index with a zero before it', (text: string) => text.replace('index 3', 'index 03')],
    ['no index', (text: string) => text.replace('index 3\n', '')],
    ['a negative index', (text: string) => text.replace('index 3', 'index -3')],
    ['an index beyond what a number can be', (text: string) => text.replace('index 3', 'index 9007199254740992')],
    ['extra after the index', (text: string) => text.replace(/(extra .*\n)(index .*\n)/, '$2$1')],
    ['extra that is not base64', (text: string) => text.replace(/extra .*/, 'extra ???')],
    ['a hash that is too short', (text: string) => text.replace(/\n[^\n]+\n\n/, '\nAAAA\n\n')],
    ['a carriage return', (text: string) => text.replace('\n', '\r\n')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n'))],
    ['a space at the end of a line', (text: string) => text.replace('index 3', 'index 3 ')],
  ])('refuses %s', async (_, change) => {
    const text = await proofOf(3)
    expect(parseTlogProof(text)).not.toBeNull()
    expect(change(text)).not.toBe(text)
    expect(parseTlogProof(change(text))).toBeNull()
  })
})
