// For tests and measurements: files that are in the register with keys of their own and without content, and a new key for them.

import type { Id } from '@sallyport/protocol'
import { giveApproval } from '../approvals/index.ts'
import { newId } from '../base/index.ts'
import { makeFileKeys } from '../keys/index.ts'
import { requestFor, type SampleEnclave } from '../main/testing.ts'
import { proposeRotation } from './index.ts'

/** Put rows of stored files into the register, each with a key of its own under the current key. */
export async function fillHalves(
  { database, enclave, ground, vaultId, id }: SampleEnclave,
  count: number,
): Promise<void> {
  const { make } = makeFileKeys(enclave.provider, ground.random)
  const files = Array.from({ length: count }, () => {
    const fileId = newId<'file'>(ground.clock, ground.random)
    return { fileId, ...make(fileId) }
  })
  await database.query(
    `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
     SELECT f, v.id, 'moved/' || f, v.labels, 'stored', 1, sha256(f::text::bytea), 'moved-' || f, $3
       FROM unnest($1::uuid[]) f, vault v WHERE v.id = $2`,
    [files.map(({ fileId }) => fileId), vaultId('falcon'), id('ada')],
  )
  await database.query(
    'INSERT INTO file_key (file_id, kid, sealed) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])',
    [files.map(({ fileId }) => fileId), files.map(({ kid }) => kid), files.map(({ sealed }) => Buffer.from(sealed))],
  )
}

/** Have Omar ask for a new key for files, and Grace approve it. Yields its id. */
export async function rotateFileKey({ enclave, database, decide }: SampleEnclave): Promise<string> {
  const asked = await decide(requestFor('omar', 'key.rotate', { kind: 'enclave' }))
  if (asked.effect === 'deny') throw new Error('Omar may not ask for a key')
  const { requestId, kid } = await proposeRotation(enclave.keys, asked.permit, { door: 'file', reason: 'test' })
  await approveAs({ enclave, database, decide }, 'grace', requestId)
  return kid
}

/** Approve a request as it is recorded. */
export async function approveAs(
  { enclave, database, decide }: Pick<SampleEnclave, 'enclave' | 'database' | 'decide'>,
  subject: string,
  id: Id<'approval'>,
): Promise<void> {
  const given = await decide(requestFor(subject, 'approval.give', { kind: 'approval', id }))
  if (given.effect === 'deny') throw new Error(`${subject} may not approve`)
  const [row] = await database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
  await giveApproval(enclave.approvals, given.permit, { id, digest: String(row?.['digest']) })
}
