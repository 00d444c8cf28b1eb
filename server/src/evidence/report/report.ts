// report.pdf: the packet for somebody who reads paper. It says nothing that is not in the packet, and proves nothing by itself.

import { toHex } from '@sallyport/protocol'
import { parseVerifyKey } from '@sallyport/protocol/ledger'
import { keysFingerprint, type PacketStatement } from '@sallyport/protocol/packet'
import { sha256 } from '../../ledger/index.ts'
import type { Accessed, ListedEntry } from './summary.ts'
import type { StampedCheckpoint } from '../timestamps.ts'
import { founders } from './who.ts'
import { openSheet, type Cell, type Sheet } from './sheet.ts'

export interface ReportMatter {
  readonly statement: PacketStatement
  /** Size of the tree that the checkpoint is of. */
  readonly size: number
  /** Checkpoints with a timestamp of an authority, by size. */
  readonly stamped: readonly StampedCheckpoint[]
  readonly permits: number
  readonly denials: number
  readonly accessed: readonly Accessed[]
  /** The first entries; the report does not list more. */
  readonly listed: readonly ListedEntry[]
}

const questions = {
  period: 'Everything that was recorded in a period',
  person: 'Everything that names this person',
  file: 'Everything that names this file',
  program: 'Everything of this program',
  authorization: 'Everything that names this authorization',
} as const satisfies Record<PacketStatement['question']['kind'], string>

/** Write the report. The same matter gives the same bytes. */
export async function writeReport(matter: ReportMatter): Promise<AsyncIterable<Uint8Array>> {
  const { statement } = matter
  const { question, ledger, madeAt } = statement
  const title = `Evidence packet: ${question.name ?? question.id ?? 'a period'}`
  const sheet = await openSheet(title, Date.parse(madeAt))
  writeCover(sheet, matter)
  await writeAccess(sheet, matter)
  await writeEntries(sheet, matter)
  await writeTimes(sheet, matter)
  await writeLaw(sheet, statement)
  return sheet.finish(`Evidence packet of ${ledger.origin}, made ${timeOf(madeAt)}`)
}

function writeCover(sheet: Sheet, { statement, size, permits, denials }: ReportMatter): void {
  const { question, selection, ledger, madeAt, completeness, sealedEntries } = statement
  const { askedBy, purpose, decisionId } = question
  sheet.title('Evidence packet', `of the ledger ${ledger.origin}`)
  sheet.heading('What was asked')
  sheet.pairs(
    filled([
      ['Question', questions[question.kind] + (question.name === null ? '' : `: ${question.name}`)],
      ['Id', question.id === question.name ? '' : (question.id ?? '')],
      ['Period', periodOf(question)],
      ['Purpose', purpose ?? ''],
      ['Asked by', `${askedBy.name} (${askedBy.id})`],
      ['Permitted by', `decision ${decisionId}`],
      ['Made', timeOf(madeAt)],
    ]),
  )
  sheet.heading('What was found')
  const others = selection.entries - permits - denials
  sheet.paragraph(
    `${count(selection.entries, 'entry', 'entries')}: ${count(permits, 'act permitted', 'acts permitted')}, ` +
      `${count(denials, 'act refused', 'acts refused')}, ${count(others, 'other entry', 'other entries')}.`,
  )
  if (sealedEntries > 0) {
    sheet.paragraph(
      `${count(sealedEntries, 'entry keeps', 'entries keep')} a personal part sealed under the key of its person. Nothing of it was opened for this packet.`,
    )
  }
  sheet.heading('What this proves')
  sheet.paragraph(completeness.proven)
  sheet.heading('What rests on the word of the gate')
  sheet.paragraph(completeness.stated)
  sheet.heading('How to verify it')
  sheet.paragraph(
    'This report is for reading. What proves is the packet that it came in: open verify.html in a browser and drop the packet (the ZIP file) on it, or run\n' +
      'sallyport ledger verify packet <file> --key <key> --key <key>\n' +
      'Neither needs a network. Ask the organization by another way than the one by which you got the packet for the fingerprint of the keys of its ledger, and compare it with this one:',
  )
  sheet.code(fingerprintOf(ledger.keys))
  sheet.pairs([
    ['Checkpoint', `${size} entries, root ${ledger.checkpoint.split('\n')[2] ?? ''}`],
    ['Positions', selection.first === selection.end ? 'none' : `${selection.first} to ${selection.end - 1}`],
    ...(selection.filter === null ? [] : [['Filter', selection.filter.anyOf.join('   ')] as const]),
  ])
}

async function writeAccess(sheet: Sheet, { accessed }: ReportMatter): Promise<void> {
  if (accessed.length === 0) return
  sheet.nextPage()
  sheet.heading('Who, what, under which authorization')
  sheet.paragraph(
    'Decisions among the entries, by person and action. Times are those of the first and the last one, in UTC.',
    'dim',
  )
  const columns = [
    { title: 'who', share: 22 },
    { title: 'action', share: 16 },
    { title: 'permitted', share: 11 },
    { title: 'refused', share: 9 },
    { title: 'first', share: 15 },
    { title: 'last', share: 15 },
    { title: 'authorizations', share: 18 },
  ]
  const rows = accessed.map((one) => [
    one.who,
    one.action.replace('.', ' '),
    String(one.permits),
    String(one.denials),
    timeOf(one.firstAt),
    timeOf(one.lastAt),
    // Of somebody who was only refused nothing says that they need none.
    one.authorizations.join(', ') || (one.permits > 0 ? 'none needed' : 'none'),
  ])
  await sheet.table(columns, rows)
}

async function writeEntries(sheet: Sheet, { listed, statement, accessed }: ReportMatter): Promise<void> {
  if (accessed.length === 0) sheet.nextPage()
  sheet.heading('The entries')
  const { entries } = statement.selection
  if (entries === 0) return sheet.paragraph('There is none.')
  const some =
    listed.length < entries ? `The first ${listed.length} of ${entries}; all of them are in entries.jsonl. ` : ''
  sheet.paragraph(`${some}Positions are those of the ledger, times are UTC by the clock of its database.`, 'dim')
  if (listed.some(({ who }) => who === founders)) {
    sheet.paragraph(
      'The founders acted in the ceremony that founded the enclave, before anybody was on its roster.',
      'dim',
    )
  }
  const columns = [
    { title: 'position', share: 8 },
    { title: 'when', share: 14 },
    { title: 'who', share: 17 },
    { title: 'what', share: 16 },
    { title: 'outcome', share: 9 },
    { title: 'about', share: 20 },
    { title: 'because of', share: 18 },
  ]
  const rows = listed.map((one): readonly (string | Cell)[] => [
    String(one.index),
    timeOf(one.at),
    one.who,
    one.what,
    { text: one.outcome, color: one.outcome === 'refused' ? 'bad' : 'good' },
    one.about,
    one.because,
  ])
  return await sheet.table(columns, rows)
}

/** Lines of timestamps. */
const maxTimes = 40

async function writeTimes(sheet: Sheet, { statement, size, stamped }: ReportMatter): Promise<void> {
  const last = stamped.at(-1)
  if (last === undefined) return
  sheet.heading('When it was there, by the word of an authority')
  sheet.paragraph(
    'An authority for timestamps (RFC 3161) signed that these entries were there at these times, which the gate could not choose. ' +
      'Whoever relies on that trusts this authority; the packet has its root certificate (' +
      `${statement.timestamps?.roots ?? ''}), to be compared with the one that the authority itself publishes.` +
      (last.size < size ? ` Entries from position ${last.size} on have no timestamp.` : ''),
  )
  const shown = stamped.slice(0, maxTimes)
  await sheet.table(
    [
      { title: 'positions', share: 30 },
      { title: 'were there at (UTC)', share: 30 },
      { title: 'file', share: 40 },
    ],
    shown.map(({ size, atMs }) => [`0 to ${size - 1}`, timeOf(new Date(atMs).toISOString()), `timestamps/${size}.tsr`]),
  )
  if (shown.length < stamped.length) sheet.paragraph(`The first ${shown.length} of ${stamped.length}.`, 'dim')
}

async function writeLaw(sheet: Sheet, { policies, legalData }: PacketStatement): Promise<void> {
  sheet.heading('Under which rules')
  sheet.paragraph('The policies that decided, as text in the packet, by the digest that the entries name:')
  await sheet.table(
    [
      { title: 'digest', share: 50 },
      { title: 'file', share: 50 },
    ],
    policies.map(({ digest, policies: name }) => [digest, name]),
  )
  if (legalData === null) return
  sheet.paragraph(
    `The list of 22 CFR 126.1 in force when the packet was made is that of ${legalData.asOf}, digest ${legalData.digest}, with the dates of every row (${legalData.part}).`,
  )
}

function fingerprintOf(lines: readonly string[]): string {
  const keys = lines.flatMap((line) => parseVerifyKey(sha256, line) ?? [])
  const groups = toHex(keysFingerprint(sha256, keys)).match(/.{1,8}/g) ?? []
  return `${groups.slice(0, 4).join(' ')}\n${groups.slice(4).join(' ')}`
}

function periodOf({ from, to }: PacketStatement['question']): string {
  if (from === null && to === null) return 'from the first entry to the checkpoint'
  return `from ${from === null ? 'the first entry' : timeOf(from)} up to ${to === null ? 'the checkpoint' : `and without ${timeOf(to)}`}`
}

function filled(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.filter(([, value]) => value !== '')
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}

function timeOf(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '')
}
