// Facts of one thing: what, and how it is.

import { makeStyles, tokens } from '@fluentui/react-components'
import { Fragment, type ReactNode } from 'react'

const useStyles = makeStyles({
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(9rem, max-content) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalXL,
    rowGap: tokens.spacingVerticalXS,
    margin: 0,
    '@media (max-width: 600px)': { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: 0 },
  },
  what: { color: tokens.colorNeutralForeground2 },
  how: { margin: 0, '@media (max-width: 600px)': { marginBottom: tokens.spacingVerticalS } },
})

export function Facts({ facts }: { readonly facts: readonly (readonly [what: string, how: ReactNode])[] }) {
  const styles = useStyles()
  return (
    <dl className={styles.facts}>
      {facts.map(([what, how]) => (
        <Fragment key={what}>
          <dt className={styles.what}>{what}</dt>
          <dd className={styles.how}>{how}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
