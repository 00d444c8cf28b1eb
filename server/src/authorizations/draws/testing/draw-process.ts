// For tests only: draws in a process of its own, one order after the other, which others can kill.

import { Problem, type Id } from '@sallyport/protocol'
import {
  newId,
  openDatabase,
  openMetrics,
  silentLogger,
  systemClock,
  systemRandomness,
  type DatabaseSocket,
} from '../../../base/index.ts'
import { openLedger } from '../../../ledger/index.ts'
import { testCheckpointSigner, testEd25519, type TestKeys } from '../../../ledger/testing.ts'
import { issuePermit } from '../../../policy/permit.ts'
import { drawLine } from '../draw-line.ts'

interface DrawSettings {
  readonly connection: DatabaseSocket
  readonly ledgerKeys: TestKeys
  readonly checkpointFile: string
  readonly id: Id<'authorization'>
  readonly by: Id<'person'>
  readonly orders: readonly { readonly quantity: number; readonly valueCents: number }[]
}

const { connection, ledgerKeys, checkpointFile, id, by, orders } = JSON.parse(process.argv[2] ?? '') as DrawSettings
const options = { poolSize: 2, applicationName: 'sallyport-draw', log: silentLogger }
const database = await openDatabase(connection, options)
const [clock, random] = [systemClock, systemRandomness]
const origin = 'test.invalid/ledger'
const ledger = await openLedger({
  database,
  origin,
  signer: testCheckpointSigner(origin, ledgerKeys),
  receiptSigner: testEd25519(origin, ledgerKeys.receipt),
  checkpointFile,
  clock,
  random,
  log: silentLogger,
  metrics: openMetrics(),
})
process.stdout.write('begins\n')
for (const order of orders) {
  const entryId = newId<'entry'>(clock, random)
  const permit = issuePermit({ action: 'authorization.draw', resourceId: id, entryId, actor: by }, clock, 0)
  await drawLine({ database, ledger, clock, random }, permit, { id, line: 'valves', reference: 'X1', ...order }).catch(
    (error: unknown) => {
      if (!(error instanceof Problem) || error.code === 'internal') throw error
    },
  )
}
await database.close()
