// The ledger and the decision point over thousands of interleavings of decide, append, sequence, sign, publish and respond, with a
// fault at any step: see docs/adr/0027-a-model-of-the-database.md for what this can see and what it cannot. The suite plays
// some; `npm run model` plays as many as SALLYPORT_MODEL_RUNS says.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { broken } from './broken.ts'
import { beginningOf, beginsAt, play, plays, startAfter } from './play.ts'
import { replay, startPostgres, type Postgres } from './replay.ts'
import { marksOf, oftenMet } from './marks.ts'

const asked = process.env['SALLYPORT_MODEL_RUNS']
const numRuns = Number(asked ?? 1000)
/** A seed of its own for each long run, unless one is given; fast-check prints the one that failed, and this all of them. */
const seed = Number(process.env['SALLYPORT_MODEL_SEED'] ?? (asked === undefined ? 120_63 : Date.now() % 2 ** 31))

test(
  `whatever comes in between, nothing that was said is untrue, and it goes on: ${numRuns} interleavings, seed ${seed}`,
  { timeout: 60_000 + numRuns * 200 },
  async () => {
    const met = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(plays, async (one) => {
        for (const mark of marksOf(await play(one))) met.set(mark, (met.get(mark) ?? 0) + 1)
      }),
      { numRuns, seed },
    )
    if (asked !== undefined) console.log(JSON.stringify({ numRuns, seed, ...Object.fromEntries(met) }, null, 2))
    // It would be worth little if what it is for hardly ever came.
    expect(oftenMet.filter((mark) => !met.has(mark))).toEqual([])
  },
)

test('a database that was put back behind a checkpoint outside is refused, and nothing goes on', async () => {
  let refused = 0
  await fc.assert(
    fc.asyncProperty(plays, async (one) => {
      const world = await play(one)
      if (beginsAt(one) === world.size()) return
      await expect(startAfter(one, world)).rejects.toThrow('want a database that was not put back')
      refused++
    }),
    { numRuns: 50, seed: 1 },
  )
  expect(refused).toBeGreaterThan(20)
})

describe('a guard that is taken out is missed:', () => {
  test.each(Object.entries(broken))('%s', { timeout: 120_000 }, async (_, { broken, finds }) => {
    const found = await fc.check(
      fc.asyncProperty(plays, async (one) => void (await play(one, broken))),
      { numRuns: 3000, seed: 1, endOnFailure: true },
    )
    expect(found.errorInstance).toMatchObject({ message: expect.stringMatching(finds) as string })
  })
})

describe('PostgreSQL', () => {
  const runs = asked === undefined ? 25 : 300
  let keyed: Postgres
  let keyless: Postgres
  beforeAll(async () => {
    keyed = await startPostgres({ isIndexKey: true })
    keyless = await startPostgres({ isIndexKey: false })
  })
  afterAll(async () => {
    await keyed.stop()
    await keyless.stop()
  })

  test(`answers, waits and is left as the model is, over ${runs} interleavings`, { timeout: 600_000 }, async () => {
    let replayed = 0
    const met = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(plays, async (one) => {
        const world = await play(one)
        if (world.database.isOrderOpen) return
        replayed++
        const { tables: before } = await beginningOf(one.beginning)
        const { trace } = world.database
        const postgres = one.ground.isIndexKey ? keyed : keyless
        await replay(postgres, trace, { before, after: world.tables, ground: one.ground })
        for (const mark of marksOf(world)) met.set(mark, (met.get(mark) ?? 0) + 1)
      }),
      // A difference says which step it is; to play it again and again in smaller would take hours.
      { numRuns: runs, seed, endOnFailure: true },
    )
    expect(met.size).toBeGreaterThan(5)
    expect(replayed).toBeGreaterThan(runs / 2)
  })
})
