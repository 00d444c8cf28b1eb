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

  test('ten of one person within an hour are a burst', async () => {
    for (let n = 0; n < 9; n++) await client.ask('tomas', 'GET', '/people')
    const isOfTomas = ({ by }: { readonly by: { readonly name: string } | null }) => by?.name.startsWith('Tom') === true
    expect((await list()).filter(isOfTomas)).toEqual([])
    await client.ask('tomas', 'GET', '/people')
    const found = (await list()).filter(isOfTomas)
    expect(found).toHaveLength(10)
    expect(found.every(({ rules }) => rules.includes('burst'))).toBe(true)
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

  test('no release is unusual where there was none', async () => {
    expect(await client.done(unusualReleases, 'grace', 'GET', '/releases/unusual')).toEqual({
      releases: [],
      compared: 0,
      since: null,
    })
  })
})
