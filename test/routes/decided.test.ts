// Every route of the table, asked by somebody who is on no roster and by people of every role: what is not permitted is refused
// in one shape, and what is done or shown has its decision in the ledger before the answer leaves (I1, I2).

import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import * as api from '@sallyport/protocol/api'
import { routes, type Route } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient, type Reply, type Site } from '../../server/src/http/testing.ts'
import { sampleRequest, type Known } from './sample-request.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let known: Known

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9840))
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const [vault] = vaults
  const body = { vaultId: vault?.id, name: 'walked.step' }
  const { file } = await client.done(api.fileReserved, 'ada', 'POST', '/files', body)
  const noah = people.find(({ name }) => name === 'Noah Brandt')
  const change = { change: 'verify-us-person', basis: 'citizen', evidenceRef: 'HR 1' }
  const proposal = { change, reason: 'walked', version: noah?.version }
  const { approvalId } = await client.done(api.proposed, 'omar', 'POST', `/people/${noah?.id}/proposals`, proposal)
  const refused = api.problemBody.parse((await client.ask('ada', 'GET', '/people')).value)
  known = {
    // Nobody who walks.
    personId: noah?.id,
    approvalId,
    authorizationId: authorizations[0]?.id,
    vaultId: vault?.id,
    fileId: file.id,
    decisionId: refused.decisionId,
    labels: vault?.labels.map(({ fqn }) => fqn),
  }
  if (Object.values(known).includes(undefined)) throw new Error('the sample lacks something to walk over')
})
afterAll(() => stop())

const decided = (Object.entries(routes) as [string, Route][]).filter(([, { access }]) => access.includes('.'))
const walkers = ['stranger', 'ada', 'grace', 'omar', 'paula'] as const

async function entries(): Promise<ReadonlyMap<string, LedgerEntry>> {
  const rows = await site.database.query('SELECT bytes FROM ledger_entries UNION SELECT bytes FROM ledger_pending')
  const read = rows.map(({ bytes }) => parseEntry(bytes as Uint8Array))
  return new Map(read.flatMap((entry) => (entry === null ? [] : [[entry.id, entry]])))
}

async function ask(person: string, route: Route): Promise<Reply> {
  const { method, path, body } = sampleRequest(route, known)
  // What another protocol puts at an address of its own.
  if (!path.startsWith('/api/v1/')) return await client.call(method, path, { token: await client.token(person) })
  return await client.ask(person, method, path.replace('/api/v1', ''), body)
}

/** Ask, and yield the answer with the decisions of the route's own action that are on record once it is here. */
async function walk(person: string, route: Route): Promise<{ reply: Reply; decisions: readonly LedgerEntry[] }> {
  const before = await entries()
  const reply = await ask(person, route)
  const after = await entries()
  const made = [...after.values()].filter(({ id }) => !before.has(id))
  const decisions = made.filter(({ kind, body }) => kind.startsWith('decision.') && body['action'] === route.access)
  return { reply, decisions }
}

describe('every route that names an action', () => {
  test.each(decided)('%s refuses who is on no roster, alike, and keeps the attempt', async (_, route) => {
    const { reply, decisions } = await walk('stranger', route)
    expect(reply).toMatchObject({ status: 403, headers: { 'content-type': expect.stringContaining('problem+json') } })
    const { requestId, ...problem } = api.problemBody.parse(reply.value)
    expect(problem).toEqual({
      type: 'urn:sallyport:problem:refused',
      title: 'Refused by decision',
      status: 403,
      detail: `cannot ${route.access}: refused by decision`,
    })
    expect(requestId).toBeTypeOf('string')
    expect(decisions).toMatchObject([{ actor: null, body: { subject: { subject: 'stranger' } } }])
    expect(decisions[0]?.kind).not.toBe('decision.permit')
  })

  test.each(decided)('%s decides for people of every role, on record before it answers', async (_, route) => {
    const outcomes: string[] = []
    for (const person of walkers.slice(1)) {
      const { reply, decisions } = await walk(person, route)
      // An act on two things takes a decision for each; the answer tells of the one that refuses.
      const decision = decisions.find(({ kind }) => kind === 'decision.deny') ?? decisions[0]
      outcomes.push(decision?.kind ?? 'none')
      if (decision?.kind === 'decision.deny') {
        const problem = api.problemBody.parse(reply.value)
        expect(problem).toMatchObject({ type: 'urn:sallyport:problem:refused', status: reply.status })
        expect(problem.decisionId).toBe(decision.id)
        expect(problem.reasons).not.toEqual([])
      } else {
        expect(decision?.actor, reply.text).toBeTypeOf('string')
        // A sample is often no sensible act, or one that takes another person; that is refused after the decision, as a problem.
        if (reply.status !== 200) {
          expect(api.problemBody.parse(reply.value).status, reply.text).toBe(reply.status)
          expect([400, 403, 404, 409, 422], reply.text).toContain(reply.status)
        }
        if (route.method === 'GET' && isThere(route)) expect(reply.status, reply.text).toBe(200)
      }
    }
    const isFiltered = 'isFiltered' in route
    const wanted = isFiltered ? ['decision.filter'] : ['decision.deny', 'decision.permit']
    expect([...new Set(outcomes)].sort()).toEqual(wanted)
  })

  test('answers nothing while no decision can be recorded', async () => {
    await site.database.query(
      `CREATE FUNCTION no_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$`,
    )
    await site.database.query(
      `CREATE TRIGGER no_decision BEFORE INSERT ON ledger_pending FOR EACH ROW
       WHEN (NEW.kind LIKE 'decision.%') EXECUTE FUNCTION no_decision()`,
    )
    for (const [name, route] of decided) {
      for (const person of walkers) {
        const reply = await ask(person, route)
        expect({ name, person, status: reply.status }).toEqual({ name, person, status: expect.toSatisfy(isFault) })
        expect(Object.keys(api.problemBody.parse(reply.value)).sort()).toEqual(problemMembers)
      }
    }
    await site.database.query('DROP TRIGGER no_decision ON ledger_pending')
    expect((await client.ask('grace', 'GET', '/people')).status).toBe(200)
  })
})

/** Whether everything that its path names is there; the walk does not know what a new route may name. */
function isThere({ path, answer }: Route): boolean {
  return answer !== 'bytes' && [...path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in known)
}

const isFault = (status: number) => status >= 500
const problemMembers = ['detail', 'requestId', 'status', 'title', 'type']

describe('every route that names none', () => {
  const undecided = (Object.entries(routes) as [string, Route][]).filter(([, { access }]) => !access.includes('.'))

  test.each(undecided)('%s says why', (_, route) => {
    expect('why' in route ? route.why : '').toMatch(/^[a-z].{20,}[^.]$/)
  })

  test('is one of a few', () => {
    expect(undecided.map(([name]) => name).sort()).toEqual([
      'askForProgram',
      'attestFounder',
      'beginEnrollment',
      'beginFounderPasskey',
      'beginPasskey',
      'checkpoint',
      'closeFounding',
      'enclave',
      'endOwnSession',
      'endSession',
      'enrollFounder',
      'enrollFounderPasskey',
      'enrollPasskey',
      'exchangeGrant',
      'founding',
      'grantToProgram',
      'ledgerTile',
      'ledgerTimestamps',
      'makeRequest',
      'me',
      'ownDuties',
      'ownRefusal',
      'ownRefusals',
      'packetProgress',
      'passkeys',
      'proveReceipt',
      'removeOwnPasskey',
      'requests',
      'session',
      'sessions',
      'signInAtIssuer',
      'signInByCertificate',
      'signInWithPasskey',
      'withdrawRequest',
    ])
  })
})
