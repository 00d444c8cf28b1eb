import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { call, type AnswerOf } from '../../api/index.ts'
import { seeCheckpoint } from '../../ledger/checkpoint.ts'
import { Facts } from '../../parts/facts.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { SeenLedger } from '../record/seen-ledger.tsx'
import { replayAll, type Replayed } from './query.ts'

const useStyles = makeStyles({
  result: { display: 'block', ':not(:empty)': { marginBlockEnd: tokens.spacingVerticalM } },
})

export const page = createLazyRoute('/shell/verification')({ component: Checks })

function Checks() {
  const seen = useQuery({
    queryKey: ['ledger', 'checkpoint', 'seen'],
    queryFn: async ({ signal }) => await seeCheckpoint(signal),
    retry: false,
  })
  return (
    <Page
      title="Verification"
      lead="Each of these looks at everything that was recorded, changes nothing, and is on record itself. The gate does the work: an export verifies without it."
    >
      <Section title="The checkpoint, by this browser">
        <SeenLedger query={seen} />
      </Section>
      <Replay />
      <Reconcile />
    </Page>
  )
}

function Replay() {
  const styles = useStyles()
  const [so, tell] = useState<Replayed | null>(null)
  const replay = useMutation({ mutationFn: async () => await replayAll(tell) })
  return (
    <Section title="Every decision, decided again">
      <p>From what its entry says it saw, by the policies of its day. It names the first that falls otherwise.</p>
      <output className={styles.result}>
        {replay.isPending && so !== null && `Up to entry ${so.to.toLocaleString()} of ${so.size.toLocaleString()}`}
        {replay.data !== undefined && <ReplayedSo so={replay.data} />}
      </output>
      {replay.error !== null && <Trouble error={replay.error} />}
      <Button
        disabled={replay.isPending}
        onClick={() => {
          tell(null)
          replay.mutate()
        }}
      >
        Decide them again
      </Button>
    </Section>
  )
}

function ReplayedSo({ so: { decisions, lists, finding, to } }: { readonly so: Replayed }) {
  if (finding !== null) {
    return <Found title={`Entry ${finding.index} falls otherwise`} text={finding.text} />
  }
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>As recorded</MessageBarTitle> {decisions.toLocaleString()} decisions of {to.toLocaleString()}{' '}
        entries fall as they were recorded.
        {lists > 0 && ` ${lists.toLocaleString()} lists keep the hash of what they showed alone.`}
      </MessageBarBody>
    </MessageBar>
  )
}

function Reconcile() {
  const styles = useStyles()
  const compare = useMutation({ mutationFn: async () => await call('ledgerReconcile', {}) })
  return (
    <Section title="Every table, held against the ledger">
      <p>Each entry is folded into the rows that it makes, and compared with what the gate decides by.</p>
      <output className={styles.result}>{compare.data !== undefined && <Compared so={compare.data} />}</output>
      {compare.error !== null && <Trouble error={compare.error} />}
      <Button disabled={compare.isPending} onClick={() => compare.mutate()}>
        Compare them
      </Button>
    </Section>
  )
}

function Compared({ so: { finding, unread, tables, entries } }: { readonly so: AnswerOf<'ledgerReconcile'> }) {
  const rows = tables.reduce((sum, one) => sum + one.rows, 0)
  return (
    <>
      {finding === null && unread === null ? (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>As the ledger says</MessageBarTitle> {rows.toLocaleString()} rows of{' '}
            {tables.length.toLocaleString()} tables agree with {entries.toLocaleString()} entries.
          </MessageBarBody>
        </MessageBar>
      ) : (
        <Found
          title={finding === null ? 'An entry does not read' : `Table ${finding.table}, row ${finding.key}`}
          text={finding?.text ?? unread?.text ?? ''}
        />
      )}
      {tables.some(({ faults }) => faults > 0) && (
        <Facts
          facts={tables.filter(({ faults }) => faults > 0).map(({ table, faults }) => [table, `${faults} rows`])}
        />
      )}
    </>
  )
}

function Found({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {text} Tell whoever assesses this enclave, and keep the ledger as it
        is.
      </MessageBarBody>
    </MessageBar>
  )
}
