// The record of releases over HTTP: what the ledger has of every key that went out, with no typing.

import * as api from '@sallyport/protocol/api'
import { readTdf } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSpreadsheet } from '../spreadsheet/index.ts'
import { rewrapBody, sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy
let agreement: { readonly id: string; readonly number: string }
let james: string

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9890))
  file = await protectedFile(client, 'nozzle.stp')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  agreement = { id: authorizations[0]?.id ?? '', number: authorizations[0]?.terms.number ?? '' }
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  james = people.find(({ name }) => name === 'James Calder')?.id ?? ''
  for (const person of ['james', 'ada', 'irina']) await openCopy(client, person, file)
  await sequenced(site)
}, 60_000)
afterAll(() => stop())

const read = (query = '', by = 'grace') => client.done(api.releases, by, 'GET', `/releases${query}`)
const looks = async () => {
  await sequenced(site)
  const rows = await site.database.query(`SELECT about_id FROM ledger_entries WHERE kind = 'ties.shown'`)
  return rows.map((row) => row['about_id'])
}

async function manifestOf({ container }: ProtectedCopy) {
  const { manifest } = await readTdf({
    size: container.length,
    read: async (at, length) => container.slice(at, at + length),
  })
  const [access] = manifest.keyAccess
  if (access?.type !== 'ec-wrapped') throw new Error('the file has no wrapped key')
  return { manifest, access }
}

function yearsBetween(release: api.ReleaseView | undefined): number {
  return Number(release?.keptUntil?.slice(0, 4)) - Number(release?.at.slice(0, 4))
}

describe('the record of releases', () => {
  test('has every key that went out, the newest first, with the citation of that day; no refusal, and countries sealed', async () => {
    const { releases, next } = await read()
    expect(next).toBeNull()
    const oldestFirst = await read('?order=oldest')
    expect(oldestFirst.releases.map(({ decisionId }) => decisionId)).toEqual(
      releases.map(({ decisionId }) => decisionId).toReversed(),
    )
    expect(oldestFirst.releases).toMatchObject([
      {
        recipient: { id: james, name: 'James Calder', status: 'foreign-person' },
        countries: 'sealed',
        file: { id: file.id, name: 'nozzle.stp', vault: 'falcon' },
        programs: ['falcon'],
        door: 'kas',
        authorization: { ...agreement, version: 1, citation: expect.stringContaining('22 CFR') as string },
        isFailed: false,
      },
      { recipient: { name: 'Ada Whitfield', status: 'us-person' }, countries: 'none', authorization: null },
    ])
    expect(releases[1]?.items).not.toEqual([])
    expect(await looks()).toEqual([])
  })

  test('says until when those to U.S. persons are kept, by a rule of its own that only grows', async () => {
    const rule = (years: number) => ({ setting: 'us-person-release-retention', years, reason: 'counsel memo 12' })
    const years = async () => {
      const { releases, usPersonYears } = await read()
      const [toAda, toJames] = releases
      const due = await client.done(api.authorizationTasks, 'grace', 'GET', '/tasks/authorizations')
      expect([usPersonYears, due.usPersonReleaseYears]).toEqual(Array(2).fill(yearsBetween(toAda)))
      expect(toJames?.keptUntil).toBeNull()
      return yearsBetween(toAda)
    }
    expect(await years()).toBe(5)
    for (const by of ['paula', 'ada', 'omar'])
      expect((await client.ask(by, 'POST', '/settings', rule(10))).status).toBe(403)
    expect((await client.ask('grace', 'POST', '/settings', rule(5))).status).toBe(409)
    expect((await client.ask('grace', 'POST', '/settings', rule(4))).status).toBe(400)
    expect((await client.done(api.settingChanged, 'grace', 'POST', '/settings', rule(10))).approvalId).toBeNull()
    expect((await client.ask('grace', 'POST', '/settings', rule(9))).status).toBe(409)
    expect(await years()).toBe(10)
    const { usPersonReleaseYears } = await client.done(api.settings, 'paula', 'GET', '/settings')
    expect(usPersonReleaseYears).toBe(10)
    for (const change of [
      'UPDATE retention_rule SET years = 6',
      'DELETE FROM retention_rule',
      'TRUNCATE retention_rule',
    ]) {
      await expect(site.database.query(change)).rejects.toThrow('retention rule')
    }
  })

  test('is asked for by authorization, by person, by file, by country of the place and by period', async () => {
    const names = async (query: string) => (await read(query)).releases.map(({ recipient }) => recipient.name)
    expect(await names(`?authorizationId=${agreement.id}`)).toEqual(['James Calder'])
    expect(await names(`?personId=${james}`)).toEqual(['James Calder'])
    expect(await names('?authorizationId=0190c0de-0000-7000-8000-0000000000ff')).toEqual([])
    expect(await names(`?fileId=${file.id.toUpperCase()}&personId=${james}`)).toEqual(['James Calder'])
    expect(await names(`?fileId=${file.id}&authorizationId=${agreement.id}`)).toEqual(['James Calder'])
    expect(await names(`?fileId=${james}`)).toEqual([])
    expect(await names('?placeCountry=US')).toEqual(['Ada Whitfield', 'James Calder'])
    expect(await names('?placeCountry=FR')).toEqual([])
    expect((await client.ask('grace', 'GET', '/releases?placeCountry=gb')).status).toBe(400)
    const [second, first] = (await read()).releases
    expect(await names(`?from=${second?.at ?? ''}`)).toEqual(['Ada Whitfield'])
    expect(await names(`?to=${second?.at ?? ''}`)).toEqual(['James Calder'])
    expect((await client.ask('grace', 'GET', `/releases?from=${second?.at ?? ''}&to=${first?.at ?? ''}`)).status).toBe(
      400,
    )
  })

  test('opens the countries that counted for a purpose, each a look on record that the history of the person shows', async () => {
    const { releases } = await read(`?purpose=${encodeURIComponent('audit by DDTC')}`)
    expect(releases[1]?.countries).toMatchObject({ citizenships: ['GB'] })
    expect(releases[0]?.countries).toBe('none')
    expect(await looks()).toEqual([james])
    const history = await client.done(api.personHistory, 'grace', 'GET', `/people/${james}/history`)
    expect(history.looks).toMatchObject([{ purpose: 'audit by DDTC' }])
  })

  test('is asked for by nationality with a purpose alone: whoever could be meant is looked at, and told if it counted', async () => {
    expect((await client.ask('grace', 'GET', '/releases?nationality=GB')).status).toBe(400)
    expect((await client.ask('grace', 'GET', '/releases/export?nationality=GB')).status).toBe(400)
    expect((await client.ask('paula', 'GET', '/releases?nationality=GB&purpose=curious')).status).toBe(403)
    const before = (await looks()).length
    const names = async (query: string) =>
      (await read(`?purpose=audit&${query}`)).releases.map(({ recipient }) => recipient.name)
    expect(await names('nationality=GB')).toEqual(['James Calder'])
    expect(await names('nationality=FR')).toEqual([])
    expect(await looks()).toHaveLength(before + 2)
    // Nobody who is not of the question is looked at.
    expect(await names('nationality=GB&placeCountry=FR')).toEqual([])
    expect(await looks()).toHaveLength(before + 2)
  })

  test('is read by auditors, without countries, and by nobody else; every look is on record', async () => {
    expect((await read('', 'paula')).releases).toHaveLength(2)
    expect((await client.ask('paula', 'GET', '/releases?purpose=curious')).status).toBe(403)
    for (const person of ['ada', 'james', 'omar', 'stranger']) {
      expect((await client.ask(person, 'GET', '/releases')).status).toBe(403)
      expect((await client.ask(person, 'GET', '/releases/export')).status).toBe(403)
    }
    await read(`?authorizationId=${agreement.id}`)
    await sequenced(site)
    const [last] = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_entries WHERE kind = 'decision.permit' ORDER BY index DESC LIMIT 1`,
    )
    expect(last?.['text']).toContain(`"looked":{"id":"${agreement.id}","kind":"authorization"}`)
  })

  test.each(['csv', 'xlsx'])('is exported as %s with the same rows', async (format) => {
    const exported = async (query: string) => {
      const { status, body } = await client.ask('grace', 'GET', `/releases/export?format=${format}${query}`)
      expect(status).toBe(200)
      const { sheets } = await readSpreadsheet(new Uint8Array(body))
      return sheets
    }
    const text = JSON.stringify(await exported(''))
    for (const told of ['James Calder', 'nozzle.stp', 'falcon', agreement.number, '22 CFR', '(sealed)']) {
      expect(text).toContain(told)
    }
    expect(JSON.stringify(await exported('&purpose=audit'))).not.toContain('(sealed)')
  })

  test('says of a permit whose key could not be handed out that it could not', async () => {
    const [one, other] = [await protectedFile(client, 'one.stp'), await protectedFile(client, 'other.stp')]
    const [{ manifest }, { access: foreign }] = [await manifestOf(one), await manifestOf(other)]
    const { wrappedKey, ephemeralPublicKey } = foreign
    const [own] = manifest.keyAccess
    if (own?.type !== 'ec-wrapped') throw new Error('the file has no wrapped key')
    const body = await rewrapBody(manifest.policy, { ...own, wrappedKey, ephemeralPublicKey })
    const asked = { fileId: one.id, share: new Uint8Array(32), body }
    expect(await client.open(await client.token('james'), asked)).toHaveProperty('refused')
    await sequenced(site)
    const { releases } = await read()
    expect(releases.map(({ file, isFailed }) => [file.name, isFailed])).toEqual([
      ['one.stp', true],
      ['nozzle.stp', false],
      ['nozzle.stp', false],
    ])
  })

  test('comes a page at a time, and nothing is left out or told twice', async () => {
    for (let n = 0; n < 100; n++) expect(await openCopy(client, 'ada', file)).toBe('opened')
    await sequenced(site)
    for (const order of ['newest', 'oldest']) {
      const first = await read(`?order=${order}`)
      expect(first.releases).toHaveLength(100)
      const second = await read(`?order=${order}&after=${first.next ?? ''}`)
      expect(second).toMatchObject({ next: null })
      const all = [...first.releases, ...second.releases].map(({ ledgerIndex }) => ledgerIndex)
      expect(new Set(all).size).toBe(103)
      expect(all).toEqual(all.toSorted((a, b) => (order === 'oldest' ? a - b : b - a)))
      expect(all).toHaveLength(103)
    }
    const first = await read()
    expect((await client.ask('grace', 'GET', `/releases?order=oldest&after=${first.next ?? ''}`)).status).toBe(400)
    expect((await client.ask('grace', 'GET', `/releases?personId=${james}&after=${first.next ?? ''}`)).status).toBe(400)
    const { body } = await client.ask('grace', 'GET', '/releases/export?format=csv')
    expect(body.toString().trim().split('\r\n')).toHaveLength(104)
  }, 60_000)
})
