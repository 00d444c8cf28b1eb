// What a request would do to who can do what: class by class, nobody and nothing left out.

import type { AnswerOf } from '../../api/index.ts'
import { AccessEffect, gainsAndLosses, some } from '../../parts/access-effect.tsx'
import { Items, type Item } from '../../parts/items.tsx'

type Shown = AnswerOf<'approvalEffect'>
type Policies = NonNullable<Shown['policies']>

export function Effect({ effect: { effect, gains, loses, access, policies } }: { readonly effect: Shown }) {
  if (effect === null) return <p>It changes nothing of who can open what.</p>
  if (access !== null) return <AccessEffect access={access} />
  const items = policies === null ? [] : ofPolicies(policies)
  return (
    <>
      <p>{gainsAndLosses(gains, loses)}</p>
      {items.length > 0 && <Items items={items} />}
    </>
  )
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
