// Draws over HTTP: a license that is used up covers nobody from the answer on, and whoever is refused reads why.

import { authorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient } from './testing.ts'
import { approveEntry, openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy
let license: string

beforeAll(async () => {
  ;({ client, stop } = await servedSample(9850))
  file = await protectedFile(client, 'nozzle.stp')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const [standing] = authorizations
  const terms = authorizationTerms.parse(standing?.terms)
  await client.ask('grace', 'POST', `/authorizations/${standing?.id ?? ''}/end`, { reason: 'anew' })
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const james = people.find(({ name }) => name === 'James Calder')?.id ?? ''
  const [item = ''] = terms.items
  const lines = [{ id: 'data', description: 'Drawings', item, quantity: 2, unit: 'sets', valueCents: 0 }]
  const other = { ...lines[0], id: 'other', quantity: 1 }
  const body = { ...terms, kind: 'DSP-5', number: 'DSP5-7', persons: [james], provisos: [], lines: [...lines, other] }
  const { authorization } = await client.done(api.authorizationChanged, 'grace', 'POST', '/authorizations', body)
  license = authorization.id
  for (const by of ['henry', 'wanda']) await approveEntry(client, by, license)
}, 60_000)
afterAll(() => stop())

const body = { line: 'data', quantity: 1, valueCents: 0, reference: '2026-03-01' }
const draw = (person: string, more: object = {}) =>
  client.ask(person, 'POST', `/authorizations/${license}/draws`, { ...body, ...more })

describe('what is due', () => {
  test('is told to officers and auditors, with how far lines are drawn, and until when records are kept', async () => {
    for (const person of ['ada', 'james', 'omar', 'stranger']) {
      expect((await client.ask(person, 'GET', '/tasks/authorizations')).status).toBe(403)
    }
    const due = async () => (await client.done(api.authorizationTasks, 'paula', 'GET', '/tasks/authorizations')).tasks
    const ofLine = async () => (await due()).find(({ task, number }) => task === 'draw-down' && number === 'DSP5-7')
    expect(await ofLine()).toBeUndefined()
    const drawn = await client.done(api.lineDrawn, 'grace', 'POST', `/authorizations/${license}/draws`, {
      ...body,
      line: 'other',
    })
    expect(await ofLine()).toMatchObject({ level: 100, due: null, text: 'line other is drawn to 100 percent' })
    const takeBack = { drawId: drawn.drawId, reason: 'never sent' }
    await client.done(api.lineDrawn, 'grace', 'POST', `/authorizations/${license}/draws/take-back`, takeBack)
    expect(await ofLine()).toBeUndefined()
    const { retained } = await client.done(api.draws, 'paula', 'GET', `/authorizations/${license}/draws`)
    expect(retained).toMatchObject({
      until: expect.stringMatching(/^20/) as string,
      rule: { citation: '22 CFR 122.5' },
    })
  })
})

describe('a draw', () => {
  test('is made by officers, not beyond what is left; what is used up covers nobody, and says until when it did', async () => {
    for (const person of ['paula', 'ada', 'james', 'omar', 'stranger']) expect((await draw(person)).status).toBe(403)
    expect(await openCopy(client, 'james', file)).toBe('opened')
    expect((await draw('grace', { line: 'other' })).status).toBe(200)
    expect((await draw('grace', { quantity: 3 })).status).toBe(409)
    expect(await draw('grace')).toMatchObject({ status: 200, value: { isExhausted: false, balance: { percent: 50 } } })
    expect(await openCopy(client, 'james', file)).toBe('opened')
    expect(await draw('grace')).toMatchObject({ status: 200, value: { isExhausted: true, balance: { warning: 100 } } })
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    const refused = api.problemBody.parse((await client.ask('james', 'GET', `/files/${file.id}/content`)).value)
    expect(refused.reasons).toMatchObject([{ text: expect.stringContaining('DSP5-7 was valid until') as string }])
    const read = await client.done(api.draws, 'paula', 'GET', `/authorizations/${license}/draws`)
    expect(read).toMatchObject({
      balances: [{ drawnQuantity: 2, percent: 100 }, { percent: 100 }],
    })
    const takeBack = { drawId: read.draws.find(({ line }) => line === 'data')?.id, reason: 'never sent' }
    const back = await client.ask('grace', 'POST', `/authorizations/${license}/draws/take-back`, takeBack)
    expect(back).toMatchObject({ status: 200, value: { isExhausted: true, balance: { drawnQuantity: 1 } } })
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
  })
})
