// The syntax tree of a policy as this gate uses it: closed unions, extended `has` and `is ... in` spelled out, integers
// exact. It is read from the JSON form that Cedar's own parser gives.

import { Problem } from '@sallyport/protocol'
import { extensionFunctions } from './extensions.ts'
import { uidFromJson, valueFromJson } from './json.ts'
import type { CedarValue, EntityUid } from './values.ts'

export type Variable = 'principal' | 'action' | 'resource' | 'context'
export type UnaryOperator = '!' | 'neg' | 'isEmpty'
export type BinaryOperator = (typeof binaryOperators)[number]
export type PatternPart = 'Wildcard' | { readonly Literal: string }

export type Expression =
  | { readonly kind: 'value'; readonly value: CedarValue }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'unary'; readonly op: UnaryOperator; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'attribute' | 'has'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'like'; readonly of: Expression; readonly pattern: readonly PatternPart[] }
  | { readonly kind: 'is'; readonly of: Expression; readonly type: string }
  | { readonly kind: 'if'; readonly test: Expression; readonly whenTrue: Expression; readonly whenFalse: Expression }
  | { readonly kind: 'set'; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }

export interface Policy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly annotations: ReadonlyMap<string, string>
  readonly principal: Expression
  readonly action: Expression
  readonly resource: Expression
  /** All of them must be true; an `unless` is here as a `!`. */
  readonly conditions: readonly Expression[]
}

/** What the slots of a template stand for. */
export interface SlotValues {
  readonly '?principal'?: EntityUid
  readonly '?resource'?: EntityUid
}

const binaryOperators = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  '+',
  '-',
  '*',
  'contains',
  'containsAll',
  'containsAny',
  'getTag',
  'hasTag',
] as const
const isBinary = new Map<string, BinaryOperator>(binaryOperators.map((op) => [op, op]))

const always: Expression = { kind: 'value', value: true }

/** Read one policy from Cedar's JSON. Throws Problem `invalid-request` on a form that this gate does not know. */
export function readPolicy(
  json: unknown,
  id: string,
  bigIntegers: ReadonlyMap<number, bigint>,
  slots: SlotValues,
): Policy {
  const read = reader(bigIntegers)
  const { effect, principal, action, resource, conditions, annotations } = node(json)
  if (effect !== 'permit' && effect !== 'forbid') throw unknownForm('effect')
  return {
    id,
    effect,
    annotations: new Map(
      Object.entries(node(annotations ?? {})).map(([name, text]) => [name, typeof text === 'string' ? text : '']),
    ),
    principal: readScope('principal', principal, slots),
    action: readScope('action', action, slots),
    resource: readScope('resource', resource, slots),
    conditions: list(conditions).map((clause): Expression => {
      const { kind, body } = node(clause)
      if (kind !== 'when' && kind !== 'unless') throw unknownForm('condition')
      return kind === 'when' ? read(body) : { kind: 'unary', op: '!', of: read(body) }
    }),
  }
}

function readScope(name: Variable, json: unknown, slots: SlotValues): Expression {
  const of: Expression = { kind: 'variable', name }
  const scope = node(json)
  switch (scope['op']) {
    case 'All':
      return always
    case '==':
      return { kind: 'binary', op: '==', left: of, right: scopeEntity(scope, slots) }
    case 'in':
      return { kind: 'binary', op: 'in', left: of, right: scopeEntity(scope, slots) }
    case 'is': {
      const is: Expression = { kind: 'is', of, type: text(scope['entity_type']) }
      if (scope['in'] === undefined) return is
      const right = scopeEntity(node(scope['in']), slots)
      return { kind: 'and', left: is, right: { kind: 'binary', op: 'in', left: of, right } }
    }
    default:
      throw unknownForm('scope')
  }
}

function scopeEntity(scope: Node, slots: SlotValues): Expression {
  if (scope['entities'] !== undefined) return { kind: 'value', value: list(scope['entities']).map(uidFromJson) }
  if (scope['entity'] !== undefined) return { kind: 'value', value: uidFromJson(scope['entity']) }
  const slot = text(scope['slot'])
  const value = slot === '?principal' || slot === '?resource' ? slots[slot] : undefined
  if (value === undefined)
    throw new Problem('invalid-request', `cannot compile policy: slot ${slot} is open, want it linked`)
  return { kind: 'value', value }
}

function reader(bigIntegers: ReadonlyMap<number, bigint>): (json: unknown) => Expression {
  const integer = (value: number) => {
    const found = bigIntegers.get(Math.abs(value))
    if (found === undefined) return value
    return value < 0 ? -found : found
  }

  const read = (json: unknown): Expression => {
    const [operator, ...more] = Object.keys(node(json))
    if (operator === undefined || more.length > 0) throw unknownForm('expression')
    const body = node(json)[operator]
    const binary = isBinary.get(operator)
    if (binary !== undefined) return { kind: 'binary', op: binary, left: at(body, 'left'), right: at(body, 'right') }
    switch (operator) {
      case 'Value':
        return { kind: 'value', value: valueFromJson(body, integer) }
      case 'Var':
        return { kind: 'variable', name: variable(body) }
      case '!':
      case 'neg':
      case 'isEmpty':
        return { kind: 'unary', op: operator, of: at(body, 'arg') }
      case '&&':
        return { kind: 'and', left: at(body, 'left'), right: at(body, 'right') }
      case '||':
        return { kind: 'or', left: at(body, 'left'), right: at(body, 'right') }
      case '.':
        return { kind: 'attribute', of: at(body, 'left'), name: text(node(body)['attr']) }
      case 'has':
        return readHas(at(body, 'left'), node(body)['attr'])
      case 'like':
        return { kind: 'like', of: at(body, 'left'), pattern: list(node(body)['pattern']).map(patternPart) }
      case 'is':
        return readIs(at(body, 'left'), text(node(body)['entity_type']), node(body)['in'])
      case 'if-then-else':
        return { kind: 'if', test: at(body, 'if'), whenTrue: at(body, 'then'), whenFalse: at(body, 'else') }
      case 'Set':
        return { kind: 'set', items: list(body).map(read) }
      case 'Record':
        return {
          kind: 'record',
          fields: Object.entries(node(body)).map(([name, value]) => [name, read(value)] as const),
        }
      default:
        return readCall(operator, list(body).map(read))
    }
  }
  const at = (body: unknown, field: string) => read(node(body)[field])

  // SPEC: Cedar policy grammar, `e has a.b.c` is `e has a && e.a has b && e.a.b has c`.
  const readHas = (of: Expression, path: unknown): Expression => {
    const [first, ...rest] = typeof path === 'string' ? [path] : list(path).map(text)
    if (first === undefined) throw unknownForm('has')
    const has: Expression = { kind: 'has', of, name: first }
    if (rest.length === 0) return has
    return { kind: 'and', left: has, right: readHas({ kind: 'attribute', of, name: first }, rest) }
  }

  const readIs = (of: Expression, type: string, within: unknown): Expression => {
    const is: Expression = { kind: 'is', of, type }
    if (within === undefined || within === null) return is
    return { kind: 'and', left: is, right: { kind: 'binary', op: 'in', left: of, right: read(within) } }
  }

  return read
}

function readCall(name: string, args: readonly Expression[]): Expression {
  if (!extensionFunctions.has(name)) throw unknownForm('function')
  return { kind: 'call', name, args }
}

function variable(json: unknown): Variable {
  if (json === 'principal' || json === 'action' || json === 'resource' || json === 'context') return json
  throw unknownForm('variable')
}

function patternPart(json: unknown): PatternPart {
  return json === 'Wildcard' ? json : { Literal: text(node(json)['Literal']) }
}

type Node = Readonly<Record<string, unknown>>

function node(json: unknown): Node {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unknownForm('syntax')
  return json as Node
}

function list(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw unknownForm('list')
  return json
}

function text(json: unknown): string {
  if (typeof json !== 'string') throw unknownForm('name')
  return json
}

function unknownForm(what: string): Problem {
  return new Problem('invalid-request', `cannot compile policy: this ${what} is not known, want what Cedar 4.13 has`)
}
