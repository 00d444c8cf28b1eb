// Sequencing and publishing, by a process that is killed before every single step and right after it or in the middle of a step that it takes: each
// statement of each transaction, each change of the checkpoint file. Whatever it left, the ledger opens, agrees with itself and
// with every checkpoint that was shown, and holds whatever was acknowledged (I2, I7).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseReceipt, verifyCheckpoint, type Receipt } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openLedger, verifySignature } from '../../server/src/ledger/index.ts'
import { temporaryLedger, type TemporaryLedger } from '../../server/src/ledger/testing.ts'
import type { SequencerSaid, SequencerSettings } from './cutting/cut-sequencer.ts'
import type { Stop } from './cutting/stop-here.ts'

const program = fileURLToPath(new URL('cutting/cut-sequencer.ts', import.meta.url))
const rounds = [4]
let temporary: TemporaryLedger
let steps = 0

beforeAll(async () => {
  temporary = await temporaryLedger()
  const { wasKilled, said } = await run(null)
  if (wasKilled) throw new Error('the whole work was killed, and nothing was to stop it')
  steps = said.reduce((most, one) => ('steps' in one ? one.steps : most), 0)
}, 60_000)
afterAll(() => temporary.stop())

async function run(stop: Stop | null): Promise<{ wasKilled: boolean; said: readonly SequencerSaid[] }> {
  const { connection, privateKeys: keys } = temporary
  const { origin, checkpointFile } = temporary.options
  const settings: SequencerSettings = { connection, origin, keys, checkpointFile, rounds, stop }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')])
  const lines = printed.split('\n').filter((line) => line !== '')
  return { wasKilled: child.signalCode === 'SIGKILL', said: lines.map((line) => JSON.parse(line) as SequencerSaid) }
}

/** What has to hold of whatever a killed process left. */
async function mustStand(said: readonly SequencerSaid[]): Promise<void> {
  const { origin, checkpointFile } = temporary.options
  const receipts = said.flatMap((one) => ('receipt' in one ? [parseReceipt(one.receipt) as Receipt] : []))
  const outside = await readFile(checkpointFile, 'utf8')
  const ledger = await openLedger(temporary.options)
  // The server holds the turn of a killed process until it notices.
  const rest = async () => {
    while ((await ledger.sequenceOnce()) > 0);
    return await temporary.options.database.query('SELECT id FROM ledger_pending')
  }
  await vi.waitFor(async () => expect(await rest()).toEqual([]), { timeout: 20_000, interval: 20 })
  expect(await ledger.audit()).toBeNull()
  for (const receipt of receipts) expect(await ledger.proveReceipt(receipt, null)).toMatchObject({ state: 'in-tree' })
  const { size } = await ledger.head()
  for (const note of [outside, ...said.flatMap((one) => ('checkpoint' in one ? [one.checkpoint] : []))]) {
    const shown = await verifyCheckpoint(note, origin, temporary.keys, verifySignature)
    expect(shown?.size).toBeLessThanOrEqual(size)
    await expect(ledger.auditAtStart({ since: note, newest: 0 })).resolves.toMatchObject({ finding: null })
  }
}

describe('sequenceOnce(), killed at every step', () => {
  test.each(['before', 'torn'] as const)(
    'loses nothing that was acknowledged and forks nothing that was shown: %s it',
    async (moment) => {
      expect(steps).toBeGreaterThan(10)
      let killed = 0
      for (let step = 0; step < steps; step++) {
        const { wasKilled, said } = await run({ step, moment })
        if (wasKilled) killed++
        await mustStand(said)
      }
      expect(killed).toBeGreaterThan(steps / 2)
    },
    400_000,
  )
})
