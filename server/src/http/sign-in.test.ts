// The way to a provider and back: to which addresses it leads, and what it leaves behind.

import { Problem } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMetrics, systemClock, systemRandomness, type Logger } from '../base/index.ts'
import { SignInFault } from '../identity/index.ts'
import { makeHttpServer, type HttpParts } from './server.ts'
import { servedSample, type Address } from './testing.ts'
import { openPage } from './testing/browser-page.ts'

let address: Address
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ address, stop } = await servedSample(9925))
})
afterAll(() => stop())

describe('a sign-in at an issuer', () => {
  test('leads back to a path of the gate and nowhere else', async () => {
    const page = await openPage(address)
    const elsewhere = [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      '\\\\evil.example',
      'evil.example',
      '',
      '/a\nLocation: https://evil.example',
      '/\tx',
      '/ x',
      '/\u2028x',
      'javascript:alert(1)',
      `/${'x'.repeat(512)}`,
    ]
    for (const returnTo of elsewhere) {
      const reply = await page.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo } })
      expect({ returnTo, status: reply.status }).toEqual({ returnTo, status: 400 })
    }
    expect((await page.signIn('grace', 'sample', '/files?q=a%2Fb#part')).href).toBe(`${address.url}/files?q=a%2Fb#part`)
  })

  test('begins with a proof of the key alone, at an issuer that there is', async () => {
    const page = await openPage(address)
    const body = { issuer: 'sample', returnTo: '/' }
    expect((await page.call('POST', '/api/v1/session/issuer', { body, proof: null })).status).toBe(401)
    expect((await page.call('POST', '/api/v1/session/issuer', { body: { ...body, issuer: 'other' } })).status).toBe(404)
  })

  test('whose answer comes to another browser, or twice, leads to the sign-in page and to no session', async () => {
    const [mine, theirs] = [await openPage(address), await openPage(address)]
    const begun = await mine.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo: '/' } })
    const { url } = api.signInBegun.parse(begun.value)
    let answer = ''
    const kept = new Map(mine.cookies)
    await mine.visit(url, 'grace', (at) => {
      if (at.pathname.startsWith('/session/callback/')) answer = at.pathname + at.search
      return at
    })
    const plain = { proof: null, headers: { 'sec-fetch-site': 'cross-site' } }
    const reply = await theirs.call('GET', answer, plain)
    expect(reply.headers.location).toBe('/sign-in?problem=expired')
    expect(theirs.cookies.size).toBe(0)
    mine.cookies.set('__Host-sallyport-sign-in', kept.get('__Host-sallyport-sign-in') ?? '')
    const again = await mine.call('GET', answer, plain)
    expect(again).toMatchObject({ status: 303, headers: { location: '/sign-in?problem=expired' } })
    expect(again.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
  })

  test('that nobody completes says so on the sign-in page', async () => {
    const page = await openPage(address)
    const begun = await page.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo: '/' } })
    const { url } = api.signInBegun.parse(begun.value)
    const state = new URL(url).searchParams.get('state') ?? ''
    const refused = new URLSearchParams({ error: 'access_denied', state, iss: `${address.url}/sample-idp` })
    const plain = { proof: null, headers: { 'sec-fetch-site': 'cross-site' } }
    const reply = await page.call('GET', `/session/callback/sample?${refused.toString()}`, plain)
    expect(reply.headers.location).toBe('/sign-in?problem=cancelled')
  })
})

test('what goes wrong with an answer is in the log without anything of the answer', async () => {
  const lines: unknown[] = []
  const line = (fields: unknown, message: string) => void lines.push([fields, message])
  const log: Logger = { debug: line, info: line, warn: line, error: line }
  const secret = 'a-code-that-may-still-be-good'
  const wrong = Object.assign(new TypeError('unexpected "state" response parameter value'), { parameters: secret })
  const outcomes: unknown[] = [new SignInFault('mismatch', wrong), new Problem('unavailable', 'cannot record: not now')]
  const gate = {
    enclave: { publicUrl: 'https://localhost:8443' },
    isFounded: () => true,
    placeOf: () => ({ name: null, country: null }),
    countSignIn: () => undefined,
    issuerSignIn: { issuers: [], complete: () => Promise.reject(outcomes.shift()) },
  }
  const parts = { tls: {}, log, metrics: openMetrics(), clock: systemClock, random: systemRandomness, doors: [] }
  const app = makeHttpServer({ ...parts, gate } as unknown as HttpParts)
  const url = `/session/callback/works?code=${secret}&state=x`
  expect((await app.inject({ method: 'GET', url })).headers.location).toBe('/sign-in?problem=mismatch')
  const failed = await app.inject({ method: 'GET', url })
  expect(failed.statusCode).toBe(503)
  await app.close()
  expect(lines).toEqual([
    [
      { method: 'oidc', problem: 'mismatch', why: 'unexpected "state" response parameter value' },
      'a sign-in did not come about',
    ],
  ])
  expect(JSON.stringify(lines) + failed.body).not.toContain(secret)
})
