import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness, type Clock } from '../../base/index.ts'
import { makeTokenVerifier, type TokenVerifier } from '../../identity/tokens.ts'
import { commandLineClient, openTdfClient, samplePersonGrant } from './clients.ts'
import { makeSampleIdentityProvider, type SampleIdentityProvider } from './identity-provider.ts'

const people = [
  { subject: 'ada', name: 'Ada <Lovelace>', oneLine: 'engineer, "U.S. person"' },
  { subject: 'boris', name: 'Boris', oneLine: 'engineer, unverified' },
]
const audience = 'https://localhost:8443'
const url = `${audience}/kas.AccessService/Rewrap`
const redirect = 'http://127.0.0.1:43123/callback'
const parts = { sample: true, audience, people, clock: systemClock, random: systemRandomness }

let listener: Server
let provider: SampleIdentityProvider
let verifier: TokenVerifier
let later: TokenVerifier

beforeAll(async () => {
  listener = createServer((request, response) => provider.answer(request, response))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/sample-idp`
  provider = await makeSampleIdentityProvider({ ...parts, issuer })
  verifier = verifierFor({ issuer, clock: systemClock })
  const inElevenMinutes = { ...systemClock, now: () => systemClock.now() + 662_000 }
  later = verifierFor({ issuer, clock: inElevenMinutes })
})

afterAll(() => new Promise((resolve) => listener.close(resolve)))

function verifierFor({ issuer, clock, aud = audience }: { issuer: string; clock: Clock; aud?: string }): TokenVerifier {
  const clients = { [commandLineClient]: { dpop: 'required' }, [openTdfClient]: { dpop: 'optional' } } as const
  const rules = { issuer, audience: [aud], purposes: ['kas', 'api'], tokenType: 'at+jwt', clients } as const
  return makeTokenVerifier({ issuers: [rules], clock, allowLoopbackHttp: true })
}

async function discovered(id: string, authentication: client.ClientAuth): Promise<client.Configuration> {
  const options = { execute: [client.allowInsecureRequests] }
  return await client.discovery(new URL(provider.issuer), id, undefined, authentication, options)
}

/** What a browser does, without one: keeps cookies, follows redirects within the provider, posts the form. */
class Visitor {
  readonly #cookies = new Map<string, string>()

  async go(to: string, form?: Record<string, string>): Promise<{ response: Response; text: string; url: string }> {
    let response = await this.#once(to, form)
    let at = to
    for (let hops = 0; hops < 8 && response.status >= 300 && response.status < 400; hops++) {
      at = new URL(response.headers.get('location') ?? '', at).href
      if (!at.startsWith(provider.issuer)) break
      response = await this.#once(at)
    }
    return { response, text: await response.text(), url: at }
  }

  async #once(to: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const response = await fetch(to, { ...body, redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }
}

interface SignedIn {
  readonly config: client.Configuration
  readonly dpop: client.DPoPHandle
  readonly tokens: client.TokenEndpointResponse
}

async function signIn(subject: string): Promise<SignedIn> {
  const config = await discovered(commandLineClient, client.None())
  const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const start = client.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: 'openid files',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const visitor = new Visitor()
  const picking = await visitor.go(start.href)
  const end = await visitor.go(picking.url, { person: subject })
  const tokens = await client.authorizationCodeGrant(config, new URL(end.url), { pkceCodeVerifier }, undefined, {
    DPoP: dpop,
  })
  return { config, dpop, tokens }
}

/** The proof that openid-client makes for a call to `to`, and the authorization that goes with it. */
async function sent({ config, dpop, tokens }: SignedIn, to = url) {
  let seen = new Headers()
  config[client.customFetch] = async (_, options) => {
    seen = new Headers(options.headers)
    return new Response()
  }
  await client.fetchProtectedResource(config, tokens.access_token, new URL(to), 'POST', null, undefined, { DPoP: dpop })
  return {
    authorization: seen.get('authorization') ?? undefined,
    dpop: seen.get('dpop') ?? undefined,
    method: 'POST',
    url,
    expectedPurpose: 'kas',
  } as const
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const cause = await attempt.then(
    () => 'no refusal',
    (problem: unknown) => problem,
  )
  if (!(cause instanceof Problem)) return String(cause)
  expect(cause.code).toBe('not-signed-in')
  return cause.message
}

describe('code with PKCE and DPoP', () => {
  test('signs in whoever is picked, with a token that the gate believes', async () => {
    const signedIn = await signIn('ada')
    expect(signedIn.tokens.token_type).toBe('dpop')
    expect(signedIn.tokens.expires_in).toBe(600)
    expect(signedIn.tokens.refresh_token).toBeUndefined()
    expect(decodeProtectedHeader(signedIn.tokens.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(await verifier.verify(await sent(signedIn))).toMatchObject({
      issuer: provider.issuer,
      subject: 'ada',
      clientId: commandLineClient,
      isNaturalPerson: true,
    })
    expect((await verifier.verify(await sent(await signIn('boris')))).subject).toBe('boris')
  })

  test('the gate refuses that token late, elsewhere, replayed, unbound, for another gate or issuer', async () => {
    const signedIn = await signIn('ada')
    const once = await sent(signedIn)
    await verifier.verify(once)
    expect(await refusal(verifier.verify(once))).toContain('the proof was used before')
    expect(await refusal(later.verify(await sent(signedIn)))).toContain('the token has expired')
    expect(await refusal(verifier.verify(await sent(signedIn, `${audience}/other`)))).toContain('another address')
    const bare = { ...once, dpop: undefined }
    expect(await refusal(verifier.verify(bare))).toContain('there is no proof for the bound token')
    const bearer = { ...bare, authorization: `Bearer ${signedIn.tokens.access_token}` }
    expect(await refusal(verifier.verify(bearer))).toContain('there is no proof for the bound token')
    const stolen = { ...(await sent(await signIn('boris'))), authorization: once.authorization }
    expect(await refusal(verifier.verify(stolen))).toContain('bound to another key')
    const { issuer } = provider
    const otherGate = verifierFor({ issuer, clock: systemClock, aud: 'https://other.example.com' })
    expect(await refusal(otherGate.verify(await sent(signedIn)))).toContain('claim aud')
    const otherIssuer = verifierFor({ issuer: `${issuer}/x`, clock: systemClock })
    expect(await refusal(otherIssuer.verify(await sent(signedIn)))).toContain('not one that this gate believes')
    const idToken = { ...(await sent(signedIn)), authorization: `DPoP ${String(signedIn.tokens.id_token)}` }
    expect(await refusal(verifier.verify(idToken))).toContain('cannot verify sign-in')
  })

  test('refuses another redirect, no PKCE, no DPoP, another resource, another verifier, a code used twice', async () => {
    const config = await discovered(commandLineClient, client.None())
    const verifierText = client.randomPKCECodeVerifier()
    const challenge = await client.calculatePKCECodeChallenge(verifierText)
    const good = {
      redirect_uri: redirect,
      scope: 'openid files',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }
    const visit = async (parameters: Record<string, string>) =>
      await new Visitor().go(client.buildAuthorizationUrl(config, parameters).href)

    for (const elsewhere of [
      'https://evil.example/callback',
      'http://127.0.0.1:1/other',
      'http://127.0.0.1.evil.example/callback',
    ]) {
      const { response, text, url: at } = await visit({ ...good, redirect_uri: elsewhere })
      expect(response.status).toBe(400)
      expect(text).toContain('redirect_uri')
      expect(at.startsWith(provider.issuer)).toBe(true)
    }
    const { code_challenge: _, code_challenge_method: __, ...withoutPkce } = good
    expect((await visit(withoutPkce)).url).toContain('error=invalid_request')
    expect((await visit({ ...good, resource: 'https://other.example.com' })).url).toContain('error=invalid_target')

    const codeOf = async () => {
      const visitor = new Visitor()
      const picking = await visitor.go(client.buildAuthorizationUrl(config, good).href)
      return new URL((await visitor.go(picking.url, { person: 'ada' })).url)
    }
    const checks = { pkceCodeVerifier: verifierText }
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const refused = { error: 'invalid_grant' }
    await expect(client.authorizationCodeGrant(config, await codeOf(), checks)).rejects.toMatchObject(refused)
    const otherChecks = { pkceCodeVerifier: client.randomPKCECodeVerifier() }
    await expect(
      client.authorizationCodeGrant(config, await codeOf(), otherChecks, undefined, { DPoP }),
    ).rejects.toMatchObject(refused)
    const code = await codeOf()
    await client.authorizationCodeGrant(config, code, checks, undefined, { DPoP })
    await expect(client.authorizationCodeGrant(config, code, checks, undefined, { DPoP })).rejects.toMatchObject(
      refused,
    )
  })

  test('the page says what it is, escapes names, has no script, and refuses strangers, cancels and other browsers', async () => {
    const config = await discovered(commandLineClient, client.None())
    const start = client.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    })
    const visitor = new Visitor()
    const { response, text, url: at } = await visitor.go(start.href)
    expect(text).toContain('Sample enclave: pick who you are')
    expect(text).toContain('SAMPLE')
    expect(text).toContain('Ada &#60;Lovelace&#62;')
    expect(text).not.toMatch(/<script|onclick|Ada </)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect((await visitor.go(at, { person: 'carla' })).response.status).toBe(400)
    expect((await visitor.go(at, { person: 'x'.repeat(5_000) })).response.status).toBe(413)
    const stranger = await new Visitor().go(at, { person: 'ada' })
    expect(stranger.response.status).toBe(400)
    expect(stranger.text).toContain('This sign-in cannot go on')
    expect((await visitor.go(at, { cancel: 'yes' })).url).toContain('error=access_denied')
  })
})

test('device code: signs in who is picked on the page, once the shown code was confirmed', async () => {
  const config = await discovered(commandLineClient, client.None())
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
  const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid files' })
  const visitor = new Visitor()
  const entering = await visitor.go(begun.verification_uri)
  const field = (text: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
  const wrong = await visitor.go(entering.url, { xsrf: field(entering.text, 'xsrf'), user_code: 'WRNG-CODE' })
  expect(wrong.text).toContain('That code does not fit')
  const shown = await visitor.go(entering.url, { xsrf: field(wrong.text, 'xsrf'), user_code: begun.user_code })
  expect(shown.text).toContain(`<code>${begun.user_code}</code>`)
  const confirmed = { xsrf: field(shown.text, 'xsrf'), user_code: begun.user_code, confirm: 'yes' }
  const picking = await visitor.go(entering.url, confirmed)
  expect(picking.text).toContain('pick who you are')
  expect((await visitor.go(picking.url, { person: 'boris' })).text).toContain('Signed in')
  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 }, undefined, { DPoP })
  expect((await verifier.verify(await sent({ config, dpop: DPoP, tokens }))).subject).toBe('boris')
})

describe('programs', () => {
  const notAllowed = 'requested grant type is not allowed for this client'
  const bearer = (token: string) =>
    ({ authorization: `Bearer ${token}`, dpop: undefined, method: 'POST', url, expectedPurpose: 'kas' }) as const

  test('client credentials: a program with the secret acts for itself, and is no natural person', async () => {
    const config = await discovered(openTdfClient, client.ClientSecretPost(provider.openTdfSecret))
    const tokens = await client.clientCredentialsGrant(config)
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: audience, sub: openTdfClient })
    expect(await verifier.verify(bearer(tokens.access_token))).toMatchObject({
      subject: openTdfClient,
      clientId: openTdfClient,
      isNaturalPerson: false,
      dpopJkt: null,
    })
    const wrong = await discovered(openTdfClient, client.ClientSecretPost('wrong'))
    await expect(client.clientCredentialsGrant(wrong)).rejects.toMatchObject({ error: 'invalid_client' })
    const commandLine = await discovered(commandLineClient, client.None())
    await expect(client.clientCredentialsGrant(commandLine)).rejects.toMatchObject({ error_description: notAllowed })
  })

  test('client credentials: the token endpoint also answers where OpenTDF programs look for it', async () => {
    const body = { grant_type: 'client_credentials', client_id: openTdfClient, client_secret: provider.openTdfSecret }
    for (const path of ['/token', '/protocol/openid-connect/token']) {
      const answer = await fetch(provider.issuer + path, { method: 'POST', body: new URLSearchParams(body) })
      const { access_token: token } = (await answer.json()) as { access_token: string }
      expect((await verifier.verify(bearer(token))).subject).toBe(openTdfClient)
    }
    const elsewhere = await fetch(`${provider.issuer}/openid-connect/token`, { method: 'POST' })
    expect(elsewhere.status).toBe(404)
  })

  test('client credentials with DPoP: the token is bound to the program', async () => {
    const config = await discovered(openTdfClient, client.ClientSecretPost(provider.openTdfSecret))
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
    const tokens = await client.clientCredentialsGrant(config, undefined, { DPoP: dpop })
    expect((await verifier.verify(await sent({ config, dpop, tokens }))).dpopJkt).not.toBeNull()
    expect(await refusal(verifier.verify(bearer(tokens.access_token)))).toContain('no proof for the bound token')
  })

  test('the sample grant: a program with the secret gets a token of a sample person, and of nobody else', async () => {
    const config = await discovered(openTdfClient, client.ClientSecretPost(provider.openTdfSecret))
    const tokens = await client.genericGrantRequest(config, samplePersonGrant, { person: 'ada' })
    expect(await verifier.verify(bearer(tokens.access_token))).toMatchObject({ subject: 'ada', isNaturalPerson: true })
    await expect(client.genericGrantRequest(config, samplePersonGrant, { person: 'carla' })).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    const commandLine = await discovered(commandLineClient, client.None())
    await expect(client.genericGrantRequest(commandLine, samplePersonGrant, { person: 'ada' })).rejects.toMatchObject({
      error_description: notAllowed,
    })
  })
})

describe('makeSampleIdentityProvider()', () => {
  test('makeSampleIdentityProvider() refuses outside a sample enclave', async () => {
    await expect(
      makeSampleIdentityProvider({ ...parts, sample: false, issuer: provider.issuer }),
    ).rejects.toMatchObject({
      code: 'refused',
    })
  })

  test('makeSampleIdentityProvider() keeps its keys in a file of its owner, and publishes no private half', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-sample-idp-'))
    const keysFile = join(folder, 'keys.json')
    const options = { ...parts, issuer: provider.issuer, keysFile }
    const first = await makeSampleIdentityProvider(options)
    expect((await stat(keysFile)).mode & 0o777).toBe(0o600)
    expect((await makeSampleIdentityProvider(options)).jwks).toEqual(first.jwks)
    expect(first.jwks).not.toEqual(provider.jwks)
    expect(JSON.stringify(first.jwks)).not.toContain('"d"')
    await rm(folder, { recursive: true })
  })

  test('answer() knows nothing outside its path', async () => {
    const { origin } = new URL(provider.issuer)
    expect((await fetch(`${origin}/other`)).status).toBe(404)
    expect((await fetch(`${origin}/sample-idpx/token`)).status).toBe(404)
  })
})

describe('several processes', () => {
  /** Every other request goes to another provider of the same issuer, as behind one port. */
  async function inTurn(shared: { readonly keysFile: string; readonly recordsFolder?: string }): Promise<void> {
    const { issuer } = provider
    const one = await makeSampleIdentityProvider({ ...parts, issuer, ...shared })
    const two = await makeSampleIdentityProvider({ ...parts, issuer, ...shared })
    let turn = 0
    provider = { ...one, answer: (request, response) => (turn++ % 2 === 0 ? one : two).answer(request, response) }
  }

  test('makeSampleIdentityProvider() goes on with a sign-in that began in another process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-issuer-'))
    const alone = provider
    try {
      await inTurn({ keysFile: join(folder, 'keys.json'), recordsFolder: join(folder, 'sign-ins') })
      for (const subject of ['ada', 'boris']) {
        const { tokens } = await signIn(subject)
        expect(decodeJwt(tokens.access_token).sub).toBe(subject)
      }
      await inTurn({ keysFile: join(folder, 'keys.json') })
      await expect(signIn('ada')).rejects.toBeInstanceOf(Error)
    } finally {
      provider = alone
      await rm(folder, { recursive: true })
    }
  })
})
