// Signing in with a browser at an organization's provider outside of the gate, to a real enclave that is being founded: its founders
// come in this way as well, and enroll.

import { afterAll, beforeAll, expect, test } from 'vitest'
import * as api from '../protocol/src/api/index.ts'
import { silentLogger } from '../server/src/base/index.ts'
import { openPage } from '../server/src/http/testing/browser-page.ts'
import { initEnclave } from '../server/src/main/init.ts'
import type { Real } from '../server/src/main/real.ts'
import { makeFoundingSite, type FoundingSite } from './founding-site.ts'

let site: FoundingSite
let real: Real
let codes: ReadonlyMap<string, string>
beforeAll(async () => {
  site = await makeFoundingSite(9815)
  const made = await initEnclave({
    config: site.config,
    founders: site.founders,
    log: silentLogger,
    resume: false,
    tell: () => undefined,
  })
  codes = new Map(made.codes.map(({ founder, code }) => [founder, code]))
  real = await site.serve()
}, 120_000)
afterAll(async () => {
  await real?.close()
  await site?.stop()
})

test('a founder signs in at the provider outside and enrolls with their code, by the session alone', async () => {
  const page = await openPage({ url: site.url, caFile: site.caFile })
  const { ways } = api.session.parse((await page.call('GET', '/api/v1/session')).value)
  expect(ways.issuers).toEqual([{ id: 'works', name: 'Real works' }])
  expect((await page.signIn('grace', 'works', '/founding')).href).toBe(`${site.url}/founding`)
  const { session } = api.session.parse((await page.call('GET', '/api/v1/session')).value)
  expect(session).toMatchObject({ issuer: site.issuer.url, subject: 'grace', person: null, place: 'here' })
  const code = [...codes].find(([name]) => name.startsWith('Grace'))?.[1]
  const enrolled = await page.call('POST', '/api/v1/founding/enroll', { body: { code } })
  expect(api.foundingChanged.parse(enrolled.value).founding.you).toBeTypeOf('string')
})

test('a provider that is gone when its answer comes is said to be, and nobody is signed in', async () => {
  const page = await openPage({ url: site.url, caFile: site.caFile })
  const begun = await page.call('POST', '/api/v1/session/issuer', { body: { issuer: 'works', returnTo: '/' } })
  let answer = ''
  await page.visit(api.signInBegun.parse(begun.value).url, 'henry', (at) => {
    if (!at.pathname.startsWith('/session/callback/')) return at
    answer = at.pathname + at.search
    return new URL('/healthz', site.url)
  })
  await site.issuer.stop()
  const reply = await page.call('GET', answer, { proof: null, headers: { 'sec-fetch-site': 'cross-site' } })
  await site.issuer.start()
  expect(reply).toMatchObject({ status: 303, headers: { location: '/sign-in?problem=unavailable' } })
  expect(page.cookies.has('__Host-sallyport')).toBe(false)
})
