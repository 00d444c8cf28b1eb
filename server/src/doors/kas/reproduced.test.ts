// Requests of the Go and Java SDKs, reproduced byte for byte from their sources: order of fields, escapes, line ends of keys, forms
// of proofs. The SDKs themselves have not been run. What is fresh in every request stands as {{name}}.

import { createHash, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { connect } from 'node:http2'
import { readdirSync, readFileSync } from 'node:fs'
import { fromBinary, toJson, type DescMessage, type DescMethod } from '@bufbuild/protobuf'
import { concat, toBase64, toHex, utf8, type Id } from '@sallyport/protocol'
import {
  AccessService,
  AttributesService,
  KeyAccessServerRegistryService,
  RewrapResponseSchema,
  WellKnownService,
} from '@sallyport/protocol/kas'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { newId, systemClock, systemRandomness } from '../../base/index.ts'
import { wrapShare } from '../../files/testing.ts'
import { kasUrl } from './index.ts'
import { ecPair, openReleased, openTestGate, pemOf, programLabel, type KeyPair, type TestGate } from './testing.ts'

const folder = new URL('reproduced/', import.meta.url)
const names = readdirSync(folder).sort()

const shape = z.strictObject({
  client: z.string(),
  http: z.literal('2'),
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  proof: z.strictObject({ key: z.enum(['EC', 'RSA']), header: z.string(), payload: z.string() }).optional(),
  clientKey: z.strictObject({ kind: z.enum(['EC', 'RSA']), pem: z.enum(['lf', 'mime']) }).optional(),
  requestToken: z
    .strictObject({
      header: z.string(),
      payload: z.string(),
      requestBody: z.string(),
      /** Gson writes some characters as escapes that others leave alone. */
      escapes: z.literal('gson').optional(),
    })
    .optional(),
})
type Reproduced = z.infer<typeof shape>

let gate: TestGate
let here: { readonly origin: string; readonly ca: string }
beforeAll(async () => {
  gate = await openTestGate()
  gate.verdicts.set('ada', { effect: 'permit' })
  here = await gate.withTls()
})
afterAll(() => gate.stop())

const read = (name: string): Reproduced => shape.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`nothing to fill ${name} with`)
    return value
  })

function signJwt(header: string, payload: string, key: KeyObject): string {
  const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

const proofKeys: Readonly<Record<'EC' | 'RSA', KeyPair>> = {
  EC: ecPair(),
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const now = (): number => Math.floor(systemClock.now() / 1000)

/** Fill the headers of somebody who has signed in, as the client proves that. */
async function signedIn({ path, headers, proof }: Reproduced): Promise<Record<string, string>> {
  if (proof === undefined) return headers
  const pair = proofKeys[proof.key]
  const jwk = await exportJWK(pair.publicKey)
  const token = await gate.token('ada', { client_id: 'strict', cnf: { jkt: await calculateJwkThumbprint(jwk) } })
  const { x = '', y = '', n = '' } = jwk
  const ath = createHash('sha256').update(token).digest('base64url')
  const values = { x, y, n, ath, htu: `${here.origin}${path}`, now: String(now()), jti: randomUUID() }
  const made = signJwt(fill(proof.header, values), fill(proof.payload, values), pair.privateKey)
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text, { token, proof: made })]))
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly trailers: Readonly<Record<string, unknown>>
  readonly body: Uint8Array
}

function send({ method, path }: Reproduced, headers: Record<string, string>, body: Uint8Array): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const session = connect(here.origin, { ca: here.ca }).on('error', reject)
    const stream = session.request({ ':method': method, ':path': path, ...headers })
    const chunks: Uint8Array[] = []
    let [head, trailers]: Record<string, unknown>[] = [{}, {}]
    stream.on('response', (got) => (head = got)).on('trailers', (got) => (trailers = got))
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('error', reject)
    stream.on('close', () => {
      session.close()
      const got = { status: Number(head?.[':status']), headers: head ?? {}, trailers: trailers ?? {} }
      resolve({ ...got, body: concat(...chunks) })
    })
    // A GET is over with its head.
    if (method !== 'GET') stream.end(body)
  })
}

// ---- Rewrap

interface Asked {
  readonly shares: readonly Uint8Array[]
  readonly client: KeyPair
  readonly signedRequestToken: string
}

function askFor({ requestToken, clientKey, proof }: Reproduced): Asked {
  if (requestToken === undefined || clientKey === undefined || proof === undefined) throw new Error('not a rewrap')
  const client = clientKey.kind === 'EC' ? ecPair() : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const uuid = newId<'file'>(systemClock, systemRandomness) as unknown as Id<'policy'>
  const policy = writePolicy({ uuid, labels: [programLabel] })
  const shares = [systemRandomness(32), systemRandomness(32)]
  const keys = shares.map((share) =>
    writeKeyAccess(wrapShare({ ...gate.keys.ec, url: kasUrl(gate.parts) }, share, policy)),
  )
  const bindingOf = (share: Uint8Array) => toBase64(utf8(toHex(createHmac('sha256', share).update(policy).digest())))
  const plain: Record<string, string> = {
    policy,
    clientPublicKey: clientKey.pem === 'mime' ? mimePem(client.publicKey) : pemOf(client.publicKey),
    url: kasUrl(gate.parts),
    kid: gate.keys.ec.kid,
    metadata: toBase64(utf8('{"ciphertext":"AAAA","iv":"AAAA"}')),
  }
  for (const [index, key] of keys.entries()) {
    const suffix = index === 0 ? '' : '2'
    plain[`wrappedKey${suffix}`] = key['wrappedKey']
    plain[`ephemeralPublicKey${suffix}`] = key['ephemeralPublicKey'] ?? ''
    plain[`binding${suffix}`] = bindingOf(shares[index] ?? new Uint8Array())
  }
  const escape = requestToken.escapes === 'gson' ? asGson : asJson
  const requestBody = fill(
    requestToken.requestBody,
    Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, escape(value)])),
  )
  const values = { requestBody: JSON.stringify(requestBody), now: String(now()), soon: String(now() + 60) }
  const { privateKey } = proofKeys[proof.key]
  const signedRequestToken = signJwt(fill(requestToken.header, values), fill(requestToken.payload, values), privateKey)
  const asked = requestToken.requestBody.includes('{{wrappedKey2}}') ? shares : shares.slice(0, 1)
  return { shares: asked, client, signedRequestToken }
}

const asJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const asGson = (text: string): string =>
  asJson(text).replaceAll(/[<>&='\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** As Java's MIME encoder writes it: lines of 76, CR LF, and no end of line at the end. */
function mimePem(key: KeyObject): string {
  const lines =
    key
      .export({ type: 'spki', format: 'der' })
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\r\n${lines.join('\r\n')}\r\n-----END PUBLIC KEY-----`
}

/** SPEC: Protocol Buffers, "Message Structure": field 1, with its length. */
function rewrapRequest(token: string): Uint8Array {
  const length: number[] = []
  for (let left = token.length; ; left >>= 7) {
    if (left < 128) {
      length.push(left)
      break
    }
    length.push((left & 127) | 128)
  }
  return concat(Uint8Array.of(0x0a, ...length), utf8(token))
}

function envelope(message: Uint8Array): Uint8Array {
  const head = new Uint8Array(5)
  new DataView(head.buffer).setUint32(1, message.length)
  return concat(head, message)
}

/** The message of an answer, unpacked where the client said that it unpacks. */
function messageOf({ body, headers }: Reply, isFramed: boolean): Uint8Array {
  if (!isFramed) return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const message = body.subarray(5, 5 + new DataView(body.buffer, body.byteOffset).getUint32(1))
  return body[0] === 1 ? gunzipSync(message) : message
}

test.each(names.filter((name) => name.includes('rewrap')))(
  'Rewrap answers %s with shares that the client can open',
  async (name) => {
    const reproduced = read(name)
    const { shares, client, signedRequestToken } = askFor(reproduced)
    const message = rewrapRequest(signedRequestToken)
    const isFramed = reproduced.body === '{{envelope}}'
    const reply = await send(reproduced, await signedIn(reproduced), isFramed ? envelope(message) : message)
    expect(reply.status).toBe(200)
    if (reproduced.headers['content-type'] === 'application/grpc+proto') expect(reply.trailers['grpc-status']).toBe('0')
    const bytes = messageOf(reply, isFramed)
    const { sessionPublicKey, entityWrappedKey, responses } = fromBinary(RewrapResponseSchema, bytes)
    expect(responses[0]?.results.map((one) => one.status)).toEqual(shares.map(() => 'permit'))
    const wrapped = responses[0]?.results.map(({ result }) => (result.case === 'kasWrappedKey' ? result.value : null))
    for (const [index, share] of shares.entries()) {
      expect(openReleased(client, sessionPublicKey, toBase64(wrapped?.[index] ?? new Uint8Array()))).toEqual(share)
    }
    // The Java SDK reads its share at the top level, and the others read it nowhere.
    if (name.startsWith('java'))
      expect(openReleased(client, sessionPublicKey, toBase64(entityWrappedKey))).toEqual(shares[0])
    else expect(entityWrappedKey).toHaveLength(0)
    const { evidence } = gate.asked.at(-1) ?? {}
    expect(evidence).toMatchObject({ proof: 'dpop', requestVerified: true, clientId: 'strict', fulfillable: [] })
  },
)

// ---- The rest

const key = { kasUri: expect.any(String) as string, publicKey: { algorithm: 'ALGORITHM_EC_P256' } }
const value = { fqn: programLabel, kasKeys: [key] }
const attribute = { fqn: 'https://sallyport.test/attr/program', rule: 'ATTRIBUTE_RULE_TYPE_ENUM_ALL_OF' }
const wanted: Readonly<Record<string, unknown>> = {
  GetWellKnownConfiguration: { configuration: { platform_issuer: 'https://idp.test' } },
  PublicKey: { publicKey: expect.stringContaining('BEGIN PUBLIC KEY') as string },
  ListKeyAccessServers: { keyAccessServers: [{ name: 'test-gate' }] },
  GetKeyMappingsByFqns: { fqnKeyMappings: { [programLabel]: { rule: attribute.rule, keys: [key] } } },
  GetAttributeValuesByFqns: { fqnAttributeValues: { [programLabel]: { attribute, value } } },
  ListAttributes: { attributes: [{ ...attribute, values: [value] }] },
  GetAttribute: { attribute },
}

function answerOf(path: string): DescMessage {
  const services = [AccessService, AttributesService, KeyAccessServerRegistryService, WellKnownService]
  const methods: readonly DescMethod[] = services.flatMap((service) => service.methods)
  const found = methods.find(({ parent, name }) => path.split('?')[0] === `/${parent.typeName}/${name}`)
  if (found === undefined) throw new Error(`there is no ${path}`)
  return found.output
}

test.each(names.filter((name) => !name.includes('rewrap')))('%s gets what its client reads', async (name) => {
  const reproduced = read(name)
  const body = Buffer.from((reproduced.body ?? 'hex:').slice('hex:'.length), 'hex')
  const reply = await send(reproduced, await signedIn(reproduced), body)
  expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/proto' } })
  const schema = answerOf(reproduced.path)
  const method = reproduced.path.split('?')[0]?.split('/').at(-1) ?? ''
  expect(toJson(schema, fromBinary(schema, reply.body))).toMatchObject(wanted[method] as object)
})

test('of the Java SDK, a request that the gate must refuse is told by a code that it maps', async () => {
  const reproduced = read('java-rewrap.json')
  const { signedRequestToken } = askFor(reproduced)
  const broken = rewrapRequest(`${signedRequestToken.slice(0, -8)}AAAAAAAA`)
  const reply = await send(reproduced, await signedIn(reproduced), broken)
  expect([reply.status, JSON.parse(String(Buffer.from(reply.body)))]).toEqual([
    400,
    { code: 'invalid_argument', message: expect.stringContaining('request token') as string },
  ])
})
