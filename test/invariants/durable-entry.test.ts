// I2: no key is left without its durable entry. A gate is killed at any moment while clients note each key that they receive;
// and the moments between append and answer are held open one by one. With a permit issued before its entry is durable
// (policy/decide.ts) both fail.

import type { Id } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, openMetrics, systemClock, systemRandomness, type Database } from '../../server/src/base/index.ts'
import { openEnclave } from '../../server/src/main/index.ts'
import {
  acknowledge,
  falconLabels,
  freePort,
  requestFor,
  sampleEnclave,
  type SampleEnclave,
} from '../../server/src/main/testing.ts'
import type { DecisionPoint } from '../../server/src/policy/index.ts'
import { gateClient, makeSite, openBeside, serveElsewhere, type GateProcess, type Site } from '../gate.ts'

/** `npm run chaos` kills as often as it is told. */
const kills = 10
const asking = 4

describe('a gate killed at any moment (I2)', () => {
  let site: Site
  let gate: GateProcess | null = null
  beforeAll(async () => {
    site = await makeSite()
  })
  afterAll(async () => {
    await gate?.kill()
    await site.stop()
  })

  test(`leaves no key without its entry, in ${kills} kills`, async () => {
    const port = await freePort(9620)
    const received: string[] = []
    for (let round = 0; round < kills; round++) {
      gate = await serveElsewhere(site, { port, listenPort: port })
      received.push(...(await askUntilKilled(gate)))
    }
    const { enclave } = await openBeside(site)
    while ((await enclave.ledger.sequenceOnce()) > 0);
    expect(await enclave.ledger.audit()).toBeNull()
    const rows = await site.database.query(
      `SELECT about_id FROM ledger_entries WHERE kind = 'decision.permit' AND about_id = ANY ($1::text[])`,
      [received],
    )
    const recorded = new Set(rows.map((row) => row['about_id']))
    expect(received.filter((fileId) => !recorded.has(fileId))).toEqual([])
    expect(received.length).toBeGreaterThan(kills)
  }, 240_000)
})

/** Open fresh files as fast as the gate answers, and kill it a random while after the first key. Yields what was opened. */
async function askUntilKilled(gate: GateProcess): Promise<readonly string[]> {
  const client = await gateClient(gate)
  const token = await client.token('james')
  const received: string[] = []
  const hasBegun = Promise.withResolvers<void>()
  const ask = async (): Promise<void> => {
    for (;;) {
      const file = await client.fileToOpen()
      const answer = await client.open(token, file).catch(() => null)
      if (answer === null) return
      if (!('key' in answer)) throw new Error(`refused: ${answer.refused}`)
      received.push(file.fileId)
      hasBegun.resolve()
    }
  }
  const workers = Array.from({ length: asking }, ask)
  await Promise.race([hasBegun.promise, Promise.all(workers)])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
  await gate.kill()
  await Promise.all(workers)
  client.close()
  return received
}

describe('decide() between append and answer (I2)', () => {
  let sample: SampleEnclave
  beforeAll(async () => {
    sample = await sampleEnclave()
  })
  afterAll(() => sample.stop())

  interface Moments {
    readonly beforeCommit?: () => Promise<void>
    readonly afterCommit?: () => Promise<void>
  }

  /** The real decision point over the real database, with a way into the moments around the commit of what it records. */
  async function decisionPoint({ beforeCommit, afterCommit }: Moments): Promise<DecisionPoint> {
    const { database, ground } = sample
    let isOpen = false
    const transaction: Database['transaction'] = async (work) => {
      if (!isOpen) return await database.transaction(work)
      const result = await database.transaction(async (tx) => {
        const worked = await work(tx)
        await beforeCommit?.()
        return worked
      })
      await afterCommit?.()
      return result
    }
    const watched: Database = {
      ...database,
      transaction,
      // The statement that records decisions is a transaction by itself: here it has a commit that can be held and lost.
      query: async (statement, values) => {
        const isAppend = typeof statement !== 'string' && statement.name === 'ledger-append-while-epoch'
        return await (isAppend ? transaction((tx) => tx.query(statement, values)) : database.query(statement, values))
      },
    }
    const { decisions } = await openEnclave({ ...ground, database: watched, metrics: openMetrics() })
    isOpen = true
    return decisions
  }

  function opening() {
    const id = newId<'file'>(systemClock, systemRandomness)
    const file = { kind: 'file', id, presented: { labels: falconLabels, dissem: [] } } as const
    return requestFor('james', 'file.open', file, { evidence: { fulfillable: [acknowledge] } })
  }

  async function entriesAbout(fileId: Id<'file'>): Promise<number> {
    const [row] = await sample.database.query(
      'SELECT count(*) AS n FROM (SELECT about_id FROM ledger_pending UNION ALL SELECT about_id FROM ledger_entries) e WHERE about_id = $1',
      [fileId],
    )
    return Number(row?.['n'])
  }

  test('answers nothing while the entry is appended but not durable', async () => {
    const held = Promise.withResolvers<void>()
    const isAppended = Promise.withResolvers<void>()
    const point = await decisionPoint({
      beforeCommit: async () => {
        isAppended.resolve()
        await held.promise
      },
    })
    const request = opening()
    let isAnswered = false
    const deciding = point.decide(request).then((decision) => {
      isAnswered = true
      return decision
    })
    await isAppended.promise
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(isAnswered).toBe(false)
    expect(await entriesAbout(request.resource.id)).toBe(0)
    held.resolve()
    expect((await deciding).effect).toBe('permit')
    expect(await entriesAbout(request.resource.id)).toBe(1)
  })

  const lost = () => Promise.reject(new Problem('unavailable', 'cannot commit: the test broke the connection'))

  test('gives no permit when the append does not become durable', async () => {
    const request = opening()
    const point = await decisionPoint({ beforeCommit: lost })
    await expect(point.decide(request)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await entriesAbout(request.resource.id)).toBe(0)
  })

  test('gives no permit when the outcome of the commit is lost, and the entry stands', async () => {
    const request = opening()
    const point = await decisionPoint({ afterCommit: lost })
    await expect(point.decide(request)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await entriesAbout(request.resource.id)).toBe(1)
  })
})
