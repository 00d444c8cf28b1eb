// A process that appends entries, says each receipt that it was given, and sequences them, and ends by SIGKILL at a given step: any
// statement to the database, any change of a file.

import { say, stepsSoFar, stopAt, type Stop } from './stop-here.ts'
import {
  openDatabase,
  silentLogger,
  systemClock,
  systemRandomness,
  type DatabaseSocket,
} from '../../../server/src/base/index.ts'
import { openLedger } from '../../../server/src/ledger/index.ts'
import { testCheckpointSigner, testDraft, testEd25519, type TestKeys } from '../../../server/src/ledger/testing.ts'

export interface SequencerSettings {
  readonly connection: DatabaseSocket
  readonly origin: string
  readonly keys: TestKeys
  readonly checkpointFile: string
  /** Entries of each of the rounds of appending and sequencing. */
  readonly rounds: readonly number[]
  readonly stop: Stop | null
}

export type SequencerSaid = { readonly receipt: unknown } | { readonly checkpoint: string } | { readonly steps: number }

const settings = JSON.parse(process.argv[2] ?? '') as SequencerSettings
const { origin, keys } = settings
const database = await openDatabase(settings.connection, {
  poolSize: 2,
  applicationName: 'sallyport-test',
  log: silentLogger,
})
const ledger = await openLedger({
  database,
  signer: testCheckpointSigner(origin, keys),
  receiptSigner: testEd25519(origin, keys.receipt),
  clock: systemClock,
  random: systemRandomness,
  log: silentLogger,
  checkpointFile: settings.checkpointFile,
  origin,
})
stopAt(settings.stop)
for (const count of settings.rounds) {
  const appended = Array.from({ length: count }, async (_, n) => {
    const { receipt } = await ledger.append(testDraft(n))
    say({ receipt })
  })
  await Promise.all(appended)
  while ((await ledger.sequenceOnce()) > 0);
  say({ checkpoint: await ledger.checkpoint() })
}
say({ steps: stepsSoFar() })
process.exit(0)
