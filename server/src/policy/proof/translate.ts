// The second method's reading of a policy: from its syntax to SMT. It shares nothing with the evaluator or with the exhaustive method
// but the syntax tree.

import type { BinaryOperator, Expression, PatternPart, Policy } from '../cedar/syntax.ts'
import { EntityUid } from '../cedar/values.ts'
import { isLike } from './smt-like.ts'
import { callExtension } from './smt-extensions.ts'
import { and, constant, integer, not, or, sameText, type Script, type Text } from './smt-script.ts'
import {
  always,
  areEqual,
  asBool,
  bool,
  choose,
  coversAll,
  coversAny,
  error,
  fromBool,
  holds,
  isEmpty,
  isFine,
  isSet,
  over,
  overTwo,
  under,
  type Term,
  type Value,
} from './smt-values.ts'

/** One entity that requests hold. */
export interface WorldEntity {
  readonly type: string
  readonly id: Text
  readonly attributes: ReadonlyMap<string, Term>
  readonly tags: ReadonlyMap<string, Term>
  readonly ancestors: readonly Value[]
}

/** What the variables of policies stand for, and every entity that there is; no two of them have one name. */
export interface World {
  readonly principal: Value
  readonly action: Value
  readonly resource: Value
  readonly context: Term
  readonly entities: readonly WorldEntity[]
}

/** What a policy comes to: it holds, it is in error, or neither. */
export interface PolicyTerm {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly holds: string
  readonly fails: string
}

/** Translate a policy over a world. Throws `Untranslatable`. */
export function translatePolicy(policy: Policy, world: World, script: Script): PolicyTerm {
  const translate = translator(world, script)
  let sofar = 'true'
  let fails = 'false'
  for (const part of [policy.action, policy.principal, policy.resource, ...policy.conditions]) {
    if (sofar === 'false') break
    const { holds, fine } = asBool(translate(part), script)
    fails = or(fails, and(sofar, not(fine)))
    sofar = script.share('Bool', and(sofar, fine, holds))
  }
  return { id: policy.id, effect: policy.effect, holds: sofar, fails: script.share('Bool', fails) }
}

/** Whether a set permits, as Cedar answers, and whether a policy of it is in error. */
export function translateSet(
  policies: readonly Policy[],
  world: World,
  script: Script,
): { readonly permitted: string; readonly inError: string; readonly terms: readonly PolicyTerm[] } {
  const terms = policies.map((policy) => translatePolicy(policy, world, script))
  const some = (effect: 'permit' | 'forbid') =>
    or(...terms.filter((one) => one.effect === effect).map((one) => one.holds))
  return {
    terms,
    permitted: script.share('Bool', and(some('permit'), not(script.share('Bool', some('forbid'))))),
    inError: script.share('Bool', or(...terms.map((one) => one.fails))),
  }
}

type Translate = (expression: Expression) => Term

function translator(world: World, script: Script): Translate {
  const translate: Translate = (expression) => {
    switch (expression.kind) {
      case 'value':
        return literal(expression.value)
      case 'variable':
        return expression.name === 'context' ? world.context : always(world[expression.name])
      case 'and':
      case 'or': {
        const isAnd = expression.kind === 'and'
        const left = asBool(translate(expression.left), script)
        const right = fromBool(asBool(translate(expression.right), script))
        return choose(left, isAnd ? right : bool('true'), isAnd ? bool('false') : right, script)
      }
      case 'if':
        return choose(
          asBool(translate(expression.test), script),
          translate(expression.whenTrue),
          translate(expression.whenFalse),
          script,
        )
      case 'unary':
        return over(translate(expression.of), script, (value) => unary(expression.op, value))
      case 'binary': {
        const { op } = expression
        const [left, right] = [translate(expression.left), translate(expression.right)]
        if (op === '==' || op === '!=') {
          const equal = areEqual(left, right, script)
          return under(and(isFine(left), isFine(right)), bool(op === '==' ? equal : not(equal)))
        }
        return overTwo(left, right, script, (one, other) => binary(op, one, other, world, script))
      }
      case 'attribute':
        return over(translate(expression.of), script, (value) => attribute(value, expression.name, world))
      case 'has':
        return over(translate(expression.of), script, (value) => has(value, expression.name, world))
      case 'like':
        return over(translate(expression.of), script, (value) =>
          value.is === 'text' ? bool(like(value.text, expression.pattern)) : error,
        )
      case 'is':
        return over(translate(expression.of), script, (value) =>
          value.is === 'uid' ? bool(String(value.type === expression.type)) : error,
        )
      case 'set': {
        const items = expression.items.map(translate)
        return under(and(...items.map(isFine)), always({ is: 'list', items }))
      }
      case 'record': {
        const fields = new Map(expression.fields.map(([name, field]) => [name, translate(field)]))
        return under(and(...[...fields.values()].map(isFine)), always({ is: 'record', fields }))
      }
      case 'call': {
        const [first, second, ...more] = expression.args.map(translate)
        if (first === undefined || more.length > 0) return error
        if (second === undefined) return over(first, script, (one) => callExtension(expression.name, [one]))
        return overTwo(first, second, script, (one, other) => callExtension(expression.name, [one, other]))
      }
      default:
        return expression satisfies never
    }
  }
  return translate
}

/** A value as it stands in a policy or a request. */
export function literal(value: unknown): Term {
  if (typeof value === 'boolean') return bool(String(value))
  if (typeof value === 'string') return always({ is: 'text', text: constant(value) })
  if (typeof value === 'number' || typeof value === 'bigint') return always({ is: 'long', smt: integer(BigInt(value)) })
  if (Array.isArray(value)) return always({ is: 'list', items: value.map(literal) })
  if (value instanceof EntityUid) return always({ is: 'uid', type: value.type, id: constant(value.id) })
  const written = /^([a-z]+)\("([^"]*)"\)(?:\.offset\(duration\("([^"]*)"\)\))?$/.exec(
    isPlain(value) ? '' : String(value),
  )
  if (written !== null) return extensionLiteral(written)
  return always({
    is: 'record',
    fields: new Map(Object.entries(value as object).map(([name, one]) => [name, literal(one)])),
  })
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function extensionLiteral([, name = '', argument = '', by]: readonly (string | undefined)[]): Term {
  const call = (name: string, argument: string) => callExtension(name, [{ is: 'text', text: constant(argument) }])
  const made = call(name, argument)
  if (by === undefined) return made
  const [from, duration] = [made[0]?.value, call('duration', by)[0]?.value]
  return from === undefined || duration === undefined ? error : callExtension('offset', [from, duration])
}

const least = integer(-(2n ** 63n))
const greatest = integer(2n ** 63n - 1n)

function inLong(smt: string): Term {
  return [{ when: `(and (<= ${least} ${smt}) (<= ${smt} ${greatest}))`, value: { is: 'long', smt } }]
}

function unary(op: '!' | 'neg' | 'isEmpty', value: Value): Term {
  if (op === '!') return value.is === 'bool' ? bool(not(value.smt)) : error
  if (op === 'isEmpty') return isSet(value) ? bool(isEmpty(value)) : error
  return value.is === 'long' ? inLong(`(- ${value.smt})`) : error
}

const ordered = new Set(['long', 'datetime', 'duration'])

function binary(
  op: Exclude<BinaryOperator, '==' | '!='>,
  left: Value,
  right: Value,
  world: World,
  script: Script,
): Term {
  switch (op) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered.has(left.is) && left.is === right.is && 'smt' in left && 'smt' in right
        ? bool(`(${op} ${left.smt} ${right.smt})`)
        : error
    case '+':
    case '-':
    case '*':
      return left.is === 'long' && right.is === 'long'
        ? inLong(script.share('Int', `(${op} ${left.smt} ${right.smt})`))
        : error
    case 'contains':
      return isSet(left) ? bool(holds(left, always(right), script)) : error
    case 'containsAll':
      return isSet(left) && isSet(right) ? bool(coversAll(left, right, script)) : error
    case 'containsAny':
      return isSet(left) && isSet(right) ? bool(coversAny(left, right, script)) : error
    case 'in':
      return left.is === 'uid' ? isIn(left, right, world, script) : error
    case 'hasTag':
    case 'getTag':
      return left.is === 'uid' && right.is === 'text' ? tag(op, left, right.text, world) : error
    default:
      return op satisfies never
  }
}

type Uid = Extract<Value, { is: 'uid' }>

function isIn(uid: Uid, group: Value, { entities }: World, script: Script): Term {
  const within = (other: Uid): string =>
    or(
      uid.type === other.type ? sameText(uid.id, other.id) : 'false',
      ...entities
        .filter((one) => one.type === uid.type)
        .map((one) =>
          and(
            sameText(one.id, uid.id),
            or(...one.ancestors.map((above) => areEqual(always(above), always(other), script))),
          ),
        ),
    )
  if (group.is === 'uid') return bool(within(group))
  if (group.is === 'texts') return under(isEmpty(group), bool('false'))
  if (group.is !== 'list') return error
  const cases = group.items.flat()
  const isOfUids = and(...cases.map(({ when, value }) => (value.is === 'uid' ? 'true' : not(when))))
  return under(
    isOfUids,
    bool(or(...cases.map(({ when, value }) => (value.is === 'uid' ? and(when, within(value)) : 'false')))),
  )
}

function* found(uid: Uid, { entities }: World): Generator<{ readonly when: string; readonly entity: WorldEntity }> {
  for (const entity of entities) if (entity.type === uid.type) yield { when: sameText(entity.id, uid.id), entity }
}

function attribute(of: Value, name: string, world: World): Term {
  if (of.is === 'record') return of.fields.get(name) ?? error
  if (of.is !== 'uid') return error
  return [...found(of, world)].flatMap(({ when, entity }) => under(when, entity.attributes.get(name) ?? error))
}

function has(of: Value, name: string, world: World): Term {
  if (of.is === 'record') return bool(String(of.fields.has(name)))
  if (of.is !== 'uid') return error
  return bool(or(...[...found(of, world)].map(({ when, entity }) => (entity.attributes.has(name) ? when : 'false'))))
}

function tag(op: 'hasTag' | 'getTag', of: Uid, name: Text, world: World): Term {
  const tags = [...found(of, world)].flatMap(({ when, entity }) =>
    [...entity.tags].map(([key, value]) => ({ when: and(when, sameText(name, constant(key))), value })),
  )
  return op === 'hasTag' ? bool(or(...tags.map((one) => one.when))) : tags.flatMap((one) => under(one.when, one.value))
}

function like(of: Text, pattern: readonly PatternPart[]): string {
  if (of.text !== null) return String(isLike(of.text, pattern))
  const parts = pattern.map((part) => (part === 'Wildcard' ? 're.all' : `(str.to_re ${constant(part.Literal).smt})`))
  const regex = parts.length < 2 ? (parts[0] ?? '(str.to_re "")') : `(re.++ ${parts.join(' ')})`
  return `(str.in_re ${of.smt} ${regex})`
}
