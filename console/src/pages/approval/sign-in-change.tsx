// What somebody is to sign in with: a link for a passkey, or a subject besides.

import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/page.tsx'
import { listed } from './person-change.tsx'
import type { Showing } from './showing.ts'

type Identities = readonly { readonly issuer: string; readonly subject: string }[]

/** As the gate describes a link to enroll a passkey. */
interface Enrollment {
  readonly recovery: boolean
  readonly reason: string
  readonly identities: Identities
  /** How many they have. */
  readonly passkeys: number
}

export function AskedEnrollment({ approval: { state, details }, title }: Showing) {
  const { recovery, reason, identities, passkeys } = details as unknown as Enrollment
  return (
    <Section title={title}>
      <Facts
        facts={[
          [
            'Change',
            recovery ? 'A new passkey in place of all others' : 'A passkey, made with a link that is shown once',
          ],
          ['Why', reason],
          ...(state === 'pending'
            ? ([
                ['Passkeys now', passkeys === 0 ? 'None' : String(passkeys)],
                ['Signs in with', subjects(identities)],
              ] as const)
            : []),
        ]}
      />
    </Section>
  )
}

/** As the gate describes a subject that is to be somebody's besides. */
interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly reason: string
  readonly identities: Identities
}

export function AskedIdentity({ approval: { state, details }, title }: Showing) {
  const { issuer, subject, reason, identities } = details as unknown as Identity
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', 'Bind what they sign in with besides'],
          ['Subject', subject],
          ['Provider', issuer],
          ['Why', reason],
          ...(state === 'pending' ? ([['Signs in with', subjects(identities)]] as const) : []),
        ]}
      />
    </Section>
  )
}

function subjects(identities: Identities): string {
  return listed(identities.map(({ issuer, subject }) => `${subject} at ${issuer}`))
}
