// Reading releases out of the ledger: decisions that gave the key of a file, up to the last checkpoint, in the order in which they were
// recorded or the newest first. Found by what their bytes say, as evidence is.

import { fromBase64Url, parseId, Problem, type Id, type Reliance } from '@sallyport/protocol'
import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import * as z from 'zod'
import type { Database } from '../base/index.ts'
import { namesOfFiles } from '../files/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { readDecision, spendPermit, type Permit, type RecordedDecision } from '../policy/index.ts'
import { allRecordsOf, displayNames, goOnIn, usPersonRetention } from '../roster/index.ts'
import type { CountriesUsed, LookAtCountries, Release, ReleaseQuestion } from './release.ts'

export interface ReleaseDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'evidence' | 'search'>
  /** Host part of the enclave's labels. */
  readonly namespace: string
}

export interface ReleasesPage {
  readonly releases: readonly Release[]
  /** Where the next page begins; null at the end. A page may be empty and not the last: so much of the ledger is looked through at once. */
  readonly next: number | null
  /** Entries of the ledger that the record covers: all that the last checkpoint has. */
  readonly ledgerSize: number
  /** Years for which those to U.S. persons are kept at least. */
  readonly usPersonYears: number
}

export const releaseOrders = ['newest', 'oldest'] as const

export interface ReleasesPaging {
  readonly order: (typeof releaseOrders)[number]
  /** `next` of the page before. */
  readonly after: number | null
  /** Null where countries stay sealed. */
  readonly look: LookAtCountries | null
}

const releasesOnPage = 100
const readAtOnce = 128
/** Positions that one page looks through, whatever the size of the ledger. */
const lookedThrough = 200_000

/**
 * Read a page of releases. Throws Problem `refused` for a permit that does not fit, `invalid-request` for a period that ends before it
 * begins and for a nationality that is asked for without a look, `unavailable` where the ledger is damaged.
 */
export async function readReleases(
  deps: ReleaseDependencies,
  permit: Permit<'ledger.read'>,
  question: ReleaseQuestion,
  paging: ReleasesPaging,
): Promise<ReleasesPage> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return await pageOf(deps, question, paging)
}

/** Read a page for a use case that spent the permit. */
export async function pageOf(
  { database, ledger, namespace }: ReleaseDependencies,
  question: ReleaseQuestion,
  { order, after, look }: ReleasesPaging,
): Promise<ReleasesPage> {
  checkQuestion(question, look)
  const { size } = await ledger.evidence.head()
  const range = await rangeOf(ledger, question, size)
  const window = windowOf(range, order, after)
  const records = question.personId === null ? null : await everyRecordOf(database, question.personId)
  const found: Found[] = []
  let { next } = window
  for await (const one of releasedIn(ledger, window, { order, texts: textsOf(question, records) })) {
    if (!isAsked(one, question, records)) continue
    const last = found.at(-1)
    if (last !== undefined && found.length === releasesOnPage) {
      // The next page goes on at this position, or with what is below it.
      next = order === 'oldest' ? last.index + 1 : last.index
      break
    }
    found.push(one)
  }
  const usPersonYears = await usPersonRetention(database)
  const releases = await told({ database, ledger, namespace }, found, { look, usPersonYears })
  const { nationality } = question
  return {
    releases: nationality === null ? releases : releases.filter((one) => hasCounted(one, nationality)),
    next,
    ledgerSize: size,
    usPersonYears,
  }
}

function checkQuestion({ fromMs, toMs, nationality }: ReleaseQuestion, look: LookAtCountries | null): void {
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new Problem('invalid-request', 'cannot read releases: it ends before it begins, want from before to')
  }
  if (nationality !== null && look === null) {
    const state = 'countries are sealed, want a purpose for opening them'
    throw new Problem('invalid-request', `cannot read releases by nationality: ${state}`)
  }
}

interface Between {
  readonly first: number
  readonly end: number
}

async function rangeOf(
  { evidence }: ReleaseDependencies['ledger'],
  { fromMs, toMs }: ReleaseQuestion,
  size: number,
): Promise<Between> {
  return fromMs === null && toMs === null ? { first: 0, end: size } : await evidence.range({ fromMs, toMs }, size)
}

/** Positions that one page looks through, and where the next one begins if it finds no more than it tells. */
function windowOf(range: Between, order: ReleasesPaging['order'], after: number | null) {
  if (order === 'oldest') {
    const first = Math.max(range.first, after ?? 0)
    const end = Math.min(range.end, first + lookedThrough)
    return { first, end, next: end < range.end ? end : null }
  }
  const end = Math.min(range.end, after ?? range.end)
  const first = Math.max(range.first, end - lookedThrough)
  return { first, end, next: first > range.first ? first : null }
}

async function* releasedIn(
  { evidence }: ReleaseDependencies['ledger'],
  between: Between,
  { order, texts }: { readonly order: ReleasesPaging['order']; readonly texts: readonly string[] },
): AsyncGenerator<Found> {
  const isDown = order === 'newest'
  for await (const positions of evidence.containing(between, texts, isDown ? 'down' : 'up')) {
    for (let at = 0; at < positions.length; at += readAtOnce) {
      const entries = await evidence.bytesAt(positions.slice(at, at + readAtOnce))
      for (const { index, bytes } of isDown ? entries.toReversed() : entries) {
        const one = released(parseEntry(bytes), index)
        if (one !== null) yield one
      }
    }
  }
}

interface Found {
  readonly index: number
  readonly person: Id<'person'>
  readonly fileId: Id<'file'>
  readonly decision: RecordedDecision
}

/** Entries have one form of their JSON, so that a member and its value stand in the bytes as they are here. */
function textsOf(
  { authorizationId, fileId }: ReleaseQuestion,
  records: readonly Id<'person'>[] | null,
): readonly string[] {
  if (fileId !== null) return [`"about":{"id":"${fileId}","kind":"file"}`]
  if (authorizationId !== null) return [`"authorizationId":"${authorizationId}"`]
  return records === null ? ['"action":"file.open"'] : records.map((id) => `"actor":"${id}"`)
}

function released(entry: LedgerEntry | null, index: number): Found | null {
  if (entry === null)
    throw new Problem('unavailable', `cannot read releases: entry ${index} was altered, want it as written`)
  if (entry.kind !== 'decision.permit' || entry.body['action'] !== 'file.open') return null
  const fileId = parseId<'file'>(entry.about?.id)
  if (entry.actor === null || fileId === null) return null
  return { index, person: entry.actor, fileId, decision: readDecision(entry) }
}

function isAsked(
  { person, fileId, decision }: Found,
  { authorizationId, fromMs, toMs, ...asked }: ReleaseQuestion,
  records: readonly Id<'person'>[] | null,
): boolean {
  if (asked.fileId !== null && fileId !== asked.fileId) return false
  if (asked.placeCountry !== null && place.parse(decision.body.place).country !== asked.placeCountry) return false
  // Of whom no nationality is kept, none counted: nobody's countries are looked at for them.
  if (asked.nationality !== null && decision.body.sealed === undefined) return false
  if (authorizationId !== null && decision.body.reliance?.authorizationId !== authorizationId) return false
  if (records !== null && !records.includes(person)) return false
  return (fromMs === null || decision.atMs >= fromMs) && (toMs === null || decision.atMs < toMs)
}

/** Tell whether a country counted for a release, as any of the ties that do; false while they are sealed or where none was kept. */
export function hasCounted({ countries }: Pick<Release, 'countries'>, nationality: string): boolean {
  if (typeof countries === 'string') return false
  const { citizenships, formerCitizenships, permanentResidencies } = countries
  return [...citizenships, ...formerCitizenships, ...permanentResidencies].includes(nationality)
}

async function everyRecordOf(database: Database, id: Id<'person'>): Promise<readonly Id<'person'>[]> {
  const kept = (await goOnIn(database, [id])).get(id) ?? id
  return [...new Set([id, kept, ...(await allRecordsOf(database, kept))])].sort().slice(0, 64)
}

async function told(
  { database, ledger, namespace }: ReleaseDependencies,
  found: readonly Found[],
  { look, usPersonYears }: { readonly look: LookAtCountries | null; readonly usPersonYears: number },
): Promise<readonly Release[]> {
  const names = await displayNames(database, distinct(found.map(({ person }) => person)))
  const fileIds = distinct(found.map(({ fileId }) => fileId))
  const files = await namesOfFiles(database, fileIds)
  const failed = await failedOf(ledger, fileIds)
  const countries = await countriesOf(found, look)
  const program = `https://${namespace}/attr/program/value/`
  return found.map(({ index, person, fileId, decision }, n): Release => {
    const { body } = decision
    const labels = recordedLabels.parse(body.labels)
    return {
      decisionId: decision.id as Id<'entry'>,
      ledgerIndex: index,
      atMs: decision.atMs,
      recipient: {
        id: person,
        name: names.get(person) ?? '',
        version: version.parse(body.subject),
        status: body.attributes.principal.status,
      },
      countries: countries[n] ?? 'none',
      file: { id: fileId, ...(files.get(fileId) ?? { name: '', vault: '' }) },
      items: labels.items,
      programs: labels.names.flatMap((one) => (one.startsWith(program) ? [one.slice(program.length)] : [])),
      door: body.attributes.context.door,
      place: place.parse(body.place),
      reliance: body.reliance as Reliance | null,
      // SPEC: 22 CFR 122.5, for whom an authorization was relied on: five years from its end, which this release does not know.
      keptUntilMs: body.attributes.principal.status === 'us-person' ? yearsAfter(decision.atMs, usPersonYears) : null,
      isFailed: failed.has(decision.id),
    }
  })
}

function yearsAfter(atMs: number, years: number): number {
  const end = new Date(atMs)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  return end.getTime()
}

const recordedLabels = z.looseObject({ names: z.array(z.string()).default([]), items: z.array(z.string()).default([]) })
const place = z.object({ name: z.string(), country: z.string().nullable() })
const version = z.looseObject({ version: z.number().nullable().default(null) }).transform((one) => one.version)

/** Decisions of which the gate recorded that a key could not be handed out. */
async function failedOf(ledger: Pick<Ledger, 'search'>, fileIds: readonly Id<'file'>[]): Promise<ReadonlySet<string>> {
  const failed = new Set<string>()
  for (const id of fileIds) {
    const about = { kind: 'file', id }
    for (const { body } of await ledger.search({ kind: 'release.failed', about, limit: 1000 })) {
      if (typeof body['decision'] === 'string') failed.add(body['decision'])
    }
  }
  return failed
}

const recordedTies = z.object({
  citizenships: z.array(z.string()),
  formerCitizenships: z.array(z.string()),
  permanentResidencies: z.array(z.string()),
})
const keptSealed = z.looseObject({ ties: recordedTies.nullable() })

/** Of each release; whose countries are opened is looked at once, for all of theirs. */
async function countriesOf(
  found: readonly Found[],
  look: LookAtCountries | null,
): Promise<readonly Release['countries'][]> {
  const answers = found.map((): Release['countries'] => 'none')
  const byPerson = Map.groupBy(
    [...found.entries()].flatMap(([n, { person, decision }]) => {
      const { sealed } = decision.body
      return sealed === undefined ? [] : [{ n, person, entryId: decision.id as Id<'entry'>, sealed: bytesOf(sealed) }]
    }),
    ({ person }) => person,
  )
  for (const [person, kept] of byPerson) {
    const opened = look === null ? null : await look(person, kept)
    for (const [at, { n }] of kept.entries()) answers[n] = opened === null ? 'sealed' : countriesIn(opened[at] ?? null)
  }
  return answers
}

function countriesIn(text: string | null): 'none' | 'erased' | CountriesUsed {
  return text === null ? 'erased' : (keptSealed.parse(JSON.parse(text)).ties ?? 'none')
}

function bytesOf(sealed: string): Uint8Array {
  const bytes = fromBase64Url(sealed)
  if (bytes === null)
    throw new Problem('unavailable', 'cannot read releases: a sealed part is not base64url, want it so')
  return bytes
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)]
}
