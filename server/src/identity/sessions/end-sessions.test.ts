import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endPerson, type EndDependencies } from '../../roster/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../../roster/testing.ts'
import { endOver, endSessionsIn } from './end-sessions.ts'
import type { SessionDependencies } from './session.ts'
import { startSession } from './start-session.ts'

let gate: TestGate
let deps: SessionDependencies
beforeAll(async () => {
  gate = await openTestGate()
  deps = { ...gate, rules: { lifetimeMs: 60_000, idleMs: 30_000 } }
})
afterAll(() => gate.stop())

let keys = 0
async function begun(issuer = 'https://idp.example.com'): Promise<Id<'session'>> {
  const { session } = await startSession(deps, {
    identity: { issuer, subject: `subject ${++keys}` },
    method: 'oidc',
    isDeviceBound: null,
    channel: 'browser',
    keyThumbprint: `key ${keys}`,
    place: null,
  })
  return session.id
}

const endings = async (id: Id<'session'>) =>
  (await gate.entriesAbout('session', id)).flatMap(({ kind, body }) =>
    kind === 'session.ended' ? [body['ending']] : [],
  )

test('endOver() puts on record which sessions came to their end, each once, and leaves the others', async () => {
  const [over, idle, fine] = [await begun(), await begun(), await begun()]
  const { database } = gate
  await database.query('UPDATE identity_session SET expires_at = now() WHERE id = $1', [over])
  await database.query(`UPDATE identity_session SET used_at = now() - interval '30 seconds' WHERE id = $1`, [idle])
  const counts = await Promise.all([endOver(deps), endOver(deps)])
  expect(counts[0] + counts[1]).toBe(2)
  expect(await endings(over)).toEqual(['expired'])
  expect(await endings(idle)).toEqual(['idle'])
  expect(await endings(fine)).toEqual([])
  expect(await database.query('SELECT id FROM identity_session')).toEqual([{ id: fine }])
})

test('startSession() and the end of its person at the same moment leave no session, whoever comes first', async () => {
  const [by, ...others] = await enlistOfficers(gate.database, 13)
  if (by === undefined) throw new Error('nobody is there')
  const { ledger } = gate
  const roster: EndDependencies = {
    ...gate,
    endSessions: (tx, personId, who) =>
      endSessionsIn(tx, { ledger }, { personId }, { ending: 'person-ended', by: who }),
  }
  const issuer = 'https://other.example.com'
  for (const [n, id] of others.entries()) {
    const subject = `subject ${keys + 1}`
    await gate.database.query('INSERT INTO identity_binding VALUES ($1, $2, $3)', [issuer, subject, id])
    await gate.database.query('UPDATE person SET person_key = $2 WHERE id = $1', [id, gate.fields.makePersonKey(id)])
    const end = () => endPerson(roster, gate.permit('person.end', id, by), { id, kind: 'left', reason: 'last day' })
    const both = n % 2 === 0 ? [begun(issuer), end()] : [end(), begun(issuer)]
    const outcomes = await Promise.allSettled<unknown>(both)
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    expect(refused.filter((text) => !text.includes('your status on the roster has ended'))).toEqual([])
    expect(await gate.database.query('SELECT id FROM identity_session WHERE subject = $1', [subject])).toEqual([])
  }
})
