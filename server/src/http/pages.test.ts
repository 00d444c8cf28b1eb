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
  // All of one moment: what is newest is in order all the same.
  const manyMore = [
    `INSERT INTO label (fqn, dimension, value, title, classified_by, basis)
     SELECT 'https://many.example/attr/program/value/p' || n, 'program', 'p' || n, 'P', gen_random_uuid(), 'test'
       FROM generate_series(1, 1200) n`,
    `INSERT INTO vault SELECT gen_random_uuid(), 'many-' || n, '', labels FROM vault, generate_series(1, 250) n WHERE name = 'falcon'`,
    `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
     SELECT gen_random_uuid(), v.id, 'stored-' || n, v.labels, 'stored', 1, sha256(n::text::bytea), v.name || n,
            (SELECT id FROM person LIMIT 1)
       FROM vault v, generate_series(1, 101) n WHERE v.name IN ('many-1', 'many-2') AND (v.name = 'many-1' OR n < 100)`,
    `INSERT INTO authorization_record (id, version, state, number, terms, valid_from, valid_until, persons, foreign_parties, effective_at)
     SELECT gen_random_uuid(), 1, 'effective', 'M-' || n, jsonb_set(terms, '{number}', to_jsonb('M-' || n)), valid_from, valid_until,
            '{}', '{}', now()
       FROM (SELECT * FROM authorization_record LIMIT 1) a, generate_series(1, 1100) n`,
    `INSERT INTO approval_request (id, kind, subject, digest, requested_by, needed, excluded, expires_at, state, closed_at)
     SELECT gen_random_uuid(), 'person.import', '{"people": []}', repeat('0', 64), gen_random_uuid(), 2, '{}', now() + interval '1 day',
            CASE WHEN n % 2 = 0 THEN 'executed' ELSE 'pending' END, CASE WHEN n % 2 = 0 THEN now() END
       FROM generate_series(1, 900) n`,
    `INSERT INTO notice (request_id, event, recipient)
     SELECT gen_random_uuid(), e, (SELECT id FROM person WHERE 'officer' = ANY (roles) LIMIT 1)
       FROM unnest('{asked,expired}'::text[]) e, generate_series(1, 1100) n`,
    `INSERT INTO person_request (id, person_id, decision_id, action, about_kind, about_id, roles, text, state)
     SELECT gen_random_uuid(), p.id, gen_random_uuid(), 'file.open', 'file', '', '{officer}', 'many', 'waiting'
       FROM (SELECT id FROM person WHERE display_name = 'Ada Whitfield') p, generate_series(1, 450) n`,
  ]
  for (const text of manyMore) await site.database.query(text)
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

interface Listed {
  readonly id?: string
  readonly fqn?: string
  readonly approvalId?: string
  readonly event?: string
  readonly recipient?: { readonly id: string }
}
type Page = { readonly next: string | null } & Readonly<
  Record<'labels' | 'vaults' | 'authorizations' | 'approvals' | 'notices' | 'requests', readonly Listed[]>
>

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

  const lists = [
    ['grace', '/labels', api.labels, 'labels', 1000, 'SELECT fqn AS id FROM label WHERE active ORDER BY fqn'],
    ['ada', '/vaults', api.vaults, 'vaults', 100, 'SELECT id FROM vault ORDER BY name'],
    [
      'grace',
      '/authorizations',
      api.authorizations,
      'authorizations',
      500,
      'SELECT id FROM authorization_record ORDER BY number, id',
    ],
    ['grace', '/approvals', api.approvals, 'approvals', 200, "SELECT id FROM approval_request WHERE state = 'pending'"],
    ['grace', '/approvals?all=true', api.approvals, 'approvals', 200, 'SELECT id FROM approval_request'],
    ['grace', '/notices', api.notices, 'notices', 1000, 'SELECT request_id || event || recipient AS id FROM notice'],
    [
      'grace',
      '/notices?state=waiting',
      api.notices,
      'notices',
      1000,
      'SELECT request_id || event || recipient AS id FROM notice',
    ],
    ['ada', '/requests', api.personRequests, 'requests', 200, 'SELECT id FROM person_request ORDER BY id DESC'],
    ['grace', '/requests/waiting', api.personRequests, 'requests', 200, 'SELECT id FROM person_request ORDER BY id'],
  ] as const

  test.each(lists)('%s reads %s to its end, each thing once', async (person, path, shape, of, size, text) => {
    const [bare = '', members = ''] = path.split('?')
    const { sizes, items } = await all(async (after) => {
      const given = query(Object.fromEntries(new URLSearchParams(members)), after)
      const page = (await client.done(shape, person, 'GET', `${bare}?${given}`)) as unknown as Page
      return { items: page[of], next: page.next }
    })
    expect(sizes.slice(0, 2)).toEqual([size, Math.min(size, items.length - size)])
    const ids = items.map(({ id, fqn, approvalId = '', event = '', recipient }) => {
      return id ?? fqn ?? `${approvalId}${event}${recipient?.id ?? ''}`
    })
    const wanted = (await site.database.query(text)).map(({ id }) => String(id))
    expect(ids.toSorted()).toEqual(wanted.toSorted())
    if (text.includes('ORDER BY')) expect(ids).toEqual(wanted)
  })

  test.each(lists)('ATTACKER: %s goes on in %s at no place but one of its own', async (person, path) => {
    const sign = path.includes('?') ? '&' : '?'
    const { value } = await client.ask(person, 'GET', path)
    const next = (value as { readonly next: string }).next
    const altered = `${next.startsWith('A') ? 'B' : 'A'}${next.slice(1)}`
    const foreign = (await client.done(api.people, 'grace', 'GET', '/people')).next
    for (const place of [altered, foreign, next.slice(0, -4), 'AAAA', '']) {
      expect((await client.ask(person, 'GET', `${path}${sign}after=${place}`)).status).toBe(400)
    }
    for (const [, other] of lists) {
      const { status } = await client.ask(person, 'GET', `${other}${other.includes('?') ? '&' : '?'}after=${next}`)
      expect(other === path ? status === 200 : [400, 403].includes(status)).toBe(true)
    }
  })

  test('the files of a vault are counted, and no more than 100 of them', async () => {
    const { items } = await all(async (after) => {
      const page = await client.done(api.vaults, 'ada', 'GET', `/vaults?${query({}, after)}`)
      return { items: page.vaults, next: page.next }
    })
    const counted = (name: string) => items.find((one) => one.name === name)?.fileCount
    expect([counted('many-1'), counted('many-2'), counted('many-3')]).toEqual([100, 99, 0])
  })

  test('ATTACKER: whoever may see no vault goes through pages of nothing, and learns no name from where they are', async () => {
    const page = await client.done(api.vaults, 'noah', 'GET', '/vaults')
    expect(page.vaults).toEqual([])
    const [last] = await site.database.query('SELECT name FROM vault ORDER BY name OFFSET 99 LIMIT 1')
    expect(Buffer.from(page.next ?? '', 'base64url').toString('latin1')).not.toContain(String(last?.['name']))
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
