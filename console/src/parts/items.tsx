// A short list of things, each a line that leads somewhere: what it is, what more there is to say, and its state.

import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXXS,
    paddingBlock: tokens.spacingVerticalS,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    ':first-child': { borderTopStyle: 'none' },
  },
  what: { display: 'grid', marginInlineEnd: 'auto', minWidth: 0, flexBasis: '16rem', flexGrow: 1 },
  more: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
})

export interface Item {
  readonly key: string
  readonly what: ReactNode
  readonly more?: ReactNode
  /** At the end of the line: a state, a button. */
  readonly end?: ReactNode
}

export function Items({ items }: { readonly items: readonly Item[] }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {items.map(({ key, what, more, end }) => (
        <li key={key} className={styles.item}>
          <span className={styles.what}>
            <span>{what}</span>
            {more !== undefined && <span className={styles.more}>{more}</span>}
          </span>
          {end}
        </li>
      ))}
    </ul>
  )
}
