import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, toBase64, toHex, utf8 } from '../bytes.ts'
import { Problem } from '../problems.ts'
import { bindPolicy, isPolicyBound, isRootSigned, isSameMac, signRoot, type HmacSha256 } from './integrity.ts'
import { parseManifest, segmentSpans } from './parse-manifest.ts'
import { segmentBytesFor, writeManifest } from './write-manifest.ts'

const hmac: HmacSha256 = (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest())
const key = new Uint8Array(32).fill(7)
const tags = new Uint8Array(48).map((_, i) => i)
const keyAccess = {
  type: 'wrapped',
  url: 'https://gate.example/kas',
  protocol: 'kas',
  wrappedKey: toBase64(new Uint8Array(256)),
  policyBinding: { alg: 'HS256', hash: 'aGFzaA==' },
}

type Members = Record<string, unknown>

function manifest(change: { top?: Members; payload?: Members; info?: Members; integrity?: Members } = {}): Members {
  const integrityInformation = {
    rootSignature: { alg: 'HS256', sig: toBase64(new Uint8Array(32)) },
    segmentHashAlg: 'GMAC',
    segmentSizeDefault: 100,
    encryptedSegmentSizeDefault: 128,
    segments: [
      { hash: toBase64(tags.subarray(0, 16)) },
      { hash: toBase64(tags.subarray(16, 32)), segmentSize: 5, encryptedSegmentSize: 33 },
    ],
    ...change.integrity,
  }
  return {
    schemaVersion: '4.3.0',
    payload: { type: 'reference', url: '0.payload', protocol: 'zip', isEncrypted: true, ...change.payload },
    encryptionInformation: {
      type: 'split',
      policy: 'e30=',
      method: { algorithm: 'AES-256-GCM', IsStreamable: true },
      keyAccess: [keyAccess],
      integrityInformation,
      ...change.info,
    },
    ...change.top,
  }
}

const parse = (value: Members) => parseManifest(utf8(JSON.stringify(value)))

describe('parseManifest()', () => {
  test('parseManifest() defaults the sizes that the web sdk leaves out', () => {
    const { segments, version, keyAccess } = parse(manifest())
    expect(version).toBe('4.3.0')
    expect(keyAccess).toHaveLength(1)
    expect([...segments.plainBytes]).toEqual([100, 5])
    expect(segments.totalBytes).toBe(105)
    expect(segmentSpans(segments)).toEqual([
      { offset: 0, plainBytes: 100 },
      { offset: 128, plainBytes: 5 },
    ])
  })

  test('parseManifest() takes null and missing lists and a missing segment algorithm', () => {
    const { segments, assertions } = parse(
      manifest({ top: { assertions: null }, integrity: { segments: null, segmentHashAlg: null } }),
    )
    expect([segments.count, segments.hashAlgorithm, assertions]).toEqual([0, 'HS256', 0])
  })

  test('parseManifest() reads what writeManifest() writes', () => {
    const facts = { mimeType: 'text/plain', policy: 'e30=', keyAccess: parse(manifest()).keyAccess, segmentBytes: 100 }
    const bytes = writeManifest({ ...facts, rootSignature: key, totalBytes: 205, tags })
    const parsed = parseManifest(bytes)
    expect(parsed).toMatchObject({ version: '4.3.0', mimeType: 'text/plain', policy: 'e30=', rootSignature: key })
    expect(parsed.segments.hashes).toEqual(tags)
    expect([...parsed.segments.plainBytes]).toEqual([100, 100, 5])
    expect(new TextDecoder().decode(bytes).match(/encryptedSegmentSize"/g)).toHaveLength(3)
  })

  test.each<[string, Members]>([
    [
      'a root signature by GMAC',
      manifest({ integrity: { rootSignature: { alg: 'GMAC', sig: toBase64(tags.subarray(0, 16)) } } }),
    ],
    ['an unknown root algorithm', manifest({ integrity: { rootSignature: { alg: 'HS512', sig: '' } } })],
    ['an unknown segment algorithm', manifest({ integrity: { segmentHashAlg: 'CRC32' } })],
    ['an unknown content algorithm', manifest({ info: { method: { algorithm: 'AES-256-CBC' } } })],
    ['content that is not encrypted', manifest({ payload: { isEncrypted: false } })],
    ['no word on encryption', manifest({ payload: { isEncrypted: undefined } })],
    ['another payload', manifest({ payload: { url: 'https://elsewhere.example/' } })],
    ['no key access', manifest({ info: { keyAccess: [] } })],
    ['a later version', manifest({ top: { schemaVersion: '4.4.0' } })],
    [
      'a segment above 4 MiB',
      manifest({
        integrity: {
          segments: [{ hash: toBase64(tags.subarray(0, 16)), segmentSize: 4194305, encryptedSegmentSize: 4194333 }],
        },
      }),
    ],
    [
      'sizes that do not fit',
      manifest({
        integrity: { segments: [{ hash: toBase64(tags.subarray(0, 16)), segmentSize: 10, encryptedSegmentSize: 39 }] },
      }),
    ],
    [
      'a negative size',
      manifest({
        integrity: { segments: [{ hash: toBase64(tags.subarray(0, 16)), segmentSize: -28, encryptedSegmentSize: 0 }] },
      }),
    ],
    ['a hash of another length', manifest({ integrity: { segments: [{ hash: toBase64(tags.subarray(0, 15)) }] } })],
    [
      'a hash in hex in 4.3.0',
      manifest({ integrity: { segments: [{ hash: toBase64(utf8(toHex(tags.subarray(0, 16)))) }] } }),
    ],
    ['a raw hash in 4.2.2', manifest({ top: { schemaVersion: undefined } })],
  ])('parseManifest() refuses %s', (_, value) => {
    expect(() => parse(value)).toThrow(Problem)
  })

  test('parseManifest() throws nothing but problems', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        try {
          parseManifest(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
    )
  })
})

describe('segmentBytesFor()', () => {
  test('segmentBytesFor() keeps 1 MiB up to about 100 GB and steps up above', () => {
    expect(segmentBytesFor(0)).toBe(1048576)
    expect(segmentBytesFor(100e9)).toBe(1048576)
    expect(segmentBytesFor(130e9)).toBe(2097152)
    expect(segmentBytesFor(400e9)).toBe(4194304 - 65536)
  })

  test('segmentBytesFor() refuses what no manifest can describe', () => {
    expect(() => segmentBytesFor(500e9)).toThrow(Problem)
  })

  test('writeManifest() stays below 10 MiB for the largest file of the first step', () => {
    const totalBytes = 110_000 * 1048576
    const facts = { mimeType: 'x/y', policy: 'e30=', keyAccess: parse(manifest()).keyAccess, rootSignature: key }
    const bytes = writeManifest({ ...facts, segmentBytes: 1048576, totalBytes, tags: new Uint8Array(16 * 110_000) })
    expect(bytes.length).toBeLessThan(10 * 1048576)
    expect(parseManifest(bytes).segments.totalBytes).toBe(totalBytes)
  })
})

describe('integrity', () => {
  test('isPolicyBound() takes the hex form that bindPolicy() writes, and the raw form', async () => {
    const hash = await bindPolicy(hmac, key, 'e30=')
    expect(hash).toHaveLength(88)
    const raw = toBase64(await hmac(key, utf8('e30=')))
    expect(await isPolicyBound(hmac, key, 'e30=', hash)).toBe(true)
    expect(await isPolicyBound(hmac, key, 'e30=', raw)).toBe(true)
  })

  test('isPolicyBound() refuses another policy, another share and other text', async () => {
    const hash = await bindPolicy(hmac, key, 'e30=')
    expect(await isPolicyBound(hmac, key, 'e30K', hash)).toBe(false)
    expect(await isPolicyBound(hmac, new Uint8Array(32), 'e30=', hash)).toBe(false)
    for (const text of [
      '',
      '*',
      toBase64(new Uint8Array(33)),
      toBase64(utf8('z'.repeat(64))),
      toBase64(new Uint8Array(64).fill(200)),
    ]) {
      expect(await isPolicyBound(hmac, key, 'e30=', text)).toBe(false)
    }
  })

  test('isRootSigned() follows the rule of each version', async () => {
    const hashes = tags.subarray(0, 32)
    const sig = await signRoot(hmac, key, hashes)
    const now = parse(manifest({ integrity: { rootSignature: { alg: 'HS256', sig: toBase64(sig) } } }))
    expect(await isRootSigned(hmac, key, now)).toBe(true)
    expect(await isRootSigned(hmac, new Uint8Array(32), now)).toBe(false)
    const hex = (bytes: Uint8Array) => toBase64(utf8(toHex(bytes)))
    const segments = [{ hash: hex(tags.subarray(0, 16)) }, { hash: hex(tags.subarray(16, 32)) }]
    const oldSig = hex(await hmac(key, utf8(toHex(hashes))))
    const integrity = { segments, rootSignature: { alg: 'HS256', sig: oldSig } }
    const old = parse(manifest({ top: { schemaVersion: undefined }, integrity }))
    expect(old.version).toBe('4.2.2')
    expect(await isRootSigned(hmac, key, old)).toBe(true)
    const swapped = parse(
      manifest({ top: { schemaVersion: '' }, integrity: { ...integrity, segments: segments.toReversed() } }),
    )
    expect(await isRootSigned(hmac, key, swapped)).toBe(false)
  })

  test('isSameMac() compares length and every byte', () => {
    expect(isSameMac(key, key.slice())).toBe(true)
    expect(isSameMac(key, key.subarray(1))).toBe(false)
    expect(isSameMac(key, key.with(31, 0))).toBe(false)
    expect(fromBase64(toBase64(key))).toEqual(key)
  })
})
