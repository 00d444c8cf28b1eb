// A sheet as rows of text with their places, and how much of it is taken.

import { Problem } from '@sallyport/protocol'

export interface SheetRow {
  /** As the spreadsheet numbers it, from 1. Rows without text are left out. */
  readonly row: number
  /** Text by column, column A first; empty where the cell is. */
  readonly cells: readonly string[]
}

/** What is wrong with one cell. Its text in `rows` is empty then. */
export interface CellFault {
  readonly sheet: string
  readonly row: number
  /** As A, B, ... AA. */
  readonly column: string
  readonly text: string
}

export interface Sheet {
  readonly name: string
  readonly rows: readonly SheetRow[]
  readonly faults: readonly CellFault[]
}

export interface Spreadsheet {
  readonly sheets: readonly Sheet[]
  /** Sheets that a person who opens the file does not see; nothing of them was read. */
  readonly hiddenSheets: readonly string[]
}

export interface SpreadsheetLimits {
  readonly fileBytes: number
  /** Of all parts that are unpacked together. */
  readonly unpackedBytes: number
  readonly parts: number
  /** The last row that may hold anything. */
  readonly rows: number
  readonly columns: number
  readonly cells: number
  /** Characters (UTF-16) of one cell. */
  readonly cellLength: number
  /** Characters of all cells together: a shared text counts as often as it is used. */
  readonly textLength: number
}

export const spreadsheetLimits: SpreadsheetLimits = {
  fileBytes: 32 * 1024 * 1024,
  unpackedBytes: 128 * 1024 * 1024,
  parts: 1000,
  rows: 100_001,
  columns: 256,
  cells: 4_000_000,
  // SPEC: what Excel itself takes.
  cellLength: 32_767,
  textLength: 64 * 1024 * 1024,
}

/** Name a column as a spreadsheet does: 0 is A, 26 is AA. */
export function columnName(column: number): string {
  let name = ''
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name
  }
  return name
}

/** Read a column's name; A is 0. */
export function columnOf(name: string): number {
  let column = 0
  for (const letter of name) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

/** Name a cell as a spreadsheet does: B7. */
export function cellName(row: number, column: number): string {
  return `${columnName(column)}${row}`
}

/** Say that a file is none that is read. */
export function unreadable(state: string, want: string, cause?: unknown): Problem {
  return new Problem('invalid-file', `cannot read spreadsheet: ${state}, want ${want}`, { cause })
}

export function tooLarge(state: string, want: string): Problem {
  return new Problem('too-large', `cannot read spreadsheet: ${state}, want ${want}`)
}

/** Takes in cells from left to right and top to bottom, and counts what they take. */
export interface SheetBuilder {
  cell(row: number, column: number, text: string): void
  fault(row: number, column: number, text: string): void
  /** Throws Problem `too-large` where there is more than the limits. */
  finish(): Sheet
}

/** Count over all sheets of one file. */
export interface Tally {
  cells: number
  textLength: number
}

export function buildSheet(name: string, limits: SpreadsheetLimits, tally: Tally): SheetBuilder {
  const rows: { row: number; cells: string[] }[] = []
  const faults: CellFault[] = []

  function place(row: number, column: number): void {
    if (row > limits.rows) throw tooLarge(`sheet ${name} goes on after row ${limits.rows}`, 'a smaller file')
    if (column >= limits.columns) {
      throw tooLarge(`sheet ${name} goes on in ${cellName(row, column)}`, `at most ${limits.columns} columns`)
    }
    if (++tally.cells > limits.cells) throw tooLarge('there are too many cells', `at most ${limits.cells}`)
  }

  const builder: SheetBuilder = {
    cell(row, column, text) {
      if (text === '') return
      if (text.length > limits.cellLength) {
        builder.fault(row, column, `the text has ${text.length} characters, want at most ${limits.cellLength}`)
        return
      }
      place(row, column)
      tally.textLength += text.length
      if (tally.textLength > limits.textLength) throw tooLarge('there is too much text', 'a smaller file')
      let last = rows.at(-1)
      if (last?.row !== row) rows.push((last = { row, cells: [] }))
      while (last.cells.length < column) last.cells.push('')
      last.cells[column] = text
    },
    fault(row, column, text) {
      place(row, column)
      faults.push({ sheet: name, row, column: columnName(column), text })
    },
    finish: () => ({ name, rows, faults }),
  }
  return builder
}
