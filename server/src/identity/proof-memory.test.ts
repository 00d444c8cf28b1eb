import { afterAll, beforeAll, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { openDatabase, silentLogger, systemClock, type Database } from '../base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../base/testing.ts'
import { identityMigrations } from './index.ts'
import { makeSharedProofMemory } from './proof-memory.ts'
import { forgetProofs } from './store.ts'

let temporary: TemporaryDatabase
let other: Database
beforeAll(async () => {
  temporary = await temporaryDatabase([identityMigrations])
  other = await openDatabase(temporary.connection, { poolSize: 4, applicationName: 'other', log: silentLogger })
})
afterAll(async () => {
  await other.close()
  await temporary.stop()
})

test('makeSharedProofMemory() takes a proof once, whichever process it comes to', async () => {
  const here = makeSharedProofMemory(temporary.database, systemClock, silentLogger)
  const there = makeSharedProofMemory(other, systemClock, silentLogger)
  expect(await here.remember('key one', 60_000)).toBe(true)
  expect(await there.remember('key one', 60_000)).toBe(false)
  expect(await here.remember('key one', 60_000)).toBe(false)
  expect(await there.remember('key two', 60_000)).toBe(true)
})

test('makeSharedProofMemory() lets one through of many at once, in several processes and in opposite order', async () => {
  const memories = [temporary.database, other].map((one) => makeSharedProofMemory(one, systemClock, silentLogger))
  const proofs = Array.from({ length: 60 }, (_, n) => `at once ${n}`)
  const tries = memories.flatMap((memory, n) =>
    [...(n === 0 ? proofs : proofs.toReversed()), ...proofs].map(async (proof) => ({
      proof,
      isFirst: await memory.remember(proof, 60_000),
    })),
  )
  const firsts = (await Promise.all(tries)).filter((one) => one.isFirst).map((one) => one.proof)
  expect(firsts.toSorted()).toEqual(proofs.toSorted())
})

test('makeSharedProofMemory() keeps a proof for its time and forgets it afterwards', async () => {
  const memory = makeSharedProofMemory(temporary.database, systemClock, silentLogger)
  expect(await memory.remember('short', 0)).toBe(true)
  expect(await memory.remember('long', 60_000)).toBe(true)
  await forgetProofs(temporary.database)
  expect(await memory.remember('short', 60_000)).toBe(true)
  expect(await memory.remember('long', 60_000)).toBe(false)
})

test('makeSharedProofMemory() refuses when the database cannot be asked', async () => {
  const closed = await openDatabase(temporary.connection, { poolSize: 1, applicationName: 'gone', log: silentLogger })
  const memory = makeSharedProofMemory(closed, systemClock, silentLogger)
  await closed.close()
  await expect(memory.remember('nobody hears', 60_000)).rejects.toThrow(Problem)
})
