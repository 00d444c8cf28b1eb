import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Problem, utf8 } from '@sallyport/protocol'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  audience,
  clients,
  clock,
  issuer,
  jkt,
  jwks,
  makeVerifier,
  other,
  otherKeys,
  proof,
  refusalOf,
  request,
  startAgain,
  startMs,
  strict,
  token,
  url,
  verifier,
} from './testing.ts'

beforeEach(startAgain)

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

  test('verify() names the same caller whatever the account is called, and another for another subject', async () => {
    const named = async (claims: JWTPayload) => {
      const text = await token(claims)
      const { subject } = await verifier.verify(request(`DPoP ${text}`, await proof(text)))
      return subject
    }
    expect(await named({ preferred_username: 'anna', email: 'anna@example.com', name: 'Anna' })).toBe('anna')
    expect(await named({ preferred_username: 'anna.berg', email: 'ab@example.com', name: 'Anna Berg' })).toBe('anna')
    const taken = { preferred_username: 'anna', email: 'anna@example.com', name: 'Anna', upn: 'anna', oid: 'anna' }
    expect(await named({ ...taken, sub: 'b7d1' })).toBe('b7d1')
    // Subjects are compared byte by byte, never as people read them.
    for (const sub of ['Anna', 'аnna', 'ann\u0061\u0301']) expect(await named({ sub })).not.toBe('anna')
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
