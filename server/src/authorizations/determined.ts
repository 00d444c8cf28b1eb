// What of an authorization is the empowered official's to determine, and whether whoever it is laid to is one. SPEC: 22 CFR 120.67.

import { canonicalJson, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { readStanding } from '../policy/index.ts'
import type { Fault } from './fault.ts'

/**
 * Tell whether an entry rests on a reading of the law: a country of 22 CFR 126.1 that a license lifts, dual and third-country nationals
 * (126.18), an exemption, of which the enclave itself certifies that it applies (120.15(f)). Whatever widens such an entry takes an
 * empowered official among those who ask and approve.
 */
export function needsOfficial({ determinations, employees = [], exemption }: AuthorizationTerms): boolean {
  return determinations.length > 0 || employees.length > 0 || exemption !== undefined
}

/** Name the determinations of terms, besides those of `before`, whose maker is no empowered official at this moment. */
export async function officialFaults(
  sql: Sql,
  { determinations, employees = [] }: AuthorizationTerms,
  before: AuthorizationTerms | null,
): Promise<readonly Fault[]> {
  const known = new Set([...(before?.determinations ?? []), ...(before?.employees ?? [])].map(canonicalJson))
  const made = [
    ...determinations.map((one, at) => ({ field: `determinations.${at}.by`, one })),
    ...employees.map((one, at) => ({ field: `employees.${at}.by`, one })),
  ].filter(({ one }) => !known.has(canonicalJson(one)))
  if (made.length === 0) return []
  const officials = await readStanding(sql, 'empowered-official')
  return made.flatMap(({ field, one }) =>
    officials.has(one.by as Id<'person'>)
      ? []
      : [{ field, text: 'is no empowered official of this enclave, want one who determined it' }],
  )
}
