import type { Id } from '@sallyport/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { approvalsMigrations, giveApproval, type ApprovalsDependencies } from '../approvals/index.ts'
import { markPerson } from '../roster/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import { identitiesOf, identityApprovals, identityRequest, proposeIdentity, unbindPerson } from './index.ts'

const identity = { issuer: 'urn:sallyport:certificate:agency', subject: 'upn:100001@example' }

let gate: TestGate
let people: readonly Id<'person'>[]
let approvals: ApprovalsDependencies
beforeEach(async () => {
  gate = await openTestGate([approvalsMigrations])
  people = await enlistOfficers(gate.database, 5)
  approvals = { ...gate, kinds: new Map([[identityRequest, identityApprovals({ ...gate, markPerson })]]) }
})
afterEach(() => gate.stop())

const at = (place: number): Id<'person'> => people[place] as Id<'person'>

const propose = async (about: Id<'person'>, by: Id<'person'>, wanted = identity) =>
  await proposeIdentity({ ...gate, markPerson }, gate.permit('identity.enroll', about, by), {
    personId: about,
    identity: wanted,
    reason: 'has a card',
  })

async function approve(id: Id<'approval'>, by: Id<'person'>) {
  const [row] = await gate.database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
  const permit = gate.permit('approval.give', id, by)
  const effect = { named: null, permit: null }
  return await giveApproval(approvals, permit, { id, digest: String(row?.['digest']), effect })
}

const bound = async (id: Id<'person'>) => (await identitiesOf(gate.database, id)).map(({ subject }) => subject)
const epoch = async () => (await gate.database.query('SELECT epoch FROM access_epoch'))[0]?.['epoch']

describe('proposeIdentity()', () => {
  test('binds with the approval of two others, on record, and narrows access with it', async () => {
    const { requestId, needed } = await propose(at(0), at(1))
    expect(needed).toBe(2)
    const before = await epoch()
    expect((await approve(requestId, at(2))).isExecuted).toBe(false)
    expect(await bound(at(0))).toEqual([])
    expect((await approve(requestId, at(3))).isExecuted).toBe(true)
    expect(await bound(at(0))).toEqual([identity.subject])
    expect(await epoch()).not.toEqual(before)
    const entry = (await gate.entriesAbout('person', at(0))).at(-1)
    expect(entry).toMatchObject({ kind: 'identity.bound', actor: at(3), body: { ...identity, approval: requestId } })
  })

  test('takes nobody twice, not whoever asked and not whom it is about', async () => {
    await expect(propose(at(0), at(0))).rejects.toMatchObject({ code: 'refused' })
    const { requestId } = await propose(at(0), at(1))
    await approve(requestId, at(2))
    for (const by of [at(0), at(1), at(2)]) await expect(approve(requestId, by)).rejects.toThrow('cannot approve')
    expect(await bound(at(0))).toEqual([])
  })

  test('is asked for once while it waits, whoever asks; another identity of theirs is another one', async () => {
    const { requestId } = await propose(at(0), at(1))
    const waiting = { kind: 'approval', id: requestId }
    await expect(propose(at(0), at(4))).rejects.toMatchObject({ code: 'conflict', details: { waiting } })
    expect((await propose(at(0), at(4), { ...identity, subject: 'upn:2@example' })).requestId).not.toBe(requestId)
  })

  test('is void once the person was changed, ended, or somebody has it', async () => {
    const { requestId } = await propose(at(0), at(1))
    const other = await propose(at(4), at(1))
    await approve(requestId, at(2))
    await gate.database.query('UPDATE person SET version = version + 1 WHERE id = $1', [at(0)])
    await expect(approve(requestId, at(3))).rejects.toThrow('has changed since it was asked for')
    expect(await bound(at(0))).toEqual([])
    await approve(other.requestId, at(2))
    await approve(other.requestId, at(3))
    await expect(propose(at(0), at(1))).rejects.toThrow('it is bound already')
    await gate.database.query(
      `UPDATE person SET status = 'ended', ended_kind = 'left', ended_at = now(), ended_reason = '\\x00' WHERE id = $1`,
      [at(0)],
    )
    await expect(propose(at(0), at(1), { ...identity, subject: 'upn:2@example' })).rejects.toThrow(
      'status of this person',
    )
  })

  test('of two requests for one identity, one binds it', async () => {
    const [one, other] = [await propose(at(0), at(1)), await propose(at(4), at(1))]
    for (const { requestId } of [one, other]) await approve(requestId, at(2))
    const outcomes = await Promise.allSettled([approve(one.requestId, at(3)), approve(other.requestId, at(3))])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect([...(await bound(at(0))), ...(await bound(at(4)))]).toEqual([identity.subject])
  })

  test('gives what one other takes away again at once', async () => {
    const { requestId } = await propose(at(0), at(1))
    for (const by of [at(2), at(3)]) await approve(requestId, by)
    await unbindPerson({ ...gate, markPerson }, gate.permit('identity.unbind', at(0), at(1)), at(0), identity)
    expect(await bound(at(0))).toEqual([])
  })
})
