// What a table of authorizations would change: row by row, member by member, or what is wrong with which cell. ATTACKER: the table comes
// from a file. Nothing is guessed: a row that is none of an entry and none of a new one is a fault.

import { createHash } from 'node:crypto'
import {
  amendmentRoutes,
  canonicalJson,
  Problem,
  type AmendmentRoute,
  type AuthorizationTerms,
  type Id,
  type Json,
} from '@sallyport/protocol'
import { columnName, type CellFault, type Spreadsheet } from '../../spreadsheet/index.ts'
import { amendmentFaults } from '../amendable.ts'
import type { Authorization } from '../authorization.ts'
import { checkTerms } from '../check-terms.ts'
import { exemptionFaults, type ExemptionLaw } from '../exemptions/check-exemption.ts'
import type { Fault } from '../fault.ts'
import { narrows } from '../narrows.ts'
import { columnOfField, columns, termsOf, type Column } from './columns.ts'

interface Row {
  readonly row: number
  readonly terms: AuthorizationTerms
}
/** `registered` and `amended` wait for two others once applied; `narrowed` holds at once. */
export type PlannedRow =
  | (Row & { readonly outcome: 'registered' })
  | (Row & { readonly outcome: 'unchanged'; readonly authorization: Authorization })
  | (Row & {
      readonly outcome: 'narrowed' | 'amended'
      readonly authorization: Authorization
      readonly amendment: { readonly route: AmendmentRoute; readonly reference?: string } | null
      readonly differences: readonly { readonly field: string; readonly from: string; readonly to: string }[]
    })

export interface RegisterPlan {
  readonly sheet: string
  readonly rows: readonly PlannedRow[]
  readonly faults: readonly CellFault[]
  /** Entries that stand and that no row is of. An import ends none. */
  readonly missing: readonly string[]
  /** SHA-256 over what would be done, hex. */
  readonly digest: string
}

/** The register as it stands, and by what law and by whom the rows are read. */
export interface Standing {
  readonly register: readonly Authorization[]
  readonly law: ExemptionLaw
  readonly by: Id<'person'>
  readonly atMs: number
}

/** Rows that one file may change: they are written in one transaction, and each amendment is decided for itself. */
export const mostChanged = 2000

/** Compare a spreadsheet with the register. Throws nothing: whatever is wrong is a fault with its cell. */
export function planRegisterImport({ sheets }: Spreadsheet, standing: Standing): RegisterPlan {
  const filled = sheets.filter(({ rows, faults }) => rows.length + faults.length > 0)
  const [sheet] = filled
  const nowhere = (text: string): RegisterPlan => {
    const name = sheet?.name ?? ''
    return { sheet: name, rows: [], faults: [{ sheet: name, row: 1, column: 'A', text }], missing: [], digest: '' }
  }
  const [heading, ...rest] = sheet?.rows ?? []
  if (sheet === undefined || heading === undefined) return nowhere('the table is empty, want a heading')
  if (filled.length > 1) return nowhere('the file has several sheets with something in them, want one')
  const heads = heading.cells.map((one) => one.trim())
  const odd = heads.findIndex((one, at) => !(columns as readonly string[]).includes(one) || heads.indexOf(one) !== at)
  if (odd >= 0) {
    const text = `is ${heads[odd]?.slice(0, 60)}, want each once of ${columns.join(', ')}`
    return { ...nowhere(''), faults: [{ sheet: sheet.name, row: heading.row, column: columnName(odd), text }] }
  }
  const absent = columns.filter((one) => !heads.includes(one))
  if (absent.length > 0) return nowhere(`the heading has no ${absent.join(', ')}, want every column of an export`)

  const cellOf = (row: number, column: Column, text: string): CellFault => ({
    sheet: sheet.name,
    row,
    column: columnName(heads.indexOf(column)),
    text: `${column} ${text}`,
  })
  const faults: CellFault[] = [...sheet.faults]
  const rows: PlannedRow[] = []
  const seen = { ids: new Map<string, number>(), numbers: new Map<string, number>() }
  const byId = new Map(standing.register.map((one) => [one.id as string, one]))
  const byNumber = new Map(standing.register.map((one) => [one.terms.number, one]))
  for (const { row, cells } of rest) {
    const cell = (column: Column): string => cells[heads.indexOf(column)] ?? ''
    // A cell that could not be read is empty in the row: what the rest says is then not looked at.
    if (faults.some((one) => one.row === row)) continue
    const planned = planRow(cell, { row, byId, byNumber, standing })
    const again = [
      ...repeatedIn(seen.ids, cell('id'), row, 'id'),
      ...repeatedIn(seen.numbers, cell('number'), row, 'number'),
    ]
    const all = [...again, ...('faults' in planned ? planned.faults : [])]
    if (all.length > 0 || 'faults' in planned) faults.push(...all.map(([column, text]) => cellOf(row, column, text)))
    else rows.push(planned)
  }
  const changes = rows.filter(({ outcome }) => outcome !== 'unchanged')
  if (changes.length > mostChanged) {
    faults.push({
      sheet: sheet.name,
      row: 1,
      column: 'A',
      text: `${changes.length} rows change, want at most ${mostChanged}`,
    })
  }
  const named = new Set([...seen.ids.keys(), ...seen.numbers.keys()])
  return {
    sheet: sheet.name,
    rows,
    faults,
    missing: standing.register
      .filter((one) => !named.has(one.id) && !named.has(one.terms.number))
      .map((one) => one.terms.number),
    digest: digestOf(changes),
  }
}

type RowFault = readonly [column: Column, text: string]

function repeatedIn(seen: Map<string, number>, text: string, row: number, column: Column): readonly RowFault[] {
  if (text === '') return []
  const before = seen.get(text)
  seen.set(text, before ?? row)
  return before === undefined ? [] : [[column, `stands in row ${before} as well, want each once`]]
}

interface Known {
  readonly row: number
  readonly byId: ReadonlyMap<string, Authorization>
  readonly byNumber: ReadonlyMap<string, Authorization>
  readonly standing: Standing
}

function planRow(
  cell: (column: Column) => string,
  known: Known,
): PlannedRow | { readonly faults: readonly RowFault[] } {
  const { row, byId, byNumber, standing } = known
  const read = termsOf(cell)
  if (read.faults.length > 0) return { faults: read.faults }
  const checked = checkedTerms(read.input, standing)
  if ('faults' in checked) return { faults: checked.faults.map(onColumn) }
  const { terms } = checked
  const [id, way] = [cell('id'), { route: cell('route'), reference: cell('reference') }]
  if (id === '') {
    const fault: RowFault[] = [
      ...(byNumber.has(terms.number) ? [['number', 'stands in the register, want its id and version'] as const] : []),
      ...(cell('version') + cell('state') + way.route + way.reference === ''
        ? []
        : [
            [
              'id',
              'is empty beside a version, state, route or reference, want all of those empty in a new row',
            ] as const,
          ]),
      ...exemptionFaults(terms, standing.law).map(onColumn),
    ]
    return fault.length > 0 ? { faults: fault } : { row, terms, outcome: 'registered' }
  }
  const authorization = byId.get(id)
  if (authorization === undefined) return { faults: [['id', 'is of none that stands in the register']] }
  if (cell('version') !== String(authorization.version)) {
    return { faults: [['version', `is not ${authorization.version}: it was changed since, want a new export`]] }
  }
  if (cell('state') !== authorization.state)
    return { faults: [['state', `is ${authorization.state}, and no import changes it`]] }
  if (canonicalJson(terms) === canonicalJson(authorization.terms)) {
    return way.route + way.reference === ''
      ? { row, terms, outcome: 'unchanged', authorization }
      : { faults: [['route', 'stands beside terms that are as they were, want it empty']] }
  }
  if (authorization.state !== 'effective') {
    return { faults: [['number', 'waits for approval: it is ended and registered anew, not amended']] }
  }
  return amendedRow(terms, way, { row, authorization, law: standing.law })
}

function amendedRow(
  terms: AuthorizationTerms,
  way: { readonly route: string; readonly reference: string },
  {
    row,
    authorization,
    law,
  }: { readonly row: number; readonly authorization: Authorization; readonly law: ExemptionLaw },
): PlannedRow | { readonly faults: readonly RowFault[] } {
  const differences = differencesOf(authorization.terms, terms)
  const common = { row, terms, authorization, differences }
  if (narrows(authorization.terms, terms)) {
    return way.route + way.reference === ''
      ? { ...common, outcome: 'narrowed', amendment: null }
      : { faults: [['route', 'stands beside terms that only take away, want it empty']] }
  }
  const route = amendmentRoutes.find((one) => one === way.route)
  if (route === undefined) {
    return {
      faults: [['route', `is ${way.route || 'empty'}, want how the terms follow: ${amendmentRoutes.join(', ')}`]],
    }
  }
  const amendment = { route, ...(way.reference === '' ? {} : { reference: way.reference }) }
  const faults = [...amendmentFaults(authorization.terms, terms, amendment), ...exemptionFaults(terms, law)]
  return faults.length > 0 ? { faults: faults.map(onColumn) } : { ...common, outcome: 'amended', amendment }
}

function onColumn({ field, text }: Fault): RowFault {
  const column = columnOfField(field)
  return [column, field === column ? text : `${field.slice(column.length + 1)} ${text}`.trim()]
}

function checkedTerms(
  input: unknown,
  { by, atMs }: Standing,
): { readonly terms: AuthorizationTerms } | { readonly faults: readonly Fault[] } {
  try {
    return { terms: checkTerms(input, by, atMs) }
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause
    return { faults: cause.details['faults'] as readonly Fault[] }
  }
}

function differencesOf(before: AuthorizationTerms, after: AuthorizationTerms) {
  const told = (value: Json | undefined) =>
    value === undefined ? '' : typeof value === 'string' ? value : canonicalJson(value)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof AuthorizationTerms)[]
  return names.flatMap((field) => {
    const [from, to] = [told(before[field]), told(after[field])]
    return from === to ? [] : [{ field, from, to }]
  })
}

function digestOf(changes: readonly PlannedRow[]): string {
  const told = changes.map((one) => ({
    terms: one.terms,
    ...(one.outcome === 'registered'
      ? {}
      : { authorization: one.authorization.id, version: one.authorization.version }),
    ...(one.outcome === 'amended' ? { amendment: { ...one.amendment } } : {}),
  }))
  return createHash('sha256').update(canonicalJson(told)).digest('hex')
}
