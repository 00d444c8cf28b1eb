// For tests only: a sample enclave served over HTTPS in this process, and a client that speaks to it by hand: tokens for sample
// people by the grant that exists for tests alone, calls of the product API, key requests over the OpenTDF door.

import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Id, type LabelFqn } from '@sallyport/protocol'
import type { fileReserved } from '@sallyport/protocol/api'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { SignJWT } from 'jose'
import { expect, vi } from 'vitest'
import type * as z from 'zod'
import { newId, silentLogger, systemClock, systemRandomness, type Database, type Environment } from '../base/index.ts'
import { temporaryDatabase } from '../base/testing.ts'
import { openReleased, pemOf, type KeyPair, type RewrapJson } from '../doors/kas/testing.ts'
import { sealContainer, wrapShare } from '../files/testing.ts'
import { upSample } from '../main/sample.ts'
import { acknowledge, databaseUrl, falconLabels, freePort } from '../main/testing.ts'
import { describedAnswers } from './testing/described.ts'

/** Where a gate listens, and what it believes its address is. */
export interface Address {
  readonly url: string
  readonly listenPort: number
  readonly caFile: string
}

/** A database and a folder for one sample enclave, whoever serves it. */
export interface Site {
  readonly folder: string
  readonly database: Database
  readonly databaseUrl: string
  readonly stop: () => Promise<void>
}

export async function makeSite(): Promise<Site> {
  const temporary = await temporaryDatabase([])
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-gate-'))
  return {
    folder,
    database: temporary.database,
    databaseUrl: databaseUrl(temporary.connection),
    stop: async () => {
      await temporary.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Serve a site in this process. */
export async function serveHere(
  site: Site,
  firstPort: number,
  env: Environment = {},
): Promise<Address & { close: () => Promise<void> }> {
  const port = await freePort(firstPort)
  const sample = await upSample({
    data: site.folder,
    port,
    env: { ...env, DATABASE_URL: site.databaseUrl },
    log: silentLogger,
    version: '0.0.0',
  })
  return { url: sample.url, listenPort: port, caFile: sample.caFile, close: () => sample.close() }
}

/** Serve a sample of one's own, from the first free port on, with a client of it. */
export async function servedSample(firstPort: number): Promise<{
  readonly site: Site
  readonly address: Address
  readonly client: GateClient
  readonly stop: () => Promise<void>
}> {
  const site = await makeSite()
  const address = await serveHere(site, firstPort)
  const client = await gateClient(address)
  const stop = async () => {
    client.close()
    await address.close()
    await site.stop()
  }
  return { site, address, client, stop }
}

/** Wait until everything that was recorded is in the tree, where questions about the past look. */
export async function sequenced({ database }: Pick<Site, 'database'>): Promise<void> {
  await vi.waitFor(async () => expect(await database.query('SELECT id FROM ledger_pending LIMIT 1')).toEqual([]), {
    timeout: 20_000,
    interval: 50,
  })
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** What the text is as JSON; undefined where it is none. */
  readonly value: unknown
}

export interface FileToOpen {
  readonly fileId: Id<'file'>
  readonly share: Uint8Array
  readonly body: string
}

export type KeyAnswer =
  | { readonly key: Uint8Array; readonly decision: string | null }
  | { readonly refused: string; readonly status: number }

export interface GateClient {
  /** Throws when the gate is gone. */
  readonly call: (
    method: string,
    path: string,
    options?: {
      readonly token?: string | undefined
      readonly headers?: Record<string, string>
      readonly body?: string | Uint8Array | undefined
    },
  ) => Promise<Reply>
  /** Call the product API as a sample person: octets as they are, anything else as JSON. `path` is what follows /api/v1. */
  readonly ask: (person: string, method: string, path: string, body?: unknown) => Promise<Reply>
  /** Ask, and parse what was answered. Throws for anything but 200. */
  readonly done: <S extends z.ZodType>(
    shape: S,
    person: string,
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<z.output<S>>
  /** A token of a sample person, from the gate's own identity provider. */
  readonly token: (person: string) => Promise<string>
  /** A fresh file of program Falcon that is registered nowhere, with the key request for it. */
  readonly fileToOpen: () => Promise<FileToOpen>
  /** Ask for the key of a file. Yields it with the id of the decision that gave it, or why not. */
  readonly open: (token: string, file: FileToOpen) => Promise<KeyAnswer>
  readonly close: () => void
}

/** Every answer of the product API is held against its description. */
const checkDescribed = describedAnswers()

const pair: KeyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const requestKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/**
 * Speak to a gate. A call fails when nothing came or went for `silenceMs`; it waits for ever where that is left out. `now` is the time
 * at the gate, where it is another than here.
 */
export async function gateClient(
  { url, listenPort, caFile }: Address,
  { silenceMs = 0, now = Date.now }: { readonly silenceMs?: number; readonly now?: () => number } = {},
): Promise<GateClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca: await readFile(caFile), servername: 'localhost' })
  const call: GateClient['call'] = (method, path, { token, headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const signed = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const asked = request(
        { agent, method, path, host: 'localhost', port: listenPort, headers: { ...signed, ...headers } },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () => {
            try {
              const reply = replyOf(response, Buffer.concat(parts))
              const contentType = reply.headers['content-type'] ?? ''
              checkDescribed(method, path, { status: reply.status, contentType, value: reply.value })
              resolve(reply)
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)))
            }
          })
          response.on('error', reject)
          response.on('aborted', () => reject(new Error('the answer broke off')))
        },
      )
      asked.on('error', reject)
      asked.setTimeout(silenceMs, () => asked.destroy(new Error(`the gate was silent for ${silenceMs} ms`)))
      asked.end(body)
    })
  const described = JSON.parse((await call('GET', '/api/v1/enclave')).text) as {
    wrappingKey: { url: string; kid: string; algorithm: string; publicKeyPem: string }
  }
  const tokenFor = async (person: string): Promise<string> => {
    const form = {
      grant_type: 'urn:sallyport:sample:person',
      client_id: 'opentdf-web',
      client_secret: 'sample-secret',
    }
    const reply = await call('POST', `${new URL(url).pathname}sample-idp/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, person, resource: url }).toString(),
    })
    const { access_token: token } = JSON.parse(reply.text) as { access_token?: string }
    if (token === undefined) throw new Error(`no token for ${person}: ${reply.text}`)
    return token
  }
  const tokens = new Map<string, Promise<string>>()
  const ask: GateClient['ask'] = async (person, method, path, body) => {
    const token = tokens.get(person) ?? tokenFor(person)
    tokens.set(person, token)
    const isOctets = body instanceof Uint8Array
    const type = { 'content-type': isOctets ? 'application/octet-stream' : 'application/json' }
    const sent = body === undefined ? {} : { headers: type, body: isOctets ? body : JSON.stringify(body) }
    return await call(method, `/api/v1${path}`, { token: await token, ...sent })
  }
  return {
    call,
    ask,
    done: async (shape, person, method, path, body) => {
      const { status, text, value } = await ask(person, method, path, body)
      if (status !== 200) throw new Error(`${method} ${path} as ${person}: ${status} ${text}`)
      return shape.parse(value)
    },
    token: tokenFor,
    fileToOpen: () => fileToOpen(described.wrappingKey, now()),
    open: async (token, file) => {
      const obligations = { obligations: { fulfillableFQNs: [acknowledge] } }
      const reply = await call('POST', '/kas.AccessService/Rewrap', {
        token,
        headers: {
          'content-type': 'application/json',
          'x-rewrap-additional-context': Buffer.from(JSON.stringify(obligations)).toString('base64'),
        },
        body: file.body,
      })
      return readKey(reply)
    },
    close: () => agent.destroy(),
  }
}

function replyOf({ statusCode, headers }: IncomingMessage, body: Buffer): Reply {
  const text = body.toString()
  const isJson = /^application\/(problem\+)?json\b/.test(headers['content-type'] ?? '')
  return { status: statusCode ?? 0, headers, body, text, value: isJson ? JSON.parse(text) : undefined }
}

async function fileToOpen(
  wrappingKey: {
    url: string
    kid: string
    algorithm: string
    publicKeyPem: string
  },
  nowMs: number,
): Promise<FileToOpen> {
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const share = systemRandomness(32)
  const policy = writePolicy({ uuid: fileId as unknown as Id<'policy'>, labels: falconLabels as LabelFqn[] })
  return { fileId, share, body: await rewrapBody(policy, wrapShare(wrappingKey, share, policy), nowMs) }
}

/** Seal content under a reservation as a client does. Yields the container, and the request for its key. */
export async function sealedFor(
  { file, key }: Pick<z.output<typeof fileReserved>, 'file' | 'key'>,
  content: Uint8Array,
  nowMs = Date.now(),
): Promise<FileToOpen & { readonly container: Uint8Array }> {
  const fileId = file.id as Id<'file'>
  const labels = file.labels.map(({ fqn }) => fqn)
  const shares: Uint8Array[] = []
  const keyAccess = (share: Uint8Array, policy: string) => {
    shares.push(share)
    return [wrapShare(key, share, policy)]
  }
  const container = sealContainer({ fileId, labels, content, keyAccess })
  const [share = new Uint8Array()] = shares
  const policy = writePolicy({ uuid: fileId as unknown as Id<'policy'>, labels: labels as LabelFqn[] })
  return { fileId, share, body: await rewrapBody(policy, wrapShare(key, share, policy), nowMs), container }
}

/** Write the body of a key request, signed as a client signs it. `policy` is base64 as it stands in the manifest. */
export async function rewrapBody(
  policy: string,
  access: Parameters<typeof writeKeyAccess>[0],
  nowMs = Date.now(),
): Promise<string> {
  const key = { keyAccessObjectId: 'kao-0', keyAccessObject: writeKeyAccess(access) }
  const asked = {
    clientPublicKey: pemOf(pair.publicKey),
    requests: [{ policy: { id: 'policy', body: policy }, keyAccessObjects: [key] }],
  }
  const now = Math.floor(nowMs / 1000)
  const signedRequestToken = await new SignJWT({ requestBody: JSON.stringify(asked) })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(requestKey)
  return JSON.stringify({ signedRequestToken })
}

function readKey({ status, text }: Reply): KeyAnswer {
  const { sessionPublicKey = '', responses = [] } = (status === 200 ? JSON.parse(text) : {}) as RewrapJson
  const result = responses[0]?.results[0]
  if (result?.kasWrappedKey === undefined) return { status, refused: result?.error ?? text }
  const decision = result.metadata['X-Sallyport-Decision']
  return {
    key: openReleased(pair, sessionPublicKey, result.kasWrappedKey),
    decision: typeof decision === 'string' ? decision : null,
  }
}
