// The picture itself: three columns where there is room, one below the other where there is none. The text beside it says the same to
// whoever does not see it.

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a drawing made here is no file that an img could show */

import { makeStyles, tokens } from '@fluentui/react-components'
import type { Box, Picture } from './boxes.ts'

const useStyles = makeStyles({
  wide: {
    width: '100%',
    height: 'auto',
    '@media (max-width: 860px)': { display: 'none' },
    '@media print': { display: 'block' },
  },
  narrow: {
    width: '100%',
    height: 'auto',
    '@media (min-width: 861px)': { display: 'none' },
    '@media print': { display: 'none' },
  },
  box: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorNeutralStroke1 },
  gate: { fill: tokens.colorBrandBackground2, stroke: tokens.colorBrandStroke1, strokeWidth: '2px' },
  boundary: { fill: 'none', stroke: tokens.colorBrandStroke1, strokeDasharray: '6 5', strokeWidth: '1.5px' },
  title: { fill: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold, fontSize: '15px' },
  line: { fill: tokens.colorNeutralForeground2, fontSize: '12.5px' },
  flow: { fill: tokens.colorNeutralForeground2, fontSize: '11.5px', fontStyle: 'italic' },
  arrow: { stroke: tokens.colorNeutralForeground3, strokeWidth: '1.5px', fill: 'none' },
  head: { fill: tokens.colorNeutralForeground3 },
})

const lineHeight = 19
const boxHeight = ({ lines }: Box, most: number): number => 40 + wrapped(lines, most).length * lineHeight
const gap = 34
/** In the narrow picture: below a box, far enough for what is written there about its flow. */
const belowText = 23
/** In the narrow picture: from one side of the boundary to the other, with the boundary between and its name. */
const acrossGap = 58

interface Placed {
  readonly box: Box
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly lines: readonly string[]
}

/** Break what is too long for a box, at any place: addresses have no words. */
function wrapped(lines: readonly string[], most: number): readonly string[] {
  return lines.flatMap((line) => {
    const parts: string[] = []
    for (let rest = line; rest !== '';) {
      const space = rest.length > most ? rest.lastIndexOf(' ', most) : -1
      const end = rest.length <= most ? rest.length : space > most / 2 ? space : most
      parts.push(rest.slice(0, end).trim())
      rest = rest.slice(end).trimStart()
    }
    return parts
  })
}

function column(boxes: readonly Box[], x: number, width: number, top: number): readonly Placed[] {
  const most = Math.floor((width - 24) / 6.6)
  let y = top
  return boxes.map((box) => {
    const height = boxHeight(box, most)
    const placed = { box, x, y, width, height, lines: wrapped(box.lines, most) }
    y += height + gap
    return placed
  })
}

const endOf = (placed: readonly Placed[]): number => Math.max(0, ...placed.map(({ y, height }) => y + height))

export function Drawing({ picture }: { readonly picture: Picture }) {
  return (
    <>
      <Wide picture={picture} />
      <Narrow picture={picture} />
    </>
  )
}

function Wide({ picture: { outside, gate, inside, beyond } }: { readonly picture: Picture }) {
  const styles = useStyles()
  const top = 52
  const left = column(outside, 20, 250, top)
  const right = column(inside, 770, 290, top)
  const [middle] = column([gate], 440, 220, top)
  if (middle === undefined) return null
  const below = column(beyond, 20, 250, endOf(left) + gap)
  const height = Math.max(endOf(left), endOf(right), endOf([middle]), endOf(below)) + 30
  return (
    <svg className={styles.wide} viewBox={`0 0 1090 ${height}`} role="img" aria-label={labelOf(gate)}>
      <rect className={styles.boundary} x={415} y={16} width={660} height={height - 26} rx={14} />
      <text className={styles.flow} x={430} y={36}>
        The enclave
      </text>
      {[...left, ...below].map((one) => (
        <Flow key={one.box.id} from={one.x + one.width} to={middle.x} y={middleOf(one)} flow={one.box.flow} />
      ))}
      {right.map((one) => (
        <Flow key={one.box.id} from={middle.x + middle.width} to={one.x} y={middleOf(one)} flow={one.box.flow} />
      ))}
      <Shown
        placed={{ ...middle, height: Math.max(endOf([...left, ...below, ...right]) - top, middle.height) }}
        isGate
      />
      {[...left, ...below, ...right].map((one) => (
        <Shown key={one.box.id} placed={one} />
      ))}
    </svg>
  )
}

function Narrow({ picture: { outside, gate, inside, beyond } }: { readonly picture: Picture }) {
  const styles = useStyles()
  const below = (placed: readonly Placed[]): number => endOf(placed) + acrossGap
  const before = column(outside, 24, 312, 16)
  const inner = column([gate, ...inside], 24, 312, below(before))
  const after = column(beyond, 24, 312, below(inner))
  const all = [...before, ...inner, ...after]
  const height = endOf(all) + belowText
  const within = new Set(inner.map(({ box }) => box.id))
  const first = (inner[0]?.y ?? 0) - 30
  return (
    <svg className={styles.narrow} viewBox={`0 0 360 ${height}`} role="img" aria-label={labelOf(gate)}>
      <rect className={styles.boundary} x={6} y={first} width={348} height={endOf(inner) + belowText - first} rx={14} />
      <text className={styles.flow} x={20} y={first + 20}>
        The enclave
      </text>
      {all.map((one) => (
        <g key={one.box.id}>
          <Shown placed={one} isGate={one.box.id === 'gate'} />
          {one.box.flow !== null && (
            <text className={styles.flow} x={36} y={one.y + one.height + 15}>
              {within.has(one.box.id) ? '↕' : '→'} {one.box.flow}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

const middleOf = ({ y, height }: Placed): number => y + height / 2
const labelOf = (gate: Box): string =>
  `The boundary of ${gate.lines[0] ?? 'the enclave'}; the table below says the same`

function Shown({
  placed: { box, x, y, width, height, lines },
  isGate = false,
}: {
  readonly placed: Placed
  readonly isGate?: boolean
}) {
  const styles = useStyles()
  return (
    <g>
      <rect className={isGate ? styles.gate : styles.box} x={x} y={y} width={width} height={height} rx={8} />
      <text className={styles.title} x={x + 12} y={y + 24}>
        {box.title}
      </text>
      {lines.map((line, n) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of one box, which may be the same
        <text key={n} className={styles.line} x={x + 12} y={y + 44 + n * lineHeight}>
          {line}
        </text>
      ))}
    </g>
  )
}

function Flow({
  from,
  to,
  y,
  flow,
}: {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly flow: string | null
}) {
  const styles = useStyles()
  if (flow === null) return null
  const head = 7
  const texts = wrapped([flow], 20)
  return (
    <g>
      <line className={styles.arrow} x1={from} y1={y} x2={to - head} y2={y} />
      <path className={styles.head} d={`M ${to} ${y} l ${-head - 2} -5 v 10 z`} />
      {texts.map((text, n) => (
        <text
          key={text}
          className={styles.flow}
          x={(from + to) / 2 - 2}
          y={y - 7 - (texts.length - 1 - n) * 14}
          textAnchor="middle"
        >
          {text}
        </text>
      ))}
    </g>
  )
}
