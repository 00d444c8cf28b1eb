// Reading what was told to whom, under a permit whose entry is the record of the look.

import type { NoticeState } from '@sallyport/protocol'
import type { Database } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { listed, type ListedNotice } from './store.ts'

export type { ListedNotice } from './store.ts'

/** List notices, newest first: those of one state, or all. Throws Problem `refused` for a permit that does not fit. */
export async function listNotices(
  { database }: { readonly database: Database },
  permit: Permit<'approval.list'>,
  state: NoticeState | null,
): Promise<readonly ListedNotice[]> {
  spendPermit(permit, 'approval.list', 'enclave')
  return await listed(database, state)
}
