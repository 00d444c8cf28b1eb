// The values that a policy may hold. Booleans, strings, sets (arrays) and records (plain objects) are JavaScript's own, so
// that attributes go in as they are; a Long is a number where that is exact and a bigint beyond.
//
// ATTACKER: entity references and extension values are classes, told apart by `instanceof`: no record that comes from
// outside can be taken for one, whatever its fields are called.

import type { Decimal } from './decimal.ts'
import type { IpAddress } from './ip.ts'
import type { Datetime, Duration } from './datetime.ts'

export type CedarValue =
  | boolean
  | string
  | number
  | bigint
  | EntityUid
  | ExtensionValue
  | readonly CedarValue[]
  | CedarRecord

/** A record. Only own properties count; a property that is undefined is not there. */
export interface CedarRecord {
  readonly [attribute: string]: CedarValue
}

/** Tells extension values apart from records and compares them. */
export abstract class ExtensionValue {
  abstract equals(other: ExtensionValue): boolean
  abstract toString(): string
}

export type Extension = Decimal | IpAddress | Datetime | Duration

/** The name of an entity. `key` is unique for type and id together: a type holds no quotation mark. */
export class EntityUid {
  readonly type: string
  readonly id: string
  readonly key: string

  constructor(type: string, id: string) {
    this.type = type
    this.id = id
    this.key = `${type}::"${id}"`
  }

  toString(): string {
    return `${this.type}::${JSON.stringify(this.id)}`
  }
}

/** Whether two names are of one entity. */
export function isSameEntity(one: EntityUid, other: EntityUid): boolean {
  return one === other || (one.id === other.id && one.type === other.type)
}

/** What evaluation yields where Cedar reports an error. A value, because throwing is slow and easy to forget. */
export class EvaluationError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export type Outcome = CedarValue | EvaluationError

/** Whether two values are equal as Cedar has it: never an error, false across kinds, sets without order or repetition. */
export function isEqual(left: CedarValue, right: CedarValue): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (left instanceof EntityUid) return right instanceof EntityUid && isSameEntity(left, right)
  if (left instanceof ExtensionValue) return right instanceof ExtensionValue && left.equals(right)
  if (isSet(left)) return isSet(right) && includesAll(left, right) && includesAll(right, left)
  return isRecord(right) && isSameRecord(left, right)
}

export function isSet(value: Outcome): value is readonly CedarValue[] {
  return Array.isArray(value)
}

export function isRecord(value: Outcome): value is CedarRecord {
  return (
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof EntityUid) &&
    !(value instanceof ExtensionValue) &&
    !(value instanceof EvaluationError)
  )
}

/** Whether a set holds a value. */
export function includes(set: readonly CedarValue[], value: CedarValue): boolean {
  if (typeof value !== 'object') return set.includes(value)
  return set.some((one) => isEqual(one, value))
}

/** Whether the first set holds every value of the second. */
export function includesAll(set: readonly CedarValue[], wanted: readonly CedarValue[]): boolean {
  const has = lookup(set, wanted)
  for (const one of wanted) if (!has(one)) return false
  return true
}

/** Whether the first set holds any value of the second. */
export function includesAny(set: readonly CedarValue[], wanted: readonly CedarValue[]): boolean {
  const has = lookup(set, wanted)
  for (const one of wanted) if (has(one)) return true
  return false
}

/** Read an attribute; undefined when there is none. */
export function attributeOf(record: CedarRecord, name: string): CedarValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Name the type of a value for an error message. */
export function typeName(value: Outcome): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (typeof value !== 'object') return 'long'
  if (value instanceof EntityUid) return `entity of type ${value.type}`
  if (value instanceof ExtensionValue) return value.constructor.name.toLowerCase()
  return isSet(value) ? 'set' : 'record'
}

/** Write a value as Cedar text, for people to read. */
export function valueText(value: CedarValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value instanceof EntityUid || value instanceof ExtensionValue) return String(value)
  if (isSet(value)) return `[${value.map(valueText).join(', ')}]`
  const fields = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${valueText(one)}`)
  return `{${fields.join(', ')}}`
}

const worthHashing = 1024

// ATTACKER: two long sets would cost their product, so beyond a size the primitive values are hashed.
function lookup(set: readonly CedarValue[], wanted: readonly CedarValue[]): (value: CedarValue) => boolean {
  if (set.length * wanted.length < worthHashing) return (value) => includes(set, value)
  const hashed = new Set(set)
  return (value) => hashed.has(value) || (typeof value === 'object' && includes(set, value))
}

function isSameRecord(left: CedarRecord, right: CedarRecord): boolean {
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  for (const name of names) {
    const one = left[name]
    const other = attributeOf(right, name)
    if (one === undefined || other === undefined || !isEqual(one, other)) return false
  }
  return true
}
