// What the exhaustive method sees of a request: values as far as they are assumed, and the parts of a request that are still open.

import type { Action } from '@sallyport/protocol'
import { EntityUid, isEqual, isRecord, type CedarValue } from '../cedar/values.ts'
import {
  askBool,
  askRow,
  askText,
  atomKey,
  canonical,
  shapeAt,
  type Assumptions,
  type Atom,
  type Question,
} from './assumptions.ts'
import { principalName, resourceOf, type ResourceShape } from './statement.ts'

/** Requests of one action, as far as they are assumed. */
export interface View {
  readonly action: Action
  readonly actionUid: EntityUid
  readonly assumed: Assumptions
  /** Another device than that of the assumptions. */
  readonly isElsewhere: boolean
}

/** Thrown where an expression is beyond what this method can tell apart: the set is then not proved. */
export class Beyond extends Error {}

export type Verdict = boolean | 'error' | Question

export type Seen =
  | { readonly kind: 'value'; readonly value: CedarValue }
  | { readonly kind: 'error' }
  | Question
  | { readonly kind: 'text'; readonly term: string; readonly never: readonly string[] }
  | { readonly kind: 'set'; readonly path: string }
  | { readonly kind: 'record'; readonly names: readonly string[] }
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Seen> }
  | { readonly kind: 'list'; readonly items: readonly Seen[] }
  | { readonly kind: 'entity'; readonly of: 'principal' | 'resource' }

export const failure: Seen = { kind: 'error' }
export const value = (value: CedarValue): Seen => ({ kind: 'value', value })
const caller = new EntityUid(principalName.type, principalName.id)

export function test(seen: Seen): Verdict {
  if (seen.kind === 'question') return seen
  return seen.kind === 'value' && typeof seen.value === 'boolean' ? seen.value : 'error'
}

export function from(verdict: Verdict): Seen {
  return verdict === 'error' ? failure : typeof verdict === 'boolean' ? value(verdict) : verdict
}

export function askAtom(atom: Atom, view: View): Verdict {
  return askBool(atomKey(atom), view.assumed)
}

export function fieldsOf(seen: Seen, view: View): ReadonlyMap<string, Seen> | null {
  if (seen.kind === 'fields') return seen.fields
  if (seen.kind === 'value' && isRecord(seen.value)) {
    return new Map(Object.entries(seen.value).map(([name, one]) => [name, value(one)]))
  }
  if (seen.kind !== 'record') return null
  const shape = shapeAt(seen.names)
  return typeof shape === 'object' && shape !== null
    ? new Map(Object.keys(shape).map((name) => [name, attributeAt([...seen.names, name], view)]))
    : null
}

export function isEntity(of: 'principal' | 'resource', uid: EntityUid, view: View): Verdict {
  if (of === 'principal') return isEqual(uid, caller)
  const { type, id } = resourceOf(view.action)
  if (uid.type !== type || isEqual(uid, caller)) return false
  return id === null ? askText('resource.id', uid.id, resourceNever, view.assumed) : uid.id === id
}

// No resource has the name that stands for whoever asks.
const resourceNever = [principalName.id]

export function typeOf(seen: Seen, view: View): string | null {
  if (seen.kind === 'entity') return seen.of === 'principal' ? caller.type : resourceOf(view.action).type
  return seen.kind === 'value' && seen.value instanceof EntityUid ? seen.value.type : null
}

export function attributeAt(names: readonly string[], view: View): Seen {
  const shape = shapeAt(names)
  if (shape === null) return failure
  if (typeof shape === 'object') return { kind: 'record', names }
  const path = names.join('.')
  const fixed = fixedAt(path, resourceOf(view.action))
  if (fixed !== null) return value(fixed)
  const row = askRow(path, view.assumed)
  if (row !== null && typeof row === 'object' && 'kind' in row) return row
  if (typeof row === 'boolean' || typeof row === 'string' || Array.isArray(row)) return value(row as CedarValue)
  const never =
    row !== null && typeof row === 'object' && 'not' in row ? [row.not] : path === 'resource.id' ? resourceNever : []
  switch (shape) {
    case 'bool':
      return from(askBool(path, view.assumed))
    case 'string':
      return textAt(path === 'context.device' && view.isElsewhere ? 'context.device elsewhere' : path, never, view)
    case 'strings':
      return { kind: 'set', path }
    default:
      return shape satisfies never
  }
}

function fixedAt(path: string, { kind, id }: ResourceShape): string | null {
  return path === 'resource.kind' ? kind : path === 'resource.id' ? id : null
}

function textAt(term: string, never: readonly string[], view: View): Seen {
  const known = view.assumed.get(canonical(term, view.assumed))
  return known?.is === 'text' ? value(known.value) : { kind: 'text', term, never }
}
