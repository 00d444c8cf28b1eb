// Lists that are longer than a page: every thing once, in order, and no place in a list that tells of what may not be seen.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient, type Site } from './testing.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
const people = 1500
const files = 1100
const laterDay = '2027-01-01T00:00:00Z'

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9790))
  // Rows as their writers leave them, many at once.
  await site.database.query(
    `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, person_key)
     SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'many ' ELSE 'Many ' END || n % 700, 'many' || n % 700, ('many ' || n % 700)::tsvector, true, false, '{}', 'unverified', '\\x00'
       FROM generate_series(1, ${people}) n`,
  )
  await site.database.query(
    `INSERT INTO protected_file (id, vault_id, name, labels, state, protected_by)
     SELECT gen_random_uuid(), v.id, v.name || '/Part ' || n || '.step', v.labels, 'reserved', (SELECT id FROM person LIMIT 1)
       FROM vault v, generate_series(1, ${files}) n`,
  )
}, 60_000)
afterAll(() => stop())

/** Follow a list to its end. */
async function all<T>(
  page: (after: string | null) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
) {
  const sizes: number[] = []
  const items: T[] = []
  for (let after: string | null = null; ;) {
    const got = await page(after)
    sizes.push(got.items.length)
    items.push(...got.items)
    if (got.next === null) return { sizes, items }
    after = got.next
  }
}

const query = (members: Readonly<Record<string, string>>, after: string | null) =>
  new URLSearchParams({ ...members, ...(after === null ? {} : { after }) }).toString()

const roster = (members: Readonly<Record<string, string>> = {}) =>
  all(async (after) => {
    const { people: items, next } = await client.done(api.people, 'grace', 'GET', `/people?${query(members, after)}`)
    return { items, next }
  })
const listed = (person: string, members: Readonly<Record<string, string>> = {}) =>
  all(async (after) => {
    const { files: items, next } = await client.done(api.files, person, 'GET', `/files?${query(members, after)}`)
    return { items, next }
  })

describe('lists in pages', () => {
  test('the roster comes by name, everybody once', async () => {
    const { sizes, items } = await roster()
    expect(sizes[0]).toBe(1000)
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    const rows = await site.database.query('SELECT id FROM person ORDER BY lower(display_name), id')
    expect(items.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  })

  test('people come by the words of their names, a page at a time, and of today alone', async () => {
    const { sizes, items } = await roster({ name: 'MÁNY' })
    expect([sizes, new Set(items.map(({ id }) => id)).size]).toEqual([[1000, 500], people])
    expect((await roster({ name: '77 many' })).items.map(({ name }) => name.toLowerCase())).toContain('many 77')
    expect((await roster({ name: 'any' })).items).toEqual([])
    const { next } = await client.done(api.people, 'grace', 'GET', '/people?name=many')
    for (const path of [
      `/people?name=man&after=${next}`,
      `/people?after=${next}`,
      `/people?name=many&asOf=${laterDay}`,
      '/people?name=many&after=AAAA',
    ]) {
      expect((await client.ask('grace', 'GET', path)).status).toBe(400)
    }
    expect((await client.ask('ada', 'GET', '/people?name=many')).status).toBe(403)
  })

  test('the roster as it was has everybody once, and comparing two moments names those who changed', async () => {
    const { items } = await roster({ asOf: laterDay })
    expect(items.filter(({ name }) => /^many/i.test(name))).toHaveLength(people)
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    const compared = await all(async (after) => {
      const moments = query({ from: '2020-01-01', to: laterDay }, after)
      const page = await client.done(api.rosterCompared, 'grace', 'GET', `/roster/compare?${moments}`)
      return { items: page.people, next: page.next }
    })
    expect(compared.items.map(({ personId }) => personId).sort()).toEqual(items.map(({ id }) => id).sort())
  })

  test('files come in order, each once; of a vault alone; and by their name', async () => {
    const { sizes, items } = await listed('ada')
    expect(sizes.length).toBeGreaterThan(2)
    expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted())
    const [first] = items
    const ofVault = await listed('ada', { vaultId: first?.vaultId ?? '' })
    expect(ofVault.items).toEqual(items.filter(({ vaultId }) => vaultId === first?.vaultId))
    const named = await client.done(api.files, 'ada', 'GET', '/files?name=PART%2077')
    expect(named.next).toBeNull()
    const wanted = items.filter(({ name }) => /\/Part 77/.test(name)).map(({ id }) => id)
    expect(named.files.map(({ id }) => id).sort()).toEqual(wanted.toSorted())
    const path = await client.done(api.files, 'ada', 'GET', `/files?name=${encodeURIComponent(first?.name ?? '')}`)
    expect(path.files.map(({ id }) => id)).toContain(first?.id)
  })

  test('ATTACKER: whoever may see none goes through pages of nothing, and learns no id from where they are', async () => {
    const { sizes } = await listed('noah')
    expect(new Set(sizes)).toEqual(new Set([0]))
    const { next } = await client.done(api.files, 'noah', 'GET', '/files')
    const plain = Buffer.from(next ?? '', 'base64url').toString('latin1')
    const [last] = await site.database.query('SELECT id FROM protected_file ORDER BY id OFFSET 499 LIMIT 1')
    expect(next).not.toContain(String(last?.['id']))
    expect(plain).not.toContain(String(last?.['id']))
  })

  test('a place in one list is none in another, nor is what somebody made up', async () => {
    const { files: page, next } = await client.done(api.files, 'ada', 'GET', '/files')
    for (const path of [
      `/people?after=${next}`,
      `/files?vaultId=${page[0]?.vaultId}&after=${next}`,
      '/files?after=AAAA',
    ]) {
      expect((await client.ask('grace', 'GET', path)).status).toBe(400)
    }
  })

  test('who can open a file, and what somebody can open, are told a page at a time', async () => {
    const { items } = await listed('ada')
    const fileId = items[0]?.id ?? ''
    const who = await all(async (after) => {
      const body = { fileId, ...(after === null ? {} : { after }) }
      const page = await client.done(api.whoCanAnswer, 'paula', 'POST', '/decisions/who-can', body)
      return { items: page.people, next: page.next }
    })
    expect(who.sizes[0]).toBe(500)
    expect(who.items.length).toBe((await roster()).items.length)
    const ada = (await roster()).items.find(({ name }) => name === 'Ada Whitfield')
    const what = await all(async (after) => {
      const body = { personId: ada?.id, ...(after === null ? {} : { after }) }
      const page = await client.done(api.whatCanAnswer, 'paula', 'POST', '/decisions/what-can', body)
      return { items: page.files, next: page.next }
    })
    const may = new Set(what.items.filter(({ effect }) => effect === 'permit').map((one) => one.fileId))
    expect(items.every(({ id }) => may.has(id))).toBe(true)
  })

  test('a roster that is exported has everybody once', async () => {
    const { text } = await client.ask('grace', 'GET', '/people/export?format=csv')
    expect(text.split('\r\n').filter((line) => /,many \d/i.test(line))).toHaveLength(people)
  })
})
