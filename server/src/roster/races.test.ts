// Two who act on one person at the same moment: the second reads what the first left, and the record says who came first.

import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { approvalsMigrations } from '../approvals/index.ts'
import { addUnverified, applyChange, changeSetting, endPerson, readSettings, setReviewInterval } from './index.ts'
import { enlistOfficers, openTestGate, type TestGate } from './testing.ts'

let gate: TestGate
let officer: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  ;[officer] = (await enlistOfficers(gate.database, 1)) as [Id<'person'>]
})
afterAll(() => gate.stop())

async function add(): Promise<Id<'person'>> {
  const { person } = await addUnverified(gate, gate.permit('person.add', 'enclave', officer), {
    displayName: 'Mara Lindgren',
    mail: null,
    kind: 'employee',
    externalId: null,
    employer: null,
    regularEmployee: null,
    actsForForeignEmployer: false,
    ndaSignedOn: null,
    briefedOn: null,
  })
  return person.id
}

async function addOfficer(): Promise<Id<'person'>> {
  const id = await add()
  await gate.database.query(
    `UPDATE person SET status = 'us-person', basis = 'citizen', verified_at = now(), evidence_ref = 'test', roles = '{officer}'
      WHERE id = $1`,
    [id],
  )
  return id
}

/** Until as many sessions wait for a lock. */
async function waiting(sessions: number): Promise<void> {
  for (;;) {
    const rows = await gate.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    if (rows.length >= sessions) return
    await setTimeout(5)
  }
}

test('endPerson() keeps what was taken away while it waited for the person', async () => {
  const id = await add()
  await gate.database.query(`INSERT INTO person_assignment VALUES ($1, 'falcon', 'design')`, [id])
  const permit = gate.permit('person.end', id, officer)
  const ending = gate.database.transaction(async (tx) => {
    await tx.query('UPDATE person SET version = version + 1 WHERE id = $1', [id])
    const ended = endPerson(gate, permit, { id, kind: 'left', reason: 'gave notice' })
    await waiting(1)
    await tx.query('DELETE FROM person_assignment WHERE person_id = $1', [id])
    return { ended }
  })
  const { person } = await (await ending).ended
  expect(person).toMatchObject({ status: 'ended', assignments: [] })
  expect(await gate.database.query('SELECT 1 FROM person_assignment WHERE person_id = $1', [id])).toEqual([])
})

test('applyChange() is on record after every decision and approval that rests on the state before it', async () => {
  const id = await add()
  const permit = gate.permit('person.change', id, officer)
  const change = { id, change: { change: 'record-foreign-employer' }, reason: 'letter', version: 1 } as const
  const holding = gate.database.transaction(async (tx) => {
    // As a decision does that becomes durable, or an approval that counts who may still approve.
    await tx.query('SELECT epoch FROM access_epoch FOR SHARE')
    const changing = applyChange(gate, permit, change)
    await waiting(1)
    const [row] = await tx.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at_ms')
    return { changing, atMs: Math.floor(Number(row?.['at_ms'])) }
  })
  const { changing, atMs } = await holding
  await changing
  const entry = (await gate.entriesAbout('person', id)).at(-1)
  expect(entry).toMatchObject({ kind: 'person.changed' })
  expect(entry?.atMs).toBeGreaterThanOrEqual(atMs)
})

test('endPerson() and applyChange() refuse whoever was ended since it was decided that they may, and leave one of two', async () => {
  for (let round = 0; round < 4; round++) {
    const [one, other, subject] = [await addOfficer(), await addOfficer(), await add()]
    const end = (id: Id<'person'>, by: Id<'person'>) =>
      endPerson(gate, gate.permit('person.end', id, by), { id, kind: 'left', reason: 'gave notice' })
    const changing = [one, other].map((by) => gate.permit('person.change', subject, by))
    const both = await Promise.allSettled([end(one, other), end(other, one)])
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'refused' })
    const ended = both[0]?.status === 'fulfilled' ? one : other
    const change = { change: 'record-foreign-employer' } as const
    const late = changing.find((each) => each.actor === ended)
    if (late === undefined) throw new Error('nobody was ended')
    const wanted = { id: subject, change, reason: 'letter', version: 1 }
    await expect(applyChange(gate, late, wanted)).rejects.toMatchObject({ code: 'refused' })
    expect((await gate.entriesAbout('person', subject)).map((entry) => entry.kind)).toEqual(['person.added'])
  }
})

test('endPerson() lets somebody end themself', async () => {
  const one = await addOfficer()
  const ending = { id: one, kind: 'left', reason: 'gave notice' } as const
  expect((await endPerson(gate, gate.permit('person.end', one, one), ending)).person).toMatchObject({ status: 'ended' })
})

test('applyChange() leaves one of two officers who take the role from each other at once', async () => {
  for (let round = 0; round < 4; round++) {
    const [one, other] = [await addOfficer(), await addOfficer()]
    const unseat = (id: Id<'person'>, by: Id<'person'>) =>
      applyChange(gate, gate.permit('person.change', id, by), {
        id,
        change: { change: 'remove-role', role: 'officer' },
        reason: 'moved on',
        version: 2,
      })
    const both = await Promise.allSettled([unseat(one, other), unseat(other, one)])
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'refused' })
    const rows = await gate.database.query('SELECT roles FROM person WHERE id = ANY ($1::uuid[]) ORDER BY 1', [
      [one, other],
    ])
    expect(rows.map((row) => row['roles'])).toEqual([[], ['officer']])
  }
})

test('changeSetting() and setReviewInterval() refuse whoever lost the role since it was decided that they may', async () => {
  const one = await addOfficer()
  const permits = [
    gate.permit('setting.change', 'enclave', one),
    gate.permit('setting.change', 'enclave', one),
  ] as const
  const setting = { name: 'foreign-employer-bars', isOn: true, reason: 'memo' } as const
  const interval = { role: 'engineer', task: 'briefing', months: 12, reason: 'memo' } as const
  await gate.database.query(`UPDATE person SET roles = '{engineer}' WHERE id = $1`, [one])
  await expect(changeSetting(gate, permits[0], setting)).rejects.toMatchObject({ code: 'refused' })
  await expect(setReviewInterval(gate, permits[1], interval)).rejects.toMatchObject({ code: 'refused' })
  const { settings, intervals } = await readSettings(gate, gate.permit('person.list', 'enclave', officer))
  expect(settings).toContainEqual(expect.objectContaining({ name: 'foreign-employer-bars', isOn: false }))
  expect(intervals).toEqual([])
})
