// Answers of a provider, good ones and everything that is not one, against a provider that a test commands.

import { createHash, createHmac } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { manualClock, type ManualClock } from '../../base/testing.ts'
import { makePageCursors } from '../../keys/index.ts'
import { makeProofMemory } from '../proof-memory.ts'
import type { BrowserIssuer } from './browser-issuer.ts'
import { callbackPath, makeIssuerSignIn, signInLifetimeMs, type IssuerSignIn } from './sign-in-at-issuer.ts'

const origin = 'https://gate.example.com'
const keys = await generateKeyPair('ES256', { extractable: true })
const otherKeys = await generateKeyPair('ES256', { extractable: true })
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }

interface Provider {
  /** Null answers nothing at all. */
  answer: ((form: URLSearchParams) => Promise<Response>) | null
  metadata: Record<string, unknown>
  readonly forms: URLSearchParams[]
}
let clock: ManualClock
let providers: Map<string, Provider>
let signIn: IssuerSignIn

const rules = (id: string): BrowserIssuer => ({
  id,
  name: id,
  issuer: `https://${id}.example.com`,
  clientId: 'gate',
  clientSecret: `secret of ${id}, which is long enough`,
  scope: 'openid',
  subject: ['sub'],
  ca: null,
})

const json = (value: unknown, status = 200) => Response.json(value, { status })

function provider(id: string): Provider {
  const issuer = `https://${id}.example.com`
  return {
    forms: [],
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    },
    answer: null,
  }
}

async function fetched(url: string, body: unknown): Promise<Response> {
  const { hostname, pathname } = new URL(url)
  const found = providers.get(hostname.split('.')[0] ?? '')
  if (found === undefined) throw new TypeError('no such host')
  if (pathname === '/.well-known/openid-configuration') return json(found.metadata)
  if (pathname === '/keys') return json({ keys: [jwk] })
  if (pathname !== '/token' || found.answer === null) throw new TypeError('connection refused')
  const form = new URLSearchParams(String(body))
  found.forms.push(form)
  return await found.answer(form)
}

beforeEach(() => {
  clock = manualClock(Date.now())
  providers = new Map(['one', 'two'].map((id) => [id, provider(id)]))
  signIn = makeIssuerSignIn({
    issuers: [rules('one'), rules('two'), { ...rules('gone'), issuer: 'https://gone.example.com' }],
    origin,
    states: makePageCursors(async (bytes) => new Uint8Array(createHmac('sha256', 'shared').update(bytes).digest())),
    memory: makeProofMemory(clock),
    clock,
    fetch: (url, { body }) => fetched(url, body),
  })
})

interface Begun {
  readonly asked: URLSearchParams
  readonly state: string
}

async function begin(issuer = 'one'): Promise<Begun> {
  const begun = await signIn.begin({ issuer, returnTo: '/people', keyThumbprint: 'the key of the browser' })
  return { asked: new URL(begun.url).searchParams, state: begun.state }
}

interface TokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly sign?: (claims: JWTPayload) => Promise<string>
}

const signed = (claims: JWTPayload, by = keys) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(by.privateKey)

/** Have the provider answer the exchange of a code with an ID token that is right but for these changes. */
function answers({ asked }: Begun, { claims = {}, sign = signed }: TokenChanges = {}, id = 'one'): void {
  const found = providers.get(id)
  if (found === undefined) throw new Error('no such provider')
  found.answer = async () => {
    const now = Math.floor(Date.now() / 1000)
    const right = { iss: found.metadata['issuer'], aud: 'gate', sub: 'anna', nonce: asked.get('nonce') }
    const all = { ...right, iat: now, exp: now + 300, ...claims } as JWTPayload
    return json({ access_token: 'unused', token_type: 'Bearer', expires_in: 60, id_token: await sign(all) })
  }
}

interface Brought {
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly issuer?: string
  readonly state?: string | null
  readonly more?: string
}

const complete = async (begun: Begun, { query = {}, issuer = 'one', state = begun.state, more = '' }: Brought = {}) => {
  const given = {
    code: 'a code',
    state: begun.asked.get('state') ?? '',
    iss: `https://${issuer}.example.com`,
    ...query,
  }
  const kept = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const url = new URL(`${origin}${callbackPath(issuer)}?${new URLSearchParams(kept).toString()}${more}`)
  return await signIn.complete({ issuer, url, state })
}

const faultOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'signed in',
    (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause),
  )

describe('makeIssuerSignIn()', () => {
  test('asks for a code with PKCE, state and nonce of this sign-in alone, and takes the subject that answers it', async () => {
    const [begun, another] = [await begin(), await begin()]
    expect(Object.fromEntries(begun.asked)).toMatchObject({
      client_id: 'gate',
      redirect_uri: `${origin}/session/callback/one`,
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(begun.asked.get(name)?.length).toBeGreaterThan(40)
      expect(begun.asked.get(name)).not.toBe(another.asked.get(name))
    }
    answers(begun)
    expect(await complete(begun)).toEqual({
      identity: { issuer: 'https://one.example.com', subject: 'anna' },
      keyThumbprint: 'the key of the browser',
      returnTo: '/people',
    })
    const [form] = providers.get('one')?.forms ?? []
    const challenge = createHash('sha256')
      .update(form?.get('code_verifier') ?? '')
      .digest('base64url')
    expect(challenge).toBe(begun.asked.get('code_challenge'))
    expect(form?.get('client_secret')).toBe(rules('one').clientSecret)
  })

  test('keeps what it gave the browser to itself: no verifier and no nonce can be read from it', async () => {
    const { asked, state } = await begin()
    const bytes = Buffer.from(state, 'base64url').toString('latin1')
    for (const name of ['state', 'nonce']) expect(bytes).not.toContain(asked.get(name))
    expect(bytes).not.toContain('people')
  })

  test('takes an answer once, and none after ten minutes', async () => {
    const begun = await begin()
    answers(begun)
    await complete(begun)
    expect(await faultOf(complete(begun))).toBe('expired')
    const late = await begin()
    answers(late)
    clock.advance(signInLifetimeMs)
    expect(await faultOf(complete(late))).toBe('expired')
    expect(providers.get('one')?.forms).toHaveLength(1)
  })

  test('takes no answer to a sign-in that another browser began, or nobody', async () => {
    const [mine, attackers] = [await begin(), await begin()]
    answers(attackers)
    // The attacker's answer, brought along by a browser with its own sign-in, with none, and with what it made up.
    expect(await faultOf(complete(attackers, { state: mine.state }))).toBe('mismatch')
    expect(await faultOf(complete(attackers, { state: null }))).toBe('expired')
    expect(await faultOf(complete(attackers, { state: 'A'.repeat(200) }))).toBe('expired')
    expect(providers.get('one')?.forms).toEqual([])
  })

  test.each<[string, Record<string, string | undefined>, string]>([
    ['of another state', { state: 'other' }, ''],
    ['without a state', { state: undefined }, ''],
    ['of another issuer', { iss: 'https://two.example.com' }, ''],
    ['of an issuer that is nearly it', { iss: 'https://one.example.com/' }, ''],
    ['without the issuer that it promises to name', { iss: undefined }, ''],
    ['without a code', { code: undefined }, ''],
    ['with two codes', {}, '&code=another'],
    ['with two issuers', {}, '&iss=https://one.example.com'],
    ['in a form that was not asked for', { response: 'x.y.z' }, ''],
  ])('refuses an answer %s before any code is exchanged', async (_, query, more) => {
    const begun = await begin()
    answers(begun)
    expect(await faultOf(complete(begun, { query, more }))).toBe('mismatch')
    expect(providers.get('one')?.forms).toEqual([])
  })

  test('refuses the answer of one issuer at the address of another, also where neither names itself', async () => {
    for (const one of providers.values()) delete one.metadata['authorization_response_iss_parameter_supported']
    const begun = await begin('one')
    answers(begun, {}, 'two')
    expect(await faultOf(complete(begun, { issuer: 'two', query: { iss: undefined } }))).toBe('mismatch')
    expect(await faultOf(complete(await begin('one'), { issuer: 'three' }))).toBe('mismatch')
    expect([...providers.values()].flatMap(({ forms }) => forms)).toEqual([])
  })

  const past = Math.floor(Date.now() / 1000) - 3600
  test.each<[string, TokenChanges]>([
    ['of another sign-in', { claims: { nonce: 'other' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['for another client', { claims: { aud: 'other' } }],
    ['for several clients, issued to another', { claims: { aud: ['gate', 'other'], azp: 'other' } }],
    ['of another issuer', { claims: { iss: 'https://two.example.com' } }],
    ['that has expired', { claims: { exp: past, iat: past - 300 } }],
    ['that is not valid yet', { claims: { nbf: past + 7200 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['of an empty subject', { claims: { sub: '' } }],
    ['of a subject that no ledger can hold', { claims: { sub: 'a\u0000b' } }],
    ['signed by somebody else', { sign: (claims) => signed(claims, otherKeys) }],
    ['signed by nobody', { sign: async (claims) => new UnsecuredJWT(claims).encode() }],
    [
      'signed with the secret of the client',
      {
        sign: (claims) =>
          new SignJWT(claims)
            .setProtectedHeader({ alg: 'HS256' })
            .sign(new TextEncoder().encode(rules('one').clientSecret ?? '')),
      },
    ],
    ['that is none', { sign: async () => 'x.y.z' }],
  ])('refuses an ID token %s', async (_, changes) => {
    const begun = await begin()
    answers(begun, changes)
    expect(await faultOf(complete(begun))).toBe('mismatch')
  })

  test('refuses an exchange without an ID token, and one that the issuer refuses', async () => {
    const one = providers.get('one')
    if (one === undefined) throw new Error('no provider')
    one.answer = async () => json({ access_token: 'a', token_type: 'Bearer' })
    expect(await faultOf(complete(await begin()))).toBe('mismatch')
    one.answer = async () => json({ error: 'invalid_grant' }, 400)
    expect(await faultOf(complete(await begin()))).toBe('mismatch')
  })

  test('tells nobody signed in from an issuer that is gone', async () => {
    expect(await faultOf(complete(await begin(), { query: { error: 'access_denied', code: '' } }))).toBe('cancelled')
    expect(await faultOf(complete(await begin()))).toBe('unavailable')
    expect(await faultOf(begin('gone'))).toBe('unavailable')
    expect(await faultOf(begin('nobody'))).toBe('not-found')
  })

  test('goes to no issuer whose description is of another one, or of a way in the clear', async () => {
    const one = providers.get('one')
    if (one === undefined) throw new Error('no provider')
    const { metadata } = one
    one.metadata = { ...metadata, issuer: 'https://two.example.com' }
    expect(await faultOf(begin())).toBe('unavailable')
    one.metadata = { ...metadata, issuer: 'https://one.example.com/' }
    expect(await faultOf(begin())).toBe('unavailable')
    one.metadata = { ...metadata, token_endpoint: 'http://one.example.com/token' }
    expect(await faultOf(complete(await begin()))).not.toBe('signed in')
    // A fault is not kept.
    one.metadata = metadata
    clock.advance(600_000)
    const begun = await begin()
    answers(begun)
    expect((await complete(begun)).identity.subject).toBe('anna')
  })
})
