// sallyport authorization releases: the record of what was released to whom.

import { Problem } from '@sallyport/protocol'
import type { ReleaseView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call, download, type Connection, type Outcome } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization, findFile, findPerson } from './find.ts'
import { bringTo, chooseOut, makeFolderOf } from './out-path.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { bytes } from './printer.ts'
import { addVerb, type Desk } from './verb.ts'

interface ReleasesOptions extends GeneralOptions, PageOptions {
  readonly person?: string
  readonly file?: string
  readonly place?: string
  readonly nationality?: string
  readonly order?: string
  readonly from?: string
  readonly to?: string
  readonly purpose?: string
  readonly out?: string
  readonly force?: true
}
type Query = Readonly<Record<string, string>>

export function addReleaseVerbs(authorization: Command, desk: Desk): void {
  addVerb<ReleasesOptions>(authorization, desk, {
    usage: 'releases [authorization]',
    summary:
      'Show every release of a key on record, newest first: to whom, of what, when, how, where, under which authorization',
    example:
      'sallyport authorization releases TA-1234-26 --from 2026-01-01 --to 2027-01-01\n' +
      'sallyport authorization releases --file spar.stp --place GB\n' +
      'sallyport authorization releases --person moreau --purpose "audit by DDTC" --out moreau.xlsx',
    options: [
      ['--person <person>', 'to this person alone'],
      ['--file <file>', 'of this file alone'],
      ['--place <country>', 'to places in this country alone (two letters)'],
      ['--nationality <country>', 'for which this country counted (two letters); with --purpose'],
      ['--from <date>', 'from this day or moment on (ISO 8601; a day begins in UTC)'],
      ['--to <date>', 'up to and without this day or moment'],
      ['--purpose <text>', 'open the countries that counted, for this purpose; each person is a look on record'],
      ['--order <order>', 'newest or oldest first; a file has the oldest first'],
      ['-o, --out <file>', 'write all of it to this .xlsx or .csv file'],
      ['--force', 'replace a file that is there already'],
      afterOption,
    ],
    run: releases,
  })
}

async function releases(context: Context, [wanted]: readonly string[], options: ReleasesOptions): Promise<Exit> {
  const format = options.out === undefined ? null : formatOf(options.out)
  if (format !== null && (options.order === 'newest' || options.after !== undefined)) {
    const want = 'it without --order newest and --after'
    throw new Problem('invalid-request', `cannot export: a table has all of it, the oldest first, want ${want}`)
  }
  const connection = await context.connect({ answerMs: 600_000, silenceMs: 180_000 })
  const found = await questionOf(connection, wanted, options)
  if (found.outcome === 'refused') return context.refused(found, 'find what is asked for')
  if (format !== null) return await exportTo(context, connection, { ...found.value, format }, options)
  const { order } = options
  const query = { ...found.value, ...(order === undefined ? {} : { order }), ...placeIn(options) }
  const answer = await call(connection, 'releases', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the record of releases')
  const { releases, ledgerSize, usPersonYears } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      [
        'at',
        'recipient',
        'status',
        'countries',
        'file',
        'items',
        'programs',
        'method',
        'place',
        'authorization',
        'decision',
      ],
      releases.map(rowOf),
    )
    out.line(
      `Those to U.S. persons are kept ${usPersonYears} years at least, the others as their authorizations.`,
      'dim',
    )
    out.line(`From the ${ledgerSize} entries of the last checkpoint.`, 'dim')
  })
  tellNext(context, answer.value)
  return 0
}

async function questionOf(
  connection: Connection,
  wanted: string | undefined,
  { person, file, place, nationality, from, to, purpose }: ReleasesOptions,
): Promise<Outcome<Query>> {
  const query: Record<string, string> = {}
  if (wanted !== undefined) {
    const found = await findAuthorization(connection, wanted)
    if (found.outcome === 'refused') return found
    query['authorizationId'] = found.value.id
  }
  if (person !== undefined) {
    const found = await findPerson(connection, person)
    if (found.outcome === 'refused') return found
    query['personId'] = found.value.id
  }
  if (file !== undefined) {
    const found = await findFile(connection, file)
    if (found.outcome === 'refused') return found
    query['fileId'] = found.value.id
  }
  const said = { placeCountry: place?.toUpperCase(), nationality: nationality?.toUpperCase(), from, to, purpose }
  for (const [name, value] of Object.entries(said)) if (value !== undefined) query[name] = value
  return { outcome: 'answered', value: query }
}

function formatOf(path: string): string {
  const format = /\.(xlsx|csv)$/i.exec(path)?.[1]?.toLowerCase()
  if (format !== undefined) return format
  throw new Problem('invalid-request', `cannot export to ${path}: its name has another ending, want .xlsx or .csv`)
}

async function exportTo(
  context: Context,
  connection: Connection,
  query: Query,
  { out = '', force }: ReleasesOptions,
): Promise<Exit> {
  const path = await chooseOut(context.environment.workingFolder, out, () => 'releases')
  await makeFolderOf(path)
  const fetched = await bringTo(path, force === true, (sink) =>
    context.print.progress('Exporting', (progress) =>
      download(connection, 'exportReleases', { query, sink, progress }),
    ),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'export the record of releases')
  context.print.result({ path, bytes: fetched.value.bytes }, (to) => {
    to.line(`Exported ${bytes(fetched.value.bytes)} to ${path}.`, 'green')
  })
  return 0
}

function rowOf(one: ReleaseView): readonly string[] {
  const { recipient, authorization, place, file } = one
  return [
    one.at,
    recipient.name === '' ? recipient.id : recipient.name,
    recipient.status,
    countriesOf(one),
    file.name === '' ? file.id : file.name,
    one.items.join(', '),
    one.programs.join(', '),
    `key, electronically (${one.door})${one.isFailed ? '; not handed out whole' : ''}`,
    place.country === null ? place.name : `${place.name} (${place.country})`,
    authorization === null ? '' : `${authorization.number}, ${authorization.citation}`,
    one.decisionId,
  ]
}

function countriesOf({ countries }: ReleaseView): string {
  if (typeof countries === 'string') return countries === 'none' ? '' : countries
  const all = [
    ...countries.citizenships,
    ...countries.formerCitizenships.map((one) => `${one} (formerly)`),
    ...countries.permanentResidencies.map((one) => `${one} (resident)`),
  ]
  return all.join(', ')
}
