// What a change would do to who can open what: class by class, nobody and nothing left out.

import type { AnswerOf } from '../api/index.ts'
import { Items, type Item } from './items.tsx'
import { Several, type AccessAsked } from './several.tsx'
import { countOf } from './wording.ts'

export type Access = AnswerOf<'access'>
type Answer = Access['answers'][number]

/** `access` is the answer to a question with a change; `asked` is that question. */
export function AccessEffect({ access, asked }: { readonly access: Access; readonly asked: AccessAsked }) {
  const { gains, loses } = access.totals
  const items = differing(access, asked)
  return (
    <>
      <p>{gainedAndLost(gains, loses)}</p>
      {items.length > 0 && <Items items={items} />}
    </>
  )
}

/** Of opening files alone; each file counts once for each person. */
function gainedAndLost(gains: number, loses: number): string {
  if (gains + loses === 0) return unchanged
  const told = [
    ...(gains === 0 ? [] : [`${countOf(gains, 'file')} more can be opened`]),
    ...(loses === 0 ? [] : [`${countOf(loses, 'file')} can be opened no more`]),
  ]
  return `${told.join(', ')}${gains + loses === 1 ? '' : ', each counted once for each person'}.`
}

/** Of any action. */
export function gainsAndLosses(gains: number, loses: number): string {
  if (gains + loses === 0) return unchanged
  const cases = (count: number) => countOf(count, 'case')
  return `Somebody can do more with something in ${cases(gains)}, and less in ${cases(loses)}; a case is a person and a thing.`
}

const unchanged = 'Nobody gains or loses anything by it now.'

/** Each class of people and of files whose answer would be another kind of answer. */
function differing({ people, files, answers, now, would }: Access, asked: AccessAsked): readonly Item[] {
  return people.flatMap((class_, row) =>
    files.flatMap((thing, column): readonly Item[] => {
      const was = answers[now[row]?.[column] ?? -1]
      const is = answers[would?.[row]?.[column] ?? -1]
      if (was === undefined || is === undefined || was.effect === is.effect) return []
      const what = (
        <span>
          <Several members={class_.some} count={class_.count} ofClass={{ asked, of: 'people' }} />{' '}
          {verbOf(is.effect === 'permit' ? 'gain' : 'lose', class_.count)}:{' '}
          <Several members={thing.some} count={thing.count} ofClass={{ asked, of: 'files' }} />
        </span>
      )
      return [{ key: `${row} ${column}`, what, more: whyOf(is) }]
    }),
  )
}

/** `gains` of one, `gain` of several. */
export function verbOf(verb: 'gain' | 'lose', count: number): string {
  return count === 1 ? `${verb}s` : verb
}

/** Why an answer is as it is: the authorization with its citation and the policies that permit, or the reasons of a refusal. */
export function whyOf({ effect, citation, authorization, permittedBy, reasons }: Answer): string {
  if (effect === 'deny') return [...new Set(reasons.map(({ text }) => text))].join(' ')
  return [authorization, citation, ...permittedBy.map(({ text }) => text)].filter((text) => text !== null).join(' · ')
}
