import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import { narrowAccess } from '../policy/index.ts'
import { declineRequest } from './approve.ts'
import { approvalProblem, approvalsMigrations, approve, requestApproval, withdrawRequest } from './index.ts'

let gate: TestGate
let officers: Id<'person'>[]
let asker: Id<'person'>
let subject: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  officers = [...(await enlistOfficers(gate.database, 240))]
  asker = somebody()
  subject = somebody()
})
afterAll(() => gate.stop())

const kind = 'test.widen'
/** An officer who has done nothing yet. */
function somebody(): Id<'person'> {
  const next = officers.pop()
  if (next === undefined) throw new Error('the test has no officers left')
  return next
}

async function ask(needed = 2, lifetimeMs = 60_000): Promise<Id<'approval'>> {
  const wanted = { kind, change: { z: 1, a: ['ü'] }, requestedBy: asker, needed, excluded: [subject], lifetimeMs }
  const { requestId } = await gate.database.transaction((tx) => requestApproval(tx, gate, wanted))
  return requestId
}

const give = (requestId: Id<'approval'>, person: Id<'person'>) =>
  gate.database.transaction((tx) => approve(tx, gate, { requestId, kind, person, role: 'officer' }))

const progress = async (id: string) =>
  (await gate.database.query('SELECT * FROM approval_progress WHERE request_id = $1', [id]))[0]

describe('approve()', () => {
  test('completes with the last approval that it takes, and hands out the exact change once', async () => {
    const request = await ask()
    const first = somebody()
    expect(await give(request, first)).toMatchObject({ outcome: 'counted', approved: 1, needed: 2, isComplete: false })
    expect(await progress(request)).toMatchObject({ state: 'pending', approved: 1, needed: 2 })
    const last = await give(request, somebody())
    expect(last).toMatchObject({ approved: 2, isComplete: true, change: { a: ['ü'], z: 1 } })
    expect(await progress(request)).toMatchObject({ state: 'executed', approved: 2 })
    expect(await give(request, somebody())).toMatchObject({ outcome: 'refused', refusal: 'not-pending' })
    const entries = await gate.entriesAbout('approval', request)
    expect(entries.map((one) => one.kind)).toEqual([
      'approval.requested',
      'approval.given',
      'approval.given',
      'approval.refused',
    ])
    expect(entries[0]).toMatchObject({ actor: asker, body: { for: kind, needed: 2 } })
    expect(entries[1]).toMatchObject({ actor: first, body: { approved: 1, complete: false } })
    expect(new Set(entries.map((one) => one.body['digest']))).toHaveLength(1)
  })

  test('refuses who asked, whom it is about and who approved before, and records each attempt', async () => {
    const request = await ask()
    const first = somebody()
    await give(request, first)
    expect(await give(request, asker)).toMatchObject({ refusal: 'requester' })
    expect(await give(request, subject)).toMatchObject({ refusal: 'excluded' })
    expect(await give(request, first)).toMatchObject({ refusal: 'approved-before' })
    expect(await progress(request)).toMatchObject({ state: 'pending', approved: 1 })
    const refusals = (await gate.entriesAbout('approval', request)).filter((one) => one.kind === 'approval.refused')
    expect(refusals.map((one) => one.body['refusal'])).toEqual(['requester', 'excluded', 'approved-before'])
  })

  const end = (person: Id<'person'>) =>
    gate.database.query(
      `UPDATE person SET status = 'ended', ended_at = now(), ended_kind = 'left', ended_reason = '\\x00' WHERE id = $1`,
      [person],
    )
  const demote = (person: Id<'person'>) =>
    gate.database.query(`UPDATE person SET roles = '{engineer}' WHERE id = $1`, [person])

  test.each([
    ['ended', end],
    ['no officer any more', demote],
  ])('does not count what somebody approved who is %s when it comes to it', async (_, lose) => {
    const request = await ask()
    const gone = somebody()
    await give(request, gone)
    await lose(gone)
    const next = somebody()
    expect(await give(request, next)).toMatchObject({ outcome: 'counted', approved: 1, needed: 2, isComplete: false })
    expect(await progress(request)).toMatchObject({ state: 'pending', approved: 1 })
    expect(await give(request, gone)).toMatchObject({ outcome: 'refused', refusal: 'no-standing' })
    expect(await give(request, somebody())).toMatchObject({ approved: 2, isComplete: true })
    const entries = await gate.entriesAbout('approval', request)
    expect(entries.map((one) => one.kind).sort()).toEqual([
      'approval.given',
      'approval.given',
      'approval.given',
      'approval.lapsed',
      'approval.refused',
      'approval.requested',
    ])
    expect(entries.find((one) => one.kind === 'approval.lapsed')).toMatchObject({
      actor: next,
      body: { lapsed: [gone] },
    })
  })

  const empower = (person: Id<'person'>, role = 'officer') =>
    gate.database.query('UPDATE person SET roles = $2 WHERE id = $1', [person, [role, 'empowered-official']])
  const giveOfficially = (requestId: Id<'approval'>, person: Id<'person'>) =>
    gate.database.transaction((tx) => approve(tx, gate, { requestId, kind, person, role: 'officer', official: true }))

  test('takes the last approval only with an empowered official among whoever asked and approved', async () => {
    const request = await ask()
    expect(await giveOfficially(request, somebody())).toMatchObject({ outcome: 'counted', approved: 1 })
    expect(await giveOfficially(request, somebody())).toMatchObject({ refusal: 'official-missing' })
    expect(await progress(request)).toMatchObject({ state: 'pending', approved: 1 })
    const official = somebody()
    await empower(official, 'engineer')
    expect(await giveOfficially(request, official)).toMatchObject({ outcome: 'counted', isComplete: true })
    const entries = await gate.entriesAbout('approval', request)
    expect(entries.find((one) => one.kind === 'approval.refused')).toMatchObject({
      body: { refusal: 'official-missing' },
    })
    // Where none is asked for, one who is no officer does not count.
    expect(await give(await ask(), official)).toMatchObject({ refusal: 'no-standing' })
  })

  test('counts an official as one for as long as they are', async () => {
    const request = await ask()
    const official = somebody()
    await empower(official)
    await giveOfficially(request, official)
    await demote(official)
    expect(await giveOfficially(request, somebody())).toMatchObject({ outcome: 'counted', approved: 1 })
    expect(await giveOfficially(request, somebody())).toMatchObject({ refusal: 'official-missing' })
    const asked = await ask(1)
    await empower(asker)
    expect(await giveOfficially(asked, somebody())).toMatchObject({ isComplete: true })
    await gate.database.query(`UPDATE person SET roles = '{officer}' WHERE id = $1`, [asker])
    expect(await giveOfficially(await ask(1), somebody())).toMatchObject({ refusal: 'official-missing' })
  })

  test('refuses somebody who is on no roster', async () => {
    expect(await give(await ask(), randomUUID() as Id<'person'>)).toMatchObject({ refusal: 'no-standing' })
  })

  test('refuses a request that has expired, and keeps it expired', async () => {
    const request = await ask(1, 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await give(request, somebody())).toMatchObject({ outcome: 'refused', refusal: 'expired' })
    expect(await progress(request)).toMatchObject({ state: 'expired', approved: 0 })
  })

  test('refuses a request of another kind and a change that was altered in the database', async () => {
    const request = await ask()
    const other = gate.database.transaction((tx) =>
      approve(tx, gate, { requestId: request, kind: 'test.other', person: somebody(), role: 'officer' }),
    )
    await expect(other).rejects.toMatchObject({ code: 'not-found' })
    await gate.database.query(`UPDATE approval_request SET subject = '{"z": 2}' WHERE id = $1`, [request])
    await expect(give(request, somebody())).rejects.toMatchObject({ code: 'internal' })
    expect(await progress(request)).toMatchObject({ approved: 0 })
  })

  test('executes once when two approve at once, also when the same person does twice', async () => {
    for (let round = 0; round < 8; round++) {
      const request = await ask(1)
      const both = await Promise.all([give(request, somebody()), give(request, somebody())])
      expect(both.map((one) => one.outcome).sort()).toEqual(['counted', 'refused'])
      const twice = await ask(2)
      const person = somebody()
      const same = await Promise.all([give(twice, person), give(twice, person)])
      expect(same.map((one) => one.outcome).sort()).toEqual(['counted', 'refused'])
      expect(await progress(twice)).toMatchObject({ state: 'pending', approved: 1 })
    }
  })

  test('waits for the epoch before it takes the request, as whoever changes many requests needs', async () => {
    const request = await ask(1)
    let giving: Promise<unknown> = Promise.resolve()
    await gate.database.transaction(async (tx) => {
      await narrowAccess(tx)
      giving = give(request, somebody())
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      while ((await tx.query(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      const free = await tx.query('SELECT FROM approval_request WHERE id = $1 FOR UPDATE SKIP LOCKED', [request])
      expect(free).toHaveLength(1)
    })
    expect(await giving).toMatchObject({ isComplete: true })
  })

  test('counts nothing of a transaction that fails after it', async () => {
    const request = await ask(1)
    const failing = gate.database.transaction(async (tx) => {
      await approve(tx, gate, { requestId: request, kind, person: somebody(), role: 'officer' })
      throw new Error('the change could not be executed')
    })
    await expect(failing).rejects.toThrow('could not be executed')
    expect(await progress(request)).toMatchObject({ state: 'pending', approved: 0 })
    expect(await give(request, somebody())).toMatchObject({ isComplete: true })
  })

  test('keeps to the rules whatever the order, one after the other or all at once', async () => {
    const people = [asker, subject, somebody(), somebody(), somebody()]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (steps, needed, atOnce) => {
          const request = await ask(needed)
          const tries = steps.map((which) => people[which] ?? asker)
          const results = []
          if (atOnce) results.push(...(await Promise.all(tries.map((person) => give(request, person)))))
          else for (const person of tries) results.push(await give(request, person))
          const eligible = new Set(tries.filter((person) => person !== asker && person !== subject))
          const counted = results.filter((one) => one.outcome === 'counted')
          expect(counted).toHaveLength(Math.min(needed, eligible.size))
          expect(counted.filter((one) => one.isComplete)).toHaveLength(eligible.size >= needed ? 1 : 0)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('declineRequest()', () => {
  const decline = (requestId: Id<'approval'>, person: Id<'person'>) =>
    gate.database.transaction((tx) =>
      declineRequest(tx, gate, {
        requestId,
        kind,
        person,
        role: 'officer',
        official: false,
        reason: 'no license names them',
        decision: randomUUID() as Id<'entry'>,
      }),
    )

  test('closes a request for good, by one of those who may approve it', async () => {
    const request = await ask()
    const first = somebody()
    await give(request, first)
    expect(await decline(request, first)).toHaveLength(1)
    expect(await progress(request)).toMatchObject({ state: 'declined' })
    expect(await give(request, somebody())).toMatchObject({ outcome: 'refused', refusal: 'not-pending' })
    expect(
      (await gate.entriesAbout('approval', request)).find((one) => one.kind === 'approval.declined'),
    ).toMatchObject({
      actor: first,
      body: { for: kind, reason: 'no license names them' },
    })
    await expect(decline(request, somebody())).rejects.toMatchObject({ code: 'conflict' })
  })

  test('refuses who asked, whom it is about, and who may not approve', async () => {
    const request = await ask()
    for (const person of [asker, subject, randomUUID() as Id<'person'>]) {
      await expect(decline(request, person)).rejects.toMatchObject({ code: 'refused' })
    }
    const late = await ask(1, 1)
    await gate.database.query(
      `UPDATE approval_request SET requested_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1`,
      [late],
    )
    await expect(decline(late, somebody())).rejects.toMatchObject({ code: 'conflict' })
    expect(await progress(request)).toMatchObject({ state: 'pending' })
  })
})

describe('withdrawRequest()', () => {
  const withdraw = (requestId: Id<'approval'>) =>
    gate.database.transaction((tx) => withdrawRequest(tx, gate, { requestId, kind, person: asker }))

  test('withdraws a pending request for good', async () => {
    const request = await ask()
    expect(await withdraw(request)).toHaveLength(1)
    expect(await give(request, somebody())).toMatchObject({ outcome: 'refused', refusal: 'not-pending' })
    expect((await gate.entriesAbout('approval', request))[1]).toMatchObject({
      kind: 'approval.withdrawn',
      actor: asker,
    })
  })

  test('leaves one that was executed as it is', async () => {
    const request = await ask(1)
    await give(request, somebody())
    expect(await withdraw(request)).toEqual([])
    expect(await progress(request)).toMatchObject({ state: 'executed' })
  })
})

test('requestApproval() refuses a request that takes nobody', async () => {
  await expect(ask(0)).rejects.toMatchObject({ code: 'internal' })
})

test('approvalProblem() says conflict where the request has moved on, and refused where the person is the matter', () => {
  expect(approvalProblem('requester')).toMatchObject({ code: 'refused' })
  expect(approvalProblem('excluded')).toMatchObject({ code: 'refused' })
  expect(approvalProblem('no-standing')).toMatchObject({ code: 'refused' })
  expect(approvalProblem('expired')).toMatchObject({ code: 'conflict' })
  expect(approvalProblem('not-pending')).toMatchObject({ code: 'conflict' })
})
