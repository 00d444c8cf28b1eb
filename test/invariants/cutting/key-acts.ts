// What is done with keys in a process that may be killed: as two people do it, who go on where it was cut off.

import type { Id } from '@sallyport/protocol'
import type { Database } from '../../../server/src/base/index.ts'
import { approveAs, askForKey, destroyFileKey, moveAllFiles } from '../../../server/src/key-changes/testing.ts'
import type { Enclave } from '../../../server/src/main/index.ts'
import type { KeyAct } from './cut-process.ts'

/** Do one act to its end, from whatever an earlier try left. */
export async function doKeyAct(enclave: Enclave, act: KeyAct): Promise<void> {
  const { database } = enclave.keys
  const sample = { enclave, database, decide: enclave.decisions.decide }
  if (act === 'move') {
    await moveAllFiles(sample)
    return
  }
  if (act === 'destroy') {
    for (const id of await waiting(database, 'key.destroy')) await approveAs(sample, 'grace', id)
    await enclave.keys.keys.upToDate()
    const old = enclave.provider
      .list()
      .filter(({ door, isCurrent, isWaiting }) => door === 'file' && !isCurrent && !isWaiting)
    for (const { kid } of old) await destroyFileKey(sample, kid)
    await enclave.keys.keys.upToDate()
    return
  }
  const door = act === 'rotate file' ? 'file' : 'kas'
  const [pending] = await waiting(database, 'key.rotate', door)
  const id = pending ?? (await askForKey(sample, door)).requestId
  await approveAs(sample, 'grace', id)
  await enclave.keys.keys.upToDate()
}

/** Requests of a kind that wait, as whoever goes on finds them. */
async function waiting(database: Database, kind: string, door?: string): Promise<readonly Id<'approval'>[]> {
  const rows = await database.query(
    `SELECT id FROM approval_request WHERE kind = $1 AND state = 'pending' AND ($2::text IS NULL OR subject ->> 'door' = $2)`,
    [kind, door ?? null],
  )
  return rows.map(({ id }) => id as Id<'approval'>)
}
