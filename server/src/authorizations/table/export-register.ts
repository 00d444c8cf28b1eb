// The register as a table. Importing it again changes nothing.

import { Problem } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { writeCsv, writeXlsx } from '../../spreadsheet/index.ts'
import type { Authorization } from '../authorization.ts'
import { authorizationsAfter } from '../store.ts'
import { cellsOf, columns } from './columns.ts'

/** A table is made whole before it leaves. */
const mostInTable = 20_000

/**
 * Write whatever is not ended. Throws Problem `refused` for a permit that does not fit; `too-large` for more than 20,000, and for one whose
 * terms are longer than a spreadsheet's cell.
 */
export async function exportRegister(
  { database }: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
  format: 'csv' | 'xlsx',
): Promise<Uint8Array> {
  spendPermit(permit, 'authorization.list', 'enclave')
  const standing = await standingIn(database)
  if (standing.length > mostInTable) {
    throw new Problem('too-large', `cannot export the register: it has more than ${mostInTable} entries, want fewer`)
  }
  const rows = standing.map((one) => {
    const cells = cellsOf(one)
    if (cells !== null) return cells
    const state = `${one.terms.number} has more in one cell than a spreadsheet keeps`
    throw new Problem('too-large', `cannot export the register: ${state}, want it read as JSON`)
  })
  return format === 'csv' ? writeCsv([columns, ...rows]) : await writeXlsx('authorizations', [columns, ...rows])
}

/** Every authorization that is not ended. */
export async function standingIn(sql: Sql): Promise<readonly Authorization[]> {
  const all: Authorization[] = []
  for (let after: readonly string[] | null = null; ;) {
    const { authorizations, last }: Awaited<ReturnType<typeof authorizationsAfter>> = await authorizationsAfter(
      sql,
      after,
    )
    all.push(...authorizations.filter((one) => one.state !== 'ended'))
    if (last === null || all.length > mostInTable) return all
    after = last
  }
}
