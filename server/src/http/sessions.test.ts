// Sessions of a served enclave: begun at an issuer in a browser, used by cookie and proof, ended in every way.

import * as api from '@sallyport/protocol/api'
import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type Address, type GateClient, type Site } from './testing.ts'
import { openPage, type BrowserPage } from './testing/browser-page.ts'

let site: Site
let address: Address
let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ site, address, client, stop } = await servedSample(9910))
})
afterAll(() => stop())

const name = '__Host-sallyport'

async function signedIn(person: string): Promise<BrowserPage> {
  const page = await openPage(address)
  expect((await page.signIn(person, 'sample', '/people?x=1')).href).toBe(`${address.url}/people?x=1`)
  return page
}

async function sessionOf(page: BrowserPage): Promise<api.SessionView | null> {
  return api.session.parse((await page.call('GET', '/api/v1/session')).value).session
}

async function ofSession(id: string | undefined): Promise<readonly LedgerEntry[]> {
  const rows = await site.database.query('SELECT bytes FROM ledger_entries UNION SELECT bytes FROM ledger_pending')
  const entries = rows.map(({ bytes }) => parseEntry(bytes as Uint8Array)).filter((one) => one !== null)
  return entries.filter(({ about }) => about?.kind === 'session' && about.id === id)
}

const endings = async (id: string | undefined) =>
  (await ofSession(id)).filter(({ kind }) => kind === 'session.ended').map(({ body }) => body['ending'])

async function personIdOf(subject: string): Promise<string> {
  const [row] = await site.database.query('SELECT person_id FROM identity_binding WHERE subject = $1', [subject])
  return String(row?.['person_id'])
}

describe('a session', () => {
  test('begins at the issuer, says who it is, and is on record', async () => {
    const page = await openPage(address)
    const before = api.session.parse((await page.call('GET', '/api/v1/session')).value)
    expect(before).toEqual({
      session: null,
      ways: { passkey: true, issuers: [{ id: 'sample', name: 'the sample company' }], certificate: false },
    })
    await page.signIn('grace')
    const session = await sessionOf(page)
    expect(session).toMatchObject({
      person: { name: 'Grace Okafor' },
      roles: expect.arrayContaining(['officer']),
      method: 'oidc',
      channel: 'browser',
      subject: 'grace',
      place: 'this-machine',
    })
    const { startedAt = '', expiresAt = '', idleExpiresAt = '' } = session ?? {}
    expect(Date.parse(expiresAt) - Date.parse(startedAt)).toBe(8 * 3_600_000)
    expect(Date.parse(idleExpiresAt)).toBeLessThanOrEqual(Date.parse(startedAt) + 15 * 60_000 + 60_000)
    const [started] = await ofSession(session?.id)
    expect(started).toMatchObject({
      kind: 'session.started',
      actor: session?.person?.id,
      body: { subject: 'grace', method: 'oidc', channel: 'browser', place: 'this-machine' },
    })
  })

  test('decides like a token of the same person, and decisions name it', async () => {
    const [grace, ben] = [await signedIn('grace'), await signedIn('ben')]
    const people = await grace.call('GET', '/api/v1/people')
    expect(api.people.parse(people.value).people.length).toBeGreaterThan(5)
    const refused = await ben.call('GET', '/api/v1/people')
    expect(refused.status).toBe(403)
    const { decisionId } = api.problemBody.parse(refused.value)
    const rows = await site.database.query('SELECT bytes FROM ledger_pending UNION SELECT bytes FROM ledger_entries')
    const entry = rows.map(({ bytes }) => parseEntry(bytes as Uint8Array)).find((one) => one?.id === decisionId)
    const { id } = (await sessionOf(ben)) ?? {}
    expect(entry?.body['evidence']).toMatchObject({ clientId: 'sallyport-console', session: id })
  })

  test('is nobody on the roster where nobody has the identity, and nothing is permitted', async () => {
    const page = await signedIn('stranger')
    expect(await sessionOf(page)).toMatchObject({ person: null, roles: [], subject: 'stranger' })
    expect((await page.call('GET', '/api/v1/files')).status).toBe(403)
  })

  test('is not begun for somebody whose status has ended', async () => {
    const [ended] = await site.database.query(
      `SELECT b.subject FROM identity_binding b JOIN person p ON p.id = b.person_id WHERE p.status = 'ended'`,
    )
    const page = await openPage(address)
    const end = await page.signIn(String(ended?.['subject']))
    expect(end.pathname + end.search).toBe('/sign-in?problem=ended')
    expect(page.cookies.has(name)).toBe(false)
  })

  test('lives in a cookie that scripts cannot read and other sites cannot send, and its secret is nowhere else', async () => {
    const page = await openPage(address)
    const begun = await page.call('POST', '/api/v1/session/issuer', { body: { issuer: 'sample', returnTo: '/' } })
    expect(begun.headers['set-cookie']?.[0]).toMatch(
      /^__Host-sallyport-sign-in=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
    )
    const { url } = api.signInBegun.parse(begun.value)
    const seen: URL[] = []
    await page.visit(url, 'grace', (at) => {
      seen.push(at)
      return at
    })
    const secret = page.cookies.get(name) ?? ''
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(page.cookies.has(`${name}-sign-in`)).toBe(false)
    expect(seen.some(({ href }) => href.includes(secret))).toBe(false)
    const raw = Buffer.from(secret, 'base64url').toString('hex')
    const rows = await site.database.query('SELECT s::text AS row FROM identity_session s')
    expect(rows.some(({ row }) => String(row).includes(raw) || String(row).includes(secret))).toBe(false)
    const entries = await ofSession((await sessionOf(page))?.id)
    expect(JSON.stringify(entries)).not.toContain(secret)
  })

  test('has a new secret at each sign-in, and the key is in one session at most', async () => {
    const page = await signedIn('grace')
    const [first, old] = [await sessionOf(page), page.cookies.get(name) ?? '']
    expect((await page.signIn('omar')).pathname).toBe('/')
    expect(page.cookies.get(name)).not.toBe(old)
    expect(await sessionOf(page)).toMatchObject({ subject: 'omar' })
    expect(await endings(first?.id)).toEqual(['replaced'])
    page.cookies.set(name, old)
    expect(await sessionOf(page)).toBeNull()
  })

  test('does not take a secret that the browser brought along', async () => {
    const page = await openPage(address)
    const planted = Buffer.alloc(32, 7).toString('base64url')
    page.cookies.set(name, planted)
    await page.signIn('grace')
    expect(page.cookies.get(name)).not.toBe(planted)
    page.cookies.set(name, planted)
    expect(await sessionOf(page)).toBeNull()
  })
})

describe('a call with a session', () => {
  const me = async (page: BrowserPage, options: Parameters<BrowserPage['call']>[2] = {}) =>
    await page.call('GET', '/api/v1/me', options)

  test('is nobody without a proof of its key, with a proof of another, an old one or one for something else', async () => {
    const page = await signedIn('grace')
    expect((await me(page)).status).toBe(200)
    const used = await page.prove('GET', '/api/v1/me')
    expect((await me(page, { proof: used })).status).toBe(200)
    const stranger = await openPage(address)
    const proofs = [
      null,
      used,
      await stranger.prove('GET', '/api/v1/me'),
      await page.prove('POST', '/api/v1/me'),
      await page.prove('GET', '/api/v1/people'),
      await page.prove('GET', '/api/v1/me', { ath: 'x' }),
      'x.y.z',
    ]
    for (const proof of proofs) {
      const reply = await me(page, { proof })
      expect({ status: reply.status, proof }).toEqual({ status: 401, proof })
      expect(reply.headers['www-authenticate']).toMatch(/^DPoP /)
    }
    const stale = await page.prove('GET', '/api/v1/me', {})
    expect((await me(page, { proof: stale })).status).toBe(200)
  })

  test('is nobody with a proof and no cookie, a wrong one, or two', async () => {
    const page = await signedIn('grace')
    const secret = page.cookies.get(name) ?? ''
    for (const cookie of [
      undefined,
      `${name}=`,
      `${name}=${secret.slice(1)}`,
      `${name}=${'A'.repeat(43)}`,
      `${name}=${secret}; ${name}=${secret}`,
      `sallyport=${secret}`,
    ]) {
      expect((await me(page, { headers: { cookie } })).status).toBe(401)
    }
    expect((await me(page)).status).toBe(200)
  })

  test("is nobody from another site's page, whatever it proves", async () => {
    const page = await signedIn('grace')
    const wrong = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://evil.example', 'sec-fetch-site': undefined },
      { 'sec-fetch-site': undefined },
    ]
    for (const headers of wrong) expect((await me(page, { headers })).status).toBe(401)
    const begin = { body: { issuer: 'sample', returnTo: '/' } }
    for (const headers of wrong.slice(0, -1)) {
      expect((await page.call('POST', '/api/v1/session/issuer', { ...begin, headers })).status).toBe(401)
    }
    expect((await me(page)).status).toBe(200)
  })

  test('is refused beside a token', async () => {
    const page = await signedIn('grace')
    const reply = await me(page, { headers: { authorization: `Bearer ${await client.token('grace')}` } })
    expect(reply.status).toBe(400)
  })

  test('says nothing of an unknown session that it does not say of an ended one', async () => {
    const page = await signedIn('grace')
    await page.call('DELETE', '/api/v1/session', { headers: {} })
    const details = []
    for (const secret of ['A'.repeat(43), page.cookies.get(name) ?? 'B'.repeat(43)]) {
      page.cookies.set(name, secret)
      details.push(api.problemBody.parse((await me(page)).value).detail)
    }
    expect(new Set(details).size).toBe(1)
  })
})

describe('a session ends', () => {
  const isOver = async (page: BrowserPage) => (await page.call('GET', '/api/v1/me')).status === 401

  test('when whoever has it signs out: cookie and all', async () => {
    const page = await signedIn('grace')
    const [session, secret] = [await sessionOf(page), page.cookies.get(name) ?? '']
    const reply = await page.call('DELETE', '/api/v1/session')
    expect(api.sessionEnded.parse(reply.value).id).toBe(session?.id)
    expect(reply.headers['set-cookie']?.[0]).toMatch(/^__Host-sallyport=; .*Max-Age=0$/)
    expect(page.cookies.has(name)).toBe(false)
    page.cookies.set(name, secret)
    expect(await isOver(page)).toBe(true)
    expect(await endings(session?.id)).toEqual(['signed-out'])
  })

  test('when they end it from another of theirs, and nobody ends one of somebody else that way', async () => {
    const [one, other, omar] = [await signedIn('ada'), await signedIn('ada'), await signedIn('omar')]
    const id = (await sessionOf(one))?.id ?? ''
    const { sessions } = api.sessions.parse((await other.call('GET', '/api/v1/sessions')).value)
    expect(sessions.filter(({ isThis }) => isThis)).toHaveLength(1)
    expect(sessions.map((each) => each.id)).toContain(id)
    expect((await omar.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(404)
    expect(await isOver(one)).toBe(false)
    expect((await other.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(200)
    expect(await isOver(one)).toBe(true)
    expect(await isOver(other)).toBe(false)
  })

  test('when an administrator ends it, by a decision; an engineer cannot, and does not see it', async () => {
    const page = await signedIn('ada')
    const [ada, id] = [await personIdOf('ada'), (await sessionOf(page))?.id ?? '']
    const path = `/people/${ada}/sessions`
    expect((await client.ask('ben', 'GET', path)).status).toBe(403)
    expect((await client.ask('ben', 'DELETE', `${path}/${id}`)).status).toBe(403)
    const { sessions } = await client.done(api.sessions, 'omar', 'GET', path)
    expect(sessions.map((each) => each.id)).toContain(id)
    expect((await client.ask('omar', 'DELETE', `/people/${await personIdOf('ben')}/sessions/${id}`)).status).toBe(404)
    expect(await isOver(page)).toBe(false)
    await client.done(api.sessionEnded, 'omar', 'DELETE', `${path}/${id}`)
    expect(await isOver(page)).toBe(true)
    const ended = (await ofSession(id)).find(({ kind }) => kind === 'session.ended')
    expect(ended).toMatchObject({ actor: await personIdOf('omar'), body: { ending: 'ended-by-other' } })
  })

  test('with the status of its person, in the same moment, and with what they sign in with', async () => {
    const [noah, pages] = [await personIdOf('noah'), [await signedIn('noah'), await signedIn('noah')]]
    const ids = await Promise.all(pages.map(async (page) => (await sessionOf(page))?.id))
    await client.done(api.personEnded, 'grace', 'POST', `/people/${noah}/end`, { kind: 'left', reason: 'last day' })
    const rows = await site.database.query(`SELECT id FROM identity_session WHERE subject = 'noah'`)
    expect(rows).toEqual([])
    for (const page of pages) expect(await isOver(page)).toBe(true)
    for (const id of ids) expect(await endings(id)).toEqual(['person-ended'])

    const page = await signedIn('paula')
    const id = (await sessionOf(page))?.id
    const body = { subject: 'paula' }
    await client.done(
      api.identityChanged,
      'omar',
      'POST',
      `/people/${await personIdOf('paula')}/identities/unbind`,
      body,
    )
    expect(await isOver(page)).toBe(true)
    expect(await endings(id)).toEqual(['identity-unbound'])
  })

  test('when its time is over, by the clock of the database, used or not', async () => {
    const [over, idle, fine] = [await signedIn('grace'), await signedIn('grace'), await signedIn('grace')]
    const [overId, idleId] = [(await sessionOf(over))?.id, (await sessionOf(idle))?.id]
    await site.database.query('UPDATE identity_session SET expires_at = now() WHERE id = $1', [overId])
    await site.database.query(`UPDATE identity_session SET used_at = now() - interval '15 minutes' WHERE id = $1`, [
      idleId,
    ])
    expect(await isOver(over)).toBe(true)
    expect(await isOver(idle)).toBe(true)
    expect(await isOver(fine)).toBe(false)
  })

  test('by no use of it: a call keeps it from idling, and no longer than its lifetime', async () => {
    const page = await signedIn('grace')
    const session = await sessionOf(page)
    await site.database.query(`UPDATE identity_session SET used_at = now() - interval '14 minutes' WHERE id = $1`, [
      session?.id,
    ])
    expect(await isOver(page)).toBe(false)
    const again = await sessionOf(page)
    expect(Date.parse(again?.idleExpiresAt ?? '')).toBeGreaterThan(Date.now() + 10 * 60_000)
    expect(again?.expiresAt).toBe(session?.expiresAt)
  })

  test('where it is used with its key from another place; a cookie alone ends nothing', async () => {
    const page = await signedIn('grace')
    const id = (await sessionOf(page))?.id
    await site.database.query(`UPDATE identity_session SET place = 'plant' WHERE id = $1`, [id])
    expect((await page.call('GET', '/api/v1/me', { proof: null })).status).toBe(401)
    expect(await endings(id)).toEqual([])
    const reply = await page.call('GET', '/api/v1/me')
    expect(reply.status).toBe(401)
    expect(reply.text).toContain('at another place')
    expect(await endings(id)).toEqual(['another-place'])
  })
})
