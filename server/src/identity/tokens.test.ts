import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Problem, utf8 } from '@sallyport/protocol'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWK,
  type JWTPayload,
} from 'jose'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { manualClock, type ManualClock } from '../base/testing.ts'
import type { ClientRules } from './issuers.ts'
import { makeProofMemory } from './proof-memory.ts'
import { makeProofNonces } from './proof-nonces.ts'
import { makeTokenVerifier, type SignInRequest, type TokenVerifier, type TokenVerifierOptions } from './tokens.ts'

type Pair = Awaited<ReturnType<typeof generateKeyPair>>

const issuer = 'https://idp.example.com/tenant'
const other = 'https://other.example.com'
const audience = 'https://gate.example.com'
const url = `${audience}/kas.AccessService/Rewrap`
const startMs = Date.UTC(2026, 5, 1)

let issuerKeys: Pair
let otherKeys: Pair
let client: Pair
let clientJwk: JWK
let jkt: string
let jwks: { keys: JWK[] }
let clock: ManualClock
let verifier: TokenVerifier

beforeAll(async () => {
  issuerKeys = await generateKeyPair('ES256', { extractable: true })
  otherKeys = await generateKeyPair('ES256', { extractable: true })
  client = await generateKeyPair('ES256', { extractable: true })
  clientJwk = await exportJWK(client.publicKey)
  jkt = await calculateJwkThumbprint(clientJwk)
  jwks = { keys: [{ ...(await exportJWK(issuerKeys.publicKey)), kid: 'one', alg: 'ES256' }] }
})

beforeEach(() => {
  clock = manualClock(startMs)
  verifier = makeVerifier({})
})

const strict: ClientRules = { dpop: 'required' }
const lax: ClientRules = {
  dpop: 'optional',
  acceptPathOnlyHtu: true,
  acceptBearerWithProof: true,
  acceptMissingAth: true,
}
const clients = {
  cli: strict,
  web: lax,
  plain: { dpop: 'optional' },
  nonced: { dpop: 'required', nonce: 'required' },
} as const

function makeVerifier(options: Partial<TokenVerifierOptions>): TokenVerifier {
  const otherJwks = { keys: [{ ...jwks.keys[0], kid: 'two' }] as JWK[] }
  return makeTokenVerifier({
    issuers: [
      { issuer, audience: [audience], jwks, purposes: ['kas', 'api'], clients },
      { issuer: other, audience: [audience], jwks: otherJwks, purposes: ['api'], clients },
    ],
    clock,
    ...options,
  })
}

async function token(claims: JWTPayload = {}, header: Record<string, unknown> = {}, key = issuerKeys): Promise<string> {
  const now = Math.floor(clock.now() / 1_000)
  const all = { iss: issuer, aud: audience, sub: 'anna', client_id: 'cli', exp: now + 600, cnf: { jkt }, ...claims }
  return await new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one', ...header })
    .sign(key.privateKey)
}

async function proof(
  of: string,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key = client,
) {
  const now = Math.floor(clock.now() / 1_000)
  const ath = createHash('sha256').update(of).digest('base64url')
  const all = { jti: randomUUID(), htm: 'POST', htu: url, iat: now, ath, ...claims }
  const jwk = await exportJWK(key.publicKey)
  return await new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
    .sign(key.privateKey)
}

function request(authorization: string | undefined, dpop?: string): SignInRequest {
  return { authorization, dpop, method: 'POST', url, expectedPurpose: 'kas' }
}

async function refusalOf(sent: SignInRequest, by = verifier): Promise<string> {
  const problem = await by.verify(sent).then(
    () => 'verified',
    (cause: unknown) => cause,
  )
  if (!(problem instanceof Problem)) return String(problem)
  expect(problem.code).toBe('not-signed-in')
  expect(problem.details['wwwAuthenticate']).toMatch(/^DPoP [ !-~]+$/)
  return problem.message.replace('cannot verify sign-in: ', '')
}

describe('verify()', () => {
  test('verify() names the caller of a bound token with its proof, again and again with new proofs', async () => {
    const text = await token()
    for (let round = 0; round < 3; round++) {
      expect(await verifier.verify(request(`DPoP ${text}`, await proof(text)))).toMatchObject({
        issuer,
        subject: 'anna',
        clientId: 'cli',
        isNaturalPerson: true,
        dpopJkt: jkt,
        expiresAtMs: startMs + 600_000,
      })
    }
    const withQuery = { ...request(`dpop ${text}`, await proof(text)), url: `${url}?x=1#y` }
    expect((await verifier.verify(withQuery)).proofKey?.asymmetricKeyType).toBe('ec')
  })

  test('verify() refuses what is no token at all', async () => {
    expect(await refusalOf(request(undefined))).toBe('there is no token, want one')
    for (const header of ['', 'DPoP', 'DPoP  ', 'Basic YTpi', 'Bearer a, Bearer b']) {
      expect(await refusalOf(request(header))).toContain('neither DPoP nor Bearer')
    }
    expect(await refusalOf(request('Bearer a.b.c'))).toBe('the token is not a signed JWT')
    expect(await refusalOf(request(`Bearer ${'a'.repeat(20_000)}`))).toBe('the token is too long')
  })

  test('verify() compares issuer, audience and times exactly, with a minute of skew', async () => {
    const now = startMs / 1_000
    const refused: [JWTPayload, string][] = [
      [{ iss: `${issuer}/` }, 'the issuer of the token is not one that this gate believes'],
      [{ aud: 'https://gate.example.com/' }, 'claim aud'],
      [{ aud: [] }, 'claim aud'],
      [{ exp: now - 61 }, 'the token has expired'],
      [{ nbf: now + 61 }, 'claim nbf'],
    ]
    for (const [claims, state] of refused) {
      const text = await token(claims)
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text)))).toContain(state)
    }
    const edge = await token({ exp: now - 59, nbf: now + 59, aud: ['x', audience] })
    expect((await verifier.verify(request(`DPoP ${edge}`, await proof(edge)))).subject).toBe('anna')
  })

  test('verify() compares the expiry of a remembered token on every use', async () => {
    const text = await token()
    await verifier.verify(request(`DPoP ${text}`, await proof(text)))
    clock.advance(659_000)
    expect((await verifier.verify(request(`DPoP ${text}`, await proof(text)))).subject).toBe('anna')
    clock.advance(2_000)
    expect(await refusalOf(request(`DPoP ${text}`, await proof(text)))).toBe('the token has expired')
  })

  test('verify() refuses alg none, HS256 with the public key as secret, another key, an altered token', async () => {
    const claims = {
      iss: issuer,
      aud: audience,
      sub: 'anna',
      client_id: 'cli',
      exp: startMs / 1_000 + 600,
      cnf: { jkt },
    }
    const none = new UnsecuredJWT(claims).encode()
    const secret = utf8(JSON.stringify(jwks.keys[0]))
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'one' }).sign(secret)
    const foreign = await token({}, {}, otherKeys)
    const [head, body, signature] = (await token()).split('.')
    const altered = `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'boris' })).toString('base64url')}.${signature}`
    const unknownKid = await token({}, { kid: 'nine' })
    expect(body).not.toBe('')
    for (const text of [none, hmac, foreign, altered, unknownKid]) {
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text)))).not.toBe('verified')
    }
  })

  test('verify() refuses what the same issuer signed for other uses: ID tokens, refresh and logout tokens', async () => {
    for (const claims of [{ at_hash: 'x' }, { typ: 'ID' }, { typ: 'Refresh' }, { events: {} }]) {
      const text = await token(claims, { typ: 'JWT' })
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text)))).toBe('the token is not an access token')
    }
    const untyped = await token({}, { typ: undefined })
    const [rules] = [{ issuer, audience: [audience], jwks, purposes: ['kas'], clients, tokenType: 'at+jwt' }] as const
    const typed = makeVerifier({ issuers: [rules] })
    expect(await refusalOf(request(`DPoP ${untyped}`, await proof(untyped)), typed)).toContain('claim typ')
    expect((await verifier.verify(request(`DPoP ${untyped}`, await proof(untyped)))).subject).toBe('anna')
  })

  test('verify() believes an issuer only for its purposes, and clients only by name', async () => {
    const foreign = await token({ iss: other }, { kid: 'two' })
    expect(await refusalOf(request(`DPoP ${foreign}`, await proof(foreign)))).toContain('are not for kas')
    const unsigned = await token({ iss: other })
    const claimed = { ...request(`DPoP ${unsigned}`, await proof(unsigned)), expectedPurpose: 'api' } as const
    expect(await refusalOf(claimed)).toBe('the token is not signed by a key of its issuer')
    const api = { ...request(`DPoP ${foreign}`, await proof(foreign)), expectedPurpose: 'api' } as const
    expect((await verifier.verify(api)).issuer).toBe(other)

    for (const claims of [{ client_id: 'stranger' }, { client_id: 'constructor' }]) {
      const text = await token(claims)
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text)))).toContain('the client of the token')
    }
    const torn = await token({ client_id: 'cli', azp: 'web' })
    expect(await refusalOf(request(`DPoP ${torn}`, await proof(torn)))).toBe('the token names two different clients')
    const open = makeVerifier({
      issuers: [{ issuer, audience: [audience], jwks, purposes: ['kas'], clients: {}, otherClients: strict }],
    })
    const stranger = await token({ client_id: 'stranger' })
    expect((await open.verify(request(`DPoP ${stranger}`, await proof(stranger)))).clientId).toBe('stranger')
  })

  test('verify() believes one issuer for two audiences by the rules of each', async () => {
    const console = 'https://gate.example.com/console'
    const rules = { issuer, jwks, clients } as const
    const both = makeVerifier({
      issuers: [
        { ...rules, audience: [audience], purposes: ['kas'] },
        { ...rules, audience: [console], purposes: ['api'], subject: ['oid'] },
      ],
    })
    const verifyFor = async (aud: string | string[], expectedPurpose: 'kas' | 'api') => {
      const text = await token({ aud, oid: 'ada' })
      return await both.verify({ ...request(`DPoP ${text}`, await proof(text)), expectedPurpose }).then(
        ({ subject }) => subject,
        (cause: Problem) => cause.message,
      )
    }
    expect(await verifyFor(audience, 'kas')).toBe('anna')
    expect(await verifyFor(console, 'api')).toBe('ada')
    expect(await verifyFor([audience, console], 'api')).toBe('ada')
    expect(await verifyFor(audience, 'api')).toContain('are not for api')
    expect(await verifyFor(console, 'kas')).toContain('are not for kas')
  })

  test('verify() tells a person from a client that acts for itself', async () => {
    const workloads: JWTPayload[] = [
      { sub: 'cli' },
      { sub: 'cli@clients' },
      { idtyp: 'app' },
      { gty: 'client-credentials' },
      { preferred_username: 'service-account-cli' },
    ]
    for (const claims of workloads) {
      const text = await token(claims)
      expect((await verifier.verify(request(`DPoP ${text}`, await proof(text)))).isNaturalPerson).toBe(false)
    }
  })

  test('verify() joins several subject claims so that no other list equals them, and refuses unusable ones', async () => {
    const rules = { issuer, audience: [audience], jwks, purposes: ['kas'], clients, subject: ['tid', 'oid'] } as const
    const joined = makeVerifier({ issuers: [rules] })
    const subjectOf = async (claims: JWTPayload) => {
      const text = await token(claims)
      return (await joined.verify(request(`DPoP ${text}`, await proof(text)))).subject
    }
    expect(await subjectOf({ tid: 'a', oid: 'b' })).toBe('["a","b"]')
    expect(await subjectOf({ tid: 'a","b', oid: 'c' })).not.toBe(await subjectOf({ tid: 'a', oid: 'b","c' }))
    for (const oid of [undefined, '', 7, 'a\u0000', '\ud800', 'x'.repeat(256)]) {
      const text = await token({ tid: 'a', oid })
      expect(await refusalOf(request(`DPoP ${text}`, await proof(text)), joined)).toBe(
        'the token has no usable claim oid',
      )
    }
  })
})

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

describe('the keys of an issuer', () => {
  test('verify() discovers them, says unavailable while it cannot, and recovers', async () => {
    let mode: 'down' | 'liar' | 'up' = 'down'
    const server = createServer((incoming, answer) => {
      if (mode === 'down') answer.writeHead(503).end()
      else if (incoming.url === '/jwks') answer.end(JSON.stringify(jwks))
      else answer.end(JSON.stringify({ issuer: mode === 'liar' ? issuer : here, jwks_uri: `${here}/jwks` }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const rules = { issuer: here, audience: [audience], purposes: ['kas'], clients } as const
    expect(() => makeVerifier({ issuers: [rules] })).toThrow('the address of its keys is not https')
    const remote = makeVerifier({ issuers: [rules], allowLoopbackHttp: true })
    const text = await token({ iss: here })
    for (mode of ['down', 'liar'] as const) {
      await expect(remote.verify(request(`DPoP ${text}`, await proof(text)))).rejects.toMatchObject({
        code: 'unavailable',
      })
    }
    mode = 'up'
    expect((await remote.verify(request(`DPoP ${text}`, await proof(text)))).issuer).toBe(here)
    const unknown = await token({ iss: here }, { kid: 'nine' })
    expect(await refusalOf(request(`DPoP ${unknown}`, await proof(unknown)), remote)).toContain('not signed by a key')
    await new Promise((resolve) => server.close(resolve))
  })

  test('makeTokenVerifier() refuses issuers listed twice, without audience, or with unsafe addresses', () => {
    const rules = { issuer, audience: [audience], jwks, purposes: ['kas'], clients } as const
    const { jwks: _, ...remote } = rules
    expect(() => makeVerifier({ issuers: [rules, rules] })).toThrow('it is listed twice for one audience')
    expect(() => makeVerifier({ issuers: [{ ...rules, audience: [] }] })).toThrow('it has no audience')
    for (const jwksUri of ['http://idp.example.com/jwks', 'http://localhost/jwks', 'file:///etc/keys', 'x']) {
      expect(() => makeVerifier({ issuers: [{ ...remote, jwksUri }] })).toThrow('is not https')
    }
  })

  test('verify() tries every key that fits a token without a key id', async () => {
    const third = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)
    const keys = [{ ...third, kid: 'a' }, ...jwks.keys]
    const several = makeVerifier({
      issuers: [{ issuer, audience: [audience], jwks: { keys }, purposes: ['kas'], clients }],
    })
    const text = await token({}, { kid: undefined })
    expect((await several.verify(request(`DPoP ${text}`, await proof(text)))).subject).toBe('anna')
    const foreign = await token({}, { kid: undefined }, otherKeys)
    expect(await refusalOf(request(`DPoP ${foreign}`, await proof(foreign)), several)).toContain('not signed by a key')
  })
})

test('makeProofMemory() forgets none early: it refuses when it is full, and has room again once they expire', () => {
  const memory = makeProofMemory(clock, 2)
  expect([memory.remember('a', 100), memory.remember('b', 100), memory.remember('a', 100)]).toEqual([true, true, false])
  expect(() => memory.remember('c', 100)).toThrow(expect.objectContaining({ code: 'too-many-requests' }))
  clock.advance(100)
  expect(memory.remember('a', 100)).toBe(true)
})
