// Long work over many people on the one thread that also decides: others get their turn in between.

import { setImmediate } from 'node:timers/promises'
import type { Transaction } from '../../base/index.ts'
import type { Appended, EntryDraft, Ledger } from '../../ledger/index.ts'

const itemsAtOnce = 100
const entriesAtOnce = 500

export async function mapInTurns<T, R>(items: readonly T[], work: (item: T, at: number) => R): Promise<readonly R[]> {
  const results: R[] = []
  for (const [at, item] of items.entries()) {
    if (at % itemsAtOnce === itemsAtOnce - 1) await setImmediate()
    results.push(work(item, at))
  }
  return results
}

export async function appendInTurns(
  ledger: Pick<Ledger, 'appendIn'>,
  tx: Transaction,
  drafts: readonly EntryDraft[],
): Promise<readonly Appended[]> {
  const appended: Appended[] = []
  for (let at = 0; at < drafts.length; at += entriesAtOnce) {
    appended.push(...(await ledger.appendIn(tx, drafts.slice(at, at + entriesAtOnce))))
  }
  return appended
}
