// Tags of things over HTTP: who has a thing already hears so, and a change is done to the version that its tag names or not at all.

import * as api from '@sallyport/protocol/api'
import { routes, type Route } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ifMatchOf } from './entity-tags.ts'
import { servedSample, type GateClient, type Reply } from './testing.ts'
import { namedIn } from './testing/protected-file.ts'

let client: GateClient
let done: GateClient['done']
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ client, stop } = await servedSample(9840))
  ;({ done } = client)
}, 60_000)
afterAll(() => stop())

const tokens = new Map<string, string>()
/** Ask with these headers. */
async function ask(
  person: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Reply> {
  const token = tokens.get(person) ?? (await client.token(person))
  tokens.set(person, token)
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  return await client.call(method, `/api/v1${path}`, {
    token,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...sent,
  })
}
const tagOf = async (person: string, path: string) => String((await ask(person, 'GET', path, {})).headers.etag)
const newcomer = async (name: string) =>
  (await done(api.personAdded, 'omar', 'POST', '/people', { name, kind: 'contractor' })).person
const narrowed = (version: number) => ({
  change: { change: 'record-foreign-employer' },
  reason: 'works for them',
  version,
})

describe('a GET of one thing', () => {
  const ofOneThing = Object.entries<Route>(routes).filter(
    ([, { method, path, answer }]) => method === 'GET' && /\{\w+\}$/.test(path) && typeof answer === 'object',
  )

  test('is tagged, whatever the thing is', () => {
    expect(ofOneThing.map(([name]) => name)).toEqual(expect.arrayContaining(['person', 'authorization', 'file']))
    expect(ofOneThing.filter(([, { isCached }]) => isCached !== true).map(([name]) => name)).toEqual([])
  })

  test('answers 304 to who has it, until it is another; nobody keeps it on a disk', async () => {
    const { id } = await newcomer('Tilda Marsh')
    const path = `/people/${id}`
    const { etag = '', 'cache-control': kept } = (await ask('grace', 'GET', path, {})).headers
    expect(etag).toMatch(/^"1-[\w-]{43}"$/)
    expect(kept).toBe('no-store')
    const again = await ask('grace', 'GET', path, { 'if-none-match': `"x", ${etag}` })
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag])
    await done(api.personEnded, 'grace', 'POST', `${path}/end`, { kind: 'left', reason: 'last day' })
    const after = await ask('grace', 'GET', path, { 'if-none-match': etag })
    expect([after.status, after.headers.etag?.slice(0, 3)]).toEqual([200, '"2-'])
  })

  test('refuses who may not see it, whatever tag they bring', async () => {
    const { id } = await newcomer('Tomas Reed')
    const etag = await tagOf('grace', `/people/${id}`)
    expect((await ask('ada', 'GET', `/people/${id}`, { 'if-none-match': etag })).status).toBe(403)
    expect((await ask('ada', 'GET', `/people/${id}`, { 'if-none-match': '*' })).status).toBe(403)
  })

  test('is tagged by what it shows where it has no version', async () => {
    const [one, other] = [await tagOf('grace', '/settings'), await tagOf('grace', '/settings')]
    expect(one).toMatch(/^"[\w-]{43}"$/)
    expect(other).toBe(one)
  })
})

describe('a change with If-Match', () => {
  test('of two officers at one moment is done once; the other is told what it is by now', async () => {
    const { id } = await newcomer('Ulla Brandt')
    const path = `/people/${id}`
    const tag = { 'if-match': await tagOf('grace', path) }
    const both = await Promise.all([
      ask('grace', 'POST', `${path}/end`, tag, { kind: 'left', reason: 'last day' }),
      ask('henry', 'POST', `${path}/end`, tag, { kind: 'status-ended', reason: 'badge was lent' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    const told = both.find(({ status }) => status === 412)
    expect(api.problemBody.parse(told?.value)).toMatchObject({
      type: 'urn:sallyport:problem:precondition-failed',
      detail:
        'cannot change person: it is version 2 by now, want it read again before it is changed; If-Match named version 1',
    })
    const { versions } = await done(api.personHistory, 'grace', 'GET', `${path}/history`)
    expect(versions.map(({ change }) => change)).toEqual(['added', 'ended'])
  })

  test('holds beside the version that the body names: neither stands for the other', async () => {
    const { id } = await newcomer('Vera Holm')
    const path = `/people/${id}`
    const first = await tagOf('grace', path)
    const changed = await ask('grace', 'POST', `${path}/changes`, { 'if-match': first }, narrowed(1))
    expect(changed).toMatchObject({ status: 200 })
    const second = await tagOf('grace', path)
    const tries = [
      [first, 2],
      [first, 1],
      [second, 1],
    ] as const
    const statuses = []
    for (const [tag, version] of tries) {
      const { status } = await ask('grace', 'POST', `${path}/changes`, { 'if-match': tag }, narrowed(version))
      statuses.push(status)
    }
    expect(statuses).toEqual([412, 412, 409])
    expect((await done(api.person, 'grace', 'GET', path)).version).toBe(2)
  })

  test.each([
    ['a weak tag', (tag: string) => `W/${tag}`, 412],
    ['a tag that is not ours', () => '"else"', 412],
    ['one of several', (tag: string) => `"else", ${tag}`, 200],
    ['anything', () => '*', 200],
    ['what is no tag', () => 'version 1', 400],
  ])('%s', async (_, write, status) => {
    const { id } = await newcomer(`Wim ${_}`)
    const tag = write(await tagOf('grace', `/people/${id}`))
    const body = { kind: 'left', reason: 'last day' }
    expect((await ask('grace', 'POST', `/people/${id}/end`, { 'if-match': tag }, body)).status).toBe(status)
  })

  test('of every route that takes it is refused for a version that is over, and does nothing', async () => {
    const one = await newcomer('Xenia Falk')
    const other = await newcomer('Xenia Falck')
    const past = `"9-${'A'.repeat(43)}"`
    const { authorizations } = await done(api.authorizations, 'grace', 'GET', '/authorizations')
    const [found] = authorizations.filter(({ state }) => state === 'effective')
    if (found === undefined) throw new Error('there is no authorization')
    const registered = await done(api.authorizationRegistered, 'henry', 'POST', '/authorizations', {
      ...(found.terms as object),
      number: 'TA-412',
    })
    const { id: waiting, approvalId } = registered.authorization
    const { effect } = await namedIn(client, approvalId ?? '')
    const why = { reason: 'as agreed' }
    const asked: Readonly<Record<string, readonly [string, string, object]>> = {
      changePerson: ['grace', `/people/${one.id}/changes`, narrowed(1)],
      proposePersonChange: [
        'grace',
        `/people/${one.id}/proposals`,
        { ...why, version: 1, change: { change: 'verify-us-person', basis: 'citizen', evidenceRef: 'HR 1' } },
      ],
      endPerson: ['grace', `/people/${one.id}/end`, { ...why, kind: 'left' }],
      mergePeople: [
        'grace',
        `/people/${one.id}/merge`,
        { ...why, version: 1, duplicate: { id: other.id, version: 1 } },
      ],
      splitPerson: ['grace', `/people/${one.id}/split`, { ...why, version: 1, name: 'Somebody', identities: [] }],
      amendAuthorization: [
        'grace',
        `/authorizations/${found.id}/amend`,
        { ...why, version: found.version, terms: found.terms },
      ],
      approveAuthorization: ['wanda', `/authorizations/${waiting}/approve`, { effect }],
      endAuthorization: ['grace', `/authorizations/${found.id}/end`, why],
    }
    const taking = Object.entries<Route>(routes).filter(([, { takesIfMatch }]) => takesIfMatch)
    expect(Object.keys(asked).sort()).toEqual(taking.map(([name]) => name).sort())
    const statuses: Record<string, string> = {}
    for (const [name, [person, path, body]] of Object.entries(asked)) {
      const { status, text } = await ask(person, 'POST', path, { 'if-match': past }, body)
      statuses[name] = status === 412 ? '412' : `${status} ${text}`
    }
    expect(new Set(Object.values(statuses))).toEqual(new Set(['412']))
    expect((await done(api.person, 'grace', 'GET', `/people/${one.id}`)).version).toBe(1)
    expect((await done(api.authorization, 'grace', 'GET', `/authorizations/${found.id}`)).state).toBe('effective')
    expect((await done(api.authorization, 'grace', 'GET', `/authorizations/${waiting}`)).approvals.have).toBe(0)
  })

  test('is refused where nothing has a version, before anything is done', async () => {
    const reply = await ask('omar', 'POST', '/people', { 'if-match': '"x"' }, { name: 'Yara Lind', kind: 'visitor' })
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('nothing that has a version')])
    const { people } = await done(api.people, 'grace', 'GET', '/people?name=Yara')
    expect(people).toEqual([])
  })
})

describe('ifMatchOf()', () => {
  const tag = (version: number | string) => `"${version}-${'A'.repeat(43)}"`
  test.each([
    ['nothing', undefined, null],
    ['any version', ' * ', null],
    ['one', tag(7), [7]],
    ['several', `${tag(7)},${tag(12)} , "x"`, [7, 12]],
    ['a version with a zero before it', tag('07'), []],
    ['a tag of an answer without version', `"${'A'.repeat(43)}"`, []],
  ])('%s', (_, header, versions) => {
    expect(ifMatchOf(routes.endPerson, header)).toEqual(versions)
  })

  test.each(['', '7', '"7', '"7" "8"', "'7'", '"7",', '*, "7"'])('refuses %j', (header) => {
    expect(() => ifMatchOf(routes.endPerson, header)).toThrow('no list of entity tags')
  })
})
