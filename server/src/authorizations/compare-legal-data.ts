// What legal data would change: its rows against those in force, and how many people it reaches.

import { canonicalJson, type Json } from '@sallyport/protocol'
import type { Database } from '../base/index.ts'
import { foreignPeople, spendPermit, type Permit, type SearchParts } from '../policy/index.ts'
import { neededCountries } from './coverage.ts'
import { exemptionRules } from './exemptions/rule.ts'
import { legalDataDigest, parseLegalData, validityRules, type LegalData } from './legal-data.ts'
import { ruleRows, type RuleRow } from './rule-rows.ts'
import { readLegalData, timeNow } from './store.ts'

type ProscribedRow = Omit<LegalData['proscribedCountries'][number], 'name' | 'note'>
type EmployeeRow = NonNullable<LegalData['employeeCountries']>[number]
type Rows = Pick<LegalData, 'asOf'> & {
  readonly proscribedCountries: readonly ProscribedRow[]
  readonly employeeCountries: readonly EmployeeRow[]
  /** What exemptions ask for, and how long a kind of authorization holds. */
  readonly rules: readonly RuleRow[]
}

export interface LegalDataDifference {
  readonly digest: string
  readonly asOf: string
  readonly added: Omit<Rows, 'asOf'>
  readonly removed: Omit<Rows, 'asOf'>
}

/** Counts alone: who they are would tell a country of theirs. */
export interface PeopleReached {
  /** Foreign persons whom 126.1 reaches on this day by the new data, and not by that in force. */
  readonly newlyProscribed: number
  readonly noLongerProscribed: number
  /** Foreign persons whose countries are not recorded, or cannot be read. */
  readonly unknown: number
}

/** Write the rows that come or go as they are shown, to whoever checks the data and to whoever approves it. */
export function rowsShown({ proscribedCountries, employeeCountries, rules }: LegalDataDifference['added']) {
  return {
    proscribedCountries: proscribedCountries.map((row) => ({ ...row })),
    employeeCountries: employeeCountries.map((row) => ({ ...row })),
    rules: rules.map((row) => ({ ...row })),
  }
}

/** Compare rows, without the names and notes that are for readers. Null where there is nothing in force. */
export async function compareLegalData(database: Database, data: LegalData): Promise<LegalDataDifference> {
  const before = await rowsInForce(database)
  const after = await rowsOf(data)
  const only = <T>(some: readonly T[], without: readonly T[]): T[] => {
    const known = new Set(without.map((row) => canonicalJson(row as Json)))
    return some.filter((row) => !known.has(canonicalJson(row as Json)))
  }
  const difference = (a: Rows, b: Rows) => ({
    proscribedCountries: only(a.proscribedCountries, b.proscribedCountries),
    employeeCountries: only(a.employeeCountries, b.employeeCountries),
    rules: only(a.rules, b.rules),
  })
  return {
    digest: legalDataDigest(data),
    asOf: data.asOf,
    added: difference(after, before),
    removed: difference(before, after),
  }
}

/**
 * Say what legal data would change, and count whom it reaches on this day. Throws Problem `invalid-request` for data of another shape,
 * `refused` for a permit that does not fit.
 */
export async function checkLegalData(
  permit: Permit<'decision.search'>,
  input: unknown,
  parts: SearchParts,
): Promise<{ readonly difference: LegalDataDifference; readonly people: PeopleReached }> {
  spendPermit(permit, 'decision.search', 'enclave')
  const data = parseLegalData(input)
  const day = washingtonDay(await timeNow(parts.database))
  const [before, after] = [await rowsInForce(parts.database), await rowsOf(data)].map((rows) => proscribedOn(rows, day))
  let [newlyProscribed, noLongerProscribed, unknown] = [0, 0, 0]
  for await (const person of foreignPeople(parts)) {
    const needed = neededCountries(person.ties)
    if (needed.length === 0) unknown++
    const [was, willBe] = [before, after].map((list) => needed.some((one) => list?.has(one)))
    if (!was && willBe) newlyProscribed++
    if (was && !willBe) noLongerProscribed++
  }
  const people = { newlyProscribed, noLongerProscribed, unknown }
  return { difference: await compareLegalData(parts.database, data), people }
}

async function rowsInForce(database: Database): Promise<Rows> {
  const kept = await readLegalData(database)
  if (kept === null) return { asOf: '', proscribedCountries: [], employeeCountries: [], rules: [] }
  const { exemptions, validity } = kept
  return {
    asOf: kept.asOf,
    proscribedCountries: kept.rows as unknown as readonly ProscribedRow[],
    employeeCountries: kept.employeeRows as unknown as readonly EmployeeRow[],
    rules: await ruleRows({
      ...(exemptions === null ? {} : { exemptions: exemptionRules.parse(exemptions) }),
      ...(validity === null ? {} : { validity: validityRules.parse(validity) }),
    }),
  }
}

async function rowsOf(data: LegalData): Promise<Rows> {
  const { asOf, proscribedCountries, employeeCountries = [] } = data
  return {
    asOf,
    proscribedCountries: proscribedCountries.map(({ name: _n, note: _o, ...row }) => row),
    employeeCountries,
    rules: await ruleRows(data),
  }
}

function proscribedOn({ proscribedCountries }: Rows, day: string): ReadonlySet<string> {
  const holds = ({ validFrom, validUntil }: ProscribedRow) =>
    (validFrom === null || validFrom <= day) && (validUntil === null || day < validUntil)
  return new Set(proscribedCountries.filter(holds).map(({ country }) => country))
}

const washington = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The day of the regulations at a moment, `YYYY-MM-DD`. */
export function washingtonDay(atMs: number): string {
  return washington.format(atMs)
}
