// How what the exhaustive method sees relates: what is equal, what a set holds, how two sets lie to each other.

import { EntityUid, isEqual, isSet } from '../cedar/values.ts'
import { askText, atomKey, canonical, type Relation } from './assumptions.ts'
import {
  askAtom,
  Beyond,
  failure,
  fieldsOf,
  from,
  isEntity,
  test,
  value,
  type Seen,
  type Verdict,
  type View,
} from './seen.ts'

type SetLike = Extract<Seen, { kind: 'set' | 'list' | 'value' }>

export function isSetLike(seen: Seen): seen is SetLike {
  return seen.kind === 'set' || seen.kind === 'list' || (seen.kind === 'value' && isSet(seen.value))
}

/** The items of a set that is written out. */
export function itemsOf(seen: SetLike): readonly Seen[] {
  if (seen.kind === 'list') return seen.items
  return seen.kind === 'value' && isSet(seen.value) ? seen.value.map(value) : []
}

export function some(verdicts: Iterable<Verdict>): Verdict {
  for (const verdict of verdicts) if (verdict !== false) return verdict
  return false
}

function every(verdicts: Iterable<Verdict>): Verdict {
  for (const verdict of verdicts) if (verdict !== true) return verdict
  return true
}

export function* each(items: readonly Seen[], ask: (item: Seen) => Verdict): Generator<Verdict> {
  for (const item of items) yield ask(item)
}

export function holds(set: SetLike, item: Seen, view: View): Verdict {
  if (set.kind !== 'set') return some(each(itemsOf(set), (one) => equal(one, item, view)))
  if (item.kind === 'value' && typeof item.value === 'string') return member(set.path, item.value, view)
  if (item.kind !== 'text') return false
  const term = canonical(item.term, view.assumed)
  const known = view.assumed.get(term)
  if (known?.is === 'text') return member(set.path, known.value, view)
  return askAtom({ of: 'member', set: set.path, text: term, isTerm: true }, view)
}

function member(set: string, text: string, view: View): Verdict {
  return askAtom({ of: 'member', set, text, isTerm: false }, view)
}

export function covers(set: SetLike, wanted: SetLike, view: View): Verdict {
  if (wanted.kind !== 'set') return every(each(itemsOf(wanted), (item) => holds(set, item, view)))
  if (set.kind === 'set') return set.path === wanted.path || test(askSets('covers', set.path, wanted.path, view))
  return test(askSets('within', wanted.path, textsOf(set), view))
}

export function meets(set: SetLike, other: SetLike, view: View): Verdict {
  if (set.kind !== 'set') return some(each(itemsOf(set), (item) => holds(other, item, view)))
  if (other.kind !== 'set') return meets(other, set, view)
  const [left, right] = [set.path, other.path].sort()
  return test(askSets('meets', left ?? '', right ?? '', view))
}

// Which texts a set that is written out holds; anything else in it is in no set of texts.
function textsOf(set: SetLike): readonly string[] {
  return itemsOf(set).flatMap((item) => {
    if (item.kind === 'text') throw new Beyond('a set is compared with a list of attributes')
    return item.kind === 'value' && typeof item.value === 'string' ? [item.value] : []
  })
}

export function askSets(relation: Relation, left: string, right: string | readonly string[], view: View): Seen {
  return from(askAtom({ of: 'sets', relation, left, right }, view))
}

export function equal(left: Seen, right: Seen, view: View): Verdict {
  if (left.kind === 'question' || left.kind === 'error') return left.kind === 'error' ? 'error' : left
  if (right.kind === 'question' || right.kind === 'error') return right.kind === 'error' ? 'error' : right
  if (left.kind === 'value' && right.kind === 'value') return isEqual(left.value, right.value)
  if (left.kind === 'value') return equal(right, left, view)
  switch (left.kind) {
    case 'text':
      return equalText(left, right, view)
    case 'set':
    case 'list':
      return isSetLike(right) ? equalSets(left, right, view) : false
    case 'record':
    case 'fields':
      return equalRecords(left, right, view)
    case 'entity':
      return equalEntity(left.of, right, view)
    default:
      return left satisfies never
  }
}

function equalText(left: Extract<Seen, { kind: 'text' }>, right: Seen, view: View): Verdict {
  if (right.kind === 'value') {
    return typeof right.value === 'string' && askText(left.term, right.value, left.never, view.assumed)
  }
  if (right.kind !== 'text') return false
  const [a, b] = [left, right].map((one) => ({ ...one, term: canonical(one.term, view.assumed) }))
  if (a === undefined || b === undefined || a.term === b.term) return true
  const [x, y] = [view.assumed.get(a.term), view.assumed.get(b.term)]
  if (x?.is === 'text') return askText(b.term, x.value, b.never, view.assumed)
  if (y?.is === 'text') return askText(a.term, y.value, a.never, view.assumed)
  const [first, second] = [a, b].sort((p, q) => (p.term < q.term ? -1 : 1))
  const key = atomKey({ of: 'same', left: first?.term ?? '', right: second?.term ?? '' })
  const known = view.assumed.get(key)
  if (known?.is === 'bool') return known.value
  const not = [...(x?.is === 'other' ? x.not : a.never), ...(y?.is === 'other' ? y.not : b.never)]
  return {
    kind: 'question',
    alternatives: [
      [
        [key, { is: 'bool', value: true }],
        [b.term, { is: 'same', as: a.term }],
        [a.term, { is: 'other', not }],
      ],
      [[key, { is: 'bool', value: false }]],
    ],
  }
}

function equalSets(left: SetLike, right: SetLike, view: View): Verdict {
  if (left.kind === 'set' && right.kind === 'set') {
    const [first, second] = [left.path, right.path].sort()
    return left.path === right.path || test(askSets('equals', first ?? '', second ?? '', view))
  }
  return every([covers(left, right, view)].concat(covers(right, left, view)))
}

function equalRecords(left: Seen, right: Seen, view: View): Verdict {
  const [a, b] = [fieldsOf(left, view), fieldsOf(right, view)]
  if (a === null || b === null || a.size !== b.size || [...a.keys()].some((name) => !b.has(name))) return false
  const verdicts = [...a].map(([name, field]) => equal(field, b.get(name) ?? failure, view))
  // One field that differs is enough, whatever is still open about the others.
  return verdicts.includes(false) ? false : every(verdicts)
}

function equalEntity(of: 'principal' | 'resource', right: Seen, view: View): Verdict {
  if (right.kind === 'entity') return of === right.of
  if (right.kind !== 'value' || !(right.value instanceof EntityUid)) return false
  return isEntity(of, right.value, view)
}
