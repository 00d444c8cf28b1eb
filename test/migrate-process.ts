// Migrates a database in a process of its own, which ends by SIGKILL at a given statement, or stays there and says so.

import { pathToFileURL } from 'node:url'
import { migrate } from '../server/src/base/migrate.ts'
import { openDatabase, silentLogger, type DatabaseSocket } from '../server/src/base/index.ts'
import { cutDatabase, type Cut } from './invariants/widening/power-cut.ts'

export interface MigrateSettings {
  readonly connection: DatabaseSocket
  readonly folder: string
  readonly cut: Cut | null
  /** Stay at the statement, with what was done open, until somebody ends the process. */
  readonly isHeld: boolean
}

const { connection, folder, cut, isHeld } = JSON.parse(process.argv[2] ?? '') as MigrateSettings
const options = { poolSize: 1, applicationName: 'sallyport-migrate', log: silentLogger }
const database = cutDatabase(await openDatabase(connection, options), () => {
  if (isHeld) process.stdout.write('held\n')
  else process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
})
database.arm(cut)
await migrate(database, [{ module: 'one', folder: pathToFileURL(folder) }])
await database.close()
