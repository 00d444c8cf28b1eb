// Calls with a key of their own, over HTTP: done once, whoever dies in between, and answered again to whoever asked.

import { createHash, randomUUID } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { servedSample, type GateClient, type Reply, type Site } from './testing.ts'

let site: Site
let client: GateClient
let done: GateClient['done']
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9860))
  ;({ done } = client)
}, 60_000)
afterAll(() => stop())

const tokens = new Map<string, string>()
async function ask(person: string, method: string, path: string, key: string, body?: unknown): Promise<Reply> {
  const token = tokens.get(person) ?? (await client.token(person))
  tokens.set(person, token)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  return await client.call(method, `/api/v1${path}`, { token, headers: { 'idempotency-key': key, ...type }, ...sent })
}
const newKey = () => `"${randomUUID()}"`
const add = (key: string, name: string, more: object = {}, by = 'omar') =>
  ask(by, 'POST', '/people', key, { name, kind: 'contractor', ...more })
const named = async (name: string) =>
  (await done(api.people, 'grace', 'GET', `/people?name=${encodeURIComponent(name)}`)).people
const entriesAbout = async (id: string) => {
  const rows = await site.database.query(
    `SELECT kind FROM ledger_entries WHERE about_id = $1 UNION ALL SELECT kind FROM ledger_pending WHERE about_id = $1`,
    [id],
  )
  return rows.map(({ kind }) => kind)
}
const acts = async () => Number((await site.database.query('SELECT count(*) AS n FROM ledger_act'))[0]?.['n'])

describe('a call with a key', () => {
  test('is done once and answered as it was, however often it is sent', async () => {
    const key = newKey()
    const first = await add(key, 'Agda Olsen')
    expect(first).toMatchObject({ status: 200 })
    const again = [await add(key, 'Agda Olsen'), await add(key, 'Agda Olsen')]
    expect(again.map(({ status, value }) => ({ status, value }))).toEqual(
      again.map(() => ({ status: 200, value: first.value })),
    )
    const people = await named('Agda Olsen')
    expect(people).toHaveLength(1)
    expect(await entriesAbout(people[0]?.id ?? '')).toEqual(['person.added'])
  })

  test('whose answer was lost is told what was recorded, and not done again', async () => {
    const key = newKey()
    const { person, receipt } = api.personAdded.parse((await add(key, 'Birte Vang')).value)
    // As a gate leaves it that dies after the act and before its answer.
    await site.database.query('UPDATE ledger_act SET answer = NULL')
    const again = await add(key, 'Birte Vang')
    expect(again.status).toBe(409)
    const { receipts = [], detail } = api.problemBody.parse(again.value)
    expect(detail).toContain('its answer is not kept')
    const { entryId, leafHash } = receipt as { entryId: string; leafHash: string }
    expect(receipts).toMatchObject([{ entryId, leafHash }])
    expect(await entriesAbout(person.id)).toEqual(['person.added'])
    expect(await named('Birte Vang')).toHaveLength(1)
  })

  test('whose answer holds what is shown once has it kept nowhere', async () => {
    const { person } = api.personAdded.parse((await add(newKey(), 'Bodil Krogh')).value)
    const key = newKey()
    const send = () =>
      ask('omar', 'POST', `/people/${person.id}/enrollments`, key, { recovery: false, reason: 'first passkey' })
    const first = await send()
    expect(first).toMatchObject({ status: 200 })
    const [row] = await site.database.query('SELECT answer FROM ledger_act ORDER BY at DESC LIMIT 1')
    expect(row?.['answer']).toBeNull()
    const again = await send()
    expect([again.status, api.problemBody.parse(again.value).receipts?.length]).toEqual([409, 1])
  })

  test('of two that are sent at one moment, one does it', async () => {
    const key = newKey()
    const statuses = (await Promise.all([1, 2, 3].map(() => add(key, 'Carla Voss')))).map(({ status }) => status)
    expect(statuses).toContain(200)
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
    expect(await named('Carla Voss')).toHaveLength(1)
    expect((await add(key, 'Carla Voss')).status).toBe(200)
  })

  test.each([
    ['commits', 409, 0],
    ['dies before it commits', 200, 1],
  ])('waits for another gate that is at it, and does nothing unless that %s', async (how, status, people) => {
    const key = newKey()
    const name = `Dora ${how}`
    const me = api.me.parse((await client.ask('omar', 'GET', '/me')).value)
    const digest = (...parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest()
    const row = [digest(me.issuer, me.subject, key.slice(1, -1)), digest('other'), randomUUID()]
    const sent: Promise<Reply>[] = []
    const death = new Problem('conflict', 'the other gate died')
    const other = site.database.transaction(async (tx) => {
      await tx.query(`INSERT INTO ledger_act (key, request, run, entries) VALUES ($1, $2, $3, '[]')`, row)
      sent.push(add(key, name))
      const waits = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO ledger_act%'`
      await vi.waitFor(async () => expect(await site.database.query(waits)).not.toEqual([]), { timeout: 30_000 })
      // Another attempt at this gate hears so at once.
      const second = await add(key, name)
      expect([second.status, second.text]).toEqual([409, expect.stringContaining('is under way')])
      if (people > 0) throw death
    })
    const died = await other.then(
      () => null,
      (error: unknown) => error,
    )
    expect(died).toBe(people > 0 ? death : null)
    expect(await Promise.all(sent)).toMatchObject([{ status }])
    expect(await named(name)).toHaveLength(people)
  })

  test('is refused for another request, and another caller has keys of their own', async () => {
    const key = newKey()
    expect((await add(key, 'Elin Dahl')).status).toBe(200)
    const other = await add(key, 'Elin Dahlberg')
    expect([other.status, api.problemBody.parse(other.value).type]).toEqual([422, 'urn:sallyport:problem:key-reused'])
    const [elin] = await named('Elin Dahl')
    const end = { kind: 'left', reason: 'last day' }
    expect((await ask('omar', 'DELETE', `/people/${elin?.id}/passkeys/x`, key)).status).toBe(422)
    expect((await ask('grace', 'POST', `/people/${elin?.id}/end`, key, end)).status).toBe(200)
    expect((await ask('henry', 'POST', `/people/${elin?.id}/end`, key, end)).status).toBe(409)
    expect(await entriesAbout(elin?.id ?? '')).toEqual(expect.arrayContaining(['person.added', 'person.ended']))
  })

  test('that was refused keeps nothing: it is done once what was missing is there', async () => {
    const before = await acts()
    const key = newKey()
    expect((await add(key, 'Frida Munk', {}, 'ada')).status).toBe(403)
    expect((await add(newKey(), 'Gitte Lund', { externalId: 'X-77' })).status).toBe(200)
    expect((await add(key, 'Hanne Lund', { externalId: 'X-77' })).status).toBe(409)
    expect((await add(key, 'Hanne Lund', { kind: 'nobody' })).status).toBe(400)
    expect(await acts()).toBe(before + 1)
    expect((await add(key, 'Hanne Lund', { externalId: 'X-78' })).status).toBe(200)
  })

  test('that changes nothing keeps nothing', async () => {
    const before = await acts()
    const [someone] = await named('Ada Whitfield')
    const asked = await ask('paula', 'POST', '/decisions/what-can', newKey(), { personId: someone?.id })
    expect([asked.status, await acts()]).toEqual([200, before])
  })

  test('has an answer that nobody reads in the database, and that its caller no longer reads once they are ended', async () => {
    const { vaults } = await done(api.vaults, 'guest-7', 'GET', '/vaults')
    const key = newKey()
    const reserve = () => ask('guest-7', 'POST', '/files', key, { vaultId: vaults[0]?.id, name: 'secret-name.txt' })
    expect((await reserve()).status).toBe(200)
    const rows = await site.database.query('SELECT answer, entries::text AS entries FROM ledger_act')
    expect(rows.length).toBeGreaterThan(0)
    for (const { answer, entries } of rows) {
      expect(`${String(entries)} ${Buffer.from(String(answer), 'base64url').toString('latin1')}`).not.toMatch(
        /secret-name|receipt|Agda/,
      )
    }
    const [guest] = await named('Short-term engineer 7')
    await done(api.personEnded, 'grace', 'POST', `/people/${guest?.id}/end`, { kind: 'left', reason: 'last day' })
    expect((await reserve()).status).toBe(403)
  })

  test('may be used anew after a day', async () => {
    const key = newKey()
    expect((await add(key, 'Inge Toft')).status).toBe(200)
    await site.database.query(`UPDATE ledger_act SET at = at - interval '25 hours'`)
    expect((await add(key, 'Inge Toft the other')).status).toBe(200)
    expect(await acts()).toBe(1)
  })

  test.each([
    ['POST', '/people', '"short"', '16 to 128'],
    ['POST', '/people', randomUUID(), 'quoted string'],
    ['POST', '/people', `"${'x'.repeat(129)}"`, '16 to 128'],
    ['POST', '/people', `"${'x'.repeat(16)}", "${'y'.repeat(16)}"`, 'quoted string'],
  ])('%s %s with the key %s is refused', async (method, path, key, says) => {
    const { status, text } = await ask('omar', method, path, key, { name: 'Jytte Krag', kind: 'visitor' })
    expect([status, text]).toEqual([400, expect.stringContaining(says)])
    expect(await named('Jytte Krag')).toEqual([])
  })

  test('of a route that takes no key is done as without one', async () => {
    const before = await acts()
    expect((await ask('omar', 'GET', '/me', 'anything')).status).toBe(200)
    expect(await acts()).toBe(before)
  })
})
