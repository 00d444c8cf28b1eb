import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addUnverified, endPerson, personHistory } from '../index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../testing.ts'

let gate: TestGate
let officer: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate()
  ;[officer] = (await enlistOfficers(gate.database, 1)) as [Id<'person'>]
})
afterAll(() => gate.stop())

async function add(displayName: string): Promise<Id<'person'>> {
  const facts = {
    kind: 'visitor',
    externalId: null,
    mail: null,
    employer: null,
    regularEmployee: null,
    briefedOn: null,
  } as const
  const newcomer = { ...facts, displayName, actsForForeignEmployer: false, ndaSignedOn: null }
  return (await addUnverified(gate, gate.permit('person.add', 'enclave', officer), newcomer)).person.id
}

/** Append an entry as the decision point does, and put it into the tree. Yields its id. */
async function decided(actor: Id<'person'>, effect: 'permit' | 'deny', action = 'file.open'): Promise<Id<'entry'>> {
  const { appended } = await gate.ledger.append({ kind: `decision.${effect}`, actor, about: null, body: { action } })
  await gate.ledger.sequenceOnce()
  return appended.id
}

async function end(id: Id<'person'>): Promise<Id<'entry'>> {
  const how = { id, kind: 'left', reason: 'last day' } as const
  const { entries } = await endPerson(gate, gate.permit('person.end', id, officer), how)
  await gate.ledger.sequenceOnce()
  return entries.at(-1)?.id as Id<'entry'>
}

/** Bring somebody back past the approvals, with the entry that a restoring leaves. */
async function restore(id: Id<'person'>): Promise<void> {
  const entry = await gate.ledger.append({ kind: 'person.changed', actor: officer, about: null, body: {} })
  await gate.ledger.sequenceOnce()
  await gate.database.query(
    `UPDATE person SET status = 'unverified', ended_kind = NULL, ended_by = NULL, ended_at = NULL, ended_reason = NULL,
                       change_entry = $2 WHERE id = $1`,
    [id, entry.appended.id],
  )
}

async function endingsOf(id: Id<'person'>) {
  return (await personHistory(gate, gate.permit('person.list', 'enclave', officer), id)).endings
}

describe('personHistory()', () => {
  test('tells the last permit before each ending and the first refusal after it, and how long that took', async () => {
    const id = await add('Somebody who leaves twice')
    const other = await add('Somebody who stays')
    expect(await endingsOf(id)).toEqual([])
    await decided(id, 'permit', 'file.list')
    const lastPermit = await decided(id, 'permit')
    await decided(other, 'permit')
    const first = await end(id)
    await decided(other, 'permit')
    const refusal = await decided(id, 'deny')
    await decided(id, 'deny', 'file.list')
    await restore(id)
    const between = await decided(id, 'permit')
    const second = await end(id)

    const [newest, oldest, ...more] = await endingsOf(id)
    expect(more).toEqual([])
    expect(oldest).toMatchObject({
      entryId: first,
      by: officer,
      lastPermit: { entryId: lastPermit, action: 'file.open' },
      firstRefusal: { entryId: refusal, action: 'file.open' },
      permitAfter: null,
    })
    const took = (oldest?.firstRefusal?.atMs ?? 0) - (oldest?.atMs ?? 0)
    expect(oldest?.untilRefusedMs).toBe(took)
    expect(took).toBeGreaterThanOrEqual(0)
    expect(newest).toMatchObject({
      entryId: second,
      lastPermit: { entryId: between },
      firstRefusal: null,
      permitAfter: null,
      untilRefusedMs: null,
    })
    expect(await endingsOf(other)).toEqual([])
  })

  test('shows a permit that stands after an ending instead of hiding it', async () => {
    const id = await add('Somebody whom a fault let in')
    await end(id)
    const late = await decided(id, 'permit')
    expect(await endingsOf(id)).toMatchObject([{ permitAfter: { entryId: late } }])
  })
})
