// The roster as a table. Importing it again changes nothing; nationality never leaves this way.

import { spendPermit, type Permit } from '../../policy/index.ts'
import { writeCsv, writeXlsx } from '../../spreadsheet/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { allPeople } from '../store.ts'
import { cellsOf, exportedColumns } from './columns.ts'

export type ExportFormat = 'csv' | 'xlsx'

/** Write everybody, ended people too, but no record that was merged into another: its row would be of nobody. Throws Problem `refused` for a permit that does not fit. */
export async function exportPeople(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.export'>,
  format: ExportFormat,
): Promise<Uint8Array> {
  spendPermit(permit, 'person.export', 'enclave')
  const standing = (await allPeople(deps.database)).filter((one) => one.status !== 'ended' || one.mergedInto === null)
  const people = standing.map((person) => {
    const cells = cellsOf(person)
    return exportedColumns.map((column) => cells[column])
  })
  const rows = [exportedColumns, ...people]
  return format === 'csv' ? writeCsv(rows) : await writeXlsx('people', rows)
}
