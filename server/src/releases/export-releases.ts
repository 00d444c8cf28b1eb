// The record of releases as a table, for whoever asks for it by the regulation.

import { Problem } from '@sallyport/protocol'
import { mustStillStand, spendPermit, type Permit } from '../policy/index.ts'
import { csvBegin, writeCsvRows, writeXlsx } from '../spreadsheet/index.ts'
import { pageOf, type ReleaseDependencies } from './read-releases.ts'
import type { LookAtCountries, Release, ReleaseQuestion } from './release.ts'

export type ReleaseFormat = 'csv' | 'xlsx'

/** A workbook is made whole before it leaves. */
const mostInWorkbook = 100_000

/**
 * Write every release that a question asks for, in the order in which they were recorded. Throws Problem `refused` for a permit that does not fit and for a reader who lost
 * status or role meanwhile, `too-large` for a workbook of more than 100,000 releases; a CSV may hold any number.
 */
export async function exportReleases(
  deps: ReleaseDependencies,
  permit: Permit<'ledger.read'>,
  question: ReleaseQuestion,
  { format, look }: { readonly format: ReleaseFormat; readonly look: LookAtCountries | null },
): Promise<AsyncIterable<Uint8Array> | readonly Uint8Array[]> {
  spendPermit(permit, 'ledger.read', 'enclave')
  const pages = pagesOf(deps, permit, question, look)
  // What cannot be answered is told before the answer begins.
  const first = await pages.next()
  const rows = [columns, ...(first.done === true ? [] : first.value)]
  return format === 'csv' ? csvOf(rows, pages) : [await workbookOf(rows, pages)]
}

async function* csvOf(rows: readonly Row[], pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Uint8Array> {
  yield csvBegin
  yield writeCsvRows(rows)
  for await (const more of pages) yield writeCsvRows(more)
}

async function workbookOf(rows: readonly Row[], pages: AsyncIterable<readonly Row[]>): Promise<Uint8Array> {
  const all = [...rows]
  for await (const more of pages) {
    all.push(...more)
    if (all.length <= mostInWorkbook + 1) continue
    const state = `more than ${mostInWorkbook} for one workbook`
    throw new Problem('too-large', `cannot export releases: ${state}, want csv`)
  }
  return await writeXlsx('releases', all)
}

type Row = readonly string[]

async function* pagesOf(
  deps: ReleaseDependencies,
  permit: Permit<'ledger.read'>,
  question: ReleaseQuestion,
  look: LookAtCountries | null,
): AsyncGenerator<readonly Row[]> {
  for (let after: number | null = null; ;) {
    // An export takes longer than a permit lives.
    await deps.database.transaction((tx) => mustStillStand(tx, permit.actor, ['officer', 'auditor']))
    const { releases, next }: Awaited<ReturnType<typeof pageOf>> = await pageOf(deps, question, {
      order: 'oldest',
      after,
      look,
    })
    yield releases.map(cellsOf)
    if (next === null) return
    after = next
  }
}

const columns: Row = [
  'at',
  'recipient',
  'recipient id',
  'status',
  'citizenships',
  'former citizenships',
  'permanent residencies',
  'file',
  'vault',
  'file id',
  'items',
  'programs',
  'method',
  'place',
  'country',
  'authorization',
  'version',
  'citation',
  'decision',
  'ledger index',
  'kept until',
  'remark',
]

function cellsOf(release: Release): Row {
  const { recipient, countries, file, place, reliance } = release
  const ties = typeof countries === 'string' ? null : countries
  const untold = typeof countries !== 'string' || countries === 'none' ? '' : `(${countries})`
  const told = (codes: readonly string[] | undefined) => codes?.join(', ') ?? untold
  return [
    new Date(release.atMs).toISOString(),
    recipient.name,
    recipient.id,
    recipient.status,
    told(ties?.citizenships),
    told(ties?.formerCitizenships),
    told(ties?.permanentResidencies),
    file.name,
    file.vault,
    file.id,
    release.items.join(', '),
    release.programs.join(', '),
    release.door === 'authzen'
      ? 'permitted to an application, which releases (authzen)'
      : `key released electronically (${release.door})`,
    place.name,
    place.country ?? '',
    reliance?.number ?? '',
    reliance === null ? '' : String(reliance.version),
    reliance?.citation ?? '',
    release.decisionId,
    String(release.ledgerIndex),
    release.keptUntilMs === null ? 'as the authorization' : new Date(release.keptUntilMs).toISOString().slice(0, 10),
    release.isFailed ? 'permitted; a key could not be handed out' : '',
  ]
}
