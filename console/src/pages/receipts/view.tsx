import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useEffect } from 'react'
import { keptReceipts, proveReceipt, watchReceipts, type KeptReceipt } from '../../api/index.ts'
import { Asked } from '../../parts/asked.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  one: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    paddingBlock: tokens.spacingVerticalS,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    ':first-child': { borderTopStyle: 'none' },
  },
  act: { marginInlineEnd: 'auto', display: 'grid' },
  small: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

export const page = createLazyRoute('/shell/receipts')({ component: Receipts })

function Receipts() {
  const styles = useStyles()
  const queries = useQueryClient()
  const kept = useQuery({ queryKey: ['receipts'], queryFn: keptReceipts, staleTime: 0 })
  useEffect(() => watchReceipts(() => void queries.invalidateQueries({ queryKey: ['receipts'] })), [queries])
  return (
    <Page
      title="Receipts"
      lead="The ledger signed a receipt for each act of yours. They are in this browser alone, until you sign out; whoever holds one can hold the ledger to it."
    >
      <Section title="What you did in this browser">
        <Asked what="what is kept here" query={kept}>
          {(receipts) =>
            receipts.length === 0 ? (
              <Nothing title="No receipts yet">Whatever you change from here on leaves one.</Nothing>
            ) : (
              <ul className={styles.list}>
                {receipts.map((one) => (
                  <Receipt key={`${one.at} ${one.receipt.entryId}`} kept={one} />
                ))}
              </ul>
            )
          }
        </Asked>
      </Section>
    </Page>
  )
}

const states = {
  'in-tree': 'In the ledger, proven',
  pending: 'Recorded; the ledger takes it in within seconds',
  missing: 'Not in the ledger yet',
  lost: 'Gone from the ledger: an alarm is raised',
} as const

function Receipt({ kept }: { readonly kept: KeptReceipt }) {
  const styles = useStyles()
  const { data, error, isPending, mutate } = useMutation({ mutationFn: async () => await proveReceipt(kept) })
  const { proof = null } = data ?? {}
  return (
    <li className={styles.one}>
      <span className={styles.act}>
        {kept.act}
        <span className={styles.small}>
          <Moment at={kept.at} /> · entry {kept.receipt.entryId}
        </span>
      </span>
      <output>{data !== undefined && states[data.state]}</output>
      <Button size="small" disabled={isPending} onClick={() => mutate()}>
        Prove
      </Button>
      <Button
        size="small"
        onClick={() => saveAs(JSON.stringify(kept.receipt, null, 2), `receipt-${kept.receipt.entryId}.json`)}
      >
        Save the receipt
      </Button>
      {proof !== null && (
        <Button size="small" onClick={() => saveAs(proof, `${kept.receipt.entryId}.tlog-proof`)}>
          Save the proof
        </Button>
      )}
      {error !== null && <Trouble error={error} />}
    </li>
  )
}
