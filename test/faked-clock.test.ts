// A process of the gate on a machine whose clock is a year off, as the C library tells it (libfaketime): what ends, and what is overdue, goes
// by the database's clock alone.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import type { FakedAnswer } from './faked-clock-process.ts'

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')
const isThere = library !== undefined || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
const script = fileURLToPath(new URL('faked-clock-process.ts', import.meta.url))

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

const day = 86_400_000

/** Ask the process once. */
type Ask = () => Promise<FakedAnswer>

function gateAt(faketime: string): Ask {
  const { folder, connection } = sample
  const gate = spawn(process.execPath, [script, JSON.stringify({ folder, connection })], {
    env: { ...process.env, LD_PRELOAD: library, FAKETIME: faketime, FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: gate.stdout })[Symbol.asyncIterator]()
  onTestFinished(async () => {
    if (gate.exitCode !== null) return
    const ended = once(gate, 'exit')
    gate.kill('SIGKILL')
    await ended
  })
  return async () => {
    gate.stdin.write('\n')
    const { value } = await answers.next()
    return JSON.parse(String(value)) as FakedAnswer
  }
}

/** Give the agreement of the sample other times, by the database's clock; yields those that it had. */
async function set(times: { readonly validFrom?: number; readonly validUntil?: number }): Promise<void> {
  const id = await sample.authorizationId('TA-0042-26')
  for (const [name, ms] of Object.entries(times)) {
    await sample.database.query(
      `UPDATE authorization_record SET version = version + 1, terms = jsonb_set(terms, $2, to_jsonb($3::text)) WHERE id = $1`,
      [id, `{${name}}`, new Date(ms).toISOString()],
    )
  }
}

describe.skipIf(!isThere)(
  `a host clock that is a year off (Debian package libfaketime${isThere ? '' : ', which is not here'})`,
  { timeout: 120_000 },
  () => {
    test.each([
      ['-365d', -365 * day],
      ['+365d', 365 * day],
    ])('access ends and duties are late by the clock of the database at %s', async (faketime, offMs) => {
      const ask = gateAt(faketime)
      const [row] = await sample.database.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at')
      const now = Number(row?.['at'])
      // A year from its approval is over tomorrow, and so is its time: nothing is late and everything is covered.
      await set({ validFrom: now - 364 * day, validUntil: now + 60 * day })
      const before = await ask()
      expect(Math.abs(before.clockMs - now - offMs)).toBeLessThan(30 * day)
      expect(Math.abs(before.atMs - now)).toBeLessThan(day)
      expect(before).toMatchObject({ effect: 'permit', overdue: [] })
      await set({ validFrom: now - 367 * day, validUntil: now + 29 * day })
      expect(await ask()).toMatchObject({ effect: 'permit', overdue: ['law.concluded', 'law.ending'] })
      await set({ validUntil: now - 1000 })
      expect(await ask()).toMatchObject({ effect: 'deny' })
    })
  },
)
