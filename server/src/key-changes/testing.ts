// For tests and measurements: files that are in the register with keys of their own and without content, and a new key for them.

import type { Id } from '@sallyport/protocol'
import { giveApproval } from '../approvals/index.ts'
import { newId } from '../base/index.ts'
import { makeFileKeys } from '../keys/index.ts'
import { requestFor, type SampleEnclave } from '../main/testing.ts'
import {
  moveFiles,
  proposeDestruction,
  proposeRotation,
  type FilesMoved,
  type MovePlace,
  type RotatedDoor,
} from './index.ts'

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
     SELECT f, v.id, 'moved/' || f, v.labels, 'stored', 1, sha256(f::text::bytea), f::text, $3
       FROM unnest($1::uuid[]) f, vault v WHERE v.id = $2`,
    [files.map(({ fileId }) => fileId), vaultId('falcon'), id('ada')],
  )
  await database.query(
    'INSERT INTO file_key (file_id, kid, sealed) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])',
    [files.map(({ fileId }) => fileId), files.map(({ kid }) => kid), files.map(({ sealed }) => Buffer.from(sealed))],
  )
}

type Decided = Pick<SampleEnclave, 'enclave' | 'database' | 'decide'>

/** Have Omar ask for a new key for files, and Grace approve it. Yields its id. */
export async function rotateFileKey(sample: Decided): Promise<string> {
  const { requestId, kid } = await askForKey(sample, 'file')
  await approveAs(sample, 'grace', requestId)
  return kid
}

/** Have Omar ask for a new key. */
export async function askForKey({ enclave, decide }: Pick<Decided, 'enclave' | 'decide'>, door: RotatedDoor) {
  const asked = await decide(requestFor('omar', 'key.rotate', { kind: 'enclave' }))
  if (asked.effect === 'deny') throw new Error('Omar may not ask for a key')
  return await proposeRotation(enclave.keys, asked.permit, { door, reason: 'test' })
}

/** Have Omar ask for the end of a key, and Grace approve it. */
export async function destroyFileKey(sample: Decided, kid: string): Promise<void> {
  const { enclave, decide } = sample
  const asked = await decide(requestFor('omar', 'key.destroy', { kind: 'enclave' }))
  if (asked.effect === 'deny') throw new Error('Omar may not ask for the end of a key')
  const { requestId } = await proposeDestruction(enclave.keys, asked.permit, { kid, reason: 'test' })
  await approveAs(sample, 'grace', requestId)
}

/** Have Omar move every file to the current key. Yields how many were moved. */
export async function moveAllFiles({ enclave, decide }: Pick<Decided, 'enclave' | 'decide'>): Promise<number> {
  let sum = 0
  for (let at: MovePlace | null = null; ;) {
    const decision = await decide(requestFor('omar', 'key.move', { kind: 'enclave' }))
    if (decision.effect === 'deny') throw new Error('Omar may not move files')
    const { moved, next }: FilesMoved = await moveFiles(enclave.keys, decision.permit, at)
    sum += moved
    if (next === null) return sum
    at = next
  }
}

/** Approve a request as it is recorded. */
export async function approveAs(
  { enclave, database, decide }: Decided,
  subject: string,
  id: Id<'approval'>,
): Promise<void> {
  const given = await decide(requestFor(subject, 'approval.give', { kind: 'approval', id }))
  if (given.effect === 'deny') throw new Error(`${subject} may not approve`)
  const [row] = await database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
  await giveApproval(enclave.approvals, given.permit, { id, digest: String(row?.['digest']) })
}
