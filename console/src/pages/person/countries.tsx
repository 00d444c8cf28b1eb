// The countries of a foreign person: shown for a stated purpose, which is on record before they are. Kept nowhere here.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import type { AnswerOf } from '../../api/index.ts'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { countryNames } from '../../parts/countries.ts'
import { Facts } from '../../parts/facts.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { countOf } from '../../parts/wording.ts'

type Shown = AnswerOf<'lookAtTies'>

const useStyles = makeStyles({
  guard: { margin: `0 0 ${tokens.spacingVerticalM}`, color: tokens.colorNeutralForeground2 },
})

export function Countries({ personId }: { readonly personId: string }) {
  const styles = useStyles()
  const { asked, open, close } = useAsking<true>()
  const [shown, show] = useState<Shown | null>(null)
  return (
    <Section
      title="Countries"
      actions={
        shown === null ? (
          <Button onClick={() => open(true)}>Look at them</Button>
        ) : (
          <Button onClick={() => show(null)}>Put them away</Button>
        )
      }
    >
      <p className={styles.guard}>
        Only for what export control asks. Never for hiring, pay or promotion: 8 U.S.C. 1324b.
      </p>
      {shown !== null && <Ties shown={shown} />}
      {asked !== null && <Look personId={personId} onShown={show} onClose={close} />}
    </Section>
  )
}

function Look({
  personId,
  onShown,
  onClose,
}: {
  readonly personId: string
  readonly onShown: (shown: Shown) => void
  readonly onClose: () => void
}) {
  const [purpose, setPurpose] = useState('')
  const look = useAct({
    name: 'lookAtTies',
    done: 'Your look at the countries is on record',
    changes: ['people'],
    onDone: (shown) => {
      onShown(shown)
      onClose()
    },
  })
  return (
    <ActDialog
      title="Look at the countries?"
      verb="Look"
      isPending={look.isPending}
      error={look.error}
      onClose={onClose}
      onSubmit={() => look.mutate({ path: { personId }, body: { purpose } })}
    >
      <p>That you looked, when and what for is in the ledger before they are shown, and on this page after that.</p>
      <ReasonField label="What for" value={purpose} onChange={setPurpose} />
    </ActDialog>
  )
}

function Ties({ shown: { ties, proposed } }: { readonly shown: Shown }) {
  if (ties === null) return <Nothing title="None are recorded" />
  return (
    <>
      <Facts
        facts={[
          ['Citizenships', countryNames(ties.citizenships)],
          ['Former citizenships', countryNames(ties.formerCitizenships)],
          ['Permanent residencies', countryNames(ties.permanentResidencies)],
        ]}
      />
      {proposed.length > 0 && <p>Waits for approval: {countOf(proposed.length, 'change')} of countries.</p>}
    </>
  )
}
