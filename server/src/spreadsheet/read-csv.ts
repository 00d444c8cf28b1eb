// SPEC: RFC 4180, with what spreadsheets make of it: a byte order mark, `;` or tab between cells, `\n` alone.

import { setImmediate } from 'node:timers/promises'
import { buildSheet, cellName, unreadable, type Sheet, type SpreadsheetLimits } from './sheet.ts'
import { withoutGuard } from './formula-guard.ts'

export const csvSheetName = 'CSV'

/** Cells between two times that others get their turn. */
const cellsAtOnce = 20_000

export async function readCsv(bytes: Uint8Array, limits: SpreadsheetLimits): Promise<Sheet> {
  const text = decode(bytes)
  const announced = /^sep=([,;\t])\r?\n/i.exec(text)
  const separator = announced?.[1] ?? likelySeparator(text)
  const sheet = buildSheet(csvSheetName, limits, { cells: 0, textLength: 0 })
  let row = announced === null ? 1 : 2
  let column = 0
  let at = announced?.[0].length ?? 0
  for (let read = 1; at < text.length; read++) {
    const cell = nextCell(text, at, separator, () => cellName(row, column))
    sheet.cell(row, column, withoutGuard(cell.text))
    at = cell.end
    const between = text[at]
    if (between === separator) column++
    else {
      row++
      column = 0
      if (between === '\r' && text[at + 1] === '\n') at++
    }
    at++
    if (read % cellsAtOnce === 0) await setImmediate()
  }
  return sheet.finish()
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw unreadable('it is in UTF-16', 'UTF-8 (in Excel: "CSV UTF-8")')
  }
  if (bytes.includes(0)) throw unreadable('it holds zero bytes as UTF-16 or a program does', 'CSV in UTF-8, or .xlsx')
  try {
    // A byte order mark is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw unreadable('it is not in UTF-8', 'UTF-8 (in Excel: "CSV UTF-8")', cause)
  }
}

interface Cell {
  readonly text: string
  /** Where the separator or the end of the line stands. */
  readonly end: number
}

function nextCell(text: string, start: number, separator: string, name: () => string): Cell {
  if (text[start] !== '"') {
    const end = endOfPlain(text, start, separator)
    const plain = text.slice(start, end)
    if (plain.includes('"')) throw unreadable(`a quote stands inside of ${name()}`, 'the whole cell in quotes')
    return { text: plain, end }
  }
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) throw unreadable(`the quotes of ${name()} do not end`, 'a quote at its end')
    at = quote + 1
    if (text[at] !== '"') break
    at++
  }
  const next = text[at]
  if (next !== undefined && next !== separator && next !== '\n' && next !== '\r') {
    throw unreadable(`text follows the quotes of ${name()}`, 'the whole cell in quotes')
  }
  return { text: text.slice(start + 1, at - 1).replaceAll('""', '"'), end: at }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let at = start
  for (; at < text.length; at++) {
    const letter = text[at]
    if (letter === separator || letter === '\n' || letter === '\r') break
  }
  return at
}

/** Whichever stands most often in the first line, outside of quotes. */
function likelySeparator(text: string): string {
  const counts = new Map([
    [',', 0],
    [';', 0],
    ['\t', 0],
  ])
  let isQuoted = false
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (letter === '\n' || letter === '\r') break
    else if (counts.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0]
}
