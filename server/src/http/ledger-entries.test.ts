// Entries of the ledger as they are listed, found and read one by one.

import { fromBase64, toHex } from '@sallyport/protocol'
import {
  ledgerEntry,
  ledgerEntryList,
  people as peopleShape,
  personAdded,
  problemBody,
  type ListedEntry,
} from '@sallyport/protocol/api'
import { formatTileName, leafHash, parseEntry } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../ledger/index.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'

let client: GateClient
let site: Site
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, site, stop } = await servedSample(9927))
  // More than one page of them.
  for (let n = 0; n < 110; n++) await client.ask('ada', 'GET', '/people')
  await sequenced(site)
})
afterAll(() => stop())

const list = (query: string) => client.done(ledgerEntryList, 'paula', 'GET', `/ledger/entries${query}`)
/** To the first one. */
const listAll = async (): Promise<readonly ListedEntry[]> => {
  const seen: ListedEntry[] = []
  let after = ''
  for (let page = 0; page < 20; page++) {
    const { entries, next } = await list(after)
    seen.push(...entries)
    if (next === null) return seen
    after = `?after=${next}`
  }
  throw new Error('there are more than 20 pages of them')
}
const personOf = async (name: string) => {
  const { people } = await client.done(peopleShape, 'grace', 'GET', '/people')
  return people.find((one) => one.name === name) ?? expect.fail(name)
}

describe('entries of the ledger', () => {
  test('are listed newest first, to the first one, each once', async () => {
    const { ledgerSize } = await list('')
    const seen = (await listAll()).map(({ index }) => index)
    expect(seen[0]).toBeGreaterThanOrEqual(ledgerSize - 1)
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => (seen[0] ?? 0) - n))
    expect(seen.at(-1)).toBe(0)
    expect(seen.length).toBeGreaterThan(100)
  })

  test('of a kind, by a person and with a text in them are those, and no other', async () => {
    const ada = await personOf('Ada Whitfield')
    const refused = await list(`?kind=decision.deny&by=${ada.id}`)
    expect(refused.entries).toHaveLength(100)
    const { entries } = await list(`?kind=decision.deny&by=${ada.id}&after=${refused.next}`)
    expect(entries.length).toBeGreaterThanOrEqual(10)
    for (const one of [...entries, ...refused.entries]) {
      expect(one).toMatchObject({
        kind: 'decision.deny',
        action: 'person.list',
        by: { id: ada.id, name: 'Ada Whitfield' },
      })
    }
    const added = await client.done(personAdded, 'grace', 'POST', '/people', {
      name: 'Nepomucene Quill',
      kind: 'visitor',
    })
    await sequenced(site)
    const found = await list(`?text=${added.person.id}`)
    expect(found.entries.map(({ kind, about }) => [kind, about?.name])).toEqual([['person.added', 'Nepomucene Quill']])
    expect((await list('?text=Nepomucene')).entries).toEqual([])
  })

  test('without decisions are whatever else there is, also of one person', async () => {
    const grace = await personOf('Grace Okafor')
    await client.done(personAdded, 'grace', 'POST', '/people', { name: 'Quentin Vale', kind: 'visitor' })
    await sequenced(site)
    const all = (await listAll()).flatMap(({ id, kind }) => (kind.startsWith('decision.') ? [] : [id]))
    expect(all.length).toBeGreaterThan(10)
    expect((await list('?without=decisions')).entries.map(({ id }) => id)).toEqual(all.slice(0, 100))
    const hers = (await list(`?without=decisions&by=${grace.id}`)).entries
    expect(hers.map(({ kind }) => kind)).toContain('person.added')
    expect(hers.filter(({ kind, by }) => kind.startsWith('decision.') || by?.id !== grace.id)).toEqual([])
    expect((await client.ask('paula', 'GET', '/ledger/entries?without=people')).status).toBe(400)
  })

  test('of a period are those of its moments; one that ends before it begins is refused', async () => {
    expect((await list('?to=2020-01-01')).entries).toEqual([])
    expect((await list('?from=2020-01-01')).entries.length).toBeGreaterThan(0)
    const wrong = await client.ask('paula', 'GET', '/ledger/entries?from=2026-02-01&to=2026-01-01')
    expect(problemBody.parse(wrong.value)).toMatchObject({ status: 400 })
  })

  test('a place in one list is none in another', async () => {
    const { next } = await list('')
    const other = await client.ask('paula', 'GET', `/ledger/entries?kind=decision.deny&after=${next}`)
    expect(other.status).toBe(400)
  })

  test.each(['a b', '"kind"', '%27', 'ab'])('a text %j is none that is looked for', async (text) => {
    const asked = await client.ask('paula', 'GET', `/ledger/entries?text=${encodeURIComponent(text)}`)
    expect(asked.status).toBe(400)
  })

  test('one is the bytes that the tree holds, and the look at it is on record by its id', async () => {
    const [newest] = (await list('?kind=decision.deny')).entries
    const one = await client.done(ledgerEntry, 'paula', 'GET', `/ledger/entries/${newest?.id}`)
    const bytes = fromBase64(one.bytes) ?? expect.fail()
    expect(parseEntry(bytes)).toMatchObject({ id: newest?.id, kind: 'decision.deny' })
    const at = (one.index ?? 0) % 256
    const name = formatTileName({ n: Math.floor((one.index ?? 0) / 256), width: at + 1 })
    const tile = (await client.call('GET', `/ledger/tile/0/${name}`)).body
    expect(toHex(tile.subarray(at * 32))).toBe(toHex(leafHash(sha256, bytes)))
    await sequenced(site)
    const looks = await list(`?text=${newest?.id}&kind=decision.permit`)
    expect(looks.entries).toMatchObject([{ action: 'ledger.read', by: { name: 'Paula Jensen' } }])
  })

  test('what somebody typed does not go on record with their look', async () => {
    await list('?text=Sokolova')
    await sequenced(site)
    expect((await list('?text=Sokolova')).entries).toEqual([])
  })

  test.each(['nothing', '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77'])('none of the id %s', async (id) => {
    const asked = await client.ask('paula', 'GET', `/ledger/entries/${id}`)
    expect(asked.status).toBe(404)
  })

  test.each(['ada', 'omar', 'stranger'])('are not for %s', async (who) => {
    for (const path of ['/ledger/entries', '/ledger/entries/01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77']) {
      expect((await client.ask(who, 'GET', path)).status).toBe(403)
    }
  })
})
