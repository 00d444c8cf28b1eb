// What waits is asked for once: of several who ask at one moment one does, and whatever is another change, or is over, is in nobody's way.

import type { Id, JsonObject } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import { approvalsMigrations, mustNotWait, requestApproval, withdrawRequest } from './index.ts'

let gate: TestGate
let asker: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  const [one] = await enlistOfficers(gate.database, 1)
  asker = one ?? expect.fail('nobody is there')
})
afterAll(() => gate.stop())

interface Wanted {
  readonly kind?: string
  readonly change: JsonObject
  /** What tells it from others; the whole change where nothing is said. */
  readonly members?: JsonObject
  readonly isSame?: (change: JsonObject) => boolean
}

async function ask({ kind = 'test.widen', change, members = change, isSame }: Wanted): Promise<Id<'approval'>> {
  return await gate.database.transaction(async (tx) => {
    const same = isSame === undefined ? {} : { isSame }
    await mustNotWait(tx, { kind, members, ...same, verb: 'widen', what: 'the same' })
    const wanted = { kind, change, requestedBy: asker, needed: 2, excluded: [], lifetimeMs: 60_000 }
    return (await requestApproval(tx, gate, wanted)).requestId
  })
}

const conflict = (id: string) => ({
  code: 'conflict',
  message: `cannot widen: the same waits for approval already, want request ${id} approved or withdrawn`,
  details: { waiting: { kind: 'approval', id } },
})

describe('mustNotWait()', () => {
  test('lets one of several at one moment ask, and names that one to the others', async () => {
    for (let round = 0; round < 10; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 6 }, () => ask({ change: { round } })))
      const made = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(made).toHaveLength(1)
      const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      for (const one of refused) expect(one).toMatchObject(conflict(made[0] ?? ''))
    }
  })

  test('takes for the same what is of one kind and holds the same members, whatever stands besides', async () => {
    const members = { file: 'f' }
    const id = await ask({ change: { ...members, reason: 'one' }, members })
    await expect(ask({ change: { ...members, reason: 'other' }, members })).rejects.toMatchObject(conflict(id))
    await ask({ change: { file: 'g' } })
    await ask({ kind: 'test.other', change: members })
  })

  test('asks whoever wants it where members do not say it all', async () => {
    const wanted = (sealed: string): Wanted => ({
      change: { person: 'p', sealed },
      members: { person: 'p' },
      isSame: (change) => change['sealed'] === sealed,
    })
    await ask(wanted('a'))
    const second = await ask(wanted('b'))
    await expect(ask(wanted('b'))).rejects.toMatchObject(conflict(second))
  })

  test('is in nobody’s way once what waited is withdrawn or past its time', async () => {
    const change = { key: 'k' }
    const first = await ask({ change })
    await gate.database.transaction(
      async (tx) => await withdrawRequest(tx, gate, { requestId: first, kind: 'test.widen', person: asker }),
    )
    const second = await ask({ change })
    await gate.database.query(
      `UPDATE approval_request SET requested_at = requested_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
        WHERE id = $1`,
      [second],
    )
    expect(await ask({ change })).not.toBe(second)
  })
})
