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
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
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
  const { about, requestedBy, requestedAt, approvedBy, declined, expiresAt, digest } = approval
  return (
    <Facts
      facts={[
        ['State', <ApprovalState key="state" approval={approval} />],
        [
          'About',
          about.kind === 'person' ? (
            <Link key="about" to="/people/$personId" params={{ personId: about.id }}>
              {about.name}
            </Link>
          ) : about.kind === 'authorization' ? (
            <Link key="about" to="/authorizations/$authorizationId" params={{ authorizationId: about.id }}>
              {about.name || 'Its entry in the register'}
            </Link>
          ) : (
            about.name || about.id || about.kind
          ),
        ],
        [
          'Asked by',
          <>
            {requestedBy.name}, <Moment at={requestedAt} />
          </>,
        ],
        ['Approved by', approvedBy.length === 0 ? 'Nobody yet' : approvedBy.map(({ name }) => name).join(', ')],
        ...(declined === null ? [] : ([['Declined by', `${declined.by.name}: ${declined.reason}`]] as const)),
        ['Waits until', <Moment key="until" at={expiresAt} />],
        ['Digest', <code key="digest">{digest}</code>],
      ]}
    />
  )
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
