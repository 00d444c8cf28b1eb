// Evaluation of a policy over a whole space of requests: as far as what is assumed settles it, and otherwise to the
// first question that must be settled. It follows Cedar's order of evaluation, so an answer is what every concrete
// request under these assumptions would get.

import { settle, type Assumptions, type Question, type Term } from './assumption.ts'
import type { EntityStore } from './entities.ts'
import { extensionFunctions } from './extensions.ts'
import { applyUnary, isLike, operations, readAttribute } from './operators.ts'
import type { Expression, Policy } from './syntax.ts'
import { EntityUid, EvaluationError, includes, isRecord, isSet, valueText, type CedarValue } from './values.ts'

/** A space of requests: one action, everything else open but for the assumptions. */
export interface View {
  /** The action of all requests; no entity of a request says more about it, so it is in no group. */
  readonly action: EntityUid
  /** Terms that are surely records or entities, because something in them is fixed. */
  readonly whole: ReadonlySet<string>
  readonly assumed: Assumptions
}

export type Verdict = { readonly kind: 'value'; readonly value: boolean } | Failure | Question

interface Failure {
  readonly kind: 'error'
}

type Seen = { readonly kind: 'value'; readonly value: CedarValue } | Failure | Term | Question

const failure: Failure = { kind: 'error' }
const value = (value: CedarValue): Seen => ({ kind: 'value', value })
const truth = (value: boolean): Verdict => ({ kind: 'value', value })

/** Evaluate a policy: true, false, error, or the first question. */
export function policyVerdict(policy: Policy, view: View): Verdict {
  for (const part of [policy.action, policy.principal, policy.resource, ...policy.conditions]) {
    const verdict = test(part, view)
    if (verdict.kind !== 'value' || !verdict.value) return verdict
  }
  return truth(true)
}

/** The key of an attribute of a term. */
export function attributeKey(of: string, name: string): string {
  return `${of}.${/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name)}`
}

/** The key of the type of the principal or the resource. */
export function typeKey(root: string): string {
  return `type of ${root}`
}

/** The key of an operation, over the keys of its terms and the text of its values. */
export function operationKey(operator: string, operands: readonly string[]): string {
  return `${operator}(${operands.join(', ')})`
}

// In the place of a boolean: anything else is an error.
function test(expression: Expression, view: View): Verdict {
  const seen = see(expression, view)
  if (seen.kind === 'value') return typeof seen.value === 'boolean' ? truth(seen.value) : failure
  if (seen.kind !== 'term') return seen
  if (seen.isWhole) return failure
  const settled = settle(seen, [true, false], view.assumed)
  if ('kind' in settled) return settled
  return settled.is === 'value' && typeof settled.value === 'boolean' ? truth(settled.value) : failure
}

function see(expression: Expression, view: View): Seen {
  switch (expression.kind) {
    case 'value':
      return value(expression.value)
    case 'variable':
      return expression.name === 'action' ? value(view.action) : whole(expression.name)
    case 'unary':
      return expression.op === '!' ? negated(test(expression.of, view)) : seeUnary(expression.op, expression.of, view)
    case 'and': {
      const left = test(expression.left, view)
      return left.kind === 'value' && left.value ? test(expression.right, view) : left
    }
    case 'or': {
      const left = test(expression.left, view)
      return left.kind === 'value' && !left.value ? test(expression.right, view) : left
    }
    case 'if': {
      const chosen = test(expression.test, view)
      return chosen.kind === 'value' ? see(chosen.value ? expression.whenTrue : expression.whenFalse, view) : chosen
    }
    case 'binary':
      return seeBinary(expression, view)
    case 'attribute':
      return seeAttribute(see(expression.of, view), expression.name, view)
    case 'has':
      return seeHas(see(expression.of, view), expression.name, view)
    case 'like': {
      const { pattern } = expression
      const work = (text: CedarValue) => (typeof text === 'string' ? value(isLike(text, pattern)) : failure)
      return over(`like ${JSON.stringify(pattern)}`, [expression.of], view, ([of = false]) => work(of))
    }
    case 'is':
      return seeIs(see(expression.of, view), expression.type, view)
    case 'set':
      return over('set', expression.items, view, (items) => value(items))
    case 'record': {
      const names = expression.fields.map(([name]) => name)
      const work = (items: readonly CedarValue[]) =>
        value(Object.fromEntries(names.map((name, at) => [name, items[at] ?? false])))
      const fields = expression.fields.map(([, field]) => field)
      return over(`record ${JSON.stringify(names)}`, fields, view, work)
    }
    case 'call': {
      const called = extensionFunctions.get(expression.name)
      if (called?.arity !== expression.args.length) return failure
      return over(expression.name, expression.args, view, ([first = false, second = false]) =>
        outcome(called.call(first, second)),
      )
    }
    default:
      return expression satisfies never
  }
}

function negated(verdict: Verdict): Verdict {
  return verdict.kind === 'value' ? truth(!verdict.value) : verdict
}

function seeUnary(op: 'neg' | 'isEmpty', of: Expression, view: View): Seen {
  return over(op, [of], view, ([only = false]) => outcome(applyUnary(op, only)))
}

function seeBinary(expression: Expression & { kind: 'binary' }, view: View): Seen {
  const { op, left, right } = expression
  if (op === '==' || op === '!=') {
    const equal = seeEqual(see(left, view), see(right, view), view)
    if (op === '==' || equal.kind !== 'value') return equal
    return value(equal.value !== true)
  }
  return over(op, [left, right], view, ([one = false, other = false], key) => {
    // What is in what, and which tags there are, is for the entities of the request to say.
    if (op === 'getTag' || op === 'hasTag') return named(key, view)
    return op === 'in' ? seeIn(one, other, key, view) : outcome(operations[op](one, other, noEntities))
  })
}

const noEntities: EntityStore = new Map()

function seeIn(uid: CedarValue, group: CedarValue, key: string, view: View): Seen {
  if (!(uid instanceof EntityUid)) return failure
  const groups = isSet(group) ? group : [group]
  if (!groups.every((one) => one instanceof EntityUid)) return failure
  if (includes(groups, uid)) return value(true)
  if (groups.length === 0 || uid.key === view.action.key) return value(false)
  return named(key, view)
}

function seeEqual(left: Seen, right: Seen, view: View): Seen {
  if (left.kind === 'open' || left.kind === 'error') return left
  if (right.kind === 'open' || right.kind === 'error') return right
  if (left.kind === 'value') {
    return right.kind === 'value'
      ? outcome(operations['=='](left.value, right.value, noEntities))
      : seeEqual(right, left, view)
  }
  if (right.kind === 'value') return seeEqualTo(left, right.value, view)
  for (const term of [left, right]) {
    const settled = term.isWhole ? null : settle(term, [], view.assumed)
    if (settled === null) continue
    if ('kind' in settled) return settled
    if (settled.is === 'missing' || settled.is === 'error') return failure
    if (settled.is === 'value') return seeEqualTo(term === left ? right : left, settled.value, view)
  }
  if (left.key === right.key) return value(true)
  return named(operationKey('==', [left.key, right.key].sort()), view)
}

function seeEqualTo(term: Term, constant: CedarValue, view: View): Seen {
  if (!term.isWhole) {
    const settled = settle(term, [constant], view.assumed)
    if ('kind' in settled) return settled
    if (settled.is === 'missing' || settled.is === 'error') return failure
    return settled.is === 'value' ? outcome(operations['=='](settled.value, constant, noEntities)) : value(false)
  }
  if (term.key === 'principal' || term.key === 'resource') {
    if (!(constant instanceof EntityUid)) return value(false)
    const type = seeIs(term, constant.type, view)
    if (type.kind !== 'value' || type.value === false) return type
  }
  return named(operationKey('==', [term.key, valueText(constant)]), view)
}

function seeIs(of: Seen, type: string, view: View): Seen {
  if (of.kind === 'value') return of.value instanceof EntityUid ? value(of.value.type === type) : failure
  if (of.kind !== 'term') return of
  if (of.key === 'context') return failure
  if (of.key !== 'principal' && of.key !== 'resource') return named(operationKey(`is ${type}`, [of.key]), view)
  const term: Term = { kind: 'term', key: typeKey(of.key), canBeMissing: false, canFail: false, isWhole: false }
  const settled = settle(term, [type], view.assumed)
  if ('kind' in settled) return settled
  return value(settled.is === 'value' && settled.value === type)
}

function seeAttribute(of: Seen, name: string, view: View): Seen {
  if (of.kind === 'open' || of.kind === 'error') return of
  if (of.kind === 'term') return resolve(attributeTerm(of, name, view), view)
  if (of.value instanceof EntityUid) return resolve(attributeTerm(ofEntity(of.value), name, view), view)
  return isRecord(of.value) ? outcome(readAttribute(of.value, name, noEntities)) : failure
}

function seeHas(of: Seen, name: string, view: View): Seen {
  if (of.kind === 'open' || of.kind === 'error') return of
  if (of.kind === 'value' && !(of.value instanceof EntityUid)) {
    return isRecord(of.value) ? value(Object.hasOwn(of.value, name)) : failure
  }
  const owner = of.kind === 'term' ? of : ofEntity(of.value as EntityUid)
  const term = attributeTerm(owner, name, view)
  if (term.isWhole) return value(true)
  const settled = settle(term, [], view.assumed)
  if ('kind' in settled) return settled
  return settled.is === 'error' ? failure : value(settled.is !== 'missing')
}

function ofEntity(uid: EntityUid): Term {
  return whole(uid.toString())
}

function attributeTerm(of: Term, name: string, view: View): Term {
  const key = attributeKey(of.key, name)
  return { kind: 'term', key, canBeMissing: true, canFail: !of.isWhole, isWhole: view.whole.has(key) }
}

function whole(key: string): Term {
  return { kind: 'term', key, canBeMissing: false, canFail: false, isWhole: true }
}

// The result of an operation that nothing here can compute.
function named(key: string, view: View): Seen {
  return resolve({ kind: 'term', key, canBeMissing: false, canFail: true, isWhole: false }, view)
}

function resolve(term: Term, view: View): Seen {
  const assumed = view.assumed.get(term.key)
  if (assumed?.is === 'value') return value(assumed.value)
  return assumed?.is === 'missing' || assumed?.is === 'error' ? failure : term
}

// An operation that evaluates all of its operands: computed when all are values, else a term of its own.
function over(
  operator: string,
  operands: readonly Expression[],
  view: View,
  work: (values: readonly CedarValue[], key: string) => Seen,
): Seen {
  const values: CedarValue[] = []
  const keys: string[] = []
  for (const operand of operands) {
    const seen = see(operand, view)
    if (seen.kind === 'open' || seen.kind === 'error') return seen
    if (seen.kind === 'value') values.push(seen.value)
    keys.push(seen.kind === 'value' ? valueText(seen.value) : `<${seen.key}>`)
  }
  const key = operationKey(operator, keys)
  return values.length === operands.length ? work(values, key) : named(key, view)
}

function outcome(result: CedarValue | EvaluationError): Seen {
  return result instanceof EvaluationError ? failure : value(result)
}
