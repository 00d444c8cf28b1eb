// What is odd about terms and still may be so: fields that the paper usually has, dates, what overlaps or contradicts other entries of the
// register. Doubts are named to whoever registers and whoever approves; they refuse nothing.

import type { AuthorizationKind, AuthorizationTerms, Id } from '@sallyport/protocol'
import { readFile } from 'node:fs/promises'
import type { Sql } from '../base/index.ts'
import { declinedBefore } from './declined/store.ts'
import type { Fault } from './fault.ts'
import { oddNames } from './odd-names.ts'
import { isAgreement, isLicense } from './kinds.ts'
import { legalData, shippedLegalData, validityRules, type ValidityRule } from './legal-data.ts'
import { movedCitation } from './moved-sections.ts'
import { authorizationsBeside, isKnownNumber, readExemptionLaw, readValidity } from './store.ts'

/** Name what is odd about terms, by their fields. `id`: of the authorization itself, where it has one; `atMs`: now. */
export async function doubtsAbout(
  sql: Sql,
  terms: AuthorizationTerms,
  { id, atMs }: { readonly id: Id<'authorization'> | null; readonly atMs: number },
): Promise<readonly Fault[]> {
  const loaded = await readValidity(sql)
  const rules = loaded === null ? await shippedValidity() : validityRules.parse(loaded)
  const others = await authorizationsBeside(sql, id, terms)
  const { proscribed } = await readExemptionLaw(sql)
  return [
    ...missing(terms),
    ...oddDates(terms, rules, atMs),
    ...movedCitation(terms),
    ...oddCountries(terms, proscribed),
    ...(terms.replaces === undefined || (await isKnownNumber(sql, terms.replaces))
      ? []
      : [{ field: 'replaces', text: `is ${terms.replaces}, which never stood in the register` }]),
    ...others.flatMap((other) => besides(terms, other.terms)),
    ...oddNames(
      terms,
      others.map((other) => other.terms),
    ),
    ...(await declinedBefore(sql, terms.number)).map(({ on, reason }) => ({
      field: 'number',
      text: `was asked for before and declined on ${on}: ${reason}`,
    })),
  ]
}

async function shippedValidity(): Promise<readonly ValidityRule[]> {
  return legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8'))).validity ?? []
}

type Wanted = 'registrant' | 'endUse' | 'scope' | 'documents'
const why: Readonly<Record<Wanted, string>> = {
  registrant: 'the registration code of the applicant',
  endUse: 'the stated end use',
  scope: 'the scope of the data or service',
  documents: 'the approval itself',
}

function wantedOf(kind: AuthorizationKind): readonly Wanted[] {
  if (isLicense(kind)) return ['registrant', 'endUse', 'documents']
  if (isAgreement(kind)) return ['registrant', 'scope', 'documents']
  return kind === 'exemption' ? ['endUse'] : ['documents']
}

/** Name the fields that an authorization of its kind usually has and these terms have not. */
export function missing(terms: AuthorizationTerms): readonly Fault[] {
  const { kind, parties } = terms
  const foreign = parties.filter((one) => one.side === 'foreign')
  const role = isLicense(kind) ? 'end-user' : isAgreement(kind) ? 'signatory' : null
  return [
    ...wantedOf(kind)
      .filter((name) => terms[name] === undefined)
      .map((name) => ({ field: name, text: `is missing in ${kind}: ${why[name]}` })),
    ...(role !== null && foreign.length > 0 && !foreign.some((one) => one.role === role)
      ? [{ field: 'parties', text: `name no foreign party as ${role}` }]
      : []),
    // SPEC: 22 CFR 123.10. Whether one is asked for turns on significant military equipment, which terms do not say.
    ...(kind === 'DSP-85' && terms.certificate === undefined
      ? [{ field: 'certificate', text: 'is missing in DSP-85: the DSP-83 that classified articles take' }]
      : []),
  ]
}

/** Name dates that are longer than the law knows, lie behind, or reach back. */
export function oddDates(terms: AuthorizationTerms, rules: readonly ValidityRule[], atMs: number): readonly Fault[] {
  const { kind, validFrom, validUntil } = terms
  const rule = rules.find((one) => one.kind === kind)
  const longest = new Date(validFrom)
  longest.setUTCFullYear(longest.getUTCFullYear() + (rule?.years ?? 0))
  return [
    ...(rule !== undefined && Date.parse(validUntil) > longest.getTime()
      ? [
          {
            field: 'validUntil',
            text: `is later than ${rule.years} years after validFrom (${rule.citation}; sure: ${rule.sureness})`,
          },
        ]
      : []),
    ...(Date.parse(validUntil) <= atMs ? [{ field: 'validUntil', text: 'lies behind: it will cover nobody' }] : []),
    ...(Date.parse(validFrom) < atMs - 86_400_000
      ? [{ field: 'validFrom', text: 'lies behind: it covers from the approval on, and nothing before' }]
      : []),
  ]
}

/** Name countries whose status under 22 CFR 126.1 is another than the terms reckon with. `proscribed`: the list in force. */
export function oddCountries(terms: AuthorizationTerms, proscribed: readonly string[]): readonly Fault[] {
  const { kind, countries, determinations } = terms
  const lifted = isLicense(kind)
    ? 'and no determination lifts that'
    : 'which only a license with a determination could lift'
  return [
    ...countries.flatMap((country, at) =>
      proscribed.includes(country) && !determinations.some((one) => one.country === country)
        ? [
            {
              field: `countries.${at}`,
              text: `is ${country}, on the list of 22 CFR 126.1 now, ${lifted}: it covers nobody of it`,
            },
          ]
        : [],
    ),
    ...determinations.flatMap(({ country }, at) =>
      proscribed.includes(country)
        ? []
        : [{ field: `determinations.${at}`, text: `is of ${country}, which is not on the list of 22 CFR 126.1 now` }],
    ),
  ]
}

/** Name what is odd about an authorization beside another for the same people, at one time, over some of the same files. */
export function besides(terms: AuthorizationTerms, other: AuthorizationTerms): readonly Fault[] {
  if (terms.replaces === other.number || other.replaces === terms.number) return []
  const share = (list: 'items' | 'programs') => terms[list].some((one) => other[list].includes(one))
  const contradictions = (terms.employees ?? []).flatMap(({ person, outcome }, at) =>
    other.employees?.some((one) => one.person === person && one.outcome !== outcome) === true
      ? [{ field: `employees.${at}`, text: `is ${outcome} here and is determined otherwise in ${other.number}` }]
      : [],
  )
  const differing = terms.parties.flatMap(({ id, country, side }, at) => {
    const same = other.parties.find((one) => one.id === id)
    return same !== undefined && (same.country !== country || same.side !== side)
      ? [
          {
            field: `parties.${at}`,
            text: `is ${id}, ${side} of ${country}, and ${same.side} of ${same.country} in ${other.number}`,
          },
        ]
      : []
  })
  const overlap = {
    field: 'number',
    text: `overlaps with ${other.number} (${other.kind}): some of the same people, items and programs`,
  }
  return [...(share('items') && share('programs') ? [overlap] : []), ...contradictions, ...differing]
}
