// That somebody asked for the deletion of a file, which waits for an officer who did not ask.

import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import type { Role } from '@sallyport/protocol'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../parts/moment.tsx'
import { useSession } from '../../shell/routes.ts'
import type { FileFacts } from './query.ts'

/** Who may read what waits for approval, by the policies that ship. */
const approvalReaders: readonly Role[] = ['officer', 'administrator', 'auditor']

const useStyles = makeStyles({
  bar: { marginBottom: tokens.spacingVerticalM },
})

export function DeletionWaits({ deletion }: { readonly deletion: NonNullable<FileFacts['deletion']> }) {
  const styles = useStyles()
  const { roles } = useSession()
  const { approvalId, requestedAt, expiresAt } = deletion
  return (
    <MessageBar layout="multiline" className={styles.bar}>
      <MessageBarBody>
        <MessageBarTitle>Waits for approval:</MessageBarTitle>{' '}
        {roles.some((role) => approvalReaders.includes(role)) ? (
          <Link to="/approvals/$approvalId" params={{ approvalId }}>
            Deletion for good
          </Link>
        ) : (
          'Deletion for good'
        )}
        , asked for on <Moment at={requestedAt} />. The file is there as before until an officer who did not ask
        approves it; the request lapses on <Moment at={expiresAt} />.
      </MessageBarBody>
    </MessageBar>
  )
}
