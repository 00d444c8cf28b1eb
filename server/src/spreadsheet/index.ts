// Spreadsheets: tables of text in and out of CSV and XLSX. What comes in is read as hostile: bounded in size before it is
// unpacked, without macros, formulas, links to other files or document types, and nothing that a person would not see on the
// sheet is read. What goes out stays text in whatever opens it, whatever character it begins with, and is read back the same.

export { readSpreadsheet } from './read-spreadsheet.ts'
export {
  columnName,
  spreadsheetLimits,
  type CellFault,
  type Sheet,
  type SheetRow,
  type Spreadsheet,
  type SpreadsheetLimits,
} from './sheet.ts'
export { csvBegin, writeCsv, writeCsvRows } from './write-csv.ts'
export { writeXlsx } from './write-xlsx.ts'
