// A place in the terms as the form names it: `parties.0.country` reads as `Party 1, country`.

import { wordedMember } from '../../parts/wording.ts'

const names: Readonly<Record<string, string>> = {
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
  scope: 'Scope',
  certificate: 'DSP-83',
  replaces: 'Number that it replaces',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  amendment: 'How they follow',
}

export function wordedField(path: string): string {
  const [first = '', ...rest] = path.replace(/^(change\.)?terms\./, '').split('.')
  const words = rest.map((part) => (/^\d+$/.test(part) ? `${Number(part) + 1}` : wordedMember(part)))
  const [number, ...more] = words
  const name = names[first] ?? wordedMember(first)
  if (number === undefined) return name
  return /^\d+$/.test(number) ? [`${name} ${number}`, ...more].join(', ') : [name, ...words].join(', ')
}
