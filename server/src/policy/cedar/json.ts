// Cedar's JSON for values and entities, as it comes from outside: checked, then exact values.

import { Problem } from '@sallyport/protocol'
import { closeEntities, type EntityStore, type WrittenEntity } from './entities.ts'
import { extensionFunctions } from './extensions.ts'
import { long } from './long.ts'
import { EntityUid, EvaluationError, type CedarRecord, type CedarValue } from './values.ts'

const maxDepth = 200

/**
 * Read a value from Cedar's JSON, `__entity` and `__extn` among it. Integers beyond 2^53 are taken as bigints only.
 * Throws Problem `invalid-request`.
 */
export function valueFromJson(
  json: unknown,
  integer: (value: number) => number | bigint = (value) => value,
): CedarValue {
  return valueAt(json, integer, 0)
}

/** Read a record, such as a context. Throws Problem `invalid-request`. */
export function recordFromJson(json: unknown): CedarRecord {
  return recordAt(asObject(json, 'record'), (value) => value, 0)
}

/** Read an entity reference, `{type, id}` or `{__entity: {type, id}}`. Throws Problem `invalid-request`. */
export function uidFromJson(json: unknown): EntityUid {
  const outer = asObject(json, 'entity reference')
  const { type, id } = outer['__entity'] === undefined ? outer : asObject(outer['__entity'], 'entity reference')
  if (typeof type !== 'string' || typeof id !== 'string') throw refused('entity reference', 'no type and id')
  return new EntityUid(type, id)
}

/** Read entities as Cedar writes them in JSON, and close their hierarchy. Throws Problem `invalid-request`. */
export function entitiesFromJson(json: unknown): EntityStore {
  if (!Array.isArray(json)) throw refused('entities', 'not a list')
  return closeEntities(
    json.map((one: unknown): WrittenEntity => {
      const { uid, attrs, tags, parents } = asObject(one, 'entity')
      return {
        uid: uidFromJson(uid),
        attrs: recordFromJson(attrs ?? {}),
        tags: recordFromJson(tags ?? {}),
        parents: Array.isArray(parents) ? parents.map(uidFromJson) : [],
      }
    }),
  )
}

function valueAt(json: unknown, integer: (value: number) => number | bigint, depth: number): CedarValue {
  // ATTACKER: nesting without end would exhaust the stack.
  if (depth > maxDepth) throw refused('value', `more than ${maxDepth} levels deep`)
  if (typeof json === 'boolean' || typeof json === 'string') return json
  if (typeof json === 'number') return integerFrom(integer(json))
  if (typeof json === 'bigint') return integerFrom(json)
  if (Array.isArray(json)) return json.map((one: unknown) => valueAt(one, integer, depth + 1))
  const record = asObject(json, 'value')
  if (record['__entity'] !== undefined) return uidFromJson(record)
  if (record['__extn'] !== undefined) return extensionFrom(asObject(record['__extn'], 'extension value'), depth)
  return recordAt(record, integer, depth + 1)
}

function recordAt(
  record: Readonly<Record<string, unknown>>,
  integer: (value: number) => number | bigint,
  depth: number,
): CedarRecord {
  const read: Record<string, CedarValue> = {}
  for (const name of Object.keys(record)) {
    const value = valueAt(record[name], integer, depth)
    // ATTACKER: assigned, this name would change what the record inherits instead of being one of its own.
    if (name === '__proto__') Object.defineProperty(read, name, { value, enumerable: true })
    else read[name] = value
  }
  return read
}

function integerFrom(value: number | bigint): number | bigint {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw refused('number', 'not an exact integer')
    return value + 0
  }
  const exact = long(value)
  if (exact === null) throw refused('number', 'beyond 64 bits')
  return exact
}

function extensionFrom({ fn, arg, args }: Readonly<Record<string, unknown>>, depth: number): CedarValue {
  const called = typeof fn === 'string' ? extensionFunctions.get(fn) : undefined
  const given: readonly unknown[] = Array.isArray(args) ? args : [arg]
  if (called?.arity !== given.length) throw refused('extension value', 'no known function')
  const [first = false, second = false] = given.map((one) => valueAt(one, (value) => value, depth + 1))
  const value = called.call(first, second)
  if (value instanceof EvaluationError) throw refused('extension value', 'not of its form')
  return value
}

function asObject(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refused(what, 'not an object')
  return json as Readonly<Record<string, unknown>>
}

function refused(what: string, state: string): Problem {
  return new Problem('invalid-request', `cannot read ${what}: ${state}, want Cedar's JSON`)
}
