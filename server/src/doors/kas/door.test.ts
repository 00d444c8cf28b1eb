import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import {
  AccessService,
  Algorithm,
  AttributesService,
  Health,
  KeyAccessServerRegistryService,
  ServingStatus,
  WellKnownService,
} from '@sallyport/protocol/kas'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  bodyFor,
  callRewrap,
  ecPair,
  openTestGate,
  pemOf,
  programLabel,
  proofFor,
  requestToken,
  wrapFile,
  type TestGate,
} from './testing.ts'

let gate: TestGate

beforeAll(async () => {
  gate = await openTestGate()
  gate.verdicts.set('ada', { effect: 'permit' })
})
afterAll(() => gate.stop())
beforeEach(() => {
  gate.asked.length = 0
})

describe('sign-in', () => {
  const call = async (token: string | null, headers = {}, path?: string) =>
    await callRewrap(
      gate.url,
      token,
      await requestToken(bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))),
      headers,
      path,
    )

  test('Rewrap without a good token answers 401 with a challenge, also at its older address', async () => {
    for (const path of ['/kas.AccessService/Rewrap', '/kas/v2/rewrap']) {
      for (const token of [null, 'x', (await gate.token('ada')).slice(0, -4)]) {
        const answer = await call(token, {}, path)
        expect(answer).toMatchObject({ status: 401, json: { code: 'unauthenticated' } })
        expect(answer.headers.get('WWW-Authenticate')).toMatch(/^DPoP /)
      }
    }
    expect((await call(await gate.token('ada'), {}, '/kas/v2/rewrap')).status).toBe(200)
  })

  test('Rewrap wants the request token of a bound caller signed by the key of the proof', async () => {
    const pair = ecPair()
    const jwk = await exportJWK(pair.publicKey)
    const token = await gate.token('ada', { cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const body = bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))
    for (const [signer, status] of [
      [pair, 200],
      [ecPair(), 400],
    ] as const) {
      const headers = {
        Authorization: `DPoP ${token}`,
        DPoP: await proofFor(pair, token, `${gate.url}/kas.AccessService/Rewrap`),
      }
      const answer = await callRewrap(gate.url, null, await requestToken(body, signer), headers)
      expect(answer.status).toBe(status)
    }
    expect(gate.asked.map(({ evidence }) => [evidence['proof'], evidence['requestVerified']])).toEqual([['dpop', true]])
    expect((await call(token)).status).toBe(401)
  })

  test('Rewrap checks the proof against the configured origin, never against the Host header', async () => {
    const pair = ecPair()
    const token = await gate.token('ada', {
      cnf: { jkt: await calculateJwkThumbprint(await exportJWK(pair.publicKey)) },
    })
    const elsewhere = await proofFor(pair, token, 'http://elsewhere.test/kas.AccessService/Rewrap')
    const answer = await call(null, { Authorization: `DPoP ${token}`, DPoP: elsewhere })
    expect(answer.status).toBe(401)
  })
})

describe('discovery', () => {
  const transports = {
    'Connect in JSON': () => createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }),
    'Connect in protobuf': () =>
      createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1', useBinaryFormat: true }),
    'Connect GET': () => createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1', useHttpGet: true }),
    'gRPC-Web': () => createGrpcWebTransport({ baseUrl: gate.url, httpVersion: '1.1' }),
  }
  test.each(Object.entries(transports))('the well-known configuration is served over %s', async (_, transport) => {
    const { configuration } = await createClient(WellKnownService, transport()).getWellKnownConfiguration({})
    expect(configuration).toMatchObject({
      platform_issuer: 'https://idp.test',
      base_key: {
        kas_uri: `${gate.url}/kas`,
        public_key: { algorithm: 'ec:secp256r1', kid: gate.keys.ec.kid, pem: gate.keys.ec.publicKeyPem },
      },
    })
    const plain = await fetch(`${gate.url}/.well-known/opentdf-configuration`)
    expect(await plain.json()).toEqual(configuration)
  })

  test('PublicKey and LegacyPublicKey give the key of an algorithm, and not_found for others', async () => {
    const client = createClient(AccessService, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    expect(await client.publicKey({ algorithm: 'ec:secp256r1' })).toMatchObject({ kid: gate.keys.ec.kid })
    expect(await client.publicKey({ algorithm: 'rsa:2048', v: '1' })).toMatchObject({
      kid: '',
      publicKey: gate.keys.rsa.publicKeyPem,
    })
    // Who names none means RSA, whatever this gate prefers.
    for (const asked of [{}, { algorithm: 'rsa:2048' }]) {
      expect(await client.legacyPublicKey(asked)).toMatchObject({ value: gate.keys.rsa.publicKeyPem })
      expect(await client.publicKey(asked)).toMatchObject({ kid: gate.keys.rsa.kid })
    }
    await expect(client.publicKey({ algorithm: 'hpqt:xwing' })).rejects.toThrow('want ec:secp256r1 or rsa:2048')
    await expect(client.publicKey({ fmt: 'jwk' })).rejects.toThrow('invalid_argument')
  })

  test('the older addresses give the same keys: with an id, without one to version 1, and bare to the first clients', async () => {
    const { ec, rsa } = gate.keys
    for (const [address, status, body] of [
      ['v2/kas_public_key?algorithm=rsa:2048', 200, { publicKey: rsa.publicKeyPem, kid: rsa.kid }],
      ['v2/kas_public_key?algorithm=ec:secp256r1&v=2', 200, { publicKey: ec.publicKeyPem, kid: ec.kid }],
      ['v2/kas_public_key?algorithm=ec:secp256r1&v=1', 200, { publicKey: ec.publicKeyPem }],
      ['v2/kas_public_key?algorithm=ec:secp256r1&fmt=pkcs8', 200, { publicKey: ec.publicKeyPem, kid: ec.kid }],
      ['v2/kas_public_key', 200, { publicKey: rsa.publicKeyPem, kid: rsa.kid }],
      ['kas_public_key', 200, rsa.publicKeyPem],
      ['kas_public_key?algorithm=ec:secp256r1', 200, ec.publicKeyPem],
      ['kas_public_key?algorithm=x', 404, expect.objectContaining({ code: 'not_found' })],
      ['v2/kas_public_key?algorithm=x', 404, expect.objectContaining({ code: 'not_found' })],
      ['v2/kas_public_key?fmt=jwk', 400, expect.objectContaining({ code: 'invalid_argument' })],
    ] as const) {
      const answer = await fetch(`${gate.url}/kas/${address}`)
      expect([answer.status, await answer.json()]).toEqual([status, body])
    }
    const origin = await gate.with({ describeKeys: () => [ec] })
    expect((await fetch(`${origin}/kas/kas_public_key`)).status).toBe(404)
  })

  test('ListKeyAccessServers names this gate to whoever is signed in', async () => {
    const client = createClient(
      KeyAccessServerRegistryService,
      createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }),
    )
    await expect(client.listKeyAccessServers({})).rejects.toThrow('unauthenticated')
    const listed = await client.listKeyAccessServers({ pagination: { offset: 0 } }, await signedIn('mallory'))
    expect(listed.keyAccessServers.map(({ uri }) => uri)).toEqual([`${gate.url}/kas`])
    expect(listed.pagination?.nextOffset).toBe(0)
  })

  test('GetAttributeValuesByFqns gives a known label its key, to rostered callers alone', async () => {
    const client = createClient(AttributesService, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    const { fqnAttributeValues } = await client.getAttributeValuesByFqns(
      { fqns: [programLabel] },
      await signedIn('ada'),
    )
    const found = fqnAttributeValues[programLabel]
    expect(found?.attribute).toMatchObject({ fqn: 'https://sallyport.test/attr/program', active: true })
    expect(found?.value?.kasKeys).toMatchObject([
      { kasUri: `${gate.url}/kas`, publicKey: { algorithm: Algorithm.EC_P256 } },
    ])
    for (const fqns of [[programLabel, `${programLabel}-2`], ['no name']]) {
      await expect(client.getAttributeValuesByFqns({ fqns }, await signedIn('ada'))).rejects.toThrow('not_found')
    }
    for (const fqns of [[], Array.from({ length: 251 }, () => programLabel)]) {
      await expect(client.getAttributeValuesByFqns({ fqns }, await signedIn('ada'))).rejects.toThrow('invalid_argument')
    }
    await expect(client.getAttributeValuesByFqns({ fqns: [programLabel] }, await signedIn('mallory'))).rejects.toThrow(
      'permission_denied',
    )
    for (const [fqns, refusal] of [
      [[programLabel, `${programLabel}-2`], 'not_found'],
      [['no name'], 'not_found'],
      [[], 'invalid_argument'],
    ] as const) {
      await expect(client.getKeyMappingsByFqns({ fqns: [...fqns] }, await signedIn('ada'))).rejects.toThrow(refusal)
      await expect(client.getKeyMappingsByFqns({ fqns: [...fqns] }, await signedIn('mallory'))).rejects.toThrow(
        'permission_denied',
      )
    }
  })

  test('GetKeyMappingsByFqns gives a known label its key, by its name in lower case', async () => {
    const client = createClient(AttributesService, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    const asked = { fqns: [programLabel.toUpperCase().replace('HTTPS', 'https')] }
    const { fqnKeyMappings } = await client.getKeyMappingsByFqns(asked, await signedIn('ada'))
    expect(fqnKeyMappings).toMatchObject({
      [programLabel]: { keys: [{ publicKey: { algorithm: Algorithm.EC_P256, kid: gate.keys.ec.kid } }] },
    })
  })

  test('GetAttribute says that an attribute is there, and names none of its values', async () => {
    const client = createClient(AttributesService, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    const ask = async (fqn: string, subject: string) =>
      await client.getAttribute({ identifier: { case: 'fqn', value: fqn } }, await signedIn(subject))
    const { attribute } = await ask('https://sallyport.test/attr/Program', 'ada')
    expect(attribute).toMatchObject({ fqn: 'https://sallyport.test/attr/program', name: 'program', values: [] })
    for (const other of ['https://sallyport.test/attr/nothing', 'https://other.test/attr/program', programLabel, '']) {
      await expect(ask(other, 'ada')).rejects.toThrow('not_found')
    }
    await expect(ask('https://sallyport.test/attr/program', 'mallory')).rejects.toThrow('permission_denied')
    const byId = { identifier: { case: 'attributeId', value: 'x' } } as const
    await expect(client.getAttribute(byId, await signedIn('ada'))).rejects.toThrow('not_found')
  })

  test('ListAttributes lists the labels as attributes, on one page, to whom the decision point permits it', async () => {
    const client = createClient(AttributesService, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    const listed = await client.listAttributes({}, await signedIn('ada'))
    expect(listed.attributes).toMatchObject([
      { fqn: 'https://sallyport.test/attr/program', values: [{ fqn: programLabel, value: 'falcon' }] },
    ])
    expect(listed.pagination).toMatchObject({ nextOffset: 0, total: 1 })
    for (const asked of [
      { namespace: 'other.test' },
      { pagination: { offset: 1 } },
      { pagination: { offset: 2 ** 31 - 1 } },
    ]) {
      expect((await client.listAttributes(asked, await signedIn('ada'))).attributes).toEqual([])
    }
    for (const asked of [{ namespace: 'Sallyport.test' }, { pagination: { offset: -1 } }]) {
      expect((await client.listAttributes(asked, await signedIn('ada'))).attributes).toHaveLength(1)
    }
    await expect(client.listAttributes({}, await signedIn('mallory'))).rejects.toThrow('permission_denied')
  })

  test('Check says whether the gate can decide', async () => {
    const ready = createClient(Health, createConnectTransport({ baseUrl: gate.url, httpVersion: '1.1' }))
    expect((await ready.check({})).status).toBe(ServingStatus.SERVING)
    const origin = await gate.with({ isReady: () => Promise.resolve(false) })
    const closed = createClient(Health, createConnectTransport({ baseUrl: origin, httpVersion: '1.1' }))
    expect((await closed.check({})).status).toBe(ServingStatus.NOT_SERVING)
  })
})

describe('the wire', () => {
  test('kasDoor() leaves other paths alone', async () => {
    for (const path of [
      '/',
      '/kas',
      '/kas.AccessServices/Rewrap',
      '/api/v1/enclave',
      '/policy/x',
      '//kas.AccessService/Rewrap',
    ]) {
      expect((await fetch(`${gate.url}${path}`)).status).toBe(418)
    }
    expect((await fetch(`${gate.url}/kas.AccessService/Nothing`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${gate.url}/policy.unsafe.UnsafeService/Delete`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${gate.url}/.well-known/opentdf-configuration`, { method: 'POST' })).status).toBe(405)
  })

  test('kasDoor() refuses bodies above 4 MiB, and small ones that grow beyond it', async () => {
    const large = 'x'.repeat(4 * 1024 * 1024)
    const token = await gate.token('ada')
    expect(await callRewrap(gate.url, token, large)).toMatchObject({ json: { code: 'resource_exhausted' } })
    const response = await fetch(`${gate.url}/kas.AccessService/Rewrap`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', Authorization: `Bearer ${token}` },
      body: gzipSync(JSON.stringify({ signedRequestToken: large.repeat(4) })),
    })
    expect(await response.json()).toMatchObject({ code: 'resource_exhausted' })
  })

  test('kasDoor() survives requests without a Host header or with one that is no authority', async () => {
    const port = Number(new URL(gate.url).port)
    const send = (head: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(`${head}\r\n\r\n`))
        let text = ''
        socket.on('data', (chunk) => (text += String(chunk)))
        socket.on('close', () => resolve(text))
        socket.on('error', reject)
      })
    for (const head of [
      'GET /kas.AccessService/PublicKey?connect=v1 HTTP/1.0',
      'GET /kas.AccessService/PublicKey?connect=v1 HTTP/1.1\r\nHost: [\r\nConnection: close',
      'POST /kas.AccessService/Rewrap HTTP/1.1\r\nHost: a b\r\nConnection: close\r\nContent-Length: 0',
    ]) {
      expect(await send(head)).toMatch(/^HTTP\/1\.1 4\d\d /)
    }
    expect((await fetch(`${gate.url}/.well-known/opentdf-configuration`)).status).toBe(200)
  })

  test('kasDoor() lets the listed pages of browsers call, and no others', async () => {
    const preflight = (origin: string) =>
      fetch(`${gate.url}/kas.AccessService/Rewrap`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    const listed = await preflight('https://console.test')
    expect(listed.status).toBe(204)
    expect(listed.headers.get('Access-Control-Allow-Origin')).toBe('https://console.test')
    const allowed = (listed.headers.get('Access-Control-Allow-Headers') ?? '').toLowerCase()
    for (const name of [
      'authorization',
      'content-type',
      'connect-protocol-version',
      'connect-timeout-ms',
      'dpop',
      'x-virtrupubkey',
      'x-rewrap-additional-context',
    ]) {
      expect(allowed).toContain(name)
    }
    expect(listed.headers.get('Access-Control-Expose-Headers')).toContain('DPoP-Nonce')
    for (const origin of ['https://evil.test', 'null', 'https://console.test.evil.test']) {
      expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull()
    }
  })
})

async function signedIn(subject: string) {
  return { headers: { Authorization: `Bearer ${await gate.token(subject)}` } }
}
