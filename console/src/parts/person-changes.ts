// The changes that there are to a person, each with what has to be said for it.

import {
  personChangeWords,
  regularEmployeeBases,
  roles,
  tieKinds,
  usPersonBases,
  type PersonChange,
} from '@sallyport/protocol'
import type { AnswerOf, BodyOf } from '../api/index.ts'
import { usPersonGrounds } from './person-grounds.ts'
import { worded } from './wording.ts'

type Person = AnswerOf<'person'>
export type ChangeName = PersonChange['change']
type Change = BodyOf<'changePerson'>['change']

export interface ChangeField {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly kind: 'text' | 'date' | 'choice'
  /** Of a choice: each with its words. None is chosen beforehand. */
  readonly options?: readonly (readonly [value: string, words: string])[]
  readonly isOptional?: true
  /** Of a text: what exists is offered, of everybody or of the person alone. */
  readonly offers?: 'work' | 'own work'
}

export interface ChangeKind {
  readonly fields: readonly ChangeField[]
  /** Whether it makes sense for a person as they are. */
  readonly fits: (person: Person) => boolean
}

const evidence: ChangeField = {
  name: 'evidenceRef',
  label: 'Where the evidence is kept',
  hint: 'A reference, never the evidence itself',
  kind: 'text',
}
const country: ChangeField = { name: 'country', label: 'Country', hint: 'Two letters (ISO 3166-1)', kind: 'text' }
const countries = (name: string, label: string): ChangeField => ({
  name,
  label,
  hint: 'Two letters each (ISO 3166-1), with commas',
  kind: 'text',
  isOptional: true,
})
const choice = (
  name: string,
  label: string,
  options: readonly string[],
  words: Readonly<Record<string, string>> = {},
): ChangeField => ({
  name,
  label,
  kind: 'choice',
  options: options.map((option) => [option, words[option] ?? worded(option)] as const),
})
const newWork = 'One that there is, or a new one: a short name of small letters and hyphens'
const work = (offers: 'work' | 'own work', hint?: string): readonly ChangeField[] =>
  (['program', 'purpose'] as const).map((name) => ({
    name,
    label: worded(name),
    kind: 'text',
    offers,
    ...(hint === undefined ? {} : { hint }),
  }))
const isThere = ({ status }: Person) => status === 'us-person' || status === 'foreign-person'
const isForeign = ({ status }: Person) => status === 'foreign-person'
const always = () => true

export const changeKinds: Readonly<Record<ChangeName, ChangeKind>> = {
  'verify-us-person': {
    fields: [choice('basis', 'Ground (22 CFR 120.62)', usPersonBases, usPersonGrounds), evidence],
    fits: always,
  },
  'verify-foreign-person': {
    fields: [
      countries('citizenships', 'Citizenships'),
      countries('formerCitizenships', 'Former citizenships'),
      countries('permanentResidencies', 'Permanent residencies'),
      evidence,
    ],
    fits: always,
  },
  'grant-role': { fields: [choice('role', 'Role', roles)], fits: isThere },
  'remove-role': {
    fields: [choice('role', 'Role', roles)],
    fits: (person) => person.roles.length > 0,
  },
  assign: { fields: work('work', newWork), fits: isThere },
  unassign: {
    fields: work('own work'),
    fits: ({ assignments }) => assignments.length > 0,
  },
  'add-tie': { fields: [choice('tie', 'As', tieKinds), country], fits: isForeign },
  'remove-tie': { fields: [choice('tie', 'As', tieKinds), country], fits: isForeign },
  'record-regular-employee': {
    fields: [choice('basis', 'Ground (22 CFR 120.64)', regularEmployeeBases)],
    fits: ({ regularEmployee }) => !regularEmployee,
  },
  'end-regular-employment': {
    fields: [],
    fits: ({ regularEmployee }) => regularEmployee,
  },
  'record-nda': {
    fields: [{ name: 'signedOn', label: 'Signed on', kind: 'date' }],
    fits: always,
  },
  'withdraw-nda': { fields: [], fits: ({ nda }) => nda },
  'record-briefing': {
    fields: [{ name: 'briefedOn', label: 'Briefed on', kind: 'date' }],
    fits: always,
  },
  'record-foreign-employer': {
    fields: [],
    fits: ({ actsForForeignEmployer }) => !actsForForeignEmployer,
  },
  'clear-foreign-employer': {
    fields: [],
    fits: ({ actsForForeignEmployer }) => actsForForeignEmployer,
  },
  'change-employer': {
    fields: [
      {
        name: 'employer',
        label: 'Employer',
        hint: 'Short name of a party; empty for this enclave',
        kind: 'text',
        isOptional: true,
      },
    ],
    fits: always,
  },
  correct: {
    fields: [
      { name: 'displayName', label: 'Name', kind: 'text', isOptional: true },
      { name: 'externalId', label: 'Number in other systems', kind: 'text', isOptional: true },
      { name: 'mail', label: 'Mail for notices', kind: 'text', isOptional: true },
      { ...evidence, isOptional: true },
    ],
    fits: always,
  },
  review: { fields: [], fits: isThere },
}

/** What becomes of a record besides, without a form that says it. */
const happenings: Readonly<Record<string, string>> = {
  added: 'Added to the roster',
  import: 'Changed by an import',
  ended: 'Ended the status',
  merge: 'Merged another record into it',
  merged: 'Merged into another record',
  split: 'Split',
  'identity-bound': 'Bound what they sign in with',
  'identity-unbound': 'Took away what they signed in with',
}

/** `verify-us-person` reads as its form is called: `Verify as a U.S. person`. */
export function changeTitle(name: string): string {
  const words: Readonly<Record<string, string>> = { ...personChangeWords, ...happenings }
  return worded(words[name] ?? name)
}

/** Make the change out of what was typed. What is left empty is left out, or none. */
export function changeOf(name: ChangeName, values: Readonly<Record<string, string>>): Change {
  const { [name]: kind } = changeKinds
  const of = (field: string) => (values[field] ?? '').trim()
  if (name === 'verify-foreign-person') {
    const ties = {
      citizenships: codes(of('citizenships')),
      formerCitizenships: codes(of('formerCitizenships')),
      permanentResidencies: codes(of('permanentResidencies')),
    }
    return { change: name, ties, evidenceRef: of('evidenceRef') }
  }
  if (name === 'change-employer') return { change: name, employer: of('employer') || null }
  const said = kind.fields.map((field) => [field.name, of(field.name)] as const)
  const shown = said.filter(([, value]) => value !== '')
  const upper = shown.map(([field, value]) => [field, field === 'country' ? value.toUpperCase() : value] as const)
  // The gate reads it again and says what is wrong with it, field by field.
  return { change: name, ...Object.fromEntries(upper) } as Change
}

function codes(text: string): string[] {
  return text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((code) => code !== '')
}
