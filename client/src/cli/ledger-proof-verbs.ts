// Receipts held against the ledger: proofs that their entries are in it, the alarm that one is not, and proofs checked offline.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { fromBase64, fromUtf8, Problem, toBase64 } from '@sallyport/protocol'
import {
  leafHash,
  parseReceipt,
  parseTlogProof,
  parseVerifyKey,
  verifyReceipt,
  verifyTlogProof,
  type Checkpoint,
  type Receipt,
  type TlogProof,
} from '@sallyport/protocol/ledger'
import type { Command } from 'commander'
import { call, type AnswerOf, type Connection } from '../gate/index.ts'
import { checkReceipt, pinnedKeys, sha256, verifySignature, type Pinned } from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findReceipt } from './keep-receipt.ts'
import { openSink } from './out-path.ts'
import { typed } from './printable.ts'
import { addVerb, type Desk } from './verb.ts'

interface ProveOptions extends GeneralOptions {
  readonly out?: string
  readonly force?: true
}

export function addLedgerProofVerbs(ledger: Command, desk: Desk): void {
  addVerb<ProveOptions>(ledger, desk, {
    usage: 'prove <receipt>',
    summary: 'Prove that what a receipt vouches for is in the ledger; by anybody who has the receipt',
    example: 'sallyport ledger prove 01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77 --out protected.tlog-proof',
    options: [
      ['-o, --out <file>', 'write the proof to this file'],
      ['--force', 'replace a file that is there already'],
    ],
    run: prove,
  })
  addVerb(ledger, desk, {
    usage: 'alarms',
    summary: 'Receipts whose entries are not in the ledger, as their holders found',
    example: 'sallyport ledger alarms',
    run: alarms,
  })
}

async function prove(context: Context, [wanted = '']: readonly string[], options: ProveOptions): Promise<Exit> {
  const { pinned } = await context.profile()
  const receipt = await findReceipt(context, wanted)
  await checkReceipt(pinned, receipt)
  const proved = await ask(context, await context.connect(), receipt)
  const { state, isOverdue, alarm } = proved
  const { entryId } = receipt
  if (state === 'in-tree') return await show(context, { receipt, text: proved.proof ?? '', pinned }, options)
  const value = { state, isOverdue, entryId, alarm }
  if (state !== 'lost') {
    const text = isOverdue
      ? `OVERDUE: entry ${entryId} waits for the tree for longer than 10 seconds. Tell your administrator.`
      : `Entry ${entryId} is not in the tree yet. Ask again in a moment.`
    context.print.result(value, (out) => out.line(text, isOverdue ? 'red' : 'yellow'))
    return 1
  }
  context.print.result(value, (out) => {
    out.line(`ALARM: entry ${entryId} was acknowledged and is NOT in the ledger.`, 'red')
    out.line(
      'It was removed, or an older copy of the ledger was put in its place. Keep the receipt where the gate is not.',
    )
    out.line('Show it to your export control officer and to whoever assesses this enclave.')
    out.line(
      alarm === null
        ? 'The gate could not put the alarm on record.'
        : `The gate has put the alarm on record as entry ${alarm}.`,
    )
  })
  return 1
}

/** How often to ask again for what is on its way into the tree. */
const patience = 10

async function ask(context: Context, connection: Connection, receipt: Receipt): Promise<AnswerOf<'proveReceipt'>> {
  for (let asked = 1; ; asked++) {
    const answer = await call(connection, 'proveReceipt', { body: { receipt: { ...receipt } } })
    // Nothing is decided on this route.
    if (answer.outcome === 'refused') throw new Problem('refused', 'cannot prove: refused, want an answer')
    const isOnItsWay = answer.value.state === 'pending' || answer.value.state === 'missing'
    if (!isOnItsWay || answer.value.isOverdue || asked === patience) return answer.value
    await context.environment.clock.sleep(1000)
  }
}

interface Shown {
  readonly receipt: Receipt
  readonly text: string
  readonly pinned: Pinned
}

/** INVARIANT: a proof is shown only once it holds against the pinned keys; what the gate says of it proves nothing. */
async function show(context: Context, { receipt, text, pinned }: Shown, options: ProveOptions): Promise<Exit> {
  const proof = parseTlogProof(text)
  const checkpoint = proof === null ? null : await holds(proof, leafOf(receipt), pinned)
  if (proof === null || checkpoint === null) {
    const state = 'the proof that the gate gave does not lead to a checkpoint of the pinned keys'
    throw new Problem(
      'conflict',
      `cannot trust the ledger: ${state}, want a true one; tell your export control officer`,
    )
  }
  const { entryId } = receipt
  const value = { state: 'in-tree', entryId, index: proof.index, size: checkpoint.size, proof: text }
  if (options.out === undefined) {
    context.print.result(value, (out) => out.block(text))
    context.print.note(`Entry ${entryId} is number ${proof.index} of the ${checkpoint.size} in the ledger.`, 'green')
    return 0
  }
  const path = resolve(context.environment.workingFolder, options.out)
  await finished((await openSink(path, options.force === true)).end(text))
  context.print.result({ ...value, path }, (out) => {
    out.line(`Entry ${entryId} is number ${proof.index} of the ${checkpoint.size} in the ledger.`, 'green')
    out.line(`Anybody verifies it with: sallyport ledger verify --proof ${typed(options.out ?? '')}`)
  })
  return 0
}

function leafOf({ leafHash: leaf }: Receipt): Uint8Array {
  return fromBase64(leaf) ?? new Uint8Array(0)
}

function holds(proof: TlogProof, leaf: Uint8Array, pinned: Pinned): Promise<Checkpoint | null> {
  return verifyTlogProof(proof, leaf, pinned.origin, pinnedKeys(pinned), { sha256, verify: verifySignature })
}

/**
 * Check a `.tlog-proof` file without any gate: the receipt in it, and that its leaf is in the tree of its checkpoint. With an entry,
 * the leaf is that entry's, and a receipt is not asked for.
 */
export async function verifyProof(
  context: Context,
  path: string,
  pinned: Pinned,
  entryPath: string | null,
): Promise<Exit> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want a proof`, { cause })
  })
  const proof = parseTlogProof(text)
  if (proof !== null && entryPath !== null) return await verifyEntryProof(context, proof, entryPath, pinned)
  const receipt = proof?.extra == null ? null : receiptOf(proof.extra)
  if (proof === null || receipt === null) {
    context.print.result({ verdict: 'not-a-proof' }, (out) =>
      out.line('Not a proof of this ledger: it is no .tlog-proof file that carries a receipt.', 'red'),
    )
    return 1
  }
  const checkpoint = await holds(proof, leafOf(receipt), pinned)
  const signed = checkpoint === null ? 'false' : await vouched(receipt, pinned)
  if (checkpoint === null || signed === 'false') {
    const what = checkpoint === null ? 'proof' : 'receipt'
    context.print.result({ verdict: 'false', what }, (out) =>
      out.line(
        checkpoint === null
          ? 'FALSE: the entry is not where the proof says in a tree that these keys signed.'
          : 'FALSE: the receipt in it is not signed by the key for receipts.',
        'red',
      ),
    )
    return 1
  }
  const { entryId, at, leafHash: leaf } = receipt
  const { origin, size } = checkpoint
  const claimed = signed === 'true' ? { entryId, recordedAt: at } : {}
  context.print.result({ verdict: 'true', origin, index: proof.index, size, leafHash: leaf, ...claimed }, (out) => {
    out.line(`True: leaf ${leaf} is number ${proof.index} of the ${size} entries of ${origin}.`, 'green')
    if (signed === 'true') out.line(`It is entry ${entryId}, recorded at ${at}.`)
    else out.line('Which entry that is, its receipt says; give --receipt-key to check it.', 'yellow')
  })
  return 0
}

async function verifyEntryProof(context: Context, proof: TlogProof, path: string, pinned: Pinned): Promise<Exit> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want an entry`, { cause })
  })
  const leaf = leafHash(sha256, bytes)
  const checkpoint = await holds(proof, leaf, pinned)
  if (checkpoint === null) {
    context.print.result({ verdict: 'false', what: 'proof' }, (out) =>
      out.line(`FALSE: this is not entry ${proof.index} of a tree that these keys signed.`, 'red'),
    )
    return 1
  }
  const { origin, size } = checkpoint
  context.print.result({ verdict: 'true', origin, index: proof.index, size, leafHash: toBase64(leaf) }, (out) =>
    out.line(`True: this entry, as it was recorded, is number ${proof.index} of the ${size} of ${origin}.`, 'green'),
  )
  return 0
}

/** Whether the key for receipts signed, where one is known: without it id and time are anybody's word. */
async function vouched(receipt: Receipt, { receiptKey, origin }: Pinned): Promise<'true' | 'false' | 'unknown'> {
  if (receiptKey === '') return 'unknown'
  const key = parseVerifyKey(sha256, receiptKey)
  const isSigned = key?.name === origin && (await verifyReceipt(sha256, receipt, key, verifySignature))
  return isSigned ? 'true' : 'false'
}

function receiptOf(extra: Uint8Array): Receipt | null {
  try {
    return parseReceipt(JSON.parse(fromUtf8(extra)))
  } catch {
    return null
  }
}

async function alarms(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'ledgerAlarms', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the alarms')
  const found = answer.value.alarms
  context.print.result(answer.value, (out) => {
    if (found.length === 0) return out.line('Nobody has found a receipt whose entry is not in the ledger.', 'green')
    out.line('ALARM: these entries were acknowledged and are not in the ledger.', 'red')
    out.table(
      ['raised', 'entry', 'recorded', 'raised from'],
      found.map((one) => [one.at, one.entryId, one.recordedAt, one.raisedFrom ?? 'unknown place']),
    )
  })
  return found.length === 0 ? 0 : 1
}
