// How a record came to be as it is: a slider over its versions, the person as of the one that is chosen, and what happened in order.

import { Button, Field, makeStyles, mergeClasses, Slider, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { changeTitle } from '../../parts/person-changes.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import { PersonFacts } from './facts.tsx'
import type { History } from './query.ts'
import { groundText } from './verification.tsx'

const useStyles = makeStyles({
  timeline: { listStyleType: 'none', margin: `${tokens.spacingVerticalM} 0`, padding: 0 },
  one: {
    display: 'grid',
    rowGap: '2px',
    justifyItems: 'start',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke2,
  },
  chosen: {
    borderInlineStartColor: tokens.colorBrandStroke1,
    backgroundColor: tokens.colorNeutralBackground1Selected,
  },
  small: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  what: { padding: 0, minWidth: 0, justifyContent: 'start' },
})

export function HistoryTimeline({ history }: { readonly history: History }) {
  const styles = useStyles()
  // The oldest first, so that the slider goes with time.
  const versions = history.versions.toSorted((one, other) => one.from.localeCompare(other.from))
  const [at, goTo] = useState(versions.length - 1)
  const chosen = versions[at]
  return (
    <>
      {versions.length > 1 && chosen !== undefined && (
        <Field label="As of">
          <Slider
            min={0}
            max={versions.length - 1}
            value={at}
            onChange={(_, { value }) => goTo(value)}
            aria-valuetext={`${new Date(chosen.from).toLocaleString()}: ${changeTitle(chosen.change)}`}
          />
        </Field>
      )}
      {chosen !== undefined && at < versions.length - 1 && (
        <section aria-label={`From ${chosen.from}`}>
          <p>
            From <Moment at={chosen.from} /> until the next change:
          </p>
          <PersonFacts person={chosen.person} rests={chosen.verification} />
        </section>
      )}
      <ol className={styles.timeline} reversed>
        {versions
          .map((one, index) => (
            <li key={one.person.version} className={mergeClasses(styles.one, index === at && styles.chosen)}>
              <Button
                appearance="transparent"
                className={styles.what}
                aria-pressed={index === at}
                onClick={() => goTo(index)}
              >
                {changeTitle(one.change)}
              </Button>
              <span className={styles.small}>
                <Moment at={one.from} /> · {one.by?.name ?? 'the founding'}
                {one.approvedBy.length > 0 && `, approved by ${one.approvedBy.map(({ name }) => name).join(' and ')}`}
              </span>
              {one.verification !== null && saysAnew(one, versions[index - 1]) && (
                <span>
                  {groundText(one.verification)}. Evidence: {one.verification.evidenceRef}
                </span>
              )}
              {one.reason !== null && <span>{one.reason}</span>}
              {one.entryId !== null && <span className={styles.small}>entry {one.entryId}</span>}
            </li>
          ))
          .toReversed()}
      </ol>
      <Related history={history} />
      {history.endings.length > 0 && <Endings endings={history.endings} />}
      {history.looks.length > 0 && (
        <>
          <h3>Looks at the countries</h3>
          <Items
            items={history.looks.map(({ at: when, by, purpose, entryId }) => ({
              key: entryId,
              what: purpose ?? 'no purpose is on record',
              more: (
                <>
                  {by?.name ?? 'somebody'}, <Moment at={when} />
                </>
              ),
            }))}
          />
        </>
      )}
    </>
  )
}

/** Whether a version is one that says what the status rests on. */
function saysAnew({ change, verification }: Version, before: Version | undefined): boolean {
  return change.startsWith('verify-') || verification?.evidenceRef !== before?.verification?.evidenceRef
}

type Version = History['versions'][number]

/** Records that belong to this one: merged into it, split from it, or it from them. */
function Related({ history: { mergedFrom, splitFrom, splitInto } }: { readonly history: History }) {
  const all = [
    ...mergedFrom.map((one) => ({ how: 'Merged from', ...one })),
    ...(splitFrom === null ? [] : [{ how: 'Split from', ...splitFrom }]),
    ...splitInto.map((one) => ({ how: 'Split into', ...one })),
  ]
  if (all.length === 0) return null
  return (
    <>
      <h3>Records that belong to this one</h3>
      <Items
        items={all.map(({ how, id, name, at }) => ({
          key: `${how} ${id}`,
          what: (
            <>
              {how} <PersonLink id={id} name={name} />
            </>
          ),
          more: <Moment at={at} />,
        }))}
      />
    </>
  )
}

function Endings({ endings }: { readonly endings: History['endings'] }) {
  return (
    <>
      <h3>How each ending took effect</h3>
      <Items
        items={endings.map(({ at, by, entryId, lastPermit, firstRefusal, permitAfter }) => ({
          key: entryId,
          what: (
            <>
              Ended by {by?.name ?? 'the gate'}, <Moment at={at} />
            </>
          ),
          more: [
            lastPermit === null ? 'never permitted before' : `last permitted ${lastPermit.at}`,
            firstRefusal === null ? 'asked for nothing since' : `first refused ${firstRefusal.at}`,
            permitAfter === null ? 'nothing permitted after' : `PERMITTED AFTER: ${permitAfter.at}`,
          ].join(' · '),
        }))}
      />
    </>
  )
}
