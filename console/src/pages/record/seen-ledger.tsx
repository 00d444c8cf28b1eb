// How the ledger is, as this browser checked it: signed, and holding what it saw before.

import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import { LedgerDoubt, type Seen } from '../../ledger/checkpoint.ts'
import { Moment } from '../../parts/moment.tsx'
import { Trouble } from '../../parts/trouble.tsx'

const useStyles = makeStyles({ seen: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 } })

export function SeenLedger({ query: { data, error } }: { readonly query: UseQueryResult<Seen> }) {
  const styles = useStyles()
  if (error !== null) return <Doubt error={error} />
  if (data === undefined) return <span className={styles.seen}>Checking the checkpoint</span>
  const { size, before } = data
  return (
    <span className={styles.seen}>
      {size.toLocaleString()} entries, signed by the ledger&apos;s keys.{' '}
      {before === null ? (
        'This browser keeps its first checkpoint now, and holds every later one to it.'
      ) : (
        <>
          They hold all {before.size.toLocaleString()} that this browser saw, <Moment at={before.at} />.
        </>
      )}
    </span>
  )
}

/** A ledger that is not the one it was: nothing that it shows is to be relied on. */
export function Doubt({ error }: { readonly error: unknown }) {
  if (!(error instanceof LedgerDoubt)) return <Trouble error={error} />
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>Do not trust this ledger</MessageBarTitle> {error.message} Tell your officer and whoever
        assesses this enclave, and keep this browser as it is.
      </MessageBarBody>
    </MessageBar>
  )
}
