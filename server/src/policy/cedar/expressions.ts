// From syntax tree to closures: each expression becomes, once, a function of the request. What is constant is computed
// here, and the forms that policies are mostly made of have closures of their own.

import type { CedarEntity, EntityStore } from './entities.ts'
import { extensionFunctions, wrongType } from './extensions.ts'
import { applyUnary, attributeOfEntity, isIn, isLike, MissingError, operations, readAttribute } from './operators.ts'
import type { Expression, Variable } from './syntax.ts'
import {
  attributeOf,
  EntityUid,
  EvaluationError,
  isEqual,
  isRecord,
  type CedarRecord,
  type CedarValue,
} from './values.ts'
import type { Outcome } from './values.ts'

/** What an expression is evaluated over; the three entities are looked up once a request. */
export interface Environment {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: CedarRecord
  readonly principalEntity: CedarEntity | undefined
  readonly actionEntity: CedarEntity | undefined
  readonly resourceEntity: CedarEntity | undefined
  readonly entities: EntityStore
}

export type Evaluate = (environment: Environment) => Outcome

/** Compile one expression. */
export function compileExpression(expression: Expression): Evaluate {
  const constant = constantOf(expression)
  if (constant !== undefined) return () => constant
  switch (expression.kind) {
    case 'value':
      return () => expression.value
    case 'variable':
      return variables[expression.name]
    case 'unary':
      return expression.op === '!' ? not(compileExpression(expression.of)) : unary(expression.op, expression.of)
    case 'and':
      return and(compileExpression(expression.left), compileExpression(expression.right))
    case 'or':
      return or(compileExpression(expression.left), compileExpression(expression.right))
    case 'binary':
      return binary(expression)
    case 'attribute':
      return attribute(expression.of, expression.name)
    case 'has':
      return has(expression.of, expression.name)
    case 'like':
      return like(compileExpression(expression.of), expression.pattern)
    case 'is':
      return is(compileExpression(expression.of), expression.type)
    case 'if':
      return ifThenElse(
        compileExpression(expression.test),
        compileExpression(expression.whenTrue),
        compileExpression(expression.whenFalse),
      )
    case 'set':
      return set(expression.items.map(compileExpression))
    case 'record':
      return record(expression.fields.map(([name, field]) => [name, compileExpression(field)]))
    case 'call':
      return call(expression.name, expression.args.map(compileExpression))
    default:
      return expression satisfies never
  }
}

/** The value of an expression that is the same in every request and no error; undefined otherwise. */
export function constantOf(expression: Expression): CedarValue | undefined {
  if (expression.kind === 'value') return expression.value
  if (expression.kind === 'set') {
    const items = expression.items.map(constantOf)
    return items.every((item) => item !== undefined) ? items : undefined
  }
  if (expression.kind === 'record') {
    const fields = expression.fields.map(([name, field]) => [name, constantOf(field)] as const)
    return fields.every(isKnownField) ? Object.fromEntries(fields) : undefined
  }
  if (expression.kind !== 'call') return undefined
  const [first, second = false] = expression.args.map(constantOf)
  if (first === undefined || expression.args.some((arg) => constantOf(arg) === undefined)) return undefined
  const known = extensionFunctions.get(expression.name)
  const value = known?.arity === expression.args.length ? known.call(first, second) : undefined
  return value instanceof EvaluationError ? undefined : value
}

function isKnownField(field: readonly [string, CedarValue | undefined]): field is readonly [string, CedarValue] {
  return field[1] !== undefined
}

const variables: Readonly<Record<Variable, Evaluate>> = {
  principal: (environment) => environment.principal,
  action: (environment) => environment.action,
  resource: (environment) => environment.resource,
  context: (environment) => environment.context,
}

/** The error of something that is not a boolean where one is wanted. */
export function notBoolean(value: Outcome): EvaluationError {
  return value instanceof EvaluationError ? value : wrongType('bool', value)
}

function not(of: Evaluate): Evaluate {
  return (environment) => {
    const value = of(environment)
    return value === true ? false : value === false ? true : notBoolean(value)
  }
}

function and(left: Evaluate, right: Evaluate): Evaluate {
  return (environment) => {
    const first = left(environment)
    if (first === false) return false
    if (first !== true) return notBoolean(first)
    const second = right(environment)
    return second === true || second === false ? second : notBoolean(second)
  }
}

function or(left: Evaluate, right: Evaluate): Evaluate {
  return (environment) => {
    const first = left(environment)
    if (first === true) return true
    if (first !== false) return notBoolean(first)
    const second = right(environment)
    return second === true || second === false ? second : notBoolean(second)
  }
}

function ifThenElse(test: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate {
  return (environment) => {
    const value = test(environment)
    return value === true ? then(environment) : value === false ? otherwise(environment) : notBoolean(value)
  }
}

function unary(op: 'neg' | 'isEmpty', of: Expression): Evaluate {
  const evaluate = compileExpression(of)
  return (environment) => {
    const value = evaluate(environment)
    return value instanceof EvaluationError ? value : applyUnary(op, value)
  }
}

function binary({ op, left, right }: Expression & { kind: 'binary' }): Evaluate {
  const first = compileExpression(left)
  const constant = constantOf(right)
  if (op === '==' && constant !== undefined) return equalsConstant(first, constant)
  if (op === 'in' && left.kind === 'variable' && constant !== undefined) return variableIn(left.name, constant)
  const operate = operations[op]
  if (constant !== undefined) {
    return (environment) => {
      const one = first(environment)
      return one instanceof EvaluationError ? one : operate(one, constant, environment.entities)
    }
  }
  const second = compileExpression(right)
  return (environment) => {
    const one = first(environment)
    if (one instanceof EvaluationError) return one
    const other = second(environment)
    return other instanceof EvaluationError ? other : operate(one, other, environment.entities)
  }
}

function equalsConstant(of: Evaluate, constant: CedarValue): Evaluate {
  if (typeof constant !== 'object') {
    return (environment) => {
      const value = of(environment)
      return value === constant ? true : value instanceof EvaluationError ? value : false
    }
  }
  return (environment) => {
    const value = of(environment)
    return value instanceof EvaluationError ? value : isEqual(value, constant)
  }
}

function variableIn(name: Variable, group: CedarValue): Evaluate {
  switch (name) {
    case 'principal':
      return (environment) => isIn(environment.principal, environment.principalEntity, group)
    case 'action':
      return (environment) => isIn(environment.action, environment.actionEntity, group)
    case 'resource':
      return (environment) => isIn(environment.resource, environment.resourceEntity, group)
    case 'context':
      return (environment) => wrongType('entity', environment.context)
    default:
      return name satisfies never
  }
}

function attribute(of: Expression, name: string): Evaluate {
  const read = reader(name)
  const owner = of.kind === 'variable' ? of.name : null
  if (owner === 'principal') {
    return ({ principal, principalEntity }) =>
      (principalEntity && read(principalEntity.attrs)) ?? attributeOfEntity(principal, principalEntity, name)
  }
  if (owner === 'resource') {
    return ({ resource, resourceEntity }) =>
      (resourceEntity && read(resourceEntity.attrs)) ?? attributeOfEntity(resource, resourceEntity, name)
  }
  if (owner === 'context') {
    return ({ context, entities }) => read(context) ?? readAttribute(context, name, entities)
  }
  const evaluate = compileExpression(of)
  return (environment) => {
    const value = evaluate(environment)
    if (value instanceof EvaluationError) return value
    return (isRecord(value) ? read(value) : undefined) ?? readAttribute(value, name, environment.entities)
  }
}

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

// A plain read is several times faster than asking for an own property first, and the same for every name that plain
// objects do not inherit.
function reader(name: string): (record: CedarRecord) => CedarValue | undefined {
  return inherited.has(name) ? (record) => attributeOf(record, name) : (record) => record[name]
}

function has(of: Expression, name: string): Evaluate {
  const evaluate = attribute(of, name)
  const evaluateOf = compileExpression(of)
  return (environment) => {
    const value = evaluate(environment)
    if (!(value instanceof EvaluationError)) return true
    if (!(value instanceof MissingError)) return value
    // Something is missing: this attribute, which is the answer, or something on the way to it, which is an error.
    const owner = evaluateOf(environment)
    return owner instanceof EvaluationError ? owner : false
  }
}

function like(of: Evaluate, pattern: Parameters<typeof isLike>[1]): Evaluate {
  return (environment) => {
    const value = of(environment)
    if (typeof value === 'string') return isLike(value, pattern)
    return value instanceof EvaluationError ? value : wrongType('string', value)
  }
}

function is(of: Evaluate, type: string): Evaluate {
  return (environment) => {
    const value = of(environment)
    if (value instanceof EntityUid) return value.type === type
    return value instanceof EvaluationError ? value : wrongType('entity', value)
  }
}

function set(items: readonly Evaluate[]): Evaluate {
  return (environment) => {
    const values: CedarValue[] = []
    for (const item of items) {
      const value = item(environment)
      if (value instanceof EvaluationError) return value
      values.push(value)
    }
    return values
  }
}

function record(fields: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (environment) => {
    const values: [string, CedarValue][] = []
    for (const [name, field] of fields) {
      const value = field(environment)
      if (value instanceof EvaluationError) return value
      values.push([name, value])
    }
    return Object.fromEntries(values)
  }
}

function call(name: string, args: readonly Evaluate[]): Evaluate {
  const known = extensionFunctions.get(name)
  if (known?.arity !== args.length) {
    const error = new EvaluationError(
      `cannot call ${name}: ${args.length} arguments, want ${known?.arity ?? 'no call'}`,
    )
    return () => error
  }
  const [first = never, second = never] = args
  return (environment) => {
    const one = first(environment)
    if (one instanceof EvaluationError) return one
    const other = second(environment)
    return other instanceof EvaluationError ? other : known.call(one, other)
  }
}

// In place of the argument that a function of one argument has not.
const never: Evaluate = () => false
