import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useId, useState, type ChangeEvent } from 'react'
import { call, type AnswerOf } from '../../api/index.ts'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'

type Imported = AnswerOf<'importAuthorizations'>
type Sheet = Uint8Array<ArrayBuffer>

const useStyles = makeStyles({
  choose: { display: 'grid', rowGap: tokens.spacingVerticalS, justifyItems: 'start' },
  change: { display: 'block', overflowWrap: 'anywhere' },
  odd: { display: 'block', overflowWrap: 'anywhere', color: tokens.colorStatusWarningForeground3 },
})

export const page = createLazyRoute('/shell/authorizations/import')({ component: ImportAuthorizations })

/** As many as a person reads through; the counts stand above them. */
const shown = 200

function ImportAuthorizations() {
  const styles = useStyles()
  const id = useId()
  const [sheet, take] = useState<Sheet | null>(null)
  const compare = useMutation({
    mutationFn: async (file: File) => {
      const content = new Uint8Array(await file.arrayBuffer())
      const answer = await call('importAuthorizations', { body: content })
      take(content)
      return answer
    },
  })
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.item(0)
    if (file !== null && file !== undefined) compare.mutate(file)
  }
  return (
    <Page
      title="Authorizations from a spreadsheet"
      lead="The file is compared with the register and nothing is written. What is shown then is what is done, whole or not at all. An import ends nothing."
    >
      <Section title="The file">
        <div className={styles.choose}>
          <label htmlFor={id}>XLSX or CSV, as the export of the register writes it</label>
          <input id={id} type="file" accept=".xlsx,.csv" onChange={chosen} disabled={compare.isPending} />
        </div>
        {compare.error !== null && <Trouble error={compare.error} />}
      </Section>
      {compare.data !== undefined && sheet !== null && (
        <Difference key={compare.data.digest} imported={compare.data} sheet={sheet} />
      )}
    </Page>
  )
}

const outcomes = {
  registered: { text: 'New', color: 'success' },
  amended: { text: 'Other terms', color: 'informative' },
  narrowed: { text: 'Takes away', color: 'warning' },
} as const

function Difference({ imported, sheet }: { readonly imported: Imported; readonly sheet: Sheet }) {
  const styles = useStyles()
  const { counts, faults, rows, missing, hiddenSheets } = imported
  const { asked, open, close } = useAsking<true>()
  const [done, finish] = useState<Imported['applied']>(null)
  if (done !== null) return <Done applied={done} />
  return (
    <>
      <Section
        title="What would follow"
        actions={
          faults.length === 0 &&
          rows.length > 0 && (
            <Button appearance="primary" onClick={() => open(true)}>
              Do exactly this
            </Button>
          )
        }
      >
        <Facts
          facts={[
            ['New', `${counts.registered}; two others approve each`],
            ['Other terms', `${counts.amended}; two others approve each`],
            ['Takes away', `${counts.narrowed}; at once`],
            ['As they are', counts.unchanged],
            ['Rows with something odd', rows.filter(({ warnings }) => warnings.length > 0).length],
            ['In the register, not in the file', `${counts.missing}; they stay as they are`],
            ...(hiddenSheets.length === 0 ? [] : ([['Hidden sheets, not read', hiddenSheets.join(', ')]] as const)),
          ]}
        />
      </Section>
      {faults.length > 0 && (
        <Section title="What is wrong with the file">
          <p>Nothing is done while there is any of this.</p>
          <Items
            items={faults.map(({ sheet: name, row, column, text }) => ({
              key: `${name} ${row} ${column} ${text}`,
              what: text,
              more: `${name}, row ${row}, ${column}`,
            }))}
          />
        </Section>
      )}
      <Section title="Row by row">
        {rows.length === 0 ? (
          <Nothing title={faults.length > 0 ? 'No row was compared' : 'The register says all of it already'} />
        ) : (
          <Items
            items={rows.slice(0, shown).map(({ row, number, title, outcome, differences, warnings }) => ({
              key: String(row),
              what: `${number}: ${title}, row ${row}`,
              more: (
                <>
                  {outcome !== 'registered' &&
                    differences.map(({ field, from, to }) => (
                      <span key={field} className={styles.change}>
                        {field}: {from === '' ? 'nothing' : from} → {to === '' ? 'nothing' : to}
                      </span>
                    ))}
                  {warnings.map(({ field, text }) => (
                    <span key={`${field} ${text}`} className={styles.odd}>
                      Odd, and still may be so: {field} {text}
                    </span>
                  ))}
                </>
              ),
              end: (
                <Badge appearance="tint" color={outcomes[outcome].color}>
                  {outcomes[outcome].text}
                </Badge>
              ),
            }))}
          />
        )}
        {rows.length > shown && <p>And {rows.length - shown} more rows.</p>}
      </Section>
      {missing.length > 0 && (
        <Section title="Not in the file">
          <p>{missing.slice(0, shown).join(', ')}</p>
          {missing.length > shown && <p>And {missing.length - shown} more.</p>}
        </Section>
      )}
      {asked !== null && <Apply imported={imported} sheet={sheet} onDone={finish} onClose={close} />}
    </>
  )
}

function Apply({
  imported: { digest, counts },
  sheet,
  onDone,
  onClose,
}: {
  readonly imported: Imported
  readonly sheet: Sheet
  readonly onDone: (applied: Imported['applied']) => void
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const { registered, amended, narrowed } = counts
  const apply = useAct({
    name: 'importAuthorizations',
    done: `Imported authorizations: ${registered} new, ${amended} with other terms, ${narrowed} narrowed`,
    changes: ['authorizations', 'approvals', 'tasks'],
    onDone: ({ applied }) => onDone(applied),
  })
  return (
    <ActDialog
      title="Do exactly what is shown?"
      verb="Do it"
      isPending={apply.isPending}
      error={apply.error}
      onClose={onClose}
      // The digest of the difference that was shown: another register or another file is a conflict.
      onSubmit={() => apply.mutate({ query: { apply: digest, reason }, body: sheet })}
    >
      <p>
        {narrowed} hold at once. {registered + amended} become requests, each for itself, that two others approve.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}

function Done({ applied: { approvalIds } }: { readonly applied: NonNullable<Imported['applied']> }) {
  return (
    <Section title="Done">
      <Facts
        facts={[
          [
            'Waiting for two others',
            approvalIds.length === 0 ? (
              'Nothing'
            ) : (
              <Link key="approvals" to="/approvals">
                {approvalIds.length === 1 ? '1 request' : `${approvalIds.length} requests`}
              </Link>
            ),
          ],
        ]}
      />
      <p>
        <Link to="/authorizations">The register</Link>
      </p>
    </Section>
  )
}
