// From what was typed to terms, and what is wrong with these before the gate is asked. The gate reads all of it again.

import { authorizationTerms, countryFault } from '@sallyport/protocol'
import type { Condition, Draft, Proviso, ProvisoDraft, Terms } from './draft.ts'
import { guideOf } from './kinds.ts'

export interface Fault {
  /** Path in the terms: `parties.0.country`. */
  readonly field: string
  readonly text: string
}

/** Make terms of a draft. What is empty is left out. */
export function termsOf(draft: Draft): Terms {
  const { asks } = guideOf(draft.kind)
  const text = (name: 'registrant' | 'endUse' | 'scope' | 'certificate' | 'replaces') => said(name, draft[name])
  return {
    kind: draft.kind,
    number: draft.number.trim(),
    citation: draft.citation.trim(),
    title: draft.title.trim(),
    parties: draft.parties.map(({ id, name, country, side, role, under }) => ({
      id: id.trim(),
      name: name.trim(),
      country: country.trim().toUpperCase(),
      side,
      ...said('role', role),
      ...said('under', under),
    })) as Terms['parties'],
    persons: draft.persons.map(({ id }) => id),
    countries: [...draft.countries],
    items: [...draft.items],
    programs: [...draft.programs],
    purposes: [...draft.purposes],
    provisos: draft.provisos.map(provisoOf),
    determinations: asks.determinations
      ? draft.determinations.map(({ country, text: why, by, at }) => ({
          country: country.trim().toUpperCase(),
          text: why.trim(),
          by: by[0]?.id ?? '',
          at: at || '',
        }))
      : [],
    ...(asks.employees && draft.employees.length > 0
      ? {
          employees: draft.employees.map(({ person, option, outcome, text: why, by, at }) => ({
            person: person[0]?.id ?? '',
            option,
            outcome,
            text: why.trim(),
            by: by[0]?.id ?? '',
            at,
          })),
        }
      : {}),
    ...(asks.lines && draft.lines.length > 0 ? { lines: draft.lines.map(lineOf) } : {}),
    ...(asks.exemption ? { exemption: claimOf(draft) } : {}),
    ...text('registrant'),
    ...text('endUse'),
    ...text('scope'),
    ...text('certificate'),
    ...text('replaces'),
    ...(draft.documents.length > 0
      ? { documents: draft.documents.map(({ id, name }) => ({ file: id, title: name.trim() })) }
      : {}),
    validFrom: draft.validFrom,
    validUntil: draft.validUntil,
  }
}

function said<N extends string>(name: N, value: string): { readonly [K in N]?: string } {
  return value.trim() === '' ? {} : ({ [name]: value.trim() } as { readonly [K in N]?: string })
}

/** What a proviso comes to, out of what was typed. */
export function provisoOf(draft: ProvisoDraft): Proviso {
  const { kind } = draft
  const common = { id: draft.id.trim(), text: draft.text.trim() }
  if (kind === 'obligation') return { kind, ...common, obligation: draft.obligation }
  if (kind === 'manual') return { kind, ...common, owner: draft.owner.trim() }
  if (kind === 'duty') {
    return {
      kind,
      ...common,
      owner: draft.owner.trim(),
      ...said('due', draft.due),
      ...said('evidence', draft.evidence),
    }
  }
  const limits: { [K in keyof Condition]?: unknown } = {}
  for (const limit of draft.limits) {
    if (limit === 'nda' || limit === 'acknowledged') limits[limit] = true
    else if (limit === 'persons') limits.persons = draft.persons.map(({ id }) => id)
    else if (limit === 'briefedWithinDays') limits.briefedWithinDays = Number(draft.briefedWithinDays)
    else limits[limit] = draft[limit]
  }
  return { kind, ...common, ...limits } as Condition
}

function lineOf({ id, description, item, quantity, unit, value }: Draft['lines'][number]) {
  return {
    id: id.trim(),
    description: description.trim(),
    item,
    quantity: Number(quantity),
    unit: unit.trim(),
    valueCents: centsOf(value),
  }
}

/** Cents of `12500.00`; NaN for what is no such amount, which the terms refuse. */
export function centsOf(value: string): number {
  const [, dollars, cents = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(value.trim() === '' ? '0' : value.trim()) ?? []
  return dollars === undefined ? Number.NaN : Number(dollars) * 100 + Number(cents.padEnd(2, '0'))
}

function claimOf({ section, evidence, signer, signedOn, territory }: Draft): NonNullable<Terms['exemption']> {
  return {
    section,
    evidence: Object.fromEntries(Object.entries(evidence).filter(([, text]) => text.trim() !== '')),
    certification: { signer: signer[0]?.id ?? '', on: signedOn },
    ...(territory.length === 0 ? {} : { territory: [...territory] }),
  }
}

/** Name what cannot be terms at all. What contradicts itself or the register the gate names when it is asked. */
export function faultsOf(terms: Terms): readonly Fault[] {
  const parsed = authorizationTerms.safeParse(terms)
  const shape = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), text: readable(message) }))
  const countries = [
    ...terms.countries.map((code, at) => [`countries.${at}`, code] as const),
    ...terms.parties.map(({ country }, at) => [`parties.${at}.country`, country] as const),
  ]
  return [
    ...shape,
    ...countries.flatMap(([field, code]) => {
      const text = countryFault(code)
      return text === null ? [] : [{ field, text }]
    }),
  ]
}

function readable(message: string): string {
  if (/^Too small|expected.*received undefined|Invalid UUID|Invalid ISO/.test(message)) return 'is missing'
  if (/NaN/.test(message)) return 'is no number'
  return message
}
