// Reading what was told to whom, under a permit whose entry is the record of the look.

import type { NoticeState } from '@sallyport/protocol'
import type { Database } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { noticesAfter, type NoticePage } from './store.ts'

export type { ListedNotice } from './store.ts'

/** List a page of notices, newest first: of those of one state, or of all. Throws Problem `refused` for a permit that does not fit. */
export async function listNotices(
  { database }: { readonly database: Database },
  permit: Permit<'approval.list'>,
  state: NoticeState | null,
  after: readonly string[] | null = null,
): Promise<NoticePage> {
  spendPermit(permit, 'approval.list', 'enclave')
  return await noticesAfter(database, state, after)
}
