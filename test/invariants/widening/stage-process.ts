// A process that does one step on an enclave that others have open too, and ends by SIGKILL where the power is cut. Prints the
// entries that were acknowledged, when it gets so far.

import { openDatabase, silentLogger, type DatabaseSocket } from '../../../server/src/base/index.ts'
import { openEnclave } from '../../../server/src/main/index.ts'
import { sampleGround } from '../../../server/src/main/testing.ts'
import type { Step } from './acts.ts'
import { cutDatabase } from './power-cut.ts'
import { perform, type Actor } from './stage.ts'

export interface StageSettings {
  readonly folder: string
  readonly connection: DatabaseSocket
  readonly cast: readonly Actor[]
  readonly step: Step
}

const { folder, connection, cast, step } = JSON.parse(process.argv[2] ?? '') as StageSettings
const options = { poolSize: 8, applicationName: 'sallyport-stage', log: silentLogger }
const database = await openDatabase(connection, options)
const ended = () => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise<never>(() => {})
}
const breaking = cutDatabase(await openDatabase(connection, options), ended)
const enclave = await openEnclave(await sampleGround(breaking, folder))
breaking.arm(step.cut, step.paceMs)
const acknowledged = await perform({ enclave, database, cast }, step, breaking.isCut)
process.stdout.write(JSON.stringify(acknowledged))
await breaking.close()
await database.close()
