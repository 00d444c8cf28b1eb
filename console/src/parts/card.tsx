// The one thing on a page of somebody who is not signed in.

import { makeStyles, Subtitle1, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  place: {
    minHeight: '100vh',
    display: 'grid',
    alignItems: 'center',
    justifyItems: 'center',
    padding: tokens.spacingHorizontalL,
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground3,
  },
  card: {
    width: '100%',
    maxWidth: '25rem',
    boxSizing: 'border-box',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXXXL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow8,
    '@media (max-width: 600px)': { padding: tokens.spacingHorizontalXL },
  },
  title: { margin: 0 },
})

export function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const styles = useStyles()
  return (
    <main className={styles.place}>
      <div className={styles.card}>
        <Subtitle1 as="h1" className={styles.title}>
          {title}
        </Subtitle1>
        {children}
      </div>
    </main>
  )
}
