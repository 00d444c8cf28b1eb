// What is tried on a page of the gate and on whoever is signed in there: calls from other sites, frames around it, planted secrets,
// secrets read where they were left, links that lead elsewhere, and script in what people write.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as api from '../../protocol/src/api/index.ts'
import { openLogger } from '../../server/src/base/index.ts'
import {
  gateClient,
  makeSite,
  sequenced,
  type Address,
  type GateClient,
  type Site,
} from '../../server/src/http/testing.ts'
import { openPage, type BrowserPage } from '../../server/src/http/testing/browser-page.ts'
import { upSample, type Sample } from '../../server/src/main/sample.ts'
import { freePort } from '../../server/src/main/testing.ts'

let site: Site
let gate: Sample
let address: Address
let client: GateClient
let said = ''
const [name, underWay] = ['__Host-sallyport', '__Host-sallyport-sign-in']

beforeAll(async () => {
  site = await makeSite()
  const port = await freePort(9985)
  const log = openLogger({ level: 'debug', destination: { write: (line) => void (said += line) } })
  const env = { DATABASE_URL: site.databaseUrl }
  gate = await upSample({ data: site.folder, port, env, log, version: '0.0.0' })
  address = { url: gate.url, listenPort: port, caFile: gate.caFile }
  client = await gateClient(address)
}, 120_000)
afterAll(async () => {
  client?.close()
  await gate?.close()
  await site?.stop()
})

async function signedIn(person = 'grace'): Promise<BrowserPage> {
  const page = await openPage(address)
  await page.signIn(person)
  return page
}

describe('a page of another site', () => {
  const foreign = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: undefined, 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': undefined },
    { origin: undefined, 'sec-fetch-site': undefined },
  ]

  test('changes nothing with the cookie of whoever visits it, even with a proof that it got hold of', async () => {
    const page = await signedIn()
    const { people } = api.people.parse((await page.call('GET', '/api/v1/people')).value)
    const person = people.find(({ name: called }) => called === 'Ben Ortega') ?? expect.fail('no Ben')
    const path = `/api/v1/people/${person.id}/end`
    for (const headers of foreign) {
      const reply = await page.call('POST', path, { headers, body: { kind: 'left', reason: 'forged' } })
      expect(reply.status).toBe(401)
    }
    const after = api.person.parse((await page.call('GET', `/api/v1/people/${person.id}`)).value)
    expect(after).toEqual(person)
  })

  test('cannot send a form that is taken for a call, nor read an answer', async () => {
    const page = await signedIn()
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
      const reply = await page.call('POST', '/api/v1/session/issuer', {
        headers: { 'content-type': type },
        body: { issuer: 'sample', returnTo: '/' },
      })
      expect(reply.status).toBe(415)
    }
    for (const path of ['/api/v1/session', '/api/v1/me', '/']) {
      const reply = await page.call('GET', path, { headers: { origin: 'https://evil.example' } })
      const shared = Object.keys(reply.headers).filter((one) => one.startsWith('access-control-'))
      expect(shared).toEqual([])
    }
  })

  test('puts no frame around anything, whatever answers', async () => {
    const page = await signedIn()
    const paths = [
      '/',
      '/sign-in',
      '/enroll',
      '/people/x',
      '/nothing',
      '/api/v1/session',
      '/api/v1/nothing',
      '/healthz',
    ]
    for (const path of [...paths, '/session/callback/sample', '/session/certificate', '/api/openapi.json']) {
      const { headers } = await page.call('GET', path)
      expect([path, headers['content-security-policy']]).toEqual([
        path,
        expect.stringContaining("frame-ancestors 'none'"),
      ])
      expect([path, headers['referrer-policy']]).toEqual([path, 'no-referrer'])
      expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff'])
    }
  })

  test('starts no sign-in for somebody, and no answer that it brings along is taken', async () => {
    const [attacker, victim] = [await openPage(address), await openPage(address)]
    const begun = await attacker.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo: '/' } })
    let answer = ''
    await attacker.visit(api.signInBegun.parse(begun.value).url, 'grace', (at) => {
      if (!at.pathname.startsWith('/session/callback/')) return at
      answer = at.pathname + at.search
      return new URL('/healthz', address.url)
    })
    const led = await victim.call('GET', answer, { proof: null, headers: { 'sec-fetch-site': 'cross-site' } })
    expect(led.headers.location).toBe('/sign-in?problem=expired')
    expect(victim.cookies.has(name)).toBe(false)
  })
})

describe('a link', () => {
  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/%0d%0aset-cookie: x',
    'javascript:alert(1)',
    'sign-in',
    '/a b',
    '/\u202Egnp',
    '',
  ])('%j leads nowhere after a sign-in', async (returnTo) => {
    const page = await openPage(address)
    const begun = await page.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo } })
    expect(begun.status).toBe(400)
    expect(page.cookies.size).toBe(0)
  })

  test('to the gate with another host in it leads to no other host', async () => {
    const page = await openPage(address)
    for (const path of ['/session/callback/sample', '/session/certificate']) {
      const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
      const reply = await page.call('GET', path, { headers, proof: null })
      expect(reply.headers.location).toMatch(/^\/sign-in\?problem=[a-z-]+$/)
    }
  })
})

describe('a stolen cookie', () => {
  test('is nobody without the key, and ends with the key at another place', async () => {
    const [page, thief] = [await signedIn(), await openPage(address)]
    const secret = page.cookies.get(name) ?? ''
    thief.cookies.set(name, secret)
    expect((await thief.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await thief.call('GET', '/api/v1/me', { proof: null })).status).toBe(401)
    // What the thief cannot do ends nothing for its owner.
    expect((await page.call('GET', '/api/v1/me')).status).toBe(200)
    const { session } = api.session.parse((await page.call('GET', '/api/v1/session')).value)
    await site.database.query(`UPDATE identity_session SET place = 'plant' WHERE id = $1`, [session?.id])
    expect((await page.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await page.call('GET', '/api/v1/me')).status).toBe(401)
  })

  test('is no token, and a planted one is nobody after a sign-in', async () => {
    const page = await signedIn()
    const secret = page.cookies.get(name) ?? ''
    for (const scheme of ['DPoP', 'Bearer']) {
      const headers = { authorization: `${scheme} ${secret}`, cookie: undefined }
      expect((await page.call('GET', '/api/v1/me', { headers })).status).toBe(401)
    }
    const victim = await openPage(address)
    victim.cookies.set(name, secret)
    await victim.signIn('omar')
    expect(victim.cookies.get(name)).not.toBe(secret)
    const me = await page.call('GET', '/api/v1/me')
    expect(api.me.parse(me.value).subject).toBe('grace')
  })
})

test('secrets of a sign-in are in no log, no entry, no table, no address and no answer', async () => {
  said = ''
  const page = await openPage(address)
  const secrets: string[] = []
  const begun = await page.call('POST', '/api/v1/session/issuer', {
    body: { issuer: 'sample', returnTo: '/files?x=1' },
  })
  secrets.push(page.cookies.get(underWay) ?? '')
  const seen: URL[] = []
  const end = await page.visit(api.signInBegun.parse(begun.value).url, 'grace', (at) => {
    seen.push(at)
    return at
  })
  const answer = seen.find(({ pathname }) => pathname.startsWith('/session/callback/')) ?? expect.fail('no answer')
  secrets.push(answer.searchParams.get('code') ?? '')
  const secret = page.cookies.get(name) ?? ''
  secrets.push(secret)
  expect(secrets.every((one) => one.length > 20)).toBe(true)
  const proof = await page.prove('GET', '/api/v1/me')
  const answers = [await page.call('GET', '/api/v1/me', { proof }), await page.call('GET', '/api/v1/session')]
  secrets.push(proof)
  // And where things go wrong, which is where more is said.
  await page.call('GET', '/api/v1/me', { proof })
  await page.call('GET', answer.pathname + answer.search, { proof: null })
  await page.call('GET', `/api/v1/nothing?token=${secret}`, { headers: { authorization: `DPoP ${secret}` } })
  await page.call('POST', '/api/v1/session/passkey', { body: { challengeId: secret, response: {} } })
  await sequenced(site)
  const rows = await site.database.query('SELECT bytes FROM ledger_entries')
  const sessions = await site.database.query('SELECT s::text AS text FROM identity_session s')
  const entries = rows.map(({ bytes }) => Buffer.from(bytes as Uint8Array).toString())
  const kept = [...entries, ...sessions.map(({ text }) => String(text))].join('\n')
  for (const one of secrets) {
    expect(said.includes(one)).toBe(false)
    expect(kept.includes(one)).toBe(false)
    expect(end.href.includes(one)).toBe(false)
    expect(answers.some(({ text }) => text.includes(one))).toBe(false)
  }
})
