// What is to be shown of a policy set, as data: every request as this gate makes it, and what must never come of one. Two methods
// read it and share nothing else but the parsed policies. The fixed guard, which would refuse some of it anyway, has no part in it,
// and "permitted" is Cedar's own answer, in which a policy that cannot be evaluated counts for nothing.

import { actions, type Action } from '@sallyport/protocol'
import type { Attributes } from '../attributes.ts'

export type Shape = 'bool' | 'string' | 'strings' | { readonly [name: string]: Shape }

type ShapeOf<T> = {
  readonly [K in keyof T]: T[K] extends boolean
    ? 'bool'
    : T[K] extends string
      ? 'string'
      : T[K] extends readonly string[]
        ? 'strings'
        : ShapeOf<T[K]>
}

/** What a request holds: these attributes, always and no others, whatever a schema says. */
export const requestShape: ShapeOf<Attributes> = {
  principal: {
    rostered: 'bool',
    status: 'string',
    usPerson: 'bool',
    roles: 'strings',
    programs: 'strings',
    actsForForeignEmployer: 'bool',
  },
  resource: {
    kind: 'string',
    id: 'string',
    labelled: 'bool',
    labelsKnown: 'bool',
    dissemEmpty: 'bool',
    programs: 'strings',
    noForeign: 'bool',
  },
  context: {
    place: { known: 'bool', country: 'string' },
    device: 'string',
    door: 'string',
    human: 'bool',
    coverage: { live: 'bool', territories: 'strings' },
    obligationsFulfillable: 'bool',
  },
}

/** A value that an attribute has; `[]` is the empty set, `not` any other text than that. */
export type RowValue = boolean | string | readonly [] | { readonly not: string }

/** Attributes that come together: each request has exactly one of the rows of each group. */
export interface Group {
  readonly name: string
  readonly rows: readonly Readonly<Record<string, RowValue>>[]
}

const person = (status: string, usPerson: boolean) => ({
  'principal.rostered': true,
  'principal.status': status,
  'principal.usPerson': usPerson,
})

export const groups: readonly Group[] = [
  {
    name: 'person',
    rows: [
      person('us-person', true),
      person('foreign-person', false),
      person('unverified', false),
      person('ended', false),
      {
        'principal.rostered': false,
        'principal.status': 'unrostered',
        'principal.usPerson': false,
        'principal.actsForForeignEmployer': false,
        'principal.roles': [],
        'principal.programs': [],
      },
    ],
  },
  {
    name: 'place',
    rows: [
      { 'context.place.known': false, 'context.place.country': '' },
      { 'context.place.known': true, 'context.place.country': { not: '' } },
    ],
  },
  {
    name: 'coverage',
    rows: [{ 'context.coverage.live': false, 'context.coverage.territories': [] }, { 'context.coverage.live': true }],
  },
]

/** The entity that stands for whoever asks, the same in every request; nothing is in anything, and no entity has tags. */
export const principalName = { type: 'Sallyport::Person', id: 'caller' }
export const actionType = 'Sallyport::Action'

const resourceTypes = {
  file: 'Sallyport::File',
  vault: 'Sallyport::Vault',
  person: 'Sallyport::Person',
  authorization: 'Sallyport::Authorization',
  approval: 'Sallyport::Approval',
  enclave: 'Sallyport::Enclave',
} as const

export type ResourceShape = {
  readonly kind: keyof typeof resourceTypes
  readonly type: string
  readonly id: string | null
}

/** What an action is about. Its id is any text but the caller's; null says so. */
export function resourceOf(action: Action): ResourceShape {
  const kind = actions[action].resource
  return { kind, type: resourceTypes[kind], id: kind === 'enclave' ? 'enclave' : null }
}

export type ClaimId = 'covered' | 'place' | 'device' | 'error'

/** Something that must never come of a request. */
export interface Claim {
  readonly id: ClaimId
  /** What must never be, to go on after "Nobody may be permitted": in plain words. */
  readonly never: string
  readonly actions: readonly Action[]
  /** Which requests it is about: those with all of one of these. */
  readonly regions: readonly Readonly<Record<string, boolean | string>>[]
  /** `permitted`; `in-error`: permitted while a policy cannot be evaluated; `elsewhere-refused`: permitted, and refused on another device. */
  readonly outcome: 'permitted' | 'in-error' | 'elsewhere-refused'
}

const everyAction = Object.keys(actions) as Action[]

/**
 * What releases content or keys, or makes a file known to others. Fetching sealed bytes releases neither: 22 CFR 120.54(a)(5).
 */
export const releasing: readonly Action[] = ['file.open', 'file.share', 'file.receive']

/** Every device is unknown in this version. */
export const unknownDevice = 'unknown'

/**
 * All that is shown. Of devices: an unknown one may be any, the least fit among them, and so nothing may be permitted on it that the
 * same policies refuse on another.
 */
export const claims: readonly Claim[] = [
  {
    id: 'covered',
    never: 'who is neither a verified U.S. person nor a foreign person under a live authorization',
    actions: everyAction,
    regions: [
      { 'principal.status': 'foreign-person', 'context.coverage.live': false },
      { 'principal.status': 'unverified' },
      { 'principal.status': 'ended' },
      { 'principal.status': 'unrostered' },
    ],
    outcome: 'permitted',
  },
  {
    id: 'place',
    never: 'a release to a place that nobody knows',
    actions: releasing,
    regions: [{ 'context.place.known': false }],
    outcome: 'permitted',
  },
  {
    id: 'device',
    never: 'a release to an unknown device that the same policies refuse on another: it may be that one',
    actions: releasing,
    regions: [{ 'context.device': unknownDevice }],
    outcome: 'elsewhere-refused',
  },
  {
    id: 'error',
    never: 'anything while a policy cannot be evaluated',
    actions: everyAction,
    regions: [{}],
    outcome: 'in-error',
  },
]

/** What a method found against a set. */
export interface Refutation {
  readonly claim: ClaimId
  readonly action: Action
  /** A request that does it; null where the method could not settle the matter, and `state` says why. */
  readonly request: { readonly attributes: Attributes; readonly otherDevice: string | null } | null
  readonly state: string
}

export type MethodAnswer =
  | { readonly proved: true; readonly looked: number }
  | { readonly proved: false; readonly refutation: Refutation }
