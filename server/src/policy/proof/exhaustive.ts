// The first method: exhaustive evaluation. Requests are told apart by nothing but what the policies read of them, and every way in
// which one could be permitted is followed until it is cut off, or stands. What it walks through covers every request.

import { actions as known, type Action } from '@sallyport/protocol'
import type { Policy } from '../cedar/syntax.ts'
import { EntityUid } from '../cedar/values.ts'
import { assume, shapeAt, type Assumption, type Assumptions, type Question } from './assumptions.ts'
import { appliesTo, verdictOf } from './partial.ts'
import { Beyond, type Verdict, type View } from './seen.ts'
import { actionType, claims, groups, unknownDevice, type Claim, type MethodAnswer, type RowValue } from './statement.ts'
import { findWitness, type Witness } from './witness.ts'

/** Bounds on the work, in evaluations of one policy: beyond them a set is not proved. */
export interface ExhaustiveLimits {
  readonly maxEvaluations: number
}

/** Show every claim over every request, or say what speaks against it. Sound: what it proves no request refutes. */
export function proveExhaustively(
  policies: readonly Policy[],
  { maxEvaluations }: ExhaustiveLimits = { maxEvaluations: 3_000_000 },
): MethodAnswer {
  const budget: Budget = { left: maxEvaluations }
  for (const claim of claims) {
    for (const action of claim.actions) {
      const found = refute(policies, claim, action, budget)
      if (found === null) continue
      const { request, state } = found
      return { proved: false, refutation: { claim: claim.id, action, request, state } }
    }
  }
  return { proved: true, looked: maxEvaluations - budget.left }
}

interface Budget {
  left: number
}

interface Found {
  readonly request: Witness | null
  readonly state: string
}

class Spent extends Error {}

function refute(policies: readonly Policy[], claim: Claim, action: Action, budget: Budget): Found | null {
  const actionUid = new EntityUid(actionType, action)
  if (!(action in known)) throw new Error('no such action')
  try {
    for (const region of claim.regions) {
      for (const assumed of startsOf(region)) {
        const view: View = { action, actionUid, assumed, isElsewhere: false }
        const found = walk(
          policies.filter((one) => appliesTo(one, view)),
          claim,
          view,
          budget,
        )
        if (found !== null) return found
      }
    }
    return null
  } catch (error) {
    if (error instanceof Beyond) return { request: null, state: error.message }
    if (error instanceof Spent) return { request: null, state: 'there is more to look at than is allowed' }
    throw error
  }
}

function walk(policies: readonly Policy[], claim: Claim, view: View, budget: Budget): Found | null {
  const permits = policies.filter((one) => one.effect === 'permit')
  const forbids = policies
    .filter((one) => one.effect === 'forbid')
    .map((policy): Demand => ({ policy, wants: isNotTrue }))
  // Where one forbid holds of all requests, nothing more need be looked at.
  if (forbids.some((one) => isRefuted([one], view, budget))) return null
  const erring =
    claim.outcome === 'in-error'
      ? policies.map((policy): Demand => ({ policy, wants: isError })).filter((one) => !isRefuted([one], view, budget))
      : [null]
  for (const permit of permits) {
    const permitted: Demand = { policy: permit, wants: isTrue }
    if (forbids.some((one) => isRefuted([permitted, one], view, budget))) continue
    for (const error of erring) {
      const demands = [permitted, ...(error === null ? [] : [error]), ...forbids]
      const found = walkCases(demands, view, budget, (leaf) =>
        claim.outcome === 'elsewhere-refused' ? refusedElsewhere(policies, leaf, budget) : standing(leaf),
      )
      if (found !== null) return found
    }
  }
  return null
}

/** A policy, and what it must come to. */
interface Demand {
  readonly policy: Policy
  readonly wants: (verdict: Exclude<Verdict, Question>) => boolean
}

const isTrue: Demand['wants'] = (verdict) => verdict === true
const isNotTrue: Demand['wants'] = (verdict) => verdict !== true
const isError: Demand['wants'] = (verdict) => verdict === 'error'

function standing({ action, assumed }: View): Found | null {
  const request = findWitness(action, assumed)
  if (request === 'none') return null
  return request === 'unknown'
    ? { request: null, state: 'a text that would have to match some patterns and not others' }
    : { request, state: '' }
}

// The same request on another device: a way in which it is not permitted there.
function refusedElsewhere(policies: readonly Policy[], leaf: View, budget: Budget): Found | null {
  const start: Assumption = { is: 'other', not: [unknownDevice] }
  const view = { ...leaf, assumed: assume(leaf.assumed, [['context.device elsewhere', start]]), isElsewhere: true }
  return settle(policies, view, budget, (isPermitted, end) => (isPermitted ? null : standing(end)))
}

// Walks all cases until it is settled in each whether the policies permit.
function settle(
  policies: readonly Policy[],
  view: View,
  budget: Budget,
  take: (isPermitted: boolean, view: View) => Found | null,
): Found | null {
  let question: Question | null = null
  let isPermitted = false
  let isForbidden = false
  for (const policy of policies) {
    const verdict = look(policy, view, budget)
    if (typeof verdict === 'object') question ??= verdict
    else if (verdict === true && policy.effect === 'permit') isPermitted = true
    else if (verdict === true) isForbidden = true
  }
  if (isForbidden || question === null) return take(isPermitted && !isForbidden, view)
  return firstOf(question, view, (next) => settle(policies, next, budget, take))
}

// True only where the demands surely cannot all be met; gives up early.
function isRefuted(demands: readonly Demand[], view: View, budget: Budget): boolean {
  const allowance: Budget = { left: Math.min(budget.left, maxEvaluationsOfFew) }
  const before = allowance.left
  try {
    return walkCases(demands, view, allowance, () => met) === null
  } catch (error) {
    if (error instanceof Spent && budget.left > maxEvaluationsOfFew) return false
    throw error
  } finally {
    budget.left -= before - allowance.left
  }
}

const met: Found = { request: null, state: '' }
const maxEvaluationsOfFew = 2000

// Walks the cases in which all demands are met, and takes the first that does not come to nothing.
function walkCases(
  demands: readonly Demand[],
  view: View,
  budget: Budget,
  take: (leaf: View) => Found | null,
): Found | null {
  let question: Question | null = null
  const open: Demand[] = []
  for (const demand of demands) {
    const verdict = look(demand.policy, view, budget)
    if (typeof verdict === 'object') {
      question ??= verdict
      open.push(demand)
    } else if (!demand.wants(verdict)) return null
  }
  if (question === null) return take(view)
  return firstOf(question, view, (next) => walkCases(open, next, budget, take))
}

function firstOf(question: Question, view: View, walk: (view: View) => Found | null): Found | null {
  for (const alternative of question.alternatives) {
    const found = walk({ ...view, assumed: assume(view.assumed, alternative) })
    if (found !== null) return found
  }
  return null
}

function look(policy: Policy, view: View, budget: Budget): Verdict {
  if (--budget.left < 0) throw new Spent()
  return verdictOf(policy, view)
}

/** What is assumed of a region from the start: every choice of the rows that it leaves, and the values that it names. */
function startsOf(region: Claim['regions'][number]): readonly Assumptions[] {
  let starts: Assumptions[] = [new Map()]
  for (const { name, rows } of groups) {
    if (!Object.keys(region).some((path) => rows.some((row) => path in row))) continue
    const left = rows.flatMap((row, value) =>
      Object.entries(region).every(([path, wanted]) => fits(row[path], wanted)) ? [value] : [],
    )
    starts = starts.flatMap((start) => left.map((value) => assume(start, [[`row ${name}`, { is: 'row', value }]])))
  }
  for (const [path, wanted] of Object.entries(region)) {
    if (groups.some(({ rows }) => rows.some((row) => path in row))) continue
    if (shapeAt(path.split('.')) === null) throw new Error(`no request has ${path}`)
    const one: Assumption = typeof wanted === 'boolean' ? { is: 'bool', value: wanted } : { is: 'text', value: wanted }
    starts = starts.map((start) => assume(start, [[path, one]]))
  }
  return starts
}

function fits(row: RowValue | undefined, wanted: boolean | string): boolean {
  return row === undefined || typeof row === 'object' || row === wanted
}
