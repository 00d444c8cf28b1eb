// Asks before something is done: what will happen, what has to be said for it, and what the gate answered if it said no. What was typed
// stays until it is done.

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  makeStyles,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Trouble } from './trouble.tsx'
import { useFocusBack } from './use-focus-back.ts'

const useStyles = makeStyles({
  content: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', rowGap: tokens.spacingVerticalM },
})

export interface ActDialogProps {
  readonly title: string
  /** What the button says that does it. */
  readonly verb: string
  readonly isPending: boolean
  readonly error: unknown
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Show it for as long as it is asked; whoever shows it takes it away when it is done. */
export function ActDialog({ title, verb, isPending, error, onSubmit, onClose, children }: ActDialogProps) {
  const styles = useStyles()
  useFocusBack()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              {children}
              {error !== null && <Trouble error={error} />}
            </DialogContent>
            <DialogActions>
              <Button type="submit" appearance="primary" disabled={isPending}>
                {verb}
              </Button>
              <Button onClick={onClose}>Not now</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Why, in the person's own words. It stands on record for good. */
export function ReasonField({
  value,
  onChange,
  label = 'Why',
}: {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly label?: string
}) {
  return (
    <Field label={label} required hint="Stands in the ledger for good, in your words">
      <Textarea value={value} onChange={(_, data) => onChange(data.value)} maxLength={500} rows={2} />
    </Field>
  )
}

/** One thing that is asked about, or none: `open` asks, `close` does not any more. */
export function useAsking<T>(): {
  readonly asked: T | null
  readonly open: (what: T) => void
  readonly close: () => void
} {
  const [asked, ask] = useState<T | null>(null)
  return { asked, open: ask, close: () => ask(null) }
}
