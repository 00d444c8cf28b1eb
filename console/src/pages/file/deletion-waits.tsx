// That somebody asked for the deletion of a file, which waits for an officer who did not ask.

import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, useAsking } from '../../parts/act-dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { isReader } from '../../shell/not-yours.tsx'
import { useSession } from '../../shell/routes.ts'
import type { FileFacts } from './query.ts'

const useStyles = makeStyles({
  bar: { marginBottom: tokens.spacingVerticalM },
})

export function DeletionWaits({ deletion }: { readonly deletion: NonNullable<FileFacts['deletion']> }) {
  const styles = useStyles()
  const isLinked = isReader(useSession(), ['officer', 'administrator', 'auditor', 'empowered-official'])
  const { approvalId, requestedAt, expiresAt, isYours } = deletion
  const { asked, open, close } = useAsking<'withdraw'>()
  const act = useAct({
    name: 'withdrawApproval',
    done: 'Withdrew the deletion',
    changes: ['files', 'approvals'],
    onDone: close,
  })
  return (
    <MessageBar layout="multiline" className={styles.bar}>
      <MessageBarBody>
        <MessageBarTitle>Waits for approval:</MessageBarTitle>{' '}
        {isLinked ? (
          <Link to="/approvals/$approvalId" params={{ approvalId }}>
            Deletion for good
          </Link>
        ) : (
          'Deletion for good'
        )}
        , asked for on <Moment at={requestedAt} />. The file is there as before until an officer who did not ask
        approves it; the request lapses on <Moment at={expiresAt} />.
      </MessageBarBody>
      {isYours && (
        <MessageBarActions>
          <Button size="small" onClick={() => open('withdraw')}>
            Withdraw
          </Button>
        </MessageBarActions>
      )}
      {asked === 'withdraw' && (
        <ActDialog
          title="Withdraw the deletion?"
          verb="Withdraw"
          isPending={act.isPending}
          error={act.error}
          onSubmit={() => act.mutate({ path: { approvalId } })}
          onClose={close}
        >
          <p>The file stays as it is, and nobody is asked any more.</p>
        </ActDialog>
      )}
    </MessageBar>
  )
}
