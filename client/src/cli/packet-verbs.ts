// sallyport ledger packet, sallyport ledger verify packet

import { resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { Problem, toHex } from '@sallyport/protocol'
import type { VerifyKey } from '@sallyport/protocol/ledger'
import { completenessOf, type PacketFacts, type PacketVerdict } from '@sallyport/protocol/packet'
import type { Command } from 'commander'
import { download, type Connection, type Outcome } from '../gate/index.ts'
import { leftOutOf, openPacket, readTimestampRoots, verifyingPage } from '../packet/index.ts'
import { meet, pinnedKeys, readProfile } from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization, findFile, findPerson } from './find.ts'
import { bringTo, chooseOut, makeFolderOf, openSink } from './out-path.ts'
import { fetchGathered } from './packet-progress.ts'
import { writeProofs } from './packet-proofs.ts'
import { showTimestamps, timestampsValue } from './packet-timestamps.ts'
import { bytes, type Out } from './printer.ts'
import { addVerb, type Desk } from './verb.ts'

interface PacketOptions extends GeneralOptions {
  readonly person?: string
  readonly file?: string
  readonly program?: string
  readonly authorization?: string
  readonly from?: string
  readonly to?: string
  readonly purpose?: string
  readonly out?: string
  readonly force?: true
}

interface VerifyPacketOptions extends GeneralOptions {
  readonly key?: readonly string[]
  readonly export?: string
  readonly timestampCa?: string
  readonly proofs?: string
}

export function addPacketVerbs(ledger: Command, verify: Command, desk: Desk): void {
  addVerb<PacketOptions>(ledger, desk, {
    usage: 'packet',
    summary: 'Make an evidence packet: the entries that answer one question, in one signed file that verifies offline',
    example:
      'sallyport ledger packet --person moreau --from 2026-01-01 --to 2027-01-01 --purpose "annual audit"\n' +
      'sallyport ledger packet --from 2026-11-01 --to 2026-12-01 --out november.zip',
    options: [
      ['--person <person>', 'every entry that names this person'],
      ['--file <file>', 'every entry that names this file'],
      ['--program <program>', 'every entry with the label of this program, or an assignment to it'],
      ['--authorization <authorization>', 'every entry that names this authorization'],
      ['--from <date>', 'from this day or moment on (ISO 8601; a day begins in UTC)'],
      ['--to <date>', 'up to and without this day or moment; both alone ask for every entry between'],
      ['--purpose <text>', 'what it is for; stands in the packet and in the record'],
      ['-o, --out <file>', 'write it to this file or folder'],
      ['--force', 'replace a file that is there already'],
    ],
    run: packet,
  })
  addVerb<VerifyPacketOptions>(verify, desk, {
    usage: 'packet <file>',
    summary: 'Verify an evidence packet, on any machine and without any gate',
    example: 'sallyport ledger verify packet moreau.zip --key <key> --key <key>',
    options: [
      ['--key <key...>', 'keys of the ledger, as its organization gave them to you; else those pinned here'],
      ['--export <file>', 'an export of the same ledger, to prove that nothing was left out of the packet'],
      ['--timestamp-ca <file>', 'PEM of the roots that timestamps must lead to, as their authority gave them to you'],
      ['--proofs <folder>', 'write the proof of each entry to this new folder, as N.tlog-proof with N.json beside it'],
    ],
    run: (context, [path = ''], options) => verifyOne(context, path, options),
  })
  addVerb<GeneralOptions & { readonly force?: true }>(ledger, desk, {
    usage: 'page <file>',
    summary: 'Write the page that verifies evidence packets in a browser, without a network',
    example: 'sallyport ledger page verify.html',
    options: [['--force', 'replace a file that is there already']],
    run: writePage,
  })
}

async function packet(context: Context, _: readonly string[], options: PacketOptions): Promise<Exit> {
  const profile = await context.profile()
  // The gate gathers everything before it answers.
  const connection = await context.connect({ answerMs: 180_000, silenceMs: 180_000 })
  await meet(connection, profile)
  const question = await questionOf(connection, options)
  if (question.outcome === 'refused') return context.refused(question, 'find what is asked for')
  const query = { ...question.value.query, ...boundsOf(options) }
  const path = await chooseOut(
    context.environment.workingFolder,
    options.out,
    () => `${question.value.name}.packet.zip`,
  )
  await makeFolderOf(path)
  const fetched = await bringTo(path, options.force === true, (sink) =>
    fetchGathered(context, connection, (progress) => download(connection, 'ledgerPacket', { query, sink, progress })),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'make the packet')
  context.print.note(`Wrote ${bytes(fetched.value.bytes)} to ${path}.`, 'green')
  const verdict = await check(context, path, { keys: pinnedKeys(profile.pinned) })
  return await report(context, path, verdict, { trust: 'pinned', roots: null })
}

interface Asked {
  /** For the file. */
  readonly name: string
  readonly query: Readonly<Record<string, string>>
}

async function questionOf(connection: Connection, options: PacketOptions): Promise<Outcome<Asked>> {
  const { person, file, program, authorization, from = '', to = '' } = options
  const things = [person, file, program, authorization].filter((one) => one !== undefined)
  if (things.length > 1 || (things.length === 0 && (from === '' || to === ''))) {
    throw new Problem(
      'invalid-request',
      'cannot make packet: it is not said what of, want one of --person, --file, --program and --authorization, or --from and --to',
    )
  }
  if (person !== undefined) return asked('person', await findPerson(connection, person), ({ name }) => name)
  if (file !== undefined) return asked('file', await findFile(connection, file), ({ name }) => name)
  if (authorization !== undefined) {
    return asked('authorization', await findAuthorization(connection, authorization), ({ terms }) => terms.number)
  }
  if (program !== undefined) {
    return { outcome: 'answered', value: { name: plain(program), query: { about: 'program', id: program } } }
  }
  return { outcome: 'answered', value: { name: plain(`ledger-${from}-${to}`), query: { about: 'period' } } }
}

function asked<T extends { readonly id: string }>(
  about: string,
  found: Outcome<T>,
  nameOf: (thing: T) => string,
): Outcome<Asked> {
  if (found.outcome === 'refused') return found
  const { value } = found
  return { outcome: 'answered', value: { name: plain(nameOf(value)), query: { about, id: value.id } } }
}

/** A name of a thing as one of a file. */
function plain(name: string): string {
  const letters = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9.-]+/g, '-')
  return letters.replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'evidence'
}

function boundsOf({ from, to, purpose }: PacketOptions): Record<string, string> {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(purpose === undefined ? {} : { purpose }),
  }
}

type Trust = 'given' | 'pinned' | 'none'

async function verifyOne(
  context: Context,
  given: string,
  { key, export: exported, timestampCa, proofs }: VerifyPacketOptions,
): Promise<Exit> {
  const path = resolve(context.environment.workingFolder, given)
  const { keys, trust } = await trusted(context, path, key)
  const roots =
    timestampCa === undefined ? null : await readTimestampRoots(resolve(context.environment.workingFolder, timestampCa))
  const positions = new Set<number>()
  const verdict = await check(context, path, { keys, roots, onEntry: (index) => positions.add(index) })
  if (verdict.verdict === 'altered') return await report(context, path, verdict, { trust, roots })
  if (exported === undefined) {
    const code = await report(context, path, verdict, { trust, roots })
    return proofs === undefined
      ? code
      : await writeAll(context, { packet: path, folder: proofs, keys }, verdict.facts, code)
  }
  if (keys === null) {
    throw new Problem(
      'invalid-request',
      'cannot hold the packet against an export: no keys are trusted here, want --key',
    )
  }
  const whole = resolve(context.environment.workingFolder, exported)
  const leftOut = await leftOutOf(whole, verdict.facts, keys, (index) => positions.has(index))
  if (leftOut !== null) {
    const text = `INCOMPLETE: entry ${leftOut.index} belongs into the packet and was left out.`
    context.print.result({ verdict: 'incomplete', index: leftOut.index }, (out) => out.line(text, 'red'))
    return 1
  }
  const code = await report(context, path, verdict, { trust, roots })
  if (proofs !== undefined) await writeAll(context, { packet: path, folder: proofs, keys }, verdict.facts, code)
  context.print.note('Complete: the export has no other entry that belongs into it.', 'green')
  return code
}

/** Keys to check a packet by: those that were given, or those that this machine pinned of the same ledger, or none. */
async function trusted(
  context: Context,
  path: string,
  lines: readonly string[] | undefined,
): Promise<{ readonly keys: readonly VerifyKey[] | null; readonly trust: Trust }> {
  if (lines !== undefined) return { keys: pinnedKeys({ origin: '', keys: [...lines], receiptKey: '' }), trust: 'given' }
  const profile = await readProfile(context.folder, context.profileName)
  if (profile === null) return { keys: null, trust: 'none' }
  const alone = await check(context, path, { keys: null })
  const isPinned = alone.verdict === 'intact' && alone.facts.statement.ledger.origin === profile.pinned.origin
  return isPinned ? { keys: pinnedKeys(profile.pinned), trust: 'pinned' } : { keys: null, trust: 'none' }
}

interface Checking {
  readonly keys: readonly VerifyKey[] | null
  readonly roots?: readonly Uint8Array[] | null
  readonly onEntry?: (index: number) => void
}

async function check(
  { print }: Context,
  path: string,
  { keys, roots = null, onEntry = () => undefined }: Checking,
): Promise<PacketVerdict> {
  return await print.progress('Verifying', (progress) =>
    openPacket(path, { keys, timestampRoots: roots, progress, onEntry }),
  )
}

async function writeAll(
  context: Context,
  asked: Parameters<typeof writeProofs>[1],
  facts: PacketFacts,
  code: Exit,
): Promise<Exit> {
  const { folder, count } = await writeProofs(context, asked, facts)
  context.print.note(`Wrote ${count} entries with their proofs to ${folder}.`, 'green')
  return code
}

/** Whose keys and whose roots of an authority a packet was checked by; no roots are those that it names of itself. */
interface CheckedBy {
  readonly trust: Trust
  readonly roots: readonly Uint8Array[] | null
}

async function report(
  { print }: Context,
  path: string,
  verdict: PacketVerdict,
  { trust, roots }: CheckedBy,
): Promise<Exit> {
  if (verdict.verdict === 'altered') {
    const { faults } = verdict
    const state = faults[0].what === 'format' ? 'not-a-packet' : 'altered'
    print.result({ verdict: state, faults }, (out) => {
      out.line(
        state === 'altered' ? `ALTERED: ${path} does not verify.` : `Not a whole evidence packet: ${path}.`,
        'red',
      )
      for (const { text } of faults) out.line(`- ${text}`)
    })
    return 1
  }
  const { facts } = verdict
  const fingerprint = toHex(facts.fingerprint)
  const { sha256 } = await verifyingPage()
  const isOwnPage = facts.statement.parts.some((part) => part.name === 'verify.html' && part.sha256 === sha256)
  const timestamps = timestampsValue(facts.timestamps, roots !== null)
  print.result({ ...valueOf(facts, trust, fingerprint), timestamps, isOwnPage }, (out) => {
    show(out, facts, trust, fingerprint)
    showTimestamps(out, timestamps, { size: facts.checkpoint.size, isWanted: roots !== null })
    if (isOwnPage) out.line('The page verify.html in it is the one that this version has.')
    else
      out.line(
        'The page verify.html in it is not the one of this version: `sallyport ledger page` writes that one.',
        'yellow',
      )
  })
  return trust === 'none' ? 1 : 0
}

function valueOf({ statement, checkpoint, permits, denials }: PacketFacts, trust: Trust, fingerprint: string) {
  const { question, selection, madeAt, ledger, sealedEntries } = statement
  return {
    verdict: trust === 'none' ? 'not-trusted' : 'intact',
    keys: trust,
    fingerprint,
    origin: ledger.origin,
    madeAt,
    question,
    selection,
    permits,
    denials,
    sealedEntries,
    checkpoint: { size: checkpoint.size },
    completeness: completenessOf(selection, checkpoint.size),
  }
}

function show(out: Out, { statement, checkpoint, permits, denials }: PacketFacts, trust: Trust, print: string): void {
  const { question, selection, madeAt, ledger, sealedEntries } = statement
  const { proven, stated } = completenessOf(selection, checkpoint.size)
  const count = `${selection.entries} entries, ${permits} permits and ${denials} refusals among them`
  if (trust === 'none') {
    out.line('CONSISTENT, AND NOT TRUSTED YET: nobody told this machine whose keys these are.', 'yellow')
    out.line('Compare the fingerprint with the one that the organization gives you by another way, or give --key.')
  } else {
    const whose = trust === 'given' ? 'the keys that you gave' : 'the keys that were pinned at first contact'
    out.line(`Intact: ${count}, signed by ${whose}.`, 'green')
  }
  out.pairs([
    ['ledger', ledger.origin],
    ['fingerprint', grouped(print)],
    ['question', `${question.kind} ${question.name ?? ''} ${question.id ?? ''}`.trim()],
    ['period', periodOf(question)],
    ['asked by', `${question.askedBy.name} ${question.askedBy.id}`],
    ['purpose', question.purpose ?? ''],
    ['made', madeAt],
    ['entries', count],
    ['sealed', sealedEntries === 0 ? '' : `${sealedEntries} entries keep a personal part sealed, which nobody opened`],
    ['checkpoint', `${checkpoint.size} entries`],
  ])
  out.line(`Proven: ${proven}`)
  out.line(`Stated: ${stated}`)
}

function periodOf({ from, to }: PacketFacts['statement']['question']): string {
  if (from === null && to === null) return ''
  return `from ${from ?? 'the first entry'} up to ${to ?? 'the checkpoint'}`
}

async function writePage(
  { environment, print }: Context,
  [path = '']: readonly string[],
  options: { readonly force?: true },
): Promise<Exit> {
  const { content, sha256 } = await verifyingPage()
  const target = resolve(environment.workingFolder, path)
  const sink = await openSink(target, options.force === true)
  await finished(sink.end(content))
  print.result({ path: target, sha256 }, (out) => {
    out.line(`Wrote the page to ${target}. Open it in a browser and drop a packet on it.`, 'green')
    out.line(`SHA-256 ${sha256}`)
  })
  return 0
}

/** Write hex in groups, as people read it to each other. */
export function grouped(hex: string): string {
  return (hex.match(/.{1,8}/g) ?? []).join(' ')
}
