// Entries for whoever reads the ledger: found by what their bytes say, newest first, up to the last checkpoint; and one by its id. A
// page looks through so much at most, whatever the size of the ledger.

import { Problem, type Id } from '@sallyport/protocol'
import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import type { Ledger, StoredEntry } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'

/** What has to fit; null where it is not asked for. */
export interface EntrySearch {
  readonly kind: string | null
  /** Whether decisions are left out. */
  readonly isChange: boolean
  readonly by: Id<'person'> | null
  /** Stands in the entry's bytes as it is. */
  readonly text: string | null
  readonly fromMs: number | null
  /** The first moment that is no longer of it. */
  readonly toMs: number | null
}

export interface FoundEntry extends Omit<LedgerEntry, 'salt'> {
  readonly index: number
}

export interface EntriesPage {
  readonly entries: readonly FoundEntry[]
  /** The next page has what lies below this position; null at the beginning of the ledger. */
  readonly next: number | null
  readonly ledgerSize: number
}

const onPage = 100
/** Positions that one page looks through. */
const lookedThrough = 200_000
const windowSize = 50_000

/**
 * Read a page of entries below a position, or the newest. Throws Problem `refused` for a permit that does not fit, `invalid-request` for
 * a period that ends before it begins, `unavailable` where the ledger is damaged.
 */
export async function searchLedger(
  permit: Permit<'ledger.read'>,
  ledger: Pick<Ledger, 'evidence'>,
  asked: EntrySearch,
  before: number | null,
): Promise<EntriesPage> {
  spendPermit(permit, 'ledger.read', 'enclave')
  const { fromMs, toMs } = asked
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new Problem('invalid-request', 'cannot search the ledger: it ends before it begins, want from before to')
  }
  const { size } = await ledger.evidence.head()
  const isWhole = fromMs === null && toMs === null
  const range = isWhole ? { first: 0, end: size } : await ledger.evidence.range({ fromMs, toMs }, size)
  const end = Math.min(range.end, before ?? size)
  const first = Math.max(range.first, end - lookedThrough)
  const found: FoundEntry[] = []
  for await (const one of downFrom(ledger, { first, end }, asked)) {
    if (!fits(one, asked)) continue
    if (found.length === onPage) return { entries: found, next: found.at(-1)?.index ?? 0, ledgerSize: size }
    found.push(one)
  }
  return { entries: found, next: first > range.first ? first : null, ledgerSize: size }
}

/** Entries between two positions that may fit, from the last one down. */
async function* downFrom(
  { evidence }: Pick<Ledger, 'evidence'>,
  { first, end }: { readonly first: number; readonly end: number },
  asked: EntrySearch,
): AsyncGenerator<FoundEntry> {
  for (let to = end; to > first; to -= windowSize) {
    const from = Math.max(first, to - windowSize)
    const positions = await positionsOf(evidence, { first: from, end: to }, asked)
    for (let last = positions.length; last > 0; last -= onPage) {
      const some = await evidence.bytesAt(positions.slice(Math.max(0, last - onPage), last))
      for (const { index, bytes } of some.toReversed()) {
        const entry = parseEntry(bytes)
        if (entry === null)
          throw new Problem('unavailable', `cannot search the ledger: entry ${index} was altered, want it as written`)
        yield { index, ...entry }
      }
    }
  }
}

/** The rarest of what is asked for, as it stands in the bytes: entries have one form of their JSON. */
function textOf({ kind, by, text }: EntrySearch): string | null {
  if (text !== null) return text
  if (by !== null) return `"actor":"${by}"`
  return kind === null ? null : `"kind":"${kind}"`
}

async function positionsOf(
  evidence: Ledger['evidence'],
  range: { readonly first: number; readonly end: number },
  asked: EntrySearch,
): Promise<readonly number[]> {
  const text = textOf(asked)
  if (text === null) return asked.isChange ? await evidence.changes(range) : between(range)
  const all: number[] = []
  for await (const some of evidence.containing(range, [text])) all.push(...some)
  return all
}

function between({ first, end }: { readonly first: number; readonly end: number }): readonly number[] {
  return Array.from({ length: end - first }, (_, n) => first + n)
}

function fits({ kind, actor, atMs }: FoundEntry, asked: EntrySearch): boolean {
  if (asked.kind !== null && kind !== asked.kind) return false
  if (asked.isChange && kind.startsWith('decision.')) return false
  if (asked.by !== null && actor !== asked.by) return false
  return (asked.fromMs === null || atMs >= asked.fromMs) && (asked.toMs === null || atMs < asked.toMs)
}

/** Read one entry, also one that waits for the tree; null for none of that id. Throws Problem `refused` for a permit that does not fit. */
export async function readEntry(
  permit: Permit<'ledger.read'>,
  ledger: Pick<Ledger, 'entry'>,
  id: Id<'entry'>,
): Promise<StoredEntry | null> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return await ledger.entry(id)
}
