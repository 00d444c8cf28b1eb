// Changes to many people at once, person by person in the words of the forms.

import { Items } from '../../parts/items.tsx'
import { Section } from '../../parts/page.tsx'
import { changeTitle } from '../../parts/person-changes.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import { Facts } from '../../parts/facts.tsx'
import { countOf } from '../../parts/wording.ts'
import { changeFacts, type RecordedChange } from './person-change.tsx'
import type { Showing } from './showing.ts'

/** As the gate describes one person's part; of somebody who is gone only who it was. */
interface Part {
  readonly person: string
  readonly name?: string
  readonly externalId?: string | null
  readonly changes?: readonly RecordedChange[]
  readonly reason?: string
  readonly isOutdated?: boolean
}

export function PeopleImport({ approval: { state, details }, title }: Showing) {
  const people = details['people'] as readonly Part[]
  const reasons = [...new Set(people.flatMap(({ reason }) => reason ?? []))]
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', `An import: ${countOf(people.length, 'person', 'people')}`],
          ['Why', reasons.join('; ')],
        ]}
      />
      <Items
        items={people.map(({ person, name = 'Gone', externalId, changes = [], isOutdated }) => ({
          key: person,
          what: (
            <>
              <PersonLink id={person} name={name} />
              {typeof externalId === 'string' && `, ${externalId}`}
              {isOutdated === true &&
                state === 'pending' &&
                ': changed since this was asked, so it has to be asked again'}
            </>
          ),
          more: changes.map((one, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- changes are told apart by their place alone
            <span key={at}>
              {at > 0 && ' · '}
              {changeTitle(one.change)}
              {changeFacts(one, person).map(([what, how]) => (
                <span key={what}>
                  , {what}: {how}
                </span>
              ))}
            </span>
          )),
        }))}
      />
    </Section>
  )
}
