// The exhaustive method evaluates a policy over many requests at once: as far as what is assumed settles it, and otherwise to the
// first question. It follows Cedar's order of evaluation, so that an answer is what every request under these assumptions gets.

import { entityStore } from '../cedar/entities.ts'
import { extensionFunctions } from '../cedar/extensions.ts'
import { applyUnary, isLike, operations } from '../cedar/operators.ts'
import type { BinaryOperator, Expression, PatternPart, Policy } from '../cedar/syntax.ts'
import { EntityUid, EvaluationError, type CedarValue } from '../cedar/values.ts'
import { canonical, shapeAt, type Question } from './assumptions.ts'
import { askSets, covers, each, equal, holds, isSetLike, itemsOf, meets, some } from './relations.ts'
import {
  askAtom,
  attributeAt,
  Beyond,
  failure,
  fieldsOf,
  from,
  isEntity,
  test,
  typeOf,
  value,
  type Seen,
  type Verdict,
  type View,
} from './seen.ts'

/** Evaluate a policy: true, false, error, or the first question. Throws `Beyond`. */
export function verdictOf(policy: Policy, view: View): Verdict {
  for (const part of [policy.principal, policy.resource, ...policy.conditions]) {
    const verdict = test(see(part, view))
    if (verdict !== true) return verdict
  }
  return true
}

/** Whether a policy is about the action at all. */
export function appliesTo(policy: Policy, view: View): boolean {
  return test(see(policy.action, view)) === true
}

function see(expression: Expression, view: View): Seen {
  switch (expression.kind) {
    case 'value':
      return value(expression.value)
    case 'variable':
      return seeVariable(expression.name, view)
    case 'and':
    case 'or': {
      const left = test(see(expression.left, view))
      return left === (expression.kind === 'and') ? from(test(see(expression.right, view))) : from(left)
    }
    case 'if': {
      const chosen = test(see(expression.test, view))
      if (typeof chosen !== 'boolean') return from(chosen)
      return see(chosen ? expression.whenTrue : expression.whenFalse, view)
    }
    case 'unary':
      return seeUnary(expression, view)
    case 'binary':
      return whole(
        [see(expression.left, view), () => see(expression.right, view)],
        ([left = failure, right = failure]) => seeBinary(expression.op, left, right, view),
      )
    case 'attribute':
      return whole([see(expression.of, view)], ([of = failure]) => seeAttribute(of, expression.name, view))
    case 'has':
      return whole([see(expression.of, view)], ([of = failure]) => seeHas(of, expression.name, view))
    case 'like':
      return whole([see(expression.of, view)], ([of = failure]) => seeLike(of, expression.pattern, view))
    case 'is':
      return whole([see(expression.of, view)], ([of = failure]) => {
        const type = typeOf(of, view)
        return type === null ? failure : value(type === expression.type)
      })
    case 'set':
      return whole(
        expression.items.map((item) => () => see(item, view)),
        (items) => ({ kind: 'list', items }),
      )
    case 'record':
      return whole(
        expression.fields.map(
          ([, field]) =>
            () =>
              see(field, view),
        ),
        (items) => ({
          kind: 'fields',
          fields: new Map(expression.fields.map(([name], at) => [name, items[at] ?? failure])),
        }),
      )
    case 'call':
      return whole(
        expression.args.map((arg) => () => see(arg, view)),
        (args) => seeCall(expression.name, args),
      )
    default:
      return expression satisfies never
  }
}

// In order, to the first error or question.
function whole(parts: readonly (Seen | (() => Seen))[], work: (seen: readonly Seen[]) => Seen): Seen {
  const seen: Seen[] = []
  for (const part of parts) {
    const one = typeof part === 'function' ? part() : part
    if (one.kind === 'error' || one.kind === 'question') return one
    seen.push(one)
  }
  return work(seen)
}

function seeVariable(name: 'principal' | 'action' | 'resource' | 'context', view: View): Seen {
  if (name === 'context') return { kind: 'record', names: ['context'] }
  return name === 'action' ? value(view.actionUid) : { kind: 'entity', of: name }
}

function seeUnary({ op, of }: Expression & { kind: 'unary' }, view: View): Seen {
  if (op === '!') {
    const verdict = test(see(of, view))
    return from(typeof verdict === 'boolean' ? !verdict : verdict)
  }
  return whole([see(of, view)], ([only = failure]) => {
    if (only.kind === 'set' && op === 'isEmpty') return askSets('empty', only.path, '', view)
    if (only.kind === 'list' && op === 'isEmpty') return value(only.items.length === 0)
    return only.kind === 'value' ? outcome(applyUnary(op, only.value)) : failure
  })
}

function seeBinary(op: BinaryOperator, left: Seen, right: Seen, view: View): Seen {
  switch (op) {
    case '==':
      return from(equal(left, right, view))
    case '!=': {
      const verdict = equal(left, right, view)
      return from(typeof verdict === 'boolean' ? !verdict : verdict)
    }
    case 'in':
      return seeIn(left, right, view)
    case 'contains':
      return isSetLike(left) ? from(holds(left, right, view)) : failure
    case 'containsAll':
      return isSetLike(left) && isSetLike(right) ? from(covers(left, right, view)) : failure
    case 'containsAny':
      return isSetLike(left) && isSetLike(right) ? from(meets(left, right, view)) : failure
    case 'hasTag':
    case 'getTag':
      // No entity has tags, so that every tag is missing.
      if (typeOf(left, view) === null || !isText(right)) return failure
      return op === 'hasTag' ? value(false) : failure
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
      return left.kind === 'value' && right.kind === 'value'
        ? outcome(operations[op](left.value, right.value, entityStore([])))
        : failure
    default:
      return op satisfies never
  }
}

function isText(seen: Seen): boolean {
  return seen.kind === 'text' || (seen.kind === 'value' && typeof seen.value === 'string')
}

function seeIn(left: Seen, right: Seen, view: View): Seen {
  if (typeOf(left, view) === null) return failure
  if (!isSetLike(right)) return typeOf(right, view) === null ? failure : from(equal(left, right, view))
  if (right.kind === 'set') {
    const isEmpty = askSets('empty', right.path, '', view)
    return isEmpty.kind === 'value' && isEmpty.value === false
      ? failure
      : isEmpty.kind === 'value'
        ? value(false)
        : isEmpty
  }
  const items = itemsOf(right)
  if (items.some((item) => typeOf(item, view) === null)) return failure
  return from(some(each(items, (item) => equal(left, item, view))))
}

/** Which entity of the request an entity is; `missing` for one that is none of them. */
function entityAt(of: Seen, view: View): 'principal' | 'resource' | 'missing' | 'none' | Question {
  if (of.kind === 'entity') return of.of
  if (of.kind !== 'value' || !(of.value instanceof EntityUid)) return 'none'
  for (const one of ['principal', 'resource'] as const) {
    const verdict = isEntity(one, of.value, view)
    if (typeof verdict === 'object') return verdict
    if (verdict === true) return one
  }
  return 'missing'
}

function seeAttribute(of: Seen, name: string, view: View): Seen {
  if (of.kind === 'record') return attributeAt([...of.names, name], view)
  const fields = of.kind === 'fields' || of.kind === 'value' ? fieldsOf(of, view) : null
  if (fields !== null) return fields.get(name) ?? failure
  const entity = entityAt(of, view)
  if (typeof entity === 'object') return entity
  return entity === 'missing' || entity === 'none' ? failure : attributeAt([entity, name], view)
}

function seeHas(of: Seen, name: string, view: View): Seen {
  if (of.kind === 'record') return value(shapeAt([...of.names, name]) !== null)
  const fields = of.kind === 'fields' || of.kind === 'value' ? fieldsOf(of, view) : null
  if (fields !== null) return value(fields.has(name))
  const entity = entityAt(of, view)
  if (typeof entity === 'object') return entity
  if (entity === 'none') return failure
  return value(entity !== 'missing' && shapeAt([entity, name]) !== null)
}

function seeLike(of: Seen, pattern: readonly PatternPart[], view: View): Seen {
  if (of.kind === 'value') return typeof of.value === 'string' ? value(isLike(of.value, pattern)) : failure
  if (of.kind !== 'text') return failure
  const term = canonical(of.term, view.assumed)
  return from(askAtom({ of: 'like', term, pattern: JSON.stringify(pattern) }, view))
}

function seeCall(name: string, args: readonly Seen[]): Seen {
  const called = extensionFunctions.get(name)
  if (called?.arity !== args.length) return failure
  const values = args.map((arg) => {
    if (arg.kind !== 'value') throw new Beyond(`${name}() is called with what only a request knows`)
    return arg.value
  })
  return outcome(called.call(values[0] ?? false, values[1] ?? false))
}

function outcome(result: CedarValue | EvaluationError): Seen {
  return result instanceof EvaluationError ? failure : value(result)
}
