// From assumptions to one request that fits them, or the certainty that there is none: what was assumed of texts and sets one by one
// may contradict itself.

import { isLike } from '../cedar/operators.ts'
import type { PatternPart } from '../cedar/syntax.ts'
import type { Action } from '@sallyport/protocol'
import type { Attributes } from '../attributes.ts'
import { canonical, readAtom, type Assumptions, type Atom } from './assumptions.ts'
import { groups, requestShape, resourceOf, unknownDevice, type RowValue, type Shape } from './statement.ts'

export interface Witness {
  readonly attributes: Attributes
  readonly otherDevice: string | null
}

interface Told {
  readonly atom: Atom
  readonly is: boolean
}

/**
 * Find a request. `none`: the assumptions contradict each other. `unknown`: only a text that matches some patterns and not others would
 * do, and none was found.
 */
export function findWitness(action: Action, assumed: Assumptions): Witness | 'none' | 'unknown' {
  const told = [...assumed].flatMap(([key, one]): Told[] => {
    const atom = readAtom(key)
    return atom === null || one.is !== 'bool' ? [] : [{ atom, is: one.value }]
  })
  const terms = [...new Set([...termsOf(told), ...assumed.keys()])].filter(isFree(assumed))
  const texts = [
    ...new Set([
      ...textsOf(told),
      ...[...assumed.values()].flatMap((one) => (one.is === 'text' ? [one.value] : one.is === 'other' ? one.not : [])),
    ]),
  ]
  const patterns = told.filter(({ atom }) => atom.of === 'like')
  for (const values of choices(terms, texts, patterns, assumed)) {
    const valueOf = (term: string) => {
      const at = canonical(term, assumed)
      const known = assumed.get(at)
      return known?.is === 'text' ? known.value : (values.get(at) ?? '')
    }
    if (!told.every((one) => agrees(one, valueOf))) continue
    const sets = solveSets(told, texts, valueOf)
    if (sets !== null) return request(action, assumed, valueOf, sets)
  }
  return patterns.length > 0 ? 'unknown' : 'none'
}

function termsOf(told: readonly Told[]): readonly string[] {
  return told.flatMap(({ atom }) => {
    if (atom.of === 'member') return atom.isTerm ? [atom.text] : []
    return atom.of === 'like' ? [atom.term] : atom.of === 'same' ? [atom.left, atom.right] : []
  })
}

function textsOf(told: readonly Told[]): readonly string[] {
  return told.flatMap(({ atom }) => {
    if (atom.of === 'member') return atom.isTerm ? [] : [atom.text]
    return atom.of === 'sets' && typeof atom.right !== 'string' ? atom.right : []
  })
}

// Texts of which it is open what they are: their own, and nobody's alias.
function isFree(assumed: Assumptions): (term: string) => boolean {
  const shapes = new Set(textPaths('', requestShape))
  return (term) => {
    const known = assumed.get(term)
    return (shapes.has(term) || term.endsWith(' elsewhere')) && (known === undefined || known.is === 'other')
  }
}

function textPaths(path: string, shape: Shape): readonly string[] {
  if (typeof shape !== 'object') return shape === 'string' ? [path] : []
  return Object.entries(shape).flatMap(([name, one]) => textPaths(path === '' ? name : `${path}.${name}`, one))
}

const natural: Readonly<Record<string, readonly string[]>> = {
  'context.place.country': ['US', 'GB', 'FR', 'JP', 'BR'],
  'context.device': [unknownDevice],
  'context.door': ['api', 'kas'],
  'resource.id': ['018f0000-0000-7000-8000-000000000001'],
}

const maxChoices = 5000

// Every value that could matter for every free text: one of its own first, then each text that is spoken of.
function* choices(
  terms: readonly string[],
  texts: readonly string[],
  patterns: readonly Told[],
  assumed: Assumptions,
): Generator<ReadonlyMap<string, string>> {
  let made = 0
  function* rest(at: number, values: ReadonlyMap<string, string>): Generator<ReadonlyMap<string, string>> {
    const term = terms[at]
    if (term === undefined) {
      if (made++ < maxChoices) yield values
      return
    }
    const known = assumed.get(term)
    const not = known?.is === 'other' ? known.not : []
    const own = (natural[term] ?? []).find((one) => !texts.includes(one)) ?? `another ${term.split('.').at(-1) ?? ''}`
    const matching = patterns.flatMap(({ atom }) =>
      atom.of === 'like' && canonical(atom.term, assumed) === term ? instances(atom.pattern) : [],
    )
    for (const value of new Set([own, ...texts, ...matching])) {
      if (!not.includes(value)) yield* rest(at + 1, new Map([...values, [term, value]]))
    }
  }
  yield* rest(0, new Map())
}

function instances(pattern: string): readonly string[] {
  const parts = JSON.parse(pattern) as readonly PatternPart[]
  return ['', 'x', '-other-'].map((filling) =>
    parts.map((part) => (part === 'Wildcard' ? filling : part.Literal)).join(''),
  )
}

function agrees({ atom, is }: Told, valueOf: (term: string) => string): boolean {
  if (atom.of === 'same') return (valueOf(atom.left) === valueOf(atom.right)) === is
  if (atom.of === 'like') return isLike(valueOf(atom.term), JSON.parse(atom.pattern) as PatternPart[]) === is
  return true
}

type Sets = ReadonlyMap<string, ReadonlySet<string>>

/** A text that must be in some sets and out of others; each way is one to meet what is told. */
interface Wanted {
  readonly ways: readonly {
    readonly ins: readonly string[]
    readonly outs: readonly string[]
    readonly but: readonly string[]
  }[]
}

function solveSets(told: readonly Told[], texts: readonly string[], valueOf: (term: string) => string): Sets | null {
  const ins = new Map<string, Set<string>>()
  const outs = new Map<string, Set<string>>()
  for (const { atom, is } of told) {
    if (atom.of === 'member') add(is ? ins : outs, atom.set, atom.isTerm ? valueOf(atom.text) : atom.text)
  }
  const wanted = told.flatMap(wantedBy)
  const universe = [...new Set([...texts, ...[...ins.values(), ...outs.values()].flatMap((set) => [...set])])]
  function meet(at: number, ins: Map<string, Set<string>>, outs: Map<string, Set<string>>): Sets | null {
    if (!isClosedUnder(told, ins, outs)) return null
    const next = wanted[at]
    if (next === undefined) return ins
    for (const way of next.ways) {
      for (const text of [`another ${at + 1}`, ...universe]) {
        if (way.but.includes(text)) continue
        const [more, less] = [copy(ins), copy(outs)]
        for (const set of way.ins) add(more, set, text)
        for (const set of way.outs) add(less, set, text)
        const found = meet(at + 1, more, less)
        if (found !== null) return found
      }
    }
    return null
  }
  return meet(0, ins, outs)
}

function wantedBy({ atom, is }: Told): readonly Wanted[] {
  if (atom.of !== 'sets') return []
  const { relation, left, right } = atom
  const way = (ins: readonly string[], outs: readonly string[], but: readonly string[] = []) => ({ ins, outs, but })
  if (typeof right !== 'string') return is ? [] : [{ ways: [way([left], [], right)] }]
  if (relation === 'meets') return is ? [{ ways: [way([left, right], [])] }] : []
  if (is) return []
  if (relation === 'covers') return [{ ways: [way([right], [left])] }]
  if (relation === 'empty') return [{ ways: [way([left], [])] }]
  return [{ ways: [way([left], [right]), way([right], [left])] }]
}

// Adds what must be added, and says whether nothing is then in a set that must not be.
function isClosedUnder(
  told: readonly Told[],
  ins: Map<string, Set<string>>,
  outs: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const flow = told.flatMap(({ atom, is }): [string, string][] => {
    if (atom.of !== 'sets' || !is || typeof atom.right !== 'string') return []
    if (atom.relation === 'covers') return [[atom.right, atom.left]]
    return atom.relation === 'equals'
      ? [
          [atom.right, atom.left],
          [atom.left, atom.right],
        ]
      : []
  })
  for (let grew = true; grew;) {
    grew = false
    for (const [from, to] of flow) {
      for (const text of ins.get(from) ?? []) {
        if (ins.get(to)?.has(text) === true) continue
        add(ins, to, text)
        grew = true
      }
    }
  }
  for (const [set, texts] of ins) if ([...texts].some((text) => outs.get(set)?.has(text) === true)) return false
  return told.every(({ atom, is }) => {
    if (atom.of !== 'sets') return true
    const held = ins.get(atom.left) ?? new Set<string>()
    if (atom.relation === 'empty' && is) return held.size === 0
    if (atom.relation === 'within' && is) return [...held].every((text) => atom.right.includes(text))
    if (atom.relation === 'meets' && !is && typeof atom.right === 'string')
      return ![...held].some((text) => ins.get(String(atom.right))?.has(text) === true)
    return true
  })
}

function add(sets: Map<string, Set<string>>, set: string, text: string): void {
  sets.set(set, (sets.get(set) ?? new Set()).add(text))
}

function copy(sets: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  return new Map([...sets].map(([set, texts]) => [set, new Set(texts)]))
}

function request(action: Action, assumed: Assumptions, valueOf: (term: string) => string, sets: Sets): Witness {
  const rows = new Map<string, RowValue>()
  for (const { name, rows: all } of groups) {
    const known = assumed.get(`row ${name}`)
    for (const [path, value] of Object.entries(all[known?.is === 'row' ? known.value : all.length - 1] ?? {}))
      rows.set(path, value)
  }
  const { kind, id } = resourceOf(action)
  const text = (path: string): string => {
    if (path === 'resource.kind') return kind
    if (path === 'resource.id' && id !== null) return id
    const known = assumed.get(canonical(path, assumed))
    if (known?.is === 'text') return known.value
    return valueOf(path) || (natural[path]?.[0] ?? `any ${path}`)
  }
  const build = (path: string, shape: Shape): unknown => {
    if (typeof shape === 'object') {
      return Object.fromEntries(
        Object.entries(shape).map(([name, one]) => [name, build(path === '' ? name : `${path}.${name}`, one)]),
      )
    }
    const row = rows.get(path)
    if (row !== undefined && (typeof row !== 'object' || Array.isArray(row))) return row
    if (shape === 'strings') return [...(sets.get(path) ?? [])].sort()
    const known = assumed.get(path)
    return shape === 'bool' ? known?.is === 'bool' && known.value : text(path)
  }
  const isElsewhere = [...assumed.keys()].includes('context.device elsewhere')
  return {
    attributes: build('', requestShape) as Attributes,
    otherDevice: isElsewhere ? valueOf('context.device elsewhere') || 'another device' : null,
  }
}
