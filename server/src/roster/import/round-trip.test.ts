import { personKinds, regularEmployeeBases, roles, usPersonBases, type Id } from '@sallyport/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSpreadsheet, writeCsv, writeXlsx } from '../../spreadsheet/index.ts'
import type { Person } from '../person.ts'
import { cellsOf, exportedColumns } from './columns.ts'
import { comparePerson } from './compare-person.ts'
import { readPeopleTable } from './read-people-table.ts'

const line = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom('=1+1', "'=1", '@x', '+1', '-1', "''", '"', 'a;b', 'a,b', '_x0041_', '1e5', '007'),
  )
  .map((text) => text.normalize('NFC').trim())
  .filter((text) => text !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(text))
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/)
const day = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))
const mail = fc.constantFrom('ada@example.com', "O'Brien+gate@mail.example.com", '_x=1@a-b.example')
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const verification = line.map((evidenceRef) => ({ by: null, atMs: 0, evidenceRef }))

const described = fc
  .record({
    id: fc.uuid().map((id) => id as Id<'person'>),
    version: fc.integer({ min: 1, max: 9 }),
    displayName: line,
    kind: fc.constantFrom(...personKinds),
    externalId: orNull(line),
    mail: orNull(mail),
    employer: orNull(slug),
    isRegularEmployee: fc.boolean(),
    regularEmployeeBasis: orNull(fc.constantFrom(...regularEmployeeBases)),
    actsForForeignEmployer: fc.boolean(),
    hasNda: fc.boolean(),
    ndaSignedOn: orNull(day),
    briefedOn: orNull(day),
    reviewedAtMs: fc.constant(null),
    roles: fc.subarray([...roles]),
    assignments: fc.uniqueArray(fc.record({ program: slug, purpose: slug }), {
      maxLength: 5,
      selector: ({ program, purpose }) => `${program}:${purpose}`,
    }),
  })
  .map((one) => ({
    ...one,
    regularEmployeeBasis: one.isRegularEmployee ? one.regularEmployeeBasis : null,
    ndaSignedOn: one.hasNda ? one.ndaSignedOn : null,
  }))
const arm = fc.oneof(
  fc.record({ status: fc.constant('unverified' as const) }),
  fc.record({ status: fc.constant('us-person' as const), basis: fc.constantFrom(...usPersonBases), verification }),
  fc.record({ status: fc.constant('foreign-person' as const), verification, sealedTies: fc.constant(null) }),
  fc.record({
    status: fc.constant('ended' as const),
    verification: orNull(verification),
    ending: fc.constant('left' as const),
    endedBy: fc.constant(null),
    mergedInto: fc.constant(null),
    endedAtMs: fc.constant(0),
  }),
)
const person: fc.Arbitrary<Person> = fc.tuple(described, arm).map(([one, other]) => ({ ...one, ...other }))

describe('comparePerson()', () => {
  test('finds no difference between a person and their own exported row, whoever they are, in both formats', async () => {
    await fc.assert(
      fc.asyncProperty(person, fc.boolean(), async (one, isCsv) => {
        const cells = cellsOf(one)
        const rows = [exportedColumns, exportedColumns.map((column) => cells[column])]
        const table = readPeopleTable(await readSpreadsheet(isCsv ? writeCsv(rows) : await writeXlsx('people', rows)))
        expect(table.faults).toEqual([])
        const [wanted] = table.people
        if (wanted === undefined) throw new Error('nobody was read')
        const author = { by: one.id, atMs: 0 }
        expect(comparePerson(wanted, { person: one, ties: null }, author, false)).toEqual({
          atOnce: [],
          proposed: [],
          differences: [],
        })
      }),
      { numRuns: 400 },
    )
  })

  test('finds one where a single cell is another', async () => {
    await fc.assert(
      fc.asyncProperty(person, async (one) => {
        const cells = { ...cellsOf(one), name: `${one.displayName}x` }
        const rows = [exportedColumns, exportedColumns.map((column) => cells[column])]
        const [wanted] = readPeopleTable(await readSpreadsheet(writeCsv(rows))).people
        if (wanted === undefined) throw new Error('nobody was read')
        const author = { by: one.id, atMs: 0 }
        expect(comparePerson(wanted, { person: one, ties: null }, author, false)).toMatchObject({
          atOnce: [{ change: 'correct', displayName: `${one.displayName}x` }],
          proposed: [],
        })
      }),
      { numRuns: 100 },
    )
  })
})
