// Amendments over HTTP: what takes away holds at once, whatever else once two others have approved exactly these terms.

import { setTimeout } from 'node:timers/promises'
import { authorizationTerms, type AuthorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient } from './testing.ts'
import { namedIn, openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy
let id: string
let terms: AuthorizationTerms

beforeAll(async () => {
  ;({ client, stop } = await servedSample(9810))
  file = await protectedFile(client, 'nozzle.stp')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  id = authorizations[0]?.id ?? ''
  terms = authorizationTerms.parse(authorizations[0]?.terms)
}, 60_000)
afterAll(() => stop())

const shown = () => client.done(api.authorization, 'grace', 'GET', `/authorizations/${id}`)
const ask = (by: string, version: number, changed: Partial<AuthorizationTerms>, amendment?: object) =>
  client.ask(by, 'POST', `/authorizations/${id}/amend`, {
    version,
    terms: { ...terms, ...changed },
    reason: 'as the approval says',
    ...(amendment === undefined ? {} : { amendment }),
  })
const amend = async (...given: Parameters<typeof ask>) => {
  const { status, value, text } = await ask(...given)
  expect({ status, text }).toMatchObject({ status: 200 })
  return api.authorizationAmended.parse(value)
}
const approve = async (by: string, approvalId: string | null) => {
  const named = await namedIn(client, approvalId ?? '')
  return await client.ask(by, 'POST', `/approvals/${approvalId}/approve`, named)
}
const major = { route: 'major', reference: 'DDTC 0506' }
const couldJames = async (asOf: string) => {
  const body = { fileId: file.id, asOf }
  const { people } = await client.done(api.whoCanAnswer, 'grace', 'POST', '/decisions/who-can', body)
  return people.find(({ name }) => name === 'James Calder')?.effect
}

describe('amending an authorization', () => {
  test('takes away at once, by one officer, and gives back once two others approve exactly that', async () => {
    const moments = [new Date().toISOString()]
    await setTimeout(5)
    expect(await openCopy(client, 'james', file)).toBe('opened')
    const { purposes } = terms
    const shut = {
      provisos: [...terms.provisos, { kind: 'condition' as const, id: 'p-9', text: 'None.', until: terms.validFrom }],
    }
    // A condition that never holds is a slip; one that shuts everybody out for now ends before today.
    expect((await ask('grace', 1, shut)).status).toBe(400)
    const narrow = {
      provisos: [...terms.provisos, { kind: 'condition' as const, id: 'p-9', text: 'Abroad.', places: ['GB'] }],
    }
    const done = await amend('grace', 1, narrow)
    expect(done).toMatchObject({ approvalId: null, authorization: { version: 2, state: 'effective' } })
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    moments.push(new Date().toISOString())
    await setTimeout(5)

    expect((await ask('grace', 2, {})).status).toBe(400)
    expect((await ask('grace', 2, {}, { route: 'minor' })).status).toBe(400)
    const asked = await amend('grace', 2, { purposes }, major)
    expect(asked).toMatchObject({ authorization: { version: 2 } })
    expect((await ask('henry', 2, { title: 'Other' }, major)).status).toBe(409)
    expect((await approve('grace', asked.approvalId)).status).toBe(403)
    expect((await approve('henry', asked.approvalId)).status).toBe(200)
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    expect((await approve('wanda', asked.approvalId)).status).toBe(200)
    expect(await openCopy(client, 'james', file)).toBe('opened')
    expect(await shown()).toMatchObject({ version: 3, state: 'effective', terms: { provisos: terms.provisos } })
    moments.push(new Date().toISOString())
    const could = []
    for (const at of moments) could.push(await couldJames(at))
    expect(could).toEqual(['permit', 'deny', 'permit'])
  })

  test('is of the version that was meant, by an officer, and void once the terms have changed since', async () => {
    const { version } = await shown()
    expect((await ask('grace', version - 1, { persons: [] })).status).toBe(409)
    for (const by of ['ada', 'omar', 'paula', 'james', 'stranger'])
      expect((await ask(by, version, { title: 'x' })).status).toBe(403)
    expect((await ask('grace', version, {})).status).toBe(409)
    const asked = await amend('grace', version, { title: 'Another title' }, { route: 'minor' })
    const narrower = { validUntil: new Date(Date.now() + 86_400_000).toISOString() }
    expect(await amend('henry', version, narrower)).toMatchObject({ authorization: { version: version + 1 } })
    const late = await approve('wanda', asked.approvalId)
    expect(late.status).toBe(409)
    expect(await shown()).toMatchObject({ version: version + 1, terms: { ...narrower, title: terms.title } })
  })

  test('is no way to name oneself, nor to take another number', async () => {
    const { version, terms: now } = await shown()
    const { people } = await client.done(api.people, 'grace', 'GET', '/people')
    const grace = people.find(({ name }) => name === 'Grace Okafor')?.id ?? ''
    expect((await ask('grace', version, { ...now, persons: [grace] }, major)).status).toBe(400)
    expect((await ask('grace', version, { ...now, number: 'TA-9999-26' }, major)).status).toBe(400)
  })
})
