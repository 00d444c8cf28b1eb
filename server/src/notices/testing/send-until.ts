// A program for a test that kills it: send notices, round after round, until it is killed.
// Argument: settings as JSON.

import { openDatabase, silentLogger, systemClock, systemRandomness, type DatabaseSocket } from '../../base/index.ts'
import { openLedger } from '../../ledger/index.ts'
import { testCheckpointSigner, testEd25519, type TestKeys } from '../../ledger/testing.ts'
import { startNotices, usualPace } from '../index.ts'
import { testMailer } from '../testing.ts'

export interface SendingSettings {
  readonly connection: DatabaseSocket
  readonly origin: string
  readonly checkpointFile: string
  readonly privateKeys: TestKeys
  readonly port: number
  readonly kind: string
}

const settings = JSON.parse(process.argv[2] ?? '') as SendingSettings
const { connection, origin, checkpointFile, privateKeys, port, kind } = settings
const common = { clock: systemClock, random: systemRandomness, log: silentLogger }
const database = await openDatabase(connection, { poolSize: 3, applicationName: 'sender', log: silentLogger })
const ledger = await openLedger({
  ...common,
  database,
  origin,
  checkpointFile,
  signer: testCheckpointSigner(origin, privateKeys),
  receiptSigner: testEd25519(origin, privateKeys.receipt),
})
const deps = {
  ...common,
  database,
  ledger,
  kinds: new Map([[kind, { role: 'officer' as const, phrase: 'A test of notices' }]]),
  mailer: testMailer({ port }),
  publicUrl: 'https://gate.example',
  counted: { add: () => undefined },
  pace: { ...usualPace, leaseMs: 500 },
}
startNotices(deps, { intervalMs: 20 })
