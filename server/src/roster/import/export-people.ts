// The roster as a table. Importing it again changes nothing; nationality never leaves this way.

import { Problem } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { csvBegin, writeCsvRows, writeXlsx } from '../../spreadsheet/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { peopleAfter } from '../store.ts'
import { cellsOf, exportedColumns } from './columns.ts'

export type ExportFormat = 'csv' | 'xlsx'

/** A workbook is made whole before it leaves. */
const mostInWorkbook = 100_000

/**
 * Write everybody, ended people too, but no record that was merged into another: its row would be of nobody. Read a page at a time,
 * each as of its own moment. Throws Problem `refused` for a permit that does not fit, `too-large` for a workbook of more than 100,000
 * people; a CSV may hold any number.
 */
export async function exportPeople(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.export'>,
  format: ExportFormat,
): Promise<AsyncIterable<Uint8Array> | readonly Uint8Array[]> {
  spendPermit(permit, 'person.export', 'enclave')
  return format === 'csv' ? csvOf(deps) : [await workbookOf(deps)]
}

async function* csvOf(deps: Pick<RosterDependencies, 'database'>): AsyncGenerator<Uint8Array> {
  yield csvBegin
  for await (const rows of pagesOf(deps)) yield writeCsvRows(rows)
}

async function workbookOf(deps: Pick<RosterDependencies, 'database'>): Promise<Uint8Array> {
  const all: (readonly string[])[] = []
  for await (const rows of pagesOf(deps)) {
    all.push(...rows)
    if (all.length <= mostInWorkbook + 1) continue
    const state = `more than ${mostInWorkbook} people for one workbook`
    throw new Problem('too-large', `cannot export people: ${state}, want csv`)
  }
  return await writeXlsx('people', all)
}

/** The line of the columns, then everybody in lines of cells. */
async function* pagesOf({
  database,
}: Pick<RosterDependencies, 'database'>): AsyncGenerator<readonly (readonly string[])[]> {
  yield [exportedColumns]
  for (let after: readonly string[] | null = null; ;) {
    const { people, last }: Awaited<ReturnType<typeof peopleAfter>> = await peopleAfter(database, after)
    const standing = people.filter((one) => one.status !== 'ended' || one.mergedInto === null)
    yield standing.map((person) => {
      const cells = cellsOf(person)
      return exportedColumns.map((column) => cells[column])
    })
    if (last === null) return
    after = last
  }
}
