import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problemBody, routes } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../base/index.ts'
import { upSample, type Sample } from '../main/sample.ts'
import { freePort } from '../main/testing.ts'

let port: number
let folder: string
let sample: Sample

beforeAll(async () => {
  port = await freePort(9700, 9790)
  folder = await mkdtemp(join(tmpdir(), 'sallyport-http-'))
  sample = await upSample({ data: folder, port, env: {}, log: silentLogger, version: 'test' })
}, 60_000)

afterAll(async () => {
  await sample.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

function ask(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ask = httpsRequest(
      { host: 'localhost', port, path, method, headers: options.headers, rejectUnauthorized: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      },
    )
    ask.on('error', reject)
    ask.end(options.body)
  })
}

async function tokenFor(person: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'urn:sallyport:sample:person',
    client_id: 'opentdf-web',
    client_secret: 'sample-secret',
    person,
  })
  const answer = await ask('POST', '/sample-idp/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  })
  return (JSON.parse(answer.text) as { access_token: string }).access_token
}

async function askAs(person: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return ask(method, path, {
    headers: {
      authorization: `Bearer ${await tokenFor(person)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

describe('every route', () => {
  const closed = Object.values(routes).filter((route) => route.access !== 'none')

  it.each(closed.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s answers a problem and nothing else without a token',
    async (_, route) => {
      const path = route.path.replaceAll(/\{\w+\}/g, '0190c0de-0000-7000-8000-000000000001')
      const answer = await ask(route.method, path)
      expect(answer.status).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['www-authenticate']).toContain('DPoP')
      expect(problemBody.parse(JSON.parse(answer.text)).type).toBe('urn:sallyport:problem:not-signed-in')
    },
  )

  it('is in the OpenAPI document with the action that decides it', async () => {
    const { paths } = JSON.parse((await ask('GET', '/api/openapi.json')).text) as {
      paths: Record<string, Record<string, { 'x-sallyport-action': string }>>
    }
    for (const route of Object.values(routes)) {
      expect(paths[route.path]?.[route.method.toLowerCase()]?.['x-sallyport-action']).toBe(route.access)
    }
  })
})

describe('refusals', () => {
  it('tell a rostered caller why, what would change it and whom to ask', async () => {
    const answer = await askAs('ada', 'GET', '/api/v1/people')
    expect(answer.status).toBe(403)
    const body = problemBody.parse(JSON.parse(answer.text))
    expect(body.decisionId).toMatch(/^[0-9a-f-]{36}$/)
    expect(body.reasons?.[0]).toMatchObject({ code: 'no-permit', ask: 'officer' })
  })

  it('are the same for anybody who is not rostered, whatever is asked for', async () => {
    const known = await askAs('ada', 'GET', '/api/v1/vaults')
    const { vaults } = JSON.parse(known.text) as { vaults: { id: string }[] }
    const bodies = await Promise.all(
      [vaults[0]?.id ?? '', '0190c0de-0000-7000-8000-000000000001'].map(async (vaultId) => {
        const answer = await askAs('stranger', 'POST', '/api/v1/files', { vaultId, name: 'a' })
        const { requestId: _, ...rest } = JSON.parse(answer.text) as Record<string, unknown>
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
    const authorization = `Bearer ${await tokenFor('ada')}`
    const json = { authorization, 'content-type': 'application/json' }
    const cases: readonly [number, string, Promise<Answer>][] = [
      [400, 'invalid-request', ask('POST', '/api/v1/files', { headers: json, body: '{"vaultId":' })],
      [400, 'invalid-request', ask('POST', '/api/v1/files', { headers: json, body: '{"vaultId":"x","name":"../a"}' })],
      [400, 'invalid-request', ask('POST', '/api/v1/files', { headers: json, body: '[]' })],
      [
        415,
        'unsupported-media-type',
        ask('POST', '/api/v1/files', { headers: { authorization, 'content-type': 'text/xml' }, body: '<a/>' }),
      ],
      [413, 'too-large', ask('POST', '/api/v1/files', { headers: json, body: `"${'x'.repeat(2 * 1024 * 1024)}"` })],
      [400, 'invalid-request', ask('GET', '/api/v1/files/not-a-uuid', { headers: json })],
      [404, 'not-found', ask('GET', '/api/v1/files/0190c0de-0000-7000-8000-000000000001', { headers: json })],
      [404, 'not-found', ask('GET', '/api/v1/nothing')],
      [404, 'not-found', ask('GET', '/../../etc/passwd')],
      [
        401,
        'not-signed-in',
        ask('GET', '/api/v1/me', { headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } }),
      ],
    ]
    for (const [status, code, asked] of cases) {
      const answer = await asked
      expect(answer.status, answer.text).toBe(status)
      expect((JSON.parse(answer.text) as { type: string }).type).toBe(`urn:sallyport:problem:${code}`)
    }
  })

  it('that upload something that is no sealed file are refused, and the reservation stays', async () => {
    const vaults = JSON.parse((await askAs('ada', 'GET', '/api/v1/vaults')).text) as { vaults: { id: string }[] }
    const vaultId = vaults.vaults[0]?.id
    const reserved = await askAs('ada', 'POST', '/api/v1/files', { vaultId, name: 'plain.txt' })
    expect(reserved.status, reserved.text).toBe(200)
    const { file } = JSON.parse(reserved.text) as { file: { id: string } }
    const upload = await ask('PUT', `/api/v1/files/${file.id}/content`, {
      headers: { authorization: `Bearer ${await tokenFor('ada')}`, 'content-type': 'application/octet-stream' },
      body: 'this is plain text, not sealed',
    })
    expect(upload.status).toBe(422)
    const after = JSON.parse((await askAs('ada', 'GET', `/api/v1/files/${file.id}`)).text) as { state: string }
    expect(after.state).toBe('reserved')
  })
})

describe('operations', () => {
  it('healthz and readyz answer, metrics are closed without a token file', async () => {
    expect((await ask('GET', '/healthz')).status).toBe(200)
    expect((await ask('GET', '/readyz')).status).toBe(200)
    expect((await ask('GET', '/metrics')).status).toBe(401)
  })

  it('every answer says that it is not to be kept or framed', async () => {
    const { headers } = await ask('GET', '/api/v1/enclave')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  })
})
