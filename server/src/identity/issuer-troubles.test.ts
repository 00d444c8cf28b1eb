// An issuer of the organization's own, over real TLS under an authority of its own, and everything that goes wrong with such.

import { createServer, type Server } from 'node:https'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ensureSelfSigned, systemClock, type SelfSigned } from '../base/index.ts'
import { manualClock } from '../base/testing.ts'
import { makeTokenVerifier, probeIssuer, type IssuerRules, type TokenVerifier } from './index.ts'

const audience = 'https://gate.example.com'

let folder: string
let certificate: SelfSigned
let server: Server
let port = 0
let clock = manualClock(Date.now())
/** What the issuer answers with, to be changed by a test. */
let answers: Map<string, { status: number; body: unknown; headers?: Record<string, string> }>
let fetched: string[]

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  clock = manualClock(Date.now())
  folder = await mkdtemp(join(tmpdir(), 'sallyport-issuer-'))
  certificate = await ensureSelfSigned({ directory: folder, hostnames: [], clock: systemClock })
  fetched = []
  answers = new Map()
  await listen(0)
  await publish('one')
})
afterEach(async () => {
  await stop()
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

async function listen(wanted: number): Promise<void> {
  server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (request, response) => {
    fetched.push(request.url ?? '')
    const { status, body, headers } = answers.get(request.url ?? '') ?? { status: 404, body: {} }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(wanted, 'localhost', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
}

async function stop(): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

const issuer = () => `https://localhost:${port}`
const keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>()

/** Publish these keys, and no others. */
async function publish(...kids: string[]): Promise<void> {
  const published: JWK[] = []
  for (const kid of kids) {
    const pair = keys.get(kid) ?? (await generateKeyPair('ES256', { extractable: true }))
    keys.set(kid, pair)
    published.push({ ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256' })
  }
  answers.set('/jwks', { status: 200, body: { keys: published } })
  answers.set('/.well-known/openid-configuration', {
    status: 200,
    body: { issuer: issuer(), jwks_uri: `${issuer()}/jwks` },
  })
}

const rules = (changes: Partial<IssuerRules> = {}): IssuerRules => ({
  issuer: issuer(),
  audience: [audience],
  purposes: ['api'],
  clients: { cli: { dpop: 'optional' } },
  ca: certificate.caPem,
  ...changes,
})
const verifierFor = (one = rules()): TokenVerifier => makeTokenVerifier({ issuers: [one], clock })

async function token(kid = 'one', claims: Record<string, unknown> = {}): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000)
  const all = { iss: issuer(), aud: audience, sub: 'anna', client_id: 'cli', exp: seconds + 600, ...claims }
  const key = keys.get(kid)?.privateKey
  if (key === undefined) throw new Error(`no key ${kid}`)
  return await new SignJWT(all).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).sign(key)
}

async function ask(verifier: TokenVerifier, text: string): Promise<string> {
  const request = { authorization: `Bearer ${text}`, dpop: undefined, method: 'GET', url: `${audience}/api/v1/me` }
  return await verifier.verify({ ...request, expectedPurpose: 'api' }).then(
    ({ subject }) => subject,
    (cause: unknown) => (cause as { code?: string }).code ?? String(cause),
  )
}

function later(ms: number): void {
  clock.advance(ms)
  vi.setSystemTime(Date.now() + ms)
}

describe('makeTokenVerifier() with an issuer under its own authority', () => {
  test('believes it by the authority that is configured, and not without', async () => {
    expect(await ask(verifierFor(), await token())).toBe('anna')
    const { ca: _, ...trustingTheMachine } = rules()
    expect(await ask(verifierFor(trustingTheMachine), await token())).toBe('unavailable')
    const other = await mkdtemp(join(tmpdir(), 'sallyport-issuer-'))
    const stranger = await ensureSelfSigned({ directory: other, hostnames: [], clock: systemClock })
    expect(await ask(verifierFor(rules({ ca: stranger.caPem })), await token())).toBe('unavailable')
    await rm(other, { recursive: true, force: true })
  })

  test('is unavailable while the issuer is down, and recovers by itself', async () => {
    const verifier = verifierFor()
    const text = await token()
    const at = port
    await stop()
    expect(await ask(verifier, text)).toBe('unavailable')
    expect(await ask(verifier, text)).toBe('unavailable')
    await listen(at)
    expect(await ask(verifier, text)).toBe('anna')
    answers.set('/jwks', { status: 500, body: {} })
    expect(await ask(verifierFor(), text)).toBe('unavailable')
  })

  test('goes on without the issuer for as long as its keys are trusted', async () => {
    const verifier = verifierFor()
    expect(await ask(verifier, await token())).toBe('anna')
    await stop()
    later(60_000)
    expect(await ask(verifier, await token())).toBe('anna')
    later(600_000)
    expect(await ask(verifier, await token())).toBe('unavailable')
    await listen(port)
    expect(await ask(verifier, await token())).toBe('anna')
  })

  test('takes a new key, and stops believing one that was withdrawn', async () => {
    const verifier = verifierFor()
    const old = await token('one', { exp: Math.floor(clock.now() / 1000) + 7200 })
    expect(await ask(verifier, old)).toBe('anna')
    await publish('one', 'two')
    later(31_000)
    expect(await ask(verifier, await token('two'))).toBe('anna')
    await publish('two')
    later(601_000)
    expect(await ask(verifier, await token('two'))).toBe('anna')
    expect(await ask(verifier, old)).toBe('not-signed-in')
    expect(await ask(verifier, await token('one'))).toBe('not-signed-in')
  })

  test('asks at most once in thirty seconds for a key that nobody published', async () => {
    const verifier = verifierFor()
    keys.set('forged', await generateKeyPair('ES256', { extractable: true }))
    for (let n = 0; n < 20; n++) expect(await ask(verifier, await token('forged'))).toBe('not-signed-in')
    expect(fetched.filter((path) => path === '/jwks').length).toBeLessThanOrEqual(2)
  })

  test('refuses another audience, another issuer, and a key published under a known name', async () => {
    const verifier = verifierFor()
    expect(await ask(verifier, await token('one', { aud: 'https://elsewhere.example.com' }))).toBe('not-signed-in')
    expect(await ask(verifier, await token('one', { iss: 'https://other.example.com' }))).toBe('not-signed-in')
    expect(await ask(verifier, await token())).toBe('anna')
    const genuine = keys.get('one')
    keys.set('one', await generateKeyPair('ES256', { extractable: true }))
    expect(await ask(verifier, await token('one'))).toBe('not-signed-in')
    if (genuine !== undefined) keys.set('one', genuine)
  })

  test('refuses discovery that names another issuer, redirects, plain http, or is too large', async () => {
    const discovery = '/.well-known/openid-configuration'
    const wrong: readonly [number, unknown, Record<string, string>?][] = [
      [200, { issuer: `${issuer()}/`, jwks_uri: `${issuer()}/jwks` }],
      [200, { issuer: 'https://other.example.com', jwks_uri: `${issuer()}/jwks` }],
      [200, { issuer: issuer(), jwks_uri: `http://localhost:${port}/jwks` }],
      [200, { issuer: issuer() }],
      [200, { issuer: issuer(), jwks_uri: `${issuer()}/jwks`, padding: 'x'.repeat(1024 * 1024) }],
      [302, {}, { location: `${issuer()}/elsewhere` }],
    ]
    for (const [status, body, headers = {}] of wrong) {
      answers.set(discovery, { status, body, headers })
      const outcome = await ask(verifierFor(), await token())
      expect(['unavailable', 'invalid-request']).toContain(outcome)
    }
    expect(fetched).not.toContain('/elsewhere')
  })
})

describe('probeIssuer()', () => {
  test('counts keys and compares clocks, and says in a sentence what is wrong', async () => {
    expect(await probeIssuer(rules(), {}, clock)).toMatchObject({ fault: null, keys: 1 })
    answers.set('/jwks', {
      status: 200,
      body: { keys: [] },
      headers: { date: new Date(clock.now() + 120_000).toUTCString() },
    })
    const probe = await probeIssuer(rules(), {}, clock)
    expect(probe.fault).toBe('it publishes no keys')
    expect(Math.abs((probe.aheadMs ?? 0) - 120_000)).toBeLessThan(2_000)
    answers.set('/.well-known/openid-configuration', { status: 200, body: { issuer: 'https://other', jwks_uri: 'x' } })
    expect((await probeIssuer(rules(), {}, clock)).fault).toBe('discovery names another issuer')
    await stop()
    expect((await probeIssuer(rules(), {}, clock)).fault).toMatch(/ECONNREFUSED/)
    await listen(port)
  })
})
