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
  /** Backups that may hold its key, and its container where they hold those: when they were recorded, the newest first. */
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
  return {
    receivers: [...receivers.values()].sort((a, b) => b.lastAtMs - a.lastAtMs),
    backupsAtMs: await backupsOf(ledger, about),
  }
}

const created = z.object({ ledgerSize: z.number() })
const restored = z.object({ size: z.number(), takenAt: z.iso.datetime() })

/**
 * A backup is recorded once it is written, and holds what was there when it began. ATTACKER: a file that is deleted meanwhile is in
 * it, and whoever deletes it must not hear otherwise: it is held against the size of the ledger that the backup saw, not against
 * the time of its entry. The one that this enclave was restored from is in no entry of its own.
 */
async function backupsOf(ledger: Pick<Ledger, 'search'>, about: About): Promise<readonly number[]> {
  const stored = await newest(ledger, { kind: 'file.stored', about })
  if (stored === null) return []
  const deleted = await newest(ledger, { kind: 'file.deleted', about })
  const isBefore = (index: number | null) => index !== null && stored.index !== null && index < stored.index
  const mayHold = (ledgerSize: number) => ledgerSize <= (deleted?.index ?? Infinity)
  const times: number[] = []
  for await (const { index, atMs, body } of entries(ledger, { kind: 'backup.created' })) {
    if (isBefore(index)) break
    if (mayHold(created.parse(body).ledgerSize)) times.push(atMs)
  }
  for await (const { index, body } of entries(ledger, { kind: 'backup.restored' })) {
    if (isBefore(index)) break
    const { size, takenAt } = restored.parse(body)
    if (mayHold(size)) times.push(Date.parse(takenAt))
  }
  return times.sort((a, b) => b - a)
}

type About = NonNullable<StoredEntry['about']>
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

async function newest(ledger: Pick<Ledger, 'search'>, query: Query): Promise<StoredEntry | null> {
  const [entry = null] = await ledger.search({ ...query, limit: 1 })
  return entry
}
