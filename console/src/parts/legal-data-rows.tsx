// Which rows of legal data come and which go.

import type { AnswerOf } from '../api/index.ts'
import { countryName } from './countries.ts'
import { Items } from './items.tsx'
import { Nothing } from './nothing.tsx'

export type LegalRows = AnswerOf<'checkLegalData'>['added']

export function LegalDataRows({ added, removed }: { readonly added: LegalRows; readonly removed: LegalRows }) {
  const rows = [
    ...rowsOf(added).map((row) => ({ ...row, change: 'comes' })),
    ...rowsOf(removed).map((row) => ({ ...row, change: 'goes' })),
  ]
  const rules = [
    ...added.rules.map((row) => ({ ...row, change: 'comes' })),
    ...removed.rules.map((row) => ({ ...row, change: 'goes' })),
  ]
  if (rows.length + rules.length === 0) return <Nothing title="No row comes or goes" />
  return (
    <Items
      items={[
        ...rows.map(({ country, list, source, change }) => ({
          key: `${change} ${country} ${list} ${source}`,
          what: `${countryName(country)} ${change}`,
          more: `${list} · ${source}`,
        })),
        ...rules.map(({ rule, says, source, change }) => ({
          key: `${change} ${rule} ${says} ${source}`,
          what: `A rule of ${rule} ${change}`,
          more: `${says} · ${source}`,
        })),
      ]}
    />
  )
}

function rowsOf({ proscribedCountries, employeeCountries }: LegalRows) {
  return [...proscribedCountries, ...employeeCountries]
}
