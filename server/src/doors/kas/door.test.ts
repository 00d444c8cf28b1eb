import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { Problem, toBase64, utf8, type Id, type Reason } from '@sallyport/protocol'
import {
  AccessService,
  Algorithm,
  AttributesService,
  Health,
  KeyAccessServerRegistryService,
  ServingStatus,
  WellKnownService,
} from '@sallyport/protocol/kas'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemRandomness } from '../../base/index.ts'
import { makeClientSession, makeKeyRelease } from '../../keys/index.ts'
import {
  additionalContext,
  bodyFor,
  callRewrap,
  ecPair,
  openReleased,
  openTestGate,
  pemOf,
  person,
  programLabel,
  requestToken,
  wrapFile,
  type Answer,
  type KeyPair,
  type TestGate,
} from './testing.ts'

let gate: TestGate

beforeAll(async () => {
  gate = await openTestGate()
})
afterAll(() => gate.stop())
beforeEach(() => {
  gate.asked.length = 0
  gate.verdicts.clear()
  gate.verdicts.set('ada', { effect: 'permit' })
  gate.verdicts.set('noura', { effect: 'deny', reasons: [expired] })
})

const expired: Reason = {
  code: 'licence-expired',
  text: 'Licence DSP-5 050123 has expired.',
  fix: 'The officer registers its successor.',
  ask: 'officer',
}
const forbidden = 'permission_denied: request error\nrpc error: code = PermissionDenied desc = forbidden'
const badRequest = 'invalid_argument: request error\nrpc error: code = InvalidArgument desc = bad request'
const keyNotAccepted = 'invalid_argument: request error\nrpc error: code = InvalidArgument desc = key not accepted'
const unavailable = 'unavailable: request error\nrpc error: code = Unavailable desc = try again later'

function resultOf({ json }: Answer, policy = 0, key = 0) {
  const result = json.responses?.[policy]?.results[key]
  if (result === undefined) throw new Error(`no result: ${JSON.stringify(json)}`)
  return result
}

async function rewrap(subject: string, body: unknown, headers = {}, origin = gate.url): Promise<Answer> {
  return await callRewrap(origin, await gate.token(subject), await requestToken(body), headers)
}

async function lastEntry() {
  return (await gate.recorded()).at(-1)
}

describe('Rewrap', () => {
  const clients: [string, () => KeyPair][] = [
    ['P-256', () => ecPair('P-256')],
    ['P-384', () => ecPair('P-384')],
    ['P-521', () => ecPair('P-521')],
    ['RSA-2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['RSA-4096', () => generateKeyPairSync('rsa', { modulusLength: 4096 })],
  ]
  test.each(clients)('Rewrap releases the share to a client with a key of %s', async (_, makePair) => {
    const pair = makePair()
    const file = wrapFile(gate)
    const answer = await rewrap('ada', bodyFor(file, pemOf(pair.publicKey)))
    const result = resultOf(answer)
    expect(result).toMatchObject({
      keyAccessObjectId: 'kao-0',
      status: 'permit',
      metadata: { 'X-Required-Obligations': [] },
    })
    expect(openReleased(pair, answer.json.sessionPublicKey ?? '', result.kasWrappedKey ?? '')).toEqual(file.share)
  })

  test('Rewrap asks one decision per policy, with what the manifest presents and no secrets', async () => {
    const file = wrapFile(gate)
    await rewrap('ada', bodyFor(file, pemOf(ecPair().publicKey)))
    expect(gate.asked).toHaveLength(1)
    expect(gate.asked[0]).toMatchObject({
      subject: { kind: 'identity', issuer: 'https://idp.test', subject: 'ada', isNaturalPerson: true },
      action: 'file.open',
      resource: { kind: 'file', id: file.fileId, presented: { labels: [programLabel], dissem: [] } },
      place: { name: 'office', country: 'US' },
      device: 'unknown',
      door: 'kas',
      evidence: {
        keys: [{ kid: gate.keys.ec.kid, wrap: 'ec-wrapped', binding: file.access.binding }],
        clientId: 'test-client',
        clientKeyAlgorithm: 'ec:secp256r1',
        clientKeyStrengthBits: 128,
        proof: 'bearer',
        requestVerified: false,
        fulfillable: [],
      },
    })
    expect(JSON.stringify(gate.asked)).not.toContain(toBase64(file.share))
  })

  test('Rewrap tells a rostered caller the decision, its reasons and their names as obligations', async () => {
    const answer = await rewrap('noura', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)))
    expect(answer.status).toBe(200)
    const result = resultOf(answer)
    expect(result).toMatchObject({
      status: 'fail',
      error: forbidden,
      metadata: {
        'X-Required-Obligations': ['https://sallyport.test/obl/export/value/licence-expired'],
        'X-Sallyport-Reasons': [expired],
      },
    })
    expect(result.kasWrappedKey).toBeUndefined()
    expect(result.metadata['X-Sallyport-Decision']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('Rewrap tells everybody who is not rostered the same and nothing else', async () => {
    const answers = [
      await rewrap('mallory', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))),
      await rewrap('eve', bodyFor(wrapFile(gate, []), pemOf(ecPair().publicKey))),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(answer.json.responses).toEqual([
        {
          policyId: 'policy',
          results: [
            {
              keyAccessObjectId: 'kao-0',
              status: 'fail',
              error: forbidden,
              metadata: { 'X-Required-Obligations': [] },
            },
          ],
        },
      ])
    }
  })

  test('Rewrap of version 1 answers at the top level, and refuses by RPC errors', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const file = wrapFile(gate)
    const body = { clientPublicKey: pemOf(pair.publicKey), policy: file.policy, keyAccess: writeKeyAccess(file.access) }
    const { json } = await rewrap('ada', body)
    expect(openReleased(pair, '', json.entityWrappedKey ?? '')).toEqual(file.share)
    expect(await rewrap('noura', body)).toMatchObject({
      status: 403,
      json: { code: 'permission_denied', message: 'forbidden' },
    })
    const altered = { ...body, policy: wrapFile(gate).policy }
    expect(await rewrap('ada', altered)).toMatchObject({
      status: 400,
      json: { code: 'invalid_argument', message: 'bad request' },
    })
  })

  test('Rewrap answers several policies and keys each by itself', async () => {
    const pair = ecPair()
    const [good, bad] = [wrapFile(gate), wrapFile(gate)]
    const key = (id: string, keyAccessObject: unknown) => ({ keyAccessObjectId: id, keyAccessObject })
    const rsa = { ...writeKeyAccess(good.access), type: 'wrapped', kid: gate.keys.rsa.kid }
    const answer = await rewrap('ada', {
      clientPublicKey: pemOf(pair.publicKey),
      requests: [
        {
          policy: { id: 'one', body: good.policy },
          keyAccessObjects: [
            key('a', writeKeyAccess(good.access)),
            key('b', { ...writeKeyAccess(good.access), kid: 'another-gate' }),
            key('c', { ...writeKeyAccess(good.access), type: 'mlkem-wrapped' }),
            key('d', 'no object'),
            key('e', rsa),
            key('f', writeKeyAccess(good.access)),
          ],
        },
        { policy: { id: 'two', body: 'bm8ganNvbg==' }, keyAccessObjects: [key('a', writeKeyAccess(bad.access))] },
        { policy: { id: 'three', body: bad.policy }, keyAccessObjects: [key('a', writeKeyAccess(bad.access))] },
      ],
    })
    expect(gate.asked).toHaveLength(2)
    const outcome = answer.json.responses?.map(({ policyId, results }) => [
      policyId,
      results.map((one) => one.error ?? one.status),
    ])
    expect(outcome).toEqual([
      ['one', ['permit', keyNotAccepted, keyNotAccepted, badRequest, badRequest, 'permit']],
      ['two', [badRequest]],
      ['three', ['permit']],
    ])
    const session = answer.json.sessionPublicKey ?? ''
    for (const index of [0, 5]) {
      expect(openReleased(pair, session, resultOf(answer, 0, index).kasWrappedKey ?? '')).toEqual(good.share)
    }
    const kinds = (await gate.recorded()).slice(-4).map(({ kind }) => kind)
    expect(kinds.sort()).toEqual(['decision.permit', 'decision.permit', 'release.failed', 'release.refused'])
  })

  test('Rewrap refuses what the decision relies on an obligation for, unless the client declares to fulfil it', async () => {
    const fqn = 'https://sallyport.test/obl/drm/value/watermark'
    gate.verdicts.set('ada', { effect: 'permit', obligations: [{ id: 'w', fqn, text: 'Watermark it.', source: null }] })
    const body = bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))
    expect(resultOf(await rewrap('ada', body))).toMatchObject({
      error: forbidden,
      metadata: { 'X-Required-Obligations': [fqn] },
    })
    expect(await lastEntry()).toMatchObject({ kind: 'release.refused', body: { faults: ['obligation'] } })
    const declared = await rewrap('ada', body, additionalContext([fqn]))
    expect(resultOf(declared)).toMatchObject({ status: 'permit', metadata: { 'X-Required-Obligations': [fqn] } })
    expect(gate.asked.at(-1)?.evidence['fulfillable']).toEqual([fqn])
    expect(await rewrap('ada', body, { 'X-Rewrap-Additional-Context': 'bm8=' })).toMatchObject({
      status: 400,
      json: { code: 'invalid_argument' },
    })
  })

  test('Rewrap says bad request for an altered policy, binding or share, and records it as a failed release', async () => {
    const file = wrapFile(gate)
    const access = writeKeyAccess(file.access)
    const client = pemOf(ecPair().publicKey)
    const body = (policy: string, keyAccessObject: unknown) => ({
      clientPublicKey: client,
      requests: [
        { policy: { id: 'policy', body: policy }, keyAccessObjects: [{ keyAccessObjectId: 'kao-0', keyAccessObject }] },
      ],
    })
    const widened = writePolicy({ uuid: file.fileId as unknown as Id<'policy'>, labels: [] })
    const share = new Uint8Array(file.access.wrappedKey)
    share.set([(share.at(20) ?? 0) ^ 1], 20)
    const altered: [unknown, string][] = [
      [body(widened, access), 'binding'],
      [
        body(file.policy, { ...access, policyBinding: { alg: 'HS256', hash: wrapFile(gate).access.binding } }),
        'binding',
      ],
      [body(file.policy, { ...access, policyBinding: { alg: 'HS256', hash: '' } }), 'binding'],
      [body(file.policy, { ...access, wrappedKey: toBase64(share) }), 'unwrap'],
      [body(file.policy, { ...access, ephemeralPublicKey: client }), 'unwrap'],
    ]
    for (const [hostile, fault] of altered) {
      const result = resultOf(await rewrap('ada', hostile))
      expect(result).toMatchObject({ status: 'fail', error: badRequest })
      expect(await lastEntry()).toMatchObject({
        kind: 'release.failed',
        actor: person,
        body: { faults: [fault], door: 'kas' },
      })
    }
  })

  test('Rewrap opens RSA-wrapped keys only while the gate takes them', async () => {
    const file = wrapFile(gate)
    const access = { ...writeKeyAccess(file.access), type: 'wrapped', kid: gate.keys.rsa.kid }
    const closed = makeKeyRelease({ provider: gate.provider, minimumStrengthBits: 112, acceptRsaWrapped: false })
    const origin = await gate.with({ release: closed, describeKeys: () => [gate.keys.ec] })
    const body = { ...bodyFor(file, pemOf(ecPair().publicKey)) }
    body['requests'] = [
      {
        policy: { id: 'p', body: file.policy },
        keyAccessObjects: [{ keyAccessObjectId: 'k', keyAccessObject: access }],
      },
    ]
    expect(resultOf(await rewrap('ada', body, {}, origin))).toMatchObject({ error: keyNotAccepted })
    const publicKey = createClient(
      AccessService,
      createConnectTransport({ baseUrl: origin, httpVersion: '1.1' }),
    ).publicKey
    await expect(publicKey({ algorithm: 'rsa:2048' })).rejects.toThrow('not_found')
  })

  test('Rewrap refuses a client key that is weak, private, or no key, and records the attempt', async () => {
    const file = wrapFile(gate)
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const own = ecPair()
    const hostile = [
      '',
      pemOf(weak.publicKey),
      String(own.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      pemOf(generateKeyPairSync('ed25519').publicKey),
      pemOf(ecPair('secp256k1').publicKey),
    ]
    for (const key of hostile) {
      expect(await rewrap('ada', bodyFor(file, key))).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
      expect(await lastEntry()).toMatchObject({
        kind: 'release.refused',
        actor: null,
        body: {
          faults: ['client-key'],
          subject: { issuer: 'https://idp.test', subject: 'ada' },
          clientId: 'test-client',
        },
      })
    }
    const strict = await gate.with({
      makeClientSession: (pem) => makeClientSession(pem, { random: systemRandomness, minimumStrengthBits: 128 }),
    })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect((await rewrap('ada', bodyFor(file, pemOf(rsa.publicKey)), {}, strict)).status).toBe(400)
    expect(gate.asked).toEqual([])
  })

  test('Rewrap refuses broken request tokens and bodies, and records each', async () => {
    const token = await gate.token('ada')
    const good = bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))
    const [, payload, signature] = (await requestToken(good)).split('.')
    const none = toBase64(utf8('{"alg":"none"}')).replaceAll('=', '')
    const hostile: [string, string][] = [
      ['', 'request-token'],
      ['a.b', 'request-token'],
      [`${none}.${payload}.`, 'request-token'],
      [`${none}.${payload}.${signature}`, 'request-token'],
      [await requestToken('{'), 'request-body'],
      [await requestToken({ ...good, requests: [] }), 'request-body'],
      [await requestToken({ ...good, requests: Array.from({ length: 10_000 }, () => ({})) }), 'request-body'],
    ]
    for (const [text, fault] of hostile) {
      expect(await callRewrap(gate.url, token, text)).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
      expect(await lastEntry()).toMatchObject({ kind: 'release.refused', body: { faults: [fault] } })
    }
    expect(gate.asked).toEqual([])
  })

  test('Rewrap is unavailable, and releases nothing, when the attempt or the decision cannot be recorded', async () => {
    const down = () => Promise.reject(new Problem('unavailable', 'cannot append: no database, want one'))
    const origin = await gate.with({ ledger: { append: down }, decide: down })
    const file = wrapFile(gate)
    const undecided = await rewrap('ada', bodyFor(file, pemOf(ecPair().publicKey)), {}, origin)
    expect(undecided.json.responses).toMatchObject([{ results: [{ status: 'fail', error: unavailable }] }])
    expect(await callRewrap(origin, await gate.token('ada'), 'broken')).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
    })
  })

  test('Rewrap tells nothing of a fault of its own', async () => {
    const broken = { releaseShares: () => Promise.reject(new TypeError('secret internals')) }
    const origin = await gate.with({ release: broken })
    const answer = await rewrap('ada', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)), {}, origin)
    expect(resultOf(answer).error).toBe('internal: request error\nrpc error: code = Internal desc = internal error')
    expect(JSON.stringify(answer.json)).not.toContain('secret')
  })

  test('Rewrap uses a permit once: a second release under it is refused', async () => {
    const twice: typeof gate.parts.release.releaseShares = async (permit, request, client) => {
      await gate.parts.release.releaseShares(permit, request, client)
      return await gate.parts.release.releaseShares(permit, request, client)
    }
    const origin = await gate.with({ release: { releaseShares: twice } })
    const answer = await rewrap('ada', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)), {}, origin)
    expect(resultOf(answer)).toMatchObject({ status: 'fail', error: unavailable })
  })
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
        DPoP: await proof(pair, token, `${gate.url}/kas.AccessService/Rewrap`),
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
    const elsewhere = await proof(pair, token, 'http://elsewhere.test/kas.AccessService/Rewrap')
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
    expect(await client.legacyPublicKey({})).toMatchObject({ value: gate.keys.ec.publicKeyPem })
    await expect(client.publicKey({ algorithm: 'hpqt:xwing' })).rejects.toThrow('not_found')
    await expect(client.publicKey({ fmt: 'jwk' })).rejects.toThrow('invalid_argument')
    const legacy = await fetch(`${gate.url}/kas/v2/kas_public_key?algorithm=rsa:2048`)
    expect(await legacy.json()).toEqual({ publicKey: gate.keys.rsa.publicKeyPem, kid: gate.keys.rsa.kid })
    expect((await fetch(`${gate.url}/kas/v2/kas_public_key?algorithm=x`)).status).toBe(404)
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
    await expect(client.listAttributes({}, await signedIn('ada'))).rejects.toThrow('unimplemented')
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

async function proof(pair: KeyPair, token: string, htu: string): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url')
  return await new SignJWT({ htm: 'POST', htu, ath, jti: randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(pair.publicKey) })
    .setIssuedAt()
    .sign(pair.privateKey)
}
