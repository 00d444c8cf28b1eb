// A sample enclave served over HTTPS, in this process or in others, and a client that speaks to it by hand: tokens for sample
// people by the grant that exists for tests alone, key requests over the OpenTDF door, calls of the product API.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Id, type LabelFqn } from '@sallyport/protocol'
import { writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { importJWK, SignJWT, type JWK } from 'jose'
import { newId, silentLogger, systemClock, systemRandomness, type Database } from '../server/src/base/index.ts'
import { temporaryDatabase } from '../server/src/base/testing.ts'
import { openReleased, pemOf, type KeyPair, type RewrapJson } from '../server/src/doors/kas/testing.ts'
import { wrapShare } from '../server/src/files/testing.ts'
import { openEnclave, type Enclave, type Ground } from '../server/src/main/index.ts'
import { upSample } from '../server/src/main/sample.ts'
import { acknowledge, databaseUrl, falconLabels, freePort, sampleGround } from '../server/src/main/testing.ts'

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
export async function serveHere(site: Site, firstPort: number): Promise<Address & { close: () => Promise<void> }> {
  const port = await freePort(firstPort)
  const sample = await upSample({
    data: site.folder,
    port,
    env: { DATABASE_URL: site.databaseUrl },
    log: silentLogger,
    version: '0.0.0',
  })
  return { url: sample.url, listenPort: port, caFile: sample.caFile, close: () => sample.close() }
}

export interface GateProcess extends Address {
  readonly child: ChildProcess
  /** Kill it at once, as a power cut would. */
  readonly kill: () => Promise<void>
}

const program = fileURLToPath(new URL('serve-sample.ts', import.meta.url))

/** Serve a site in a process of its own, the public port being that of the first process. */
export async function serveElsewhere(
  site: Site,
  ports: { readonly port: number; readonly listenPort: number },
): Promise<GateProcess> {
  const settings = { ...ports, data: site.folder, databaseUrl: site.databaseUrl }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const isClosed = once(child, 'close')
    child.kill('SIGKILL')
    await isClosed
  }
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(() => null)
  const ready = await Promise.race([once(lines, 'line'), ended])
  if (ready === null) throw new Error('the gate ended before it was ready')
  const { url, caFile } = JSON.parse(String(ready[0])) as { url: string; caFile: string }
  return { child, kill, url, listenPort: ports.listenPort, caFile }
}

/** Open a served site's enclave in this process as well, to look at its ledger and to act as its officers. */
export async function openBeside(site: Site): Promise<{ ground: Ground; enclave: Enclave }> {
  const ground = await sampleGround(site.database, site.folder)
  return { ground, enclave: await openEnclave(ground) }
}

// ---- A client by hand

export interface Reply {
  readonly status: number
  readonly text: string
}

export interface FileToOpen {
  readonly fileId: Id<'file'>
  readonly share: Uint8Array
  readonly body: string
}

export interface GateClient {
  /** Throws when the gate is gone. */
  readonly call: (
    method: string,
    path: string,
    options?: { readonly token?: string; readonly headers?: Record<string, string>; readonly body?: string },
  ) => Promise<Reply>
  /** A token of a sample person, from the gate's own identity provider. */
  readonly token: (person: string) => Promise<string>
  /** A fresh file of program Falcon that is registered nowhere, with the key request for it. */
  readonly fileToOpen: () => Promise<FileToOpen>
  /** Ask for the key of a file. Yields it, or why not. */
  readonly open: (
    token: string,
    file: FileToOpen,
  ) => Promise<{ readonly key: Uint8Array } | { readonly refused: string; readonly status: number }>
  readonly close: () => void
}

const pair: KeyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const requestKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

export async function gateClient({ url, listenPort, caFile }: Address): Promise<GateClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca: await readFile(caFile), servername: 'localhost' })
  const call: GateClient['call'] = (method, path, { token, headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const signed = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const asked = request(
        { agent, method, path, host: 'localhost', port: listenPort, headers: { ...signed, ...headers } },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => (text += chunk))
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
          response.on('error', reject)
          response.on('aborted', () => reject(new Error('the answer broke off')))
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  const described = JSON.parse((await call('GET', '/api/v1/enclave')).text) as {
    wrappingKey: { url: string; kid: string; algorithm: string; publicKeyPem: string }
  }
  return {
    call,
    token: async (person) => {
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
    },
    fileToOpen: () => fileToOpen(described.wrappingKey),
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

async function fileToOpen(wrappingKey: {
  url: string
  kid: string
  algorithm: string
  publicKeyPem: string
}): Promise<FileToOpen> {
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const share = systemRandomness(32)
  const policy = writePolicy({ uuid: fileId as unknown as Id<'policy'>, labels: falconLabels as LabelFqn[] })
  const access = wrapShare(wrappingKey, share, policy)
  const key = { keyAccessObjectId: 'kao-0', keyAccessObject: writeKeyAccess(access) }
  const asked = {
    clientPublicKey: pemOf(pair.publicKey),
    requests: [{ policy: { id: 'policy', body: policy }, keyAccessObjects: [key] }],
  }
  const now = Math.floor(Date.now() / 1000)
  const signedRequestToken = await new SignJWT({ requestBody: JSON.stringify(asked) })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(requestKey)
  return { fileId, share, body: JSON.stringify({ signedRequestToken }) }
}

function readKey({ status, text }: Reply): Awaited<ReturnType<GateClient['open']>> {
  const { sessionPublicKey = '', responses = [] } = (status === 200 ? JSON.parse(text) : {}) as RewrapJson
  const result = responses[0]?.results[0]
  if (result?.kasWrappedKey === undefined) return { status, refused: result?.error ?? text }
  return { key: openReleased(pair, sessionPublicKey, result.kasWrappedKey) }
}

/** Sign a token as the sample's identity provider does, for somebody who is not among its people. */
export async function tokenFor(site: Site, url: string, subject: string): Promise<string> {
  const text = readFileSync(join(site.folder, 'sample-issuer-keys.json'), 'utf8')
  const [jwk] = (JSON.parse(text) as { keys: JWK[] }).keys
  if (jwk?.kid === undefined) throw new Error('the sample has no signing key')
  return await new SignJWT({ sub: subject, client_id: 'opentdf-web', scope: 'files' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(`${url}/sample-idp`)
    .setAudience(url)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(await importJWK(jwk, 'ES256'))
}
