// The text with its lines numbered, and what is wrong with it where it is wrong.

import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useId, useRef } from 'react'
import type { Checked } from './query.ts'

type Finding = Checked['findings'][number]

const linePx = 20

const useStyles = makeStyles({
  frame: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusMedium,
    height: '28rem',
    overflow: 'hidden',
    ':focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  numbers: {
    overflow: 'hidden',
    margin: 0,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    textAlign: 'end',
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground3,
    userSelect: 'none',
  },
  mono: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: `${linePx}px`,
  },
  number: { display: 'block', minHeight: `${linePx}px` },
  wrong: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightBold },
  text: {
    border: 'none',
    outlineStyle: 'none',
    resize: 'none',
    margin: 0,
    padding: tokens.spacingVerticalS,
    whiteSpace: 'pre',
    overflow: 'auto',
    tabSize: 2,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  label: { display: 'block', marginBottom: tokens.spacingVerticalXS },
  findings: { listStyleType: 'none', padding: 0, margin: `${tokens.spacingVerticalM} 0 0` },
  place: { minWidth: 0 },
})

export function Editor({
  text,
  onChange,
  findings,
}: {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly findings: readonly Finding[]
}) {
  const styles = useStyles()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const numbers = useRef<HTMLDivElement>(null)
  const wrong = new Set(findings.map(({ line }) => line))
  const goTo = ({ line, column }: Finding) => {
    const element = area.current
    if (element === null || line === null) return
    const at = placeOf(text, line, column ?? 1)
    element.focus()
    element.setSelectionRange(at, at)
    element.scrollTop = Math.max(0, (line - 5) * linePx)
  }
  return (
    <>
      <label className={styles.label} htmlFor={id}>
        Cedar
      </label>
      <div className={styles.frame}>
        <div ref={numbers} className={mergeClasses(styles.numbers, styles.mono)} aria-hidden="true">
          {text.split('\n').map((_, n) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line is its number
            <span key={n} className={mergeClasses(styles.number, wrong.has(n + 1) && styles.wrong)}>
              {n + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={area}
          id={id}
          className={mergeClasses(styles.text, styles.mono)}
          value={text}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (numbers.current !== null) numbers.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      {findings.length > 0 && (
        <ul className={styles.findings} aria-label="What is wrong with it">
          {findings.map((one) => (
            <li key={JSON.stringify(one)}>
              {one.line !== null && (
                <Button size="small" className={styles.place} onClick={() => goTo(one)}>
                  Line {one.line}, column {one.column ?? 1}
                </Button>
              )}{' '}
              {one.policy === null ? '' : `${one.policy}: `}
              {one.message}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Where in a text a line and a column are, both counted from one. */
function placeOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  return before + Math.min(column - 1, lines[line - 1]?.length ?? 0)
}
