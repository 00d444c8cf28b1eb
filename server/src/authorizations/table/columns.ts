// The columns of the register as a table, and how terms stand in one row of it. What is a list of short names stands in one cell with
// spaces between; what has an inside of its own (parties, provisos and the like) stands as JSON. Nothing is left out, so that a table
// which is read again says the same.

import { canonicalJson, type Json } from '@sallyport/protocol'
import type { Authorization } from '../authorization.ts'

/** Cells of text, as they are. Those of `optional` may be empty, and then the member is not there. */
const texts = ['number', 'kind', 'citation', 'title', 'validFrom', 'validUntil'] as const
const optional = ['registrant', 'endUse', 'scope', 'certificate', 'replaces'] as const
/** Names with spaces between. */
const lists = ['countries', 'items', 'programs', 'purposes', 'persons'] as const
/** JSON. Those of `optionalValues` may be empty, and then the member is not there. */
const values = ['parties', 'provisos', 'determinations'] as const
const optionalValues = ['employees', 'exemption', 'documents', 'lines'] as const

/** What the register says of an entry, beside its terms; empty in the row of a new one. */
const places = ['id', 'version', 'state'] as const
/** How other terms follow, for whoever changes a row: as `authorization amend` has it. Empty in an export. */
const ways = ['route', 'reference'] as const

export const columns = [...places, ...texts, ...lists, ...values, ...optionalValues, ...optional, ...ways] as const
export type Column = (typeof columns)[number]

/** What a spreadsheet takes in one cell. */
const cellLength = 32_767

/** Write one entry as cells, in the order of `columns`; null where a cell would be longer than a spreadsheet keeps. */
export function cellsOf({ id, version, state, terms }: Authorization): readonly string[] | null {
  const json = (value: Json | undefined) => (value === undefined ? '' : canonicalJson(value))
  const cells: Readonly<Record<Column, string>> = {
    id,
    version: String(version),
    state,
    route: '',
    reference: '',
    ...pick(texts, (name) => terms[name]),
    ...pick(lists, (name) => terms[name].join(' ')),
    ...pick(values, (name) => json(terms[name])),
    ...pick(optionalValues, (name) => json(terms[name])),
    ...pick(optional, (name) => terms[name] ?? ''),
  }
  const row = columns.map((column) => cells[column])
  return row.some((one) => one.length > cellLength) ? null : row
}

/** The terms that a row says, unchecked, and the columns that hold no JSON. */
export function termsOf(cell: (column: Column) => string): {
  readonly input: Readonly<Record<string, unknown>>
  readonly faults: readonly (readonly [Column, string])[]
} {
  const input: Record<string, unknown> = {}
  const faults: (readonly [Column, string])[] = []
  for (const name of texts) input[name] = cell(name)
  for (const name of lists) input[name] = cell(name).split(/\s+/u).filter(Boolean)
  for (const name of optional) if (cell(name) !== '') input[name] = cell(name)
  for (const name of [...values, ...optionalValues]) {
    const text = cell(name)
    if (text === '') {
      if (isIn(values, name)) faults.push([name, 'is empty, want JSON: [] for none'])
      continue
    }
    try {
      input[name] = JSON.parse(text) as unknown
    } catch {
      faults.push([name, 'is no JSON'])
    }
  }
  return { input, faults }
}

/** The column that a fault of the terms is about. */
export function columnOfField(field: string): Column {
  const [first = ''] = field.split('.')
  if (isIn(columns, first)) return first
  return field.startsWith('amendment') ? (field.endsWith('reference') ? 'reference' : 'route') : 'number'
}

function isIn<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name)
}

function pick<T extends string>(names: readonly T[], of: (name: T) => string): Record<T, string> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<T, string>
}
