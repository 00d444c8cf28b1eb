import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openLedger, type Ledger } from './index.ts'
import type { Auditing } from './keep-auditing.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from './testing.ts'

let temporary: TemporaryLedger
let running: Auditing[]
beforeEach(async () => {
  temporary = await temporaryLedger()
  running = []
  await grow(700)
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await temporary.stop()
})

async function grow(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => temporary.ledger.append(testDraft(n))))
  await temporary.ledger.sequenceOnce()
}

const sql = (text: string) => temporary.options.database.query(text)
const alter = async (index: number): Promise<void> => {
  await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
  await sql(`UPDATE ledger_entries SET bytes = set_byte(bytes, 9, get_byte(bytes, 9) # 1) WHERE index = ${index}`)
}

/** Start as a gate does that reads so many of the newest entries first. */
async function start(newest: number): Promise<Ledger> {
  const ledger = await openLedger(temporary.options)
  expect((await ledger.auditAtStart({ since: null, newest })).finding).toBeNull()
  return ledger
}
/** All the time, with a round right after another. */
const restless = { shareAfterStart: 1, share: 1, betweenMs: 1, askEveryMs: 1 }
function keep(ledger: Ledger, pace = restless): void {
  running.push(ledger.keepAuditing(pace))
}
const refusal = (ledger: Ledger): Promise<string> =>
  ledger.append(testDraft(1)).then(
    () => 'appended',
    (error: unknown) => String(error),
  )
/** What it says once it refuses. */
const haltOf = (ledger: Ledger): Promise<string> =>
  vi.waitFor(
    async () => {
      const said = await refusal(ledger)
      if (said === 'appended') throw new Error('it records on')
      return said
    },
    { timeout: 20_000, interval: 20 },
  )
const findingFile = () => `${temporary.options.checkpointFile}.finding`

describe('keepAuditing()', () => {
  test('finds an entry that was altered behind the part that a start reads, and nothing is recorded from then on', async () => {
    await alter(12)
    const ledger = await start(100)
    expect(await refusal(ledger)).toBe('appended')
    keep(ledger)
    expect(await haltOf(ledger)).toContain('entry 12: entry-altered')
    await expect(ledger.head()).rejects.toMatchObject({ details: { finding: { what: 'entry-altered', index: 12 } } })
    await expect(ledger.sequenceOnce()).rejects.toMatchObject({ code: 'unavailable' })
    expect(JSON.parse(await readFile(findingFile(), 'utf8'))).toEqual({ what: 'entry-altered', index: 12 })
  })

  test.each([
    [
      'a tile',
      'UPDATE ledger_tile SET hashes = set_byte(hashes, 70, 1 # get_byte(hashes, 70)) WHERE level = 0 AND n = 0',
    ],
    ['a missing entry', 'DELETE FROM ledger_entries WHERE index = 3'],
    ['a column', "UPDATE ledger_entries SET kind = 'other.done' WHERE index = 3"],
  ])('finds %s that was changed while it was served, in a later round', async (_, text) => {
    const ledger = await start(Infinity)
    keep(ledger)
    await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
    await sql(text)
    expect(await haltOf(ledger)).toContain('want it as it was recorded')
  })

  test('tells the other processes, which stop as well though they do not read it themselves yet', async () => {
    const other = await start(Infinity)
    keep(other, { ...restless, betweenMs: 3_600_000 })
    await alter(12)
    const ledger = await start(100)
    keep(ledger)
    expect(await haltOf(ledger)).toContain('entry 12')
    expect(await haltOf(other)).toContain('another process found it altered')
  })

  test('what was found has every later start read all of it first, until it is as it was recorded', async () => {
    await alter(12)
    const ledger = await start(100)
    keep(ledger)
    expect(await haltOf(ledger)).toContain('entry 12')
    const next = await openLedger(temporary.options)
    const few = { since: null, newest: 10 }
    expect((await next.auditAtStart(few)).finding).toEqual({ what: 'entry-altered', index: 12 })
    expect((await next.auditAtStart({ ...few, since: await next.checkpoint() })).finding).not.toBeNull()
    await alter(12)
    expect((await next.auditAtStart(few)).finding).toBeNull()
    await alter(12)
    // Forgotten: the next start reads its part again, and the rest while it serves.
    expect((await next.auditAtStart(few)).finding).toBeNull()
  })

  test('a start that finds something keeps that too', async () => {
    await alter(695)
    const next = await openLedger(temporary.options)
    expect((await next.auditAtStart({ since: null, newest: 10 })).finding).toMatchObject({ index: 695 })
    expect(await readFile(findingFile(), 'utf8')).toContain('695')
  })

  test('finds nothing in a ledger that grows meanwhile, round after round, and stops when told', async () => {
    const rounds = vi.fn()
    const log = { ...temporary.options.log, info: rounds }
    const ledger = await openLedger({ ...temporary.options, log })
    await ledger.auditAtStart({ since: null, newest: 0 })
    keep(ledger)
    for (let n = 0; n < 5; n++) {
      await grow(300)
      expect(await refusal(ledger)).toBe('appended')
      await ledger.sequenceOnce()
    }
    const told = () => rounds.mock.calls.filter(([, text]) => String(text).includes('while it was served')).length
    await vi.waitFor(() => expect(told()).toBeGreaterThan(2), { timeout: 20_000 })
    await Promise.all(running.map((one) => one.stop()))
    const after = told()
    await grow(1)
    expect(told()).toBe(after)
    expect(await ledger.audit()).toBeNull()
  })

  test('goes on when the database was away for a while', async () => {
    let isAway = false
    const { database } = temporary.options
    const query: typeof database.query = (...args) =>
      isAway ? Promise.reject(new Error('away')) : database.query(...args)
    const warn = vi.fn()
    const log = { ...temporary.options.log, warn }
    const ledger = await openLedger({ ...temporary.options, log, database: { ...database, query } })
    await ledger.auditAtStart({ since: null, newest: 10 })
    isAway = true
    keep(ledger)
    await vi.waitFor(() => expect(warn).toHaveBeenCalled(), { timeout: 20_000 })
    await alter(12)
    isAway = false
    expect(await haltOf(ledger)).toContain('entry 12')
  })
})
