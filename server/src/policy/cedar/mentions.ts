// What policies speak of: the attributes of principal, resource and context that they read, and the values that they hold
// these against. From these a counterexample is made: a value that no policy tells apart from others is not worth trying.

import { constantOf } from './expressions.ts'
import { attributeKey } from './symbolic.ts'
import type { Expression, Policy } from './syntax.ts'
import { EntityUid, isSet, type CedarValue } from './values.ts'

export type Root = 'principal' | 'resource' | 'context'

export interface Mention {
  readonly root: Root
  readonly names: readonly string[]
  readonly key: string
  /** Values worth trying. */
  readonly candidates: CedarValue[]
  /** What sets are asked to hold, when it is used as a set: one list for each question. */
  readonly elements: (readonly CedarValue[])[]
  isSet: boolean
}

export interface Mentions {
  readonly attributes: ReadonlyMap<string, Mention>
  readonly types: readonly string[]
  readonly entities: readonly EntityUid[]
}

/** Collect what policies speak of, and the attribute paths given besides. */
export function mentionsOf(policies: readonly Policy[], paths: readonly string[]): Mentions {
  const attributes = new Map<string, Mention>()
  const types = new Set<string>()
  const entities = new Map<string, EntityUid>()

  const mention = (root: Root, names: readonly string[]): Mention => {
    const key = names.reduce(attributeKey, root as string)
    const known = attributes.get(key)
    if (known !== undefined) return known
    const made: Mention = { root, names, key, candidates: [], elements: [], isSet: false }
    attributes.set(key, made)
    if (names.length > 1) mention(root, names.slice(0, -1))
    return made
  }

  const at = (expression: Expression): Mention | null => {
    const names: string[] = []
    let of = expression
    while (of.kind === 'attribute' || (of.kind === 'has' && of === expression)) {
      names.unshift(of.name)
      of = of.of
    }
    if (of.kind !== 'variable' || of.name === 'action' || names.length === 0) return null
    return mention(of.name, names)
  }

  const against = (path: Expression, op: string, operand: Expression) => {
    const found = at(path)
    if (found === null) return
    const constant = constantOf(operand)
    const set = constant !== undefined && isSet(constant) ? constant : []
    if (op.startsWith('contains') || op === 'isEmpty') {
      found.isSet = true
      if (op !== 'contains') found.elements.push(set)
      else if (constant !== undefined) found.elements.push([constant])
    } else if (typeof constant === 'number') {
      found.candidates.push(constant, constant - 1, constant + 1)
    } else if (constant !== undefined) {
      found.candidates.push(...(op === 'in' && set.length > 0 ? set : [constant]))
    }
  }

  const walk = (expression: Expression): void => {
    at(expression)
    if (expression.kind === 'value') note(expression.value)
    if (expression.kind === 'is') {
      types.add(expression.type)
      at(expression.of)?.candidates.push(new EntityUid(expression.type, 'any'))
    }
    if (expression.kind === 'like') {
      const text = expression.pattern.map((part) => (part === 'Wildcard' ? '' : part.Literal)).join('')
      at(expression.of)?.candidates.push(text)
    }
    for (const tested of testedBy(expression)) at(tested)?.candidates.push(true, false)
    if (expression.kind === 'unary') against(expression.of, expression.op, expression.of)
    if (expression.kind === 'binary') {
      const { op, left, right } = expression
      against(left, op, right)
      if (op === '==' || op === '!=') against(right, op, left)
      if (op === 'containsAll' || op === 'containsAny') against(right, op, left)
      const constant = constantOf(left)
      if (op === 'contains' && constant !== undefined && isSet(constant)) at(right)?.candidates.push(...constant)
    }
    for (const part of partsOf(expression)) walk(part)
  }

  const note = (value: CedarValue): void => {
    if (value instanceof EntityUid) {
      entities.set(value.key, value)
      types.add(value.type)
    } else if (isSet(value)) value.forEach(note)
  }

  for (const { principal, resource, conditions } of policies) {
    for (const condition of conditions) at(condition)?.candidates.push(true, false)
    for (const part of [principal, resource, ...conditions]) walk(part)
  }
  for (const path of paths) {
    const [root, ...names] = path.split('.')
    if (root === 'principal' || root === 'resource' || root === 'context') mention(root, names)
  }
  return { attributes, types: [...types], entities: [...entities.values()] }
}

// The parts that stand in the place of a boolean.
function testedBy(expression: Expression): readonly Expression[] {
  if (expression.kind === 'unary' && expression.op === '!') return [expression.of]
  if (expression.kind === 'and' || expression.kind === 'or') return [expression.left, expression.right]
  return expression.kind === 'if' ? [expression.test] : []
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'value':
    case 'variable':
      return []
    case 'unary':
    case 'attribute':
    case 'has':
    case 'like':
    case 'is':
      return [expression.of]
    case 'and':
    case 'or':
    case 'binary':
      return [expression.left, expression.right]
    case 'if':
      return [expression.test, expression.whenTrue, expression.whenFalse]
    case 'set':
      return expression.items
    case 'record':
      return expression.fields.map(([, field]) => field)
    case 'call':
      return expression.args
    default:
      return expression satisfies never
  }
}
