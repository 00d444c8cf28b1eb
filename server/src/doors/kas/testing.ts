// For tests only: the door over real parts (ledger, database, keystore, token verifier) on a port of its own, and a small
// client that speaks its wire by hand. Who may open what is decided by a table here; the decision point has tests of its own.

import {
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  createHash,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  randomUUID,
  constants,
  type KeyObject,
} from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, fromBase64, Problem, toBase64, utf8, type Id, type Obligation, type Reason } from '@sallyport/protocol'
import { writeKeyAccess, writePolicy, type KeyAccess } from '@sallyport/protocol/tdf'
import type { LabelFqn } from '@sallyport/protocol'
import { exportJWK, SignJWT } from 'jose'
import { ensureSelfSigned, newId, openMetrics, silentLogger, systemClock, systemRandomness } from '../../base/index.ts'
import { temporaryDatabase } from '../../base/testing.ts'
import { testLedger, wrapShare } from '../../files/testing.ts'
import { makeListener, type Answer as Handle } from '../../http/listener.ts'
import { makeProofNonces, makeTokenVerifier } from '../../identity/index.ts'
import {
  type KeyProvider,
  createKeystore,
  currentKey,
  enclaveKeys,
  makeClientSession,
  makeKeyRelease,
  openKeystore,
} from '../../keys/index.ts'
import { ledgerMigrations, type Ledger } from '../../ledger/index.ts'
import type { DecisionRequest } from '../../policy/index.ts'
import { issuePermit } from '../../policy/permit.ts'
import { kasDoor, kasUrl, type KasDoorConfig, type KasDoorParts, type PublishedKey } from './index.ts'

export const programLabel = 'https://sallyport.test/attr/program/value/falcon' as LabelFqn
const issuer = 'https://idp.test'
const audience = 'https://gate.test'

/** What the table says to one subject; nobody else is on the roster. */
export type Verdict =
  | { readonly effect: 'permit'; readonly obligations?: readonly Obligation[] }
  | { readonly effect: 'deny'; readonly reasons: readonly [Reason, ...Reason[]] }

export interface TestGate {
  readonly url: string
  readonly ledger: Ledger
  readonly provider: KeyProvider
  readonly parts: KasDoorParts
  readonly keys: Readonly<Record<'ec' | 'rsa', PublishedKey>>
  /** What was asked of the decision point, in order. */
  readonly asked: DecisionRequest<'file.open'>[]
  /** Verdicts by subject; a test may set its own. */
  readonly verdicts: Map<string, Verdict>
  /** A gate of the same parts but for the given ones; stops with this one. */
  readonly with: (changes: Partial<KasDoorParts>, config?: Partial<KasDoorConfig>) => Promise<string>
  /** The same behind the gate's own listener: TLS, HTTP/2 and HTTP/1.1 at one origin. */
  readonly withTls: (
    changes?: Partial<KasDoorParts>,
    arrivalMs?: number,
  ) => Promise<{ readonly origin: string; readonly ca: string }>
  readonly token: (subject: string, claims?: Record<string, unknown>) => Promise<string>
  /** Everything that was recorded, or what came after the first so many, as kind and body. */
  readonly recorded: (
    after?: number,
  ) => Promise<readonly { kind: string; actor: string | null; body: Record<string, unknown> }[]>
  readonly stop: () => Promise<void>
}

export const person = newId<'person'>(systemClock, systemRandomness)

/** Open a gate whose tokens need no DPoP unless they are bound. */
export async function openTestGate(): Promise<TestGate> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-kas-'))
  const temporary = await temporaryDatabase([ledgerMigrations])
  const ledger = await testLedger(temporary.database, folder)
  const seal = {
    path: join(folder, 'keys'),
    secret: { kind: 'passphrase', passphrase: 'correct horse battery' },
    random: systemRandomness,
    scryptCost: 2 ** 14,
  } as const
  await createKeystore(seal, enclaveKeys({ rsa: true }), systemClock)
  const provider = await openKeystore(seal)
  const published = (algorithm: 'ec:secp256r1' | 'rsa:2048'): PublishedKey => {
    const { kid } = currentKey(provider, 'kas', algorithm)
    return { kid, algorithm, publicKeyPem: provider.publicKeyPem(kid) }
  }
  const keys = { ec: published('ec:secp256r1'), rsa: published('rsa:2048') }
  const issuerKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const verifier = makeTokenVerifier({
    issuers: [
      {
        issuer,
        audience: [audience],
        jwks: { keys: [{ ...(await exportJWK(issuerKey.publicKey)), alg: 'ES256' }] },
        purposes: ['kas'],
        clients: {
          strict: { dpop: 'required' },
          nonced: { dpop: 'required', nonce: 'required' },
          java: { dpop: 'required', acceptForeignRequestSignature: true },
        },
        otherClients: { dpop: 'optional', acceptBearerWithProof: true, acceptPathOnlyHtu: true },
      },
    ],
    clock: systemClock,
    nonces: makeProofNonces({
      mac: async (bytes) => createHmac('sha256', 'test').update(bytes).digest(),
      clock: systemClock,
    }),
  })
  const asked: DecisionRequest<'file.open'>[] = []
  const verdicts = new Map<string, Verdict>()
  const servers: Server[] = []
  const parts: KasDoorParts = {
    config: {
      origin: 'http://127.0.0.1:1',
      namespace: 'sallyport.test',
      kasId: newId(systemClock, systemRandomness),
      name: 'test-gate',
      identityProvider: { issuer, token_endpoint: `${issuer}/token` },
      dpop: { algorithms: ['ES256', 'RS256'], isNonceRequired: false },
      browserOrigins: ['https://console.test'],
    },
    verify: (token) => verifier.verify(token),
    placeOf: () => ({ name: 'office', country: 'US' }),
    decide: async (request) => {
      asked.push(request)
      return await decideByTable(ledger, verdicts, request)
    },
    release: makeKeyRelease({
      upToDate: async () => {},
      provider,
      minimumStrengthBits: 112,
      acceptRsaWrapped: true,
      fileKey: async () => null,
    }),
    makeClientSession: (pem) => makeClientSession(pem, { random: systemRandomness }),
    describeKeys: () => [keys.ec, keys.rsa],
    labels: async (fqns) => fqns.filter((fqn) => fqn === programLabel).map((fqn) => ({ fqn, title: 'Program Falcon' })),
    listLabels: async ({ subject }) => {
      if (!verdicts.has(subject)) throw new Problem('refused', 'cannot list labels: refused by decision')
      return [programLabel]
    },
    attributeNames: ['program'],
    isRostered: async ({ subject }) => verdicts.has(subject),
    isReady: async () => true,
    acknowledge: async (entry) => {
      const [receipt] = await ledger.acknowledge([entry])
      if (receipt === undefined) throw new Error('no receipt')
      return receipt
    },
    ledger,
    clock: systemClock,
    log: silentLogger,
    metrics: openMetrics(),
  }
  const door = (changes: Partial<KasDoorParts>, config: Partial<KasDoorConfig>, arrivalMs?: number): Handle => {
    const answer = kasDoor(
      { ...parts, metrics: openMetrics(), ...changes, config: { ...parts.config, ...config } },
      arrivalMs,
    )
    return (request, response) => {
      if (!answer(request, response)) response.writeHead(418).end()
    }
  }
  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    return (server.address() as AddressInfo).port
  }
  const serve = async (changes: Partial<KasDoorParts>, config: Partial<KasDoorConfig>) => {
    const server = createServer()
    const origin = `http://127.0.0.1:${await listen(server)}`
    server.on('request', door(changes, { origin, ...config }))
    return origin
  }
  const serveTls = async (changes: Partial<KasDoorParts>, arrivalMs?: number) => {
    const own = { directory: join(folder, 'tls'), hostnames: ['localhost'], clock: systemClock }
    const { certPem: cert, keyPem: key, caPem: ca } = await ensureSelfSigned(own)
    let answer: Handle = (_, response) => response.end()
    const port = await listen(makeListener({ tls: { cert, key }, clock: systemClock }, (...both) => answer(...both)))
    const origin = `https://127.0.0.1:${port}`
    answer = door(changes, { origin }, arrivalMs)
    return { origin, ca }
  }
  return {
    url: await serve({}, {}),
    ledger,
    provider,
    parts,
    keys,
    asked,
    verdicts,
    with: (changes, config = {}) => serve(changes, config),
    withTls: (changes = {}, arrivalMs) => serveTls(changes, arrivalMs),
    token: (subject, claims = {}) =>
      new SignJWT({ sub: subject, client_id: 'test-client', ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(issuerKey.privateKey),
    recorded: async (after = 0) => {
      await ledger.sequenceOnce()
      const { size } = await ledger.head()
      const entries: { kind: string; actor: string | null; body: Record<string, unknown> }[] = []
      for await (const { kind, actor, body } of ledger.readEntries(after, size)) entries.push({ kind, actor, body })
      return entries
    },
    stop: async () => {
      for (const server of servers) {
        // Of HTTP/2 it closes them itself.
        const closed = new Promise((resolve) => server.close(resolve))
        if ('closeAllConnections' in server) server.closeAllConnections()
        await closed
      }
      await temporary.stop()
      await rm(folder, { recursive: true })
    },
  }
}

// As the decision point does: the entry is durable before there is a permit.
async function decideByTable(
  ledger: Ledger,
  verdicts: ReadonlyMap<string, Verdict>,
  request: DecisionRequest<'file.open'>,
): ReturnType<KasDoorParts['decide']> {
  const { subject, resource } = request
  const verdict = subject.kind === 'identity' ? verdicts.get(subject.subject) : undefined
  const effect = verdict?.effect ?? 'deny'
  const id = newId<'entry'>(systemClock, systemRandomness)
  const { appended: entry } = await ledger.append({
    id,
    kind: `decision.${effect}`,
    actor: verdict === undefined ? null : person,
    about: { kind: 'file', id: resource.id },
    body: { evidence: request.evidence },
  })
  if (verdict?.effect === 'permit') {
    const fields = { action: 'file.open', resourceId: resource.id, entryId: id, actor: person } as const
    const permit = issuePermit(fields, systemClock, 0)
    return { effect: 'permit', permit, decisionId: id, entry, obligations: verdict.obligations ?? [] }
  }
  const nobody: Reason = { code: 'not-rostered', text: 'not told', fix: 'not told', ask: 'officer' }
  const reasons = verdict?.reasons ?? ([nobody] as const)
  return { effect: 'deny', decisionId: id, entry, reasons, isRostered: verdict !== undefined, requiredObligations: [] }
}

// ---- A client by hand

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function ecPair(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve })
}

export function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'spki', format: 'pem' }))
}

export interface WrappedFile {
  readonly fileId: Id<'file'>
  readonly share: Uint8Array
  readonly policy: string
  readonly access: KeyAccess
}

/** Wrap a fresh share under a fresh policy for the gate's P-256 key. */
export function wrapFile(gate: TestGate, labels: readonly LabelFqn[] = [programLabel]): WrappedFile {
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const share = systemRandomness(32)
  const policy = writePolicy({ uuid: fileId as unknown as Id<'policy'>, labels })
  return { fileId, share, policy, access: wrapShare({ ...gate.keys.ec, url: kasUrl(gate.parts) }, share, policy) }
}

/** The request for one key of one policy, in the form of version 2. */
export function bodyFor(file: WrappedFile, clientPublicKey: string): Record<string, unknown> {
  const key = { keyAccessObjectId: 'kao-0', keyAccessObject: writeKeyAccess(file.access) }
  return { clientPublicKey, requests: [{ policy: { id: 'policy', body: file.policy }, keyAccessObjects: [key] }] }
}

/** Sign a request token with a key of the caller's. */
export async function requestToken(body: unknown, key: KeyPair = ecPair(), alg = 'ES256'): Promise<string> {
  const now = Math.floor(systemClock.now() / 1000)
  return await new SignJWT({ requestBody: typeof body === 'string' ? body : JSON.stringify(body) })
    .setProtectedHeader({ alg })
    .setIssuedAt(now - 3600)
    .setExpirationTime(now + 3600)
    .sign(key.privateKey)
}

/** Prove that the holder of a key calls an address with a token. SPEC: RFC 9449 section 4.2. */
export async function proofFor(
  pair: KeyPair,
  token: string,
  htu: string,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url')
  return await new SignJWT({ htm: 'POST', htu, ath, jti: randomUUID(), ...claims })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(pair.publicKey) })
    .setIssuedAt()
    .sign(pair.privateKey)
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // ATTACKER: not here; a test reads what the door wrote.
  readonly json: RewrapJson
}

export interface RewrapJson {
  readonly code?: string
  readonly message?: string
  readonly sessionPublicKey?: string
  readonly entityWrappedKey?: string
  readonly responses?: readonly {
    readonly policyId: string
    readonly results: readonly {
      readonly keyAccessObjectId: string
      readonly status: string
      readonly kasWrappedKey?: string
      readonly error?: string
      readonly metadata: Record<string, unknown>
    }[]
  }[]
}

/** Call Rewrap in Connect JSON. */
export async function callRewrap(
  origin: string,
  token: string | null,
  signedRequestToken: string,
  headers: Record<string, string> = {},
  path = '/kas.AccessService/Rewrap',
): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ signedRequestToken }),
  })
  const json = (await response.json().catch(() => ({}))) as RewrapJson
  return { status: response.status, headers: response.headers, json }
}

/** Open what the gate released to an RSA or elliptic-curve client. */
export function openReleased(pair: KeyPair, sessionPublicKey: string, wrapped: string): Uint8Array {
  const bytes = fromBase64(wrapped) ?? new Uint8Array()
  if (pair.privateKey.asymmetricKeyType === 'rsa') {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    return new Uint8Array(privateDecrypt({ key: pair.privateKey, padding, oaepHash: 'sha1' }, bytes))
  }
  const agreed = diffieHellman({ privateKey: pair.privateKey, publicKey: createPublicKey(sessionPublicKey) })
  const salt = createHash('sha256').update('TDF').digest()
  const key = new Uint8Array(hkdfSync('sha256', agreed, salt, '', 32))
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  return concat(decipher.update(bytes.subarray(12, -16)), decipher.final())
}

/** The header that declares which obligations a client fulfils. */
export function additionalContext(fulfillableFQNs: readonly string[]): Record<string, string> {
  const json = JSON.stringify({ obligations: { fulfillableFQNs } })
  return { 'X-Rewrap-Additional-Context': toBase64(utf8(json)) }
}
