// A change of somebody's record in the words of its form: what changes, why, and, while it waits, who they are now.

import { Link } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/index.ts'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/page.tsx'
import { changeKinds, changeTitle, type ChangeName } from '../../parts/person-changes.ts'
import { statusText, type Status } from '../../parts/person-status.tsx'
import { worded, wordedMember } from '../../parts/wording.ts'

type Fact = readonly [string, React.ReactNode]

export function PersonChange({
  approval: { about, state, details },
  title,
}: {
  readonly approval: AnswerOf<'approval'>
  readonly title: string
}) {
  const { change, reason, isOutdated, ...person } = details as unknown as Recorded
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', changeTitle(change.change)],
          ...changeFacts(change, about.id),
          ['Why', reason ?? ''],
          // Told as of today: once it is done, what was approved was approved of somebody else than they are now.
          ...(state === 'pending' ? whoTheyAre(person) : []),
          ...(isOutdated === true && state === 'pending'
            ? [['Outdated', 'Their record changed since this was asked: it has to be asked again'] as const]
            : []),
        ]}
      />
    </Section>
  )
}

export type RecordedChange = Readonly<Record<string, unknown>> & { readonly change: string }

interface Known {
  readonly status?: Status
  readonly roles?: readonly string[]
  readonly assignments?: readonly { readonly program: string; readonly purpose: string }[]
  readonly identities?: readonly { readonly issuer: string; readonly subject: string }[]
  readonly employer?: string | null
  readonly nda?: boolean
}

/** As the gate describes a change of the roster. */
interface Recorded extends Known {
  readonly change: RecordedChange
  readonly reason?: string
  readonly isOutdated?: boolean
}

/** What a change says, by the fields of its form. */
export function changeFacts({ change, ...members }: RecordedChange, personId: string): readonly Fact[] {
  const { fields } = changeKinds[change as ChangeName]
  return Object.entries(members).map(([name, value]): Fact => {
    if (name === 'countries') return ['Countries', <Sealed key="countries" personId={personId} />]
    const field = fields.find((one) => one.name === name)
    const chosen = field?.options?.find(([option]) => option === value)
    return [
      field?.label ?? besides[name] ?? worded(wordedMember(name)),
      chosen?.[1] ?? <Said key={name} name={name} value={value} />,
    ]
  })
}

/** What the command line takes besides what the form asks for. */
const besides: Readonly<Record<string, string>> = { kind: 'Here as', ndaSignedOn: 'NDA signed on' }

/** A look at countries is on record, and on the person's own page. */
function Sealed({ personId }: { readonly personId: string }) {
  return (
    <>
      Sealed: looked at for a stated purpose on{' '}
      <Link to="/people/$personId" params={{ personId }}>
        their page
      </Link>
    </>
  )
}

function Said({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (value === null) return name === 'employer' ? 'This enclave' : 'None'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^\d{4}-\d\d-\d\d$/.test(value) ? <Moment at={value} /> : value
}

function whoTheyAre({ status, roles, assignments, identities, employer, nda }: Known): readonly Fact[] {
  return [
    ['Now', [status === undefined ? 'gone' : statusText(status), ...(nda === true ? ['NDA on file'] : [])].join(', ')],
    ['Roles now', listed(roles?.map(worded))],
    ['Assigned to now', listed(assignments?.map(({ program, purpose }) => `${program} for ${purpose}`))],
    ['Signs in with', listed(identities?.map(({ issuer, subject }) => `${subject} at ${issuer}`))],
    ...(employer === null || employer === undefined ? [] : [['Employer now', employer] as const]),
  ]
}

export function listed(all: readonly string[] | undefined): string {
  return all === undefined || all.length === 0 ? 'None' : all.join(', ')
}
