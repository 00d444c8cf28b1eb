// The terms of an authorization by the names that the form gives its fields.

import { wordedMember } from './wording.ts'

/** How other terms follow those that hold, as they are asked for. */
export const amendmentNames = {
  '123.25': 'An amendment of the closed list of 22 CFR 123.25',
  major: 'An approved major amendment (22 CFR 124.1(c))',
  minor: 'A deposited minor amendment (22 CFR 124.1(d))',
  reissued: 'As it was given anew',
} as const

export const fieldNames = {
  number: 'Number',
  kind: 'Kind',
  citation: 'Citation on records',
  title: 'Title',
  parties: 'Party',
  persons: 'People by name',
  countries: 'Countries',
  items: 'USML paragraphs or ECCNs',
  programs: 'Programs',
  purposes: 'Purposes',
  provisos: 'Proviso',
  determinations: 'Determination for a country',
  employees: 'Determination on an employee',
  lines: 'Line',
  documents: 'The paper itself',
  exemption: 'The exemption',
  registrant: 'Registration code of the applicant',
  endUse: 'Stated end use',
  scope: 'Scope, and what is left out of it',
  certificate: 'DSP-83, its number or date',
  replaces: 'Number that it replaces',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  section: 'Section of the exemption',
  territory: 'Countries of travel or posting',
  amendment: 'How they follow',
  reference: 'Number or date under which it was approved',
} as const

/** A place in the terms: `parties.0.country` reads as `Party 1, country`. */
export function wordedField(path: string): string {
  const [first = '', ...rest] = path.replace(/^(change\.)?terms\./, '').split('.')
  const words = rest.map((part) => (/^\d+$/.test(part) ? `${Number(part) + 1}` : wordedMember(part)))
  const [number, ...more] = words
  const name = (fieldNames as Readonly<Record<string, string>>)[first] ?? wordedMember(first)
  if (number === undefined) return name
  return /^\d+$/.test(number) ? [`${name} ${number}`, ...more].join(', ') : [name, ...words].join(', ')
}
