import { generateKeyPairSync } from 'node:crypto'
import { toBase64, utf8, type Id } from '@sallyport/protocol'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wrapShare } from '../../files/testing.ts'
import { parseFulfillable } from './additional-context.ts'
import { maxKeysPerPolicy, maxPolicies, parseRewrapRequest } from './rewrap-request.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const gateKey = {
  url: 'https://gate.test/kas',
  kid: 'k1',
  algorithm: 'ec:secp256r1',
  publicKeyPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
}
const uuid = '018f0000-0000-7000-8000-0000000000f1' as Id<'policy'>
const policy = writePolicy({ uuid, labels: [] })
const keyAccessObject = writeKeyAccess(wrapShare(gateKey, new Uint8Array(32), policy))
const key = { keyAccessObjectId: 'kao-0', keyAccessObject }
const one = { policy: { id: 'policy', body: policy }, keyAccessObjects: [key] }

const parse = (body: unknown) => parseRewrapRequest(JSON.stringify(body))
const refused = expect.objectContaining({
  code: 'invalid-request',
  details: expect.objectContaining({ kind: 'request-body' }),
})

describe('parseRewrapRequest()', () => {
  test('parseRewrapRequest() reads version 2, its deprecated copies and unknown members left aside', () => {
    const body = {
      clientPublicKey: 'pem',
      requests: [{ ...one, algorithm: '', new: 1 }],
      keyAccess: 'old',
      policy,
      future: {},
    }
    expect(parse(body)).toMatchObject({
      version: 2,
      clientPublicKeyPem: 'pem',
      policies: [
        { policyId: 'policy', policy: { uuid }, keys: [{ id: 'kao-0', access: { type: 'ec-wrapped', kid: 'k1' } }] },
      ],
    })
  })

  test('parseRewrapRequest() takes a binding without an algorithm, as the web SDK sends it, for HS256', () => {
    const { hash } = keyAccessObject.policyBinding
    const unnamed = { ...key, keyAccessObject: { ...keyAccessObject, policyBinding: { hash } } }
    const [asked] = parse({ clientPublicKey: 'pem', requests: [{ ...one, keyAccessObjects: [unnamed] }] }).policies
    expect(asked?.keys).toMatchObject([{ access: { binding: hash } }])
  })

  test('parseRewrapRequest() reads version 1, with the binding as an object or as bare text', () => {
    for (const policyBinding of [keyAccessObject.policyBinding, keyAccessObject.policyBinding.hash]) {
      const keyAccess = { ...keyAccessObject, policyBinding, schemaVersion: '1.0' }
      expect(parse({ clientPublicKey: 'pem', policy, keyAccess })).toMatchObject({
        version: 1,
        policies: [{ policy: { uuid }, keys: [{ access: { binding: keyAccessObject.policyBinding.hash } }] }],
      })
    }
  })

  test('parseRewrapRequest() refuses nothing, too much and names that stand twice', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...key, keyAccessObjectId: `kao-${i}` }))
    const policies = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ ...one, policy: { id: `p${i}`, body: policy } }))
    const full = { ...one, keyAccessObjects: many(maxKeysPerPolicy) }
    expect(parse({ clientPublicKey: 'pem', requests: [full] }).policies[0]?.keys).toHaveLength(maxKeysPerPolicy)
    expect(parse({ clientPublicKey: 'pem', requests: policies(maxPolicies) }).policies).toHaveLength(maxPolicies)
    for (const requests of [
      [],
      [{ ...one, keyAccessObjects: [] }],
      [{ ...one, keyAccessObjects: many(10_000) }],
      [{ ...one, keyAccessObjects: [key, key] }],
      [one, one],
      policies(maxPolicies + 1),
      [{ keyAccessObjects: [key] }],
      'requests',
    ]) {
      expect(() => parse({ clientPublicKey: 'pem', requests })).toThrow(refused)
    }
    for (const body of [null, [], 'text', {}, { clientPublicKey: 'pem' }, { clientPublicKey: 1, requests: [one] }]) {
      expect(() => parse(body)).toThrow(refused)
    }
    expect(() => parseRewrapRequest('{')).toThrow(refused)
  })

  test('parseRewrapRequest() keeps a policy or key that cannot be read apart from the others', () => {
    const hostile = [
      '',
      '!',
      toBase64(utf8('[]')),
      toBase64(utf8('{"uuid":"../../etc","body":{}}')),
      toBase64(utf8(`{"uuid":"${uuid}' OR 1=1","body":{}}`)),
      toBase64(utf8(`{"uuid":"${uuid}","body":{"dataAttributes":[{"attribute":"not a name"}]}}`)),
      toBase64(new Uint8Array([0xff, 0xfe])),
    ]
    const requests = [one, ...hostile.map((body, i) => ({ ...one, policy: { id: `bad-${i}`, body } }))]
    const [good, ...bad] = parse({ clientPublicKey: 'pem', requests }).policies
    expect(good?.policy).not.toBeNull()
    expect(bad.map((asked) => asked.policy)).toEqual(hostile.map(() => null))
    const keyAccessObjects = [
      key,
      { keyAccessObjectId: 'text', keyAccessObject: 'x' },
      { keyAccessObjectId: 'nothing' },
      { keyAccessObjectId: 'hmac', keyAccessObject: { ...keyAccessObject, policyBinding: { alg: 'none', hash: '' } } },
      { keyAccessObjectId: 'wrap', keyAccessObject: { ...keyAccessObject, wrappedKey: '***' } },
      { keyAccessObjectId: 'mlkem', keyAccessObject: { ...keyAccessObject, type: 'mlkem-wrapped' } },
    ]
    const [asked] = parse({ clientPublicKey: 'pem', requests: [{ ...one, keyAccessObjects }] }).policies
    expect(asked?.keys.map(({ access }) => access?.type ?? null)).toEqual([
      'ec-wrapped',
      null,
      null,
      null,
      null,
      'other',
    ])
  })

  test('parseRewrapRequest() refuses or reads any JSON, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (requests, keyAccess) => {
        const body = {
          clientPublicKey: 'pem',
          requests: JSON.parse(requests),
          keyAccess: JSON.parse(keyAccess),
          policy,
        }
        try {
          parse(body)
        } catch (error) {
          expect(error).toEqual(refused)
        }
      }),
    )
  })
})

describe('parseFulfillable()', () => {
  const header = (json: unknown) => toBase64(utf8(JSON.stringify(json)))
  const fqn = 'https://sallyport.test/obl/drm/value/watermark'

  test('parseFulfillable() reads names in lower case once each; none where the header or the list is absent', () => {
    expect(parseFulfillable(null)).toEqual([])
    expect(parseFulfillable(header({}))).toEqual([])
    expect(parseFulfillable(header({ obligations: { fulfillableFQNs: null } }))).toEqual([])
    expect(parseFulfillable(header({ obligations: { fulfillableFQNs: [fqn, fqn.toUpperCase()] } }))).toEqual([fqn])
  })

  test('parseFulfillable() refuses what is not base64, not JSON, not a list of obligation names, or endless', () => {
    const many = Array.from({ length: 51 }, (_, i) => `${fqn}${i}`)
    for (const bad of [
      '',
      '%%%',
      toBase64(utf8('{')),
      header([]),
      header({ obligations: [] }),
      header({ obligations: { fulfillableFQNs: fqn } }),
      header({ obligations: { fulfillableFQNs: ['https://x/attr/a/value/b'] } }),
      header({ obligations: { fulfillableFQNs: [1] } }),
      header({ obligations: { fulfillableFQNs: many } }),
    ]) {
      expect(() => parseFulfillable(bad)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
    }
  })
})
