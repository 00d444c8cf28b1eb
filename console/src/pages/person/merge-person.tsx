// Two records of one human being made one: which is kept, what becomes of the other's facts, and that it is ended for good. One officer
// does it at once, because nobody gains by it.

import { Field, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { FindPerson } from '../../parts/finder.tsx'
import { statusText } from '../../parts/person-status.tsx'
import { worded } from '../../parts/wording.ts'
import { becomes, disagreementsSeen } from './joining.ts'
import { personQuery, type Person } from './query.ts'

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed', fontSize: tokens.fontSizeBase200 },
  cell: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    textAlign: 'start',
    verticalAlign: 'top',
    overflowWrap: 'anywhere',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
  },
  head: { color: tokens.colorNeutralForeground2 },
  after: { fontWeight: tokens.fontWeightSemibold },
})

export function MergePerson({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [otherId, choose] = useState<string>()
  const [isThisKept, keep] = useState(true)
  const [reason, setReason] = useState('')
  const { data: other } = useQuery({ ...personQuery(otherId ?? ''), enabled: otherId !== undefined })
  const isSame = otherId === person.id
  const [kept, duplicate] = isThisKept ? [person, other] : [other, person]
  const merge = useAct({
    name: 'mergePeople',
    done: ({ person: { name, status }, disagreements }) =>
      disagreements.length === 0
        ? `Merged: ${name} is one record now`
        : `Merged: ${name} is ${status} now, because the two disagreed in ${disagreements.map(worded).join(', ')}`,
    changes: ['people', 'approvals', 'tasks', 'sign-ins'],
    onDone: ({ person: { id } }) => {
      onClose()
      void navigate({ to: '/people/$personId', params: { personId: id } })
    },
  })
  const isReady = kept !== undefined && duplicate !== undefined && !isSame
  return (
    <ActDialog
      title={`Merge ${person.name} with another record?`}
      verb="Merge them now"
      isPending={merge.isPending || !isReady}
      error={merge.error}
      onClose={onClose}
      onSubmit={() => {
        if (!isReady) return
        merge.mutate({
          path: { personId: kept.id },
          // The versions that are shown: whatever changed meanwhile makes it a conflict.
          body: { duplicate: { id: duplicate.id, version: duplicate.version }, version: kept.version, reason },
        })
      }}
    >
      <FindPerson label="Another record of the same human being" chosen={otherId} onChoose={choose} />
      {isSame && <p role="alert">That is this record. Choose another one.</p>}
      {other !== undefined && !isSame && (
        <>
          <Field label="Which one is kept" hint="Keep the one whose sign-in is in use">
            <RadioGroup value={isThisKept ? 'this' : 'other'} onChange={(_, { value }) => keep(value === 'this')}>
              <Radio value="this" label={`This one: ${person.name}`} />
              <Radio value="other" label={`The other one: ${other.name}`} />
            </RadioGroup>
          </Field>
          {isReady && <Preview kept={kept} duplicate={duplicate} />}
        </>
      )}
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}

function Preview({ kept, duplicate }: { readonly kept: Person; readonly duplicate: Person }) {
  const styles = useStyles()
  const seen = disagreementsSeen(kept, duplicate)
  return (
    <>
      <table className={styles.table} aria-label="What is joined">
        <thead>
          <tr className={styles.head}>
            {['What', 'Kept', 'Duplicate', 'Afterwards'].map((title) => (
              <th key={title} scope="col" className={styles.cell}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {becomes(kept, duplicate, statusText).map(({ what, is, other, after }) => (
            <tr key={what}>
              <th scope="row" className={styles.cell}>
                {what}
              </th>
              <td className={styles.cell}>{is}</td>
              <td className={styles.cell}>{other}</td>
              <td className={`${styles.cell} ${after === is ? '' : styles.after}`}>{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {seen.length > 0
          ? `They disagree in ${seen.join(' and ')}: the kept record is unverified at once, and two others verify it anew. `
          : 'In what is shown here nothing disagrees. '}
        The gate compares countries, earlier verifications and approvals as well: what disagrees there makes it
        unverified too. The duplicate ends for good, what it signed in with is nobody&apos;s, and its past stays under
        its own record.
      </p>
    </>
  )
}
