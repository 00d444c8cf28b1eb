// Asking, after a refusal, whoever can give what would help. The refusal itself names whose turn it is.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'

const useStyles = makeStyles({
  form: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', rowGap: tokens.spacingVerticalM, maxWidth: '46rem' },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  small: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

export function MakeRequest({ decisionId }: { readonly decisionId: string }) {
  const styles = useStyles()
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const close = () => void navigate({ to: '/requests', search: {}, replace: true })
  const make = useAct({
    name: 'makeRequest',
    done: ({ roles }) => `You asked: ${roles.join(', ')}`,
    changes: ['requests'],
    onDone: close,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate({ body: { decisionId, text } })
  }
  return (
    <Section title="Ask for what would help">
      <form className={styles.form} onSubmit={submit}>
        <span>
          It goes to the people whom the refusal names, with the refusal itself; what becomes of it stands below. Leave
          out what is technical data, and anything about your nationality.
        </span>
        <ReasonField label="What you need, and for what" value={text} onChange={setText} />
        <span className={styles.small}>Decision {decisionId}</span>
        {make.error !== null && <Trouble error={make.error} />}
        <div className={styles.acts}>
          <Button type="submit" appearance="primary" disabled={make.isPending}>
            Ask
          </Button>
          <Button onClick={close}>Not now</Button>
        </div>
      </form>
    </Section>
  )
}
