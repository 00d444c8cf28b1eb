// People in and out of spreadsheets over HTTP, on the sample's roster.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSpreadsheet, writeCsv, writeXlsx } from '../spreadsheet/index.ts'
import { servedSample, type GateClient } from './testing.ts'

let ask: GateClient['ask']
let done: GateClient['done']
let stop: () => Promise<void>

beforeAll(async () => {
  const served = await servedSample(9760)
  stop = served.stop
  ;({ ask, done } = served.client)
}, 60_000)
afterAll(() => stop())

async function imported(person: string, file: Uint8Array, query = ''): Promise<api.PeopleImported> {
  return await done(api.peopleImported, person, 'POST', `/people/import${query}`, file)
}

async function approve(by: string, id: string): Promise<unknown> {
  const { digest } = await done(api.approvalShown, by, 'GET', `/approvals/${id}`)
  return (await ask(by, 'POST', `/approvals/${id}/approve`, { digest })).value
}

describe('a roster as a spreadsheet', () => {
  test('comes back unchanged from founders, foreign persons, the unverified and the ended, and names no country', async () => {
    for (const format of ['xlsx', 'csv']) {
      const { status, body } = await ask('grace', 'GET', `/people/export?format=${format}`)
      expect(status).toBe(200)
      const { sheets } = await readSpreadsheet(body)
      expect(JSON.stringify(sheets)).not.toMatch(/"(GB|RU|CA)"|citizenship/i)
      const same = await imported('henry', body)
      expect(same.faults).toEqual([])
      expect(same.counts).toMatchObject({ added: 0, changed: 0, waiting: 0, missing: 0 })
      expect(same.counts.unchanged).toBeGreaterThan(10)
    }
  })

  test('takes people in by one officer and widens by two others; the same file again changes nothing', async () => {
    const file = await writeXlsx('people', [
      ['external id', 'name', 'status', 'basis', 'evidence', 'roles', 'assignments'],
      ['H-1', 'Hana Ito', 'us-person', 'lpr', 'HR 7', 'engineer', 'falcon:co-development'],
      ['H-2', 'Adа Whitfield', 'unverified', '', '', '', ''],
    ])
    const compared = await imported('grace', file)
    expect(compared).toMatchObject({ applied: null, counts: { added: 2, faults: 0 } })
    expect(compared.similar).toMatchObject([{ row: 3, match: 'look-alike', other: { text: 'Ada Whitfield' } }])
    const people = (await ask('grace', 'GET', '/people')).text
    expect(people).not.toContain('Hana Ito')
    const { applied } = await imported('grace', file, `?apply=${compared.digest}&reason=HR%20of%20today`)
    expect(applied).toMatchObject({ added: 2, changed: 0, proposed: 1 })
    const id = applied?.approvalId ?? ''
    expect(await approve('grace', id)).toMatchObject({ status: 403 })
    expect(await approve('henry', id)).toMatchObject({ approved: 1, executed: false })
    expect(await approve('wanda', id)).toMatchObject({ approved: 2, executed: true })
    const again = await imported('grace', file)
    expect(again.counts).toMatchObject({ added: 0, changed: 0, waiting: 0, unchanged: 2 })
    expect((await imported('grace', file, `?apply=${again.digest}`)).applied).toMatchObject({ receipt: null })
  })

  test('is for officers alone, in octets alone, of a file that is one', async () => {
    const file = writeCsv([['external id', 'name']])
    for (const person of ['ada', 'omar', 'paula']) {
      expect((await ask(person, 'POST', '/people/import', file)).status).toBe(403)
      expect((await ask(person, 'GET', '/people/export')).status).toBe(403)
    }
    expect((await ask('grace', 'POST', '/people/import', {})).status).toBe(415)
    expect((await ask('grace', 'POST', '/people/import', Buffer.from('PK nothing more'))).status).toBe(422)
    expect((await ask('grace', 'POST', '/people/import?apply=abc', file)).status).toBe(400)
    expect((await ask('grace', 'POST', `/people/import?apply=${'0'.repeat(64)}`, file)).status).toBe(409)
    expect((await ask('grace', 'GET', '/people/export?format=pdf')).status).toBe(400)
    expect((await ask('grace', 'POST', '/people/import', Buffer.alloc(33 * 2 ** 20))).status).toBe(413)
  })
})
