// Decisions on record over HTTP: looked for, explained with the attributes that decided, and told to whoever was refused.

import type { Reason } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy
const ids: Record<string, string> = {}

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9820))
  file = await protectedFile(client, 'flange.stp')
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  for (const name of ['Ada', 'Ben', 'Eleanor', 'James', 'Tomás']) {
    ids[name] = people.find((one) => one.name.startsWith(name))?.id ?? expect.fail(name)
  }
}, 60_000)
afterAll(() => stop())

async function refusalOf(person: string, path = `/files/${file.id}/content`): Promise<string> {
  const { status, value } = await client.ask(person, 'GET', path)
  expect(status).toBe(403)
  return (value as { decisionId: string }).decisionId
}
const find = async (query: string, by = 'grace') => {
  await sequenced(site)
  return await client.done(api.decisions, by, 'GET', `/decisions?${query}`)
}
const explain = async (id: string) => await client.done(api.explanation, 'grace', 'GET', `/decisions/${id}`)

describe('decisions are found', () => {
  test('by person, file, effect and action, the newest first, each with its reason', async () => {
    const [first, second] = [await refusalOf('ben'), await refusalOf('ben')]
    await openCopy(client, 'ada', file)
    const { decisions } = await find(`personId=${ids['Ben']}&fileId=${file.id}&effect=deny`)
    expect(decisions.map(({ id }) => id)).toEqual([second, first])
    expect(decisions[0]).toMatchObject({
      action: 'file.fetch',
      door: 'api',
      person: { name: 'Ben Ortega' },
      resource: { kind: 'file', name: 'flange.stp' },
      reasons: [{ code: 'need-to-know' }],
    })
    const opened = await find(`fileId=${file.id}&action=file.open&effect=permit`)
    expect(opened.decisions.map(({ person, effect }) => [person?.name, effect])).toEqual([['Ada Whitfield', 'permit']])
    const all = (await find('')).decisions
    expect(all.map(({ ledgerIndex }) => ledgerIndex)).toEqual(all.map((one) => one.ledgerIndex).sort((a, b) => b - a))
    expect(new Set(all.map(({ effect }) => effect))).toEqual(new Set(['permit', 'deny']))
  })

  test('within a period, and page after page without one missing or twice', async () => {
    for (let n = 0; n < 60; n++) await refusalOf('ben')
    for (let n = 0; n < 60; n++) await client.done(api.people, 'paula', 'GET', '/people')
    const whole: string[] = []
    for (let place = ''; ;) {
      const { decisions, next } = await find(place)
      whole.push(...decisions.map(({ id }) => id))
      if (next === null) break
      place = `after=${next}`
    }
    const rows = await site.database.query(
      `SELECT id FROM ledger_entries WHERE kind IN ('decision.permit', 'decision.deny') ORDER BY index DESC`,
      [],
    )
    // The questions themselves are decisions, and newer than what they found.
    const known = rows.map(({ id }) => String(id))
    expect(whole.length).toBeGreaterThan(100)
    expect(new Set(whole).size).toBe(whole.length)
    expect(known.slice(known.indexOf(whole[0] ?? ''))).toEqual(whole)
    expect((await find('from=2020-01-01&to=2020-01-02')).decisions).toEqual([])
    expect((await find('from=2020-01-01&effect=deny')).decisions.length).toBeGreaterThan(50)
    expect((await client.ask('grace', 'GET', '/decisions?from=2021-01-01&to=2020-01-01')).status).toBe(400)
  }, 60_000)

  test('by officers, auditors and officials, and what was looked for is on record', async () => {
    for (const person of ['ada', 'ben', 'omar', 'stranger']) {
      expect((await client.ask(person, 'GET', '/decisions')).status).toBe(403)
    }
    await find(`personId=${ids['Ben']}`, 'paula')
    const { decisions } = await find('action=decision.search&effect=permit')
    const one = await explain(decisions[0]?.id ?? '')
    expect(one).toMatchObject({ action: 'decision.search', subject: { name: 'Paula Jensen' } })
    await sequenced(site)
    const [entry] = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_entries WHERE id = $1`,
      [one.id],
    )
    expect(entry?.['text']).toContain(`"looked":{"id":"${ids['Ben']}","kind":"person"}`)
  })
})

describe('an explanation', () => {
  test('has the policies that decided in words, with what each reads, and what the guard said', async () => {
    expect(await explain(await refusalOf('ben'))).toMatchObject({
      policies: {
        decided: [
          { id: 'need-to-know', effect: 'forbid', reads: ['principal.programs', 'resource.programs'], text: /program/ },
        ].map((one) => ({ ...one, text: expect.stringMatching(one.text) as string })),
      },
      guard: 'not-asked',
    })
    const { decisions } = await find(`fileId=${file.id}&action=file.open&effect=permit`)
    expect(await explain(decisions[0]?.id ?? '')).toMatchObject({
      policies: { decided: [{ id: 'engineer-files', effect: 'permit', reads: ['principal.roles'] }] },
      guard: 'agreed',
    })
  })
})

const asTold = ({ code, text, fix, ask }: Reason) => ({ code, text, fix, ask })

describe('a refusal is told again to whoever got it', () => {
  const own = async (person: string, id: string) =>
    await client.done(api.ownRefusal, person, 'GET', `/own-refusals/${id}`)

  test('as it was told, with their own record and nothing of the file', async () => {
    const { value } = await client.ask('ben', 'GET', `/files/${file.id}/content`)
    const told = api.problemBody.parse(value)
    const again = await own('ben', told.decisionId ?? '')
    expect(again.reasons.map(asTold)).toEqual(told.reasons)
    expect(again).toMatchObject({
      action: 'file.fetch',
      resource: { kind: 'file', id: file.id, name: null },
      you: { status: 'us-person', roles: ['engineer'], programs: ['heron'] },
      place: { known: true, country: 'US' },
    })
    expect(JSON.stringify(again)).not.toMatch(/flange|falcon|labels|sealed|itar/)
    await sequenced(site)
    const { refusals, next } = await client.done(api.ownRefusals, 'ben', 'GET', '/own-refusals')
    expect(refusals[0]).toEqual(again)
    expect(refusals.length).toBe(50)
    const older = await client.done(api.ownRefusals, 'ben', 'GET', `/own-refusals?after=${next}`)
    expect(older.refusals.length).toBeGreaterThan(0)
    const places = [...refusals, ...older.refusals].map(({ id }) => id)
    expect(new Set(places).size).toBe(places.length)
  })

  test('with the name of the file to whoever may see it in a list, as an officer who may not fetch it', async () => {
    const { value } = await client.ask('grace', 'GET', `/files/${file.id}/content`)
    const told = await own('grace', api.problemBody.parse(value).decisionId ?? '')
    expect(told.resource).toMatchObject({ id: file.id, name: expect.stringContaining('flange') as string })
    await sequenced(site)
    const { refusals } = await client.done(api.ownRefusals, 'grace', 'GET', '/own-refusals')
    expect(refusals.find(({ id }) => id === told.id)).toEqual(told)
  })

  test('to a foreign person with the missing element, as the refusal had it', async () => {
    const { value } = await client.ask('eleanor', 'GET', `/files/${file.id}/content`)
    const told = api.problemBody.parse(value)
    const again = await own('eleanor', told.decisionId ?? '')
    expect(again.reasons.map(asTold)).toEqual(told.reasons)
  })

  test('and to nobody else: not of another, not a permit, not what others asked about them', async () => {
    const id = await refusalOf('ben')
    expect((await client.ask('ada', 'GET', `/own-refusals/${id}`)).status).toBe(404)
    expect((await client.ask('stranger', 'GET', `/own-refusals/${id}`)).status).toBe(403)
    expect((await client.ask('ben', 'GET', `/own-refusals/${crypto.randomUUID()}`)).status).toBe(404)
    // Somebody wanted to share the file with Ben, who could not open it: that there is one is nothing for Ben to hear.
    await client.ask('ada', 'POST', `/files/${file.id}/shares`, { with: { person: 'Ben Ortega' } })
    const { decisions } = await find(`personId=${ids['Ben']}&action=file.receive`)
    expect(decisions).toMatchObject([{ effect: 'deny', door: 'share' }])
    const shared = decisions[0]?.id ?? ''
    expect((await client.ask('ben', 'GET', `/own-refusals/${shared}`)).status).toBe(404)
    const { refusals } = await client.done(api.ownRefusals, 'ben', 'GET', '/own-refusals')
    expect(refusals.map((one) => one.id)).not.toContain(shared)
  })
})
