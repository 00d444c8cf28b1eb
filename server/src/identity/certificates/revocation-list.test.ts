// A revocation list read from its bytes, against the library that makes an object of every entry, and altered.

// oxlint-disable-next-line import/no-unassigned-import -- it only puts functions on Reflect, which the library wants first
import '../../base/reflect-metadata.ts'
import { KeyObject, type webcrypto } from 'node:crypto'
import { X509Crl, X509CrlGenerator } from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '@sallyport/protocol'
import { readRevocationList } from './revocation-list.ts'

const { subtle } = globalThis.crypto
const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
const kinds = {
  'ECDSA with SHA-256': [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  'ECDSA with SHA-384': [
    { name: 'ECDSA', namedCurve: 'P-384' },
    { name: 'ECDSA', hash: 'SHA-384' },
  ],
  RSA: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...rsa }, { name: 'RSASSA-PKCS1-v1_5' }],
  'RSA with PSS': [
    { name: 'RSA-PSS', hash: 'SHA-256', ...rsa },
    { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  ],
  Ed25519: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
} as const

const newKeys = async (of: object): Promise<webcrypto.CryptoKeyPair> =>
  await subtle.generateKey(of as webcrypto.EcKeyGenParams, true, ['sign', 'verify'])

let keys: webcrypto.CryptoKeyPair
beforeAll(async () => {
  keys = await newKeys(kinds['ECDSA with SHA-256'][0])
})

interface Made {
  readonly serials: readonly string[]
  readonly signingAlgorithm?: object
  readonly signingKey?: webcrypto.CryptoKey
}

async function listOf({ serials, signingAlgorithm, signingKey }: Made): Promise<Uint8Array> {
  const list = await X509CrlGenerator.create({
    issuer: 'CN=Works issuing, O=Works',
    thisUpdate: new Date('2026-03-03T08:00:00Z'),
    nextUpdate: new Date('2026-03-10T08:00:00Z'),
    entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: new Date('2026-03-02T08:00:00Z') })),
    signingAlgorithm: (signingAlgorithm ?? kinds['ECDSA with SHA-256'][1]) as webcrypto.EcdsaParams,
    signingKey: signingKey ?? keys.privateKey,
  })
  return new Uint8Array(list.rawData)
}

describe('readRevocationList()', () => {
  test('says what the library says of lists with whatever numbers', async () => {
    const serial = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => toHex(Uint8Array.of(1, ...bytes)))
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(serial, { maxLength: 40 }), fc.array(serial), async (serials, others) => {
        const der = await listOf({ serials })
        const [read, known] = [readRevocationList(der), new X509Crl(der)]
        expect(read).toMatchObject({
          size: serials.length,
          madeMs: known.thisUpdate.getTime(),
          untilMs: known.nextUpdate?.getTime(),
          isWhole: true,
        })
        expect(Buffer.from(read.issuerName)).toEqual(Buffer.from(known.issuerName.toArrayBuffer()))
        for (const one of serials) expect([read.names(one), read.names(one.toUpperCase())]).toEqual([true, true])
        for (const one of others) expect(read.names(one)).toBe(serials.includes(one))
      }),
      { numRuns: 30 },
    )
  })

  test.each(Object.entries(kinds))(
    'believes a signature by %s of that key alone',
    async (_, [of, signingAlgorithm]) => {
      const [own, other] = [await newKeys(of), await newKeys(of)]
      const read = readRevocationList(await listOf({ serials: ['17'], signingAlgorithm, signingKey: own.privateKey }))
      expect(await read.isSignedBy(KeyObject.from(own.publicKey))).toBe(true)
      expect(await read.isSignedBy(KeyObject.from(other.publicKey))).toBe(false)
    },
  )

  test('believes none that is made with SHA-1, nor a key of another type', async () => {
    const [of, algorithm] = [
      { name: 'ECDSA', namedCurve: 'P-256' },
      { name: 'ECDSA', hash: 'SHA-1' },
    ]
    const { publicKey, privateKey } = await newKeys(of)
    const old = readRevocationList(await listOf({ serials: [], signingAlgorithm: algorithm, signingKey: privateKey }))
    expect(await old.isSignedBy(KeyObject.from(publicKey))).toBe(false)
    const good = readRevocationList(await listOf({ serials: [] }))
    expect(await good.isSignedBy(KeyObject.from((await newKeys(kinds.Ed25519[0])).publicKey))).toBe(false)
  })

  test('with a bit of any byte before its signature changed is no list, or is not signed', async () => {
    const der = await listOf({ serials: ['17', '2a'] })
    const key = KeyObject.from(keys.publicKey)
    const signedAt = der.length - 72
    for (let at = 0; at < signedAt; at++) {
      const altered = Uint8Array.from(der)
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8))
      const isBelieved = async () => await readRevocationList(altered).isSignedBy(key)
      expect(await isBelieved().catch(() => false), `byte ${at}`).toBe(false)
    }
  })

  test('refuses a list that names another algorithm outside of what is signed than in it', async () => {
    const der = Buffer.from(await listOf({ serials: [] }))
    // ecdsa-with-SHA256, whose last byte is 3 for SHA-384.
    const outer = der.lastIndexOf('2a8648ce3d040302', undefined, 'hex')
    der[outer + 7] = 3
    expect(() => readRevocationList(der)).toThrow(/two algorithms/)
  })

  test.each([
    ['nothing', () => new Uint8Array()],
    ['one byte', () => Uint8Array.of(0x30)],
    ['a length of no end', () => Uint8Array.of(0x30, 0x80, 0, 0)],
    ['a length beyond the end', () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1)],
    ['a length with a zero before it', () => Uint8Array.of(0x30, 0x82, 0, 1, 0)],
    ['something else', () => new TextEncoder().encode('no list at all')],
  ])('refuses %s', (_, bytes) => {
    expect(() => readRevocationList(bytes())).toThrow(TypeError)
  })

  test('refuses a list that more follows on, or that ends too early', async () => {
    const der = await listOf({ serials: ['17'] })
    expect(() => readRevocationList(Uint8Array.of(...der, 0))).toThrow(TypeError)
    for (let end = 0; end < der.length; end++) {
      expect(() => readRevocationList(der.subarray(0, end)), `${end} bytes`).toThrow(TypeError)
    }
  })

  test('takes what is no serial number for one that is named', async () => {
    const read = readRevocationList(await listOf({ serials: [] }))
    for (const serial of ['', '-17', 'nothing']) expect(read.names(serial)).toBe(true)
    expect(read.names('17')).toBe(false)
  })
})
