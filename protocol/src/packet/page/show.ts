// What the reader sees. ATTACKER: every text of a packet. Text becomes text nodes and nothing else, and characters that hide or
// reorder others are written out.

import { checkPacket, type Result } from './check.ts'
import type { ShownEntry } from './entries.ts'
import { steps, type Step } from './report.ts'
import type { Statement } from './statement.ts'
import type { Times } from './timestamps.ts'

const rowsAtOnce = 100

type Child = Node | string

/** Make characters visible that would make a text look like another. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

function make(name: string, className: string, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  for (const child of children) element.append(typeof child === 'string' ? plain(child) : child)
  return element
}

/** A text from the packet, kept from changing the direction of what is around it. */
function said(text: string): HTMLElement {
  return make('bdi', '', text)
}

function place(id: string, ...children: readonly Node[]): void {
  document.querySelector(`#${id}`)?.replaceChildren(...children)
}

function reveal(id: string, isShown: boolean): void {
  document.querySelector(`#${id}`)?.toggleAttribute('hidden', !isShown)
}

let run = 0
/** What is shown now, and how many of its pages of entries were turned. */
let shown: Result | null = null
let turned = 0

async function take(file: File): Promise<void> {
  const own = ++run
  reveal('result', false)
  reveal('working', true)
  place('file', make('span', '', `${file.name} (${file.size.toLocaleString('en')} bytes)`))
  const bar = document.querySelector('progress')
  const progress = async (part: number): Promise<void> => {
    if (bar !== null) bar.value = part
    // The page stays alive, and the bar is painted.
    await new Promise((done) => setTimeout(done))
  }
  await progress(0)
  let result: Result
  try {
    result = await checkPacket(file, progress)
  } catch (error) {
    if (own !== run) return
    reveal('working', false)
    reveal('result', false)
    place('failed', make('p', '', `The file could not be read: ${String(error)}`))
    return
  }
  if (own !== run) return
  place('failed')
  show(result)
  reveal('working', false)
  reveal('result', true)
}

function show(result: Result): void {
  shown = result
  turned = 0
  const { report, statement } = result
  const isAltered = report.faults.length > 0
  showVerdict(result, null)
  reveal('compare', !isAltered && statement !== null)
  for (const id of ['question-card', 'entries-card']) reveal(id, statement !== null)
  // What was altered proves nothing.
  reveal('meaning-card', !isAltered && statement !== null)
  place('question-title', make('span', '', isAltered ? 'What it says was asked' : 'What was asked'))
  place('fingerprint', make('span', '', grouped(result.fingerprint)))
  const input = document.querySelector<HTMLInputElement>('#told')
  if (input !== null) {
    input.value = ''
  }
  place(
    'keys',
    ...result.keys.map(({ kind, line }) => make('li', '', make('b', '', `${kind} `), make('code', '', line))),
  )
  place('faults', ...report.faults.map(({ text }) => make('li', '', text)))
  reveal('faults-card', isAltered)
  place(
    'checks',
    ...steps
      .filter((step) => step !== 'timestamps' || (statement !== null && statement.timestamps !== null))
      .map((step) => checkLine(step, result)),
  )
  if (statement === null) return
  showQuestion(statement, result)
  showMeaning(statement, result.size)
  showTimes(isAltered ? null : result.times, result.size)
  showEntries(0)
}

/** `told`: what the reader typed as the fingerprint that they were told. */
function showVerdict({ report, fingerprint, entries }: Result, told: string | null): void {
  const answer = (told ?? '').replace(/[^0-9a-fA-F]/g, '').toLowerCase()
  const count = `${entries.length.toLocaleString('en')} ${entries.length === 1 ? 'entry' : 'entries'}`
  const left = report.unchecked.length > 0
  if (report.faults.length > 0) {
    const what = report.stateOf('archive') === 'bad' ? 'This is not a whole evidence packet' : 'This packet was altered'
    verdict('bad', `${what}. Do not rely on it.`, 'What does not fit is listed below.')
  } else if (answer.length === 64 && answer === fingerprint) {
    const more = left ? ' One kind of signature could not be checked in this browser; see below.' : ''
    verdict(
      left ? 'open' : 'good',
      'Verified.',
      `${count}, as they were recorded, signed with the keys that you were told of.${more}`,
    )
  } else if (answer.length >= 64) {
    verdict(
      'bad',
      'The fingerprint is another one.',
      'The packet was signed with other keys than those that you were told of.',
    )
  } else {
    const more = left ? ' One kind of signature could not be checked in this browser; see below.' : ''
    verdict(
      'open',
      'Everything fits together. One thing is left to you.',
      `Compare the fingerprint of the keys: anybody can sign with keys of their own.${more}`,
    )
  }
}

function verdict(state: 'good' | 'open' | 'bad', title: string, text: string): void {
  const sign = { good: '\u2713', open: '!', bad: '\u2717' }[state]
  const words = make('div', '', make('h2', '', title), make('p', '', text))
  place('verdict', make('div', `verdict ${state}`, make('span', 'sign', sign), words))
}

function checkLine(step: Step, { report, statement }: Result): HTMLElement {
  const texts: Readonly<Record<Step, string>> = {
    archive: 'The file is one archive of the form that packets have, with nothing before, between or after its parts.',
    signature: 'What the packet says of itself (packet.json) is signed by the keys of the ledger.',
    checkpoint: 'The checkpoint, which fixes the whole ledger at one moment, is signed by the same keys.',
    parts: 'Every file in the archive, the report among them, is the one that was signed.',
    entries: 'Every entry is byte for byte what was recorded, at its position under the checkpoint.',
    selection:
      statement?.selection.filter === null
        ? 'No position of the period is missing, and the entries just before and after are outside of it.'
        : 'Every entry holds one of the texts of the filter, and there are as many as the gate stated.',
    policies: 'The policies and the list of 22 CFR 126.1 have the digests that the ledger names.',
    timestamps: 'Every timestamp is what the authority named below said of a checkpoint of this ledger.',
    receipt: 'The ledger gave a receipt for the entry that records the making of this very packet.',
  }
  const isReached = report.stateOf('archive') !== 'bad' || step === 'archive'
  const state = isReached ? report.stateOf(step) : 'unchecked'
  const sign = { good: '\u2713', bad: '\u2717', unchecked: '?' }[state]
  const notes = report.unchecked.filter((one) => one.step === step).map(({ text }) => make('small', '', text))
  return make('li', state, make('span', 'sign', sign), make('span', '', texts[step], ...notes))
}

function showQuestion({ question, selection, madeAt, ledger, sealedEntries }: Statement, result: Result): void {
  const kinds: Readonly<Record<string, string>> = {
    period: 'Everything in a period',
    person: 'Everything that names this person',
    file: 'Everything that names this file',
    program: 'Everything of this program',
    authorization: 'Everything that names this authorization',
  }
  const lines: readonly (readonly [string, readonly Child[]])[] = [
    [
      'Question',
      [kinds[question.kind] ?? question.kind, ...(question.name === null ? [] : [': ', said(question.name)])],
    ],
    ['Id', question.id === null || question.id === question.name ? [] : [make('code', '', question.id)]],
    ['Period', periodOf(question)],
    ['Purpose', question.purpose === null ? [] : [said(question.purpose)]],
    ['Asked by', [said(question.askedBy.name), ' ', make('code', '', question.askedBy.id)]],
    ['Made', [timeOf(madeAt)]],
    ['Ledger', [said(ledger.origin), ` at ${result.size.toLocaleString('en')} entries`]],
    ['Positions', [selection.first === selection.end ? 'none' : `${selection.first} to ${selection.end - 1}`]],
    ['Filter', selection.filter === null ? [] : selection.filter.flatMap((text) => [make('code', '', text), ' '])],
    [
      'Sealed',
      sealedEntries === 0
        ? []
        : [`${sealedEntries} entries keep a personal part sealed. It was not opened for this packet.`],
    ],
  ]
  place(
    'question',
    ...lines.flatMap(([name, value]) => (value.length === 0 ? [] : [make('dt', '', name), make('dd', '', ...value)])),
  )
}

function periodOf({ from, to }: Statement['question']): readonly Child[] {
  if (from === null && to === null) return []
  return [
    `${from === null ? 'from the first entry' : `from ${timeOf(from)}`} ${to === null ? 'to the checkpoint' : `up to and without ${timeOf(to)}`}`,
  ]
}

function showMeaning({ selection, ledger }: Statement, size: number): void {
  const each = 'Each entry shown with a tick is in the ledger at its position, as it was recorded.'
  const isPeriod = selection.filter === null
  const range =
    selection.first === selection.end ? 'no position' : `positions ${selection.first} to ${selection.end - 1}`
  const proven = isPeriod
    ? `${each} Nothing is left out between them: every entry at ${range} is here, with the ones just before and after.`
    : `${each} Each holds one of the texts of the filter.`
  const stated = isPeriod
    ? 'That no entry further away carries a time of the period. Entries stand in the order in which they were taken in, which is nearly that of their times.'
    : `That no other entry at ${range} of ${size} holds one of these texts. The gate signed this, and it stands in its ledger. Whoever has the whole ledger can repeat it.`
  place('proven', make('p', '', proven))
  place(
    'stated',
    make('p', '', stated),
    make('p', '', `Names beside ids are what the gate of ${ledger.origin} called them when the packet was made.`),
  )
}

/** When the entries were there, and whose word that is. */
function showTimes(times: Times | null, whole: number): void {
  reveal('times-card', times !== null)
  if (times === null) return
  const lines = times.of.map(({ size, at }) =>
    make('li', '', `Entries up to position ${size - 1} were there at ${timeOf(new Date(at).toISOString())}.`),
  )
  const last = times.of.at(-1)
  place('times', ...lines)
  place(
    'later-than',
    make(
      'span',
      '',
      last === undefined || last.size === whole ? '' : `Entries from position ${last.size} on have no timestamp.`,
    ),
  )
  place(
    'authorities',
    ...times.authorities.map(({ name, fingerprint }) =>
      make('li', '', said(name), make('div', 'fingerprint', grouped(fingerprint))),
    ),
  )
}

/** Show the entries, `by` pages further on. */
function showEntries(by: number): void {
  const { entries, report, statement } = shown ?? {}
  if (entries === undefined || report === undefined || statement === undefined || statement === null) return
  const bad = new Map(report.faults.flatMap(({ index, text }) => (index === null ? [] : [[index, text] as const])))
  const pages = Math.max(1, Math.ceil(entries.length / rowsAtOnce))
  turned = Math.min(pages - 1, Math.max(0, turned + by))
  const some = entries.slice(turned * rowsAtOnce, (turned + 1) * rowsAtOnce)
  place('rows', ...some.map((entry) => rowOf(entry, bad.get(entry.index), statement)))
  place('page', make('span', '', `${(turned + 1).toLocaleString('en')} of ${pages.toLocaleString('en')}`))
  reveal('pager', pages > 1)
  reveal('none', entries.length === 0)
}

interface EntryText {
  readonly at?: unknown
  readonly kind?: unknown
  readonly actor?: unknown
  readonly about?: { readonly kind?: unknown; readonly id?: unknown } | null
  readonly body?: {
    readonly action?: unknown
    readonly reliance?: { readonly number?: unknown } | null
    readonly reasons?: unknown
    readonly ceremony?: unknown
  }
}

function rowOf(
  { index, isProven, text }: ShownEntry,
  fault: string | undefined,
  { names, selection }: Statement,
): HTMLElement {
  const { at, kind, actor, about, body } = parsed(text)
  const isGood = isProven && fault === undefined
  const isEdge = selection.filter === null && (index < selection.first || index >= selection.end)
  const sign = make('span', 'sign', isGood ? '\u2713' : '\u2717')
  sign.title = isGood ? 'As it was recorded, at this position' : (fault ?? 'Not proven')
  const outcome = kind === 'decision.permit' ? 'permitted' : kind === 'decision.deny' ? 'refused' : ''
  const what = outcome === '' ? wordsOf(kind) : wordsOf(body?.action)
  const number = body?.reliance?.number
  const reasons = Array.isArray(body?.reasons) && outcome === 'refused' ? body.reasons.map(String).join(', ') : ''
  const raw = make('details', '', make('summary', '', 'record'), make('pre', '', text))
  return make(
    'tr',
    isGood ? (isEdge ? 'edge' : '') : 'bad',
    make('td', '', sign),
    make('td', 'number', String(index)),
    make('td', 'time', typeof at === 'string' ? timeOf(at) : ''),
    make('td', '', named(actor, names.people, actorOfNone(kind, body?.ceremony))),
    make('td', '', what, ...(outcome === '' ? [] : [' ', make('span', outcome, outcome)])),
    make('td', '', aboutOf(about, names)),
    make('td', '', typeof number === 'string' ? said(number) : reasons),
    make('td', '', ...(fault === undefined ? (isEdge ? ['just outside of the period'] : []) : [fault]), raw),
  )
}

/** Who it was where nobody of the roster was. */
function actorOfNone(kind: unknown, ceremony: unknown): string {
  const words = String(kind)
  if (words.startsWith('decision.') || words.startsWith('release.')) return 'nobody on the roster'
  if (words === 'founding.code-refused') return 'somebody with a wrong code'
  if (typeof ceremony === 'string') return 'the founders, in their ceremony'
  if (words === 'backup.restored' || words === 'legal-data.loaded')
    return 'an administrator, on the machine of the gate'
  return words === 'receipt.lost' ? 'whoever holds the receipt' : 'the gate itself'
}

function parsed(text: string): EntryText {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function aboutOf(about: EntryText['about'], names: Statement['names']): HTMLElement {
  const { kind, id } = about ?? {}
  if (typeof kind !== 'string' || typeof id !== 'string') return make('span', '', '')
  const known = { person: names.people, file: names.files, authorization: names.authorizations }[kind]
  return make('span', '', `${kind} `, named(id, known ?? new Map(), ''))
}

function named(id: unknown, known: ReadonlyMap<string, string>, none: string): HTMLElement {
  if (typeof id !== 'string') return make('span', 'dim', none)
  const name = known.get(id)
  const element = name === undefined ? make('code', '', id) : said(name)
  element.title = id
  return element
}

function wordsOf(text: unknown): string {
  return typeof text === 'string' ? text.replace(/[.-]/g, ' ') : ''
}

/** UTC, to the second. */
function timeOf(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')
}

function grouped(hex: string): string {
  return (hex.match(/.{1,8}/g) ?? []).join(' ')
}

function begin(): void {
  const isAble = typeof crypto === 'object' && typeof crypto.subtle === 'object'
  reveal('unable', !isAble)
  reveal('choose', isAble)
  const input = document.querySelector<HTMLInputElement>('#pick')
  input?.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file !== undefined) void take(file)
  })
  const told = document.querySelector<HTMLInputElement>('#told')
  told?.addEventListener('input', () => {
    if (shown !== null) showVerdict(shown, told.value)
  })
  document.querySelector('#earlier')?.addEventListener('click', () => showEntries(-1))
  document.querySelector('#later')?.addEventListener('click', () => showEntries(1))
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    const file = event.dataTransfer?.files[0]
    if (isAble && file !== undefined) void take(file)
  })
}

begin()
