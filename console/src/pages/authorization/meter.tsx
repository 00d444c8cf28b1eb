// How far something is drawn, with marks at 80, 90, 95 and 100 percent, where warnings are given.

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the tag has no place for marks */

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const marks = [80, 90, 95, 100] as const

const useStyles = makeStyles({
  meter: { display: 'grid', rowGap: tokens.spacingVerticalXXS },
  words: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalM, justifyContent: 'space-between' },
  track: {
    position: 'relative',
    height: '12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground5,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    overflow: 'hidden',
  },
  drawn: { height: '100%', backgroundColor: tokens.colorBrandBackground },
  warned: { backgroundColor: tokens.colorStatusWarningBackground3 },
  full: { backgroundColor: tokens.colorStatusDangerBackground3 },
  mark: {
    position: 'absolute',
    top: 0,
    bottom: 0,
    width: '1px',
    backgroundColor: tokens.colorNeutralForeground1,
  },
})

export interface MeterProps {
  readonly label: string
  readonly drawn: number
  readonly allowed: number
  /** Most that may ever be drawn: of a license's value more than is allowed. */
  readonly most: number
  /** What is drawn of what, in words. */
  readonly children: ReactNode
}

export function Meter({ label, drawn, allowed, most, children }: MeterProps) {
  const styles = useStyles()
  const percent = allowed === 0 ? 0 : Math.floor((drawn / allowed) * 100)
  const place = (value: number) => `${Math.min(100, most === 0 ? 0 : (value / most) * 100)}%`
  return (
    <div className={styles.meter}>
      <div className={styles.words}>
        <span>
          {label}: {children}
        </span>
        <span>{percent} percent</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(most, 1)}
        aria-valuenow={drawn}
        aria-valuetext={`${percent} percent`}
        className={styles.track}
      >
        <div
          className={mergeClasses(styles.drawn, percent >= 80 && styles.warned, percent >= 100 && styles.full)}
          style={{ width: place(drawn) }}
        />
        {marks.map((mark) => (
          <span
            key={mark}
            aria-hidden
            title={`${mark} percent`}
            className={styles.mark}
            style={{ insetInlineStart: place((allowed * mark) / 100) }}
          />
        ))}
      </div>
    </div>
  )
}
