// Everything the command line writes goes through here, so that nothing from outside reaches a terminal unneutralised, and
// so that --json leaves stdout to one JSON value.

import { styleText } from 'node:util'
import Table from 'cli-table3'
import { SingleBar } from 'cli-progress'
import type { Progress } from '../gate/index.ts'
import type { Environment } from './environment.ts'
import { printable, printableJson } from './printable.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

export interface Printer {
  /** Write the answer: `value` with --json, otherwise what `human` writes. */
  result(value: unknown, human: (out: Out) => void): void
  /** Tell the person something on stderr; `aside` follows it dim. */
  note(text: string, style?: Style, aside?: string): void
  /** Show progress on stderr while `work` runs, on a terminal only; counts are of bytes unless `write` says otherwise. */
  progress<T>(title: string, work: (progress: Progress) => Promise<T>, write?: (count: number) => string): Promise<T>
}

export interface Out {
  line(text: string, style?: Style, aside?: string): void
  /** Several lines as they are, each neutralised. */
  block(text: string): void
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
  /** Names and values below each other; empty values are left out. */
  pairs(pairs: readonly (readonly [string, string])[]): void
}

export function createPrinter({ stdout, stderr, isTty, env, columns }: Environment, isJson: boolean): Printer {
  const isDumb = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const out = createOut(stdout, isTty.stdout && !isDumb, isTty.stdout ? columns : null)
  const err = createOut(stderr, isTty.stderr && !isDumb, null)
  return {
    result(value, human) {
      if (isJson) stdout.write(`${printableJson(value)}\n`)
      else human(out)
    },
    note: (text, style, aside) => err.line(text, style, aside),
    async progress(title, work, write = bytes) {
      if (!isTty.stderr) return work(() => undefined)
      const bar = new SingleBar({
        format: `${printable(title)} [{bar}] {percentage}% {done} of {all}`,
        stream: stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 24,
      })
      // Begun with the first step: before that, the work may have a question for the person.
      let isBegun = false
      try {
        return await work((done, total) => {
          if (!isBegun) bar.start(1, 0, { done: write(0), all: '?' })
          isBegun = true
          bar.setTotal(Math.max(1, total ?? done))
          bar.update(done, { done: write(done), all: total === null ? '?' : write(total) })
        })
      } finally {
        if (isBegun) bar.stop()
      }
    },
  }
}

/** Write a count of bytes for a person. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = count
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

function createOut(stream: NodeJS.WritableStream, isColored: boolean, columns: number | null): Out {
  const paint = (text: string, style?: Style): string =>
    isColored && style !== undefined ? styleText(style, text, { validateStream: false }) : text
  const line = (text: string, style?: Style, aside = ''): void =>
    void stream.write(`${paint(printable(text), style)}${aside === '' ? '' : paint(printable(aside), 'dim')}\n`)
  return {
    line,
    block: (text) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .forEach((one) => line(one)),
    table(head, rows) {
      const cells = rows.map((row) => row.map((cell) => printable(cell)))
      const table = new Table({
        ...fitted([head, ...cells], columns),
        head: head.map((title) => paint(title, 'bold')),
        chars: borderless,
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
      })
      table.push(...cells)
      const text = table.toString().replace(/ +$/gm, '')
      stream.write(`${text}\n`)
    },
    pairs(pairs) {
      const shown = pairs.filter(([, value]) => value !== '')
      const width = Math.max(0, ...shown.map(([name]) => name.length))
      for (const [name, value] of shown) {
        stream.write(`${paint(name.padEnd(width), 'dim')}  ${printable(value)}\n`)
      }
    },
  }
}

/**
 * Let the column that has the most room between its words wrap where the table is wider than the terminal. Piped output is
 * never wrapped, and no word is ever cut: an id must stay one that can be copied.
 */
function fitted(rows: readonly (readonly string[])[], columns: number | null): Fit {
  const columnsOf = (rows[0] ?? []).map((_, at) => rows.map((row) => row[at] ?? ''))
  const widths = columnsOf.map((cells) => 2 + Math.max(...cells.map((cell) => cell.length)))
  const least = columnsOf.map(
    (cells) => 2 + Math.max(...cells.flatMap((cell) => cell.split(' ')).map((word) => word.length)),
  )
  const over = widths.reduce((sum, width) => sum + width, 0) - (columns ?? Infinity)
  if (over <= 0) return {}
  const room = widths.map((width, at) => width - (least[at] ?? 0))
  const loosest = room.indexOf(Math.max(...room))
  const narrower = (widths[loosest] ?? 0) - Math.min(over, room[loosest] ?? 0)
  return { wordWrap: true, colWidths: widths.map((width, at) => (at === loosest ? narrower : width)) }
}

interface Fit {
  wordWrap?: boolean
  colWidths?: number[]
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

/** A moment of the gate, to the minute, in UTC. `at`: RFC 3339. */
export function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}
