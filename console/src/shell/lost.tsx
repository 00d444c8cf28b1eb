// What stands where a page should: there is none, or it could not be shown.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Trouble } from '../parts/trouble.tsx'

const useStyles = makeStyles({
  place: { padding: tokens.spacingHorizontalXXL, maxWidth: '40rem', margin: '0 auto' },
})

export function Nowhere() {
  const styles = useStyles()
  return (
    <main className={styles.place}>
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or the page has moved.</p>
      <Link to="/">To the start</Link>
    </main>
  )
}

export function lostPage({ error, reset }: ErrorComponentProps) {
  return <Lost error={error} reset={reset} />
}

function Lost({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const styles = useStyles()
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main className={styles.place}>
      <h1>This page cannot be shown</h1>
      <Trouble error={error} />
      <Button onClick={again}>Try again</Button>
    </main>
  )
}
