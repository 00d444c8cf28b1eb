// Asking two others to put other legal data in force: the file is compared with what is in force before anything is asked.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type ChangeEvent } from 'react'
import { call, type AnswerOf, type BodyOf } from '../../api/index.ts'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Facts } from '../../parts/facts.tsx'
import { LegalDataRows } from '../../parts/legal-data-rows.tsx'
import { Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { askedFor } from '../../parts/wording.ts'

type Checked = AnswerOf<'checkLegalData'>
type Data = BodyOf<'checkLegalData'>['data']

const useStyles = makeStyles({
  choose: { display: 'grid', rowGap: tokens.spacingVerticalS, justifyItems: 'start' },
})

export function Proposing() {
  const styles = useStyles()
  const id = useId()
  const [data, take] = useState<Data | null>(null)
  const { asked, open, close } = useAsking<true>()
  const compare = useMutation({
    mutationFn: async (file: File) => {
      const read = dataOf(await file.text())
      const answer = await call('checkLegalData', { body: { data: read } })
      take(read)
      return answer
    },
  })
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.item(0)
    if (file !== null && file !== undefined) compare.mutate(file)
  }
  return (
    <Section
      title="Put other data in force"
      actions={
        compare.data !== undefined &&
        data !== null && (
          <Button appearance="primary" onClick={() => open(true)}>
            Ask two others
          </Button>
        )
      }
    >
      <div className={styles.choose}>
        <label htmlFor={id}>
          A JSON file of the form that ships with the gate; it is compared and nothing is written
        </label>
        <input id={id} type="file" accept=".json" onChange={chosen} disabled={compare.isPending} />
      </div>
      {compare.error !== null && <Trouble error={compare.error} />}
      {compare.data !== undefined && <Difference checked={compare.data} />}
      {asked !== null && data !== null && <Propose data={data} onClose={close} />}
    </Section>
  )
}

/** What is no JSON object the gate refuses, with what it wants instead. */
function dataOf(text: string): Data {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Data
  } catch {
    // Refused as any other file that is none of legal data.
  }
  return {}
}

function Difference({ checked: { asOf, added, removed, people } }: { readonly checked: Checked }) {
  return (
    <>
      <Facts
        facts={[
          ['Knows the law up to', asOf],
          ['Foreign persons whom 22 CFR 126.1 reaches newly', people.newlyProscribed],
          ['Whom it reaches no longer', people.noLongerProscribed],
          ['Of whom it is unknown', people.unknown],
        ]}
      />
      <LegalDataRows added={added} removed={removed} />
    </>
  )
}

function Propose({ data, onClose }: { readonly data: Data; readonly onClose: () => void }) {
  const [reason, setReason] = useState('')
  const propose = useAct({
    name: 'proposeLegalData',
    done: ({ needed }) => askedFor('other legal data in force', needed),
    changes: ['legal data', 'approvals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="Ask two others to put this in force?"
      verb="Ask two others"
      isPending={propose.isPending}
      error={propose.error}
      onClose={onClose}
      onSubmit={() => propose.mutate({ body: { data, reason } })}
    >
      <p>
        It comes in the place of what is in force, as a whole, in every process at once. Say which rule changed the law.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
