// A gate's process on an enclave that others have open too. For each line that it reads it asks once, and prints what its own clock says, how
// James's opening was decided, and the duties that are overdue of the agreement of the sample.

import { createInterface } from 'node:readline'
import type { Id } from '@sallyport/protocol'
import { listDue } from '../server/src/authorizations/index.ts'
import { openDatabase, silentLogger, type DatabaseSocket } from '../server/src/base/index.ts'
import { openEnclave } from '../server/src/main/index.ts'
import { acknowledge, falconLabels, requestFor, sampleGround } from '../server/src/main/testing.ts'

export interface FakedAnswer {
  readonly clockMs: number
  readonly effect: 'permit' | 'deny'
  /** Of the entry. */
  readonly atMs: number
  readonly overdue: readonly (string | null)[]
}

const { folder, connection } = JSON.parse(process.argv[2] ?? '') as { folder: string; connection: DatabaseSocket }
const database = await openDatabase(connection, { poolSize: 4, applicationName: 'sallyport-faked', log: silentLogger })
const enclave = await openEnclave(await sampleGround(database, folder))

for await (const _ of createInterface({ input: process.stdin })) {
  const id = crypto.randomUUID() as Id<'file'>
  const presented = { labels: falconLabels, dissem: [] }
  const evidence = { fulfillable: [acknowledge] }
  const opened = await enclave.decisions.decide(
    requestFor('james', 'file.open', { kind: 'file', id, presented }, { evidence }),
  )
  const listed = await enclave.decisions.decide(requestFor('grace', 'authorization.list', { kind: 'enclave' }))
  if (listed.effect === 'deny') throw new Error('want the tasks')
  const { due } = await listDue(enclave.authorizations, listed.permit, null)
  const answer: FakedAnswer = {
    clockMs: Date.now(),
    effect: opened.effect,
    atMs: opened.entry.atMs,
    overdue: due.filter(({ number, isOverdue }) => number === 'TA-0042-26' && isOverdue).map(({ duty }) => duty),
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
await database.close()
