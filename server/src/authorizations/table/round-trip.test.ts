import { authorizationKinds, authorizationTerms, type Id } from '@sallyport/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSpreadsheet, writeCsv, writeXlsx } from '../../spreadsheet/index.ts'
import type { Authorization } from '../authorization.ts'
import { faultsOf } from '../check-terms.ts'
import type { ExemptionLaw } from '../exemptions/check-exemption.ts'
import { cellsOf, columns, type Column } from './columns.ts'
import { mostChanged, planRegisterImport } from './plan-import.ts'

const official = '018f0000-0000-7000-8000-00000000000b'
const atMs = Date.parse('2026-06-01T00:00:00Z')
const law: ExemptionLaw = {
  rules: {
    preconditions: [{ id: 'x', text: 'x', check: 'evidence' }],
    source: 'x',
    sureness: 'no',
    sections: [],
  },
  day: '2026-06-01',
  proscribed: [],
  nationals: [],
}
const standing = (register: readonly Authorization[]) => ({ register, law, by: official as Id<'person'>, atMs })

const line = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      '=1+1',
      "'=1",
      '@x',
      '+1',
      '-1',
      "''",
      '"',
      'a;b',
      'a,b',
      '_x0041_',
      '1e5',
      '007',
      'a\nb',
      'a\tb',
      '[]',
    ),
  )
  .map((text) => text.trim())
  .filter((text) => text !== '' && text.isWellFormed() && !/[^\P{C}\n\t]/u.test(text))
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/)
const some = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 4 })
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
const countries = some(fc.constantFrom('GB', 'FR', 'CA', 'AU'))
const person = fc.uuid({ version: 7 })

const terms = fc
  .record({
    number: line,
    kind: fc.constantFrom(...authorizationKinds),
    citation: line,
    title: line,
    name: line,
    persons: fc.uniqueArray(person, { minLength: 1, maxLength: 3 }),
    countries,
    items: some(slug),
    programs: some(slug),
    purposes: some(slug),
    proviso: line,
    registrant: maybe(line),
    endUse: maybe(line),
    scope: maybe(line),
    line: maybe(fc.record({ description: line, quantity: fc.integer({ min: 1, max: 1e12 }), valueCents: fc.nat() })),
    documents: maybe(fc.record({ file: person, title: line }).map((one) => [one])),
    employees: maybe(
      fc.record({ person, text: line }).map((one) => [
        {
          ...one,
          option: '126.18(d)' as const,
          outcome: 'refused' as const,
          by: official,
          at: '2026-01-01T00:00:00Z',
        },
      ]),
    ),
    validUntil: fc.constantFrom('2027-01-01T00:00:00Z', '2027-01-01T00:00:00.123+05:30'),
  })
  .map(({ name, proviso, line: counted, ...rest }) =>
    authorizationTerms.parse({
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      parties: [{ id: 'works', name, country: rest.countries[0], side: 'foreign' }],
      provisos: [{ kind: 'manual', id: 'p-1', text: proviso, owner: proviso }],
      determinations: [],
      ...(counted === undefined ? {} : { lines: [{ id: 'l-1', item: rest.items[0], unit: 'each', ...counted }] }),
      validFrom: '2026-01-01T00:00:00Z',
    }),
  )
  // What could not be in the register is not what is exported.
  .filter((one) => faultsOf(one, official as Id<'person'>, atMs).length === 0)

const entry = (one: Awaited<ReturnType<typeof authorizationTerms.parseAsync>>, id: string): Authorization => ({
  id: id as Id<'authorization'>,
  version: 2,
  state: 'effective',
  terms: one,
  registeredBy: null,
  registeredAtMs: 0,
  effectiveAtMs: 0,
  approvals: { have: 2, need: 2 },
  replacedBy: [],
})
const registers = fc.uniqueArray(fc.tuple(terms, fc.uuid({ version: 7 })), {
  minLength: 1,
  maxLength: 4,
  selector: ([one, id]) => one.number + id,
})

async function tableOf(register: readonly Authorization[], format: 'csv' | 'xlsx'): Promise<Uint8Array> {
  const rows = [columns, ...register.map((one) => cellsOf(one) ?? [])]
  return format === 'csv' ? writeCsv(rows) : await writeXlsx('authorizations', rows)
}

test.each(['csv', 'xlsx'] as const)('an export that is imported again changes nothing, in %s', async (format) => {
  await fc.assert(
    fc.asyncProperty(registers, async (all) => {
      const numbers = new Set(all.map(([one]) => one.number))
      fc.pre(numbers.size === all.length)
      const register = all.map(([one, id]) => entry(one, id))
      const plan = planRegisterImport(await readSpreadsheet(await tableOf(register, format)), standing(register))
      expect(plan.faults).toEqual([])
      expect(plan.rows.map((one) => one.outcome)).toEqual(register.map(() => 'unchanged'))
      expect(plan.rows.map((one) => one.terms)).toEqual(register.map((one) => one.terms))
      expect(plan.missing).toEqual([])
    }),
    { numRuns: 150 },
  )
})

const license = authorizationTerms.parse({
  number: '050-1',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor heads',
  parties: [{ id: 'works', name: 'Works', country: 'GB', side: 'foreign' }],
  persons: [],
  countries: ['GB', 'FR'],
  items: ['viii-h-1', 'viii-i'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
})
const id = '018f0000-0000-7000-8000-0000000000f1'
const one = entry(license, id)
const anew = { id: '', version: '', state: '', number: '050-2' }

/** The plan of a table whose only row is the entry's, with other cells. */
async function planned(cells: Partial<Record<Column, string>>, register: readonly Authorization[] = [one]) {
  const row = cellsOf(one) ?? []
  const changed = columns.map((column, at) => cells[column] ?? row[at] ?? '')
  const plan = planRegisterImport(await readSpreadsheet(writeCsv([columns, changed])), standing(register))
  const [first] = plan.rows
  return { plan, outcome: first?.outcome, faults: plan.faults.map(({ column, text }) => [columns[at(column)], text]) }
}
const at = (column: string) => column.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

test.each<readonly [string, Partial<Record<Column, string>>, string]>([
  ['a new row', anew, 'registered'],
  ['fewer countries', { countries: 'GB' }, 'narrowed'],
  [
    'more items as a major amendment',
    { items: 'viii-h-1 viii-i viii-x', route: 'major', reference: '0506' },
    'amended',
  ],
])('takes %s', async (_, cells, outcome) => {
  expect(await planned(cells)).toMatchObject({ outcome, faults: [] })
})

test('tells exactly what differs, member by member, and a digest of exactly that', async () => {
  const { plan } = await planned({ countries: 'GB', items: 'viii-i' })
  expect(plan.rows[0]).toMatchObject({
    differences: [
      { field: 'countries', from: '["GB","FR"]', to: '["GB"]' },
      { field: 'items', from: '["viii-h-1","viii-i"]', to: '["viii-i"]' },
    ],
  })
  expect((await planned({ countries: 'GB', items: 'viii-i' })).plan.digest).toBe(plan.digest)
  expect((await planned({ countries: 'FR GB', items: 'viii-i' })).plan.digest).not.toBe(plan.digest)
})

test.each<readonly [string, Partial<Record<Column, string>>, string]>([
  ['a number that stands, without its id', { ...anew, number: '050-1' }, 'number'],
  ['a new row with a version', { ...anew, version: '2' }, 'id'],
  ['an id of nothing', { id: official }, 'id'],
  ['an older version', { version: '1' }, 'version'],
  ['another state', { state: 'ended' }, 'state'],
  ['more without a way', { items: 'viii-h-1 viii-i viii-x' }, 'route'],
  ['a way of another kind', { items: 'viii-h-1 viii-i viii-x', route: '123.25', reference: '1' }, 'route'],
  ['a way that is none', { items: 'viii-h-1 viii-i viii-x', route: 'minor-ish' }, 'route'],
  ['a major amendment without its reference', { items: 'viii-h-1 viii-i viii-x', route: 'major' }, 'reference'],
  ['a way where nothing changes', { route: 'minor' }, 'route'],
  ['a way where it only narrows', { countries: 'GB', route: 'minor' }, 'route'],
  ['what is no JSON', { parties: 'Works, GB' }, 'parties'],
  ['no provisos at all', { provisos: '' }, 'provisos'],
  ['a country that is none', { countries: 'GB QQ' }, 'countries'],
  ['a character that hides', { title: 'Rotor\u202eheads' }, 'title'],
  [
    'a party whose name hides something',
    { parties: '[{"id":"works","name":"Wor\u200bks","country":"GB","side":"foreign"}]' },
    'parties',
  ],
  ['a date that is none', { validUntil: '2027-13-01' }, 'validUntil'],
  ['an exemption without its section', { ...anew, kind: 'exemption' }, 'exemption'],
])('names the cell of %s', async (_, cells, column) => {
  const { outcome, faults } = await planned(cells)
  expect(outcome).toBeUndefined()
  expect(faults.map(([name]) => name)).toContain(column)
})

test('refuses to change what waits for approval', async () => {
  const { effectiveAtMs: _, ...common } = one as Extract<Authorization, { state: 'effective' }>
  const waiting: Authorization = { ...common, state: 'registered', requestId: id as Id<'approval'> }
  expect((await planned({ state: 'registered' }, [waiting])).outcome).toBe('unchanged')
  expect((await planned({ state: 'registered', countries: 'GB' }, [waiting])).faults[0]?.[0]).toBe('number')
})

test('names one bad row among thousands by its cell, and rows beyond what one file may change', async () => {
  const row = (number: string) =>
    columns.map((column, n) => ({ ...anew, number })[column as 'number'] ?? cellsOf(one)?.[n] ?? '')
  const rows = Array.from({ length: mostChanged }, (_, n) => row(`050-${n + 10}`))
  const whole = planRegisterImport(await readSpreadsheet(writeCsv([columns, ...rows])), standing([one]))
  expect([whole.faults, whole.rows.length, whole.missing]).toEqual([[], mostChanged, ['050-1']])
  const bad = rows.with(1500, row('050-20'))
  const plan = planRegisterImport(await readSpreadsheet(writeCsv([columns, ...bad])), standing([one]))
  expect(plan.faults).toEqual([
    { sheet: 'CSV', row: 1502, column: 'D', text: 'number stands in row 12 as well, want each once' },
  ])
  const more = planRegisterImport(await readSpreadsheet(writeCsv([columns, ...rows, row('x')])), standing([one]))
  expect(more.faults).toMatchObject([{ row: 1, text: `${mostChanged + 1} rows change, want at most ${mostChanged}` }])
})

test.each<readonly [string, readonly (readonly string[])[]]>([
  ['an empty table', []],
  ['a heading without a column', [columns.slice(1)]],
  ['a heading with a column twice', [[...columns, 'number']]],
  ['a heading with a column of its own', [[...columns, 'remarks']]],
])('refuses %s', async (_, rows) => {
  const plan = planRegisterImport(await readSpreadsheet(writeCsv(rows)), standing([one]))
  expect(plan.faults).toHaveLength(1)
})
