// Asking after a refusal, over HTTP: whoever was refused asks, whoever can put it right answers, and neither gives anything by it.

import type { Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9830))
  file = await protectedFile(client, 'nozzle.stp')
}, 60_000)
afterAll(() => stop())

/** Be refused, and yield the id of that decision. */
async function refusalOf(person: string, path = `/files/${file.id}/content`): Promise<string> {
  const { status, value } = await client.ask(person, 'GET', path)
  expect(status).toBe(403)
  return (value as { decisionId: string }).decisionId
}
const ask = (person: string, decisionId: string, text = 'I design the bracket of work package 3') =>
  client.ask(person, 'POST', '/requests', { decisionId, text })
const made = async (person: string, decisionId: string) =>
  await client.done(api.requestMade, person, 'POST', '/requests', { decisionId, text: 'I design the bracket' })
const own = async (person: string) => (await client.done(api.personRequests, person, 'GET', '/requests')).requests
const waiting = async (person: string) =>
  (await client.done(api.personRequests, person, 'GET', '/requests/waiting')).requests
const answer = (by: string, id: string, outcome = 'done', text = 'assigned to Falcon') =>
  client.ask(by, 'POST', `/requests/${id}/answer`, { outcome, text })

describe('a request after a refusal', () => {
  test('goes to the role that the refusal names, is answered there, and gives nothing by itself', async () => {
    const decisionId = await refusalOf('ben')
    const { requestId, roles } = await made('ben', decisionId)
    expect(roles).toEqual(['officer'])
    expect(await waiting('grace')).toMatchObject([
      {
        id: requestId,
        by: { name: 'Ben Ortega' },
        decisionId,
        action: 'file.fetch',
        about: { kind: 'file', id: file.id, name: 'nozzle.stp' },
      },
    ])
    // Whoever asks is not told what they may not see.
    expect(await own('ben')).toMatchObject([{ about: { kind: 'file', id: file.id, name: '' } }])
    expect(await waiting('omar')).toEqual([])
    expect((await answer('omar', requestId)).status).toBe(404)
    for (const by of ['ada', 'paula', 'ben', 'stranger']) expect((await answer(by, requestId)).status).toBe(403)
    expect((await answer('grace', requestId)).status).toBe(200)
    expect(await own('ben')).toMatchObject([
      { state: 'done', answer: { by: { name: 'Grace Okafor' }, text: 'assigned to Falcon' } },
    ])
    expect((await answer('henry', requestId, 'declined', 'no')).status).toBe(404)
    expect(await openCopy(client, 'ben', file)).toContain('PermissionDenied')
    expect(await waiting('grace')).toEqual([])
  })

  test('is for whom nothing covers as for anybody, and for nobody about the refusal of another', async () => {
    const decisionId = await refusalOf('eleanor')
    expect((await ask('ada', decisionId)).status).toBe(404)
    expect((await ask('stranger', decisionId)).status).toBe(403)
    const { requestId } = await made('eleanor', decisionId)
    // Neither about that refusal nor about another one of the same act.
    const waiting = { kind: 'request', id: requestId }
    for (const one of [decisionId, await refusalOf('eleanor')]) {
      expect(await ask('eleanor', one)).toMatchObject({ status: 409, value: { waiting } })
    }
    expect((await answer('wanda', requestId, 'declined', 'A license is being applied for.')).status).toBe(200)
    expect(await own('eleanor')).toMatchObject([{ state: 'declined' }])
    expect(await own('ada')).toEqual([])
    // Asked again, now that it was declined.
    expect((await ask('eleanor', decisionId)).status).toBe(200)
  })

  test('rests on a refusal: no permit, no other entry and no made-up id will do', async () => {
    const made404 = async (id: string) => (await ask('ada', id)).status
    expect(await made404('018f0000-0000-7000-8000-00000000000a')).toBe(404)
    expect((await client.ask('ada', 'GET', `/files/${file.id}/content`)).status).toBe(200)
    await sequenced(site)
    const rows = await site.database.query(
      `SELECT id, kind FROM ledger_entries WHERE actor = $1 AND kind <> 'decision.deny' ORDER BY index DESC LIMIT 5`,
      [await personId('Ada Whitfield')],
    )
    expect(rows.length).toBeGreaterThan(2)
    for (const row of rows) expect(await made404(String(row['id']))).toBe(404)
  })

  test('is taken back by whoever asked alone, and bounded for each', async () => {
    const decisionId = await refusalOf('marc')
    const { requestId } = await made('marc', decisionId)
    expect((await client.ask('ben', 'POST', `/requests/${requestId}/withdraw`)).status).toBe(404)
    expect((await client.ask('marc', 'POST', `/requests/${requestId}/withdraw`)).status).toBe(200)
    expect((await client.ask('marc', 'POST', `/requests/${requestId}/withdraw`)).status).toBe(404)
    expect((await answer('grace', requestId)).status).toBe(404)
    const statuses = []
    // Each of another thing: the same is not asked for twice.
    for (let i = 0; i < 21; i++) {
      const { id } = await protectedFile(client, `nozzle-${i}.stp`)
      statuses.push((await ask('marc', await refusalOf('marc', `/files/${id}/content`))).status)
    }
    expect(statuses.slice(0, 20).every((one) => one === 200)).toBe(true)
    expect(statuses[20]).toBe(429)
  })

  test('of an officer is answered by another', async () => {
    const { requestId } = await made('grace', await refusalOf('grace'))
    expect((await answer('grace', requestId)).status).toBe(403)
    expect((await answer('henry', requestId)).status).toBe(200)
  })
})

async function personId(name: string): Promise<Id<'person'>> {
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const found = people.find((one) => one.name === name)
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found.id as Id<'person'>
}
