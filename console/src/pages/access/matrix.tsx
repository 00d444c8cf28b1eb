// The map as a picture: a row for each class of people, a column for each class of files, and in each field whether it opens, and under a
// change whether that is gained or lost. The same stands in words below it.

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- it is drawn here, and is no file that an img could show */

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useId, useRef, useState } from 'react'
import type { Access as AccessMap } from '../../parts/access-effect.tsx'
import { Several, type AccessAsked } from '../../parts/several.tsx'
import { countOf } from '../../parts/wording.ts'
import { broken } from '../decision/layout.ts'
import { measureText } from '../decision/measure.ts'
import { fileClass, type TitleOf } from './classes.tsx'

const onPaper = '@media print'

const useStyles = makeStyles({
  place: {
    overflowX: 'auto',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    [onPaper]: { overflow: 'visible' },
  },
  picture: { display: 'block', fontFamily: tokens.fontFamilyBase, [onPaper]: { maxWidth: '100%', height: 'auto' } },
  text: { fill: tokens.colorNeutralForeground1, fontSize: '13px', [onPaper]: { fill: '#000' } },
  number: { fill: tokens.colorNeutralForeground2, fontSize: '12px', textAnchor: 'middle', [onPaper]: { fill: '#000' } },
  field: { strokeWidth: '1px', stroke: tokens.colorNeutralStroke2, fill: tokens.colorNeutralBackground2 },
  opens: { fill: tokens.colorStatusSuccessBackground2, stroke: tokens.colorStatusSuccessBorder1 },
  gained: { fill: tokens.colorStatusSuccessBackground3, stroke: tokens.colorStatusSuccessBorder2 },
  lost: { fill: tokens.colorStatusDangerBackground2, stroke: tokens.colorStatusDangerBorder2 },
  sign: { fill: 'none', strokeWidth: '2px', strokeLinecap: 'round', stroke: tokens.colorNeutralForeground1 },
  signGained: { stroke: tokens.colorNeutralForegroundOnBrand },
  legend: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalL,
    listStyleType: 'none',
    padding: 0,
    margin: `${tokens.spacingVerticalM} 0`,
  },
  meaning: { display: 'inline-flex', gap: tokens.spacingHorizontalXS, alignItems: 'center' },
  columns: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXXL },
  unnumbered: { listStyleType: 'none', paddingInlineStart: 0 },
})

const rowPx = 30
const linePx = 16
/** Of a column that is headed by words. */
const wordedPx = { least: 120, most: 240 } as const
/** What is drawn at most; all of it stands in words. */
const most = { rows: 100, columns: 60 } as const

type Field = 'opens' | 'shut' | 'gained' | 'lost'

const meanings: Record<Field, string> = {
  opens: 'Opens',
  shut: 'Does not open',
  gained: 'Would be gained',
  lost: 'Would be lost',
}

export interface MatrixProps {
  readonly map: AccessMap
  readonly asked: AccessAsked
  readonly titleOf: TitleOf
}

export function Matrix({ map, asked, titleOf }: MatrixProps) {
  const styles = useStyles()
  const titleId = useId()
  const { place, width } = useWidth()
  const rows = orderOf(map).slice(0, most.rows)
  const columns = map.files.slice(0, most.columns)
  const labelPx = Math.min(260, Math.floor(width * 0.44))
  const room = Math.floor((width - labelPx - 2) / Math.max(1, columns.length))
  // Where there is room, a column is headed by what it is; a narrow one has a number that is told below.
  const isWorded = room >= wordedPx.least
  const cell = isWorded ? Math.min(wordedPx.most, room) : Math.max(22, Math.min(64, room))
  const heads = columns.map((files, f) => (isWorded ? headOf(fileClass(files, titleOf), cell) : [String(f + 1)]))
  const headPx = 12 + linePx * Math.max(1, ...heads.map(({ length }) => length))
  const [wide, high] = [labelPx + cell * columns.length + 2, headPx + rowPx * rows.length + 2]
  const fields: readonly Field[] = map.would === null ? ['opens', 'shut'] : ['opens', 'shut', 'gained', 'lost']
  return (
    <>
      {/* Whoever has no pointer scrolls it with the keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- SPEC: WCAG 2.1.1, a region that scrolls takes the focus */}
      <div
        ref={place}
        className={styles.place}
        {...(wide > width && { tabIndex: 0, role: 'group', 'aria-label': 'The picture' })}
      >
        {width > 0 && (
          <svg
            className={styles.picture}
            role="img"
            aria-labelledby={titleId}
            width={wide}
            height={high}
            viewBox={`0 0 ${wide} ${high}`}
          >
            <title id={titleId}>{toldOf(map)}</title>
            {columns.map((files, f) => (
              <text key={files.some[0]?.id ?? f} className={styles.number}>
                {(heads[f] ?? []).map((line, n) => (
                  <tspan key={line} x={labelPx + cell * (f + 0.5)} y={16 + linePx * n}>
                    {line}
                  </tspan>
                ))}
              </text>
            ))}
            {rows.map((p, n) => (
              <g key={p}>
                <text className={styles.text} x={0} y={headPx + rowPx * n + 20}>
                  {shortened(map.people[p], labelPx)}
                </text>
                {columns.map((files, f) => (
                  <FieldDrawn
                    key={files.some[0]?.id ?? f}
                    field={fieldOf(map, p, f)}
                    x={labelPx + cell * f + 1}
                    y={headPx + rowPx * n + 1}
                    width={cell - 2}
                  />
                ))}
              </g>
            ))}
          </svg>
        )}
      </div>
      <ul className={styles.legend} aria-label="What the fields mean">
        {fields.map((field) => (
          <li key={field} className={styles.meaning}>
            <svg width={24} height={24} aria-hidden="true">
              <FieldDrawn field={field} x={1} y={1} width={22} height={22} />
            </svg>
            {meanings[field]}
          </li>
        ))}
      </ul>
      <ol className={mergeClasses(styles.columns, isWorded && styles.unnumbered)} aria-label="The columns">
        {columns.map((files, f) => (
          <li key={files.some[0]?.id ?? f}>
            {fileClass(files, titleOf)}:{' '}
            <Several members={files.some} count={files.count} ofClass={{ asked, of: 'files' }} />
          </li>
        ))}
      </ol>
      {(map.people.length > rows.length || map.files.length > columns.length) && (
        <p>
          The picture has the first {rows.length} of {map.people.length} classes of people and {columns.length} of{' '}
          {map.files.length} of files; all of them stand below.
        </p>
      )}
    </>
  )
}

function FieldDrawn({
  field,
  x,
  y,
  width,
  height = rowPx - 2,
}: {
  readonly field: Field
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height?: number
}) {
  const styles = useStyles()
  const look = { opens: styles.opens, gained: styles.gained, lost: styles.lost, shut: undefined }[field]
  const [cx, cy] = [x + width / 2, y + height / 2]
  return (
    <>
      <rect className={mergeClasses(styles.field, look)} x={x} y={y} width={width} height={height} rx={4} />
      {field !== 'shut' && (
        <path className={mergeClasses(styles.sign, field === 'gained' && styles.signGained)} d={signs[field](cx, cy)} />
      )}
    </>
  )
}

/** A tick, a plus and a minus: what the colour says is said without it as well. */
const signs: Record<Exclude<Field, 'shut'>, (x: number, y: number) => string> = {
  opens: (x, y) => `M ${x - 5} ${y} l 4 4 l 7 -8`,
  gained: (x, y) => `M ${x - 5} ${y} h 10 M ${x} ${y - 5} v 10`,
  lost: (x, y) => `M ${x - 5} ${y} h 10`,
}

/** In lines that fit a column. */
function headOf(text: string, cell: number): readonly string[] {
  return broken(text, cell - 12, (line) => measureText(line, false))
}

function fieldOf({ answers, now, would }: AccessMap, p: number, f: number): Field {
  const opens = (rows: AccessMap['now']) => answers[rows[p]?.[f] ?? -1]?.effect === 'permit'
  const [is, then] = [opens(now), opens(would ?? now)]
  return is === then ? (is ? 'opens' : 'shut') : then ? 'gained' : 'lost'
}

/** For whom something changes first, then whoever opens most. */
function orderOf(map: AccessMap): readonly number[] {
  const weightOf = (p: number) =>
    map.files.reduce((sum, _, f) => sum + { gained: 10_000, lost: 10_000, opens: 1, shut: 0 }[fieldOf(map, p, f)], 0)
  return [...map.people.keys()].toSorted((a, b) => weightOf(b) - weightOf(a))
}

function toldOf({ people, files, totals, would }: AccessMap): string {
  const change = would === null ? '' : ` ${totals.gains} would be gained and ${totals.loses} lost.`
  return `${countOf(people.length, 'class', 'classes')} of people by ${countOf(files.length, 'class', 'classes')} of files: ${countOf(totals.now, 'pair')} of a person and a file open.${change}`
}

function shortened(people: AccessMap['people'][number] | undefined, room: number): string {
  if (people === undefined) return ''
  const [first] = people.some
  const more = people.count > 1 ? ` +${people.count - 1}` : ''
  const letters = Math.max(4, Math.floor(room / 7.5) - more.length)
  const name = first?.name ?? ''
  return `${
    name.length > letters
      ? `${Array.from(name)
          .slice(0, letters - 1)
          .join('')}…`
      : name
  }${more}`
}

function useWidth() {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const watch = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return { place, width }
}
