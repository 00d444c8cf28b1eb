// A process that founds a real enclave or a sample, restores a backup, or exchanges a key, and ends by SIGKILL at a given step. Says what it has
// done as it goes, and how many steps it took where nothing stopped it.

import { say, stepsSoFar, stopAt, type Stop } from './stop-here.ts'
import { readFileSync } from 'node:fs'
import { restoreBackup } from '../../../server/src/backup/index.ts'
import { testSecret } from '../../../server/src/backup/testing.ts'
import {
  loadConfig,
  openDatabase,
  silentLogger,
  systemClock,
  systemRandomness,
  type DatabaseSocket,
} from '../../../server/src/base/index.ts'
import { parseFounders } from '../../../server/src/founding/index.ts'
import { dataFolder } from '../../../server/src/main/data-folder.ts'
import { initEnclave } from '../../../server/src/main/init.ts'
import { migrations } from '../../../server/src/main/modules.ts'
import { openEnclave, openGround } from '../../../server/src/main/open-enclave.ts'
import { doKeyAct } from './key-acts.ts'
import { openOrFoundSample, sampleConfig, sampleNamesOf, sampleSecret } from '../../../server/src/main/sample.ts'
import { sampleGround, sampleIssuer } from '../../../server/src/main/testing.ts'

export type Work =
  | {
      readonly work: 'init'
      readonly configFile: string
      readonly foundersFile: string
      readonly databaseUrl: string
      readonly resume: boolean
    }
  | { readonly work: 'sample'; readonly data: string; readonly databaseUrl: string }
  | {
      readonly work: 'keys'
      readonly data: string
      readonly connection: DatabaseSocket
      readonly acts: readonly KeyAct[]
    }
  | { readonly work: 'restore'; readonly path: string; readonly data: string; readonly connection: DatabaseSocket }

/** A new key asked for and approved, as far as that is not so yet; every file moved to the current one; old ones destroyed. */
export type KeyAct = 'rotate file' | 'rotate kas' | 'move' | 'destroy'

export interface CutSettings {
  readonly work: Work
  readonly stop: Stop | null
}

/** What the process says: a step of `init` that was told, how many steps there were, or why it refused. */
export type Said =
  | { readonly told: string; readonly steps: number }
  | { readonly steps: number }
  | { readonly refused: string }

const { work, stop } = JSON.parse(process.argv[2] ?? '') as CutSettings
stopAt(stop)
try {
  await doWork()
  say({ steps: stepsSoFar() })
  process.exit(0)
} catch (error) {
  say({ refused: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

async function doWork(): Promise<void> {
  switch (work.work) {
    case 'init':
      await initEnclave({
        config: loadConfig({ file: work.configFile, env: { DATABASE_URL: work.databaseUrl } }),
        founders: parseFounders(readFileSync(work.foundersFile, 'utf8'), work.foundersFile),
        log: silentLogger,
        resume: work.resume,
        tell: ({ name }) => say({ told: name, steps: stepsSoFar() }),
      })
      return
    case 'sample': {
      const config = sampleConfig({ data: work.data, port: 8443, env: { DATABASE_URL: work.databaseUrl } })
      const ground = await openGround(config, sampleNamesOf, sampleSecret, silentLogger)
      say({ told: 'ground', steps: stepsSoFar() })
      await openOrFoundSample(ground, sampleIssuer)
      return
    }
    case 'keys': {
      const options = { poolSize: 4, applicationName: 'sallyport', log: silentLogger }
      const ground = await sampleGround(await openDatabase(work.connection, options), work.data)
      const enclave = await openEnclave(ground)
      say({ told: 'open', steps: stepsSoFar() })
      for (const act of work.acts) await doKeyAct(enclave, act)
      return
    }
    case 'restore': {
      const options = { poolSize: 4, applicationName: 'sallyport-restore', log: silentLogger }
      const target = {
        database: await openDatabase(work.connection, options),
        migrations,
        folder: dataFolder(work.data),
        clock: systemClock,
        random: systemRandomness,
        log: silentLogger,
      }
      await restoreBackup(work.path, testSecret, target)
    }
  }
}
