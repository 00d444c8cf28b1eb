// What each operator does with values. Pure; an error is a value. The compiled closures and the prover share it.

import { wrongType } from './extensions.ts'
import { Datetime, Duration } from './datetime.ts'
import {
  attributeOf,
  EntityUid,
  EvaluationError,
  includes,
  includesAll,
  includesAny,
  isEqual,
  isRecord,
  isSameEntity,
  isSet,
} from './values.ts'
import type { CedarValue, Outcome } from './values.ts'
import type { CedarEntity, EntityStore } from './entities.ts'
import { add, isLong, multiply, negate, subtract, type Long } from './long.ts'
import type { BinaryOperator, PatternPart, UnaryOperator } from './syntax.ts'

/** Apply a binary operator to two values. */
export type Operation = (left: CedarValue, right: CedarValue, entities: EntityStore) => Outcome

export const operations: Readonly<Record<BinaryOperator, Operation>> = {
  '==': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  '<': (left, right) => compare(left, right, (a, b) => a < b),
  '<=': (left, right) => compare(left, right, (a, b) => a <= b),
  '>': (left, right) => compare(left, right, (a, b) => a > b),
  '>=': (left, right) => compare(left, right, (a, b) => a >= b),
  '+': (left, right) => arithmetic(left, right, add),
  '-': (left, right) => arithmetic(left, right, subtract),
  '*': (left, right) => arithmetic(left, right, multiply),
  contains: (set, value) => (isSet(set) ? includes(set, value) : wrongType('set', set)),
  containsAll: (set, wanted) => ofSets(set, wanted, includesAll),
  containsAny: (set, wanted) => ofSets(set, wanted, includesAny),
  in: (uid, group, entities) =>
    uid instanceof EntityUid ? isIn(uid, entities.find(uid), group) : wrongType('entity', uid),
  getTag: (uid, tag, entities) => readTag(uid, tag, entities),
  hasTag: (uid, tag, entities) => {
    const found = readTag(uid, tag, entities)
    return found instanceof MissingError ? false : found instanceof EvaluationError ? found : true
  },
}

/** Apply a unary operator. */
export function applyUnary(op: UnaryOperator, value: CedarValue): Outcome {
  switch (op) {
    case '!':
      return typeof value === 'boolean' ? !value : wrongType('bool', value)
    case 'neg':
      return isLong(value) ? (negate(value) ?? overflow) : wrongType('long', value)
    case 'isEmpty':
      return isSet(value) ? value.length === 0 : wrongType('set', value)
    default:
      return op satisfies never
  }
}

/** Whether an entity is in another, or in one of a set of others. */
export function isIn(uid: EntityUid, found: CedarEntity | undefined, group: CedarValue): Outcome {
  if (group instanceof EntityUid) return isSameEntity(uid, group) || found?.ancestors.has(group.key) === true
  if (!isSet(group)) return wrongType('entity or set of entities', group)
  let isAny = false
  for (const one of group) {
    if (!(one instanceof EntityUid)) return wrongType('entity', one)
    isAny ||= isSameEntity(uid, one) || found?.ancestors.has(one.key) === true
  }
  return isAny
}

/** The entity, attribute or tag asked for is not there: what `has` answers false to. */
export class MissingError extends EvaluationError {}

/** Read an attribute of a record or of an entity in the store. */
export function readAttribute(of: CedarValue, name: string, entities: EntityStore): Outcome {
  if (of instanceof EntityUid) return attributeOfEntity(of, entities.find(of), name)
  if (!isRecord(of)) return wrongType('record or entity', of)
  return attributeOf(of, name) ?? new MissingError(`cannot read attribute ${JSON.stringify(name)}: the record has none`)
}

/** Read an attribute of an entity that was looked up. */
export function attributeOfEntity(uid: EntityUid, found: CedarEntity | undefined, name: string): Outcome {
  if (found === undefined) return new MissingError(`cannot read ${uid.toString()}: there is no such entity`)
  return (
    attributeOf(found.attrs, name) ??
    new MissingError(`cannot read attribute ${JSON.stringify(name)}: ${uid.toString()} has none`)
  )
}

/** Whether text matches a pattern. */
export function isLike(text: string, pattern: readonly PatternPart[]): boolean {
  const hasWildcard = pattern.includes('Wildcard')
  const pieces: string[] = ['']
  for (const part of pattern) {
    if (part === 'Wildcard') pieces.push('')
    else pieces[pieces.length - 1] += part.Literal
  }
  const first = pieces[0] ?? ''
  if (!hasWildcard) return text === first
  const last = pieces.at(-1) ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= text.length - last.length
}

function readTag(uid: CedarValue, tag: CedarValue, entities: EntityStore): Outcome {
  if (!(uid instanceof EntityUid)) return wrongType('entity', uid)
  if (typeof tag !== 'string') return wrongType('string', tag)
  const found = entities.find(uid)
  if (found === undefined) return new MissingError(`cannot read ${uid.toString()}: there is no such entity`)
  return (
    attributeOf(found.tags, tag) ??
    new MissingError(`cannot read tag ${JSON.stringify(tag)}: ${uid.toString()} has none`)
  )
}

const overflow = new EvaluationError('cannot compute an integer: it overflows 64 bits')

function arithmetic(left: CedarValue, right: CedarValue, work: (a: Long, b: Long) => Long | null): Outcome {
  if (!isLong(left)) return wrongType('long', left)
  return isLong(right) ? (work(left, right) ?? overflow) : wrongType('long', right)
}

function compare(left: CedarValue, right: CedarValue, work: (a: Long, b: Long) => boolean): Outcome {
  if (isLong(left)) return isLong(right) ? work(left, right) : wrongType('long', right)
  if (left instanceof Datetime)
    return right instanceof Datetime ? work(left.ms, right.ms) : wrongType('datetime', right)
  if (left instanceof Duration)
    return right instanceof Duration ? work(left.ms, right.ms) : wrongType('duration', right)
  return wrongType('long', left)
}

type OfSets = (set: readonly CedarValue[], wanted: readonly CedarValue[]) => boolean

function ofSets(set: CedarValue, wanted: CedarValue, work: OfSets): Outcome {
  if (!isSet(set)) return wrongType('set', set)
  return isSet(wanted) ? work(set, wanted) : wrongType('set', wanted)
}
