// What the ledger shows of each time a person's status was ended: the last decision that permitted before, the first that refused
// after, and how long that took. Lists are left out: theirs is one entry for many things, with how many came through. Nothing is
// stored for it: whoever holds an export of the ledger can read the same out of it.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { EntryQuery, Ledger, StoredEntry } from '../../ledger/index.ts'
import type { PersonVersion } from './store.ts'

/** A decision about something that the person asked for. */
export interface Decided {
  readonly atMs: number
  readonly action: string
  readonly entryId: Id<'entry'>
}

export interface EndingEvidence {
  readonly atMs: number
  readonly by: Id<'person'> | null
  readonly entryId: Id<'entry'>
  /** Null where the person was permitted nothing before. */
  readonly lastPermit: Decided | null
  /** Null where they have asked for nothing since, or not before their status was restored. */
  readonly firstRefusal: Decided | null
  /** INVARIANT: I3, null. A permit after the ending, and before a restoring, would be told here. */
  readonly permitAfter: Decided | null
  /**
   * From the time of the ending's entry to that of the first refusal, by the database's clock. The entry is written before it is
   * acknowledged, so that the time from the acknowledgement is not longer.
   */
  readonly untilRefusedMs: number | null
}

/** Read the evidence of each ending of a person out of the ledger, newest first, at most 100. The caller has decided the question. */
export async function endingEvidence(
  ledger: Pick<Ledger, 'search' | 'entry'>,
  id: Id<'person'>,
  versions: readonly PersonVersion[],
): Promise<readonly EndingEvidence[]> {
  const about = { kind: 'person', id }
  const merged = await ledger.search({ kind: 'person.merged', about, limit: 1 })
  const endings = [...merged, ...(await ledger.search({ kind: 'person.ended', about, limit: 99 }))]
  return await Promise.all(endings.map((ending) => evidenceOf(ledger, id, ending, versions)))
}

async function evidenceOf(
  ledger: Pick<Ledger, 'search' | 'entry'>,
  id: Id<'person'>,
  ending: StoredEntry,
  versions: readonly PersonVersion[],
): Promise<EndingEvidence> {
  const at = ending.index ?? 0
  const restored = await restoringOf(ledger, ending, versions)
  const until = restored === null ? {} : { before: restored }
  const decided = async (query: Omit<EntryQuery, 'actor' | 'limit'>): Promise<Decided | null> => {
    const [entry] = await ledger.search({ ...query, actor: id, limit: 1 })
    return entry === undefined
      ? null
      : { atMs: entry.atMs, action: z.string().parse(entry.body['action']), entryId: entry.id }
  }
  const [lastPermit, firstRefusal, permitAfter] = await Promise.all([
    decided({ kind: 'decision.permit', before: at }),
    decided({ kind: 'decision.deny', after: at, ...until }),
    decided({ kind: 'decision.permit', after: at, ...until }),
  ])
  return {
    atMs: ending.atMs,
    by: ending.actor,
    entryId: ending.id,
    lastPermit,
    firstRefusal,
    permitAfter,
    untilRefusedMs: firstRefusal === null ? null : firstRefusal.atMs - ending.atMs,
  }
}

/** Where the status came back after an ending; null while it has not. */
async function restoringOf(
  ledger: Pick<Ledger, 'entry'>,
  ending: StoredEntry,
  versions: readonly PersonVersion[],
): Promise<number | null> {
  const endedAs = Number(ending.body['version'])
  const restored = versions.find(({ person }) => person.version > endedAs && person.status !== 'ended')
  if (restored === undefined || restored.entryId === null) return null
  return (await ledger.entry(restored.entryId))?.index ?? null
}
