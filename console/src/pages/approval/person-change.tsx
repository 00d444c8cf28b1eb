// A change of somebody's record: what changes, why, and who they are while it is asked.

import type { AnswerOf } from '../../api/index.ts'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/page.tsx'
import { statusText, type Status } from '../../parts/person-status.tsx'
import { worded, wordedMember } from '../../parts/wording.ts'

type Fact = readonly [string, React.ReactNode]

export function PersonChange({
  approval: { title: asked, state, details },
  title,
}: {
  readonly approval: AnswerOf<'approval'>
  readonly title: string
}) {
  const { change, reason, isOutdated, status, roles, assignments, identities, employer, nda } =
    details as unknown as Recorded
  const { change: _, ...members } = change
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', worded(asked)],
          ...Object.entries(members).map(([name, value]): Fact => [worded(wordedMember(name)), told(value)]),
          ['Why', reason ?? ''],
          [
            'Now',
            [status === undefined ? 'gone' : statusText(status), ...(nda === true ? ['NDA on file'] : [])].join(', '),
          ],
          ['Roles now', listed(roles)],
          ['Assigned to now', listed(assignments?.map(({ program, purpose }) => `${program}: ${purpose}`))],
          ['Signs in with', listed(identities?.map(({ issuer, subject }) => `${subject} of ${issuer}`))],
          ...(employer === null || employer === undefined ? [] : [['Employer', employer] as const]),
          ...(isOutdated === true && state === 'pending'
            ? [['Outdated', 'Their record changed since this was asked: it has to be asked again'] as const]
            : []),
        ]}
      />
    </Section>
  )
}

/** As the gate describes a change of the roster. */
interface Recorded {
  readonly change: Readonly<Record<string, unknown>>
  readonly reason?: string
  readonly isOutdated?: boolean
  readonly status?: Status
  readonly roles?: readonly string[]
  readonly assignments?: readonly { readonly program: string; readonly purpose: string }[]
  readonly identities?: readonly { readonly issuer: string; readonly subject: string }[]
  readonly employer?: string | null
  readonly nda?: boolean
}

function listed(all: readonly string[] | undefined): string {
  return all === undefined || all.length === 0 ? 'none' : all.join(', ')
}

function told(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
