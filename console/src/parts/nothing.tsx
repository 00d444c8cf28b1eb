// An empty state: that there is nothing, and what to do about it.

import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  nothing: {
    paddingBlock: tokens.spacingVerticalM,
    color: tokens.colorNeutralForeground2,
    display: 'grid',
    rowGap: tokens.spacingVerticalXS,
    justifyItems: 'start',
    // Where it has a whole list's place, its lines stay together.
    alignContent: 'start',
  },
  title: { margin: 0, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
})

export function Nothing({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const styles = useStyles()
  return (
    <div className={styles.nothing}>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div>{children}</div>}
    </div>
  )
}
