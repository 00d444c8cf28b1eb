// Timestamps as anybody may have them who may have checkpoints: they tell no more of the ledger than those.

import type { Sql } from '../../base/index.ts'
import { readStamping, readTimestamps, type Stamped } from './store.ts'

export interface Timestamps {
  readonly stamps: readonly Stamped[]
  /** Whether larger checkpoints have timestamps. */
  readonly hasMore: boolean
  /** Why the last attempt came to none; null where it did not fail. */
  readonly trouble: string | null
  /** When the last one was kept, by the database's clock in milliseconds since 1970. */
  readonly lastMs: number | null
}

const pageSize = 50

export async function readStamps(sql: Sql, after: number): Promise<Timestamps> {
  const found = await readTimestamps(sql, after, pageSize + 1)
  return { stamps: found.slice(0, pageSize), hasMore: found.length > pageSize, ...(await readStamping(sql)) }
}
