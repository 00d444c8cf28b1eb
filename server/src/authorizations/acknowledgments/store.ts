// SQL of what somebody acknowledged of provisos.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'

export interface AcknowledgedText {
  readonly proviso: string
  readonly textSha256: string
}

/** What of an authorization somebody acknowledged. */
export async function acknowledgedTexts(
  sql: Sql,
  authorization: Id<'authorization'>,
  person: Id<'person'>,
): Promise<readonly AcknowledgedText[]> {
  const rows = await sql.query(
    'SELECT proviso, text_sha256 FROM proviso_acknowledgment WHERE person_id = $1 AND authorization_id = $2',
    [person, authorization],
  )
  return z
    .array(z.object({ proviso: z.string(), text_sha256: z.string() }))
    .parse(rows)
    .map((row) => ({ proviso: row.proviso, textSha256: row.text_sha256 }))
}

export async function insertAcknowledgment(
  tx: Transaction,
  one: AcknowledgedText & { readonly person: Id<'person'>; readonly authorization: Id<'authorization'> },
): Promise<void> {
  await tx.query(
    `INSERT INTO proviso_acknowledgment (person_id, authorization_id, proviso, text_sha256) VALUES ($1, $2, $3, $4)`,
    [one.person, one.authorization, one.proviso, one.textSha256],
  )
}
