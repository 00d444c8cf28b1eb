// The clients of the key-release benchmark, in a process of their own: each holds one TLS connection open and sends the next
// request when the answer to the last is there. All that costs time is made beforehand (keys, wrapped shares, signed request
// tokens, a signed proof for every single request), and HTTP is spoken by hand, because the clients share the gate's cores.

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import type { LabelFqn } from '@sallyport/protocol'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { importJWK, SignJWT, type JWK } from 'jose'
import { newId, systemClock, systemRandomness } from '../server/src/base/index.ts'
import { openReleased, pemOf, type KeyPair, type RewrapJson } from '../server/src/doors/kas/testing.ts'
import { wrapShare } from '../server/src/files/testing.ts'
import { acknowledge, falconLabels } from '../server/src/main/testing.ts'

/** Where the clients find what they need. */
export interface LoadPlan {
  /** The gate's public address, under whose name tokens and proofs are made. */
  readonly url: string
  readonly caFile: string
  /** The sample issuer's signing keys. */
  readonly issuerKeysFile: string
  readonly clientId: string
  /** One of them for each client, in turn. */
  readonly people: readonly string[]
  readonly clients: number
  readonly filesPerClient: number
}

export type LoadOrder =
  | { readonly prepare: LoadPlan }
  | { readonly run: { readonly port: number; readonly requests: number } }

export interface LoadFigures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of this process while the requests ran. */
  readonly cpuMs: number
  readonly tookMs: number
}

interface LoadClient {
  readonly jwkHeader: string
  readonly key: KeyObject
  readonly pair: KeyPair
  readonly tokenHash: string
  /** HTTP up to the value of the DPoP header. */
  readonly head: string
  /** The rest of the request, for each file, and the share that it releases. */
  readonly files: readonly { readonly tail: Buffer; readonly share: Uint8Array }[]
}

type WrappingKeyPem = Parameters<typeof wrapShare>[0]

const path = '/kas.AccessService/Rewrap'

async function prepare(plan: LoadPlan): Promise<readonly LoadClient[]> {
  const ca = readFileSync(plan.caFile)
  const wrappingKey = await readWrappingKey(plan.url, ca)
  return await Promise.all(
    Array.from({ length: plan.clients }, (_, n) =>
      makeClient(plan, plan.people[n % plan.people.length] ?? '', wrappingKey),
    ),
  )
}

async function readWrappingKey(url: string, ca: Buffer): Promise<WrappingKeyPem> {
  const { host, port } = new URL(url)
  const socket = await connected(Number(port), ca)
  socket.write(`GET /api/v1/enclave HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  const { body } = await readAnswer(socket)
  socket.destroy()
  return (JSON.parse(body) as { wrappingKey: WrappingKeyPem }).wrappingKey
}

async function makeClient(plan: LoadPlan, person: string, wrappingKey: WrappingKeyPem): Promise<LoadClient> {
  const proofPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = proofPair.publicKey.export({ format: 'jwk' })
  const thumbprint = createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url')
  const token = await accessToken(plan, person, thumbprint)
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const obligations = JSON.stringify({ obligations: { fulfillableFQNs: [acknowledge] } })
  const files = await Promise.all(
    Array.from({ length: plan.filesPerClient }, async () => {
      const { share, body } = await fileToOpen(wrappingKey, pair, proofPair.privateKey)
      return { share, tail: Buffer.from(`\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`) }
    }),
  )
  return {
    jwkHeader: encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } }),
    key: proofPair.privateKey,
    pair,
    tokenHash: createHash('sha256').update(token).digest('base64url'),
    head: [
      `POST ${path} HTTP/1.1`,
      `Host: ${new URL(plan.url).host}`,
      'Content-Type: application/json',
      `Authorization: DPoP ${token}`,
      `X-Rewrap-Additional-Context: ${Buffer.from(obligations).toString('base64')}`,
      'DPoP: ',
    ].join('\r\n'),
    files,
  }
}

async function accessToken(plan: LoadPlan, person: string, thumbprint: string): Promise<string> {
  const [jwk] = (JSON.parse(readFileSync(plan.issuerKeysFile, 'utf8')) as { keys: JWK[] }).keys
  if (jwk?.kid === undefined) throw new Error('the sample has no signing key')
  return await new SignJWT({ sub: person, client_id: plan.clientId, scope: 'files', cnf: { jkt: thumbprint } })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(`${plan.url}/sample-idp`)
    .setAudience(plan.url)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importJWK(jwk, 'ES256'))
}

async function fileToOpen(wrappingKey: WrappingKeyPem, pair: KeyPair, proofKey: KeyObject) {
  const share = systemRandomness(32)
  const uuid = newId<'policy'>(systemClock, systemRandomness)
  const policy = writePolicy({ uuid, labels: falconLabels as LabelFqn[] })
  const key = {
    keyAccessObjectId: 'kao-0',
    keyAccessObject: writeKeyAccess(wrapShare(wrappingKey, share, policy)),
  }
  const asked = {
    clientPublicKey: pemOf(pair.publicKey),
    requests: [{ policy: { id: 'policy', body: policy }, keyAccessObjects: [key] }],
  }
  const signedRequestToken = await new SignJWT({ requestBody: JSON.stringify(asked) })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(proofKey)
  return { share, body: JSON.stringify({ signedRequestToken }) }
}

// ---- One run

async function run(clients: readonly LoadClient[], plan: LoadPlan, port: number, requests: number) {
  const each = Math.floor(requests / clients.length)
  const ca = readFileSync(plan.caFile)
  const proofs = clients.map((client) => Array.from({ length: each }, () => proofOf(client, plan.url)))
  const sockets = await Promise.all(clients.map(() => connected(port, ca)))
  const took: number[] = []
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(sockets.map((socket, n) => sendAll(clients[n], socket, proofs[n] ?? [], took)))
  const tookMs = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  for (const socket of sockets) socket.destroy()
  took.sort((a, b) => a - b)
  const at = (share: number): number => took[Math.floor(took.length * share)] ?? Number.NaN
  return {
    perSecond: (took.length / tookMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs: (user + system) / 1000,
    tookMs,
  } satisfies LoadFigures
}

async function connected(port: number, ca: Buffer): Promise<TLSSocket> {
  const socket = connect({ host: 'localhost', port, ca, servername: 'localhost' })
  await once(socket, 'secureConnect')
  socket.setNoDelay(true)
  socket.on('error', () => {})
  return socket
}

function proofOf({ key, jwkHeader, tokenHash }: LoadClient, url: string): string {
  const iat = Math.floor(systemClock.now() / 1000)
  const jti = Buffer.from(systemRandomness(16)).toString('base64url')
  const text = `${jwkHeader}.${encode({ jti, htm: 'POST', htu: `${url}${path}`, iat, ath: tokenHash })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

async function sendAll(
  client: LoadClient | undefined,
  socket: TLSSocket,
  proofs: readonly string[],
  took: number[],
): Promise<void> {
  if (client === undefined) return
  for (const [n, proof] of proofs.entries()) {
    const file = client.files[n % client.files.length]
    if (file === undefined) throw new Error('cannot send: no file')
    const begun = performance.now()
    socket.cork()
    socket.write(client.head + proof)
    socket.write(file.tail)
    socket.uncork()
    const { status, body } = await readAnswer(socket)
    took.push(performance.now() - begun)
    if (status !== 200 || !body.includes('"kasWrappedKey"')) {
      throw new Error(`cannot measure: the gate answered ${status} ${body}, want a key`)
    }
    // Opening every answer would cost the gate's cores more than the requests themselves.
    if (n === 0) requireShare(client, body, file.share)
  }
}

function requireShare({ pair }: LoadClient, body: string, share: Uint8Array): void {
  const { sessionPublicKey = '', responses = [] } = JSON.parse(body) as RewrapJson
  const key = openReleased(pair, sessionPublicKey, responses[0]?.results[0]?.kasWrappedKey ?? '')
  if (Buffer.compare(key, share) !== 0) throw new Error('cannot measure: another key came back, want the share')
}

/** Read one answer. The connection carries nothing else meanwhile. */
async function readAnswer(socket: TLSSocket): Promise<{ readonly status: number; readonly body: string }> {
  return await new Promise((resolve, reject) => {
    let text = ''
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      const body = wholeBody(text)
      if (body === null) return
      end()
      resolve({ status: Number(text.slice(9, 12)), body })
    }
    const lost = (): void => {
      end()
      reject(new Error('cannot measure: the connection broke off'))
    }
    const end = (): void => void socket.off('data', take).off('close', lost)
    socket.on('data', take).on('close', lost)
  })
}

function wholeBody(text: string): string | null {
  const at = text.indexOf('\r\n\r\n')
  if (at < 0) return null
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, at)) ?? []
  const body = text.slice(at + 4)
  if (length !== undefined) return body.length < Number(length) ? null : body
  if (!body.endsWith('0\r\n\r\n')) return null
  return body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/gi, '')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

if (import.meta.main) {
  const state: { plan: LoadPlan | null; clients: readonly LoadClient[] } = { plan: null, clients: [] }
  const follow = async (order: LoadOrder): Promise<LoadFigures | object> => {
    if ('prepare' in order) {
      state.plan = order.prepare
      state.clients = await prepare(order.prepare)
      return {}
    }
    if (state.plan === null) throw new Error('cannot run: nothing was prepared')
    return await run(state.clients, state.plan, order.run.port, order.run.requests)
  }
  process.on('message', (order: LoadOrder) => {
    follow(order).then(
      (figures) => process.send?.(figures),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  })
}
