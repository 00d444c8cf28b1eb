// Backups on the wire: what the ledger says of each, and what is due. Nothing of what is in one is ever served.

import * as z from 'zod'
import type { Route } from './route.ts'

const at = z.iso.datetime()
const count = z.number().int().min(0)
const somebody = z.object({ id: z.uuid(), name: z.string() })

export const backups = z.object({
  /** The newest first, a hundred at most. */
  backups: z.array(
    z.object({
      entryId: z.uuid(),
      madeAt: at,
      by: somebody.nullable(),
      /** Where it was written, at the host; null for one from before that was recorded. */
      path: z.string().nullable(),
      /** SHA-256 (hex) of its closing part, which stands for all of it. */
      digest: z.string(),
      bytes: count,
      /** Entries of the ledger in it. */
      ledgerSize: count,
      /** Sealed files that there were, and of how many the content is in it. */
      objects: z.object({ stored: count, included: count }),
      /** When it was last read whole with nothing wrong in it, or restored; null for never. */
      verifiedAt: at.nullable(),
      /** The last drill that restored it and opened a file from the copy. */
      drill: z.object({ at, behind: count, seconds: count, canary: z.uuid(), opener: z.uuid() }).nullable(),
    }),
  ),
  /** When this enclave itself came back from a backup; null for never. */
  restoredAt: at.nullable(),
  everyDays: z.number().int(),
  drillEveryDays: z.number().int(),
  /**
   * `first-backup`: there is none. `backup`: the newest is older than it may be. `keys`: keys came or went after the newest. `verify`: the
   * newest was not read again. `first-drill`, `drill`: none passed yet, or too long ago.
   */
  due: z.array(z.enum(['first-backup', 'backup', 'keys', 'verify', 'first-drill', 'drill'])),
})
export type BackupsView = z.infer<typeof backups>

export const backupRoutes = {
  backups: {
    method: 'GET',
    path: '/api/v1/backups',
    summary: 'Which backups were made, what the ledger says of each, and what is due; nothing of what is in one',
    access: 'backup.list',
    answer: backups,
  },
} as const satisfies Record<string, Route>
