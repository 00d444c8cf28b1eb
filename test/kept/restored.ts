// A kept backup, restored into an empty database and folder of this version, and served.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type Database } from '../../server/src/base/index.ts'
import { temporaryDatabase } from '../../server/src/base/testing.ts'
import { restoreTo, type RestoredHere } from '../../server/src/main/backup-place.ts'
import { databaseUrl, freePort } from '../../server/src/main/testing.ts'
import { keptConfig, keptSecret, openKeptGate, type KeptGate } from './gate.ts'

export interface RestoredKept {
  readonly restored: RestoredHere
  readonly database: Database
  readonly serve: () => Promise<KeptGate>
  readonly stop: () => Promise<void>
}

/** Restore a kept backup beside the checkpoint that was kept with it. */
export async function restoreKept(path: string, checkpoint: string, firstPort: number): Promise<RestoredKept> {
  const temporary = await temporaryDatabase([])
  await temporary.database.query('DROP TABLE schema_migration')
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-kept-'))
  const config = await keptConfig(folder, await freePort(firstPort), databaseUrl(temporary.connection))
  const outsideCheckpoint = join(folder, 'checkpoint-outside')
  await writeFile(outsideCheckpoint, checkpoint)
  const stop = async () => {
    await temporary.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const restored = await restoreTo({ config }, path, keptSecret, { outsideCheckpoint }, silentLogger)
    return { restored, database: temporary.database, serve: () => openKeptGate(config), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
