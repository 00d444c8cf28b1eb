// What each kind of authorization is, what the form asks for it, and what its paper usually has.

import type { AuthorizationKind } from '@sallyport/protocol'
import type { Draft } from './draft.ts'

export interface KindGuide {
  readonly what: string
  /** The citation that a record usually has. */
  readonly citation: string
  /** Which parts of the form there are. */
  readonly asks: {
    readonly determinations: boolean
    readonly employees: boolean
    readonly lines: boolean
    readonly exemption: boolean
  }
  /** Without it the gate registers nothing. */
  readonly wantsForeignParty: boolean
  /** What the paper has; the gate warns where it is missing. */
  readonly usual: readonly ('registrant' | 'endUse' | 'scope' | 'documents' | 'certificate')[]
  /** What the foreign party is in it. */
  readonly foreignRole: 'end-user' | 'signatory' | null
}

const license = {
  asks: { determinations: true, employees: true, lines: true, exemption: false },
  wantsForeignParty: false,
  usual: ['registrant', 'endUse', 'documents'],
  foreignRole: 'end-user',
} as const
const agreement = {
  asks: { determinations: false, employees: true, lines: true, exemption: false },
  wantsForeignParty: true,
  usual: ['registrant', 'scope', 'documents'],
  foreignRole: 'signatory',
} as const
const other = {
  asks: { determinations: false, employees: true, lines: false, exemption: false },
  wantsForeignParty: false,
  usual: ['documents'],
  foreignRole: null,
} as const
const ofEar = { ...other, asks: { ...other.asks, employees: false } } as const

const guides = {
  'DSP-5': {
    ...license,
    citation: '22 CFR 123.1(a)(1)',
    what: 'A license for a permanent export of unclassified data or articles, also for foreign people whom you employ.',
  },
  'DSP-61': { ...license, citation: '22 CFR 123.1(a)(3)', what: 'A license for a temporary import.' },
  'DSP-73': {
    ...license,
    citation: '22 CFR 123.1(a)(2)',
    what: 'A license for a temporary export: the article comes back.',
  },
  'DSP-85': {
    ...license,
    usual: ['registrant', 'endUse', 'certificate', 'documents'],
    citation: '22 CFR 123.1(a)(4)',
    what: 'A license for classified articles or data. Classified data does not belong into this enclave; this is its paper.',
  },
  TAA: {
    ...agreement,
    citation: '22 CFR 124.1(a)',
    what: 'An agreement on assistance or technical data. It covers regular employees of its foreign parties who signed an NDA.',
  },
  MLA: { ...agreement, citation: '22 CFR 124.1(a)', what: 'An agreement under which a foreign party manufactures.' },
  WDA: { ...agreement, citation: '22 CFR 124.14', what: 'An agreement on a warehouse or distribution point abroad.' },
  GC: {
    ...other,
    citation: '22 CFR 123.9(c)',
    what: 'A written approval of the Directorate that is no license, such as of a retransfer.',
  },
  exemption: {
    ...other,
    asks: { ...other.asks, exemption: true },
    usual: ['endUse'],
    citation: '',
    what: 'A section of the ITAR under which no license is needed. You certify that its conditions are met, each of them below.',
  },
  'EAR-license': {
    ...ofEar,
    citation: '',
    what: 'A license of the Bureau of Industry and Security. It covers files under the EAR alone.',
  },
  'EAR-exception': {
    ...ofEar,
    citation: '',
    what: 'A license exception of the EAR. It covers files under the EAR alone.',
  },
} as const satisfies Readonly<Record<AuthorizationKind, KindGuide>>

export function guideOf(kind: AuthorizationKind): KindGuide {
  return guides[kind]
}

export interface Missing {
  readonly label: string
  /** The gate registers nothing without it; anything else it only warns of. */
  readonly isNeeded: boolean
}

const usualNames = {
  registrant: 'Registration code of the applicant',
  endUse: 'Stated end use',
  scope: 'Scope',
  documents: 'The paper itself, as a protected file',
  certificate: 'DSP-83',
} as const

/** Name what is still to be said, by the names of the fields. */
export function missingIn(draft: Draft): readonly Missing[] {
  const { wantsForeignParty, usual, asks, foreignRole } = guideOf(draft.kind)
  const needed = (is: boolean, label: string) => (is ? [] : [{ label, isNeeded: true }])
  const foreign = draft.parties.filter(({ side }) => side === 'foreign')
  return [
    ...needed(draft.number.trim() !== '', 'Number'),
    ...needed(draft.title.trim() !== '', 'Title'),
    ...needed(draft.citation.trim() !== '', 'Citation on records'),
    ...needed(draft.validFrom !== '', 'Valid from'),
    ...needed(draft.validUntil !== '', 'Valid until'),
    ...(wantsForeignParty
      ? needed(foreign.length > 0, 'A foreign party')
      : needed(foreign.length + draft.persons.length > 0, 'A foreign party, or somebody by name')),
    ...needed(draft.countries.length > 0, 'Countries'),
    ...needed(draft.items.length > 0, 'USML paragraphs or ECCNs'),
    ...needed(draft.programs.length > 0, 'Programs'),
    ...needed(draft.purposes.length > 0, 'Purposes'),
    ...(asks.exemption ? needed(draft.section !== '', 'Section of the exemption') : []),
    ...(asks.exemption ? needed(draft.signer.length > 0 && draft.signedOn !== '', 'Written certification') : []),
    ...draft.provisos.flatMap(({ id, text, kind, limits }) => [
      ...needed(text.trim() !== '', `What the approval says, of proviso ${id}`),
      ...(kind === 'condition' ? needed(limits.length > 0, `What proviso ${id} limits`) : []),
    ]),
    ...(foreignRole !== null && foreign.length > 0 && !foreign.some(({ role }) => role === foreignRole)
      ? [{ label: `A foreign party as ${foreignRole.replace('-', ' ')}`, isNeeded: false }]
      : []),
    ...usual.filter((name) => draft[name].length === 0).map((name) => ({ label: usualNames[name], isNeeded: false })),
  ]
}
