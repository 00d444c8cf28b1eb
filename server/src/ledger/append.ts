// Appending: in the caller's transaction, or in one of the ledger's own that many callers share.

import { Problem } from '@sallyport/protocol'
import type { Receipt } from '@sallyport/protocol/ledger'
import { currentAct, groupCommit, type Randomness, type Transaction } from '../base/index.ts'
import { recordAct } from './acts/store.ts'
import { refuseHalted, type LedgerContext } from './context.ts'
import type { Appended, EntryDraft } from './entry.ts'
import { signReceipts } from './receipts.ts'
import { readTime } from './store.ts'
import { insertPending, insertWhile, type Held } from './pending/store.ts'
import { drawAtOnce, writeEntry, type WrittenEntry } from './write-entry.ts'

export interface Acknowledged {
  readonly appended: Appended
  readonly receipt: Receipt
}

/** Entries of one statement together stay below what one message should hold. */
const maxStatementBytes = 8 * 1024 * 1024

export async function appendIn(
  context: LedgerContext,
  tx: Transaction,
  drafts: readonly EntryDraft[],
  atMs?: number,
): Promise<readonly Appended[]> {
  refuseHalted(context)
  // INVARIANT: I9. What an entry does not say of its rows itself is put beside it, in the transaction that wrote them.
  const whole = await context.recordRows(tx, drafts)
  const appended = (await appendEachIn(context, tx, whole, atMs)).map((result) => {
    if (result instanceof Problem) throw result
    return result
  })
  const [act, last] = [currentAct(), appended.at(-1)]
  if (act !== null && last !== undefined) await recordAct(tx, act, last)
  return appended
}

/** As appendIn, for drafts of different callers: what is wrong with one draft is the answer to that one alone. */
export async function appendEachIn(
  context: LedgerContext,
  tx: Transaction,
  drafts: readonly EntryDraft[],
  atMs?: number,
): Promise<readonly (Appended | Problem)[]> {
  refuseHalted(context)
  if (drafts.length === 0) return []
  const at = atMs ?? (await readTime(tx))
  const random = drawAtOnce(context.random, drafts.length)
  const tried = drafts.map((draft) => tryWrite(context, draft, at, random))
  const written = tried.filter((entry): entry is WrittenEntry => !(entry instanceof Problem))
  const refused = written.length === 0 ? new Set<string>() : await insert(tx, written)
  context.counts.appended.add(written.length - refused.size)
  return tried.map((entry) => resultOf(entry, refused))
}

export interface RestingDraft {
  readonly draft: EntryDraft
  /** The value that must be the one that is held. */
  readonly restsOn: number
}

/**
 * Append drafts of different callers in one statement, which is a transaction with fewer turns to the server: those that rest on
 * the value which is held until it is durable, null for the others. What is wrong with one draft is the answer to that one alone.
 * `atMs` is the time to write, by the database's clock and no later than now.
 */
export async function appendEachWhile(
  context: LedgerContext,
  held: Held,
  drafts: readonly RestingDraft[],
  atMs: number,
): Promise<readonly (Appended | Problem | null)[]> {
  refuseHalted(context)
  const random = drawAtOnce(context.random, drafts.length)
  const tried = drafts.map(({ draft }) => tryWrite(context, draft, atMs, random))
  const resting = tried.flatMap((entry, n) =>
    entry instanceof Problem ? [] : [{ entry, restsOn: drafts[n]?.restsOn ?? Number.NaN }],
  )
  if (resting.length === 0) return tried.map((entry) => resultOf(entry, new Set()))
  const { value, refused } = await insertWhile(context.database, held, resting)
  const results = tried.map((entry, n) =>
    entry instanceof Problem || drafts[n]?.restsOn === value ? resultOf(entry, refused) : null,
  )
  context.counts.appended.add(results.filter((one) => one !== null && !(one instanceof Problem)).length)
  return results
}

/** Make the function that appends and acknowledges one entry, sharing transaction and signature with whoever else is there. */
export function makeAppend(context: LedgerContext): (draft: EntryDraft) => Promise<Acknowledged> {
  const commit = groupCommit<EntryDraft, Acknowledged | Problem>({
    flush: (drafts) => appendTogether(context, drafts),
    maxBatch: maxStatementBytes / 65_536,
    // Measured: a second flush under way only makes both batches smaller.
    maxConcurrent: 1,
  })
  return async (draft) => {
    refuseHalted(context)
    const result = await commit(draft)
    if (result instanceof Problem) throw result
    return result
  }
}

/**
 * One statement outside of a transaction is a transaction, with fewer turns to the server. What is wrong with one draft is
 * the answer to that one alone.
 */
async function appendTogether(
  context: LedgerContext,
  drafts: readonly EntryDraft[],
): Promise<readonly (Acknowledged | Problem)[]> {
  const at = context.time.now() ?? (await readTime(context.database))
  const random = drawAtOnce(context.random, drafts.length)
  const tried = drafts.map((draft) => tryWrite(context, draft, at, random))
  const written = tried.filter((entry): entry is WrittenEntry => !(entry instanceof Problem))
  const refused = written.length === 0 ? new Set<string>() : await insertNow(context, written)
  const results = tried.map((entry) => resultOf(entry, refused))
  const appended = results.filter((result): result is Appended => !(result instanceof Problem))
  context.counts.appended.add(appended.length)
  const receipts = (await signReceipts(context.receiptSigner, context.origin, appended)).values()
  return results.map((result) => {
    if (result instanceof Problem) return result
    const { value: receipt } = receipts.next()
    if (receipt === undefined) throw new Error('cannot acknowledge: fewer receipts than entries, want one each')
    return { appended: result, receipt }
  })
}

async function insertNow(context: LedgerContext, written: readonly WrittenEntry[]): Promise<ReadonlySet<string>> {
  const { refused, nowMs } = await insertPending(context.database, written)
  context.time.learn(nowMs)
  return refused
}

async function insert(tx: Transaction, written: readonly WrittenEntry[]): Promise<ReadonlySet<string>> {
  const refused = new Set<string>()
  let batch: WrittenEntry[] = []
  let bytes = 0
  for (const entry of written) {
    if (batch.length > 0 && bytes + entry.bytes.length > maxStatementBytes) {
      for (const id of (await insertPending(tx, batch)).refused) refused.add(id)
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += entry.bytes.length
  }
  for (const id of (await insertPending(tx, batch)).refused) refused.add(id)
  return refused
}

function tryWrite(context: LedgerContext, draft: EntryDraft, atMs: number, random: Randomness): WrittenEntry | Problem {
  try {
    return writeEntry(draft, atMs, context.clock, random)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function resultOf(entry: WrittenEntry | Problem, refused: ReadonlySet<string>): Appended | Problem {
  if (entry instanceof Problem) return entry
  const { id, leafHash, atMs } = entry
  return refused.has(id) ? alreadyPending(id) : { id, leafHash, atMs }
}

function alreadyPending(id: string): Problem {
  return new Problem('conflict', `cannot record entry ${id}: it is recorded already, want a new id`)
}
