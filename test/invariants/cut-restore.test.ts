// I10 where the power goes while a backup is restored: killed at any statement or change of a file, it left a whole enclave, or
// what is refused until it is emptied and restored again.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backUp, emptyTarget } from '../../server/src/backup/testing.ts'
import { silentLogger } from '../../server/src/base/index.ts'
import { openEnclave, type Ground } from '../../server/src/main/index.ts'
import { openGround } from '../../server/src/main/open-enclave.ts'
import { sampleConfig, sampleNamesOf, sampleSecret } from '../../server/src/main/sample.ts'
import { databaseUrl, sampleEnclave } from '../../server/src/main/testing.ts'
import { doWork, lengthOf, mustSayWhatToDo, place, runs, seed, stopIn, timeout } from './cutting/cut-work.ts'
import type { Stop } from './cutting/stop-here.ts'
import { whatStands } from './cutting/what-stands.ts'

async function openAndClose(ground: Ground): Promise<void> {
  try {
    await openEnclave(ground)
  } finally {
    await ground.close()
  }
}

describe('restoring a backup, killed at any step (I10)', () => {
  test(
    'leaves a whole enclave, or what is refused until it is emptied and restored again',
    async () => {
      const sample = await sampleEnclave()
      const folder = await mkdtemp(join(tmpdir(), 'sallyport-cut-restore-'))
      try {
        const path = join(folder, 'made.sallyport-backup')
        await sample.enclave.ledger.sequenceOnce()
        await backUp(sample, path)
        const restore = async (stop: Stop | null) => {
          const target = await emptyTarget()
          const work = { work: 'restore', path, data: target.folder.root, connection: target.connection } as const
          return { target, ended: await doWork(work, stop) }
        }
        const whole = await restore(null)
        const wanted = await whatStands(whole.target.database, whole.target.folder.root)
        await whole.target.stop()
        const length = { ground: 0, all: lengthOf(whole.ended).all }
        await fc.assert(
          fc.asyncProperty(place, async (one) => {
            const { target, ended } = await restore(stopIn(length, { ...one, isEarly: false }))
            try {
              expect(ended.said).toEqual([])
              const { database } = target
              const left = await whatStands(database, target.folder.root)
              const data = target.folder.root
              const opening = openGround(
                sampleConfig({ data, port: 8443, env: { DATABASE_URL: databaseUrl(target.connection) } }),
                sampleNamesOf,
                sampleSecret,
                silentLogger,
              ).then(openAndClose)
              const isWhole = left.rows.enclave === 1 && (await opening.then(() => true).catch(() => false))
              if (isWhole) return expect(left).toEqual(wanted)
              await mustSayWhatToDo(opening)
              // Nobody is there without everybody.
              expect([0, wanted.rows.person]).toContain(left.rows.person)
              expect((await whatStands(database, data)).rows).toEqual(left.rows)
              await database.query('DROP SCHEMA public CASCADE')
              await database.query('CREATE SCHEMA public')
              await rm(data, { recursive: true, force: true })
              const again = await doWork({ work: 'restore', path, data, connection: target.connection }, null)
              expect(again.said).toEqual([{ steps: expect.any(Number) as number }])
              expect(await whatStands(database, data)).toEqual(wanted)
            } finally {
              await target.stop()
            }
          }),
          { numRuns: runs, endOnFailure: true, ...seed },
        )
      } finally {
        await sample.stop()
        await rm(folder, { recursive: true, force: true })
      }
    },
    timeout,
  )
})
