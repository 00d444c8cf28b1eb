// For tests only: the AuthZEN door over plain HTTP on a sample enclave, asked by one application, under a policy set of choice.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authzenDoor, type Asker } from '../../server/src/doors/authzen/index.ts'
import { silentLogger } from '../../server/src/base/index.ts'
import { makePlaces } from '../../server/src/identity/index.ts'
import { makePageCursors } from '../../server/src/keys/index.ts'
import { sampleIssuer, type SampleEnclave } from '../../server/src/main/testing.ts'
import { filePage, makeDecisionPoint, rosterPage } from '../../server/src/policy/index.ts'
import { compile } from '../../server/src/policy/policy-set.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface OpenDoor {
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>
  readonly url: string
  readonly stop: () => Promise<void>
}

export const gateway: Asker = {
  issuer: sampleIssuer,
  subject: 'gateway',
  isNaturalPerson: false,
  clientId: 'gateway',
  nextNonce: null,
}
export const usAddress = '192.0.2.7'

/** Open the door; `policies` in place of those in force, and `asker` in place of an application. */
export async function openDoor(
  sample: SampleEnclave,
  { policies, asker = gateway }: { readonly policies?: string; readonly asker?: Asker } = {},
): Promise<OpenDoor> {
  const { enclave, ground, database } = sample
  const { schemaText } = enclave.policySets.shipped
  const set = policies === undefined ? null : compile({ schemaText, policyText: policies })
  const decisions =
    set === null
      ? enclave.decisions
      : makeDecisionPoint({
          ...ground,
          ...enclave.search,
          ledger: enclave.ledger,
          policySet: () => Promise.resolve(set),
        })
  const { placeOf } = makePlaces({
    places: [
      { name: 'office', cidr: ['192.0.2.0/24'], country: 'US' },
      { name: 'plant', cidr: ['198.51.100.0/24'], country: 'GB' },
    ],
    trustedProxies: [],
  })
  const handle = authzenDoor({
    origin: 'https://gate.test',
    verify: () => Promise.resolve(asker),
    placeOf: (address) => placeOf(address, undefined),
    decide: (request) => decisions.decide(request),
    survey: (asked, requests) => decisions.survey(asked, requests),
    people: (after, limit) => rosterPage(database, after, limit),
    files: (after, limit) => filePage(database, after, limit),
    cursors: makePageCursors(() => Promise.resolve(new Uint8Array(32))),
    log: silentLogger,
  })
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    post: async (path, body, headers = {}) => {
      const answer = await fetch(`${url}/access/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      return { status: answer.status, headers: answer.headers, body: await answer.json() }
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
