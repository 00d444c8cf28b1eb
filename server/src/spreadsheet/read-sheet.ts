// One sheet of a workbook. SPEC: ECMA-376 part 1, 18.3.1.

import { valueOf } from './cell-value.ts'
import { buildSheet, cellName, columnOf, unreadable, type Sheet, type SpreadsheetLimits, type Tally } from './sheet.ts'
import { readXml, unescapedText } from './xml.ts'

export interface SheetParts {
  readonly sharedTexts: readonly string[]
  /** Styles that show a number as a date. */
  readonly dateStyles: ReadonlySet<number>
  readonly is1904: boolean
  readonly limits: SpreadsheetLimits
  readonly tally: Tally
}

const rowPath = '/worksheet/sheetData/row'
const cellPath = `${rowPath}/c`
const formulaPath = `${cellPath}/f`
const valuePaths = new Set([`${cellPath}/v`, `${cellPath}/is/t`, `${cellPath}/is/r/t`])

export async function readSheet(bytes: Uint8Array, name: string, parts: SheetParts): Promise<Sheet> {
  const sheet = buildSheet(name, parts.limits, parts.tally)
  let row = 0
  let column = -1
  let cell = { type: 'n', style: 0, hasFormula: false, value: '' }

  function finishCell(): void {
    if (cell.hasFormula) {
      sheet.fault(row, column, 'it holds a formula, want its value')
      return
    }
    const { type, style, value } = cell
    if (value === '') return
    const read = valueOf({ ...parts, type, value: unescapedText(value), isDate: parts.dateStyles.has(style) })
    if ('fault' in read) sheet.fault(row, column, read.fault)
    else sheet.cell(row, column, read.text)
  }

  await readXml(bytes, `sheet ${name}`, {
    open(at, attribute) {
      if (at === cellPath) {
        column = nextColumn(attribute('r'), row, column, name)
        cell = { type: attribute('t') ?? 'n', style: Number(attribute('s') ?? '0'), hasFormula: false, value: '' }
      } else if (at === formulaPath) cell.hasFormula = true
      else if (at === rowPath) {
        row = nextRow(attribute('r'), row, name)
        column = -1
      } else if (at === '/worksheet/mergeCells/mergeCell') {
        const merged = attribute('ref') ?? ''
        const [, letters = 'A', digits = '1'] = /^([A-Z]{1,3})(\d{1,7})/.exec(merged) ?? []
        sheet.fault(
          Number(digits),
          columnOf(letters),
          `it is merged (${merged.slice(0, 30)}), want each cell for itself`,
        )
      }
    },
    text(at, text) {
      if (valuePaths.has(at)) cell.value += text
    },
    close(at) {
      if (at === cellPath) finishCell()
    },
  })
  return sheet.finish()
}

// A row or a cell without a place follows the one before it.
function nextRow(place: string | null, last: number, name: string): number {
  const row = place === null ? last + 1 : Number(place)
  if (!Number.isSafeInteger(row) || row <= last) {
    throw unreadable(`the rows of sheet ${name} are out of order after ${last}`, 'the file as it was saved')
  }
  return row
}

function nextColumn(place: string | null, row: number, last: number, name: string): number {
  if (place === null) return last + 1
  const [, letters, digits] = /^([A-Z]{1,3})(\d{1,7})$/.exec(place) ?? []
  if (letters === undefined || Number(digits) !== row || columnOf(letters) <= last) {
    throw unreadable(
      `the cells of sheet ${name} are out of order after ${cellName(row, last)}`,
      'the file as it was saved',
    )
  }
  return columnOf(letters)
}
