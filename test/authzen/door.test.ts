// The AuthZEN door under the shipped policies: what is answered, to whom, what is on record, and that searches agree with evaluations.

import { actions, type Id } from '@sallyport/protocol'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleIssuer } from '../../server/src/main/testing.ts'
import { filePage, rosterPage } from '../../server/src/policy/index.ts'
import { labelOf, obligationName, openCaseCompany, type CaseCompany } from '../policy/cases.ts'
import { registerFile } from '../policy/enrol.ts'
import { gateway, openDoor, usAddress, type OpenDoor } from './door.ts'

let company: CaseCompany
let door: OpenDoor
let falcon: Id<'file'>
beforeAll(async () => {
  company = await openCaseCompany()
  door = await openDoor(company)
  falcon = await registerFile(company, {
    name: 'authzen.stp',
    vault: 'falcon',
    labels: ['jurisdiction/itar', 'program/falcon', 'item/iv-h-1'],
  })
}, 60_000)
afterAll(async () => {
  await door.stop()
  await company.stop()
})

const us = { sourceAddress: usAddress }
const subject = (id: string) => ({ type: 'identity', id })
const opening = (who: string, more: object = {}) => ({
  subject: subject(who),
  action: { name: 'file.open' },
  resource: { type: 'file', id: falcon },
  context: us,
  ...more,
})
const entryOf = async (headers: Headers) => {
  const entry = await company.enclave.ledger.entry((headers.get('sallyport-decision') ?? '') as Id<'entry'>)
  if (entry === null) throw new Error('there is no such entry')
  return entry
}
const codes = (body: unknown) =>
  ((body as { context?: { reasons?: { code: string }[] } }).context?.reasons ?? []).map(({ code }) => code)
const size = async () =>
  Number(
    (
      await company.database.query(
        'SELECT (SELECT count(*) FROM ledger_entries) + (SELECT count(*) FROM ledger_pending) AS n',
      )
    )[0]?.['n'],
  )

describe('evaluation', () => {
  test('is decided and recorded at the door authzen, by whom it was asked with its request id', async () => {
    const { status, headers, body } = await door.post('evaluation', opening('ada'), { 'x-request-id': 'req-1' })
    expect([status, body, headers.get('x-request-id')]).toEqual([200, { decision: true }, 'req-1'])
    expect(await entryOf(headers)).toMatchObject({
      kind: 'decision.permit',
      actor: company.id('ada'),
      about: { kind: 'file', id: falcon },
      body: {
        attributes: { context: { door: 'authzen' } },
        evidence: { asker: { clientId: 'gateway' }, requestId: 'req-1' },
      },
    })
    const again = await door.post('evaluation', opening('ada'))
    expect(again.body).toEqual(body)
  })

  test('takes a person by id, and content of the application by its labels, named in the record by hash alone', async () => {
    const content = (labels: readonly string[]) => ({
      type: 'labels',
      id: 'turbine blade, rev C',
      properties: { labels: labels.map(labelOf) },
    })
    const ada = { type: 'person', id: company.id('ada') }
    const known = await door.post('evaluation', opening('', { subject: ada, resource: content(['program/falcon']) }))
    expect(known.body).toEqual({ decision: true })
    expect(JSON.stringify(await entryOf(known.headers))).not.toContain('turbine')
    for (const labels of [[], ['program/no-such-program'], ['not a label']]) {
      const { body } = await door.post('evaluation', opening('ada', { resource: content(labels) }))
      expect(body).toMatchObject({ decision: false })
    }
  })

  test('is refused where nobody said from where, whoever asks; and for ids that nobody has', async () => {
    const nowhere = await door.post('evaluation', opening('ada', { context: {} }))
    expect([nowhere.body, codes(nowhere.body)]).toMatchObject([{ decision: false }, ['place-unknown']])
    for (const sourceAddress of ['203.0.113.9', 'not an address']) {
      const { body } = await door.post('evaluation', opening('ada', { context: { sourceAddress } }))
      expect(body).toMatchObject({ decision: false })
    }
    for (const more of [
      { subject: subject('nobody') },
      { subject: { type: 'identity', id: 'ada', properties: { issuer: 'https://other.test' } } },
      { subject: { type: 'person', id: 'ada' } },
      { resource: { type: 'file', id: 'no-such-file' } },
    ]) {
      const { status, body, headers } = await door.post('evaluation', opening('ada', more))
      expect([status, (body as { decision: boolean }).decision]).toEqual([200, false])
      expect((await entryOf(headers)).kind).toBe('decision.deny')
    }
  })

  test('refuses unknown types and actions in the standard shape, and decides nothing', async () => {
    const before = await size()
    for (const more of [
      { subject: { type: 'robot', id: 'ada' } },
      { resource: { type: 'todo', id: 'x' } },
      { action: { name: 'can_read' } },
      { action: { name: 'vault.list' } },
      { action: { name: 'toString' } },
    ]) {
      const { status, body } = await door.post('evaluation', opening('ada', more))
      expect([status, body]).toMatchObject([200, { decision: false, context: { error: { status: 400 } } }])
    }
    expect(await size()).toBe(before)
  })

  test('answers 400 and a text to what is no question', async () => {
    for (const body of ['', '[]', '{', '"ada"', { ...opening('ada'), subject: 'ada' }, { action: { name: 7 } }]) {
      const { status, body: said } = await door.post('evaluation', body)
      expect([status, typeof said]).toEqual([400, 'string'])
    }
    const other = await door.post('evaluation', opening('ada'), { 'content-type': 'text/plain' })
    expect(other.status).toBe(400)
    const charset = await door.post('evaluation', opening('ada'), { 'content-type': 'application/json; charset=utf-8' })
    expect(charset.status).toBe(200)
    expect((await fetch(`${door.url}/access/v1/evaluation`)).status).toBe(405)
  })
})

describe('what an application hears about others', () => {
  test('is no status, no nationality, no authorization and no obligation that only a foreign person has', async () => {
    const people = await rosterPage(company.database, null, 500)
    const fulfillable = ['acknowledge', 'watermark'].map(obligationName)
    const context = { ...us, fulfillable }
    const heard = new Set<string>()
    for (const id of people) {
      for (const name of ['file.open', 'file.fetch', 'file.list', 'file.reclassify'] as const) {
        const asked = opening('', { subject: { type: 'person', id }, action: { name }, context })
        const { body } = await door.post('evaluation', asked)
        heard.add(JSON.stringify(body))
        for (const code of codes(body)) expect(['need-to-know', 'need-to-know-list']).toContain(code)
      }
    }
    const permits = [...heard].filter((one) => one.includes('"decision":true'))
    expect(permits).toEqual([
      JSON.stringify({ decision: true, context: { obligations: [...fulfillable].sort().map((fqn) => ({ fqn })) } }),
    ])
    expect([...heard].join()).not.toMatch(/foreign|nationalit|citizen|status|TAA|authorization/i)
  })

  test('is all of it where the one who asks is the one who is asked about, and nothing about others', async () => {
    const own = await openDoor(company, { asker: { ...gateway, subject: 'ben', isNaturalPerson: true } })
    try {
      const { body } = await own.post('evaluation', opening('ben'))
      expect(codes(body).length).toBeGreaterThan(0)
      expect(body).toMatchObject({ decision: false, context: { reasons: [{ fix: expect.any(String) as string }] } })
      for (const path of ['evaluation', 'search/resource', 'search/action', 'search/subject']) {
        expect((await own.post(path, opening('ada'))).status).toBe(403)
      }
      expect((await own.post('search/resource', opening('ben'))).status).toBe(200)
    } finally {
      await own.stop()
    }
  })

  test('an obligation that it does not fulfil refuses, without a word of it', async () => {
    const james = (fulfillable: string[]) =>
      door.post('evaluation', opening('james', { context: { ...us, fulfillable } }))
    expect((await james([])).body).toEqual({ decision: false })
    expect((await james([obligationName('acknowledge')])).body).toMatchObject({ decision: true })
  })
})

describe('evaluations', () => {
  const items = ['ada', 'ben', 'ada'].map((id) => ({ subject: subject(id) }))
  const asked = (semantic?: string) => ({
    ...opening('ada', { subject: undefined }),
    evaluations: items,
    ...(semantic === undefined ? {} : { options: { evaluations_semantic: semantic } }),
  })
  const decisions = (body: unknown) =>
    (body as { evaluations: { decision: boolean }[] }).evaluations.map(({ decision }) => decision)

  test.each([
    [undefined, [true, false, true]],
    ['execute_all', [true, false, true]],
    ['deny_on_first_deny', [true, false]],
    ['permit_on_first_permit', [true]],
  ])('%s decides and records as many as it answers', async (semantic, expected) => {
    const before = await size()
    const { body, headers } = await door.post('evaluations', asked(semantic))
    expect(decisions(body)).toEqual(expected)
    expect(await size()).toBe(before + expected.length)
    expect(headers.get('sallyport-decision')?.split(', ')).toHaveLength(expected.length)
    expect((await door.post('evaluations', asked(semantic))).body).toEqual(body)
  })

  test('without items is one evaluation; an item that lacks something is refused by itself; another semantic is 400', async () => {
    expect((await door.post('evaluations', opening('ada'))).body).toEqual({ decision: true })
    expect((await door.post('evaluations', { ...opening('ada'), evaluations: [] })).body).toEqual({ decision: true })
    const lacking = { ...opening('ada', { subject: undefined }), evaluations: [{}, { subject: subject('ada') }] }
    expect((await door.post('evaluations', lacking)).body).toMatchObject({
      evaluations: [{ decision: false, context: { error: { status: 400 } } }, { decision: true }],
    })
    expect((await door.post('evaluations', asked('first'))).status).toBe(400)
    const many = { ...opening('ada'), evaluations: Array.from({ length: 101 }, () => ({})) }
    expect((await door.post('evaluations', many)).status).toBe(400)
  })
})

describe('searches', () => {
  const search = async (kind: string, asked: object) => {
    const { status, body, headers } = await door.post(`search/${kind}`, asked)
    if (status !== 200) throw new Error(`${kind}: ${status} ${String(body)}`)
    return { ...(body as { page: { next_token: string }; results: { id?: string; name?: string }[] }), headers }
  }

  test('agree with evaluations, for anybody, any file, any action, from anywhere (property)', async () => {
    const people = await rosterPage(company.database, null, 500)
    const files = await filePage(company.database, null, 500)
    const onFiles = Object.entries(actions).flatMap(([name, { resource }]) => (resource === 'file' ? [name] : []))
    const question = fc.record({
      who: fc.constantFrom(...people),
      file: fc.constantFrom(...files),
      action: fc.constantFrom(...onFiles),
      sourceAddress: fc.constantFrom(usAddress, '198.51.100.1', '203.0.113.1'),
      fulfillable: fc.constantFrom([], [obligationName('acknowledge')]),
    })
    await fc.assert(
      fc.asyncProperty(question, async ({ who, file, action: name, ...context }) => {
        const whole = {
          subject: { type: 'person', id: who },
          action: { name },
          resource: { type: 'file', id: file },
          context,
        }
        const { decision } = (await door.post('evaluation', whole)).body as { decision: boolean }
        const has = (results: readonly object[], one: object) =>
          results.some((found) => JSON.stringify(found) === JSON.stringify(one))
        const { results: subjects } = await search('subject', { ...whole, subject: { type: 'person' } })
        const { results: resources } = await search('resource', { ...whole, resource: { type: 'file' } })
        const { results: names } = await search('action', whole)
        expect([has(subjects, whole.subject), has(resources, whole.resource), has(names, whole.action)]).toEqual([
          decision,
          decision,
          decision,
        ])
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  test('leave one entry each, of who asked and about what by hash, with what would be permitted by hash', async () => {
    const before = await size()
    const { headers, results } = await search('subject', opening('', { subject: { type: 'person' } }))
    expect(await size()).toBe(before + 1)
    expect(await entryOf(headers)).toMatchObject({
      kind: 'decision.filter',
      actor: null,
      body: {
        action: 'file.open',
        door: 'authzen',
        permitted: results.length,
        subject: { issuer: sampleIssuer, subject: 'gateway' },
        evidence: { search: 'subject', about: { resource: { type: 'file' } } },
      },
    })
  })

  test('come a page at a time, whose token is good for that question alone', async () => {
    const asked = { ...opening('ada'), resource: { type: 'file' } }
    const whole = await search('resource', asked)
    const found: string[] = []
    let token: string | undefined
    do {
      const page = await search('resource', { ...asked, page: { limit: 3, ...(token === undefined ? {} : { token }) } })
      found.push(...page.results.map(({ id = '' }) => id))
      token = page.page.next_token
      if (token !== '') {
        const other = { ...asked, subject: subject('ben'), page: { limit: 3, token } }
        expect((await door.post('search/resource', other)).status).toBe(400)
      }
    } while (token !== '')
    expect(found).toEqual(whole.results.map(({ id }) => id))
    expect(found.length).toBeGreaterThan(3)
  })

  test('find nothing of unknown types and ids, and refuse what is not searched rather than find nothing', async () => {
    const none = [
      ['subject', opening('', { subject: { type: 'robot' } })],
      ['resource', opening('ada', { resource: { type: 'todo' } })],
      ['resource', opening('nobody', { resource: { type: 'file' } })],
      ['action', opening('ada', { resource: { type: 'todo', id: 'x' } })],
      ['subject', opening('', { subject: { type: 'person' }, action: { name: 'can_read' } })],
    ] as const
    for (const [kind, asked] of none) expect((await search(kind, asked)).results).toEqual([])
    expect((await door.post('search/subject', opening('', { subject: { type: 'identity' } }))).status).toBe(400)
    expect((await door.post('search/resource', opening('ada', { resource: { type: 'vault' } }))).status).toBe(400)
  })
})
