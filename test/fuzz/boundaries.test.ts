// Whatever reaches a parser at a boundary is read, or refused in that boundary's own shape; nothing else comes out of it.
// A short run belongs to the suite; `npm run fuzz` runs as many as SALLYPORT_FUZZ_RUNS says.

import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseId, parseMailAddress, toBase64Url, utf8 } from '@sallyport/protocol'
import {
  encodeEntry,
  exportBlock,
  checkpointText,
  ed25519Type,
  exportHead,
  formatNote,
  formatTlogProof,
  parseTlogProof,
  leafHash,
  parseCheckpointText,
  parseEntry,
  parseNote,
  parseReceipt,
  verifyExport,
  verifyKeyOf,
  type Sha256,
} from '@sallyport/protocol/ledger'
import { parseManifest, parsePolicy, readContainer, readTdf, type RandomAccess } from '@sallyport/protocol/tdf'
import { forge, policyText } from '../../client/src/tdf/forged-file.ts'
import { loadConfig } from '../../server/src/base/config.ts'
import { openRequestToken } from '../../server/src/doors/kas/request-token.ts'
import { parseRewrapRequest } from '../../server/src/doors/kas/rewrap-request.ts'
import { readSpreadsheet, writeCsv, writeXlsx } from '../../server/src/spreadsheet/index.ts'
import { mutationsOf } from './mutate.ts'
import { numRuns, refusesOnlyBy, textOf, timeout } from './refuse.ts'

function access(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || offset + length > bytes.length) throw new RangeError('a read beyond the file')
      return bytes.slice(offset, offset + length)
    },
  }
}

const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest())

describe('files', () => {
  let sealed: [Uint8Array, Uint8Array]
  beforeAll(async () => {
    sealed = [await forge(), await forge({ isOld: true, contents: [utf8('only')] })]
  })

  test('a container that was changed anywhere is read whole or refused as a file', { timeout }, async () => {
    const { refused } = await refusesOnlyBy(['invalid-file'], sealed, (bytes) => readTdf(access(bytes)))
    expect(refused).toBeGreaterThan(0)
  })

  test('a manifest that was changed anywhere is read whole or refused as a file', { timeout }, async () => {
    const manifests = await Promise.all(
      sealed.map(async (bytes) => {
        const { manifest } = await readContainer(access(bytes))
        return bytes.slice(manifest.offset, manifest.offset + manifest.size)
      }),
    )
    for (const manifest of manifests) expect(() => parseManifest(manifest)).not.toThrow()
    const [first = utf8(''), ...rest] = manifests
    const { refused } = await refusesOnlyBy(['invalid-file'], [first, ...rest], parseManifest)
    expect(refused).toBeGreaterThan(0)
  })

  test('a policy that was changed anywhere is read whole or refused as a file', { timeout }, async () => {
    const { refused } = await refusesOnlyBy(['invalid-file'], [utf8(policyText)], (bytes) => parsePolicy(textOf(bytes)))
    expect(refused).toBeGreaterThan(0)
  })
})

describe('key requests', () => {
  const now = Date.UTC(2026, 0, 1)
  const body = JSON.stringify({
    clientPublicKey: 'pem',
    requests: [
      {
        policy: { id: 'policy', body: policyText },
        keyAccessObjects: [{ keyAccessObjectId: 'kao-0', keyAccessObject: { type: 'wrapped', kid: 'k1' } }],
      },
    ],
  })

  test('a request body that was changed anywhere is read or refused as a request', { timeout }, async () => {
    const old = JSON.stringify({ clientPublicKey: 'pem', policy: policyText, keyAccess: { type: 'wrapped' } })
    const read = (bytes: Uint8Array): unknown => parseRewrapRequest(textOf(bytes))
    const { refused } = await refusesOnlyBy(['invalid-request'], [utf8(body), utf8(old)], read)
    expect(refused).toBeGreaterThan(0)
  })

  test('a request token that was changed anywhere is read or refused as a request', { timeout }, async () => {
    const part = (value: object): string => toBase64Url(utf8(JSON.stringify(value)))
    const claims = { requestBody: body, iat: now / 1000, exp: now / 1000 + 60 }
    const token = utf8(`${part({ alg: 'ES256' })}.${part(claims)}.${part({})}`)
    const clock = { now: () => now, monotonic: () => 0 }
    const rules = { boundKey: null, acceptForeignSignature: false, clock }
    const read = (bytes: Uint8Array): unknown => openRequestToken(textOf(bytes), rules)
    const { refused } = await refusesOnlyBy(['invalid-request'], [token], read)
    expect(refused).toBeGreaterThan(0)
  })
})

describe('ledger', () => {
  const id = parseId<'entry'>('018f0000-0000-7000-8000-0000000000f1')
  if (id === null) throw new Error('the sample is wrong')
  const entry = encodeEntry({
    id,
    atMs: Date.UTC(2026, 0, 1),
    kind: 'person.ended',
    actor: null,
    about: { kind: 'person', id },
    body: { reason: 'left', list: [1, 2.5, { deep: null }] },
    salt: 'A'.repeat(22),
  })
  const origin = 'log.example'
  const signing = generateKeyPairSync('ed25519')
  const key = verifyKeyOf(
    sha256,
    origin,
    ed25519Type,
    new Uint8Array(signing.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)),
  )
  const text = checkpointText({ origin, size: 1, root: leafHash(sha256, entry) })
  const signature = new Uint8Array(sign(null, Buffer.from(text), signing.privateKey))
  const note = formatNote(text, [{ name: origin, keyId: key.keyId, signature }])

  test('an entry that was changed anywhere is another entry or none', { timeout }, async () => {
    const { accepted } = await refusesOnlyBy([], [entry], (bytes) => {
      const read = parseEntry(bytes)
      if (read !== null) expect(encodeEntry(read)).toEqual(bytes)
    })
    expect(accepted).toBe(numRuns)
  })

  test('notes, checkpoints and receipts that were changed anywhere are read or null', { timeout }, async () => {
    const notes = await refusesOnlyBy([], [utf8(note)], (bytes) => {
      const changed = textOf(bytes)
      parseNote(changed)
      parseCheckpointText(changed.slice(0, changed.indexOf('\n\n') + 1))
    })
    expect(notes.accepted).toBe(numRuns)
    const receipt = { origin, entryId: id, leafHash: 'AA==', at: '2026-01-01T00:00:00.000Z', batch: {} }
    const receipts = await refusesOnlyBy([], [utf8(JSON.stringify(receipt))], (bytes) => {
      let value: unknown = null
      try {
        value = JSON.parse(textOf(bytes))
      } catch {
        return
      }
      parseReceipt(value)
    })
    expect(receipts.accepted).toBe(numRuns)
    const proof = formatTlogProof({ index: 1, proof: [new Uint8Array(32)], note, extra: utf8('{}') })
    const proofs = await refusesOnlyBy([], [utf8(proof)], (bytes) => {
      const written = new TextDecoder().decode(bytes)
      const read = parseTlogProof(written)
      if (read !== null) expect(formatTlogProof(read)).toBe(written)
    })
    expect(proofs.accepted).toBe(numRuns)
  })

  test(
    'an export that was changed anywhere verifies with the entries that were signed or not at all',
    { timeout },
    async () => {
      const bundle = Buffer.concat([Uint8Array.of(entry.length >> 8, entry.length & 255), entry])
      const block = exportBlock(leafHash(sha256, entry), bundle)
      const whole = new Uint8Array(Buffer.concat([exportHead(note), block]))
      const options = {
        origin,
        keys: [key],
        sha256,
        verify: (_: unknown, message: Uint8Array, bytes: Uint8Array) => verify(null, message, signing.publicKey, bytes),
      }
      expect(await verifyExport([whole.slice()], options)).toMatchObject({ verdict: 'intact' })
      let altered = 0
      await refusesOnlyBy([], [whole], async (bytes) => {
        const { verdict } = await verifyExport([bytes.slice()], options)
        if (verdict === 'intact') expect(bytes.subarray(-block.length)).toEqual(block)
        else altered++
      })
      expect(altered).toBeGreaterThan(0)
    },
  )
})

describe('what administrators and officers bring', () => {
  test('a mail address that was changed anywhere is one address in visible ASCII, or none', { timeout }, async () => {
    let refused = 0
    fc.assert(
      fc.property(mutationsOf(utf8('ada.lovelace+x@mail.example.com'), utf8('a@b.cd')), (bytes) => {
        const address = parseMailAddress(textOf(bytes))
        if (address === null) refused++
        else expect(address).toMatch(/^[\w.'+&=-]{1,64}@[a-z0-9.-]{4,252}$/)
      }),
      { numRuns },
    )
    expect(refused).toBeGreaterThan(0)
  })

  test('a spreadsheet that was changed anywhere is read or refused as a file', { timeout }, async () => {
    const rows = [
      ['name', 'kind', 'since'],
      ['Ada Whitfield', 'employee', '2026-01-01'],
      ['=1+1', '"quoted"', 'a,b;c'],
    ]
    const samples = [writeCsv(rows), await writeXlsx('people', rows)] as const
    const { accepted, refused } = await refusesOnlyBy(['invalid-file', 'too-large'], [...samples], (bytes) =>
      readSpreadsheet(bytes),
    )
    expect(accepted).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  test('a configuration that was changed anywhere is read or refused with its faults', { timeout }, async () => {
    const text = [
      'publicUrl: https://gate.example.com',
      'listen: { main: { host: 127.0.0.1, port: 8443 } }',
      'data: ./data',
      'issuers:',
      '  - issuer: https://id.example.com',
      '    audience: https://gate.example.com',
      '    purposes: [console, kas]',
      'network: { places: [{ name: plant, cidr: [10.1.0.0/16], country: US }] }',
      '',
    ].join('\n')
    expect(() => loadConfig({ text, env: {} })).not.toThrow()
    const read = (bytes: Uint8Array): unknown => loadConfig({ text: textOf(bytes), env: {} })
    const { refused } = await refusesOnlyBy(['invalid-request'], [utf8(text)], read)
    expect(refused).toBeGreaterThan(0)
  })
})
