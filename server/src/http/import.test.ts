// People in and out of spreadsheets over HTTP, on the sample's roster.

import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../base/index.ts'
import { upSample, type Sample } from '../main/sample.ts'
import { freePort } from '../main/testing.ts'
import { readSpreadsheet, writeCsv, writeXlsx } from '../spreadsheet/index.ts'

let port: number
let folder: string
let sample: Sample

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-import-http-'))
  port = await freePort(9760)
  sample = await upSample({ data: folder, port, env: {}, log: silentLogger, version: 'test' })
}, 60_000)

afterAll(async () => {
  await sample.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: Buffer
}

function send(method: string, path: string, headers: Record<string, string>, body?: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: 'localhost', port, path, method, headers, rejectUnauthorized: false }
    const ask = httpsRequest(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }))
    })
    ask.on('error', reject)
    ask.end(body)
  })
}

const octets = 'application/octet-stream'
async function ask(person: string, method: string, path: string, body?: Uint8Array, type = octets): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'urn:sallyport:sample:person',
    client_id: 'opentdf-web',
    client_secret: 'sample-secret',
    person,
  })
  const asForm = { 'content-type': 'application/x-www-form-urlencoded' }
  const token = await send('POST', '/sample-idp/token', asForm, Buffer.from(form.toString()))
  const authorization = `Bearer ${(JSON.parse(token.body.toString()) as { access_token: string }).access_token}`
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': type }) }
  return await send(method, `/api/v1${path}`, headers, body)
}

async function imported(person: string, file: Uint8Array, query = ''): Promise<api.PeopleImported> {
  const { status, body } = await ask(person, 'POST', `/people/import${query}`, file)
  if (status !== 200) throw new Error(`import as ${person}: ${status} ${body.toString()}`)
  return api.peopleImported.parse(JSON.parse(body.toString()))
}

async function approve(by: string, id: string): Promise<unknown> {
  const shown = api.approvalShown.parse(JSON.parse((await ask(by, 'GET', `/approvals/${id}`)).body.toString()))
  const digest = Buffer.from(JSON.stringify({ digest: shown.digest }))
  const given = await ask(by, 'POST', `/approvals/${id}/approve`, digest, 'application/json')
  return JSON.parse(given.body.toString())
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
    const people = (await ask('grace', 'GET', '/people')).body.toString()
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
    expect((await ask('grace', 'POST', '/people/import', Buffer.from('{}'), 'application/json')).status).toBe(415)
    expect((await ask('grace', 'POST', '/people/import', Buffer.from('PK nothing more'))).status).toBe(422)
    expect((await ask('grace', 'POST', '/people/import?apply=abc', file)).status).toBe(400)
    expect((await ask('grace', 'POST', `/people/import?apply=${'0'.repeat(64)}`, file)).status).toBe(409)
    expect((await ask('grace', 'GET', '/people/export?format=pdf')).status).toBe(400)
    expect((await ask('grace', 'POST', '/people/import', Buffer.alloc(33 * 2 ** 20))).status).toBe(413)
  })
})
