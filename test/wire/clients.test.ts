// Client libraries that other people keep, against a whole gate over TLS: gRPC's own for Node, and Connect's in each of its
// transports. What they negotiate is theirs to choose.

import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectHttp2, constants } from 'node:http2'
import { promisify } from 'node:util'
import { credentials, Client as GrpcClient, Metadata, status, type ServiceError } from '@grpc/grpc-js'
import {
  create,
  fromBinary,
  toBinary,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf'
import { Code, createClient, type ConnectError, type Transport } from '@connectrpc/connect'
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node'
import { toBase64, utf8 } from '@sallyport/protocol'
import {
  AccessService,
  AttributesService,
  Health,
  KeyAccessServerRegistryService,
  ServingStatus,
  WellKnownService,
} from '@sallyport/protocol/kas'
import { calculateJwkThumbprint, exportJWK, importJWK, SignJWT, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildConsole } from '../../console/build.ts'
import { acknowledge, falconLabels } from '../../server/src/main/testing.ts'
import {
  gateClient,
  makeSite,
  serveElsewhere,
  serveHere,
  type Address,
  type GateClient,
  type GateProcess,
  type Site,
} from '../gate.ts'

let site: Site
let served: Address & { close: () => Promise<void> }
let other: GateProcess
let client: GateClient
let ca: string

beforeAll(async () => {
  await buildConsole()
  site = await makeSite()
  served = await serveHere(site, 9880)
  client = await gateClient(served)
  ca = readFileSync(served.caFile, 'utf8')
  other = await serveElsewhere(site, { port: served.listenPort, listenPort: served.listenPort + 1 })
}, 120_000)
afterAll(async () => {
  client.close()
  await other.kill()
  await served.close()
  await site.stop()
})

const context = {
  'x-rewrap-additional-context': toBase64(utf8(JSON.stringify({ obligations: { fulfillableFQNs: [acknowledge] } }))),
}

async function rewrapOf(): Promise<{ signedRequestToken: string }> {
  return JSON.parse((await client.fileToOpen()).body) as { signedRequestToken: string }
}

async function lastDecision(): Promise<string> {
  const [row] = await site.database.query(
    `SELECT convert_from(bytes, 'UTF8') AS text FROM (
       SELECT id, bytes FROM ledger_entries UNION SELECT id, bytes FROM ledger_pending) e ORDER BY id DESC LIMIT 1`,
  )
  return String(row?.['text'])
}

const nodeOptions = () => ({ ca })
const transports: readonly (readonly [string, () => Transport])[] = (['1.1', '2'] as const).flatMap((httpVersion) => {
  const at = () => ({ baseUrl: served.url, httpVersion, nodeOptions: nodeOptions(), sendCompression: compressionGzip })
  return [
    [`Connect in JSON over HTTP/${httpVersion}`, () => createConnectTransport(at())],
    [`Connect in protobuf over HTTP/${httpVersion}`, () => createConnectTransport({ ...at(), useBinaryFormat: true })],
    [`Connect with GET over HTTP/${httpVersion}`, () => createConnectTransport({ ...at(), useHttpGet: true })],
    [`gRPC-Web over HTTP/${httpVersion}`, () => createGrpcWebTransport(at())],
    ...(httpVersion === '2' ? [['gRPC over HTTP/2', () => createGrpcTransport(at())] as const] : []),
  ] as const
})

describe.each(transports)('Connect for Node: %s', (_, transport) => {
  test('reads what is published, asks for labels, and is released a share or refused', async () => {
    const headers = { authorization: `Bearer ${await client.token('ada')}` }
    const { configuration } = await createClient(WellKnownService, transport()).getWellKnownConfiguration({})
    expect(configuration).toMatchObject({ platform_issuer: `${served.url}/sample-idp` })
    expect((await createClient(Health, transport()).check({})).status).toBe(ServingStatus.SERVING)
    const kas = createClient(AccessService, transport())
    expect((await kas.publicKey({ algorithm: 'ec:secp256r1' })).publicKey).toContain('BEGIN PUBLIC KEY')
    const list = await createClient(KeyAccessServerRegistryService, transport()).listKeyAccessServers({}, { headers })
    expect(list.keyAccessServers).toMatchObject([{ uri: `${served.url}/kas` }])
    const attributes = createClient(AttributesService, transport())
    const { fqnKeyMappings } = await attributes.getKeyMappingsByFqns({ fqns: [...falconLabels] }, { headers })
    expect(Object.keys(fqnKeyMappings).sort()).toEqual([...falconLabels].sort())
    // An engineer reads no list of labels; an officer does.
    await expect(attributes.listAttributes({}, { headers })).rejects.toMatchObject({ code: Code.PermissionDenied })
    const officer = { headers: { authorization: `Bearer ${await client.token('grace')}` } }
    expect((await attributes.listAttributes({}, officer)).attributes.map(({ name }) => name)).toContain('program')
    const permitted = await kas.rewrap(await rewrapOf(), { headers: { ...headers, ...context } })
    expect(permitted.responses[0]?.results[0]?.status).toBe('permit')
    // The address that it came from is the connection's, in either version.
    expect(await lastDecision()).toContain('this-machine')
    const stranger = { headers: { authorization: `Bearer ${await client.token('stranger')}`, ...context } }
    expect((await kas.rewrap(await rewrapOf(), stranger)).responses[0]?.results[0]).toMatchObject({
      status: 'fail',
      result: { case: 'error', value: expect.stringContaining('permission_denied') as string },
    })
    const refusal: unknown = await kas.rewrap(await rewrapOf()).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: Code.Unauthenticated })
    expect((refusal as ConnectError).metadata.get('WWW-Authenticate')).toContain('DPoP')
  })
})

describe('grpc-js', () => {
  async function call<I extends DescMethodUnary>(
    method: I,
    message: MessageInitShape<I['input']>,
    headers: Record<string, string> = {},
  ): Promise<MessageShape<I['output']>> {
    const grpc = new GrpcClient(new URL(served.url).host, credentials.createSsl(Buffer.from(ca)))
    const metadata = new Metadata()
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
    try {
      return await new Promise((resolve, reject) => {
        grpc.makeUnaryRequest(
          `/${method.parent.typeName}/${method.name}`,
          (asked: MessageInitShape<I['input']>) => Buffer.from(toBinary(method.input, create(method.input, asked))),
          (bytes) => fromBinary(method.output, bytes) as MessageShape<I['output']>,
          message,
          metadata,
          (error, answer) => (error === null && answer !== undefined ? resolve(answer) : reject(error as Error)),
        )
      })
    } finally {
      grpc.close()
    }
  }

  test('is served: the configuration, health, keys, a release, and refusals by their status', async () => {
    const authorization = `Bearer ${await client.token('ada')}`
    const { configuration } = await call(WellKnownService.method.getWellKnownConfiguration, {})
    expect(configuration).toMatchObject({ platform_issuer: `${served.url}/sample-idp` })
    expect((await call(Health.method.check, {})).status).toBe(ServingStatus.SERVING)
    const { rewrap, publicKey } = AccessService.method
    await expect(call(publicKey, { algorithm: 'x' })).rejects.toMatchObject({ code: status.NOT_FOUND })
    const permitted = await call(rewrap, await rewrapOf(), { authorization, ...context })
    expect(permitted.responses[0]?.results[0]?.status).toBe('permit')
    const refused = await call(rewrap, await rewrapOf()).catch((error: unknown) => error as ServiceError)
    expect(refused).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: expect.stringContaining('there is no token') as string,
    })
    expect((refused as ServiceError).metadata.get('www-authenticate')[0]).toContain('DPoP')
    await expect(call(rewrap, { signedRequestToken: 'a.b' }, { authorization })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    })
  })
})

describe('over HTTP/2, what is no call', () => {
  async function ask(
    method: string,
    path: string,
    { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: string } = {},
  ) {
    const session = connectHttp2(served.url, { ca })
    const stream = session.request({ ':method': method, ':path': path, ...headers })
    const chunks: Uint8Array[] = []
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    if (method !== 'GET') stream.end(body)
    const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
    await once(stream, 'close')
    session.close()
    return { status: Number(head[':status']), head, text: String(Buffer.concat(chunks)) }
  }

  test('is served as over HTTP/1.1: the page, the product API, its problems, and the identity provider', async () => {
    const token = await client.token('ada')
    const page = await ask('GET', '/')
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('id="console"')])
    expect(page.head['content-security-policy']).toContain("frame-ancestors 'none'")
    const me = await ask('GET', '/api/v1/me', { headers: { authorization: `Bearer ${token}` } })
    expect([me.status, JSON.parse(me.text)]).toEqual([
      200,
      expect.objectContaining({ person: expect.objectContaining({ name: 'Ada Whitfield' }) as object }),
    ])
    const nobody = await ask('GET', '/api/v1/me')
    expect([nobody.status, nobody.head['www-authenticate']]).toEqual([401, expect.stringContaining('DPoP')])
    expect((await ask('GET', '/api/v1/nothing')).status).toBe(404)
    const large = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    expect((await ask('POST', '/api/v1/files', { headers: large, body: `"${'x'.repeat(2_000_000)}"` })).status).toBe(
      413,
    )
    const discovered = await ask('GET', '/sample-idp/.well-known/openid-configuration')
    expect(JSON.parse(discovered.text)).toMatchObject({
      issuer: `${served.url}/sample-idp`,
      token_endpoint: `${served.url}/sample-idp/token`,
    })
    const form = {
      grant_type: 'urn:sallyport:sample:person',
      client_id: 'opentdf-web',
      client_secret: 'sample-secret',
      person: 'ada',
      resource: served.url,
    }
    const body = new URLSearchParams(form).toString()
    // The provider's own framework sees no body without its length.
    const sized = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
    const signedIn = await ask('POST', '/sample-idp/token', { headers: sized, body })
    expect([signedIn.status, JSON.parse(signedIn.text)]).toEqual([
      200,
      expect.objectContaining({ token_type: 'Bearer' }),
    ])
  })

  test('is an upload that its client broke off: nothing is kept of it, and the reservation stays', async () => {
    const headers = { authorization: `Bearer ${await client.token('ada')}` }
    const json = { ...headers, 'content-type': 'application/json' }
    const vaults = JSON.parse((await ask('GET', '/api/v1/vaults', { headers })).text) as { vaults: { id: string }[] }
    const body = JSON.stringify({ vaultId: vaults.vaults[0]?.id, name: `broken-${randomUUID()}.txt` })
    const reserved = await ask('POST', '/api/v1/files', { headers: json, body })
    const { file } = JSON.parse(reserved.text) as { file: { id: string } }
    const session = connectHttp2(served.url, { ca })
    const upload = {
      ':method': 'PUT',
      ':path': `/api/v1/files/${file.id}/content`,
      'content-type': 'application/octet-stream',
    }
    const stream = session.request({ ...headers, ...upload })
    await promisify<Uint8Array, void>((chunk, done) => stream.write(chunk, () => done(null)))(new Uint8Array(100_000))
    stream.close(constants.NGHTTP2_CANCEL)
    await once(stream, 'close')
    session.destroy()
    const after = await ask('GET', `/api/v1/files/${file.id}`, { headers })
    expect(JSON.parse(after.text)).toMatchObject({ state: 'reserved' })
  })
})

test('one proof is good for one call, in whatever form and at whichever process it is tried', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = await exportJWK(pair.publicKey)
  const [key] = (JSON.parse(readFileSync(`${site.folder}/sample-issuer-keys.json`, 'utf8')) as { keys: JWK[] }).keys
  if (key?.kid === undefined) throw new Error('the sample has no signing key')
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
  const path = '/policy.kasregistry.KeyAccessServerRegistryService/ListKeyAccessServers'
  const prove = () =>
    new SignJWT({
      htm: 'POST',
      htu: `${served.url}${path}`,
      jti: randomUUID(),
      ath: createHash('sha256').update(token).digest('base64url'),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(pair.privateKey)
  const places = [served.url, `https://localhost:${other.listenPort}`]
  const everywhere = places.flatMap((baseUrl) => [
    createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions: { ca } }),
    createConnectTransport({ baseUrl, httpVersion: '2', nodeOptions: { ca }, useBinaryFormat: true }),
    createGrpcTransport({ baseUrl, nodeOptions: { ca } }),
    createGrpcWebTransport({ baseUrl, httpVersion: '2', nodeOptions: { ca } }),
  ])
  for (let round = 0; round < 5; round++) {
    const headers = { authorization: `DPoP ${token}`, dpop: await prove() }
    const outcomes = await Promise.allSettled(
      everywhere.map((transport) =>
        createClient(KeyAccessServerRegistryService, transport).listKeyAccessServers({}, { headers }),
      ),
    )
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of outcomes) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: Code.Unauthenticated })
    }
  }
})
