// The register of authorizations as a spreadsheet, over HTTP: out, in again without a change, and a difference applied whole.

import { readFile } from 'node:fs/promises'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSpreadsheet, writeCsv } from '../spreadsheet/index.ts'
import { servedSample, type GateClient } from './testing.ts'
import { namedIn } from './testing/protected-file.ts'

let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, stop } = await servedSample(9820))
}, 60_000)
afterAll(() => stop())

const imported = (file: Uint8Array, query = '') =>
  client.done(api.authorizationsImported, 'grace', 'POST', `/authorizations/import${query}`, file)
const apply = async (file: Uint8Array) => {
  const { digest } = await imported(file)
  return await imported(file, `?apply=${digest}&reason=licenses%20of%20May`)
}
const exported = async (format: string) =>
  (await client.ask('grace', 'GET', `/authorizations/export?format=${format}`)).body
async function approve(approvalId: string): Promise<void> {
  for (const by of ['henry', 'wanda']) {
    const named = await namedIn(client, approvalId)
    expect((await client.ask(by, 'POST', `/approvals/${approvalId}/approve`, named)).status).toBe(200)
  }
}
/** The export with cells of one row changed, and rows added. */
async function edited(cells: Readonly<Record<string, string>>, more: readonly (readonly string[])[] = []) {
  const { sheets } = await readSpreadsheet(await exported('csv'))
  const [heading = [], first = [], ...rest] = (sheets[0]?.rows ?? []).map((row) => row.cells)
  const changed = heading.map((column, at) => cells[column] ?? first[at] ?? '')
  return writeCsv([heading, changed, ...rest, ...more])
}

test('an export that is imported again changes nothing, and applying it leaves no entry', async () => {
  for (const format of ['xlsx', 'csv']) {
    const same = await imported(await exported(format))
    expect(same).toMatchObject({
      faults: [],
      rows: [],
      missing: [],
      counts: { registered: 0, amended: 0, narrowed: 0 },
    })
    expect(same.counts.unchanged).toBeGreaterThan(0)
    expect((await apply(await exported(format))).applied).toEqual({ approvalIds: [], receipt: null })
  }
})

test('the example in the samples can be registered, and what is new takes effect once two others approve it', async () => {
  const example = await readFile(new URL('../../../samples/register.csv', import.meta.url))
  const { faults, counts, applied } = await apply(example)
  expect([faults, counts.registered, applied?.approvalIds.length]).toEqual([[], 2, 2])
  const waiting = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  expect(waiting.authorizations.filter((one) => one.state === 'registered').map((one) => one.terms.number)).toEqual([
    'DSP5-4711',
    'EX-0815',
  ])
  for (const one of applied?.approvalIds ?? []) await approve(one)
  expect((await imported(await exported('csv'))).counts).toMatchObject({ faults: 0, registered: 0 })
  // Its rows are new ones no more.
  expect((await imported(example)).faults.map((one) => one.column)).toEqual(['D', 'D'])
})

test('what only takes away holds at once, and what gives waits; one bad row refuses all of it', async () => {
  const listed = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const [before] = listed.authorizations
  if (before === undefined) throw new Error('the sample has no authorization')
  const shorter = new Date(Date.parse(before.terms.validUntil) - 86_400_000).toISOString()
  const bad = await edited({ validUntil: shorter }, [['', '', '', 'X-1']])
  const refused = await imported(bad)
  expect(refused.counts.faults).toBeGreaterThan(0)
  expect((await client.ask('grace', 'POST', `/authorizations/import?apply=${refused.digest}`, bad)).status).toBe(400)

  const narrow = await edited({ validUntil: shorter })
  const { applied, rows } = await apply(narrow)
  expect(rows).toMatchObject([{ outcome: 'narrowed', differences: [{ field: 'validUntil', to: shorter }] }])
  expect(applied?.approvalIds).toEqual([])
  const after = await client.done(api.authorization, 'grace', 'GET', `/authorizations/${before.id}`)
  expect([after.terms.validUntil, after.version]).toEqual([shorter, before.version + 1])
  // The table that was applied is of an older version by now.
  expect((await imported(narrow)).faults.map((one) => one.text)).toEqual([expect.stringContaining('changed since')])

  const way = before.terms.kind === 'DSP-5' ? '123.25' : 'major'
  const wide = await edited({ title: 'Another title', route: way, reference: 'DDTC 0506' })
  const asked = await apply(wide)
  expect([asked.rows[0]?.outcome, asked.applied?.approvalIds.length]).toEqual(['amended', 1])
  await approve(asked.applied?.approvalIds[0] ?? '')
  const amended = await client.done(api.authorization, 'grace', 'GET', `/authorizations/${before.id}`)
  expect(amended.terms.title).toBe('Another title')
})

test('shows what is odd of each row that is new, beside the register and beside the other rows, and chooses nothing', async () => {
  const { sheets } = await readSpreadsheet(await readFile(new URL('../../../samples/register.csv', import.meta.url)))
  const [heading = [], license = []] = (sheets[0]?.rows ?? []).map((row) => row.cells)
  const row = (cells: Readonly<Record<string, string>>) =>
    heading.map((column, at) => cells[column] ?? license[at] ?? '')
  const file = writeCsv([
    heading,
    row({ number: 'ODD-1', citation: '22 CFR 123.26', validFrom: '2024-01-01T00:00:00Z' }),
    row({ number: 'ODD-2', countries: `${license[heading.indexOf('countries')]} IR` }),
  ])
  const { rows, counts } = await imported(file)
  expect(counts).toMatchObject({ registered: 2, faults: 0 })
  const told = rows.map(({ warnings }) => warnings.map(({ field, text }) => `${field} ${text}`).join('; '))
  expect(told[0]).toContain('citation cites 22 CFR 123.26, which is 22 CFR 120.15(e) since 2022-09-01')
  expect(told[0]).toContain('validFrom lies behind')
  expect(told[0]).toContain('overlaps with DSP5-4711')
  expect(told[0]).toContain('(row 3)')
  expect(told[1]).toContain('is IR, on the list of 22 CFR 126.1 now')
  expect(told[1]).toContain('(row 2)')
})

test('is for officers alone, in octets, of a file that is one, and of the difference that was shown', async () => {
  const file = await exported('csv')
  for (const person of ['ada', 'omar']) {
    expect((await client.ask(person, 'POST', '/authorizations/import', file)).status).toBe(403)
    expect((await client.ask(person, 'GET', '/authorizations/export')).status).toBe(403)
  }
  expect((await client.ask('grace', 'POST', '/authorizations/import', {})).status).toBe(415)
  expect((await client.ask('grace', 'POST', '/authorizations/import', Buffer.from('PK nothing'))).status).toBe(422)
  expect((await client.ask('grace', 'POST', `/authorizations/import?apply=${'0'.repeat(64)}`, file)).status).toBe(409)
})
