import {
  Button,
  Combobox,
  Field,
  Input,
  makeStyles,
  Option,
  Select,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { callForFile } from '../../api/index.ts'
import { dayAfter, periodEnds } from '../../parts/filters.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { sizeOf } from '../../parts/size.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { Fingerprint } from './fingerprint.tsx'
import { foundQuery, progressQuery, type About, type Found } from './query.ts'

export const page = createLazyRoute('/shell/evidence')({ component: Evidence })

const useStyles = makeStyles({
  form: { display: 'grid', gridTemplateColumns: 'minmax(0, 32rem)', rowGap: tokens.spacingVerticalM },
  days: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
})

const abouts = {
  person: { title: 'A person', hint: 'Every entry that names them' },
  file: { title: 'A file', hint: 'Every entry that names it' },
  program: { title: 'A program', hint: 'Entries with its label, and assignments to it' },
  authorization: { title: 'An authorization', hint: 'Every entry that names it' },
  period: { title: 'A period', hint: 'Every entry in it' },
} as const satisfies Record<About, { readonly title: string; readonly hint: string }>

interface Question {
  readonly about: About
  readonly what: Found | null
  readonly from: string
  readonly to: string
  readonly purpose: string
}

const nothingYet: Question = { about: 'person', what: null, from: '', to: '', purpose: '' }

function Evidence() {
  const styles = useStyles()
  const [question, ask] = useState(nothingYet)
  const { about, what, from, to, purpose } = question
  const change = (changed: Partial<Question>) => ask({ ...question, ...changed })
  const make = useMutation({
    mutationFn: async () => {
      const blob = await callForFile('ledgerPacket', { query: queryOf(question) })
      saveAs(blob, `${about}-${new Date().toISOString().slice(0, 10)}.packet.zip`)
      return blob.size
    },
  })
  const { data: progress } = useQuery(progressQuery(make.isPending))
  const isAsked = about === 'period' ? from !== '' || to !== '' : what !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isAsked) make.mutate()
  }
  return (
    <Page
      title="Evidence"
      lead="One signed file with the entries that answer a question and the proof of each. Whoever gets it needs neither this gate nor your word."
    >
      <Section title="Make a packet">
        <form className={styles.form} onSubmit={submit}>
          <Field label="About" hint={abouts[about].hint}>
            <Select
              value={about}
              onChange={(_, { value }) => change({ about: value as About, what: null })}
              disabled={make.isPending}
            >
              {Object.entries(abouts).map(([value, { title }]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          </Field>
          {about !== 'period' && <Which key={about} about={about} onChoose={(chosen) => change({ what: chosen })} />}
          <div className={styles.days}>
            <Field label={periodEnds.from} hint="Left out: from the first entry">
              <Input type="date" value={from} onChange={(_, { value }) => change({ from: value })} />
            </Field>
            <Field label={periodEnds.to} hint="Left out: up to now">
              <Input type="date" value={to} onChange={(_, { value }) => change({ to: value })} />
            </Field>
          </div>
          <Field label="What it is for" hint="Stands in the packet and in the record">
            <Textarea
              value={purpose}
              maxLength={500}
              rows={2}
              onChange={(_, { value }) => change({ purpose: value })}
            />
          </Field>
          <div>
            <Button type="submit" appearance="primary" disabled={!isAsked || make.isPending}>
              Make and download it
            </Button>
          </div>
          <output>
            {make.isPending && <Making gathering={progress?.gathering ?? null} />}
            {make.data !== undefined && `Made: ${sizeOf(make.data)}. It is with your downloads.`}
          </output>
          {make.error !== null && <Trouble error={make.error} />}
        </form>
      </Section>
      <Section title="How others check it">
        <p>
          They open <code>verify.html</code> of an earlier packet or of the software, drop the file on it, and compare
          the fingerprint of the keys with the one that you tell them by another way. The command line does the same:{' '}
          <code>sallyport ledger verify packet</code>.
        </p>
        <p>The fingerprint of this ledger's keys:</p>
        <Fingerprint />
      </Section>
    </Page>
  )
}

function Making({ gathering }: { readonly gathering: { readonly done: number; readonly of: number } | null }) {
  if (gathering === null) return <>Waiting for its turn</>
  return (
    <>
      Looked through {gathering.done.toLocaleString()} of {gathering.of.toLocaleString()} entries
    </>
  )
}

function queryOf({ about, what, from, to, purpose }: Question) {
  const given = { id: what?.id ?? '', from, to: dayAfter(to) ?? '', purpose: purpose.trim() }
  return { about, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')) }
}

interface WhichProps {
  readonly about: About
  readonly onChoose: (what: Found | null) => void
}

function Which({ about, onChoose }: WhichProps) {
  const [typed, type] = useState('')
  const { data = [], error } = useQuery(foundQuery(about, typed.trim()))
  if (about === 'program') {
    return (
      <Field label="Which program" hint="Its name as the label has it, such as falcon" required>
        <Input
          value={typed}
          maxLength={63}
          onChange={(_, { value }) => {
            type(value)
            onChoose(/^[A-Za-z0-9-]{1,63}$/.test(value) ? { id: value, name: value } : null)
          }}
        />
      </Field>
    )
  }
  return (
    <>
      <Field label={about === 'person' ? 'Whom' : 'Which one'} hint="Type the beginning of the name" required>
        <Combobox
          freeform
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            type(value)
            onChoose(null)
          }}
          onOptionSelect={(_, { optionValue, optionText }) => {
            type(optionText ?? '')
            onChoose(optionValue === undefined ? null : { id: optionValue, name: optionText ?? '' })
          }}
        >
          {data.map(({ id, name }) => (
            <Option key={id} value={id} text={name}>
              {name}
            </Option>
          ))}
        </Combobox>
      </Field>
      {error !== null && <Trouble error={error} />}
    </>
  )
}
