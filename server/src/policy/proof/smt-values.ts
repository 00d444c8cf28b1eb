// Values of Cedar as SMT terms. An expression can come to values of several types, or to an error, each under a condition: a term is
// the list of what it can come to, the conditions exclude each other, and where none holds it is an error.

import { and, constant, not, noTexts, or, sameText, Untranslatable, type Script, type Text } from './smt-script.ts'

export type Value =
  | { readonly is: 'bool'; readonly smt: string }
  | { readonly is: 'text'; readonly text: Text }
  /** A number; of decimals ten thousand times it, of datetimes and durations milliseconds. */
  | { readonly is: 'long' | 'decimal' | 'datetime' | 'duration'; readonly smt: string }
  | { readonly is: 'ip'; readonly version: 4 | 6; readonly address: bigint; readonly prefix: number }
  | { readonly is: 'uid'; readonly type: string; readonly id: Text }
  /** A set that is written out; its items are in no error. */
  | { readonly is: 'list'; readonly items: readonly Term[] }
  | { readonly is: 'texts'; readonly smt: string }
  /** Its fields are in no error. */
  | { readonly is: 'record'; readonly fields: ReadonlyMap<string, Term> }

export interface Case {
  readonly when: string
  readonly value: Value
}

export type Term = readonly Case[]

export const error: Term = []

export function always(value: Value): Term {
  return [{ when: 'true', value }]
}

export function bool(smt: string): Term {
  return always({ is: 'bool', smt })
}

export function text(of: string): Term {
  return always({ is: 'text', text: constant(of) })
}

/** Under which condition there is a value at all. */
export function isFine(term: Term): string {
  return or(...term.map((one) => one.when))
}

export function under(when: string, term: Term): Term {
  return term.map((one) => ({ ...one, when: and(when, one.when) })).filter((one) => one.when !== 'false')
}

/** Read a term where a bool must stand: true under `holds`, in error but under `fine`. */
export function asBool(term: Term, script: Script): { readonly holds: string; readonly fine: string } {
  const bools = term.flatMap(({ when, value }) => (value.is === 'bool' ? [{ when, smt: value.smt }] : []))
  return {
    holds: script.share('Bool', or(...bools.map((one) => and(one.when, one.smt)))),
    fine: script.share('Bool', or(...bools.map((one) => one.when))),
  }
}

export function fromBool({ holds, fine }: { readonly holds: string; readonly fine: string }): Term {
  return fine === 'false' ? error : [{ when: fine, value: { is: 'bool', smt: holds } }]
}

/** Apply something to every value that a term can have, and keep what comes of bools together. */
export function over(term: Term, script: Script, work: (value: Value) => Term): Term {
  return gather(
    term.flatMap(({ when, value }) => under(when, work(value))),
    script,
  )
}

export function overTwo(left: Term, right: Term, script: Script, work: (left: Value, right: Value) => Term): Term {
  return over(left, script, (one) => over(right, script, (other) => work(one, other)))
}

export function choose(
  test: { readonly holds: string; readonly fine: string },
  yes: Term,
  no: Term,
  script: Script,
): Term {
  const chosen = script.share('Bool', and(test.fine, test.holds))
  const other = script.share('Bool', and(test.fine, not(test.holds)))
  return gather([...under(chosen, yes), ...under(other, no)], script)
}

function gather(term: Term, script: Script): Term {
  const rest = term
    .filter(({ value }) => value.is !== 'bool')
    .map(({ when, value }) => ({ when: script.share('Bool', when), value }))
  return [...fromBool(asBool(term, script)), ...rest]
}

/** Whether two terms, both fine, have equal values. */
export function areEqual(left: Term, right: Term, script: Script): string {
  const pairs = left.flatMap((one) =>
    right.map((other) => and(one.when, other.when, equalValues(one.value, other.value, script))),
  )
  return script.share('Bool', or(...pairs))
}

export function equalValues(left: Value, right: Value, script: Script): string {
  if (left.is === 'list' || left.is === 'texts') {
    return right.is === 'list' || right.is === 'texts'
      ? and(coversAll(left, right, script), coversAll(right, left, script))
      : 'false'
  }
  switch (left.is) {
    case 'bool':
      return right.is === 'bool' ? sameBool(left.smt, right.smt) : 'false'
    case 'text':
      return right.is === 'text' ? sameText(left.text, right.text) : 'false'
    case 'long':
    case 'decimal':
    case 'datetime':
    case 'duration':
      return right.is === left.is ? `(= ${left.smt} ${right.smt})` : 'false'
    case 'ip':
      return String(
        right.is === 'ip' &&
          left.version === right.version &&
          left.address === right.address &&
          left.prefix === right.prefix,
      )
    case 'uid':
      return right.is === 'uid' && left.type === right.type ? sameText(left.id, right.id) : 'false'
    case 'record':
      return right.is === 'record' ? equalFields(left.fields, right.fields, script) : 'false'
    default:
      return left satisfies never
  }
}

function sameBool(left: string, right: string): string {
  if (right === 'true' || right === 'false') return right === 'true' ? left : not(left)
  return left === 'true' ? right : left === 'false' ? not(right) : `(= ${left} ${right})`
}

function equalFields(left: ReadonlyMap<string, Term>, right: ReadonlyMap<string, Term>, script: Script): string {
  if (left.size !== right.size) return 'false'
  return and(
    ...[...left].map(([name, one]) => {
      const other = right.get(name)
      return other === undefined ? 'false' : areEqual(one, other, script)
    }),
  )
}

export type SetValue = Extract<Value, { is: 'list' | 'texts' }>

export function isSet(value: Value): value is SetValue {
  return value.is === 'list' || value.is === 'texts'
}

/** Whether a set holds what a term, which is fine, comes to. */
export function holds(set: SetValue, item: Term, script: Script): string {
  if (set.is === 'list') return or(...set.items.map((one) => areEqual(one, item, script)))
  return or(
    ...item.flatMap(({ when, value }) =>
      value.is === 'text' ? [and(when, `(select ${set.smt} ${value.text.smt})`)] : [],
    ),
  )
}

/** Whether the first set holds all of the second. */
export function coversAll(set: SetValue, wanted: SetValue, script: Script): string {
  if (wanted.is === 'list') return and(...wanted.items.map((item) => holds(set, item, script)))
  const texts = asTexts(set, script)
  return `(= ((_ map and) ${texts} ${wanted.smt}) ${wanted.smt})`
}

export function coversAny(set: SetValue, wanted: SetValue, script: Script): string {
  if (wanted.is === 'list') return or(...wanted.items.map((item) => holds(set, item, script)))
  if (set.is === 'list') return coversAny(wanted, set, script)
  return `(not (= ((_ map and) ${set.smt} ${wanted.smt}) ${noTexts}))`
}

export function isEmpty(set: SetValue): string {
  return set.is === 'list' ? String(set.items.length === 0) : `(= ${set.smt} ${noTexts})`
}

// The texts of a set; what else it holds is in no set of texts.
function asTexts(set: SetValue, script: Script): string {
  if (set.is === 'texts') return set.smt
  let made = noTexts
  for (const item of set.items) {
    for (const { when, value } of item) {
      if (value.is !== 'text') continue
      const stored = `(store ${made} ${value.text.smt} true)`
      made = script.share('Texts', when === 'true' ? stored : `(ite ${when} ${stored} ${made})`)
    }
  }
  return made
}

export function known({ text }: Text, what: string): string {
  if (text === null) throw new Untranslatable(`${what} is called with what only a request knows`)
  return text
}
