// Registering a classification: a first one, or one in the place of another, which begins with what that one says.

import { Button, Checkbox, Field, Input, makeStyles, Select, Textarea, tokens } from '@fluentui/react-components'
import { jurisdictions } from '@sallyport/protocol'
import { useState } from 'react'
import type { AnswerOf } from '../api/index.ts'
import { useAct } from './act.tsx'
import { ActDialog, ReasonField } from './act-dialog.tsx'
import {
  draftFrom,
  emptyDraft,
  noLine,
  termsOf,
  type ClassificationDraft,
  type DraftLine,
} from './classification-draft.ts'
import { basisNames, jurisdictionNames, markNames } from './classification-words.ts'
import { FindFile } from './finder.tsx'
import { askedFor } from './wording.ts'

const useStyles = makeStyles({
  row: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(11rem, 1fr))', gap: tokens.spacingHorizontalM },
  marks: { display: 'flex', flexWrap: 'wrap' },
})

export interface ClassifyingProps {
  /** In whose place it comes. */
  readonly before?: AnswerOf<'classification'>['terms']
  readonly onClose: () => void
}

export function Classifying({ before, onClose }: ClassifyingProps) {
  const styles = useStyles()
  const [draft, setDraft] = useState(before === undefined ? emptyDraft : draftFrom(before))
  const [reason, setReason] = useState('')
  const change = (changed: Partial<ClassificationDraft>) => setDraft({ ...draft, ...changed })
  const act = useAct({
    name: 'registerClassification',
    done: ({ classification: { terms }, approvalId }) =>
      approvalId === null
        ? `${terms.number} is in force: it only raises control`
        : askedFor(`classification ${terms.number}`, 2),
    changes: ['first-steps', 'classifications', 'approvals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={before === undefined ? 'Register a classification' : `Register one in the place of ${before.number}`}
      verb={before === undefined ? 'Ask two others' : 'Register it'}
      isPending={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate({ body: { reason, terms: termsOf(draft, before?.number) } })}
      onClose={onClose}
    >
      {before !== undefined && (
        <p>
          What only raises control is in force at once; whatever else waits for two others. Labels follow the record.
        </p>
      )}
      <div className={styles.row}>
        <TextField name="number" label="Number" hint="Your own, such as FAL-0042" draft={draft} onChange={change} />
        <TextField name="title" label="What it is" draft={draft} onChange={change} />
      </div>
      <div className={styles.row}>
        <TextField
          name="parts"
          label="Parts or documents"
          hint="With commas"
          isOptional
          draft={draft}
          onChange={change}
        />
        <TextField name="program" label="Program" isOptional draft={draft} onChange={change} />
      </div>
      <Field label="Jurisdiction">
        <Select
          value={draft.jurisdiction}
          onChange={(_, { value }) => change({ jurisdiction: jurisdictions.find((one) => one === value) ?? 'unknown' })}
        >
          {jurisdictions.map((one) => (
            <option key={one} value={one}>
              {jurisdictionNames[one]}
            </option>
          ))}
        </Select>
      </Field>
      {(draft.jurisdiction === 'itar' || draft.jurisdiction === 'ear') && (
        <Lines isUsml={draft.jurisdiction === 'itar'} lines={draft.lines} onChange={(lines) => change({ lines })} />
      )}
      <Field label="How it was decided">
        <Select
          value={draft.basis}
          onChange={(_, { value }) => change({ basis: value as ClassificationDraft['basis'] })}
        >
          {Object.entries(basisNames).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Basis draft={draft} onChange={change} />
      <TextField name="decidedBy" label="Who decided it" draft={draft} onChange={change} />
      <div className={styles.row}>
        <TextField name="decidedOn" label="Decided on" type="date" draft={draft} onChange={change} />
        <TextField name="nextReview" label="Next review" type="date" draft={draft} onChange={change} />
      </div>
      <LongField
        name="question"
        label="Question that is still open"
        hint="Until it is decided, what is above is the stricter reading"
        draft={draft}
        onChange={change}
      />
      {draft.question.trim() !== '' && (
        <div className={styles.row}>
          <TextField name="doubtCase" label="Case of the pending request" isOptional draft={draft} onChange={change} />
          <TextField name="filedOn" label="Filed on" type="date" isOptional draft={draft} onChange={change} />
        </div>
      )}
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}

interface Editing {
  readonly draft: ClassificationDraft
  readonly onChange: (changed: Partial<ClassificationDraft>) => void
}

type TextName = {
  [K in keyof ClassificationDraft]: ClassificationDraft[K] extends string ? K : never
}[keyof ClassificationDraft]

interface TextFieldProps extends Editing {
  readonly name: TextName
  readonly label: string
  readonly hint?: string
  readonly type?: 'date'
  readonly isOptional?: boolean
}

function TextField({ name, label, hint, type, isOptional = false, draft, onChange }: TextFieldProps) {
  return (
    <Field label={label} required={!isOptional} {...(hint === undefined ? {} : { hint })}>
      <Input type={type ?? 'text'} value={draft[name]} onChange={(_, { value }) => onChange({ [name]: value })} />
    </Field>
  )
}

function LongField({ name, label, hint, isOptional = true, draft, onChange }: TextFieldProps) {
  return (
    <Field label={label} required={!isOptional} {...(hint === undefined ? {} : { hint })}>
      <Textarea
        value={draft[name]}
        rows={isOptional ? 2 : 3}
        maxLength={4000}
        onChange={(_, { value }) => onChange({ [name]: value })}
      />
    </Field>
  )
}

function Lines({
  isUsml,
  lines,
  onChange,
}: {
  readonly isUsml: boolean
  readonly lines: readonly DraftLine[]
  readonly onChange: (lines: readonly DraftLine[]) => void
}) {
  const styles = useStyles()
  const all = lines.length === 0 ? [noLine] : lines
  const change = (at: number, changed: Partial<DraftLine>) =>
    onChange(all.map((line, n) => (n === at ? { ...line, ...changed } : line)))
  const name = isUsml ? 'Paragraph of the USML' : 'Entry of the CCL'
  return (
    <>
      {all.map((line, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines are told apart by their place alone
        <div key={at}>
          <Field
            label={at === 0 ? name : `${name}, ${at + 1}`}
            required={at === 0}
            hint={isUsml ? 'Such as IV(h)(1)' : 'Such as 9E610.a, or EAR99'}
          >
            <Input value={line.entry} onChange={(_, { value }) => change(at, { entry: value })} />
          </Field>
          {isUsml && (
            <div className={styles.marks}>
              {markNames.map(([mark, text]) => (
                <Checkbox
                  key={mark}
                  label={text}
                  checked={line[mark]}
                  onChange={(_, { checked }) => change(at, { [mark]: checked === true })}
                />
              ))}
            </div>
          )}
        </div>
      ))}
      <div>
        <Button onClick={() => onChange([...all, noLine])}>One more</Button>
      </div>
    </>
  )
}

function Basis({ draft, onChange }: Editing) {
  const styles = useStyles()
  const editing = { draft, onChange }
  const letter = (
    <FindFile
      label={
        draft.basis === 'commodity-jurisdiction'
          ? 'The letter, as a protected file'
          : 'The paper, as a protected file, if there is one'
      }
      chosen={draft.letter === '' ? undefined : draft.letter}
      onChoose={(id) => onChange({ letter: id ?? '' })}
    />
  )
  if (draft.basis === 'self') {
    return (
      <>
        <LongField
          name="orderOfReview"
          label="How the lists were gone through"
          hint="What it is not, and what it is (22 CFR 121.1)"
          isOptional={false}
          {...editing}
        />
        <LongField
          name="speciallyDesigned"
          label="Why it is, or is not, specially designed"
          hint="Where the paragraph asks (22 CFR 120.41)"
          {...editing}
        />
      </>
    )
  }
  if (draft.basis === 'statement') {
    return (
      <>
        <div className={styles.row}>
          <Field label="Of">
            <Select
              value={draft.statementOf}
              onChange={(_, { value }) => onChange({ statementOf: value === 'supplier' ? value : 'government' })}
            >
              <option value="government">The government</option>
              <option value="supplier">A supplier</option>
            </Select>
          </Field>
          <TextField name="who" label="Who says it" {...editing} />
          <TextField name="dated" label="Dated" type="date" {...editing} />
        </div>
        <LongField name="statement" label="What it says" isOptional={false} {...editing} />
        {letter}
      </>
    )
  }
  return (
    <>
      <div className={styles.row}>
        <TextField name="case" label="Case" {...editing} />
        <TextField name="determinedOn" label="Determined on" type="date" {...editing} />
      </div>
      {letter}
    </>
  )
}
