// What must hold of the terms beyond their shape, each fault named by its field. ATTACKER: terms are typed in from paper, and
// whoever types them may gain by them; what could not be true of the paper is refused here, two others read the rest.

import {
  authorizationTerms,
  countryFault,
  Problem,
  type AuthorizationTerms,
  type Proviso,
  type Id,
  type Json,
} from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { conditionFaults, employeeFaults } from './check-conditions.ts'
import { partyFaults, roleFaults } from './check-parties.ts'
import { exemptionFaults, type ExemptionLaw } from './exemptions/check-exemption.ts'
import type { Fault } from './fault.ts'
import { isAgreement, isLicense } from './kinds.ts'
import { storedFiles } from './store.ts'

/**
 * Check terms from outside and return them with identifiers in lower case. `registrant` is null at founding.
 * `law` is what exemptions are held to; null where the terms only take away from what was held to it.
 * Throws Problem `invalid-request` whose details name every fault.
 */
export function checkTerms(
  input: unknown,
  registrant: Id<'person'> | null,
  atMs: number,
  law: ExemptionLaw | null = null,
): AuthorizationTerms {
  const parsed = authorizationTerms.safeParse(input)
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), text: message })))
  }
  const terms = {
    ...parsed.data,
    persons: parsed.data.persons.map((one) => one.toLowerCase()),
    provisos: parsed.data.provisos.map(inLowerCase),
    determinations: parsed.data.determinations.map((one) => ({ ...one, by: one.by.toLowerCase() })),
    ...(parsed.data.employees === undefined
      ? {}
      : {
          employees: parsed.data.employees.map((one) => ({
            ...one,
            person: one.person.toLowerCase(),
            by: one.by.toLowerCase(),
          })),
        }),
    ...(parsed.data.documents === undefined
      ? {}
      : { documents: parsed.data.documents.map((one) => ({ ...one, file: one.file.toLowerCase() })) }),
    ...(parsed.data.exemption === undefined ? {} : { exemption: signedInLowerCase(parsed.data.exemption) }),
  }
  const faults = [...faultsOf(terms, registrant, atMs), ...(law === null ? [] : exemptionFaults(terms, law))]
  if (faults.length > 0) throw invalid(faults)
  return terms
}

function signedInLowerCase(exemption: NonNullable<AuthorizationTerms['exemption']>): AuthorizationTerms['exemption'] {
  const { signer, on } = exemption.certification
  return { ...exemption, certification: { signer: signer.toLowerCase(), on } }
}

function inLowerCase(proviso: Proviso): Proviso {
  if (proviso.kind === 'duty' && proviso.ownerId !== undefined) {
    return { ...proviso, ownerId: proviso.ownerId.toLowerCase() }
  }
  if (proviso.kind !== 'condition' || proviso.persons === undefined) return proviso
  return { ...proviso, persons: proviso.persons.map((one) => one.toLowerCase()) }
}

/** Name everything that cannot be true of an authorization with these terms. */
export function faultsOf(terms: AuthorizationTerms, registrant: Id<'person'> | null, atMs: number): readonly Fault[] {
  return [
    ...unrecordable(terms, []),
    ...dateFaults(terms),
    ...countryFaults(terms),
    ...repeated(terms),
    ...partyFaults(terms),
    ...roleFaults(terms),
    ...personFaults(terms, registrant),
    ...determinationFaults(terms, atMs),
    ...conditionFaults(terms),
    ...employeeFaults(terms, atMs),
    ...lineFaults(terms),
    ...particularFaults(terms),
  ]
}

// Text that the database or the ledger could not keep, or that would show as something else than it is.
function unrecordable(value: Json, path: readonly string[]): readonly Fault[] {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || /[^\P{C}\n\t]/u.test(value))
      return [{ field: path.join('.'), text: 'has control or unassigned characters, want plain text' }]
    // Two spellings of one name that look the same are never two names.
    return value === value.normalize('NFC')
      ? []
      : [{ field: path.join('.'), text: 'is not in the composed form of Unicode (NFC), want it typed again' }]
  }
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : unrecordable(member, [...path, name]),
  )
}

function particularFaults({ kind, number, replaces, certificate }: AuthorizationTerms): readonly Fault[] {
  return [
    ...(replaces === number ? [{ field: 'replaces', text: 'is its own number, want that of another' }] : []),
    // SPEC: 22 CFR 123.10: the certificate belongs to licenses and agreements under the ITAR.
    ...(certificate !== undefined && !isLicense(kind) && !isAgreement(kind)
      ? [{ field: 'certificate', text: `stands in ${kind}, want a license or an agreement` }]
      : []),
  ]
}

function dateFaults({ validFrom, validUntil }: AuthorizationTerms): readonly Fault[] {
  const faults: Fault[] = []
  for (const [field, text] of Object.entries({ validFrom, validUntil })) {
    if (/\.\d{4,}/.test(text)) faults.push({ field, text: 'is finer than a millisecond, want milliseconds at most' })
  }
  if (!(Date.parse(validFrom) < Date.parse(validUntil))) {
    faults.push({ field: 'validUntil', text: 'is not after validFrom, want a later instant' })
  }
  return faults
}

function countryFaults({ parties, countries, determinations, exemption }: AuthorizationTerms): readonly Fault[] {
  const named = [
    ...parties.map(({ country }, at) => [`parties.${at}.country`, country] as const),
    ...countries.map((country, at) => [`countries.${at}`, country] as const),
    ...determinations.map(({ country }, at) => [`determinations.${at}.country`, country] as const),
    ...(exemption?.territory ?? []).map((country, at) => [`exemption.territory.${at}`, country] as const),
  ]
  return named.flatMap(([field, country]) => {
    const text = countryFault(country)
    return text === null ? [] : [{ field, text }]
  })
}

function repeated(terms: AuthorizationTerms): readonly Fault[] {
  const { parties, persons, countries, items, programs, purposes, provisos, determinations } = terms
  const lists = {
    parties: parties.map((one) => one.id),
    persons,
    countries,
    items,
    programs,
    purposes,
    provisos: provisos.map((one) => one.id),
    determinations: determinations.map((one) => one.country),
    employees: (terms.employees ?? []).map((one) => one.person),
    lines: (terms.lines ?? []).map((one) => one.id),
    documents: (terms.documents ?? []).map((one) => one.file),
  }
  return Object.entries(lists).flatMap(([field, names]) => {
    const again = names.findIndex((name, index) => names.indexOf(name) !== index)
    return again < 0 ? [] : [{ field: `${field}.${again}`, text: `repeats ${names[again]}, want each once` }]
  })
}

function personFaults(
  { persons, determinations }: AuthorizationTerms,
  registrant: Id<'person'> | null,
): readonly Fault[] {
  const faults: Fault[] = []
  if (registrant !== null && persons.includes(registrant)) {
    faults.push({ field: 'persons', text: 'name you, want somebody else to register it' })
  }
  for (const [index, { by }] of determinations.entries()) {
    if (persons.includes(by)) {
      faults.push({ field: `determinations.${index}.by`, text: 'is a person whom it names, want somebody else' })
    }
  }
  return faults
}

function determinationFaults({ kind, countries, determinations }: AuthorizationTerms, atMs: number): readonly Fault[] {
  return determinations.flatMap(({ country, at }, index) => {
    const faults: Fault[] = []
    if (!isLicense(kind)) {
      faults.push({
        field: `determinations.${index}`,
        text: `stands in ${kind}, want a license: nothing else lifts 126.1`,
      })
    }
    if (!countries.includes(country)) {
      faults.push({ field: `determinations.${index}.country`, text: `is ${country}, which countries does not name` })
    }
    if (!(Date.parse(at) <= atMs)) {
      faults.push({ field: `determinations.${index}.at`, text: 'is yet to come, want when it was made' })
    }
    return faults
  })
}

function lineFaults({ items, lines = [] }: AuthorizationTerms): readonly Fault[] {
  return lines.flatMap(({ item }, at) =>
    items.includes(item) ? [] : [{ field: `lines.${at}.item`, text: `is ${item}, which items does not name` }],
  )
}

/** The Problem that names every fault of terms. */
export function invalid(faults: readonly Fault[]): Problem {
  const [first] = faults
  return new Problem('invalid-request', `cannot register authorization: ${first?.field ?? ''} ${first?.text ?? ''}`, {
    details: { faults },
  })
}

/**
 * See to it that the documents of an authorization are files that are stored. Throws Problem `invalid-request` that names each that is
 * none. Who may open them is decided as for any file.
 */
export async function checkDocuments(sql: Sql, { documents = [] }: AuthorizationTerms): Promise<void> {
  if (documents.length === 0) return
  const stored = await storedFiles(
    sql,
    documents.map((one) => one.file),
  )
  const faults = documents.flatMap(({ file }, at) =>
    stored.includes(file) ? [] : [{ field: `documents.${at}.file`, text: 'is no protected file that is stored' }],
  )
  if (faults.length > 0) throw invalid(faults)
}
