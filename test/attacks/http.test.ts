// Requests to the product API by somebody who means harm, over the real listener.

import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { calculateJwkThumbprint, exportJWK, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gateClient, makeSite, serveHere, type Address, type GateClient, type Site } from '../gate.ts'

let site: Site
let served: Address & { close: () => Promise<void> }
let client: GateClient

beforeAll(async () => {
  site = await makeSite()
  served = await serveHere(site, 9820)
  client = await gateClient(served)
})
afterAll(async () => {
  client.close()
  await served.close()
  await site.stop()
})

async function ask(person: string, method: string, path: string, body?: string | object) {
  const token = await client.token(person)
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' } }
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const reply = await client.call(method, path, { token, ...json, ...(text === undefined ? {} : { body: text }) })
  return { status: reply.status, json: JSON.parse(reply.text) as Record<string, unknown>, text: reply.text }
}

/** Send bytes as they are, and read until the gate closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port: served.listenPort, ca: readFileSync(served.caFile) })
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    // What is refused early may be cut off while it is still being sent.
    socket.on('error', () => resolve(answer)).on('close', () => resolve(answer))
    socket.write(text)
  })
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

async function lastEntry(): Promise<string> {
  const [row] = await site.database.query(
    `SELECT convert_from(bytes, 'UTF8') AS text FROM (
       SELECT id, bytes FROM ledger_entries UNION SELECT id, bytes FROM ledger_pending) e ORDER BY id DESC LIMIT 1`,
  )
  return String(row?.['text'])
}

describe('a proof of possession', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  async function proven(htu: string): Promise<{ authorization: string; dpop: string }> {
    const jwk = await exportJWK(pair.publicKey)
    const keys = JSON.parse(readFileSync(`${site.folder}/sample-issuer-keys.json`, 'utf8')) as {
      keys: { kid: string }[]
    }
    const [key] = keys.keys
    if (key === undefined) throw new Error('the sample has no signing key')
    const token = await new SignJWT({
      sub: 'ada',
      client_id: 'sallyport-cli',
      cnf: { jkt: await calculateJwkThumbprint(jwk) },
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
      .setIssuer(`${served.url}/sample-idp`)
      .setAudience(served.url)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(await importJWK(key, 'ES256'))
    const dpop = await new SignJWT({
      htm: 'GET',
      htu,
      jti: randomUUID(),
      ath: createHash('sha256').update(token).digest('base64url'),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(pair.privateKey)
    return { authorization: `DPoP ${token}`, dpop }
  }

  const send = (target: string, { authorization, dpop }: { authorization: string; dpop: string }) =>
    raw(
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nDPoP: ${dpop}\r\nConnection: close\r\n\r\n`,
    )

  test('is good for the address of this gate and for no other, whatever the request line says', async () => {
    const here = `${served.url}/api/v1/me`
    expect(statusOf(await send('/api/v1/me', await proven(here)))).toBe(200)
    // SPEC: RFC 9112 section 3.2.2: a server takes the absolute form too.
    expect(statusOf(await send('https://evil.test/api/v1/me', await proven(here)))).toBe(200)
    const elsewhere = 'https://evil.test/api/v1/me'
    for (const target of ['/api/v1/me', elsewhere, 'http://evil.test/api/v1/me']) {
      expect(statusOf(await send(target, await proven(elsewhere)))).toBe(401)
    }
    expect(statusOf(await send('//evil.test/api/v1/me', await proven(elsewhere)))).not.toBe(200)
  })

  test('is good once', async () => {
    const once = await proven(`${served.url}/api/v1/me`)
    expect(statusOf(await send('/api/v1/me', once))).toBe(200)
    expect(statusOf(await send('/api/v1/me', once))).toBe(401)
  })
})

describe('a request that could be read in two ways', () => {
  const head = 'Host: localhost\r\nContent-Type: application/json\r\n'
  const smuggled = 'GET /api/v1/enclave HTTP/1.1\r\nHost: localhost\r\n\r\n'
  test.each([
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    [
      'a length and chunks',
      `${head}Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['another transfer coding', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${head}Content-Length : 5\r\n\r\nhello`],
    ['a bare line feed in a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n1\n0\r\n0\r\n\r\n`],
  ])('is refused whole: %s', async (_, rest) => {
    for (const path of ['/kas.AccessService/Rewrap', '/api/v1/files', '/sample-idp/token']) {
      const answer = await raw(`POST ${path} HTTP/1.1\r\n${rest}`)
      expect(statusOf(answer)).toBe(400)
      expect(answer.match(/^HTTP\/1\.1/gm)).toHaveLength(1)
    }
  })

  test.each([
    '/sample-idp/../api/v1/me',
    '/sample-idp/%2e%2e/api/v1/me',
    '/kas.AccessService/../api/v1/people',
    '/api/v1/../../kas.AccessService/Rewrap',
    '/api/v1/files/..%2fpeople',
    '/API/V1/people',
    '/api//v1/people',
    '/api/v1/people/',
    '/api/v1/people;x=1',
    '/api/v1/people%00',
  ])('is no other route than the one it names: %s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect([400, 401, 404, 405, 415]).toContain(statusOf(answer))
  })

  test('is refused when its head is endless', async () => {
    const endless = `GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${'1.1.1.1, '.repeat(20_000)}\r\n\r\n`
    expect(statusOf(await raw(endless))).toBe(431)
  })
})

describe('a body', () => {
  test('cannot reach the prototype of anything', async () => {
    const bodies = [
      '{"__proto__":{"polluted":true},"fileId":"0190c0de-0000-7000-8000-000000000001"}',
      '{"constructor":{"prototype":{"polluted":true}},"fileId":"0190c0de-0000-7000-8000-000000000001"}',
    ]
    for (const body of bodies) {
      expect((await ask('grace', 'POST', '/api/v1/decisions/who-can', body)).status).toBe(400)
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    }
  })

  test.each(['\u0000', 'a\u0000b', '\u0007', '\ud800'])(
    'with a reason that no record can keep is the fault of its writer: %j',
    async (reason) => {
      const [row] = await site.database.query(`SELECT id FROM authorization_record WHERE state = 'effective' LIMIT 1`)
      const ended = await ask('grace', 'POST', `/api/v1/authorizations/${String(row?.['id'])}/end`, { reason })
      expect(ended).toMatchObject({ status: 400, json: { type: 'urn:sallyport:problem:invalid-request' } })
      const people = (await ask('grace', 'GET', '/api/v1/people')).json['people'] as { id: string; name: string }[]
      const id = people.find(({ name }) => name === 'Short-term engineer 1')?.id
      const left = await ask('grace', 'POST', `/api/v1/people/${id}/end`, { kind: 'left', reason })
      expect(left).toMatchObject({ status: 400, json: { type: 'urn:sallyport:problem:invalid-request' } })
    },
  )

  test('of another type than octets is no sealed file', async () => {
    const vaults = (await ask('ada', 'GET', '/api/v1/vaults')).json['vaults'] as { id: string }[]
    const reserved = await ask('ada', 'POST', '/api/v1/files', { vaultId: vaults[0]?.id, name: 'typed.txt' })
    const { id } = reserved.json['file'] as { id: string }
    for (const body of [undefined, '{}', '[1]', '"text"']) {
      expect(await ask('ada', 'PUT', `/api/v1/files/${id}/content`, body)).toMatchObject({
        status: 415,
        json: { type: 'urn:sallyport:problem:unsupported-media-type' },
      })
    }
    expect((await ask('ada', 'GET', `/api/v1/files/${id}`)).json).toMatchObject({ state: 'reserved' })
  })
})

describe('somebody who is not on the roster', () => {
  test('is told the same of a file that is there and of one that is not, and both looks are on record', async () => {
    const vaults = (await ask('ada', 'GET', '/api/v1/vaults')).json['vaults'] as { id: string }[]
    const reserved = await ask('ada', 'POST', '/api/v1/files', { vaultId: vaults[0]?.id, name: 'secret.txt' })
    const { id } = reserved.json['file'] as { id: string }
    const token = await client.token('stranger')
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['PUT', '/content'],
    ] as const) {
      const seen = []
      for (const one of [id, randomUUID()]) {
        const headers = { 'content-type': 'application/octet-stream' }
        const reply = await client.call(method, `/api/v1/files/${one}${path}`, { token, headers })
        const { requestId: _, ...rest } = JSON.parse(reply.text) as Record<string, unknown>
        seen.push({ status: reply.status, rest })
        expect(await lastEntry()).toContain('"kind":"decision.deny"')
      }
      expect(seen[0]?.status).toBe(403)
      expect(seen[1]).toEqual(seen[0])
    }
    expect((await ask('ada', 'GET', `/api/v1/files/${randomUUID()}`)).status).toBe(404)
  })
})

describe('a look at somebody', () => {
  test('is on record with whom or what it was for', async () => {
    const token = await client.token('grace')
    const people = (await ask('grace', 'GET', '/api/v1/people')).json['people'] as { id: string; name: string }[]
    const james = people.find(({ name }) => name === 'James Calder')?.id ?? ''
    const json = { 'content-type': 'application/json' }
    const looks: readonly [string, string, string, string | undefined][] = [
      [james, 'GET', `/api/v1/people/${james}`, undefined],
      [james, 'POST', '/api/v1/decisions/what-can', JSON.stringify({ personId: james })],
      [
        '0190c0de-0000-7000-8000-00000000000a',
        'POST',
        '/api/v1/decisions/who-can',
        '{"fileId":"0190c0de-0000-7000-8000-00000000000a"}',
      ],
      [
        '0190c0de-0000-7000-8000-00000000000b',
        'GET',
        '/api/v1/decisions/0190c0de-0000-7000-8000-00000000000b',
        undefined,
      ],
    ]
    for (const [id, method, path, body] of looks) {
      await client.call(method, path, { token, headers: json, ...(body === undefined ? {} : { body }) })
      const entry = await lastEntry()
      expect(entry).toContain('"kind":"decision.permit"')
      expect(entry).toContain(id)
    }
  })
})
