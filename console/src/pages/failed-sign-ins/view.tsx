import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { countOf } from '../../parts/wording.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import { isReader } from '../../shell/not-yours.tsx'
import { useSession } from '../../shell/routes.ts'
import { failedSignInsQuery, type Failed } from './query.ts'

export const page = createLazyRoute('/shell/sign-ins')({ component: FailedSignIns })

const ways = {
  passkey: 'Passkey',
  oidc: 'Provider of the organization',
  certificate: 'Certificate',
} as const satisfies Record<Failed['method'], string>

const reasons = {
  expired: 'took too long, or was begun elsewhere',
  cancelled: 'nobody signed in at the provider',
  mismatch: 'the answer was not one to this sign-in',
  unavailable: 'the provider could not be reached',
  ended: 'their status on the roster has ended',
  'certificate-missing': 'no certificate was shown',
  'certificate-unknown': 'a certificate of no authority that is known here',
  'certificate-expired': 'a certificate that has expired, or is not valid yet',
  'certificate-usage': 'a certificate that is not for signing in',
  'certificate-revoked': 'a certificate that was revoked',
  'certificate-lists': 'no recent revocation list to hold the certificate against',
  'certificate-name': 'a certificate that names nobody in the way that is asked for',
  refused: 'a passkey that is nobody\u2019s, or did not sign what was asked',
} as const satisfies Record<Failed['reason'], string>

function FailedSignIns() {
  const failed = useQuery(failedSignInsQuery)
  return (
    <Page
      title="Failed sign-ins"
      lead="Sign-ins that did not succeed. No session came of them, so no decision was taken. They are kept in memory alone and are gone when the gate starts again: anybody can fail as often as they like."
    >
      <Asked what="failed sign-ins" query={failed}>
        {({ since, counts, newest }) => (
          <>
            <Section title="How many">
              {counts.length === 0 ? (
                <Nothing title="None">
                  Since the gate started, <Moment at={since} />.
                </Nothing>
              ) : (
                <>
                  <Items
                    items={counts.map(({ method, reason, count, lastAt }) => ({
                      key: `${method} ${reason}`,
                      what: `${ways[method]}: ${reasons[reason]}`,
                      more: (
                        <>
                          The last one <Moment at={lastAt} />
                        </>
                      ),
                      end: countOf(count, 'time'),
                    }))}
                  />
                  <p>
                    Since the gate started, <Moment at={since} />.
                  </p>
                </>
              )}
            </Section>
            {newest.length > 0 && (
              <Section title="The newest">
                <Items
                  items={newest.map((one, index) => ({
                    key: `${one.at} ${index}`,
                    what: <Who who={one.who} />,
                    more: (
                      <>
                        <Moment at={one.at} />, {one.place ?? 'no place that is configured'} · {ways[one.method]}:{' '}
                        {reasons[one.reason]}
                      </>
                    ),
                  }))}
                />
                <p>
                  Of one way, reason and place the newest 20. Certificates that were not taken are in the ledger as
                  well.
                </p>
              </Section>
            )}
          </>
        )}
      </Asked>
    </Page>
  )
}

function Who({ who }: { readonly who: Failed['who'] }) {
  const isLinked = isReader(useSession(), ['officer', 'administrator', 'auditor'])
  if (who === null) return <>Nobody was shown to be anybody</>
  if (who.person === null) return <>{`${who.subject} at ${who.issuer}, nobody on the roster`}</>
  if (!isLinked) return <>{who.person.name}</>
  return <PersonLink id={who.person.id} name={who.person.name} />
}
