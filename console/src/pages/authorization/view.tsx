import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Documents } from '../../parts/authorization-documents.tsx'
import { AuthorizationState } from '../../parts/authorization-state.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { Claim, Covered } from '../../parts/authorization-covers.tsx'
import { Draws } from './draws.tsx'
import { EndAuthorization } from './end-authorization.tsx'
import { AuthorizationFacts } from './facts.tsx'
import { HangsOn } from './hangs-on.tsx'
import { HistoryTimeline } from './history.tsx'
import { Provisos } from '../../parts/authorization-provisos.tsx'
import { authorizationQuery, drawsQuery, historyQuery, type Authorization as AuthorizationView } from './query.ts'
import { RecentReleases } from './releases.tsx'

const useStyles = makeStyles({
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
})

export const page = createLazyRoute('/shell/authorizations/$authorizationId')({ component: Authorization })

function Authorization() {
  const { authorizationId } = page.useParams()
  const { roles } = useSession()
  const authorization = useQuery(authorizationQuery(authorizationId))
  const history = useQuery(historyQuery(authorizationId))
  const { data } = authorization
  const seesReleases = roles.includes('officer') || roles.includes('auditor')
  return (
    <Page
      title={data === undefined ? 'Authorization' : `${data.terms.number}: ${data.terms.title}`}
      actions={data !== undefined && <Head authorization={data} />}
    >
      <Asked what="the authorization" query={authorization}>
        {(one) => <Terms authorization={one} people={history.data?.people ?? []} />}
      </Asked>
      {data?.state === 'effective' && <HangsOn authorizationId={authorizationId} />}
      {data !== undefined && data.state !== 'registered' && seesReleases && (
        <RecentReleases authorizationId={authorizationId} />
      )}
      <Section title="How it came to be">
        <Asked what="its history" query={history}>
          {({ steps }) => <HistoryTimeline steps={steps} />}
        </Asked>
      </Section>
    </Page>
  )
}

function Head({ authorization }: { readonly authorization: AuthorizationView }) {
  const styles = useStyles()
  const isOfficer = useSession().roles.includes('officer')
  const { asked, open, close } = useAsking<'end'>()
  return (
    <div className={styles.head}>
      <AuthorizationState authorization={authorization} />
      {authorization.approvalId !== null && (
        <Link to="/approvals/$approvalId" params={{ approvalId: authorization.approvalId }}>
          The request that waits
        </Link>
      )}
      {isOfficer && authorization.state === 'effective' && (
        <LinkButton to="/authorizations/register" search={{ amends: authorization.id }}>
          Other terms
        </LinkButton>
      )}
      {isOfficer && authorization.state !== 'ended' && <Button onClick={() => open('end')}>End</Button>}
      {asked === 'end' && <EndAuthorization authorization={authorization} onClose={close} />}
    </div>
  )
}

function Terms({
  authorization,
  people,
}: {
  readonly authorization: AuthorizationView
  readonly people: readonly { readonly id: string; readonly name: string }[]
}) {
  const { id, terms } = authorization
  const draws = useQuery(drawsQuery(id))
  const nameOf = (person: string) => people.find((one) => one.id === person)?.name || person
  return (
    <>
      <Section title="Terms">
        <AuthorizationFacts authorization={authorization} draws={draws.data} />
      </Section>
      <Covered terms={terms} nameOf={nameOf} />
      <Provisos terms={terms} nameOf={nameOf} />
      <Claim terms={terms} nameOf={nameOf} />
      {terms.lines !== undefined && terms.lines.length > 0 && (
        <Draws authorizationId={id} isLive={authorization.state === 'effective'} />
      )}
      <Documents terms={terms} />
    </>
  )
}
