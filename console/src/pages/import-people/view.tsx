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
import { PersonLink } from '../../parts/person-link.tsx'

type Imported = AnswerOf<'importPeople'>
type Sheet = Uint8Array<ArrayBuffer>

const useStyles = makeStyles({
  choose: { display: 'grid', rowGap: tokens.spacingVerticalS, justifyItems: 'start' },
  change: { display: 'block' },
})

export const page = createLazyRoute('/shell/people/import')({ component: ImportPeople })

/** As many as a person reads through; the counts stand above them. */
const shown = 500

function ImportPeople() {
  const styles = useStyles()
  const id = useId()
  const [sheet, take] = useState<Sheet | null>(null)
  const compare = useMutation({
    mutationFn: async (file: File) => {
      const content = new Uint8Array(await file.arrayBuffer())
      const answer = await call('importPeople', { body: content })
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
      title="People from a spreadsheet"
      lead="The file is compared with the roster and nothing is written. What is shown then is what is done, whole or not at all. Countries are never read."
    >
      <Section title="The file">
        <div className={styles.choose}>
          <label htmlFor={id}>XLSX or CSV, as the export of people writes it</label>
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

function Difference({ imported, sheet }: { readonly imported: Imported; readonly sheet: Sheet }) {
  const { counts, faults, similar, people, missing, areMoreMissing } = imported
  const { asked, open, close } = useAsking<true>()
  const [done, finish] = useState<Imported['applied']>(null)
  const differing = people.filter(({ outcome }) => outcome === 'added' || outcome === 'changed')
  if (done !== null) return <Done applied={done} />
  return (
    <>
      <Section
        title="What would follow"
        actions={
          faults.length === 0 &&
          differing.length > 0 && (
            <Button appearance="primary" onClick={() => open(true)}>
              Do exactly this
            </Button>
          )
        }
      >
        <Facts
          facts={[
            ['Added', counts.added],
            ['Changed', counts.changed],
            ['Wait for approval already', counts.waiting],
            ['As they are', counts.unchanged],
            ['On the roster, not in the file', `${counts.missing}; an import ends nobody`],
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
      {similar.length > 0 && (
        <Section title="Names and numbers that could be taken for somebody else's">
          <Items
            items={similar.map(({ row, name, what, match, other }) => ({
              key: `${row} ${what} ${other.text}`,
              what: `${name}, row ${row}`,
              more: `${match === 'same' ? 'same' : 'looks like the'} ${what}: ${other.text}`,
            }))}
          />
        </Section>
      )}
      <Section title="Row by row">
        {differing.length === 0 ? (
          <Nothing title="The roster says all of it already" />
        ) : (
          <Rows rows={differing.slice(0, shown)} />
        )}
        {differing.length > shown && <p>And {differing.length - shown} more rows.</p>}
      </Section>
      {missing.length > 0 && (
        <Section title="Not in the file">
          <Items
            items={missing.slice(0, shown).map(({ personId, name, externalId }) => ({
              key: personId,
              what: <PersonLink id={personId} name={name} />,
              more: externalId ?? 'no number',
            }))}
          />
          {(areMoreMissing || missing.length > shown) && <p>And more.</p>}
        </Section>
      )}
      {asked !== null && <Apply imported={imported} sheet={sheet} onDone={finish} onClose={close} />}
    </>
  )
}

function Rows({ rows }: { readonly rows: Imported['people'] }) {
  const styles = useStyles()
  return (
    <Items
      items={rows.map(({ row, name, outcome, differences }) => ({
        key: String(row),
        what: `${name}, row ${row}`,
        more: differences.map(({ field, from, to, takesApproval }) => (
          <span key={field} className={styles.change}>
            {field}: {from === '' ? 'nothing' : from} → {to === '' ? 'nothing' : to}
            {takesApproval && ' (two others approve it)'}
          </span>
        )),
        end: (
          <Badge appearance="tint" color={outcome === 'added' ? 'success' : 'informative'}>
            {outcome === 'added' ? 'Added' : 'Changed'}
          </Badge>
        ),
      }))}
    />
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
  const apply = useAct({
    name: 'importPeople',
    done: `Imported people: ${counts.added} added, ${counts.changed} changed`,
    changes: ['people', 'approvals'],
    onDone: ({ applied }) => onDone(applied),
  })
  return (
    <ActDialog
      title="Do exactly what is shown?"
      verb="Do it"
      isPending={apply.isPending}
      error={apply.error}
      onClose={onClose}
      // The digest of the difference that was shown: another roster or another file is a conflict.
      onSubmit={() => apply.mutate({ query: { apply: digest, reason }, body: sheet })}
    >
      <p>
        {counts.added} people are added and {counts.changed} changed. Whatever of it widens access becomes one request
        that two others approve.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}

function Done({ applied }: { readonly applied: NonNullable<Imported['applied']> }) {
  return (
    <Section title="Done">
      <Facts
        facts={[
          ['Added', applied.added],
          ['Changed', applied.changed],
          [
            'Waiting for two others',
            applied.approvalId === null ? (
              'Nobody'
            ) : (
              <Link key="approval" to="/approvals/$approvalId" params={{ approvalId: applied.approvalId }}>
                {`${applied.proposed} people`}
              </Link>
            ),
          ],
        ]}
      />
    </Section>
  )
}
