import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { proveEntry, type EntryProof } from '../../ledger/prove-entry.ts'
import { Asked } from '../../parts/asked.tsx'
import { Details } from '../../parts/details.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { aboutText, kindText } from '../record/kinds.ts'
import { Doubt } from '../record/seen-ledger.tsx'
import { entryQuery } from './query.ts'

export const page = createLazyRoute('/shell/record/$entryId')({ component: EntryPage })

const useStyles = makeStyles({
  body: { overflowWrap: 'anywhere' },
  result: { display: 'block', ':not(:empty)': { marginBlockEnd: tokens.spacingVerticalM } },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, '@media print': { display: 'none' } },
})

function EntryPage() {
  const styles = useStyles()
  const { entryId } = page.useParams()
  const read = useQuery(entryQuery(entryId))
  return (
    <Page title={read.data === undefined ? 'Entry' : titleOf(read.data.entry)}>
      <Asked what="the entry" query={read}>
        {({ index, by, aboutName, entry, bytes }) => (
          <>
            <Section title="What was recorded">
              <div className={styles.body}>
                <Facts
                  facts={[
                    ['When', <Moment key="at" at={new Date(entry.atMs).toISOString()} />],
                    ['Who', entry.actor === null ? 'The gate, or nobody of the roster' : by?.name || entry.actor],
                    ['About', <About key="about" about={entry.about} name={aboutName} />],
                    ['Kind', entry.kind],
                    ['Number', index === null ? 'It waits for the tree' : index.toLocaleString()],
                    ['Id', entry.id],
                  ]}
                />
              </div>
            </Section>
            <Proof index={index} bytes={bytes} id={entry.id} />
            <Section title="All of it">
              <div className={styles.body}>
                <Details details={entry.body} />
              </div>
            </Section>
          </>
        )}
      </Asked>
    </Page>
  )
}

function titleOf({ kind, body }: { readonly kind: string; readonly body: Readonly<Record<string, unknown>> }): string {
  const { action } = body
  return typeof action === 'string' ? `${kindText(kind)}: ${action}` : kindText(kind)
}

function About({
  about,
  name,
}: {
  readonly about: { readonly kind: string; readonly id: string } | null
  readonly name: string
}) {
  if (about === null) return <>nothing alone</>
  const text = aboutText({ ...about, name })
  return /^[0-9a-f-]{36}$/.test(about.id) ? (
    <>
      {text}{' '}
      <Link to="/record" search={{ of: about.id }}>
        All entries with it
      </Link>
    </>
  ) : (
    <>{text}</>
  )
}

interface ProofProps {
  readonly index: number | null
  readonly bytes: Uint8Array
  readonly id: string
}

function Proof({ index, bytes, id }: ProofProps) {
  const styles = useStyles()
  const { data, error, isPending, mutate } = useMutation({ mutationFn: async () => await proveEntry({ index, bytes }) })
  const octets = () => new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' })
  return (
    <Section title="Proof">
      <p>
        This browser hashes the entry itself, and checks with the hashes of the tree that it is where it says, under a
        checkpoint that holds whatever this browser saw before.
      </p>
      <output className={styles.result}>{data !== undefined && <Proved proof={data} index={index} />}</output>
      {error !== null && <Doubt error={error} />}
      <div className={styles.acts}>
        <Button appearance="primary" disabled={isPending} onClick={() => mutate()}>
          Prove it
        </Button>
        <Button onClick={() => saveAs(octets(), `${id}.json`)}>Save the entry</Button>
        {data?.state === 'proven' && (
          <Button onClick={() => saveAs(data.text, `${id}.tlog-proof`)}>Save the proof</Button>
        )}
      </div>
    </Section>
  )
}

function Proved({ proof: { state, seen }, index }: { readonly proof: EntryProof; readonly index: number | null }) {
  if (state === 'broken') {
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>Not proven</MessageBarTitle> The entry is not what the tree holds at its place: it was
          altered. Tell your officer and whoever assesses this enclave.
        </MessageBarBody>
      </MessageBar>
    )
  }
  if (state === 'waiting') return <p>It is recorded, and not in the tree yet. Prove it again in a few seconds.</p>
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Proven here</MessageBarTitle> It is number {index?.toLocaleString()} of the{' '}
        {seen.size.toLocaleString()} entries, as it was recorded.
        {seen.before !== null &&
          ` The tree holds all ${seen.before.size.toLocaleString()} entries that this browser saw before.`}
      </MessageBarBody>
    </MessageBar>
  )
}
