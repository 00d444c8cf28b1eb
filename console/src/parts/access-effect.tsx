// What a change would do to who can open what: class by class, nobody and nothing left out.

import type { AnswerOf } from '../api/index.ts'
import { Items, type Item } from './items.tsx'
import { countOf } from './wording.ts'

export type Access = AnswerOf<'access'>
type Answer = Access['answers'][number]

/** `access` is the answer to a question with a change. */
export function AccessEffect({ access }: { readonly access: Access }) {
  const { gains, loses } = access.totals
  const items = differing(access)
  return (
    <>
      <p>{gainsAndLosses(gains, loses)}</p>
      {items.length > 0 && <Items items={items} />}
    </>
  )
}

export function gainsAndLosses(gains: number, loses: number): string {
  if (gains + loses === 0) return 'Nobody gains or loses anything by it now.'
  return `${counts(gains)} gained, ${counts(loses)} lost.`
}

/** The first members of a class, and how many more there are. */
export function some(members: readonly { readonly name: string }[], count: number = members.length): string {
  const named = members.slice(0, 3).map(({ name }) => name)
  return count > named.length ? `${named.join(', ')} and ${count - named.length} more` : named.join(', ')
}

/** Each class of people and of files whose answer would be another kind of answer. */
function differing({ people, files, answers, now, would }: Access): readonly Item[] {
  return people.flatMap((class_, row) =>
    files.flatMap((thing, column): readonly Item[] => {
      const was = answers[now[row]?.[column] ?? -1]
      const is = answers[would?.[row]?.[column] ?? -1]
      if (was === undefined || is === undefined || was.effect === is.effect) return []
      const verb = is.effect === 'permit' ? 'gain' : 'lose'
      const what = `${some(class_.some, class_.count)} ${verb}: ${some(thing.some, thing.count)}`
      return [{ key: `${row} ${column}`, what, more: whyOf(is) }]
    }),
  )
}

/** Why an answer is as it is: the authorization with its citation and the policies that permit, or the reasons of a refusal. */
export function whyOf({ effect, citation, authorization, permittedBy, reasons }: Answer): string {
  if (effect === 'deny') return reasons.map(({ text }) => text).join(' ')
  return [authorization, citation, ...permittedBy.map(({ text }) => text)].filter((text) => text !== null).join(' · ')
}

function counts(pairs: number): string {
  return `${countOf(pairs, 'pair')} of a person and a thing`
}
