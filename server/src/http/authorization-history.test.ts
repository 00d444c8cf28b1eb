// How an authorization came to be, over HTTP: every version of its terms, with who, who approved and why.

import { authorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample } from './testing.ts'
import { approveEntry } from './testing/protected-file.ts'

let served: Awaited<ReturnType<typeof servedSample>>
beforeAll(async () => {
  served = await servedSample(10_045)
}, 60_000)
afterAll(() => served.stop())

const history = async (by: string, id: string) =>
  await served.client.done(api.authorizationHistory, by, 'GET', `/authorizations/${id}/history`)

describe('the history of an authorization', () => {
  test('tells each version from its registration to its end, with who, who approved and why', async () => {
    const { client, site } = served
    const { done } = client
    const { authorizations } = await done(api.authorizations, 'grace', 'GET', '/authorizations')
    const [standing] = authorizations
    const { people } = await done(api.people, 'grace', 'GET', '/people')
    const eleanor = people.find(({ name }) => name === 'Eleanor Hughes')?.id ?? ''
    const terms = { ...authorizationTerms.parse(standing?.terms), number: 'TA-0099-26', persons: [eleanor] }
    const { authorization } = await done(api.authorizationChanged, 'grace', 'POST', '/authorizations', terms)
    const at = `/authorizations/${authorization.id}`
    for (const by of ['henry', 'wanda']) await approveEntry(client, by, authorization.id)
    const narrower = { ...terms, purposes: ['co-development'], persons: [] }
    const amended = await done(api.authorizationAmended, 'wanda', 'POST', `${at}/amend`, {
      version: 2,
      terms: narrower,
      reason: 'she left',
    })
    await done(api.authorizationChanged, 'henry', 'POST', `${at}/end`, { reason: 'superseded' })

    // What holds is told at once; who and why once the ledger has taken it in.
    const versions = [1, 2, 3, 4]
    expect((await history('paula', authorization.id)).steps.map(({ version }) => version)).toEqual(versions)
    await sequenced(site)
    const { number, steps, people: named } = await history('paula', authorization.id)
    expect(number).toBe('TA-0099-26')
    expect(
      steps.map(({ happened, version, by, approvedBy, reason, terms: { persons } }) => [
        happened,
        version,
        by?.name,
        approvedBy.map(({ name }) => name),
        reason,
        persons.length,
      ]),
    ).toEqual([
      ['registered', 1, 'Grace Okafor', [], null, 1],
      ['approved', 2, 'Wanda Kowalski', ['Henry Walsh', 'Wanda Kowalski'], null, 1],
      ['amended', 3, 'Wanda Kowalski', [], 'she left', 0],
      ['ended', 4, 'Henry Walsh', [], 'superseded', 0],
    ])
    expect(steps[2]?.entryId).toBe(amended.receipt.entryId)
    // Also whom only an earlier version named.
    expect(named).toEqual([{ id: eleanor, name: 'Eleanor Hughes' }])
    expect((await history('grace', standing?.id ?? '')).steps).toMatchObject([{ happened: 'founded', by: null }])
  })

  test('is for whoever reads the register, and of one that is there', async () => {
    const { client } = served
    const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
    const at = `/authorizations/${authorizations[0]?.id}/history`
    for (const by of ['ada', 'omar', 'james', 'stranger']) expect((await client.ask(by, 'GET', at)).status).toBe(403)
    expect((await client.ask('paula', 'GET', at)).status).toBe(200)
    const nowhere = `/authorizations/${crypto.randomUUID()}/history`
    expect((await client.ask('grace', 'GET', nowhere)).status).toBe(404)
  })
})
