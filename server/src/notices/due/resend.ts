// Reading mails about what is due, and having one that failed sent again.

import { Problem } from '@sallyport/protocol'
import type { Database, Sql } from '../../base/index.ts'
import type { Appended, Ledger } from '../../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../../policy/index.ts'
import { newestDueMails, reviveDueMail, type ListedDueMail } from './store.ts'

export type { ListedDueMail } from './store.ts'

const most = 500

/** List the newest mails, at most 500. Throws Problem `refused` for a permit that does not fit. */
export async function listDueMails(
  { database }: { readonly database: Sql },
  permit: Permit<'approval.list'>,
): Promise<readonly ListedDueMail[]> {
  spendPermit(permit, 'approval.list', 'enclave')
  return await newestDueMails(database, most)
}

/**
 * Have a mail that failed sent again, with the Message-ID that it had. Throws Problem `conflict` for one that did not fail, `refused` for a
 * permit that does not fit and for whoever lost the role meanwhile.
 */
export async function resendDueMail(
  { database, ledger }: { readonly database: Database; readonly ledger: Pick<Ledger, 'appendIn'> },
  permit: Permit<'notice.resend'>,
  mailId: string,
): Promise<readonly Appended[]> {
  let isSpent = false
  return await database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'notice.resend', 'enclave')
    isSpent = true
    if (!(await reviveDueMail(tx, mailId))) {
      throw new Problem('conflict', 'cannot resend: there is no mail of that id that failed, want one')
    }
    await mustStillStand(tx, permit.actor, ['officer', 'administrator'])
    const about = { kind: 'enclave', id: 'enclave' } as const
    const body = { mail: mailId, decision: permit.entryId }
    return await ledger.appendIn(tx, [{ kind: 'due-mail.resent', actor: permit.actor, about, body }])
  })
}
