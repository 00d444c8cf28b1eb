// What a cell of a workbook says, as text. SPEC: ECMA-376 part 1, 18.18.11 (cell types), 18.17.4 (dates as serials).

export interface CellSource {
  readonly type: string
  /** Content of `v`, or of the inline text. */
  readonly value: string
  readonly isDate: boolean
  readonly sharedTexts: readonly string[]
  /** Days count from 1904 instead of 1900. */
  readonly is1904: boolean
}

/** Text, or what is wrong. */
export type CellValue = { readonly text: string } | { readonly fault: string }

export function valueOf({ type, value, isDate, sharedTexts, is1904 }: CellSource): CellValue {
  switch (type) {
    case 's': {
      const text = /^\d{1,9}$/.test(value) ? sharedTexts[Number(value)] : undefined
      return text === undefined ? { fault: 'it refers to a text that is not there' } : { text }
    }
    case 'inlineStr':
    case 'str':
      return { text: value }
    case 'b':
      return { text: value === '1' ? 'TRUE' : 'FALSE' }
    case 'd':
      return { text: value }
    case 'e':
      return { fault: `it shows the error ${value}, want a value` }
    case 'n':
      return isDate ? dateOf(value, is1904) : numberOf(value)
    default:
      return { fault: 'it is of an unknown type, want text, a number or a date' }
  }
}

function numberOf(value: string): CellValue {
  if (value === '') return { text: '' }
  const number = Number(value)
  if (!/^-?[0-9.]+(?:[eE][+-]?[0-9]+)?$/.test(value) || !Number.isFinite(number)) return { fault: 'it is no number' }
  // SPEC: Excel keeps 15 digits; a longer number has lost the rest before it was saved.
  if (Number.isInteger(number) && Math.abs(number) >= 1e15) {
    return { fault: 'the number has more digits than a spreadsheet keeps, want it as text' }
  }
  return { text: Number.isInteger(number) ? String(number) : value }
}

const dayMs = 86_400_000

function dateOf(value: string, is1904: boolean): CellValue {
  if (value === '') return { text: '' }
  const serial = Number(value)
  // SPEC: the system of 1900 counts a 29 February that never was, as serial 60.
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_465 || (!is1904 && Math.floor(serial) === 60)) {
    return { fault: 'it is no date that there is' }
  }
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)
  const at = new Date(first + Math.round((serial * dayMs) / 1000) * 1000).toISOString()
  return { text: Number.isInteger(serial) ? at.slice(0, 10) : at.slice(0, 19) }
}

// SPEC: 18.8.30, formats that are built in.
const dateFormats: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
]

/** Tell whether a number format shows a date. `code` is the format's own text, null for one that is built in. */
export function showsDate(format: number, code: string | null): boolean {
  if (code === null) return dateFormats.some(([first, last]) => format >= first && format <= last)
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  return !/general/i.test(bare) && /[ymdhs]/i.test(bare)
}
