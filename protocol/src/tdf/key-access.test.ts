import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toBase64 } from '../bytes.ts'
import { Problem } from '../problems.ts'
import {
  curveOf,
  ecWrapSalt,
  joinShares,
  parseKeyAccess,
  splitsOf,
  wrapStrength,
  writeKeyAccess,
} from './key-access.ts'

const pem = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString()
const rsa = (bytes: number) => ({
  type: 'wrapped',
  url: 'https://gate.example/kas',
  protocol: 'kas',
  wrappedKey: toBase64(new Uint8Array(bytes)),
  policyBinding: { alg: 'HS256', hash: 'aGFzaA==' },
  kid: 'k1',
})
const ec = { ...rsa(60), type: 'ec-wrapped', sid: 's', ephemeralPublicKey: pem('P-256') }

describe('parseKeyAccess()', () => {
  test('parseKeyAccess() reads both wraps and writeKeyAccess() writes them back', () => {
    for (const wire of [rsa(256), ec]) expect(writeKeyAccess(parseKeyAccess(wire))).toEqual(wire)
  })

  test('parseKeyAccess() takes a bare binding, empty and missing names, and unknown members', () => {
    const access = parseKeyAccess({ ...rsa(256), policyBinding: 'aGFzaA==', kid: '', sid: null, schemaVersion: '1.0' })
    expect(access).toMatchObject({ binding: 'aGFzaA==', kid: null, splitId: '' })
  })

  test('parseKeyAccess() keeps a wrap that it does not know as one that cannot be opened', () => {
    const access = parseKeyAccess({ ...rsa(256), type: 'mlkem-wrapped' })
    expect(access).toMatchObject({ type: 'other', name: 'mlkem-wrapped' })
    expect(wrapStrength(access).bits).toBeNull()
  })

  test.each([
    ['a wrapped key that is not base64', { ...rsa(256), wrappedKey: '*' }],
    ['another protocol', { ...rsa(256), protocol: 'http' }],
    ['another binding algorithm', { ...rsa(256), policyBinding: { alg: 'GMAC', hash: 'aGFzaA==' } }],
    ['no binding', { ...rsa(256), policyBinding: null }],
    ['an ec wrap without its key', { ...ec, ephemeralPublicKey: undefined }],
    ['an ec wrap on another curve', { ...ec, ephemeralPublicKey: pem('secp256k1') }],
    ['an ec wrap of another length', { ...ec, wrappedKey: toBase64(new Uint8Array(59)) }],
    ['nothing', null],
  ])('parseKeyAccess() refuses %s', (_, wire) => {
    expect(() => parseKeyAccess(wire)).toThrow(Problem)
  })
})

describe('wrapStrength()', () => {
  test.each([
    [128, 80],
    [256, 112],
    [384, 128],
    [512, 128],
    [17, 0],
  ])('wrapStrength() rates RSA of %i bytes at %i bits', (bytes, bits) => {
    expect(wrapStrength(parseKeyAccess(rsa(bytes)))).toEqual({ algorithm: `RSA-${8 * bytes}`, bits })
  })

  test.each([
    ['P-256', 128],
    ['P-384', 192],
    ['P-521', 256],
  ])('wrapStrength() rates EC %s at %i bits', (curve, bits) => {
    const access = parseKeyAccess({ ...ec, ephemeralPublicKey: pem(curve) })
    expect(wrapStrength(access)).toEqual({ algorithm: `EC ${curve}`, bits })
  })
})

describe('splits', () => {
  test('splitsOf() groups alternatives and joinShares() needs every split', () => {
    const one = parseKeyAccess({ ...ec, sid: '1' })
    const two = parseKeyAccess({ ...ec, sid: '2' })
    expect([...splitsOf([one, two, one]).values()].map((group) => group.length)).toEqual([2, 1])
    const a = new Uint8Array(32).fill(0b1100)
    const b = new Uint8Array(32).fill(0b1010)
    expect(joinShares([a, b])).toEqual(new Uint8Array(32).fill(0b0110))
    expect(joinShares([a])).not.toEqual(joinShares([a, b]))
  })

  test('ecWrapSalt is the hash of the three letters', () => {
    expect(ecWrapSalt).toEqual(new Uint8Array(createHash('sha256').update('TDF').digest()))
  })

  test('curveOf() names no curve for other text', () => {
    expect(curveOf('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')).toBeNull()
    expect(curveOf('')).toBeNull()
  })
})
