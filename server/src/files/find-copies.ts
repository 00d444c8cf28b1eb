// Where else a file may be: who fetched its container, who was given its key, and which backups hold it. Read back from the
// ledger, so that it holds for deleted files too.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Ledger, StoredEntry } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'

export interface Receiver {
  readonly personId: Id<'person'>
  /** Containers fetched and keys released, as permitted. */
  readonly fetched: number
  readonly opened: number
  /** By the database's clock, milliseconds since the Unix epoch. */
  readonly lastAtMs: number
}

export interface Copies {
  /** Whoever received it last, first. */
  readonly receivers: readonly Receiver[]
  /** Backups made while it was stored here, the newest first. */
  readonly backupsAtMs: readonly number[]
}

const page = 1000
const decided = z.object({ action: z.string() })

/** Find who received a file, and the backups that hold it. Throws Problem `refused` for a permit that does not fit. */
export async function findCopies(
  { ledger }: Pick<FilesDependencies, 'ledger'>,
  permit: Permit<'ledger.read'>,
  fileId: Id<'file'>,
): Promise<Copies> {
  spendPermit(permit, 'ledger.read', 'enclave')
  const about = { kind: 'file', id: fileId }
  const receivers = new Map<Id<'person'>, Receiver>()
  for await (const { actor, body, atMs } of entries(ledger, { kind: 'decision.permit', about })) {
    const { action } = decided.parse(body)
    if (actor === null || (action !== 'file.open' && action !== 'file.fetch')) continue
    const before = receivers.get(actor) ?? { personId: actor, fetched: 0, opened: 0, lastAtMs: atMs }
    const counted = action === 'file.open' ? { opened: before.opened + 1 } : { fetched: before.fetched + 1 }
    receivers.set(actor, { ...before, ...counted, lastAtMs: Math.max(before.lastAtMs, atMs) })
  }
  const [storedAtMs] = await timesOf(ledger, { kind: 'file.stored', about })
  const [deletedAtMs = Infinity] = await timesOf(ledger, { kind: 'file.deleted', about })
  const backups = storedAtMs === undefined ? [] : await timesOf(ledger, { kind: 'backup.created' }, storedAtMs)
  return {
    receivers: [...receivers.values()].sort((a, b) => b.lastAtMs - a.lastAtMs),
    backupsAtMs: backups.filter((atMs) => atMs < deletedAtMs),
  }
}

type Query = Omit<Parameters<Ledger['search']>[0], 'limit' | 'before'>

async function* entries(ledger: Pick<Ledger, 'search'>, query: Query): AsyncGenerator<StoredEntry> {
  let before: number | undefined
  for (;;) {
    const found = await ledger.search({ ...query, limit: page, ...(before === undefined ? {} : { before }) })
    yield* found
    const last = found.at(-1)?.index ?? null
    if (found.length < page || last === null) return
    before = last
  }
}

/** The times of entries, the newest first, back to one. */
async function timesOf(ledger: Pick<Ledger, 'search'>, query: Query, sinceMs = 0): Promise<readonly number[]> {
  const times: number[] = []
  for await (const { atMs } of entries(ledger, query)) {
    if (atMs < sinceMs) break
    times.push(atMs)
  }
  return times
}
