// A first classification of one's own: an article on the USML, and how that was found.

import { Checkbox, Field, Input, makeStyles, Textarea, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'

const useStyles = makeStyles({
  row: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(11rem, 1fr))', gap: tokens.spacingHorizontalM },
})

const nothing = {
  number: '',
  title: '',
  usml: '',
  orderOfReview: '',
  decidedBy: '',
  decidedOn: '',
  nextReview: '',
}

export function Classifying({ onClose }: { readonly onClose: () => void }) {
  const styles = useStyles()
  const [known, setKnown] = useState(nothing)
  const [marks, setMarks] = useState({ sme: false, mtcr: false })
  const [reason, setReason] = useState('')
  const act = useAct({
    name: 'registerClassification',
    done: ({ classification }) => `Asked two others to approve ${classification.terms.number}`,
    changes: ['first-steps', 'classifications', 'approvals'],
    onDone: onClose,
  })
  const field = (name: keyof typeof nothing, label: string, more: { hint?: string; type?: 'date' } = {}) => (
    <Field label={label} required {...(more.hint === undefined ? {} : { hint: more.hint })}>
      <Input
        type={more.type ?? 'text'}
        value={known[name]}
        onChange={(_, data) => setKnown({ ...known, [name]: data.value })}
      />
    </Field>
  )
  const { number, title, usml, orderOfReview, decidedBy, decidedOn, nextReview } = known
  const submit = () =>
    act.mutate({
      body: {
        reason,
        terms: {
          number: number.trim(),
          title: title.trim(),
          parts: [],
          jurisdiction: 'itar',
          lines: [{ usml: usml.trim(), ...marks, classified: false }],
          basis: { kind: 'self', orderOfReview: orderOfReview.trim() },
          decidedBy: decidedBy.trim(),
          decidedOn,
          nextReview,
        },
      },
    })
  return (
    <ActDialog
      title="Register a classification"
      verb="Ask two others"
      isPending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className={styles.row}>
        {field('number', 'Number', { hint: 'Your own, such as FAL-0042' })}
        {field('usml', 'Paragraph of the USML', { hint: 'Such as IV(h)(1)' })}
      </div>
      {field('title', 'What it is')}
      <Field label="How the lists were gone through" required hint="What it is not, and what it is (22 CFR 121.1)">
        <Textarea
          value={orderOfReview}
          onChange={(_, data) => setKnown({ ...known, orderOfReview: data.value })}
          maxLength={4000}
          rows={3}
        />
      </Field>
      <div className={styles.row}>
        <Checkbox
          label="Significant military equipment"
          checked={marks.sme}
          onChange={(_, data) => setMarks({ ...marks, sme: data.checked === true })}
        />
        <Checkbox
          label="On the annex of the MTCR"
          checked={marks.mtcr}
          onChange={(_, data) => setMarks({ ...marks, mtcr: data.checked === true })}
        />
      </div>
      {field('decidedBy', 'Who decided it')}
      <div className={styles.row}>
        {field('decidedOn', 'Decided on', { type: 'date' })}
        {field('nextReview', 'Next review', { type: 'date' })}
      </div>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
