// The command line signs in through the gate's own page: its person confirms in a browser where they are signed in already.

import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../client/src/gate/index.ts'
import { newPrivateJwk, signInAtGate } from '../client/src/session/index.ts'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import * as api from '../protocol/src/api/index.ts'
import { servedSample, type Address, type GateClient, type Site } from '../server/src/http/testing.ts'
import { openPage, type BrowserPage, type PageCall } from '../server/src/http/testing/browser-page.ts'

let site: Site
let address: Address
let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ site, address, client, stop } = await servedSample(9975))
}, 120_000)
afterAll(() => stop())

async function signedIn(person: string): Promise<BrowserPage> {
  const page = await openPage(address)
  await page.signIn(person)
  return page
}

/** What the page does: confirm, and go on to the program with what that gives. */
async function confirm(
  page: BrowserPage,
  opened: URL,
): Promise<{ readonly grant: string; readonly port: number | null }> {
  expect(opened.origin + opened.pathname).toBe(`${address.url}/program`)
  const body = { request: opened.searchParams.get('request') }
  return api.programGranted.parse((await page.call('POST', '/api/v1/session/program/grant', { body })).value)
}

function visit(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, (answer) => answer.resume().once('end', resolve))
      .once('error', reject)
      .end()
  })
}

/** Sign a machine in by a browser on it in which somebody is signed in. */
async function signIn(machine: Machine, page: BrowserPage) {
  return await machine.run(['sign-in', '--gate', address.url, '--ca', address.caFile], {
    openBrowser: (opened) => {
      void confirm(page, opened).then(({ grant, port }) => visit(`http://127.0.0.1:${port}/callback?grant=${grant}`))
    },
  })
}

describe('sallyport sign-in', () => {
  test('is whoever confirmed in the browser, bound to the key of this machine, listed and ended like other sessions', async () => {
    const [machine, page] = [createMachine(), await signedIn('ada')]
    const ran = await signIn(machine, page)
    expect(ran.exit, ran.err).toBe(0)
    expect(ran.out).toContain('as Ada Whitfield')
    const who = JSON.parse((await machine.run(['whoami', '--json'])).out) as { subject: string }
    expect(who.subject).toBe('ada')
    expect((await machine.run(['file', 'list'])).exit).toBe(0)
    const { sessions } = api.sessions.parse((await page.call('GET', '/api/v1/sessions')).value)
    const own = sessions.find(({ channel }) => channel === 'program')
    expect(own).toMatchObject({ method: 'oidc', subject: 'ada', place: 'this-machine', isThis: false })
    expect((await page.call('DELETE', `/api/v1/sessions/${own?.id}`)).status).toBe(200)
    expect((await machine.run(['whoami'])).err).toContain('sallyport login')
  })

  test('ends at the gate with logout, and with the status of its person', async () => {
    const [machine, page] = [createMachine(), await signedIn('irina')]
    expect((await signIn(machine, page)).exit).toBe(0)
    const count = async () =>
      (await site.database.query(`SELECT id FROM identity_session WHERE channel = 'program' AND subject = 'irina'`))
        .length
    expect(await count()).toBe(1)
    expect((await machine.run(['logout'])).exit).toBe(0)
    expect(await count()).toBe(0)
    expect((await signIn(machine, page)).exit).toBe(0)
    const [row] = await site.database.query(`SELECT person_id FROM identity_binding WHERE subject = 'irina'`)
    const path = `/people/${String(row?.['person_id'])}/end`
    await client.done(api.personEnded, 'grace', 'POST', path, { kind: 'left', reason: 'last day' })
    expect(await count()).toBe(0)
    expect((await machine.run(['whoami'])).exit).toBe(1)
  })

  test('takes what the page shows, where the browser is elsewhere', async () => {
    const page = await signedIn('ben')
    const ca = await readFile(address.caFile, 'utf8')
    const clock = { now: () => Date.now(), sleep: () => Promise.resolve() }
    const connection = connect({ url: address.url, ca, credential: null, clock })
    let opened = new URL(address.url)
    let told = ''
    const token = await signInAtGate(connection, newPrivateJwk(), {
      show: (url, words) => void ([opened, told] = [url, words]),
      paste: async () => {
        const { grant, port } = await confirm(page, opened)
        expect(port).toBeNull()
        return ` ${grant}\n`
      },
    })
    await connection.close()
    expect(token).toMatchObject({ scheme: 'DPoP', accessToken: expect.stringMatching(/^[\w-]{43}$/) })
    const digest = createHash('sha256')
      .update(opened.searchParams.get('request') ?? '')
      .digest('hex')
      .toUpperCase()
    expect(told).toBe(`${digest.slice(0, 4)}-${digest.slice(4, 8)}`)
  })

  test('keeps its key and token on this machine alone, for its owner', async () => {
    const machine = createMachine()
    await signIn(machine, await signedIn('ada'))
    const profile = JSON.parse(await readFile(join(machine.home, '.config', 'sallyport', 'default.json'), 'utf8')) as {
      session: { token: { accessToken: string } }
    }
    const secret = Buffer.from(profile.session.token.accessToken, 'base64url').toString('hex')
    const rows = await site.database.query('SELECT s::text AS row FROM identity_session s')
    expect(rows.some(({ row }) => String(row).includes(secret))).toBe(false)
  })
})

describe('a grant for a program', () => {
  const asPage = { 'sec-fetch-site': undefined, origin: undefined }
  /** A program by hand: a key of its own, and no page's headers. */
  async function program() {
    const own = await openPage(address)
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const post = async (path: string, body: unknown, options: PageCall = {}) =>
      await own.call('POST', path, { body, headers: asPage, ...options })
    const asked = async () =>
      api.programAsked.parse((await post('/api/v1/session/program', { challenge, port: null })).value)
    const exchange = async (grant: string, secret = verifier) =>
      await post('/api/v1/session/program/token', { grant, verifier: secret })
    return { own, post, asked, exchange, challenge }
  }
  const granted = async (page: BrowserPage, body: { readonly request: string }) =>
    await page.call('POST', '/api/v1/session/program/grant', { body: { request: body.request } })

  test('is good once, for the key and the secret that asked, and no other', async () => {
    const [page, mine, other] = [await signedIn('ada'), await program(), await program()]
    const { grant } = api.programGranted.parse((await granted(page, await mine.asked())).value)
    expect((await other.exchange(grant)).status).toBe(409)
    expect((await mine.exchange(grant, randomBytes(32).toString('base64url'))).status).toBe(409)
    expect((await mine.exchange(`${grant.slice(0, -2)}AA`)).status).toBe(409)
    expect((await mine.exchange(grant)).status).toBe(200)
    expect((await mine.exchange(grant)).status).toBe(409)
  })

  test('of several for one request one is good', async () => {
    const [page, mine] = [await signedIn('ada'), await program()]
    const request = await mine.asked()
    const grants = [await granted(page, request), await granted(page, request)]
    const outcomes = []
    for (const { value } of grants) outcomes.push((await mine.exchange(api.programGranted.parse(value).grant)).status)
    expect(outcomes).toEqual([200, 409])
  })

  test('is given by a session in a browser alone: not by nobody, a token, another site or a program', async () => {
    const [page, mine] = [await signedIn('ada'), await program()]
    const request = await mine.asked()
    const path = '/api/v1/session/program/grant'
    const body = { request: request.request }
    expect((await (await openPage(address)).call('POST', path, { body })).status).toBe(401)
    expect((await page.call('POST', path, { body, proof: null })).status).toBe(401)
    expect((await page.call('POST', path, { body, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(401)
    const bearer = { authorization: `Bearer ${await client.token('ada')}`, cookie: undefined }
    expect((await page.call('POST', path, { body, headers: bearer })).status).toBe(401)
    const { grant } = api.programGranted.parse((await granted(page, request)).value)
    const { token } = api.programSignedIn.parse((await mine.exchange(grant)).value)
    const asProgram = { ...asPage, authorization: `DPoP ${token}` }
    expect((await mine.own.call('POST', path, { body, headers: asProgram })).status).toBe(401)
  })

  test('is asked for and exchanged by no page of a browser', async () => {
    const mine = await program()
    const body = { challenge: mine.challenge, port: null }
    for (const headers of [{}, { 'sec-fetch-site': undefined }, { origin: undefined }]) {
      expect((await mine.post('/api/v1/session/program', body, { headers })).status).toBe(401)
    }
    expect((await mine.post('/api/v1/session/program', body, { headers: asPage, proof: null })).status).toBe(401)
    for (const port of [0, 80, 70_000, '8080']) {
      expect((await mine.post('/api/v1/session/program', { ...body, port })).status).toBe(400)
    }
  })

  test("gives a token that is nobody without a proof of its key and itself, as a cookie, or at another place; and a cookie's secret is none", async () => {
    const [page, mine, thief] = [await signedIn('ada'), await program(), await openPage(address)]
    const { grant } = api.programGranted.parse((await granted(page, await mine.asked())).value)
    const { token, id } = api.programSignedIn.parse((await mine.exchange(grant)).value)
    const ath = createHash('sha256').update(token).digest('base64url')
    const headers = { ...asPage, authorization: `DPoP ${token}` }
    const me = async (by: BrowserPage, proof: string | null) =>
      (await by.call('GET', '/api/v1/me', { headers, proof })).status
    expect(await me(mine.own, await mine.own.prove('GET', '/api/v1/me', { ath }))).toBe(200)
    expect(await me(mine.own, await mine.own.prove('GET', '/api/v1/me'))).toBe(401)
    expect(await me(mine.own, null)).toBe(401)
    expect(await me(thief, await thief.prove('GET', '/api/v1/me', { ath }))).toBe(401)
    thief.cookies.set('__Host-sallyport', token)
    expect((await thief.call('GET', '/api/v1/me')).status).toBe(401)
    const cookie = page.cookies.get('__Host-sallyport') ?? ''
    const ofCookie = createHash('sha256').update(cookie).digest('base64url')
    const asToken = { ...asPage, authorization: `DPoP ${cookie}`, cookie: undefined }
    const proof = await page.prove('GET', '/api/v1/me', { ath: ofCookie })
    expect((await page.call('GET', '/api/v1/me', { headers: asToken, proof })).status).toBe(401)
    await site.database.query(`UPDATE identity_session SET place = 'plant' WHERE id = $1`, [id])
    expect(await me(mine.own, await mine.own.prove('GET', '/api/v1/me', { ath }))).toBe(401)
    expect(await site.database.query('SELECT id FROM identity_session WHERE id = $1', [id])).toEqual([])
  })
})
