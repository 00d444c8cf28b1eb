// A real enclave served in this process for kept data: its people sign in by tokens that are made here. Whoever keeps a version
// and whoever opens it later speak to the gate over the same API; nobody reads tables but to compare them.

import { generateKeyPairSync } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import { call, connect, type AnswerOf, type Connection, type InputOf } from '../../client/src/index.ts'
import { loadConfig, silentLogger, systemClock, type Config } from '../../server/src/base/index.ts'
import type { BackupSecret } from '../../server/src/backup/index.ts'
import { openPlace } from '../../server/src/main/backup-place.ts'
import { openEnclave, type Enclave, type Ground } from '../../server/src/main/open-enclave.ts'
import { serve } from '../../server/src/main/serve.ts'

/** All that it takes to open kept data; nothing else protects it, and there is nothing in it to protect. */
export const keptSecret: BackupSecret = { kind: 'passphrase', passphrase: 'kept for the versions to come' }
const keystoreKey = Buffer.alloc(32, 'kept')

const issuer = 'https://id.example'
const client = 'sallyport-cli'
const minutes = 60

/** The configuration of a kept enclave in `folder`, with the secret of its keystore beside it. */
export async function keptConfig(folder: string, port: number, databaseUrl: string): Promise<Config> {
  const key = join(folder, 'keystore.key')
  await writeFile(key, keystoreKey, { mode: 0o600 })
  await chmod(key, 0o600)
  const text = `publicUrl: https://localhost:${port}
listen: { main: { host: localhost, port: ${port} } }
data: ${join(folder, 'data')}
keys: { keyFile: ${key} }
issuers:
  - issuer: ${issuer}
    audience: https://gate.example
    purposes: [console, kas]
    signIn: { clientId: ${client} }
network: { places: [{ name: office, cidr: [127.0.0.0/8, "::1/128"], country: US }] }
`
  return loadConfig({ text, env: { DATABASE_URL: databaseUrl } })
}

export interface KeptGate {
  readonly ground: Ground
  readonly enclave: Enclave
  readonly url: string
  /** The gate as somebody sees it who signs in under this name. */
  readonly as: (subject: string) => Promise<Connection>
  readonly stop: () => Promise<void>
}

/** Serve an enclave that is there. */
export async function openKeptGate(config: Config): Promise<KeptGate> {
  const url = config.publicUrl
  const ground = await openPlace({ config: { ...config, issuers: [] }, isSample: false }, silentLogger)
  const enclave = await openEnclave(ground)
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: 'kept', alg: 'ES256', use: 'sig' }
  const serving = await serve(ground, enclave, {
    version: 'kept',
    issuers: [
      {
        issuer,
        audience: [url],
        jwks: { keys: [jwk] },
        purposes: ['api', 'kas'],
        clients: { [client]: { dpop: 'required' } },
      },
    ],
    signIn: { issuer, clientId: client, scope: 'openid', resource: url },
  })
  const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) }
  const connections: Connection[] = []
  return {
    ground,
    enclave,
    url,
    async as(subject) {
      const proving = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const nowS = Math.floor(systemClock.now() / 1000)
      const accessToken = await new SignJWT({
        sub: subject,
        client_id: client,
        cnf: { jkt: await calculateJwkThumbprint(await exportJWK(proving.publicKey)) },
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'kept' })
        .setIssuer(issuer)
        .setAudience(url)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + 60 * minutes)
        .sign(signing.privateKey)
      const expiresAtMs = (nowS + 60 * minutes) * 1000
      const credential = { key: proving.privateKey, accessToken, scheme: 'DPoP', expiresAtMs } as const
      const connection = connect({ url, ca: serving.caPem, credential, clock })
      connections.push(connection)
      return connection
    },
    async stop() {
      for (const connection of connections) await connection.close()
      await serving.close()
      await ground.close()
    },
  }
}

/** Call a route that must answer. */
export async function answered<N extends Parameters<typeof call>[1]>(
  connection: Connection,
  name: N,
  input: InputOf<N>,
): Promise<AnswerOf<N>> {
  const outcome = await call(connection, name, input)
  if (outcome.outcome === 'answered') return outcome.value
  throw new Error(`${name} was refused: ${outcome.reasons.map(({ text }) => text).join(' ')} ${outcome.detail ?? ''}`)
}

/** What an approval of this request names besides its change. */
export async function effectOf(one: Connection, approvalId: string): Promise<{ readonly effect?: string }> {
  const { effect } = await answered(one, 'approvalEffect', { params: { approvalId } })
  return effect === null ? {} : { effect }
}

/** Approve an entry of the register that waits, with what it would do. */
export async function approveEntry(one: Connection, authorizationId: string): Promise<void> {
  const params = { authorizationId }
  const { approvalId } = await answered(one, 'authorization', { params })
  const { effect = '' } = await effectOf(one, approvalId ?? '')
  await answered(one, 'approveAuthorization', { params, body: { effect } })
}
