import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PolicyDifferences } from '../../parts/policy-differences.tsx'
import { askedFor } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { setsQuery, textQuery, versionsQuery, type Version } from './query.ts'

const useStyles = makeStyles({
  summary: {
    cursor: 'pointer',
    minHeight: '1.5rem',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  text: {
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    margin: `${tokens.spacingVerticalS} 0`,
  },
  more: { marginTop: tokens.spacingVerticalM },
})

export const page = createLazyRoute('/shell/policies')({ component: Policies })

/** A set that somebody wants in force. */
interface Wanted {
  readonly digest: string
  readonly title: string
}

function Policies() {
  const { roles } = useSession()
  const { asked, open, close } = useAsking<Wanted>()
  const isOfficer = roles.includes('officer')
  const propose = isOfficer ? open : null
  return (
    <Page
      title="Policies"
      lead="What decides who may do what, in Cedar. A set is proved before it can be asked for, two others put it in force, and every one is kept."
      actions={isOfficer && <Link to="/policies/edit">Edit them</Link>}
    >
      <InForce onPropose={propose} />
      <History onPropose={propose} />
      {asked !== null && <Propose wanted={asked} onClose={close} />}
    </Page>
  )
}

function InForce({ onPropose }: { readonly onPropose: ((wanted: Wanted) => void) | null }) {
  const styles = useStyles()
  const sets = useQuery(setsQuery)
  return (
    <Section title="In force">
      <Asked what="which policies are in force" query={sets}>
        {({ inForce, shipped, differences }) => (
          <>
            <Facts
              facts={[
                ['Set', inForce === null ? 'None: nothing is permitted' : <code key="set">{inForce}</code>],
                ['Set of this version', inForce === shipped ? 'The same' : <code key="shipped">{shipped}</code>],
              ]}
            />
            {inForce !== null && <SetText digest={inForce} title="Its policies" />}
            {inForce !== shipped && (
              <details className={styles.more}>
                <summary className={styles.summary}>What the set of this version would change</summary>
                <PolicyDifferences differences={differences} />
              </details>
            )}
            {inForce !== shipped && onPropose !== null && (
              <Button
                className={styles.more}
                onClick={() => onPropose({ digest: shipped, title: 'Put the set of this version in force?' })}
              >
                Ask for the set of this version
              </Button>
            )}
          </>
        )}
      </Asked>
    </Section>
  )
}

function SetText({ digest, title }: { readonly digest: string; readonly title: string }) {
  const styles = useStyles()
  const [isOpen, open] = useState(false)
  return (
    <details className={styles.more} onToggle={(event) => open(event.currentTarget.open)}>
      <summary className={styles.summary}>{title}</summary>
      {isOpen && <Text digest={digest} />}
    </details>
  )
}

function Text({ digest }: { readonly digest: string }) {
  const styles = useStyles()
  const text = useQuery(textQuery(digest))
  return (
    <Asked what="the policies" query={text}>
      {({ policyText }) => <pre className={styles.text}>{policyText}</pre>}
    </Asked>
  )
}

function History({ onPropose }: { readonly onPropose: ((wanted: Wanted) => void) | null }) {
  const query = useInfiniteQuery(versionsQuery)
  return (
    <Section title="Every set that came in force">
      <Asked what="which sets there were" query={query}>
        {({ pages }) => {
          const versions = pages.flatMap((one) => one.versions)
          if (versions.length === 0) return <Nothing title="None came in force yet" />
          return (
            <>
              <Items
                items={versions.map((one) => ({
                  key: one.entryId,
                  what: one.reason,
                  more: <Told version={one} />,
                  end: one.inForce ? (
                    <Badge appearance="tint" color="success">
                      In force
                    </Badge>
                  ) : (
                    onPropose !== null && (
                      <Button
                        size="small"
                        onClick={() =>
                          onPropose({ digest: one.digest, title: `Go back to the set of ${one.at.slice(0, 10)}?` })
                        }
                      >
                        Go back to it
                      </Button>
                    )
                  ),
                }))}
              />
              {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>Earlier ones</Button>}
            </>
          )
        }}
      </Asked>
    </Section>
  )
}

function Told({ version: { at, askedBy, approvedBy, digest } }: { readonly version: Version }) {
  return (
    <>
      <Moment at={at} />
      {askedBy !== null && `, ${askedBy.name} asked`}
      {approvedBy.length > 0 && `, ${approvedBy.map(({ name }) => name).join(' and ')} approved`} ·{' '}
      <code>{digest.slice(0, 12)}</code>
      <SetText digest={digest} title="Its policies" />
    </>
  )
}

function Propose({ wanted: { digest, title }, onClose }: { readonly wanted: Wanted; readonly onClose: () => void }) {
  const [reason, setReason] = useState('')
  const propose = useAct({
    name: 'proposePolicySet',
    done: ({ needed }) => askedFor('another policy set', needed),
    changes: ['approvals', 'policies'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={title}
      verb="Ask two others"
      isPending={propose.isPending}
      error={propose.error}
      onClose={onClose}
      onSubmit={() => propose.mutate({ body: { digest, reason } })}
    >
      <p>
        Nothing changes before two others approved it. They see what differs, and who gains or loses what by it. It is
        proved now and again before it takes effect.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
