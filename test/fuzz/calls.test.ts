// Calls of the OpenTDF door and what they sign in with, changed anywhere: answered in the form that they were made in, or refused so.

import { createHash } from 'node:crypto'
import { fromJson, toBinary, type DescMethodUnary, type JsonValue } from '@bufbuild/protobuf'
import { createConnectRouter, createContextValues } from '@connectrpc/connect'
import type { UniversalHandler } from '@connectrpc/connect/protocol'
import { concat, toBase64Url, utf8 } from '@sallyport/protocol'
import { AccessService, AttributesService } from '@sallyport/protocol/kas'
import { beforeEach, describe, expect, test } from 'vitest'
import { policyText } from '../../client/src/tdf/forged-file.ts'
import { openMetrics, silentLogger, systemClock, systemRandomness } from '../../server/src/base/index.ts'
import { route } from '../../server/src/doors/kas/methods.ts'
import type { KasDoorParts } from '../../server/src/doors/kas/index.ts'
import { makeSignIn, setArrival } from '../../server/src/doors/kas/sign-in.ts'
import { ecPair, pemOf } from '../../server/src/doors/kas/testing.ts'
import { makeTokenVerifier } from '../../server/src/identity/index.ts'
import {
  audience,
  clients,
  clock,
  issuer,
  jwks,
  proof,
  request,
  startAgain,
  token,
} from '../../server/src/identity/testing.ts'
import { makeClientSession } from '../../server/src/keys/index.ts'
import { callForms, named } from '../wire/forms.ts'
import { numRuns, refusesOnlyBy, textOf, timeout } from './refuse.ts'

// Nothing here reaches a decision that permits: what is behind it has tests of its own.
const parts: KasDoorParts = {
  config: {
    origin: 'https://gate.test',
    namespace: 'example.com',
    kasId: 'k',
    name: 'gate',
    identityProvider: { issuer },
    dpop: { algorithms: [], isNonceRequired: false },
    browserOrigins: [],
  },
  verify: async () => ({
    issuer,
    subject: 'anna',
    isNaturalPerson: true,
    clientId: 'cli',
    dpopJkt: null,
    proofKey: null,
    nextNonce: null,
    acceptForeignRequestSignature: false,
  }),
  placeOf: () => ({ name: null, country: null }),
  decide: async () => ({
    effect: 'deny',
    decisionId: '018f0000-0000-7000-8000-0000000000f1' as never,
    entry: {} as never,
    reasons: [{ code: 'not-rostered', text: '', fix: '', ask: 'officer' }],
    isRostered: false,
    requiredObligations: [],
  }),
  release: { releaseShares: () => Promise.reject(new Error('nothing may be released')) },
  makeClientSession: (pem) => makeClientSession(pem, { random: systemRandomness }),
  describeKeys: () => [{ kid: 'e1', algorithm: 'ec:secp256r1', publicKeyPem: 'pem' }],
  labels: async (fqns) => fqns.map((fqn) => ({ fqn, title: 'Falcon' })),
  listLabels: async () => ['https://example.com/attr/program/value/falcon'],
  attributeNames: ['program'],
  isRostered: async () => true,
  isReady: async () => true,
  acknowledge: () => Promise.reject(new Error('nothing is told of a decision about nobody')),
  ledger: { append: async () => undefined },
  clock: systemClock,
  log: silentLogger,
  metrics: openMetrics(),
}

const router = createConnectRouter({ requestGate: makeSignIn(parts) })
route(router, parts, () => undefined)
const handlers: ReadonlyMap<string, UniversalHandler> = new Map(router.handlers.map((one) => [one.requestPath, one]))

function messages(): readonly (readonly [DescMethodUnary, JsonValue])[] {
  const part = (value: object): string => toBase64Url(utf8(JSON.stringify(value)))
  const now = Math.floor(systemClock.now() / 1000)
  const key = { keyAccessObjectId: 'kao-0', keyAccessObject: { type: 'wrapped', kid: 'k1', wrappedKey: 'AAAA' } }
  const body = {
    clientPublicKey: pemOf(ecPair().publicKey),
    requests: [{ policy: { id: 'policy', body: policyText }, keyAccessObjects: [key] }],
  }
  const claims = { requestBody: JSON.stringify(body), iat: now, exp: now + 3600 }
  const { rewrap, publicKey } = AccessService.method
  const { getAttributeValuesByFqns, getKeyMappingsByFqns, getAttribute, listAttributes } = AttributesService.method
  const fqns = ['https://example.com/attr/program/value/falcon']
  return [
    [rewrap, { signedRequestToken: `${part({ alg: 'ES256' })}.${part(claims)}.${part({})}` }],
    [publicKey, { algorithm: 'ec:secp256r1', fmt: 'pkcs8', v: '2' }],
    [getAttributeValuesByFqns, { fqns }],
    [getKeyMappingsByFqns, { fqns }],
    [getAttribute, { fqn: 'https://example.com/attr/program' }],
    [listAttributes, { namespace: 'example.com', pagination: { offset: 0 } }],
  ]
}

/** Call a method as its adapter would, but for the network. */
async function call(method: DescMethodUnary, headers: Record<string, string>, bytes: Uint8Array) {
  const path = `/${method.parent.typeName}/${method.name}`
  async function* body(): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  const answer = await handlers.get(path)?.({
    httpVersion: '2',
    method: 'POST',
    url: `https://gate.test${path}`,
    header: new Headers(headers),
    body: body(),
    signal: new AbortController().signal,
    contextValues: setArrival(createContextValues(), { place: { name: null, country: null }, path }),
  })
  if (answer === undefined) throw new Error(`there is no ${path}`)
  const chunks: Uint8Array[] = []
  if (answer.body !== undefined) for await (const chunk of answer.body) chunks.push(chunk)
  return {
    status: answer.status,
    headers: Object.fromEntries(new Headers(answer.header)),
    trailers: Object.fromEntries(new Headers(answer.trailer)),
    body: concat(...chunks),
  }
}

const forms = callForms.filter(({ version }) => version === '2').map((form) => [named(form), form] as const)

describe.each(forms)('a call in %s', (_, form) => {
  test('that was changed anywhere is answered in its form, and releases nothing', { timeout }, async () => {
    const all = messages()
    for (const [method, message] of all) {
      const { headers, body = new Uint8Array() } = form.request(method, message)
      // As it was made, it is understood.
      expect(form.read(method, await call(method, headers, body)).fault).toBeNull()
      const answered = async (bytes: Uint8Array): Promise<void> => {
        const { answer } = form.read(method, await call(method, headers, bytes))
        expect(JSON.stringify(answer)).not.toContain('kasWrappedKey')
      }
      await refusesOnlyBy([], [body], answered, Math.ceil(numRuns / all.length))
    }
  })
})

test('a message as protobuf has it may carry fields that nobody knows', async () => {
  const { publicKey } = AccessService.method
  const unknown = concat(toBinary(publicKey.input, fromJson(publicKey.input, {})), Uint8Array.of(0xfa, 0x3f, 1, 0))
  expect((await call(publicKey, { 'content-type': 'application/proto' }, unknown)).status).toBe(404)
})

describe('a sign-in', () => {
  beforeEach(startAgain)
  const verifierOf = () =>
    makeTokenVerifier({ issuers: [{ issuer, audience: [audience], jwks, purposes: ['kas'], clients }], clock })

  test('with a token that was changed anywhere is that of the same person or refused', { timeout }, async () => {
    const verifier = verifierOf()
    const plain = await token({ client_id: 'plain', cnf: undefined })
    const { accepted, refused } = await refusesOnlyBy(['not-signed-in'], [utf8(plain)], async (bytes) => {
      const caller = await verifier.verify(request(`Bearer ${textOf(bytes)}`))
      expect([caller.subject, caller.clientId, caller.dpopJkt]).toEqual(['anna', 'plain', null])
    })
    expect(refused).toBeGreaterThan(accepted)
  })

  test('with a proof that was changed anywhere is by the same key, once, or refused', { timeout }, async () => {
    const verifier = verifierOf()
    const text = await token()
    const good = await proof(text)
    const signed = (jwt: string): string =>
      createHash('sha256')
        .update(jwt.slice(0, jwt.lastIndexOf('.')))
        .digest('hex')
    const { accepted } = await refusesOnlyBy(['not-signed-in'], [utf8(good)], async (bytes) => {
      const changed = textOf(bytes)
      await verifier.verify(request(`DPoP ${text}`, changed))
      // The last character of a signature has bits that nobody reads.
      expect(signed(changed)).toBe(signed(good))
    })
    expect(accepted).toBeLessThanOrEqual(1)
  })

  test('with any other text in its headers is refused', { timeout }, async () => {
    const verifier = verifierOf()
    const text = await token()
    const made = await proof(text)
    const { accepted } = await refusesOnlyBy(['not-signed-in'], [utf8(`DPoP ${text}`)], async (bytes) => {
      await verifier.verify(request(textOf(bytes), made))
    })
    expect(accepted).toBeLessThanOrEqual(1)
  })
})
