import { Badge, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { doingText } from '../../parts/action-words.ts'
import { Asked } from '../../parts/asked.tsx'
import { Details } from '../../parts/details.tsx'
import { Facts } from '../../parts/facts.tsx'
import { FileLink, VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { useLabelTitles } from '../../parts/label-titles.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Reasons } from '../../parts/trouble.tsx'
import { worded } from '../../parts/wording.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import { useSession } from '../../shell/routes.ts'
import { Picture } from './picture.tsx'
import type { Pictured } from './layout.ts'
import { picturedOf, picturedRefusal } from './pictured.ts'
import { decisionQuery, ownRefusalQuery, type Explanation, type OwnRefusal } from './query.ts'

const useStyles = makeStyles({
  more: { marginTop: tokens.spacingVerticalM },
  summary: {
    cursor: 'pointer',
    minHeight: '1.5rem',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
})

export const page = createLazyRoute('/shell/decisions/$decisionId')({ component: Decision })

/** Who may read the record of any decision, by the policies that ship; whoever else may is told so by the gate of their own refusals. */
const readers: readonly string[] = ['officer', 'auditor', 'empowered-official']

function Decision() {
  const { decisionId } = page.useParams()
  const { roles } = useSession()
  return roles.some((role) => readers.includes(role)) ? (
    <Recorded decisionId={decisionId} />
  ) : (
    <Own decisionId={decisionId} />
  )
}

function Recorded({ decisionId }: { readonly decisionId: string }) {
  const decision = useQuery(decisionQuery(decisionId))
  const { person } = useSession()
  const { data } = decision
  return (
    <Page
      title={data === undefined ? 'Decision' : titleOf(data.subject.name ?? 'Nobody on the roster', data.action)}
      lead={data === undefined ? undefined : toldTo(data, person?.id)}
      actions={data !== undefined && <Outcome effect={data.effect} />}
    >
      <Asked what="the decision" query={decision}>
        {(one) => <Explained one={one} />}
      </Asked>
    </Page>
  )
}

function Explained({ one }: { readonly one: Explanation }) {
  const styles = useStyles()
  const titleOf = useLabelTitles()
  const pictured = useMemo(() => picturedOf(one, titleOf), [one, titleOf])
  const { sealed, ...attributes } = one.attributes
  return (
    <>
      <Section title="What decided">
        <Picture pictured={pictured} />
      </Section>
      <Section title={one.effect === 'permit' ? 'Why it was permitted' : 'Why it was refused'}>
        {one.reasons.length > 0 && <Reasons reasons={one.reasons} />}
        <Rules pictured={pictured} />
      </Section>
      <Section title="On record">
        <RecordFacts one={one} />
      </Section>
      <Section title="What was looked at">
        <PartFacts pictured={pictured} />
        <details className={styles.more}>
          <summary className={styles.summary}>Every attribute, as the policies saw it</summary>
          <Details details={attributes} />
        </details>
        {typeof sealed === 'object' && sealed !== null && (
          <details className={styles.more}>
            <summary className={styles.summary}>What the entry keeps sealed of the person, countries among it</summary>
            <Details details={sealed as Readonly<Record<string, unknown>>} />
          </details>
        )}
      </Section>
    </>
  )
}

function RecordFacts({ one }: { readonly one: Explanation }) {
  const { subject, resource, authorization, rescue, policies } = one
  return (
    <Facts
      facts={[
        ['Decided', <Moment key="at" at={one.at} />],
        ['Who', <Subject key="who" subject={subject} />],
        ...(subject.identity === null ? [] : [['Signed in as', subject.identity] as const]),
        ['What', <Thing key="what" resource={resource} />],
        ['Action', worded(doingText(one.action))],
        ...(authorization === null
          ? []
          : [
              [
                'Authorization',
                <span key="authorization">
                  <Link to="/authorizations/$authorizationId" params={{ authorizationId: authorization.id }}>
                    {authorization.number}
                  </Link>
                  , version {authorization.version}, {authorization.citation}
                </span>,
              ] as const,
            ]),
        ...(rescue === null
          ? []
          : [
              [
                'In place of',
                <Link key="rescue" to="/approvals/$approvalId" params={{ approvalId: rescue.approvalId }}>
                  {rescue.instead.length === 0 ? 'no labels' : rescue.instead.join(', ')}
                </Link>,
              ] as const,
            ]),
        ['Policy set', <code key="set">{policies.digest === '' ? 'none was in force' : policies.digest}</code>],
        ['Decision', <code key="id">{one.id}</code>],
        ['Place in the ledger', one.ledgerIndex === null ? 'Not in the tree yet' : String(one.ledgerIndex)],
      ]}
    />
  )
}

function Subject({ subject: { personId, name, goesOnIn } }: { readonly subject: Explanation['subject'] }) {
  if (personId === null) return <>Nobody on the roster</>
  return (
    <>
      <Link to="/people/$personId" params={{ personId }}>
        {name ?? personId}
      </Link>
      {goesOnIn !== null && (
        <>
          , merged since into <PersonLink id={goesOnIn.id} name={goesOnIn.name} />
        </>
      )}
    </>
  )
}

function Thing({ resource: { kind, id, name } }: { readonly resource: Explanation['resource'] }) {
  if (id === null || kind === id) return <>{worded(kind)}</>
  if (kind === 'file') return <FileLink id={id} name={name ?? id} />
  if (kind === 'vault') return <VaultLink id={id} name={name ?? 'the vault'} />
  if (kind === 'authorization') {
    return (
      <Link to="/authorizations/$authorizationId" params={{ authorizationId: id }}>
        {name ?? 'the authorization'}
      </Link>
    )
  }
  if (kind === 'person') {
    return (
      <Link to="/people/$personId" params={{ personId: id }}>
        {name ?? id}
      </Link>
    )
  }
  return (
    <>
      {worded(kind)} {name ?? id}
    </>
  )
}

function Own({ decisionId }: { readonly decisionId: string }) {
  const refusal = useQuery(ownRefusalQuery(decisionId))
  return (
    <Page title="Why you were refused" actions={refusal.data !== undefined && <Outcome effect="deny" />}>
      <Asked what="your refusal" query={refusal}>
        {(one) => <OwnExplained one={one} />}
      </Asked>
    </Page>
  )
}

function OwnExplained({ one }: { readonly one: OwnRefusal }) {
  const pictured = useMemo(() => picturedRefusal(one), [one])
  return (
    <>
      <Section title="What decided">
        <Picture pictured={pictured} />
      </Section>
      <Section title="The reasons">
        <Reasons reasons={one.reasons} />
      </Section>
      <Section title="What was looked at">
        <PartFacts pictured={pictured} />
      </Section>
      <Section title="On record">
        <Facts
          facts={[
            ['Refused', <Moment key="at" at={one.at} />],
            ['Action', worded(doingText(one.action))],
            ['What', <Thing key="what" resource={one.resource} />],
            ['Decision', <code key="id">{one.id}</code>],
          ]}
        />
        <p>
          <Link to="/requests" search={{ decision: one.id }}>
            Ask for what would help
          </Link>
          . Whoever answers sees the full record of this decision.
        </p>
      </Section>
    </>
  )
}

function PartFacts({ pictured: { parts } }: { readonly pictured: Pictured }) {
  return <Facts facts={parts.map(({ what, title, lines }) => [what, [title, ...lines].join(' · ')] as const)} />
}

function Rules({ pictured: { rules, guard } }: { readonly pictured: Pictured }) {
  const steps = [
    ...rules.map(({ id, title, text, reads }) => ({
      key: id,
      what: `${title}: ${text}`,
      more: reads.length === 0 ? undefined : `Reads: ${reads.map((part) => partNames[part]).join(', ')}`,
    })),
    ...(guard === null ? [] : [{ key: 'guard in code', what: `${guard.title}: ${guard.text}`, more: undefined }]),
  ]
  return <Items items={steps.map(({ key, what, more }) => ({ key, what, ...(more === undefined ? {} : { more }) }))} />
}

const partNames = {
  person: 'who',
  thing: 'what',
  place: 'from where',
  device: 'device',
  program: 'through what',
  authorization: 'authorization',
} as const

function Outcome({ effect }: { readonly effect: 'permit' | 'deny' }) {
  return (
    <Badge appearance="tint" color={effect === 'permit' ? 'success' : 'danger'}>
      {effect === 'permit' ? 'Permitted' : 'Refused'}
    </Badge>
  )
}

function titleOf(who: string, action: string): string {
  return `${who}: ${doingText(action)}`
}

/** Reasons are told to whoever was refused, in words to them. Nobody has to be told so of their own. */
function toldTo({ subject, effect }: Explanation, readerId: string | undefined): string | undefined {
  if (effect === 'permit' || subject.personId === readerId) return undefined
  const who = subject.name ?? 'whoever asked'
  return `Reasons stand here as they were told to ${who}: “you” is ${who}.`
}
