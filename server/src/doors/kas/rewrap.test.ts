import { generateKeyPairSync } from 'node:crypto'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'
import { Problem, toBase64, utf8, type Id, type Reason } from '@sallyport/protocol'
import { AccessService } from '@sallyport/protocol/kas'
import { parseReceipt } from '@sallyport/protocol/ledger'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
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

  test('Rewrap gives the receipt of the decision, permitted or refused, and none to who is not on the roster', async () => {
    const { ledger } = gate
    for (const [subject, isTold] of [
      ['ada', true],
      ['noura', true],
      ['stranger', false],
    ] as const) {
      const { metadata } = resultOf(await rewrap(subject, bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))))
      const receipt = parseReceipt(metadata['X-Sallyport-Receipt'])
      expect([subject, receipt !== null]).toEqual([subject, isTold])
      if (receipt === null) continue
      expect(receipt.entryId).toBe(metadata['X-Sallyport-Decision'])
      await ledger.sequenceOnce()
      expect(await ledger.proveReceipt(receipt, null)).toMatchObject({ state: 'in-tree' })
    }
  })

  test('Rewrap releases nothing that it cannot give a receipt for', async () => {
    const acknowledge = () => Promise.reject(new Problem('unavailable', 'cannot sign'))
    const url = await gate.with({ acknowledge })
    const answer = await rewrap('ada', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)), {}, url)
    expect(resultOf(answer)).toMatchObject({ status: 'fail', error: unavailable })
    expect(JSON.stringify(answer.json)).not.toContain('kasWrappedKey')
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
    const closed = makeKeyRelease({
      upToDate: async () => {},
      provider: gate.provider,
      minimumStrengthBits: 112,
      acceptRsaWrapped: false,
      fileKey: async () => null,
    })
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

  test('Rewrap records, small, a request whose decision is too large to be recorded', async () => {
    const tooLarge = () => Promise.reject(new Problem('invalid-request', 'cannot record: too large, want less'))
    const origin = await gate.with({ decide: tooLarge })
    const answer = await rewrap('ada', bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)), {}, origin)
    expect(resultOf(answer)).toMatchObject({ status: 'fail', error: badRequest })
    expect(await lastEntry()).toMatchObject({ kind: 'release.refused', actor: null, body: { faults: ['record'] } })
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
