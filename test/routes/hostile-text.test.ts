// Every text that a route takes, followed by characters that a database, a ledger or a reader cannot keep: each is refused as the
// caller's fault or kept, and none is a fault of the gate.

import * as api from '@sallyport/protocol/api'
import { routes, type Route } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample, type GateClient, type Reply } from '../../server/src/http/testing.ts'
import { requestsWith, type Known } from './sample-request.ts'

let client: GateClient
let stop: () => Promise<void>
let known: Known

beforeAll(async () => {
  ;({ client, stop } = await servedSample(9875))
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const noah = people.find(({ name }) => name === 'Noah Brandt')
  known = {
    personId: noah?.id,
    version: noah?.version,
    vaultId: vaults[0]?.id,
    labels: vaults[0]?.labels.map(({ fqn }) => fqn),
    change: { change: 'verify-us-person', basis: 'citizen', evidenceRef: 'HR 1' },
    // Moments are found by trying, which takes longer than a connection rests.
    asOf: '2026-01-02',
    from: '2026-01-01',
    to: '2026-02-01',
  }
})
afterAll(() => stop())

const written = (Object.entries(routes) as [string, Route][]).filter(
  ([, { body, query }]) => typeof body === 'object' || query !== undefined,
)
const characters = [
  ['a NUL', '\u0000'],
  ['half a character', '\ud800'],
  ['an escape sequence', '\u001b[2J'],
  ['a character that reorders', '\u202e'],
] as const

/** Samples are found by trying, which can take longer than a connection rests: the gate may have closed it meanwhile. */
async function ask(...asked: Parameters<GateClient['ask']>): Promise<Reply> {
  return await client.ask(...asked).catch(async (error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
    return await client.ask(...asked)
  })
}

describe.each(characters)('a text with %s', (_, character) => {
  test.each(written)('%s takes it or refuses it', async (_name, route) => {
    for (const { method, path, body } of requestsWith(character, route, known)) {
      for (const person of ['grace', 'omar', 'ada']) {
        const reply = await ask(person, method, path.replace('/api/v1', ''), body)
        expect(reply.status, `${path} ${JSON.stringify(body)}: ${reply.text}`).toBeLessThan(500)
      }
    }
  })
})
