import { createHash } from 'node:crypto'
import { type Problem, utf8 } from '@sallyport/protocol'
import fc from 'fast-check'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { makeProofMemory } from './proof-memory.ts'
import { makeProofNonces } from './proof-nonces.ts'
import {
  audience,
  client,
  clientJwk,
  clock,
  jkt,
  makeVerifier,
  otherKeys,
  proof,
  refusalOf,
  request,
  startAgain,
  startMs,
  token,
  url,
  verifier,
} from './testing.ts'

beforeEach(startAgain)

describe('verify() of proofs', () => {
  test('verify() refuses a proof that is replayed, even by another verifier with the same memory', async () => {
    const proofMemory = makeProofMemory(clock)
    const [one, two] = [makeVerifier({ proofMemory }), makeVerifier({ proofMemory })]
    const text = await token()
    const sent = request(`DPoP ${text}`, await proof(text))
    await one.verify(sent)
    expect(await refusalOf(sent, one)).toBe('the proof was used before')
    expect(await refusalOf(sent, two)).toBe('the proof was used before')
    clock.advance(121_000)
    expect(await refusalOf(sent, one)).toBe('the time of the proof is too far from now')
  })

  test('verify() refuses a proof for another method, address, token, time or type', async () => {
    const text = await token()
    const now = startMs / 1_000
    const refused: [Record<string, unknown>, Record<string, unknown>, string][] = [
      [{ htm: 'GET' }, {}, 'another method'],
      [{ htu: `${audience}/other` }, {}, 'another address'],
      [{ htu: 'https://gate.example.com.evil.example/kas.AccessService/Rewrap' }, {}, 'another address'],
      [{ htu: 'https://x@gate.example.com/kas.AccessService/Rewrap' }, {}, 'another address'],
      [{ htu: '/kas.AccessService/Rewrap' }, {}, 'another address'],
      [{ ath: undefined }, {}, 'does not name the token'],
      [{ ath: 'x' }, {}, 'another token'],
      [{ iat: now - 121 }, {}, 'too far from now'],
      [{ iat: now + 121 }, {}, 'too far from now'],
      [{ jti: undefined }, {}, 'lacks a claim'],
      [{ jti: 'x'.repeat(257) }, {}, 'lacks a claim'],
      [{}, { typ: 'JWT' }, 'not of type dpop+jwt'],
      [{}, { jwk: undefined }, 'not of type dpop+jwt'],
      [{}, { jwk: { ...clientJwk, crv: 'P-384' } }, 'not a public key'],
      [{}, { jwk: await exportJWK(client.privateKey) }, 'not a public key'],
    ]
    for (const [claims, header, state] of refused) {
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text, claims, header)))).toContain(state)
    }
    const dotted = await proof(text, { htu: `HTTPS://GATE.example.com:443/x/../kas.AccessService/Rewrap?q#f` })
    expect((await verifier.verify(request(`DPoP ${text}`, dotted))).subject).toBe('anna')
  })

  test('verify() refuses a request whose token or proof has any other character anywhere', async () => {
    const text = await token()
    const made = await proof(text)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. ~='.split('')
    const altered = fc.record({
      inToken: fc.boolean(),
      at: fc.nat({ max: Math.min(text.length, made.length) - 1 }),
      character: fc.constantFrom(...alphabet),
    })
    await fc.assert(
      fc.asyncProperty(altered, async ({ inToken, at, character }) => {
        const original = inToken ? text : made
        // The last character of a signature carries bits that base64url does not use.
        fc.pre(original[at] !== character && at !== original.length - 1)
        const changed = original.slice(0, at) + character + original.slice(at + 1)
        const sent = inToken ? request(`DPoP ${changed}`, made) : request(`DPoP ${text}`, changed)
        expect(await refusalOf(sent)).not.toBe('verified')
      }),
      { numRuns: 300 },
    )
    expect((await verifier.verify(request(`DPoP ${text}`, made))).subject).toBe('anna')
  })

  test('verify() refuses a proof by another key, a bad signature, two proofs and none', async () => {
    const text = await token()
    const good = await proof(text)
    expect(await refusalOf(request(`DPoP ${text}`, await proof(text, {}, {}, otherKeys)))).toContain(
      'bound to another key',
    )
    expect(await refusalOf(request(`DPoP ${text}`, await proof(text, {}, { jwk: clientJwk }, otherKeys)))).toContain(
      'signature of the proof does not verify',
    )
    expect(await refusalOf(request(`DPoP ${text}`, `${good}, ${good}`))).toContain('not exactly one proof')
    expect(await refusalOf(request(`DPoP ${text}`))).toBe('there is no proof for the bound token')
    expect(await refusalOf(request(`Bearer ${text}`))).toBe('there is no proof for the bound token')
    const hmac = { alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } }
    const symmetric = await new SignJWT({ jti: 'x', htm: 'POST', htu: url, iat: startMs / 1_000 })
      .setProtectedHeader(hmac)
      .sign(utf8('secret'.repeat(8)))
    expect(await refusalOf(request(`DPoP ${text}`, symmetric))).toContain('not a public key')
  })

  test('verify() takes proofs by RSA and Ed25519 keys too, and no RSA key below 2048 bits', async () => {
    for (const algorithm of ['RS256', 'PS256', 'ES384', 'Ed25519', 'EdDSA']) {
      const key = await generateKeyPair(algorithm, { extractable: true })
      const bound = await token({ cnf: { jkt: await calculateJwkThumbprint(await exportJWK(key.publicKey)) } })
      const made = await proof(bound, {}, { alg: algorithm }, key)
      expect((await verifier.verify(request(`DPoP ${bound}`, made))).dpopJkt).not.toBeNull()
    }
    const { generateKeyPairSync, sign } = await import('node:crypto')
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const jwk = weak.publicKey.export({ format: 'jwk' })
    const bound = await token({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const ath = createHash('sha256').update(bound).digest('base64url')
    const parts = [
      { alg: 'RS256', typ: 'dpop+jwt', jwk },
      { jti: 'x', htm: 'POST', htu: url, iat: startMs / 1_000, ath },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('sha256', Buffer.from(parts.join('.')), weak.privateKey).toString('base64url')
    expect(await refusalOf(request(`DPoP ${bound}`, [...parts, signature].join('.')))).toContain('not a public key')
  })

  test('verify() asks for a nonce of this gate where the client owes one, and takes it once given', async () => {
    const mac = async (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
    const nonces = makeProofNonces({ mac, clock })
    const nonced = makeVerifier({ nonces })
    const text = await token({ client_id: 'nonced' })
    const first = await nonced.verify(request(`DPoP ${text}`, await proof(text))).catch((cause: unknown) => cause)
    const details = (first as Problem).details
    expect(details['wwwAuthenticate']).toContain('DPoP error="use_dpop_nonce"')
    const nonce = String(details['dpopNonce'])
    expect((await nonced.verify(request(`DPoP ${text}`, await proof(text, { nonce })))).subject).toBe('anna')
    clock.advance(300_000)
    expect((await nonced.verify(request(`DPoP ${text}`, await proof(text, { nonce })))).subject).toBe('anna')
    clock.advance(300_000)
    expect(await refusalOf(request(`DPoP ${text}`, await proof(text, { nonce })), nonced)).toContain('needs the nonce')
    const without = await verifier.verify(request(`DPoP ${text}`, await proof(text))).catch((cause: unknown) => cause)
    expect(without).toMatchObject({ code: 'unavailable' })
  })
})

describe('verify() by what a client owes', () => {
  test('verify() refuses an unbound token of a client that must bind, and takes it from one that need not', async () => {
    const unbound = await token({ cnf: undefined })
    expect(await refusalOf(request(`Bearer ${unbound}`))).toBe('the token is not bound to a key')
    expect(await refusalOf(request(`DPoP ${unbound}`, await proof(unbound)))).toBe('the token is not bound to a key')
    const plain = await token({ cnf: undefined, client_id: 'plain' })
    expect(await verifier.verify(request(`Bearer ${plain}`))).toMatchObject({ dpopJkt: null, proofKey: null })
    expect(await refusalOf(request(`DPoP ${plain}`, await proof(plain)))).toBe('the token is not bound to a key')
    const mtls = await token({ cnf: { 'x5t#S256': 'x' }, client_id: 'plain' })
    expect(await refusalOf(request(`Bearer ${mtls}`))).toBe('the token is bound in a way that this gate cannot check')
  })

  test('verify() tolerates the faults of a client only where they are allowed by name', async () => {
    const allowed = await token({ client_id: 'web' })
    const strictly = await token({ client_id: 'plain' })
    const faults: [string, Record<string, unknown>][] = [
      ['DPoP', { htu: '/kas.AccessService/Rewrap' }],
      ['DPoP', { ath: undefined }],
      ['Bearer', {}],
    ]
    for (const [scheme, claims] of faults) {
      const sent = request(`${scheme} ${allowed}`, await proof(allowed, claims))
      expect((await verifier.verify(sent)).dpopJkt).toBe(jkt)
      expect(await refusalOf(request(`${scheme} ${strictly}`, await proof(strictly, claims)))).not.toBe('verified')
    }
    expect(await refusalOf(request(`DPoP ${allowed}`, await proof(allowed, { htu: '/other' })))).toContain(
      'another address',
    )
    expect(await refusalOf(request(`DPoP ${allowed}`, await proof(allowed, { ath: 'x' })))).toContain('another token')
    expect(await refusalOf(request(`Bearer ${allowed}`))).toBe('there is no proof for the bound token')
  })

  test('verify() checks a proof beside an unbound token, and reports its key without calling it bound', async () => {
    const unbound = await token({ cnf: undefined, client_id: 'web' })
    const caller = await verifier.verify(request(`Bearer ${unbound}`, await proof(unbound)))
    expect(caller.dpopJkt).toBeNull()
    expect(caller.proofKey?.export({ format: 'jwk' })).toMatchObject({ x: clientJwk.x })
    expect(await refusalOf(request(`Bearer ${unbound}`, await proof(unbound, { htm: 'GET' })))).toContain(
      'another method',
    )
  })
})

test('makeProofMemory() forgets none early: it refuses when it is full, and has room again once they expire', () => {
  const memory = makeProofMemory(clock, 2)
  expect([memory.remember('a', 100), memory.remember('b', 100), memory.remember('a', 100)]).toEqual([true, true, false])
  expect(() => memory.remember('c', 100)).toThrow(expect.objectContaining({ code: 'too-many-requests' }))
  clock.advance(100)
  expect(memory.remember('a', 100)).toBe(true)
})
