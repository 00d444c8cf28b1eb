// The map in words: of each class of people, what they can open and why, and why not the rest.

import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { whyOf, type Access as AccessMap } from '../../parts/access-effect.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { statusText, type Status } from '../../parts/person-status.tsx'
import { membersQuery } from '../../parts/several.tsx'
import { countOf } from '../../parts/wording.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import type { Asked as AskedFor } from './query.ts'

type People = AccessMap['people'][number]
type Files = AccessMap['files'][number]

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', rowGap: tokens.spacingVerticalL },
  one: { display: 'grid', rowGap: tokens.spacingVerticalXS },
  names: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  more: { justifySelf: 'start' },
})

/** As many as are shown at first. */
const few = 30

export function Classes({
  map,
  asked,
  verb,
  titleOf,
}: {
  readonly map: AccessMap
  readonly asked: AskedFor
  readonly verb: string
  readonly titleOf: TitleOf
}) {
  const styles = useStyles()
  const [shown, show] = useState(few)
  return (
    <div className={styles.list}>
      <ul className={styles.list}>
        {map.people.slice(0, shown).map((people, p) => (
          <li key={people.some[0]?.id ?? p} className={styles.one}>
            <Names people={people} asked={asked} />
            <Facts facts={factsOf(map, p, verb, titleOf)} />
          </li>
        ))}
      </ul>
      {map.people.length > shown && (
        <Button className={styles.more} onClick={() => show(shown + few)}>
          {map.people.length - shown} more classes
        </Button>
      )}
    </div>
  )
}

function Names({ people, asked }: { readonly people: People; readonly asked: AskedFor }) {
  const styles = useStyles()
  const [isWhole, showAll] = useState(false)
  const { some, count, status, roles, programs } = people
  return (
    <div className={styles.names}>
      <h3 className={styles.heading}>
        {some.map(({ id, name }, n) => (
          <span key={id}>
            {n > 0 && ', '}
            <PersonLink id={id} name={name} />
          </span>
        ))}
      </h3>
      <Badge appearance="outline" color="informative">
        {[statusText(status as Status), ...roles, ...programs].join(' · ')}
      </Badge>
      {count > some.length && !isWhole && (
        <Button size="small" onClick={() => showAll(true)}>
          and {count - some.length} more
        </Button>
      )}
      {isWhole && <Members asked={asked} with={some[0]?.id ?? ''} known={some.length} />}
    </div>
  )
}

function Members({
  asked,
  with: with_,
  known,
}: {
  readonly asked: AskedFor
  readonly with: string
  readonly known: number
}) {
  const members = useInfiniteQuery(membersQuery(asked, 'people', with_))
  return (
    <Asked what="the others" query={members}>
      {({ pages }) => (
        <span>
          {pages
            .flatMap((one) => one.members)
            .slice(known)
            .map(({ name }) => name)
            .join(', ')}
          {members.hasNextPage && (
            <Button size="small" onClick={() => void members.fetchNextPage()}>
              more
            </Button>
          )}
        </span>
      )}
    </Asked>
  )
}

function factsOf(map: AccessMap, p: number, verb: string, titleOf: TitleOf): readonly (readonly [string, ReactNode])[] {
  const answered = map.files.flatMap((files, f) => {
    const answer = map.answers[map.now[p]?.[f] ?? -1]
    return answer === undefined ? [] : [{ files, answer }]
  })
  const [opened, refused] = [
    answered.filter(({ answer }) => answer.effect === 'permit'),
    answered.filter(({ answer }) => answer.effect === 'deny'),
  ]
  const reasons = refused.flatMap(({ answer }) => answer.reasons.map(({ text }) => text))
  return [
    [
      `${verb === 'can' ? 'Can' : 'Could'} open`,
      opened.length === 0 ? (
        'nothing'
      ) : (
        <Lines key="open" lines={opened.map(({ files }) => fileClass(files, titleOf))} />
      ),
    ],
    ...(opened.length === 0
      ? []
      : [['Why', <Lines key="why" lines={opened.map(({ answer }) => whyOf(answer))} />] as const]),
    ...(refused.length === 0 ? [] : [['Why not the rest', <Lines key="not" lines={reasons} />] as const]),
  ]
}

/** Each once, one below the other. */
function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <>
      {[...new Set(lines)].map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  )
}

/** What a label is called. */
export type TitleOf = (fqn: string) => string

/** A class of files by its labels, with how many they are. */
export function fileClass({ count, labels }: Files, titleOf: TitleOf): string {
  const of = labels.length === 0 ? 'no label' : labels.map(titleOf).join(', ')
  return `${countOf(count, 'file')} of ${of}`
}
