// SPEC: RFC 4180, with a byte order mark, without which Excel does not take it for UTF-8.

import { concat, utf8 } from '@sallyport/protocol'
import { withGuard } from './formula-guard.ts'

/** Write rows as CSV. Text that would be a formula is kept text, and `readSpreadsheet` reads it back as it was. */
export function writeCsv(rows: readonly (readonly string[])[]): Uint8Array {
  return concat(csvBegin, writeCsvRows(rows))
}

/** What a CSV begins with that is written in parts. */
export const csvBegin = utf8('\ufeff')

/** Write more rows of a CSV. */
export function writeCsvRows(rows: readonly (readonly string[])[]): Uint8Array {
  return utf8(rows.map((cells) => `${cells.map(written).join(',')}\r\n`).join(''))
}

function written(cell: string): string {
  const text = withGuard(cell)
  return /[",;\t\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
