import type { Id } from '@sallyport/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { markPerson } from '../roster/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import { bindPerson, unbindPerson } from './index.ts'

const identity = { issuer: 'https://idp.example', subject: 'ada' }

let gate: TestGate
let officer: Id<'person'>
beforeEach(async () => {
  gate = await openTestGate()
  officer = (await enlistOfficers(gate.database, 1))[0] as Id<'person'>
})
afterEach(() => gate.stop())

async function somebody(status: 'unverified' | 'ended'): Promise<Id<'person'>> {
  const ended = status === 'ended'
  const [row] = await gate.database.query(
    `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, person_key, ended_kind, ended_at,
                         ended_reason)
     VALUES (gen_random_uuid(), 'Ada', 'ada', 'ada', false, false, '{}', $1, '\\x00', $2, $3, $4) RETURNING id`,
    [status, ended ? 'left' : null, ended ? new Date() : null, ended ? Buffer.alloc(1) : null],
  )
  return row?.['id'] as Id<'person'>
}

const bind = (id: Id<'person'>, one = identity) =>
  bindPerson({ ...gate, markPerson }, gate.permit('identity.bind', id, officer), id, one)
const unbind = (id: Id<'person'>, one = identity) =>
  unbindPerson({ ...gate, markPerson }, gate.permit('identity.unbind', id, officer), id, one)

describe('bindPerson()', () => {
  test.each(['unverified', 'ended'] as const)('binds somebody %s, on record', async (status) => {
    const id = await somebody(status)
    await bind(id)
    const [entry] = await gate.entriesAbout('person', id)
    expect(entry).toMatchObject({ kind: 'identity.bound', actor: officer, body: identity })
  })

  test('refuses somebody verified, nobody, an identity that is taken, and a permit for another', async () => {
    await expect(bind(officer)).rejects.toThrow('the person is us-person')
    await expect(bind('01900000-0000-7000-8000-000000000001' as Id<'person'>)).rejects.toMatchObject({
      code: 'not-found',
    })
    const [one, other] = [await somebody('unverified'), await somebody('unverified')]
    await bind(one)
    await expect(bind(other)).rejects.toThrow('it is bound already')
    const permit = gate.permit('identity.bind', one, officer)
    await expect(
      bindPerson({ ...gate, markPerson }, permit, other, { ...identity, subject: 'b' }),
    ).rejects.toMatchObject({
      code: 'refused',
    })
  })

  test('is refused to whoever lost the role since it was decided that they may, and so is taking one away', async () => {
    const [id, bound] = [await somebody('unverified'), await somebody('ended')]
    await bind(bound)
    await gate.database.query(`UPDATE person SET roles = '{auditor}' WHERE id = $1`, [officer])
    await expect(bind(id, { ...identity, subject: 'bea' })).rejects.toMatchObject({ code: 'refused' })
    await expect(unbind(bound)).rejects.toMatchObject({ code: 'refused' })
    expect(await gate.entriesAbout('person', id)).toEqual([])
    await gate.database.query(`UPDATE person SET roles = '{administrator}' WHERE id = $1`, [officer])
    await unbind(bound)
  })

  test('counts the version of the person up, on record, and not when it is refused', async () => {
    const [id, other] = [await somebody('unverified'), await somebody('unverified')]
    await bind(id)
    await expect(bind(other)).rejects.toThrow('it is bound already')
    await unbind(id)
    const versions = await gate.database.query(
      `SELECT person_id, version, change, changed_by, change_entry FROM person_version WHERE person_id = ANY ($1)
        ORDER BY person_id = $2, version`,
      [[id, other], id],
    )
    expect(versions).toMatchObject([
      { person_id: other, version: 1 },
      { person_id: id, version: 1 },
      { person_id: id, version: 2, change: 'identity-bound', changed_by: officer },
      { person_id: id, version: 3, change: 'identity-unbound', changed_by: officer },
    ])
    expect((await gate.entriesAbout('person', id)).map((entry) => entry.id).sort()).toEqual(
      versions
        .slice(2)
        .map((one) => one['change_entry'])
        .sort(),
    )
  })

  test('waits for a verification that is under way, and then finds the person verified', async () => {
    const id = await somebody('unverified')
    let binding: Promise<unknown> = Promise.resolve()
    await gate.database.transaction(async (tx) => {
      await tx.query(
        `UPDATE person SET status = 'us-person', basis = 'citizen', verified_at = now(), evidence_ref = 'x' WHERE id = $1`,
        [id],
      )
      binding = bind(id).then(
        () => 'bound',
        (error: unknown) => String(error),
      )
      await new Promise((resolve) => setTimeout(resolve, 200))
    })
    expect(await binding).toContain('the person is us-person')
    expect(await gate.database.query('SELECT 1 FROM identity_binding')).toEqual([])
  })
})

describe('unbindPerson()', () => {
  test('takes an identity away, and no one else of that name', async () => {
    const [one, other] = [await somebody('unverified'), await somebody('unverified')]
    await bind(one)
    const before = await gate.epoch()
    await expect(unbind(other)).rejects.toMatchObject({ code: 'not-found' })
    await unbind(one)
    expect(await gate.epoch()).toBeGreaterThan(before)
    await expect(unbind(one)).rejects.toMatchObject({ code: 'not-found' })
    await bind(other)
  })
})
