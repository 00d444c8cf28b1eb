// sallyport ledger ...

import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { Problem, toBase64, toHex } from '@sallyport/protocol'
import {
  verifyCheckpoint,
  verifyExport,
  type Checkpoint,
  type ExportFault,
  type ExportVerdict,
} from '@sallyport/protocol/ledger'
import { keysFingerprint } from '@sallyport/protocol/packet'
import type { Command } from 'commander'
import { call, download, type Connection } from '../gate/index.ts'
import { meet, pinnedKeys, sha256, verifySignature, type Pinned } from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { addLedgerEntries } from './ledger-entries.ts'
import { addLedgerProofVerbs, verifyProof } from './ledger-proof-verbs.ts'
import { addLedgerTimestamps } from './ledger-timestamps.ts'
import { addLedgerTiles } from './ledger-tiles-verb.ts'
import { addLedgerReconcile } from './ledger-reconcile.ts'
import { addLedgerReplay } from './ledger-replay.ts'
import { bringTo, openSink } from './out-path.ts'
import { addPacketVerbs, grouped } from './packet-verbs.ts'
import { typed } from './printable.ts'
import { bytes } from './printer.ts'
import { privateFolder } from './sealed-source.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

/** What every export begins with. */
const exportTitle = 'sallyport ledger export v1\n'

interface VerifyOptions extends GeneralOptions {
  readonly export?: string
  readonly origin?: string
  readonly key?: readonly string[]
  readonly outside?: string
  readonly proof?: string
  readonly entry?: string
  readonly receiptKey?: string
}

interface CheckpointOptions extends GeneralOptions {
  readonly out?: string
  readonly force?: true
}

export function addLedgerVerbs(program: Command, desk: Desk): void {
  const ledger = addNoun(program, 'ledger', 'The record of every decision and every change')
  const verifyVerb = addVerb<VerifyOptions>(ledger, desk, {
    usage: 'verify',
    summary: 'Verify the whole ledger against the keys that were pinned at first contact',
    example:
      'sallyport ledger verify\nsallyport ledger verify --export ledger.bin --origin gate.example.com/ledger --key <key> --key <key>',
    options: [
      ['--outside <checkpoint>', 'the ledger must hold what this checkpoint, kept elsewhere, saw'],
      ['--export <file>', 'verify an export without any gate'],
      ['--proof <file>', 'verify a proof that `ledger prove` or `verify packet --proofs` wrote, without any gate'],
      ['--entry <file>', 'with --proof: the entry that it is of, where the proof has no receipt in it'],
      ['--origin <name>', 'with --export or --proof: name of the ledger, instead of the pinned one'],
      ['--key <key...>', 'with --export or --proof: keys of the ledger, instead of the pinned ones'],
      ['--receipt-key <key>', 'with --proof: the key that signs receipts, instead of the pinned one'],
    ],
    run: verify,
  })
  addVerb<GeneralOptions & { force?: true }>(ledger, desk, {
    usage: 'export <file>',
    summary: 'Write the whole ledger to one file that verifies offline',
    example: 'sallyport ledger export ledger.bin',
    options: [['--force', 'replace a file that is there already']],
    run: exportLedger,
  })
  addLedgerEntries(ledger, desk)
  addLedgerReplay(ledger, desk)
  addLedgerReconcile(ledger, desk)
  addLedgerProofVerbs(ledger, desk)
  addLedgerTiles(ledger, desk)
  addVerb<CheckpointOptions>(ledger, desk, {
    usage: 'checkpoint',
    summary: 'Show the latest checkpoint, checked against the pinned keys, or keep it in a file',
    example: 'sallyport ledger checkpoint --out checkpoint-2026-11-29',
    options: [
      ['-o, --out <file>', 'write it to this file, to be kept where the gate is not'],
      ['--force', 'replace a file that is there already'],
    ],
    run: checkpoint,
  })
  addLedgerTimestamps(ledger, desk)
  addVerb(ledger, desk, {
    usage: 'key',
    summary: 'Show the keys of the ledger that this machine pinned, for verifiers of others',
    example: 'sallyport ledger key',
    run: showKeys,
  })
  addPacketVerbs(ledger.enablePositionalOptions(), verifyVerb.enablePositionalOptions(), desk)
}

/** One key a line, as verifiers of signed notes take them; what they are for goes beside it. */
async function showKeys(context: Context): Promise<Exit> {
  const { print } = context
  const { origin, keys, receiptKey } = (await context.profile()).pinned
  const fingerprint = toHex(keysFingerprint(sha256, pinnedKeys({ origin, keys, receiptKey })))
  print.result({ origin, keys, receiptKey, fingerprint }, (out) => out.block(keys.map((key) => `${key}\n`).join('')))
  print.note(`Both of them sign every checkpoint of ${origin}. Its receipts are signed by another: ${receiptKey}`)
  print.note(`Fingerprint, to compare with that of an evidence packet: ${grouped(fingerprint)}`)
  return 0
}

async function verify(context: Context, _: readonly string[], options: VerifyOptions): Promise<Exit> {
  if (options.proof !== undefined) {
    const pinned = await trusted(context, options)
    const receiptKey = options.receiptKey ?? pinned.receiptKey
    const path = resolve(context.environment.workingFolder, options.proof)
    const entry = options.entry === undefined ? null : resolve(context.environment.workingFolder, options.entry)
    return await verifyProof(context, path, { ...pinned, receiptKey }, entry)
  }
  if (options.export !== undefined) {
    const pinned = await trusted(context, options)
    const path = resolve(context.environment.workingFolder, options.export)
    const verdict = await verifyFile(context, path, pinned, options)
    return report(context, verdict, path, 'this export')
  }
  const profile = await context.profile()
  const { pinned } = profile
  const connection = await context.connect()
  await meet(connection, profile)
  const before = await publicCheckpoint(connection, pinned)
  const path = join(await privateFolder(context), 'ledger.export')
  const fetched = await context.print.progress('Fetching the ledger', (progress) =>
    download(connection, 'ledgerExport', { sink: createWriteStream(path, { flags: 'wx', mode: 0o600 }), progress }),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'export the ledger')
  const verdict = await verifyFile(context, path, pinned, options)
  if (verdict.verdict === 'intact') agree(before, verdict.checkpoint)
  return report(context, verdict, path, 'the ledger')
}

/** What to trust offline: what was given on the command line, or what this machine pinned. */
async function trusted(context: Context, { origin, key }: VerifyOptions): Promise<Pinned> {
  if (origin === undefined && key === undefined) return (await context.profile()).pinned
  if (origin !== undefined && key !== undefined) return { origin, keys: [...key], receiptKey: '' }
  throw new Problem('invalid-request', 'cannot verify: only one of --origin and --key is given, want both or neither')
}

async function verifyFile(
  context: Context,
  path: string,
  pinned: Pinned,
  options: VerifyOptions,
): Promise<ExportVerdict> {
  const { size } = await stat(path)
  const outside =
    options.outside === undefined
      ? null
      : await keptCheckpoint(resolve(context.environment.workingFolder, options.outside), pinned)
  return context.print.progress('Verifying', (progress) => {
    let done = 0
    const stream = createReadStream(path, { highWaterMark: 1 << 20 })
    stream.on('data', (chunk) => progress((done += chunk.length), size))
    return verifyExport(stream as AsyncIterable<Uint8Array>, {
      origin: pinned.origin,
      keys: pinnedKeys(pinned),
      sha256,
      verify: verifySignature,
      ...(outside === null ? {} : { outside }),
    })
  })
}

/** Read a checkpoint that was kept in a file. Throws Problem where it is none that the pinned keys signed. */
async function keptCheckpoint(path: string, pinned: Pinned): Promise<Checkpoint> {
  const note = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want a checkpoint`, { cause })
  })
  const found = await verifyCheckpoint(note, pinned.origin, pinnedKeys(pinned), verifySignature)
  if (found !== null) return found
  const want = 'want one as `sallyport ledger checkpoint --out` writes it'
  throw new Problem(
    'invalid-file',
    `cannot use ${path}: no checkpoint of ${pinned.origin} that its keys signed, ${want}`,
  )
}

async function report({ print }: Context, verdict: ExportVerdict, path: string, what: string): Promise<Exit> {
  if (verdict.verdict === 'altered') {
    const { fault } = verdict
    const state = await stateOf(fault, path)
    print.result({ verdict: state, fault }, (out) => out.line(faultText(state, fault, what), 'red'))
    return 1
  }
  const { origin, size, root } = verdict.checkpoint
  print.result({ verdict: 'intact', origin, size, root: toBase64(root) }, (out) => {
    out.line(`Intact: ${size} entries of ${origin}, each where and as it was recorded.`, 'green')
    out.line(`Root ${toBase64(root)}`)
  })
  return 0
}

type FaultState = 'altered' | 'not-an-export' | 'not-trusted' | 'not-as-outside'

/** Tell what was altered from what never was an export, and from what the trusted keys did not sign. */
async function stateOf({ what }: ExportFault, path: string): Promise<FaultState> {
  if (what === 'checkpoint') return 'not-trusted'
  if (what === 'outside') return 'not-as-outside'
  if (what !== 'format') return 'altered'
  for await (const head of createReadStream(path, { end: exportTitle.length - 1, encoding: 'latin1' })) {
    return head === exportTitle ? 'altered' : 'not-an-export'
  }
  return 'not-an-export'
}

function faultText(state: FaultState, fault: ExportFault, what: string): string {
  if (state === 'altered') return `ALTERED: ${what} does not verify: ${fault.text}.`
  if (state === 'not-as-outside') {
    return `NOT THE LEDGER THAT WAS: ${what} is signed, but ${fault.text}. An older copy was put in its place, or it was written anew.`
  }
  if (state === 'not-an-export') return 'Not an export of a ledger: the file does not begin as one.'
  return (
    `NOT TRUSTED: ${what} is of another ledger, or signed by other keys than this machine pinned or was given, ` +
    'or its checkpoint was altered.'
  )
}

/** Compare two checkpoints of one ledger as far as their sizes allow without a proof. */
function agree(before: Checkpoint, exported: Checkpoint): void {
  const isShorter = exported.size < before.size
  const isOther = exported.size === before.size && toBase64(exported.root) !== toBase64(before.root)
  if (!isShorter && !isOther) return
  const state = isShorter
    ? `it has ${exported.size} entries where the gate had signed ${before.size}`
    : 'it is another tree'
  throw new Problem('conflict', `cannot trust the ledger: ${state}, want the one that the public checkpoint names`)
}

async function publicCheckpoint(connection: Connection, pinned: Pinned): Promise<Checkpoint> {
  const answer = await call(connection, 'checkpoint', {})
  const note = answer.outcome === 'answered' ? answer.value : ''
  const found = await verifyCheckpoint(note, pinned.origin, pinnedKeys(pinned), verifySignature)
  if (found !== null) return found
  throw notSigned()
}

function notSigned(): Problem {
  return new Problem('conflict', 'cannot trust the checkpoint: the pinned keys did not sign it, want their signatures')
}

async function exportLedger(
  context: Context,
  [path = '']: readonly string[],
  options: { force?: true },
): Promise<Exit> {
  const target = resolve(context.environment.workingFolder, path)
  const connection = await context.connect()
  const fetched = await bringTo(target, options.force === true, (sink) =>
    context.print.progress('Exporting', (progress) => download(connection, 'ledgerExport', { sink, progress })),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'export the ledger')
  context.print.result({ path: target, bytes: fetched.value.bytes }, (out) => {
    out.line(`Exported ${bytes(fetched.value.bytes)} to ${target}.`, 'green')
    out.line(`Verify it with: sallyport ledger verify --export ${typed(path)}`)
  })
  return 0
}

async function checkpoint(context: Context, _: readonly string[], options: CheckpointOptions): Promise<Exit> {
  const { pinned } = await context.profile()
  const connection = await context.connect()
  const answer = await call(connection, 'checkpoint', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the checkpoint')
  const note = answer.value
  const found = await verifyCheckpoint(note, pinned.origin, pinnedKeys(pinned), verifySignature)
  if (options.out !== undefined) {
    if (found === null) throw notSigned()
    const path = resolve(context.environment.workingFolder, options.out)
    // An older one is not replaced by itself: it may be what shows that this ledger was put back.
    const sink = await openSink(path, options.force === true)
    await finished(sink.end(note))
    context.print.result({ path, origin: found.origin, size: found.size }, (out) =>
      out.line(`Kept the checkpoint of ${found.size} entries of ${found.origin} in ${path}.`, 'green'),
    )
    return 0
  }
  const isSigned = found !== null
  const value = { isSigned, origin: found?.origin ?? null, size: found?.size ?? null, note }
  // The note alone goes to stdout: a line more, and what was kept of it would be no checkpoint.
  context.print.result(value, (out) => out.block(note))
  if (isSigned) context.print.note('Signed by the pinned keys.', 'green')
  else context.print.note('NOT signed by the keys that were pinned at first contact.', 'red')
  return isSigned ? 0 : 1
}
