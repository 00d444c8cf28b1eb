import { createLazyRoute } from '@tanstack/react-router'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'

export const page = createLazyRoute('/shell/me')({ component: Me })

const methods = {
  passkey: 'with a passkey',
  oidc: 'with your organization',
  certificate: 'with a certificate',
} as const

function Me() {
  const { person, roles, method, isDeviceBound, issuer, subject, startedAt, expiresAt, idleExpiresAt, place } =
    useSession()
  return (
    <Page title="Who I am">
      <Section title="You, as the gate knows you">
        <Facts
          facts={[
            ['Name', person?.name ?? 'Nobody on the roster'],
            ['Roles', roles.length === 0 ? 'None' : roles.join(', ')],
            ['Signed in', `${methods[method]}${isDeviceBound === true ? ', bound to its device' : ''}`],
            ['Identity', `${subject} at ${issuer}`],
            ['Place', place ?? 'No place that is configured'],
          ]}
        />
      </Section>
      <Section title="This session">
        <Facts
          facts={[
            ['Began', <Moment key="began" at={startedAt} />],
            ['Ends at the latest', <Moment key="ends" at={expiresAt} />],
            ['Ends when nothing is done until', <Moment key="idle" at={idleExpiresAt} />],
          ]}
        />
      </Section>
    </Page>
  )
}
