// Who gains or loses what by other policies: class by class, nobody and nothing left out.

import type { AnswerOf } from '../api/index.ts'
import { doingText } from './action-words.ts'
import { verbOf } from './access-effect.tsx'
import { Items } from './items.tsx'
import { Several } from './several.tsx'

type PolicyEffect = AnswerOf<'policyEffect'>

export function PolicyChanges({
  effect: { people, things, changes },
}: {
  readonly effect: Pick<PolicyEffect, 'people' | 'things' | 'changes'>
}) {
  const items = changes.map(({ people: who, things: which, change, actions, situations, because }) => {
    const [class_, thing] = [people[who], things[which]]
    const members = class_?.members ?? []
    return {
      key: `${who} ${which} ${change} ${actions.join()} ${situations.join()}`,
      what: (
        <span>
          <Several members={members} /> {verbOf(change === 'gains' ? 'gain' : 'lose', members.length)}{' '}
          {actions.map(doingText).join(', ')}:{' '}
          {thing === undefined || thing.members.length === 0 ? thing?.kind : <Several members={thing.members} />}
        </span>
      ),
      more: [...situations, ...because.map(({ text }) => text)].join(' · '),
    }
  })
  return items.length === 0 ? null : <Items items={items} />
}
