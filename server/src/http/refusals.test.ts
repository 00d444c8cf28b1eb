// Refusals that are worth a look: which are told, how far somebody is with each, and who may say so; releases that are unusual.

import {
  people as peopleShape,
  personEnded,
  problemBody,
  refusals,
  refusalTriaged,
  unusualReleases,
} from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { protectedFile } from './testing/protected-file.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'

let client: GateClient
let site: Site
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, site, stop } = await servedSample(9919))
})
afterAll(() => stop())

const list = async (query = '') => {
  await sequenced(site)
  return (await client.done(refusals, 'paula', 'GET', `/refusals${query}`)).refusals
}
const refusedId = async (who: string, method: string, path: string, body?: unknown) =>
  problemBody.parse((await client.ask(who, method, path, body)).value).decisionId ?? ''
const triage = (id: string, from: string | null, state: string, who = 'grace') =>
  client.ask(who, 'POST', `/refusals/${id}/triage`, { from, state, note: 'asked them on the phone' })

describe('refusals that are worth a look', () => {
  test('are those of rules: somebody who ended, a keeper’s act, a stranger; not everyday ones', async () => {
    const { people } = await client.done(peopleShape, 'grace', 'GET', '/people')
    const ben = people.find(({ name }) => name === 'Ben Ortega')
    const everyday = await refusedId('ada', 'GET', '/people')
    const keeper = await refusedId('ada', 'GET', '/ledger/export')
    await client.done(personEnded, 'grace', 'POST', `/people/${ben?.id}/end`, { kind: 'left', reason: 'over' })
    const ended = await refusedId('ben', 'GET', '/people')
    await client.ask('stranger', 'GET', '/people')
    const found = await list()
    const rulesOf = (id: string) => found.find((one) => one.decisionId === id)?.rules
    expect(rulesOf(everyday)).toBeUndefined()
    expect(rulesOf(keeper)).toEqual(['keeper'])
    expect(rulesOf(ended)).toEqual(['ended'])
    expect(found.find(({ by }) => by === null)?.rules).toEqual(['stranger'])
    expect(found.find((one) => one.decisionId === keeper)).toMatchObject({
      by: { name: 'Ada Whitfield' },
      triage: null,
    })
  })

  test('tell nothing of what an entry keeps sealed', async () => {
    await client.ask('irina', 'GET', '/ledger/export')
    const found = await list('?all=true')
    expect(found.some(({ by }) => by?.name === 'Irina Sokolova')).toBe(true)
    expect(JSON.stringify(found)).not.toMatch(/"(RU|GB)"|sealed|citizenship/)
  })

  test('ten of one person within an hour are a burst, and one page loaded again is not', async () => {
    const { people } = await client.done(peopleShape, 'grace', 'GET', '/people')
    const refused = async (n: number) => await client.ask('tomas', 'GET', `/people/${people[n]?.id}`)
    for (let n = 0; n < 20; n++) await refused(0)
    for (let n = 1; n < 9; n++) await refused(n)
    const isOfTomas = ({ by }: { readonly by: { readonly name: string } | null }) => by?.name.startsWith('Tom') === true
    expect((await list()).filter(isOfTomas)).toEqual([])
    await refused(9)
    const found = (await list()).filter(isOfTomas)
    expect(found).toHaveLength(29)
    expect(found.every(({ rules }) => rules.includes('burst'))).toBe(true)
    // Each is there, and what is one matter is told.
    expect(new Set(found.map(({ alike }) => alike)).size).toBe(10)
    const matters = [...Map.groupBy(found, ({ alike }) => alike).values()]
    expect(matters.map((all) => all.length).toSorted((one, other) => one - other)).toEqual([...Array(9).fill(1), 20])
    // The newest names them all.
    expect(matters.every(([newest]) => newest?.decisionId === newest?.alike)).toBe(true)
  })

  test('are put into a state together, all of them or none', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push(await refusedId('guest-3', 'GET', '/ledger/export'))
    await sequenced(site)
    const [one = '', ...also] = ids
    const together = (others: readonly string[], from: string | null = null) =>
      client.ask('grace', 'POST', `/refusals/${one}/triage`, {
        from,
        state: 'looking',
        note: 'the same page',
        also: others,
      })
    expect((await together([...also, crypto.randomUUID()])).status).toBe(404)
    expect((await together(also, 'harmless')).status).toBe(409)
    const states = async () => (await list()).flatMap((each) => (ids.includes(each.decisionId) ? [each] : []))
    expect((await states()).map(({ triage: found }) => found)).toEqual([null, null, null])
    expect((await together(also)).status).toBe(200)
    expect((await states()).map(({ triage: found, alike }) => [found?.state, alike])).toEqual(
      ids.map(() => ['looking', ids.at(-1)]),
    )
  })

  test('are put into a state by an officer, on record, and leave the list once they are closed', async () => {
    const id = await refusedId('ada', 'GET', '/ledger/export')
    await sequenced(site)
    const looking = refusalTriaged.parse((await triage(id, null, 'looking')).value)
    expect(looking).toMatchObject({ decisionId: id, state: 'looking' })
    expect((await list()).find((one) => one.decisionId === id)?.triage).toMatchObject({
      state: 'looking',
      note: 'asked them on the phone',
      by: { name: 'Grace Okafor' },
    })
    // Two at once: whoever saw another state is told.
    expect((await triage(id, null, 'incident', 'henry')).status).toBe(409)
    expect((await triage(id, 'looking', 'harmless', 'henry')).status).toBe(200)
    expect((await list()).some((one) => one.decisionId === id)).toBe(false)
    const all = await list('?all=true')
    expect(all.find((one) => one.decisionId === id)?.triage).toMatchObject({
      state: 'harmless',
      by: { name: 'Henry Walsh' },
    })
    const rows = await site.database.query(
      "SELECT convert_from(bytes, 'UTF8')::jsonb -> 'body' ->> 'state' AS state FROM ledger_entries WHERE kind = 'refusal.triaged' AND about_id = $1 ORDER BY index",
      [id],
    )
    expect(rows.map(({ state }) => state)).toEqual(['looking', 'harmless'])
  })

  test('what is no refusal is in no state', async () => {
    expect((await triage('01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77', null, 'looking')).status).toBe(404)
    expect((await triage('nothing', null, 'looking')).status).toBe(404)
  })

  test.each(['ada', 'omar', 'paula', 'stranger'])('are put into no state by %s', async (who) => {
    const id = await refusedId('ada', 'GET', '/ledger/export')
    expect((await triage(id, null, 'harmless', who)).status).toBe(403)
  })

  test.each(['ada', 'omar', 'stranger'])('are not for %s', async (who) => {
    for (const path of ['/refusals', '/releases/unusual']) expect((await client.ask(who, 'GET', path)).status).toBe(403)
  })

  test('are read and put into a state by an analyst, who is told of a file by its id', async () => {
    const file = await protectedFile(client, 'wing/spar-7.txt')
    await client.ask('eleanor', 'GET', `/files/${file.id}/content`)
    const ofFile = async (who: string) => {
      await sequenced(site)
      const found = await client.done(refusals, who, 'GET', '/refusals')
      return found.refusals.filter(({ about }) => about.id === file.id).map(({ about }) => about.name)
    }
    const names = await ofFile('paula')
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names)).toEqual(new Set(['wing/spar-7.txt']))
    expect(await ofFile('rosa')).toEqual(names.map(() => ''))
    const refused = await refusedId('ada', 'GET', '/ledger/export')
    expect((await triage(refused, null, 'looking', 'rosa')).status).toBe(200)
    expect((await client.ask('rosa', 'GET', '/releases/unusual')).status).toBe(200)
  })

  test.each([
    '/people',
    '/keys',
    '/authorizations',
    '/decisions',
    '/ledger/entries',
    '/labels',
    '/backups',
    '/approvals',
  ])('are all that an analyst reads: not %s', async (path) => {
    expect((await client.ask('rosa', 'GET', path)).status).toBe(403)
  })

  test('no release is unusual where there was none', async () => {
    expect(await client.done(unusualReleases, 'grace', 'GET', '/releases/unusual')).toEqual({
      releases: [],
      compared: 0,
      since: null,
    })
  })
})
