// Whole questions over HTTP: the map of access, what would be otherwise, members on demand.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servedSample, type GateClient } from './testing.ts'
import { protectedFile } from './testing/protected-file.ts'

let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, stop } = await servedSample(9645))
  await protectedFile(client, 'one.stp')
  await protectedFile(client, 'two.stp')
}, 60_000)
afterAll(() => stop())

const access = (body: object) => client.done(api.accessMap, 'grace', 'POST', '/decisions/access', body)

test('the map says of everybody what who-can says of each, and names no countries', async () => {
  const map = await access({})
  expect(map.would).toBeNull()
  const file = map.files.findIndex(({ some }) => some.some(({ name }) => name === 'one.stp'))
  const { id = '' } = map.files[file]?.some.find(({ name }) => name === 'one.stp') ?? {}
  const { people } = await client.done(api.whoCanAnswer, 'grace', 'POST', '/decisions/who-can', { fileId: id })
  expect(map.totals.people).toBe(people.length)
  let held = 0
  for (const { personId, effect } of people) {
    const p = map.people.findIndex(({ some }) => some.some((one) => one.id === personId))
    // Of a class the first twenty are named.
    if (p < 0) continue
    held++
    expect([personId, map.answers[map.now[p]?.[file] ?? -1]?.effect]).toEqual([personId, effect])
  }
  expect(held).toBe(map.people.reduce((sum, { some }) => sum + some.length, 0))
  expect(JSON.stringify(map)).not.toMatch(/citizen|"GB"|"ties"/)
  const asked = { of: 'files', with: id }
  const { members } = await client.done(api.accessMembers, 'grace', 'POST', '/decisions/access/members', asked)
  expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(['one.stp', 'two.stp']))
})

test('a change tells who would lose what, and changes nothing', async () => {
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const ta = authorizations.find(({ state, terms }) => state === 'effective' && terms.programs.includes('falcon'))
  if (ta === undefined) throw new Error('the sample has no agreement for falcon')
  const before = await access({})
  const foretold = await access({ change: { kind: 'authorization-ends', authorizationId: ta.id } })
  expect(foretold.totals.loses).toBeGreaterThan(0)
  expect(foretold.totals.gains).toBe(0)
  expect((await access({})).totals).toEqual(before.totals)
  const same = await access({ change: { kind: 'authorization-terms', authorizationId: ta.id, terms: ta.terms } })
  expect([same.totals.gains, same.totals.loses]).toEqual([0, 0])
})

test('tells what another status, other countries and another place would change, each with its authorization', async () => {
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const id = (name: string) => people.find((one) => one.name.startsWith(name))?.id ?? ''
  const becomes = (name: string, status: string, ties?: object) =>
    client.ask('grace', 'POST', '/decisions/access', {
      change: { kind: 'person', personId: id(name), status, ...(ties === undefined ? {} : { ties }) },
    })
  const british = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }
  const ada = api.accessMap.parse((await becomes('Ada', 'foreign-person', british)).value)
  expect(ada.totals).toMatchObject({ gains: 0, loses: 2 })
  expect((await becomes('Ada', 'foreign-person')).status).toBe(400)
  expect((await becomes('Ada', 'us-person', british)).status).toBe(400)
  expect((await becomes('Ada', 'foreign-person', { ...british, citizenships: ['XX'] })).status).toBe(400)
  const standing = await access({ change: { kind: 'place', personId: id('James'), country: 'GB' } })
  expect(standing.totals).toMatchObject({ gains: 0, loses: 0 })
  const covered = standing.answers.filter(({ authorization }) => authorization !== null)
  expect(covered).toMatchObject([{ citation: '22 CFR 124.1(a)', permittedBy: [{ code: 'engineer-files' }] }])
  expect((await access({ change: { kind: 'place', personId: id('Ada'), country: 'GB' } })).totals.loses).toBe(2)
})

test('the map of a moment of the past says of everybody what who-can says of them then', async () => {
  const before = await access({})
  const asOf = new Date().toISOString()
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const james = people.find(({ name }) => name.startsWith('James'))?.id ?? ''
  await client.done(api.personEnded, 'grace', 'POST', `/people/${james}/end`, {
    kind: 'left',
    reason: 'contract is over',
  })
  const [now, then] = [await access({}), await access({ asOf })]
  expect(then.totals).toEqual(before.totals)
  expect(now.totals.now).toBeLessThan(then.totals.now)
  expect(then.at).toBe(asOf)
  const opened = (map: typeof now, person: string) => {
    const p = map.people.findIndex(({ some }) => some.some(({ id }) => id === person))
    return map.files.flatMap(({ some }, f) => (map.answers[map.now[p]?.[f] ?? -1]?.effect === 'permit' ? some : []))
  }
  const { files } = await client.done(api.whatCanAnswer, 'grace', 'POST', '/decisions/what-can', {
    personId: james,
    asOf,
  })
  const permitted = files.filter(({ effect }) => effect === 'permit').map(({ fileId }) => fileId)
  expect(permitted.length).toBeGreaterThan(0)
  expect(new Set(opened(then, james).map(({ id }) => id))).toEqual(new Set(permitted))
  expect(opened(now, james)).toEqual([])
  const members = { of: 'people', with: james, asOf }
  const asked = await client.done(api.accessMembers, 'grace', 'POST', '/decisions/access/members', members)
  expect(asked.members.map(({ id }) => id)).toContain(james)
  expect((await access({ asOf: '2001-01-01' })).totals).toMatchObject({ files: 0, now: 0 })
  const refused = async (body: object) => (await client.ask('grace', 'POST', '/decisions/access', body)).status
  expect(await refused({ asOf: '2999-01-01' })).toBe(400)
  expect(await refused({ asOf, change: { kind: 'place', country: null } })).toBe(400)
})

test('is asked by officers and auditors alone', async () => {
  for (const person of ['ada', 'ben', 'james', 'stranger']) {
    expect((await client.ask(person, 'POST', '/decisions/access', {})).status).toBe(403)
  }
  const nowhere = { kind: 'authorization-ends', authorizationId: '0190f2a4-6f0e-7c1b-9a53-3f6e0d1c2b4a' }
  expect((await client.ask('grace', 'POST', '/decisions/access', { change: nowhere })).status).toBe(404)
})
