// What the exhaustive method assumes about a request, piece by piece. A piece is what policies can tell apart: a bool, a row of
// attributes that come together, whether a text is this one, whether a set holds it, how two sets lie.
//
// INVARIANT: the alternatives of a question cover every request that fits what is assumed already.

import { groups, requestShape, type RowValue, type Shape } from './statement.ts'

export type Assumption =
  | { readonly is: 'bool'; readonly value: boolean }
  | { readonly is: 'row'; readonly value: number }
  | { readonly is: 'text'; readonly value: string }
  /** Some text, none of these. */
  | { readonly is: 'other'; readonly not: readonly string[] }
  /** The same text as another. */
  | { readonly is: 'same'; readonly as: string }

export type Assumptions = ReadonlyMap<string, Assumption>

/** What must be settled before evaluation can go on, and all that it can be. */
export interface Question {
  readonly kind: 'question'
  readonly alternatives: readonly (readonly (readonly [string, Assumption])[])[]
}

/** How two sets, or a set and a list of texts, can lie to each other. */
export type Relation = 'covers' | 'meets' | 'equals' | 'empty' | 'within'

/** A yes or no about texts and sets, behind its key. */
export type Atom =
  | { readonly of: 'member'; readonly set: string; readonly text: string; readonly isTerm: boolean }
  | { readonly of: 'like'; readonly term: string; readonly pattern: string }
  | { readonly of: 'same'; readonly left: string; readonly right: string }
  | {
      readonly of: 'sets'
      readonly relation: Relation
      readonly left: string
      readonly right: string | readonly string[]
    }

export function atomKey(atom: Atom): string {
  return `atom ${JSON.stringify(atom)}`
}

export function readAtom(key: string): Atom | null {
  return key.startsWith('atom ') ? (JSON.parse(key.slice(5)) as Atom) : null
}

export function assume(assumed: Assumptions, more: readonly (readonly [string, Assumption])[]): Assumptions {
  return new Map([...assumed, ...more])
}

export function askBool(key: string, assumed: Assumptions): boolean | Question {
  const known = assumed.get(key)
  if (known?.is === 'bool') return known.value
  return {
    kind: 'question',
    alternatives: [true, false].map((value) => [[key, { is: 'bool', value }]] as const),
  }
}

/** The shape at a path of names, `null` where a request holds nothing. */
export function shapeAt(names: readonly string[]): Shape | null {
  let shape: Shape = requestShape
  for (const name of names) {
    if (typeof shape !== 'object' || !Object.hasOwn(shape, name)) return null
    shape = shape[name] ?? 'bool'
  }
  return shape
}

/** What the rows that are left say of an attribute: a value, a question for the row, or nothing. */
export function askRow(path: string, assumed: Assumptions): RowValue | Question | null {
  const group = groups.find(({ rows }) => rows.some((row) => path in row))
  if (group === undefined) return null
  const key = `row ${group.name}`
  const known = assumed.get(key)
  if (known?.is === 'row') return group.rows[known.value]?.[path] ?? null
  return { kind: 'question', alternatives: group.rows.map((_, value) => [[key, { is: 'row', value }]] as const) }
}

/** Follow a text to the one that it is the same as. */
export function canonical(term: string, assumed: Assumptions): string {
  let at = term
  for (let known = assumed.get(at); known?.is === 'same'; known = assumed.get(at)) at = known.as
  return at
}

/** Whether a text is a given one. */
export function askText(
  term: string,
  text: string,
  never: readonly string[],
  assumed: Assumptions,
): boolean | Question {
  const at = canonical(term, assumed)
  const known = assumed.get(at)
  if (known?.is === 'text') return known.value === text
  const not = known?.is === 'other' ? known.not : never
  if (not.includes(text)) return false
  return {
    kind: 'question',
    alternatives: [[[at, { is: 'text', value: text }]], [[at, { is: 'other', not: [...not, text] }]]],
  }
}
