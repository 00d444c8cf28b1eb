// What a request would do to who can do what: class by class, nobody and nothing left out.

import type { AnswerOf } from '../../api/index.ts'
import { Items, type Item } from '../../parts/items.tsx'

type Shown = AnswerOf<'approvalEffect'>
type Access = NonNullable<Shown['access']>
type Policies = NonNullable<Shown['policies']>
type Answer = Access['answers'][number]

export function Effect({ effect: { effect, gains, loses, access, policies } }: { readonly effect: Shown }) {
  if (effect === null) return <p>It changes nothing of who can open what.</p>
  const counted = `${counts(gains)} gained, ${counts(loses)} lost.`
  const items = access === null ? (policies === null ? [] : ofPolicies(policies)) : ofAccess(access)
  return (
    <>
      <p>{gains + loses === 0 ? 'Nobody gains or loses anything by it now.' : counted}</p>
      {items.length > 0 && <Items items={items} />}
    </>
  )
}

/** Each class of people and of files whose answer would be another kind of answer. */
function ofAccess({ people, files, answers, now, would }: Access): readonly Item[] {
  return people.flatMap((class_, row) =>
    files.flatMap((thing, column): readonly Item[] => {
      const was = answers[now[row]?.[column] ?? -1]
      const is = answers[would?.[row]?.[column] ?? -1]
      if (was === undefined || is === undefined || was.effect === is.effect) return []
      const verb = is.effect === 'permit' ? 'gain' : 'lose'
      const what = `${some(class_.some, class_.count)} ${verb}: ${some(thing.some, thing.count)}`
      return [{ key: `${row} ${column}`, what, more: why(is) }]
    }),
  )
}

function why({ effect, citation, authorization, permittedBy, reasons }: Answer): string {
  if (effect === 'deny') return reasons.map(({ text }) => text).join(' ')
  return [authorization, citation, ...permittedBy.map(({ text }) => text)].filter((text) => text !== null).join(' · ')
}

function ofPolicies({ people, things, changes }: Policies): readonly Item[] {
  return changes.map(({ people: who, things: which, change, actions, situations, because }) => {
    const [class_, thing] = [people[who], things[which]]
    const on = thing === undefined || thing.members.length === 0 ? thing?.kind : some(thing.members)
    return {
      key: `${who} ${which} ${change} ${actions.join()} ${situations.join()}`,
      what: `${some(class_?.members ?? [])} ${change === 'gains' ? 'gain' : 'lose'} ${actions.join(', ')}: ${on}`,
      more: [...situations, ...because.map(({ text }) => text)].join(' · '),
    }
  })
}

function some(members: readonly { readonly name: string }[], count: number = members.length): string {
  const named = members.slice(0, 3).map(({ name }) => name)
  return count > named.length ? `${named.join(', ')} and ${count - named.length} more` : named.join(', ')
}

function counts(pairs: number): string {
  return pairs === 1 ? '1 pair of a person and a thing' : `${pairs.toLocaleString('en')} pairs of a person and a thing`
}
