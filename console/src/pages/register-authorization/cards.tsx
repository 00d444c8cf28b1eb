// A list of things that are each a small form: one after another, added at the end, taken off by themselves.

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalL,
    justifyItems: 'start',
  },
  card: {
    boxSizing: 'border-box',
    width: '100%',
    margin: 0,
    minWidth: 0,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    justifyItems: 'start',
    '> *': { width: '100%' },
    '> button': { width: 'auto' },
  },
  legend: { width: 'auto', padding: `0 ${tokens.spacingHorizontalXS}`, fontWeight: tokens.fontWeightSemibold },
})

export interface CardsProps<T extends { readonly key: string }> {
  readonly all: readonly T[]
  readonly onChange: (all: readonly T[]) => void
  /** What one is called: `Proviso p-1`. */
  readonly nameOf: (one: T, at: number) => string
  /** What the button says that adds one. */
  readonly add: string
  readonly make: () => T
  readonly children: (one: T, change: (part: Partial<T>) => void, at: number) => ReactNode
}

export function Cards<T extends { readonly key: string }>({
  all,
  onChange,
  nameOf,
  add,
  make,
  children,
}: CardsProps<T>) {
  const styles = useStyles()
  return (
    <div className={styles.cards}>
      {all.map((one, at) => (
        <fieldset key={one.key} className={styles.card}>
          <legend className={styles.legend}>{nameOf(one, at)}</legend>
          {children(one, (part) => onChange(all.map((other) => (other === one ? { ...one, ...part } : other))), at)}
          <Button
            size="small"
            aria-label={`Take off ${nameOf(one, at)}`}
            onClick={() => onChange(all.filter((other) => other !== one))}
          >
            Take off
          </Button>
        </fieldset>
      ))}
      <Button onClick={() => onChange([...all, make()])}>{add}</Button>
    </div>
  )
}
