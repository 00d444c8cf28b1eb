import { Button, makeStyles } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../api/index.ts'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { ApprovalState } from '../../parts/approval-state.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PersonLink, PersonLinks } from '../../parts/person-link.tsx'
import { wordedRequest } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { AskedFor } from './asked.tsx'
import { Effect } from './effect.tsx'
import { approvalQuery, effectQuery } from './query.ts'

type Shown = AnswerOf<'approval'>

const useStyles = makeStyles({ link: { overflowWrap: 'anywhere' } })

export const page = createLazyRoute('/shell/approvals/$approvalId')({ component: Approval })

function Approval() {
  const { approvalId } = page.useParams()
  const approval = useQuery(approvalQuery(approvalId))
  const { data } = approval
  return (
    <Page
      title={data === undefined ? 'Approval' : wordedRequest(data)}
      actions={data !== undefined && <Acts approval={data} />}
    >
      <Asked what="the request" query={approval}>
        {(shown) => (
          <>
            <Section title="The request">
              <Request approval={shown} />
            </Section>
            {shown.waitsForYou && shown.hasEffect && <Foretold approvalId={shown.id} />}
            <AskedFor approval={shown} />
          </>
        )}
      </Asked>
    </Page>
  )
}

/** Looked at before one approves: the gate takes no approval of what was not. */
function Foretold({ approvalId }: { readonly approvalId: string }) {
  const effect = useQuery(effectQuery(approvalId))
  return (
    <Section title="Who gains or loses what">
      <Asked what="its effect" query={effect}>
        {(shown) => <Effect effect={shown} />}
      </Asked>
    </Section>
  )
}

function Request({ approval }: { readonly approval: Shown }) {
  const { state, requestedBy, requestedAt, approvedBy, declined, expiresAt, digest } = approval
  return (
    <Facts
      facts={[
        ['State', <ApprovalState key="state" approval={approval} />],
        ['About', <About key="about" approval={approval} />],
        [
          'Asked by',
          <>
            <PersonLink {...requestedBy} />, <Moment at={requestedAt} />
          </>,
        ],
        [
          'Approved by',
          approvedBy.length > 0 ? (
            <PersonLinks key="by" all={approvedBy} />
          ) : state === 'pending' ? (
            'Nobody yet'
          ) : (
            'Nobody'
          ),
        ],
        ...(declined === null
          ? []
          : ([
              [
                'Declined by',
                <>
                  <PersonLink {...declined.by} />: {declined.reason}
                </>,
              ],
            ] as const)),
        ...(state === 'pending' ? ([['Waits until', <Moment key="until" at={expiresAt} />]] as const) : []),
        ['Digest', <code key="digest">{digest}</code>],
      ]}
    />
  )
}

function About({ approval: { about, details } }: { readonly approval: Shown }) {
  if (about.kind === 'person') return <PersonLink id={about.id} name={about.name} />
  if (about.kind === 'file') return <FileLink id={about.id} name={nameIn(details) ?? 'The file'} />
  if (about.kind === 'enclave') return 'The enclave as a whole'
  return (
    <Link to="/authorizations/$authorizationId" params={{ authorizationId: about.id }}>
      {about.name || 'Its entry in the register'}
    </Link>
  )
}

/** A file as it was called when it was asked for; null for one that is not registered. */
function nameIn({ name }: Shown['details']): string | null {
  return typeof name === 'string' ? name : null
}

function effectOf(foretold: AnswerOf<'approvalEffect'> | undefined): { readonly effect?: string } {
  return foretold === undefined || foretold.effect === null ? {} : { effect: foretold.effect }
}

/** A look at countries that are part of a change is on the person's page: here nobody sees them. */
function Acts({
  approval: { id, title, about, digest, state, waitsForYou, hasEffect, requestedBy, needed, approvedBy },
}: {
  readonly approval: Shown
}) {
  const styles = useStyles()
  const { person } = useSession()
  const { asked, open, close } = useAsking<'approve' | 'decline' | 'withdraw' | 'link'>()
  const foretold = useQuery({ ...effectQuery(id), enabled: waitsForYou && hasEffect })
  const [link, setLink] = useState('')
  const [reason, setReason] = useState('')
  const subject = wordedRequest({ title, about })
  const approve = useAct({
    name: 'giveApproval',
    done: ({ executed }) => (executed ? `Approved and done: ${subject}` : `Approved: ${subject}`),
    changes: ['approvals', 'people', 'keys', 'authorizations', 'tasks'],
    onDone: ({ enrollment }) => {
      if (enrollment === null) return close()
      // Shown once: nobody can have it again.
      setLink(enrollment.link)
      open('link')
    },
  })
  const decline = useAct({
    name: 'declineApproval',
    done: `Declined: ${subject}`,
    changes: ['approvals', 'tasks'],
    onDone: close,
  })
  const withdraw = useAct({
    name: 'withdrawApproval',
    done: `Withdrew: ${subject}`,
    changes: ['approvals'],
    onDone: close,
  })
  const isLast = approvedBy.length + 1 >= needed
  return (
    <>
      {waitsForYou && (
        <>
          <Button
            appearance="primary"
            disabled={hasEffect && foretold.data === undefined}
            onClick={() => open('approve')}
          >
            Approve
          </Button>
          <Button onClick={() => open('decline')}>Decline</Button>
        </>
      )}
      {state === 'pending' && requestedBy.id === person?.id && (
        <Button onClick={() => open('withdraw')}>Withdraw</Button>
      )}
      {asked === 'approve' && (
        <ActDialog
          title="Approve exactly this?"
          verb="Approve"
          isPending={approve.isPending}
          error={approve.error}
          onClose={close}
          // The digests that were shown: whatever else the request says or does by then is refused.
          onSubmit={() => approve.mutate({ path: { approvalId: id }, body: { digest, ...effectOf(foretold.data) } })}
        >
          <p>{subject}</p>
          <p>
            {isLast ? 'Yours is the last approval: it is done at once.' : 'Another approval is needed after yours.'}
          </p>
        </ActDialog>
      )}
      {asked === 'link' && (
        <ActDialog
          title="Half of a link, shown once"
          verb="I have passed it on"
          isPending={false}
          error={null}
          onClose={close}
          onSubmit={close}
        >
          <p>
            Give this link to {about.name} yourself, so that you know whom you give it to. It opens for a day, with the
            code that {requestedBy.name} has.
          </p>
          <p>
            <code className={styles.link}>{link}</code>
          </p>
        </ActDialog>
      )}
      {asked === 'decline' && (
        <ActDialog
          title="Decline it?"
          verb="Decline"
          isPending={decline.isPending}
          error={decline.error}
          onClose={close}
          onSubmit={() => decline.mutate({ path: { approvalId: id }, body: { digest, reason } })}
        >
          <p>{subject}. It is over with that, whoever approved it before.</p>
          <ReasonField value={reason} onChange={setReason} />
        </ActDialog>
      )}
      {asked === 'withdraw' && (
        <ActDialog
          title="Withdraw what you asked for?"
          verb="Withdraw"
          isPending={withdraw.isPending}
          error={withdraw.error}
          onClose={close}
          onSubmit={() => withdraw.mutate({ path: { approvalId: id } })}
        >
          <p>{subject}. Nothing changes by it.</p>
        </ActDialog>
      )}
    </>
  )
}
