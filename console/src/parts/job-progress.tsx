// How far a file is that is being sealed or opened, with the way to stop it.

import { Button, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { sizeOf } from './size.ts'

const useStyles = makeStyles({
  job: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  bar: { flex: '1 1 10rem', minWidth: '6rem' },
  told: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums' },
})

export interface JobProgressProps {
  /** What is done, as in `Sealing drawing.pdf`. */
  readonly label: string
  readonly doneBytes: number
  /** Null until the size is known. */
  readonly totalBytes: number | null
  readonly onCancel: () => void
}

export function JobProgress({ label, doneBytes, totalBytes, onCancel }: JobProgressProps) {
  const styles = useStyles()
  const share = totalBytes === null || totalBytes === 0 ? undefined : doneBytes / totalBytes
  return (
    <div className={styles.job}>
      <ProgressBar className={styles.bar} aria-label={label} {...(share === undefined ? {} : { value: share })} />
      <span className={styles.told}>
        {totalBytes === null ? 'Asking the gate' : `${sizeOf(doneBytes)} of ${sizeOf(totalBytes)}`}
      </span>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  )
}
