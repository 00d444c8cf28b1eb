import { utf8 } from '@sallyport/protocol'
import { fileReserved, problemBody, routes, vaults as vaultsShape } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servedSample, type GateClient } from './testing.ts'

let client: GateClient
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ client, stop } = await servedSample(9700))
}, 60_000)
afterAll(() => stop())

async function firstVault(): Promise<string> {
  const { vaults } = await client.done(vaultsShape, 'ada', 'GET', '/vaults')
  return vaults[0]?.id ?? ''
}

describe('every route', () => {
  const closed = Object.values(routes).filter((route) => route.access !== 'none')

  it.each(closed.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s answers a problem and nothing else without a token',
    async (_, route) => {
      const path = route.path.replaceAll(/\{\+?\w+\}/g, '0190c0de-0000-7000-8000-000000000001')
      const answer = await client.call(route.method, path)
      expect(answer.status).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['www-authenticate']).toContain('DPoP')
      expect(problemBody.parse(answer.value).type).toBe('urn:sallyport:problem:not-signed-in')
    },
  )

  it('is in the OpenAPI document with the action that decides it', async () => {
    const { paths } = (await client.call('GET', '/api/openapi.json')).value as {
      paths: Record<string, Record<string, { 'x-sallyport-action': string }>>
    }
    for (const route of Object.values(routes)) {
      expect(paths[route.path.replace('{+', '{')]?.[route.method.toLowerCase()]?.['x-sallyport-action']).toBe(
        route.access,
      )
    }
  })
})

describe('refusals', () => {
  it('tell a rostered caller why, what would change it and whom to ask', async () => {
    const answer = await client.ask('ada', 'GET', '/people')
    expect(answer.status).toBe(403)
    const body = problemBody.parse(answer.value)
    expect(body.decisionId).toMatch(/^[0-9a-f-]{36}$/)
    expect(body.reasons?.[0]).toMatchObject({ code: 'no-permit', ask: 'officer' })
  })

  it('are the same for anybody who is not rostered, whatever is asked for', async () => {
    const bodies = await Promise.all(
      [await firstVault(), '0190c0de-0000-7000-8000-000000000001'].map(async (vaultId) => {
        const answer = await client.ask('stranger', 'POST', '/files', { vaultId, name: 'a' })
        const { requestId: _, ...rest } = answer.value as Record<string, unknown>
        return { status: answer.status, rest }
      }),
    )
    expect(bodies[0]).toEqual(bodies[1])
    expect(bodies[0]?.status).toBe(403)
    expect(bodies[0]?.rest).not.toHaveProperty('reasons')
    expect(bodies[0]?.rest).not.toHaveProperty('decisionId')
  })
})

describe('hostile requests', () => {
  it('are answered with a problem: not json, wrong type, too large, wrong shape, no such route', async () => {
    const token = await client.token('ada')
    const json = { token, headers: { 'content-type': 'application/json' } }
    const xml = { token, headers: { 'content-type': 'text/xml' } }
    const ask = client.call
    const cases: readonly [number, string, ReturnType<GateClient['call']>][] = [
      [400, 'invalid-request', ask('POST', '/api/v1/files', { ...json, body: '{"vaultId":' })],
      [400, 'invalid-request', ask('POST', '/api/v1/files', { ...json, body: '{"vaultId":"x","name":"../a"}' })],
      [400, 'invalid-request', ask('POST', '/api/v1/files', { ...json, body: '[]' })],
      [415, 'unsupported-media-type', ask('POST', '/api/v1/files', { ...xml, body: '<a/>' })],
      [413, 'too-large', ask('POST', '/api/v1/files', { ...json, body: `"${'x'.repeat(2 * 1024 * 1024)}"` })],
      [400, 'invalid-request', ask('GET', '/api/v1/files/not-a-uuid', json)],
      [400, 'invalid-request', ask('GET', '/api/v1/people?asof=2026-01-01', json)],
      [400, 'invalid-request', ask('GET', '/api/v1/people?asOf=2026-01-01&asOf=2026-01-02', json)],
      [400, 'invalid-request', ask('GET', '/api/v1/me?as=grace', json)],
      [404, 'not-found', ask('GET', '/api/v1/files/0190c0de-0000-7000-8000-000000000001', json)],
      [404, 'not-found', ask('GET', '/api/v1/nothing')],
      [404, 'not-found', ask('GET', '/../../etc/passwd')],
      [401, 'not-signed-in', ask('GET', '/api/v1/me', { token: 'eyJhbGciOiJub25lIn0.e30.' })],
    ]
    for (const [status, code, asked] of cases) {
      const answer = await asked
      expect(answer.status, answer.text).toBe(status)
      expect(answer.value).toMatchObject({ type: `urn:sallyport:problem:${code}` })
    }
  })

  it('that upload something that is no sealed file are refused, and the reservation stays', async () => {
    const body = { vaultId: await firstVault(), name: 'plain.txt' }
    const { file } = await client.done(fileReserved, 'ada', 'POST', '/files', body)
    const upload = await client.ask('ada', 'PUT', `/files/${file.id}/content`, utf8('this is plain text, not sealed'))
    expect(upload.status).toBe(422)
    expect((await client.ask('ada', 'GET', `/files/${file.id}`)).value).toMatchObject({ state: 'reserved' })
  })
})

describe('operations', () => {
  it('healthz and readyz answer, metrics are closed without a token file', async () => {
    expect((await client.call('GET', '/healthz')).status).toBe(200)
    expect((await client.call('GET', '/readyz')).status).toBe(200)
    expect((await client.call('GET', '/metrics')).status).toBe(401)
  })

  it('every answer says that it is not to be kept or framed', async () => {
    const { headers } = await client.call('GET', '/api/v1/enclave')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  })
})
