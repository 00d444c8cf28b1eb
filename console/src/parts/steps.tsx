// Steps one after the other: what is decided at each, why it matters, and how far one is.

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { CircleRegular } from '@fluentui/react-icons/svg/circle'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  steps: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', rowGap: tokens.spacingVerticalL },
  step: { display: 'grid', gridTemplateColumns: '1.5rem minmax(0, 1fr)', columnGap: tokens.spacingHorizontalM },
  mark: { fontSize: '1.25rem', lineHeight: tokens.lineHeightBase300, color: tokens.colorNeutralForeground3 },
  done: { color: tokens.colorPaletteGreenForeground1 },
  next: { color: tokens.colorBrandForeground1 },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  state: { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground2 },
  why: { margin: 0, color: tokens.colorNeutralForeground2 },
  act: { marginTop: tokens.spacingVerticalS },
})

export interface Step {
  readonly title: string
  readonly why: ReactNode
  readonly isDone: boolean
  /** The one to be done now. */
  readonly isNext?: boolean
  /** What there is to do. */
  readonly act?: ReactNode
}

export function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const styles = useStyles()
  return (
    <ol className={styles.steps}>
      {steps.map(({ title, why, isDone, isNext = false, act }) => (
        <li key={title} className={styles.step}>
          <span className={mergeClasses(styles.mark, isDone && styles.done, isNext && styles.next)} aria-hidden>
            {isDone ? <CheckmarkCircleFilled /> : <CircleRegular />}
          </span>
          <div>
            <h3 className={styles.title}>
              {title} <span className={styles.state}>{stateOf(isDone, isNext)}</span>
            </h3>
            <p className={styles.why}>{why}</p>
            {act !== undefined && <div className={styles.act}>{act}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}

function stateOf(isDone: boolean, isNext: boolean): string {
  if (isDone) return '· done'
  return isNext ? '· next' : ''
}
