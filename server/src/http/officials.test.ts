// The empowered official of 22 CFR 120.67 over HTTP: what takes one among those who decide, that an enclave without one says so and gives the
// role by two others, and that declining is an answer like approving.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { legalData, shippedLegalData } from '../authorizations/index.ts'
import { readFile } from 'node:fs/promises'
import { servedSample, type GateClient } from './testing.ts'

let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, stop } = await servedSample(9690))
}, 60_000)
afterAll(() => stop())

const person = async (name: string) => {
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const found = people.find((one) => one.name.startsWith(name))
  if (found === undefined) throw new Error(`nobody called ${name}`)
  return found
}
const change = async (by: string, name: string, what: 'changes' | 'proposals', change: object) => {
  const { id, version } = await person(name)
  return await client.ask(by, 'POST', `/people/${id}/${what}`, { change, reason: 'letter of 3 May', version })
}
const propose = async (by: string, name: string, wanted: object) =>
  api.proposed.parse((await change(by, name, 'proposals', wanted)).value).approvalId
const shown = (id: string | null) => client.done(api.approvalShown, 'henry', 'GET', `/approvals/${id}`)
const approve = async (by: string, id: string | null) =>
  await client.ask(by, 'POST', `/approvals/${id}/approve`, { digest: (await shown(id)).digest })
const decline = async (by: string, id: string | null) =>
  await client.ask(by, 'POST', `/approvals/${id}/decline`, {
    digest: (await shown(id)).digest,
    reason: 'counsel advises against it',
  })
const officials = async () => [
  (await client.done(api.tasks, 'paula', 'GET', '/tasks')).officials,
  (await client.done(api.authorizationTasks, 'henry', 'GET', '/tasks/authorizations')).officials,
]
const setting = async (by: string, on: boolean) => {
  const body = { setting: 'foreign-employer-bars', on, reason: 'memo 4' }
  return (await client.done(api.settingChanged, by, 'POST', '/settings', body)).approvalId
}

describe('an enclave without an empowered official', () => {
  const waiting: Record<string, string | null> = {}

  test('says so', async () => {
    expect(await officials()).toEqual([1, 1])
    const gone = await change('henry', 'Grace', 'changes', { change: 'remove-role', role: 'empowered-official' })
    expect(gone.status).toBe(200)
    expect(await officials()).toEqual([0, 0])
  })

  test('takes no last approval of what the law has to be read for', async () => {
    const data = { ...legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8'))), asOf: '2026-06-01' }
    const asked = { data, reason: '91 FR 1234' }
    waiting['legal data'] = (
      await client.done(api.legalDataProposed, 'henry', 'POST', '/legal-data/proposals', asked)
    ).approvalId
    expect(await setting('henry', true)).toBeNull()
    waiting['a rule'] = await setting('henry', false)
    expect((await change('henry', 'Ada', 'changes', { change: 'record-foreign-employer' })).status).toBe(200)
    waiting['a foreign employer'] = await propose('henry', 'Ada', { change: 'clear-foreign-employer' })
    for (const id of Object.values(waiting)) {
      expect(await shown(id)).toMatchObject({ needsOfficial: true })
      expect((await approve('grace', id)).status).toBe(200)
      const last = await approve('wanda', id)
      expect({ status: last.status, text: last.text }).toEqual({
        status: 403,
        text: expect.stringContaining('empowered official') as string,
      })
      expect(await shown(id)).toMatchObject({ state: 'pending', approvedBy: [{ name: 'Grace Okafor' }] })
    }
  })

  test('gives the role by two others, to a U.S. person alone, who then counts', async () => {
    const grant = { change: 'grant-role', role: 'empowered-official' }
    expect((await change('omar', 'James', 'proposals', grant)).status).toBe(409)
    const asked = await propose('omar', 'Paula', grant)
    expect(await shown(asked)).toMatchObject({ needsOfficial: false })
    for (const by of ['henry', 'wanda']) expect((await approve(by, asked)).status).toBe(200)
    expect(await officials()).toEqual([1, 1])
    // An auditor as well, and no officer: what takes an official she approves, and nothing else.
    const other = await propose('omar', 'Noah', { change: 'grant-role', role: 'auditor' })
    expect((await approve('paula', other)).status).toBe(403)
    expect((await decline('paula', other)).status).toBe(403)
    const { approvals } = await client.done(api.approvals, 'paula', 'GET', '/approvals')
    const forPaula = approvals.filter((one) => one.waitsForYou).map(({ id }) => id)
    expect(forPaula.sort()).toEqual(Object.values(waiting).sort())
    expect((await approve('paula', waiting['legal data'] ?? '')).value).toMatchObject({ executed: true })
    expect((await approve('paula', waiting['a foreign employer'] ?? '')).value).toMatchObject({ executed: true })
  })

  test('is declined for good by one of those who may approve, with the reason, and by nobody else', async () => {
    const id = waiting['a rule'] ?? ''
    for (const by of ['henry', 'ada', 'omar']) expect((await decline(by, id)).status).toBe(403)
    const wrong = { digest: 'a'.repeat(64), reason: 'no' }
    expect((await client.ask('paula', 'POST', `/approvals/${id}/decline`, wrong)).status).toBe(409)
    expect((await decline('paula', id)).status).toBe(200)
    expect(await shown(id)).toMatchObject({
      state: 'declined',
      declined: { by: { name: 'Paula Jensen' }, reason: 'counsel advises against it' },
    })
    expect((await approve('wanda', id)).status).toBe(409)
    expect((await decline('wanda', id)).status).toBe(409)
    const { settings } = await client.done(api.settings, 'paula', 'GET', '/settings')
    expect(settings).toMatchObject([{ on: true }])
  })
})

test('an entry of the register that was declined is ended, and whoever asks for its number again is told', async () => {
  const { authorizations } = await client.done(api.authorizations, 'henry', 'GET', '/authorizations')
  const terms = { ...authorizations[0]?.terms, number: 'TA-0099-26' }
  const register = () => client.done(api.authorizationRegistered, 'henry', 'POST', '/authorizations', terms)
  const { authorization } = await register()
  const { approvals } = await client.done(api.approvals, 'wanda', 'GET', '/approvals')
  const asked = approvals.find(({ about }) => about.id === authorization.id)
  expect((await decline('wanda', asked?.id ?? '')).status).toBe(200)
  const after = await client.done(api.authorization, 'paula', 'GET', `/authorizations/${authorization.id}`)
  expect(after.state).toBe('ended')
  expect((await register()).warnings).toContainEqual({
    field: 'number',
    text: expect.stringMatching(/declined on \d{4}-\d\d-\d\d: counsel advises against it/) as string,
  })
})
