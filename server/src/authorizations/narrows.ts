// Whether other terms of an authorization only take away. INVARIANT: I8. What only narrows one officer does at once, so that this says
// no wherever it is not sure; a property over generated terms and questions holds it to what coverage says.

import {
  canonicalJson,
  particularNames,
  type AuthorizationTerms,
  type Json,
  type Proviso,
  type ProvisoCondition,
} from '@sallyport/protocol'

/** Tell whether whoever is covered after the change was covered before it, for the same and with at least the same obligations.
 * Documents may come and go, and what the paper says besides may be filled in. */
export function narrows(before: AuthorizationTerms, after: AuthorizationTerms): boolean {
  return (
    before.number === after.number &&
    before.kind === after.kind &&
    before.citation === after.citation &&
    before.title === after.title &&
    (['persons', 'countries', 'items', 'programs', 'purposes', 'parties', 'determinations'] as const).every((list) =>
      isSubset(after[list], before[list]),
    ) &&
    Date.parse(before.validFrom) <= Date.parse(after.validFrom) &&
    Date.parse(after.validUntil) <= Date.parse(before.validUntil) &&
    employeesNarrow(before.employees ?? [], after.employees ?? []) &&
    linesNarrow(before.lines ?? [], after.lines ?? []) &&
    particularNames.every((name) => before[name] === undefined || before[name] === after[name]) &&
    exemptionNarrows(before.exemption, after.exemption) &&
    before.provisos.every((one) => after.provisos.some((other) => isAtLeast(one, other)))
  )
}

type Lines = NonNullable<AuthorizationTerms['lines']>

// What is used up ends a license, so that one without lines never ends that way: the last line may not go. SPEC: 22 CFR 123.21, 123.25.
function linesNarrow(before: Lines, after: Lines): boolean {
  if (before.length > 0 && after.length === 0) return false
  return after.every((one) => {
    const was = before.find(({ id }) => id === one.id)
    return (
      was !== undefined &&
      one.quantity <= was.quantity &&
      one.valueCents <= was.valueCents &&
      isSame({ ...one, quantity: 0, valueCents: 0 }, { ...was, quantity: 0, valueCents: 0 })
    )
  })
}

type Employees = NonNullable<AuthorizationTerms['employees']>

// A refusal bars, so that none may go; what covers may.
function employeesNarrow(before: Employees, after: Employees): boolean {
  const of = (all: Employees, outcome: Employees[number]['outcome']) => all.filter((one) => one.outcome === outcome)
  return (
    isSubset(of(after, 'covered'), of(before, 'covered')) &&
    of(before, 'refused').every((one) => of(after, 'refused').some((other) => isSoon(one, other)))
  )
}

function isSoon(before: Employees[number], after: Employees[number]): boolean {
  return before.person === after.person && Date.parse(after.at) <= Date.parse(before.at)
}

// A claim adds conditions to what had none. Of a claim that is there, only places of release may go.
function exemptionNarrows(before: AuthorizationTerms['exemption'], after: AuthorizationTerms['exemption']): boolean {
  if (after === undefined) return before === undefined
  const { territory = [], ...rest } = after
  if (before === undefined) return territory.length === 0
  const { territory: was = [], ...claimed } = before
  return isSame(claimed, rest) && isSubset(territory, was)
}

/** Whether a proviso asks for at least what it asked for. */
function isAtLeast(before: Proviso, after: Proviso): boolean {
  if (before.kind !== 'condition' || after.kind !== 'condition') return isSame(before, after)
  if (before.id !== after.id || before.text !== after.text) return false
  return (
    (['persons', 'parties', 'places', 'actions', 'items', 'programs'] as const).every((list) =>
      isFewer(before[list], after[list]),
    ) &&
    isEarlier(before.until, after.until) &&
    isShorter(before, after) &&
    (before.nda === undefined || after.nda === true) &&
    (before.acknowledged === undefined || after.acknowledged === true)
  )
}

function isFewer(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  return before === undefined || (after !== undefined && isSubset(after, before))
}

function isEarlier(before: string | undefined, after: string | undefined): boolean {
  return before === undefined || (after !== undefined && Date.parse(after) <= Date.parse(before))
}

function isShorter({ briefedWithinDays: before }: ProvisoCondition, { briefedWithinDays: after }: ProvisoCondition) {
  return before === undefined || (after !== undefined && after <= before)
}

function isSubset(some: readonly Json[], all: readonly Json[]): boolean {
  const known = new Set(all.map((one) => canonicalJson(one)))
  return some.every((one) => known.has(canonicalJson(one)))
}

function isSame(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b)
}
