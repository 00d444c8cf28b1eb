// What a run says: one line for each fault, and what was wrong in words.

import { median } from '../bench/row.ts'

export interface FaultRow {
  readonly fault: string
  readonly title: string
  readonly times: number
  /** What happened, and how often. */
  readonly happened: Readonly<Record<string, number>>
  readonly recoveredMs: readonly number[]
  /** Everything that does not hold; none where nothing was lost. */
  readonly faults: readonly string[]
  /** Why it was not done. */
  readonly skipped: string | null
}

export function table(rows: readonly FaultRow[]): string {
  const head = ['fault', 'times', 'what happened', 'back after: median', 'max', 'lost']
  const lines = rows.map(({ title, times, happened, recoveredMs, faults, skipped }) =>
    skipped === null
      ? [
          title,
          String(times),
          Object.entries(happened)
            .map(([what, count]) => (count === times ? what : `${what} (${count})`))
            .join('; '),
          seconds(median(recoveredMs)),
          seconds(Math.max(...recoveredMs)),
          faults.length === 0 ? 'nothing' : `${faults.length} FAULTS`,
        ]
      : [title, '0', `skipped: ${skipped}`, '', '', ''],
  )
  const all = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)))
  const written = all.map((line) => `| ${line.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [written[0], rule, ...written.slice(1)].join('\n')
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : '-'
}

/** Show how far a run is, on one line of a terminal, or as a line now and then. */
export function progressBar(total: number): {
  readonly at: (done: number, what: string) => void
  /** Say something that stays. */
  readonly note: (text: string) => void
  readonly end: () => void
} {
  const { stderr } = process
  const width = 24
  return {
    at(done, what) {
      const filled = total === 0 ? width : Math.round((width * done) / total)
      const line = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total} ${what}`
      if (stderr.isTTY) stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 100) - 1)}`)
      else stderr.write(`${line}\n`)
    },
    note: (text) => void stderr.write(stderr.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`),
    end: () => void (stderr.isTTY && stderr.write('\r\u001b[K')),
  }
}
