// A decision as a picture, drawn at the width that there is. What it says stands in words beside it: whoever hears it hears one sentence.

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- it is drawn here, and is no file that an img could show */

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { layOut, type Box, type Edge, type Line, type Pictured } from './layout.ts'
import { measureText } from './measure.ts'

const onPaper = '@media print'

const useStyles = makeStyles({
  place: { overflow: 'hidden' },
  picture: { display: 'block', maxWidth: '100%', height: 'auto', fontFamily: tokens.fontFamilyBase },
  box: {
    fill: tokens.colorNeutralBackground1,
    stroke: tokens.colorNeutralStroke1,
    strokeWidth: '1px',
    [onPaper]: { fill: '#fff', stroke: '#444' },
  },
  aside: { stroke: tokens.colorNeutralStroke2, fill: tokens.colorNeutralBackground2 },
  for: { stroke: tokens.colorStatusSuccessBorder2, fill: tokens.colorStatusSuccessBackground1, strokeWidth: '1.5px' },
  against: { stroke: tokens.colorStatusDangerBorder2, fill: tokens.colorStatusDangerBackground1, strokeWidth: '1.5px' },
  not: { strokeDasharray: '4 4', fill: 'none' },
  edge: { fill: 'none', strokeWidth: '1.5px', stroke: tokens.colorNeutralStroke1, [onPaper]: { stroke: '#444' } },
  edgeFor: { stroke: tokens.colorStatusSuccessBorder2 },
  edgeAgainst: { stroke: tokens.colorStatusDangerBorder2 },
  what: { fill: tokens.colorNeutralForeground2, fontSize: '12px', [onPaper]: { fill: '#333' } },
  title: {
    fill: tokens.colorNeutralForeground1,
    fontSize: '14px',
    fontWeight: tokens.fontWeightSemibold,
    [onPaper]: { fill: '#000' },
  },
  text: { fill: tokens.colorNeutralForeground1, fontSize: '13px', [onPaper]: { fill: '#000' } },
  sign: { fill: 'none', strokeWidth: '2px', strokeLinecap: 'round' },
})

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

export function Picture({ pictured }: { readonly pictured: Pictured }) {
  const styles = useStyles()
  const titleId = useId()
  const { place, width } = useWidth()
  const laid = useMemo(() => (width === 0 ? null : layOut(pictured, width - 2, measureText)), [pictured, width])
  return (
    <div ref={place} className={styles.place}>
      {laid !== null && (
        <svg
          className={styles.picture}
          role="img"
          aria-labelledby={titleId}
          width={laid.width + 2}
          height={laid.height + 2}
          viewBox={`-1 -1 ${laid.width + 2} ${laid.height + 2}`}
        >
          <title id={titleId}>{pictured.told}</title>
          {laid.edges.map((edge) => (
            <EdgeLine key={edge.key} edge={edge} />
          ))}
          {laid.boxes.map((box) => (
            <BoxDrawn key={box.key} box={box} />
          ))}
        </svg>
      )}
    </div>
  )
}

function EdgeLine({ edge: { path, is } }: { readonly edge: Edge }) {
  const styles = useStyles()
  const colour = is === 'for' ? styles.edgeFor : is === 'against' ? styles.edgeAgainst : undefined
  return <path className={mergeClasses(styles.edge, colour)} d={path} />
}

const looks = { plain: null, aside: 'aside', for: 'for', against: 'against', not: 'not' } as const

function BoxDrawn({ box: { x, y, width, height, lines, is } }: { readonly box: Box }) {
  const styles = useStyles()
  const { [is]: look } = looks
  return (
    <g>
      <rect
        className={mergeClasses(styles.box, look !== null && styles[look])}
        x={x}
        y={y}
        width={width}
        height={height}
        rx={8}
      />
      {lines.map((line) => (
        <TextLine key={line.y} line={line} />
      ))}
      {(is === 'for' || is === 'against') && <Sign x={x + width - 20} y={y + 14} isFor={is === 'for'} />}
    </g>
  )
}

function TextLine({ line: { text, x, y, is } }: { readonly line: Line }) {
  const styles = useStyles()
  return (
    <text className={styles[is]} x={x} y={y}>
      {text}
    </text>
  )
}

/** A tick or a cross: what the colour says is said without it as well. */
function Sign({ x, y, isFor }: { readonly x: number; readonly y: number; readonly isFor: boolean }) {
  const styles = useStyles()
  const path = isFor ? `M ${x} ${y + 4} l 3 4 l 6 -8` : `M ${x} ${y} l 8 8 m 0 -8 l -8 8`
  return (
    <path className={mergeClasses(styles.edge, styles.sign, isFor ? styles.edgeFor : styles.edgeAgainst)} d={path} />
  )
}
