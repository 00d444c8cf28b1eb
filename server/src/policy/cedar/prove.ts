// The prover of invariant I5: that no request in a whole space of requests can be permitted, whatever its attributes are
// that the space leaves open. For each action and each permit it looks for a way in which that permit holds while no
// forbid does and none of these is in error, splitting cases on what evaluation asks for. No way left: proved. A way that
// a concrete request confirms: a counterexample. Anything else counts against the policies.
//
// Proofs are about `evaluateStrictly`, where errors deny.

import { Problem } from '@sallyport/protocol'
import type { Assumption, Assumptions } from './assumption.ts'
import type { CedarRequest, CompiledPolicies } from './compile.ts'
import { findRequest } from './counterexample.ts'
import { mentionsOf } from './mentions.ts'
import { attributeKey, policyVerdict, type View } from './symbolic.ts'
import type { Policy } from './syntax.ts'
import { valueText, type CedarValue, type EntityUid } from './values.ts'

/** A space of requests: what is fixed. Everything else is open, types of attributes included. */
export interface RequestSpace {
  /**
   * Attribute paths such as `principal.usPerson` or `context.coverage.live`, and the values each can have. Every request
   * of the space has these attributes.
   */
  readonly fixed: Readonly<Record<string, readonly CedarValue[]>>
  /** The actions. No request may say of them that they are in a group. */
  readonly actions: readonly EntityUid[]
}

/** What speaks against a policy set, for a person to read. */
export interface Counterexample {
  /** `request`: this request is permitted. `unsettled`: no request was found, and no proof that there is none. */
  readonly kind: 'request' | 'unsettled'
  readonly action: string
  /** What the request is like, as Cedar text: `principal.rostered` is `true`. */
  readonly because: readonly { readonly path: string; readonly value: string }[]
  readonly permittedBy: readonly string[]
}

export type Proof =
  | { readonly proved: true; readonly cases: number }
  | {
      readonly proved: false
      readonly counterexample: Counterexample
      /** The permitted request itself, where there is one. */
      readonly request: CedarRequest | null
    }

/** Bounds on the work: beyond them a set is not proved. */
export interface ProofLimits {
  readonly maxCases: number
}

/**
 * Prove that no request of a space can be permitted, or say what speaks against it. Sound for every policy set; a set that
 * is safe for reasons the prover cannot see is refused as `unsettled`.
 */
export function prove(
  compiled: CompiledPolicies,
  space: RequestSpace,
  { maxCases }: ProofLimits = { maxCases: 200_000 },
): Proof {
  requireSpace(space)
  const budget: Budget = { left: maxCases }
  const mentions = mentionsOf(compiled.policies, Object.keys(space.fixed))
  const permits = compiled.policies.filter((policy) => policy.effect === 'permit')
  const forbids = compiled.policies.filter((policy) => policy.effect === 'forbid').map(demandFalse)
  let unsettled: Way | null = null
  for (const action of space.actions) {
    for (const assumed of pointsOf(space.fixed)) {
      const view: View = { action, whole: wholes(space.fixed), assumed }
      if (forbids.some((forbid) => isRefuted([forbid], view, budget))) continue
      for (const permit of permits) {
        const demands = [{ policy: permit, wanted: true }, ...forbids]
        const way = wayIn(demands, view, budget, (leaf) => findRequest(compiled, mentions, leaf))
        if (way === null) continue
        if (way.request !== null) return refuted(way.request, compiled)
        unsettled ??= way
      }
    }
  }
  if (unsettled === null) return { proved: true, cases: maxCases - budget.left }
  return { proved: false, counterexample: unsettledPoint(unsettled), request: null }
}

// A space without points would prove anything, and so would one that says two things of one attribute.
function requireSpace({ fixed, actions }: RequestSpace): void {
  const paths = Object.keys(fixed)
  const isSound =
    actions.length > 0 &&
    paths.every((path) => /^(principal|resource|context)(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(path)) &&
    Object.values(fixed).every((values) => values.length > 0) &&
    !paths.some((path) => paths.some((other) => other.startsWith(`${path}.`)))
  if (!isSound) {
    throw new Problem(
      'invalid-request',
      'cannot prove: the space is empty or contradicts itself, want actions and values',
    )
  }
}

interface Budget {
  left: number
}

interface Way {
  readonly view: View
  readonly permit: string
  readonly request: CedarRequest | null
}

/** A policy and what it must answer. */
interface Demand {
  readonly policy: Policy
  readonly wanted: boolean
}

function demandFalse(policy: Policy): Demand {
  return { policy, wanted: false }
}

// Null only when there is surely no way.
function wayIn(
  demands: readonly Demand[],
  view: View,
  budget: Budget,
  confirm: (leaf: View) => CedarRequest | null,
): Way | null {
  const [permitted, ...forbids] = demands
  if (permitted === undefined || isRefuted([permitted], view, budget)) return null
  // Two demands are easier to refute than all of them, and refuting two refutes all.
  if (forbids.some((forbid) => isRefuted([permitted, forbid], view, budget))) return null
  const permit = permitted.policy.id
  let reached: Way | null = null
  let tries = maxTries
  const stopped = firstWay(demands, view, budget, (leaf) => {
    reached = { view: leaf, permit, request: confirm(leaf) }
    return reached.request !== null || --tries === 0
  })
  return reached ?? (stopped === null ? null : { view: stopped, permit, request: null })
}

// True only when the demands surely cannot all be met.
function isRefuted(demands: readonly Demand[], view: View, budget: Budget): boolean {
  const allowance: Budget = { left: Math.min(budget.left, maxCasesOfFew) }
  const before = allowance.left
  const found = firstWay(demands, view, allowance, () => true)
  budget.left -= before - allowance.left
  return found === null
}

const maxCasesOfFew = 2000
const maxTries = 40

// Walks the cases in which all demands are met. Null when there is none, or when none of them is taken; the view as it
// stands when one is taken, or when the budget is spent.
function firstWay(demands: readonly Demand[], view: View, budget: Budget, take: (leaf: View) => boolean): View | null {
  if (budget.left <= 0) return view
  budget.left--
  let question = null
  for (const { policy, wanted } of demands) {
    const verdict = policyVerdict(policy, view)
    if (verdict.kind === 'open') question ??= verdict
    else if (verdict.kind === 'error' || verdict.value !== wanted) return null
  }
  if (question === null) return take(view) ? view : null
  for (const alternative of question.alternatives) {
    const assumed = new Map(view.assumed).set(question.term, alternative)
    const found = firstWay(demands, { ...view, assumed }, budget, take)
    if (found !== null) return found
  }
  return null
}

// Every combination of the values that the fixed attributes can have.
function pointsOf(fixed: RequestSpace['fixed']): readonly Assumptions[] {
  let points: ReadonlyMap<string, Assumption>[] = [new Map()]
  for (const [path, values] of Object.entries(fixed)) {
    points = points.flatMap((point) =>
      values.map((value) => new Map<string, Assumption>(point).set(keyOf(path), { is: 'value', value })),
    )
  }
  return points
}

function keyOf(path: string): string {
  const [root = '', ...names] = path.split('.')
  return names.reduce(attributeKey, root)
}

// What holds a fixed attribute is there, and is a record or an entity.
function wholes(fixed: RequestSpace['fixed']): ReadonlySet<string> {
  return new Set(
    Object.keys(fixed).flatMap((path) => {
      const names = path.split('.')
      return names.slice(1, -1).map((_, at) => keyOf(names.slice(0, at + 2).join('.')))
    }),
  )
}

function refuted(request: CedarRequest, compiled: CompiledPolicies): Proof {
  const attributes = (root: string, of: EntityUid) =>
    Object.entries(request.entities.get(of.key)?.attrs ?? {}).map(([name, value]) => ({
      path: attributeKey(root, name),
      value: valueText(value),
    }))
  const groups = (root: string, of: EntityUid) =>
    [...(request.entities.get(of.key)?.ancestors ?? [])].map((group) => ({ path: `${root} in`, value: group }))
  const context = Object.entries(request.context)
  return {
    proved: false,
    request,
    counterexample: {
      kind: 'request',
      action: request.action.toString(),
      because: [
        { path: 'principal', value: request.principal.toString() },
        ...attributes('principal', request.principal),
        ...groups('principal', request.principal),
        { path: 'resource', value: request.resource.toString() },
        ...attributes('resource', request.resource),
        ...groups('resource', request.resource),
        ...context.map(([name, value]) => ({ path: attributeKey('context', name), value: valueText(value) })),
      ],
      permittedBy: compiled.evaluateStrictly(request).determining,
    },
  }
}

function unsettledPoint({ permit, view }: Way): Counterexample {
  return {
    kind: 'unsettled',
    action: view.action.toString(),
    because: [...view.assumed].map(([path, assumption]) => ({ path, value: assumptionText(assumption) })),
    permittedBy: [permit],
  }
}

function assumptionText(assumption: Assumption): string {
  if (assumption.is === 'value') return valueText(assumption.value)
  if (assumption.is !== 'other') return assumption.is
  return assumption.not.length === 0 ? 'anything' : `anything but ${assumption.not.map(valueText).join(', ')}`
}
