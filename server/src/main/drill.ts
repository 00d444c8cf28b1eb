// A drill: restore a backup into a temporary copy, serve it to this machine alone, and let a client open a file from it. The
// gate opens no content (I6), so that whoever calls brings the client. Only what passed is recorded, in the enclave itself.

import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import { Problem, type Id } from '@sallyport/protocol'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import type { BackupSecret, Progress } from '../backup/index.ts'
import type { Config, Logger } from '../base/index.ts'
import { identitiesOf, type IssuerRules } from '../identity/index.ts'
import { spendPermit } from '../policy/index.ts'
import { openPlace, permitAtHost, restoreTo, type Place, type RestoredHere } from './backup-place.ts'
import { openEnclave, type Enclave, type Ground } from './open-enclave.ts'
import { serve } from './serve.ts'

export interface DrillRequest {
  /** The enclave that the backup is of; its gate may run. */
  readonly place: Place
  /** Path of the backup. */
  readonly path: string
  readonly secret: BackupSecret
  /** In whose name the drill is recorded. */
  readonly officer: Id<'person'>
  /** Who opens the canary in the copy. */
  readonly opener: Id<'person'>
  readonly canary: Id<'file'>
  /** Where this host is; null where the configuration has a place for its own address. */
  readonly country: string | null
  readonly version: string
  readonly log: Logger
  readonly progress: Progress
}

/** The copy as a client meets it. */
export interface DrillCopy {
  readonly url: string
  /** PEM of the authority to believe. */
  readonly ca: string
  /** Address of the gate that the backup is of: it stands in the files. */
  readonly originalUrl: string
  /** The opener's, good at this copy alone. */
  readonly credential: {
    readonly key: KeyObject
    readonly accessToken: string
    readonly scheme: 'DPoP'
    readonly expiresAtMs: number
  }
}

export interface DrillPassed {
  readonly digest: string
  readonly takenAt: string
  readonly ledgerSize: number
  readonly seconds: number
  readonly entryId: Id<'entry'>
}

const client = 'sallyport-drill'
const minutes = 30

/**
 * Restore, have `open` open the canary from the copy, remove the copy, record `backup.drill.passed`. What `open` throws ends
 * the drill. Throws Problem as restoring does, and `refused` for an officer who could not have asked. Leaves no copy.
 */
export async function drillBackup(
  request: DrillRequest,
  open: (copy: DrillCopy) => Promise<void>,
): Promise<DrillPassed> {
  const ground = await openPlace(request.place, request.log)
  try {
    const enclave = await openEnclave(ground)
    // Before the work; what permits the entry is decided again when it is due.
    await permitAtHost(enclave, request.officer)
    const startedAt = ground.clock.monotonic()
    const { digest, manifest, outside } = await tryCopy(request, ground, enclave, open)
    const seconds = Math.ceil((ground.clock.monotonic() - startedAt) / 1000)
    const permit = await permitAtHost(enclave, request.officer)
    spendPermit(permit, 'backup.create', 'enclave')
    const takenAt = manifest.createdAt
    const { size: ledgerSize } = manifest.ledger
    const { opener, canary } = request
    const { appended } = await enclave.ledger.append({
      kind: 'backup.drill.passed',
      actor: permit.actor,
      about: { kind: 'enclave', id: 'enclave' },
      body: {
        decision: permit.entryId,
        door: 'host',
        digest,
        takenAt,
        ledgerSize,
        behind: outside?.behind ?? 0,
        seconds,
        canary,
        opener,
      },
    })
    // Where no gate runs, nobody else puts the entry into the tree.
    await enclave.ledger.sequenceOnce()
    return { digest, takenAt, ledgerSize, seconds, entryId: appended.id }
  } finally {
    await ground.close()
  }
}

async function tryCopy(
  request: DrillRequest,
  original: Ground,
  { signers }: Enclave,
  open: (copy: DrillCopy) => Promise<void>,
): Promise<RestoredHere> {
  // In the data folder: the copy is as private as what it is a copy of.
  const folder = await mkdtemp(join(original.folder.root, 'drill-'))
  let socketDirectory: string | null = null
  try {
    const config = copyConfig(original.config, folder, await freePort(), request.country)
    const { ed25519, p256 } = signers.checkpoint
    const restored = await restoreTo(
      { config },
      request.path,
      request.secret,
      {
        pinnedKeys: [ed25519.key, p256.key],
        outsideCheckpoint: original.folder.checkpoint,
        // A drill may be of any backup; the entry says how far behind it was.
        acceptOlder: true,
        progress: request.progress,
      },
      request.log,
    )
    socketDirectory = restored.socketDirectory
    await serveCopy(request, config, open)
    return restored
  } finally {
    await removeCopy(folder, socketDirectory)
  }
}

async function serveCopy(
  { place, opener, version, log }: DrillRequest,
  config: Config,
  open: (copy: DrillCopy) => Promise<void>,
): Promise<void> {
  const ground = await openPlace({ ...place, config }, log)
  try {
    const enclave = await openEnclave(ground)
    const url = config.publicUrl
    const { rules, credential } = await issuerFor(ground, opener, url)
    const serving = await serve(ground, enclave, {
      version,
      issuers: [rules],
      signIn: { issuer: rules.issuer, clientId: client, scope: 'openid', resource: url },
    })
    try {
      await open({ url, ca: serving.caPem ?? '', originalUrl: place.config.publicUrl, credential })
    } finally {
      await serving.close()
      enclave.provider.close()
    }
  } finally {
    await ground.close()
  }
}

/** The configuration of the copy: the same rules and secrets, in its own folder, at an address of this machine alone. */
export function copyConfig(config: Config, data: string, port: number, country: string | null): Config {
  const { places, trustedProxies } = config.network
  const here = country === null ? [] : [{ name: 'drill', cidr: ['127.0.0.0/8'], country }]
  return {
    ...config,
    publicUrl: `https://127.0.0.1:${port}`,
    listen: { main: { host: '127.0.0.1', port } },
    data,
    database: 'embedded',
    objects: { kind: 'folder' },
    issuers: [],
    network: { places: [...here, ...places.filter(({ name }) => name !== 'drill')], trustedProxies },
    doors: { ...config.doors, kas: { ...config.doors.kas, enabled: true } },
    // A copy tells nobody anything.
    mail: undefined,
    metrics: {},
  }
}

/**
 * An issuer of one token, in the place of the one that the opener signs in with. INVARIANT: its key is made here and gone
 * with the drill, and no gate but the copy believes it; the token's audience is the copy's address.
 */
async function issuerFor(
  { database, clock }: Ground,
  opener: Id<'person'>,
  url: string,
): Promise<{ rules: IssuerRules; credential: DrillCopy['credential'] }> {
  const [identity] = await identitiesOf(database, opener)
  if (identity === undefined) {
    throw new Problem('not-found', `cannot open for ${opener}: nobody of that id signs in, want a person of the backup`)
  }
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const proving = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: client, alg: 'ES256', use: 'sig' }
  const nowS = Math.floor(clock.now() / 1000)
  const accessToken = await new SignJWT({
    sub: identity.subject,
    client_id: client,
    cnf: { jkt: await calculateJwkThumbprint(await exportJWK(proving.publicKey)) },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: client })
    .setIssuer(identity.issuer)
    .setAudience(url)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 60 * minutes)
    .sign(signing.privateKey)
  return {
    rules: {
      issuer: identity.issuer,
      audience: [url],
      jwks: { keys: [jwk] },
      purposes: ['api', 'kas'],
      clients: { [client]: { dpop: 'required' } },
    },
    credential: {
      key: proving.privateKey,
      accessToken,
      scheme: 'DPoP',
      expiresAtMs: (nowS + 60 * minutes) * 1000,
    },
  }
}

/** The database may lie elsewhere, behind a link, and its socket too; see base. */
async function removeCopy(folder: string, socketDirectory: string | null): Promise<void> {
  const postgres = await realpath(join(folder, 'postgres', 'postgres')).catch(() => null)
  for (const path of [postgres, socketDirectory]) {
    if (path !== null && !path.startsWith(`${folder}${sep}`)) await rm(path, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
