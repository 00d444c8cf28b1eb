// The legal data in force, row by row, on a day: what holds, what is over or yet to come, and how sure each row is.

import { spendPermit, type Permit, type SearchParts } from '../policy/index.ts'
import { washingtonDay } from './compare-legal-data.ts'
import { legalDataVersions, readLegalData, timeNow, type LegalDataVersion } from './store.ts'

export interface LegalRow {
  readonly list: string
  readonly country: string
  readonly paragraph: string | null
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly source: string
  readonly sureness: string
  readonly holds: 'today' | 'not yet' | 'no longer'
}

type Kept = Omit<LegalRow, 'holds' | 'paragraph'> & { readonly paragraph?: string }

export interface LegalDataRead {
  readonly digest: string
  readonly asOf: string
  /** Washington's, by the database's clock. */
  readonly today: string
  readonly rows: readonly LegalRow[]
  readonly versions: readonly LegalDataVersion[]
}

/** Read it; null where none was loaded. Throws Problem `refused` for a permit that does not fit. */
export async function showLegalData(
  { database }: Pick<SearchParts, 'database'>,
  permit: Permit<'authorization.list'>,
): Promise<LegalDataRead | null> {
  spendPermit(permit, 'authorization.list', 'enclave')
  const kept = await readLegalData(database)
  if (kept === null) return null
  const today = washingtonDay(await timeNow(database))
  const rows = [...kept.rows, ...kept.employeeRows].map((row) => {
    const { validFrom, validUntil, paragraph = null, ...rest } = row as unknown as Kept
    const isOver = validUntil !== null && validUntil <= today
    const holds = isOver ? 'no longer' : validFrom !== null && validFrom > today ? 'not yet' : 'today'
    return { ...rest, paragraph, validFrom, validUntil, holds } as const
  })
  return { digest: kept.digest, asOf: kept.asOf, today, rows, versions: await legalDataVersions(database) }
}
