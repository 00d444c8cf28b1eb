// The forms of the questions. What is filled in goes to the gate with the question and nowhere else.

import { Button, Checkbox, Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Asked } from '../../parts/asked.tsx'
import { FindPerson } from '../../parts/finder.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Offered } from '../../parts/offered.tsx'
import { useWork } from '../../parts/work.ts'
import { effectiveQuery, policySetsQuery, type Asked as AskedFor, type Change } from './query.ts'
import type { Question } from './route.ts'

const useStyles = makeStyles({
  form: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  wide: {
    flexGrow: 1,
    flexBasis: '14rem',
    maxWidth: 'min(26rem, 100%)',
    minWidth: 0,
    gridTemplateColumns: 'minmax(0, 1fr)',
  },
})

export interface AskingProps {
  readonly question: Exclude<Question, 'now'>
  readonly onAsk: (asked: AskedFor) => void
  readonly onAskPolicies: (digest: string) => void
}

export function Asking({ question, onAsk, onAskPolicies }: AskingProps) {
  const onChange = (change: Change) => onAsk({ change })
  switch (question) {
    case 'past':
      return <AskPast onAsk={onAsk} />
    case 'ends':
      return <AskEnds onChange={onChange} />
    case 'person':
      return <AskPerson onChange={onChange} />
    case 'place':
      return <AskPlace onChange={onChange} />
    case 'policies':
      return <AskPolicies onAsk={onAskPolicies} />
    default:
      return question satisfies never
  }
}

function Form({
  isReady,
  onSubmit,
  children,
}: {
  readonly isReady: boolean
  readonly onSubmit: () => void
  readonly children: ReactNode
}) {
  const styles = useStyles()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onSubmit()
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {children}
      <Button type="submit" appearance="primary" disabled={!isReady}>
        Ask
      </Button>
    </form>
  )
}

function AskPast({ onAsk }: { readonly onAsk: (asked: AskedFor) => void }) {
  const [day, setDay] = useState('')
  return (
    <Form isReady={day !== ''} onSubmit={() => onAsk({ asOf: day })}>
      <Field label="As it was on this day, at its beginning (UTC)">
        <Input type="date" value={day} onChange={(_, { value }) => setDay(value)} />
      </Field>
    </Form>
  )
}

function AskEnds({ onChange }: { readonly onChange: (change: Change) => void }) {
  const styles = useStyles()
  const effective = useQuery(effectiveQuery)
  const [chosen, choose] = useState('')
  return (
    <Asked what="the register" query={effective}>
      {(authorizations) =>
        authorizations.length === 0 ? (
          <Nothing title="No authorization is in effect">So that none can end.</Nothing>
        ) : (
          <Form
            isReady={chosen !== ''}
            onSubmit={() => onChange({ kind: 'authorization-ends', authorizationId: chosen })}
          >
            <Field label="Authorization" className={styles.wide}>
              <Select value={chosen} onChange={(_, { value }) => choose(value)}>
                <option value="">Choose one</option>
                {authorizations.map(({ id, terms }) => (
                  <option key={id} value={id}>
                    {terms.number}
                  </option>
                ))}
              </Select>
            </Field>
          </Form>
        )
      }
    </Asked>
  )
}

const recordChanges = {
  'us-person': 'They become a U.S. person, such as a permanent resident',
  'foreign-person': 'They become a foreign person of these countries',
  unverified: 'Their status is verified no longer',
  ended: 'Their status ends',
  assign: 'They are assigned to a program',
  unassign: 'They are assigned to a program no longer',
} as const
type RecordChange = keyof typeof recordChanges

function AskPerson({ onChange }: { readonly onChange: (change: Change) => void }) {
  const styles = useStyles()
  const [personId, choose] = useState<string>()
  const [what, setWhat] = useState<RecordChange>('us-person')
  const [text, write] = useState<Readonly<Record<string, string>>>({})
  const has = (name: string) => (text[name] ?? '').trim() !== ''
  const isReady =
    personId !== undefined &&
    (what !== 'foreign-person' || has('citizenships')) &&
    (what !== 'assign' || (has('program') && has('purpose'))) &&
    (what !== 'unassign' || has('program'))
  const ask = () => {
    if (personId === undefined) return
    onChange({ kind: 'person', personId, assign: [], unassign: [], ...changeOf(what, text) })
  }
  const input = (name: string, label: string) => (
    <Field label={label}>
      <Input
        value={text[name] ?? ''}
        onChange={(_, { value }) => write({ ...text, [name]: value })}
        autoComplete="off"
      />
    </Field>
  )
  const work = useWork(what === 'assign' || what === 'unassign')
  const offered = (name: string, label: string, options: readonly string[]) => (
    <Offered
      label={label}
      options={options}
      value={text[name] ?? ''}
      onChange={(value) => write({ ...text, [name]: value })}
    />
  )
  return (
    <Form isReady={isReady} onSubmit={ask}>
      <FindPerson label="Whose" className={styles.wide} chosen={personId} onChoose={choose} />
      <Field label="What changes" className={styles.wide}>
        <Select value={what} onChange={(_, { value }) => setWhat(value as RecordChange)}>
          {Object.entries(recordChanges).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {what === 'foreign-person' && (
        <>
          {input('citizenships', 'Citizenships, by code, as GB, CA')}
          {input('formerCitizenships', 'Former citizenships')}
          {input('permanentResidencies', 'Permanent residencies')}
        </>
      )}
      {(what === 'assign' || what === 'unassign') && offered('program', 'Program', work.programs)}
      {what === 'assign' && offered('purpose', 'Purpose', work.purposes)}
    </Form>
  )
}

function changeOf(what: RecordChange, text: Readonly<Record<string, string>>) {
  const one = (name: string) => (text[name] ?? '').trim()
  const codes = (name: string) =>
    one(name)
      .toUpperCase()
      .split(/[,\s]+/)
      .filter((code) => code !== '')
  if (what === 'assign') return { assign: [{ program: one('program'), purpose: one('purpose') }] }
  if (what === 'unassign') return { unassign: [one('program')] }
  if (what !== 'foreign-person') return { status: what }
  const ties = {
    citizenships: codes('citizenships'),
    formerCitizenships: codes('formerCitizenships'),
    permanentResidencies: codes('permanentResidencies'),
  }
  return { status: what, ties } as { readonly status: typeof what; readonly ties: NonNullable<TiesOf> }
}
type TiesOf = Extract<Change, { kind: 'person' }>['ties']

function AskPlace({ onChange }: { readonly onChange: (change: Change) => void }) {
  const styles = useStyles()
  const [personId, choose] = useState<string>()
  const [country, write] = useState('')
  const [isUnknown, setUnknown] = useState(false)
  const code = country.trim().toUpperCase()
  const ask = () => {
    const from = isUnknown ? null : code
    onChange({ kind: 'place', country: from, ...(personId === undefined ? {} : { personId }) })
  }
  return (
    <Form isReady={isUnknown || /^[A-Z]{2}$/.test(code)} onSubmit={ask}>
      <FindPerson
        label="Who; nobody in particular means everybody"
        className={styles.wide}
        chosen={personId}
        onChoose={choose}
      />
      <Field label="Country, by its code, as GB">
        <Input value={country} maxLength={2} disabled={isUnknown} onChange={(_, { value }) => write(value)} />
      </Field>
      <Checkbox
        label="From a network that nobody knows"
        checked={isUnknown}
        onChange={(_, { checked }) => setUnknown(checked === true)}
      />
    </Form>
  )
}

function AskPolicies({ onAsk }: { readonly onAsk: (digest: string) => void }) {
  const styles = useStyles()
  const sets = useQuery(policySetsQuery)
  const [chosen, choose] = useState('')
  return (
    <Asked what="policy sets" query={sets}>
      {({ inForce, shipped, versions }) => {
        const earlier = versions.filter(
          ({ digest }, n) => digest !== inForce && versions.findIndex((one) => one.digest === digest) === n,
        )
        const others = [
          ...(shipped === inForce ? [] : [{ digest: shipped, name: 'The set of this version' }]),
          ...earlier.flatMap(({ digest, at, reason }) =>
            digest === shipped ? [] : [{ digest, name: `${at.slice(0, 10)}: ${reason}` }],
          ),
        ]
        return others.length === 0 ? (
          <Nothing title="There is one policy set, and it is in force">
            An edited one is tried where policies are edited, or with <code>sallyport policy effect</code>.
          </Nothing>
        ) : (
          <Form isReady={chosen !== ''} onSubmit={() => onAsk(chosen)}>
            <Field label="Policy set" className={styles.wide}>
              <Select value={chosen} onChange={(_, { value }) => choose(value)}>
                <option value="">Choose one</option>
                {others.map(({ digest, name }) => (
                  <option key={digest} value={digest}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
          </Form>
        )
      }}
    </Asked>
  )
}
