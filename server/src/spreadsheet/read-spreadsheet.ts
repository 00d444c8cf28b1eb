// Which format a file is in is told by its bytes, never by its name.

import { readCsv } from './read-csv.ts'
import { readXlsx } from './read-xlsx.ts'
import { spreadsheetLimits, tooLarge, unreadable, type Spreadsheet, type SpreadsheetLimits } from './sheet.ts'

/**
 * Read CSV or XLSX into sheets of text. Dates come as ISO 8601, whatever they looked like. What is wrong with a single cell (a
 * formula, an error, a merge, too much text) is among the sheet's faults. Gives way to others while it works.
 * Throws Problem `invalid-file` for anything that is neither or that could hide something, `too-large` beyond the limits.
 */
export async function readSpreadsheet(
  bytes: Uint8Array,
  changes: Partial<SpreadsheetLimits> = {},
): Promise<Spreadsheet> {
  const limits = { ...spreadsheetLimits, ...changes }
  if (bytes.length > limits.fileBytes) {
    throw tooLarge(`the file has ${bytes.length} bytes`, `at most ${limits.fileBytes}`)
  }
  if (beginsWith(bytes, [0x50, 0x4b])) return await readXlsx(bytes, limits)
  if (beginsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw unreadable('it is encrypted or of an Excel before 2007', 'an .xlsx without a password, or CSV')
  }
  return { sheets: [await readCsv(bytes, limits)], hiddenSheets: [] }
}

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte)
}
