// What can be done about a file besides opening it: labels that it carries besides, and its deletion.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { Labelling } from './labelling.tsx'
import type { FileFacts } from './query.ts'

const useStyles = makeStyles({
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  text: { margin: 0 },
})

export function Changing({ file, mayLabel }: { readonly file: FileFacts; readonly mayLabel: boolean }) {
  const styles = useStyles()
  const asking = useAsking<'labels' | 'deletion'>()
  return (
    <div className={styles.acts}>
      {mayLabel && (
        <Button size="small" onClick={() => asking.open('labels')}>
          Labels
        </Button>
      )}
      {file.deletion === null && (
        <Button size="small" onClick={() => asking.open('deletion')}>
          Delete
        </Button>
      )}
      {asking.asked === 'labels' && <Labelling file={file} onClose={asking.close} />}
      {asking.asked === 'deletion' && <Deletion file={file} onClose={asking.close} />}
    </div>
  )
}

function Deletion({ file, onClose }: { readonly file: FileFacts; readonly onClose: () => void }) {
  const styles = useStyles()
  const [reason, setReason] = useState('')
  const act = useAct({
    name: 'deleteFile',
    done: 'Asked an officer to approve the deletion',
    changes: ['files', 'approvals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="Delete for good"
      verb="Ask an officer"
      isPending={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate({ path: { fileId: file.id }, body: { reason } })}
      onClose={onClose}
    >
      <p className={styles.text}>
        Once an officer who did not ask approves it, the half of its key that lies here is erased. It opens for nobody
        from then on, whatever copies there are; the ledger keeps that it was there.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
