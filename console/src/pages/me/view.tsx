import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useSession } from '../../shell/routes.ts'
import { ownSessionsQuery } from './query.ts'

export const page = createLazyRoute('/shell/me')({ component: Me })

const channels = { browser: 'Another browser', program: 'A program' } as const
const methods = {
  passkey: 'with a passkey',
  oidc: 'with your organization',
  certificate: 'with a certificate',
} as const

function Me() {
  const { person, roles, method, isDeviceBound, issuer, subject, place } = useSession()
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
      <Sessions />
    </Page>
  )
}

function Sessions() {
  const sessions = useQuery(ownSessionsQuery)
  const end = useAct({ name: 'endOwnSession', done: 'Ended a session of yours', changes: ['sessions'] })
  return (
    <Section title="Your sessions">
      <Asked what="your sessions" query={sessions}>
        {({ sessions }) => (
          <Items
            items={sessions.map(({ id, isThis, channel, method, startedAt, expiresAt, idleExpiresAt, place }) => ({
              key: id,
              what: isThis ? 'This one' : channels[channel],
              more: (
                <>
                  {methods[method]}, since <Moment at={startedAt} />, {place ?? 'from no place that is configured'} ·
                  ends <Moment at={idleExpiresAt} /> unless something is done, and at the latest{' '}
                  <Moment at={expiresAt} />
                </>
              ),
              end: !isThis && (
                <Button size="small" disabled={end.isPending} onClick={() => end.mutate({ path: { sessionId: id } })}>
                  End
                </Button>
              ),
            }))}
          />
        )}
      </Asked>
      {end.error !== null && <Trouble error={end.error} />}
    </Section>
  )
}
