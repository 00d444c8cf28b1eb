// The AuthZEN door of a served enclave: who may call it, with which token.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../server/src/base/index.ts'
import { servedSample, type Address, type GateClient } from '../../server/src/http/testing.ts'
import { protectedFile } from '../../server/src/http/testing/protected-file.ts'
import { issuerRules } from '../../server/src/main/sign-in.ts'

let client: GateClient
let address: Address
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, address, stop } = await servedSample(9665))
}, 60_000)
afterAll(() => stop())

const json = { 'content-type': 'application/json' }

async function applicationToken(): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'opentdf-web', client_secret: 'sample-secret' }
  const { text } = await client.call('POST', '/sample-idp/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, resource: address.url }).toString(),
  })
  return (JSON.parse(text) as { access_token: string }).access_token
}

test('an application asks with its own token, a person about themselves, and nobody without one', async () => {
  const { id } = await protectedFile(client, 'asked.stp')
  const asked = (who: string) =>
    JSON.stringify({
      subject: { type: 'identity', id: who },
      action: { name: 'file.open' },
      resource: { type: 'file', id },
      context: { sourceAddress: '127.0.0.1' },
    })
  const ask = (token: string | undefined, who: string) =>
    client.call('POST', '/access/v1/evaluation', { token, headers: json, body: asked(who) })
  const application = await applicationToken()
  expect((await ask(application, 'ada')).value).toEqual({ decision: true })
  expect((await ask(application, 'ben')).value).toMatchObject({ decision: false })
  expect((await ask(await client.token('ada'), 'ada')).value).toEqual({ decision: true })
  expect((await ask(await client.token('ada'), 'ben')).status).toBe(403)
  const nobody = await ask(undefined, 'ada')
  expect([nobody.status, typeof nobody.value]).toEqual([401, 'string'])
  expect(nobody.headers['www-authenticate']).toBeDefined()
  expect((await ask('not-a-token', 'ada')).status).toBe(401)
})

test('says where it is asked, under the address that it is reached by', async () => {
  const { value, status } = await client.call('GET', '/.well-known/authzen-configuration')
  expect(status).toBe(200)
  expect(value).toMatchObject({
    policy_decision_point: address.url,
    access_evaluation_endpoint: `${address.url}/access/v1/evaluation`,
    search_action_endpoint: `${address.url}/access/v1/search/action`,
  })
  expect((await client.call('POST', '/.well-known/authzen-configuration')).status).toBe(405)
})

test('the purpose authzen is one of its own: a token for it is none for the API or for keys', () => {
  const text = `issuers: [{ issuer: 'https://id.test', audience: a, purposes: [authzen] }]`
  const [issuer] = loadConfig({ text, env: {} }).issuers
  if (issuer === undefined) throw new Error('the configuration has no issuer')
  expect(issuerRules(issuer).purposes).toEqual(['authzen'])
})
