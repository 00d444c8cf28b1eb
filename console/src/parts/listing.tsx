// A long list of which only the rows in sight are drawn: it scrolls inside itself, asks for more before its end is reached, and is a
// table for whoever hears it. On a narrow screen the cells of a row stand below each other, and nothing of them is cut.

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows that stand where they are put are no boxes of a table */

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type ReactNode } from 'react'
import { usePreferences } from '../shell/preferences.ts'

export interface Column<T> {
  readonly title: string
  /** Share of the width. */
  readonly share: number
  readonly cell: (row: T) => ReactNode
  /** Left out where there is little room. */
  readonly isMinor?: true
  /** Stands above the others there. */
  readonly isFirst?: true
}

export interface ListingProps<T> {
  /** What is listed, for whoever hears it. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** Whether there are more rows at the gate than `rows`. */
  readonly hasMore: boolean
  /** Told when the end comes near. */
  readonly onNearEnd: () => void
}

const nearEnd = 300
const heights = { comfortable: 44, compact: 32 } as const
const narrow = '@media (max-width: 700px)'

const useStyles = makeStyles({
  table: {
    display: 'flex',
    flexDirection: 'column',
    minHeight: '20rem',
    height: '100%',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    overflow: 'hidden',
    '@media print': { overflow: 'visible', height: 'auto' },
  },
  head: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    scrollbarGutter: 'stable',
    overflowX: 'hidden',
    overflowY: 'auto',
    // Whoever hears the table still hears of which column a cell is.
    [narrow]: { position: 'absolute', width: '1px', height: '1px', overflowY: 'hidden', clipPath: 'inset(50%)' },
  },
  body: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    scrollbarGutter: 'stable',
    position: 'relative',
    contain: 'strict',
  },
  row: {
    display: 'flex',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    paddingInline: tokens.spacingHorizontalL,
    boxSizing: 'border-box',
    [narrow]: { flexDirection: 'column', alignItems: 'stretch', paddingBlock: tokens.spacingVerticalS },
  },
  placed: {
    position: 'absolute',
    top: 0,
    insetInlineStart: 0,
    width: '100%',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    '@media print': { position: 'static', transform: 'none !important' },
  },
  headRow: { minHeight: '2.5rem' },
  title: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, textAlign: 'start' },
  cell: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', paddingBlock: '3px' },
  wrapped: {
    // The share of a width is none of a height.
    [narrow]: {
      flexGrow: '0 !important',
      flexBasis: 'auto !important',
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
    },
  },
  first: { [narrow]: { order: -1 } },
  minor: { [narrow]: { display: 'none' } },
})

export function Listing<T>({ label, columns, rows, keyOf, hasMore, onNearEnd }: ListingProps<T>) {
  const styles = useStyles()
  const body = useRef<HTMLDivElement>(null)
  const { density } = usePreferences()
  const rowPx = heights[density]
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => keyAt(rows, index, keyOf),
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - nearEnd) onNearEnd()
  }, [hasMore, last, rows.length, onNearEnd])
  useEffect(() => virtual.measure(), [rowPx, virtual])
  return (
    <div role="table" aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} className={styles.table}>
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={mergeClasses(styles.row, styles.headRow)}>
          {columns.map(({ title, share, isMinor }) => (
            <span
              key={title}
              role="columnheader"
              className={mergeClasses(styles.cell, styles.title, isMinor && styles.minor)}
              style={{ flex: `${share} 1 0` }}
            >
              {title}
            </span>
          ))}
        </div>
      </div>
      {/* Whoever has no pointer scrolls it with the keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- SPEC: WCAG 2.1.1, a region that scrolls takes the focus */}
      <div role="rowgroup" className={styles.body} ref={body} tabIndex={0} aria-label={label}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className={mergeClasses(styles.row, styles.placed)}
                style={{ minHeight: rowPx, transform: `translateY(${start}px)` }}
              >
                {columns.map(({ title, share, cell, isMinor, isFirst }) => (
                  <span
                    key={title}
                    role="cell"
                    className={mergeClasses(
                      styles.cell,
                      styles.wrapped,
                      isFirst && styles.first,
                      isMinor && styles.minor,
                    )}
                    style={{ flex: `${share} 1 0` }}
                  >
                    {cell(row)}
                  </span>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function keyAt<T>(rows: readonly T[], index: number, keyOf: (row: T) => string): string | number {
  const row = rows[index]
  return row === undefined ? index : keyOf(row)
}
