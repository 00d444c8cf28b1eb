// Duties over HTTP: done by their owner or an officer with what shows it, taken back by an officer, never removed.

import { authorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient, type Site } from './testing.ts'
import { approveEntry, protectedFile } from './testing/protected-file.ts'

let client: GateClient
let site: Site
let stop: () => Promise<void>
let agreement: string
let file: string

beforeAll(async () => {
  ;({ client, site, stop } = await servedSample(9870))
  file = (await protectedFile(client, 'signed.pdf')).id
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const terms = authorizationTerms.parse(authorizations[0]?.terms)
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const idOf = (name: string) => people.find((one) => one.name.startsWith(name))?.id ?? ''
  const report = { kind: 'duty', id: 'p-1', text: 'Report the sales of the year.', owner: 'Ada Quill' }
  const provisos = [
    { ...report, ownerId: idOf('Ada').toUpperCase(), due: '2026-01-31', everyMonths: 12 },
    { ...report, id: 'p-2', owner: 'Export control' },
  ]
  const times = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2126-01-01T00:00:00Z' }
  const body = { ...terms, ...times, kind: 'TAA', number: 'TA-7', provisos }
  const { authorization } = await client.done(api.authorizationChanged, 'grace', 'POST', '/authorizations', body)
  agreement = authorization.id
  for (const by of ['henry', 'wanda']) await approveEntry(client, by, agreement)
}, 60_000)
afterAll(() => stop())

const filing = { kind: 'filing', reference: 'DDTC 0815', filedOn: '2026-02-02' }
const done = (person: string, body: object) =>
  client.ask(person, 'POST', `/authorizations/${agreement}/duties/done`, { evidence: filing, ...body })
const reopen = (person: string, body: object) =>
  client.ask(person, 'POST', `/authorizations/${agreement}/duties/reopen`, { reason: 'of another agreement', ...body })
const read = () => client.done(api.authorizationDuties, 'paula', 'GET', `/authorizations/${agreement}/duties`)
const open = async () => (await read()).duties.filter(({ isDone }) => !isDone).map(({ duty }) => duty)
const tasks = async () => {
  const { tasks: all } = await client.done(api.authorizationTasks, 'grace', 'GET', '/tasks/authorizations')
  return all.filter(({ number, task }) => number === 'TA-7' && task === 'duty').map(({ duty }) => duty)
}
const report = { duty: 'p-1', occurrence: '2026-01-31' }

describe('a duty', () => {
  test('is shown to its owner, and to officers and auditors; nobody else reads it', async () => {
    const own = await client.done(api.ownDuties, 'ada', 'GET', '/tasks/duties')
    expect(own.duties[0]).toMatchObject({ ...report, number: 'TA-7', isOverdue: true })
    expect((await client.done(api.ownDuties, 'omar', 'GET', '/tasks/duties')).duties).toEqual([])
    for (const person of ['james', 'stranger'])
      expect((await client.ask(person, 'GET', '/tasks/duties')).status).toBe(403)
    expect((await client.ask('ada', 'GET', `/authorizations/${agreement}/duties`)).status).toBe(403)
    expect(await tasks()).toContain('p-1')
  })

  test('is recorded done by its owner or an officer alone, each time once', async () => {
    for (const person of ['paula', 'james', 'omar', 'stranger']) expect((await done(person, report)).status).toBe(403)
    expect((await done('ada', { duty: 'p-2' })).status).toBe(403)
    expect((await done('ada', { duty: 'p-1' })).value).toMatchObject({
      status: 404,
      detail: expect.stringContaining('2026-01-31') as string,
    })
    expect((await done('ada', report)).status).toBe(200)
    expect((await done('grace', report)).status).toBe(409)
    const { duties, records } = await read()
    expect(duties.find(({ occurrence }) => occurrence === report.occurrence)).toMatchObject({ isDone: true })
    expect(records).toMatchObject([{ ...report, outcome: 'done', evidence: filing }])
    const own = await client.done(api.ownDuties, 'ada', 'GET', '/tasks/duties')
    expect(own.duties.map(({ occurrence }) => occurrence)).not.toContain(report.occurrence)
  })

  test('takes a file that is stored, as it was stored, or a written reason; no day that is yet to come', async () => {
    const nowhere = { kind: 'file', fileId: '0190c0de-0000-7000-8000-0000000000ff' }
    expect((await done('grace', { duty: 'p-2', evidence: nowhere })).status).toBe(400)
    expect((await done('grace', { duty: 'p-2', evidence: { ...filing, filedOn: '2126-01-01' } })).status).toBe(400)
    expect((await done('grace', { duty: 'p-2', conclusion: { outcome: 'concluded', on: '2026-02-01' } })).status).toBe(
      400,
    )
    expect((await done('grace', { duty: 'p-2', evidence: { kind: 'reason', text: 'waived by letter' } })).status).toBe(
      200,
    )
    const signed = { duty: 'law.concluded', evidence: { kind: 'file', fileId: file } }
    const future = { ...signed, conclusion: { outcome: 'concluded', on: '2126-02-01' } }
    expect((await done('grace', future)).status).toBe(400)
    expect(await open()).not.toContain('law.deposited')
    expect((await done('grace', { ...signed, conclusion: { outcome: 'concluded', on: '2026-02-01' } })).status).toBe(
      200,
    )
    const stored = await client.done(api.file, 'ada', 'GET', `/files/${file}`)
    const { records } = await read()
    expect(records.find(({ duty }) => duty === 'law.concluded')?.evidence).toEqual({
      kind: 'file',
      fileId: file,
      sha256: stored.sha256,
    })
    // The deposit follows from it, 30 days after.
    expect((await read()).duties.find(({ duty }) => duty === 'law.deposited')).toMatchObject({
      due: '2026-03-03T00:00:00.000Z',
      rule: { citation: '22 CFR 124.4', sureness: 'partly' },
    })
    expect(await tasks()).toContain('law.deposited')
  })

  test('is opened again by an officer, with the reason, and nothing of it is ever removed', async () => {
    expect((await reopen('ada', report)).status).toBe(403)
    expect((await reopen('grace', { duty: 'law.initial-export' })).status).toBe(409)
    expect((await reopen('grace', report)).status).toBe(200)
    expect((await reopen('grace', report)).status).toBe(409)
    expect((await done('ada', report)).status).toBe(200)
    const ofReport = (await read()).records.filter(({ duty }) => duty === 'p-1')
    expect(ofReport.map(({ outcome }) => outcome)).toEqual(['done', 'reopened', 'done'])
    for (const change of [
      'DELETE FROM authorization_duty_record',
      "UPDATE authorization_duty_record SET evidence = 'x'",
    ]) {
      await expect(site.database.query(change)).rejects.toThrow('append-only')
    }
    expect((await reopen('grace', { duty: 'law.concluded' })).status).toBe(200)
    expect(await tasks()).not.toContain('law.deposited')
  })

  test('is done once, whoever records it at one moment', async () => {
    const outcomes = await Promise.all(
      ['grace', 'henry', 'wanda', 'grace', 'henry'].map(
        async (by) => (await done(by, { duty: 'law.initial-export' })).status,
      ),
    )
    expect(outcomes.toSorted()).toEqual([200, 409, 409, 409, 409])
    expect((await read()).records.filter(({ duty }) => duty === 'law.initial-export')).toHaveLength(1)
  })
})
