// What the prover assumes about a request, piece by piece. A term is a part of a request that policies speak of, such as
// `principal.status`, or an operation on such parts; a term has the same value wherever it occurs in one request.
//
// INVARIANT: the alternatives of a question cover every value and error that its term can have under what is assumed
// already. The prover is sound because of this and because terms are otherwise taken as independent.

import { isEqual, type CedarValue } from './values.ts'

export type Assumption =
  | { readonly is: 'value'; readonly value: CedarValue }
  /** A value, none of these. */
  | { readonly is: 'other'; readonly not: readonly CedarValue[] }
  /** The attribute is not there, in a record or entity (or the entity is not there). */
  | { readonly is: 'missing' }
  | { readonly is: 'error' }

export type Assumptions = ReadonlyMap<string, Assumption>

/** A term that must be settled before evaluation can go on, and all that it can be. */
export interface Question {
  readonly kind: 'open'
  readonly term: string
  readonly alternatives: readonly Assumption[]
}

/** A term; which of the ways of not having a value are open to it. */
export interface Term {
  readonly kind: 'term'
  readonly key: string
  readonly canBeMissing: boolean
  readonly canFail: boolean
  /** Certainly an entity or a record, and nothing else is known of it. */
  readonly isWhole: boolean
}

/** Settle a term as far as needed to tell whether it is one of some values. */
export function settle(term: Term, values: readonly CedarValue[], assumed: Assumptions): Assumption | Question {
  const now = assumed.get(term.key)
  if (now !== undefined && now.is !== 'other') return now
  const excluded = now?.not ?? []
  const asked = values.filter((value) => !excluded.some((one) => isEqual(one, value)))
  if (now !== undefined && asked.length === 0) return now
  const alternatives: Assumption[] = asked.map((value) => ({ is: 'value', value }))
  alternatives.push({ is: 'other', not: [...excluded, ...asked] })
  if (now === undefined && term.canBeMissing) alternatives.push({ is: 'missing' })
  if (now === undefined && term.canFail) alternatives.push({ is: 'error' })
  return { kind: 'open', term: term.key, alternatives }
}
