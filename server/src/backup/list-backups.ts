// Which backups were made, and what is due: read back from the ledger, where each act at the host has its entry.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Clock } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'

export interface BackupListParts {
  readonly ledger: Pick<Ledger, 'search'>
  readonly clock: Clock
  /** Days after which another backup, and another drill, are due. */
  readonly everyDays: number
  readonly drillEveryDays: number
}

export interface ListedBackup {
  readonly entryId: Id<'entry'>
  readonly atMs: number
  readonly by: Id<'person'> | null
  readonly path: string | null
  readonly digest: string
  readonly bytes: number
  readonly ledgerSize: number
  readonly objects: { readonly stored: number; readonly included: number }
  readonly verifiedAtMs: number | null
  readonly drill: Drill | null
}

export interface Drill {
  readonly atMs: number
  readonly behind: number
  readonly seconds: number
  readonly canary: string
  readonly opener: string
}

export type Due = 'first-backup' | 'backup' | 'keys' | 'verify' | 'first-drill' | 'drill'

export interface BackupsListed {
  /** The newest first. */
  readonly backups: readonly ListedBackup[]
  /** When this enclave itself came back from a backup. */
  readonly restoredAtMs: number | null
  readonly due: readonly Due[]
}

const most = 100
const dayMs = 86_400_000
const count = z.number().int().min(0)
const created = z.object({
  path: z.string().optional(),
  digest: z.string(),
  bytes: count,
  ledgerSize: count,
  objects: z.object({ stored: count, included: count }),
})
const verified = z.object({ digest: z.string() })
const drilled = z.object({
  digest: z.string(),
  behind: count,
  seconds: count,
  canary: z.string(),
  opener: z.string(),
})

/** Read which backups were made and what is due. Throws Problem `refused` for a permit that does not fit. */
export async function listBackups(parts: BackupListParts, permit: Permit<'backup.list'>): Promise<BackupsListed> {
  spendPermit(permit, 'backup.list', 'enclave')
  const newest = async (kind: string, limit: number) => await parts.ledger.search({ kind, limit })
  const [made, read, drills, restored, ...keyChanges] = await Promise.all([
    newest('backup.created', most),
    newest('backup.verified', most),
    newest('backup.drill.passed', most),
    newest('backup.restored', 1),
    newest('key.rotated', 1),
    newest('key.destroyed', 1),
  ])
  const drillOf = new Map<string, Drill>()
  const verifiedAtOf = new Map<string, number>()
  for (const { atMs, body } of drills) {
    const { digest, ...drill } = drilled.parse(body)
    if (!drillOf.has(digest)) drillOf.set(digest, { atMs, ...drill })
  }
  for (const { atMs, body } of [...read, ...drills]) {
    const { digest } = verified.parse(body)
    verifiedAtOf.set(digest, Math.max(atMs, verifiedAtOf.get(digest) ?? 0))
  }
  const backups = made.map(({ id, atMs, actor, body }) => {
    const { path, digest, bytes, ledgerSize, objects } = created.parse(body)
    return {
      entryId: id,
      atMs,
      by: actor,
      path: path ?? null,
      digest,
      bytes,
      ledgerSize,
      objects,
      verifiedAtMs: verifiedAtOf.get(digest) ?? null,
      drill: drillOf.get(digest) ?? null,
    }
  })
  const facts = {
    lastDrillAtMs: drills[0]?.atMs ?? null,
    keysChangedAtMs: Math.max(0, ...keyChanges.flat().map(({ atMs }) => atMs)),
  }
  return { backups, restoredAtMs: restored[0]?.atMs ?? null, due: dueOf(parts, backups[0], facts) }
}

interface DueFacts {
  readonly lastDrillAtMs: number | null
  readonly keysChangedAtMs: number
}

/** What somebody has to do now. That a backup holds an index of files alone is nothing of it: their store may be copied elsewhere. */
function dueOf(
  { clock, everyDays, drillEveryDays }: BackupListParts,
  newest: ListedBackup | undefined,
  { lastDrillAtMs, keysChangedAtMs }: DueFacts,
): readonly Due[] {
  const now = clock.now()
  const isPast = (atMs: number, days: number) => now - atMs > days * dayMs
  const drill: Due | null =
    lastDrillAtMs === null ? 'first-drill' : isPast(lastDrillAtMs, drillEveryDays) ? 'drill' : null
  const rest = drill === null ? [] : [drill]
  if (newest === undefined) return ['first-backup', ...rest]
  return [
    ...(isPast(newest.atMs, everyDays) ? (['backup'] as const) : []),
    ...(keysChangedAtMs > newest.atMs ? (['keys'] as const) : []),
    ...(newest.verifiedAtMs === null ? (['verify'] as const) : []),
    ...rest,
  ]
}
