// All of identity's SQL.

import type { Id } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'

export interface IdentityBinding {
  readonly issuer: string
  readonly subject: string
  readonly personId: Id<'person'>
}

/** Returns false when the subject is bound already. */
export async function insertBinding(tx: Transaction, { issuer, subject, personId }: IdentityBinding): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO identity_binding (issuer, subject, person_id) VALUES ($1, $2, $3)
     ON CONFLICT (issuer, subject) DO NOTHING RETURNING person_id`,
    [issuer, subject, personId],
  )
  return rows.length === 1
}
