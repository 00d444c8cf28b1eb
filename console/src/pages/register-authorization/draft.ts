// An authorization as it is typed: everything there and possibly empty, in the form that its fields have.

import type { AuthorizationKind } from '@sallyport/protocol'
import type { AnswerOf } from '../../api/index.ts'

export type Terms = AnswerOf<'authorization'>['terms']
export type Party = Terms['parties'][number]
export type Proviso = Terms['provisos'][number]
export type Condition = Extract<Proviso, { readonly kind: 'condition' }>
type Employee = NonNullable<Terms['employees']>[number]

/** Whoever or whatever was picked, with the name that it had. */
export interface Picked {
  readonly id: string
  readonly name: string
}

export interface PartyDraft {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly country: string
  readonly side: Party['side']
  readonly role: string
  readonly under: string
}

export const limitNames = [
  'places',
  'actions',
  'parties',
  'persons',
  'items',
  'programs',
  'until',
  'nda',
  'briefedWithinDays',
  'acknowledged',
] as const
export type LimitName = (typeof limitNames)[number]

export interface ProvisoDraft {
  readonly key: string
  readonly id: string
  readonly text: string
  readonly kind: Proviso['kind']
  /** Of a condition. */
  readonly limits: readonly LimitName[]
  readonly places: readonly string[]
  readonly actions: readonly string[]
  readonly parties: readonly string[]
  readonly persons: readonly Picked[]
  readonly items: readonly string[]
  readonly programs: readonly string[]
  /** An instant; empty where none was chosen. */
  readonly until: string
  readonly briefedWithinDays: string
  readonly obligation: string
  readonly owner: string
  readonly due: string
  readonly evidence: string
}

export interface LineDraft {
  readonly key: string
  readonly id: string
  readonly description: string
  readonly item: string
  readonly quantity: string
  readonly unit: string
  /** USD, as `12500.00`. */
  readonly value: string
}

/** That a license may be used for a country of 22 CFR 126.1. */
export interface DeterminationDraft {
  readonly key: string
  readonly country: string
  readonly text: string
  readonly by: readonly Picked[]
  readonly at: string
}

/** On one employee of another nationality (22 CFR 126.18). */
export interface EmployeeDraft {
  readonly key: string
  readonly person: readonly Picked[]
  readonly option: Employee['option']
  readonly outcome: Employee['outcome']
  readonly text: string
  readonly by: readonly Picked[]
  readonly at: string
}

export interface Draft {
  readonly kind: AuthorizationKind
  readonly number: string
  readonly citation: string
  readonly title: string
  readonly parties: readonly PartyDraft[]
  readonly persons: readonly Picked[]
  readonly countries: readonly string[]
  readonly items: readonly string[]
  readonly programs: readonly string[]
  readonly purposes: readonly string[]
  readonly provisos: readonly ProvisoDraft[]
  readonly determinations: readonly DeterminationDraft[]
  readonly employees: readonly EmployeeDraft[]
  readonly lines: readonly LineDraft[]
  readonly section: string
  readonly evidence: Readonly<Record<string, string>>
  readonly signer: readonly Picked[]
  readonly signedOn: string
  readonly territory: readonly string[]
  readonly registrant: string
  readonly endUse: string
  readonly scope: string
  readonly certificate: string
  readonly replaces: string
  readonly documents: readonly Picked[]
  /** Instants; empty where none was chosen. */
  readonly validFrom: string
  readonly validUntil: string
}

/** What every part of the form gets. */
export interface PartProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

export const newKey = (): string => crypto.randomUUID()

export function emptyDraft(kind: AuthorizationKind, citation: string): Draft {
  return {
    kind,
    citation,
    number: '',
    title: '',
    parties: [],
    persons: [],
    countries: [],
    items: [],
    programs: [],
    purposes: [],
    provisos: [],
    determinations: [],
    employees: [],
    lines: [],
    section: '',
    evidence: {},
    signer: [],
    signedOn: '',
    territory: [],
    registrant: '',
    endUse: '',
    scope: '',
    certificate: '',
    replaces: '',
    documents: [],
    validFrom: '',
    validUntil: '',
  }
}

export function emptyProviso(provisos: readonly { readonly id: string }[]): ProvisoDraft {
  return {
    key: newKey(),
    id: freeName('p', provisos),
    text: '',
    kind: 'condition',
    limits: [],
    places: [],
    actions: [],
    parties: [],
    persons: [],
    items: [],
    programs: [],
    until: '',
    briefedWithinDays: '',
    obligation: 'watermark',
    owner: '',
    due: '',
    evidence: '',
  }
}

/** The first of `p-1`, `p-2` and so on that nothing has yet. */
export function freeName(prefix: string, taken: readonly { readonly id: string }[]): string {
  let at = 1
  while (taken.some(({ id }) => id === `${prefix}-${at}`)) at++
  return `${prefix}-${at}`
}
