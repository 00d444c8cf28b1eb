// Serves an enclave that was founded: one listener for the product API, the doors and, in a sample, the identity provider.

import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Problem } from '@sallyport/protocol'
import type { FastifyInstance } from 'fastify'
import type { EnclaveView } from '@sallyport/protocol/api'
import { formatVerifyKey } from '@sallyport/protocol/ledger'
import { labelDimensions } from '@sallyport/protocol/markings'
import {
  digestInForce,
  filePage,
  policyDigest,
  readCeremony,
  readEnclave,
  readStanding,
  rosterPage,
  type Place,
} from '../policy/index.ts'
import { startCollecting } from '../candidates/index.ts'
import { ensureSelfSigned, groupCommit, type Config } from '../base/index.ts'
import { authzenDoor } from '../doors/authzen/index.ts'
import { kasDoor, kasUrl } from '../doors/kas/index.ts'
import { activeLabels, listLabelNames, startRemoval } from '../files/index.ts'
import { makeHttpServer, type Door, type Gate } from '../http/index.ts'
import {
  certificateIssuer,
  makeFailedSignInJournal,
  makePlaces,
  startEndingOver,
  type BrowserIssuer,
  type IssuerRules,
  type TokenVerifier,
  type VerifiedCaller,
} from '../identity/index.ts'
import { startKeyWatch } from '../key-changes/index.ts'
import { currentKey, makeClientSession, makeKeyRelease, makePageCursors, type PageCursors } from '../keys/index.ts'
import { startStamping, type Appended, type Receipt } from '../ledger/index.ts'
import { personOf } from '../roster/index.ts'
import { openAuthority, stampingOf } from './authority.ts'
import { boundaryFacts } from './boundary.ts'
import { certificateRules, openCertificateDoor } from './certificate-door.ts'
import { openMailer, startMails } from './mail.ts'
import { requireReady, type Enclave, type Ground } from './open-enclave.ts'
import { identityMac, openSignIn } from './sign-in.ts'

type SignIn = NonNullable<EnclaveView['signIn']>

export interface ServeOptions {
  /** Issuers besides the configured ones, with the client that the command line signs in with. */
  readonly issuers?: readonly IssuerRules[]
  readonly signIn?: SignIn
  /** Issuers at the gate's own address that a browser can go to, besides the configured ones. */
  readonly browserIssuers?: readonly Omit<BrowserIssuer, 'ca'>[]
  /** Endpoints of that issuer which OpenTDF clients read from the gate: `token_endpoint`. */
  readonly identityEndpoints?: Readonly<Record<string, string>>
  readonly doors?: readonly Door[]
  readonly version: string
}

export interface Serving {
  /** Port that was bound. */
  readonly port: number
  /** PEM of the authority that signed our certificate; null when the configuration names a certificate. */
  readonly caPem: string | null
  close(): Promise<void>
}

/** Serve an open enclave until `close`. The ground stays the caller's to close. */
export async function serve(ground: Ground, enclave: Enclave, options: ServeOptions): Promise<Serving> {
  const { config, log } = ground
  const founded = await readEnclave(ground.database)
  const { name } = founded ?? (await readCeremony(ground.database)) ?? { name: null }
  if (name === null) throw new Error('cannot serve: there is no enclave here, found one first')
  const condition = conditionOf(ground, enclave, founded)
  await tellOlderPolicies(ground, enclave)
  await tellNoOfficial(ground)
  const tls = await certificates(ground)
  const mailer = await openMailer(config)
  const authority = await openAuthority(config)
  const { clientCertificates } = config
  const certificateAuthorities = clientCertificates === undefined ? null : certificateRules(clientCertificates)
  const signIn = openSignIn(ground, enclave, {
    issuers: options.issuers ?? [],
    certificates: certificateAuthorities,
    name,
    // What stands at the gate's own address has the gate's own certificate.
    browserIssuers: (options.browserIssuers ?? []).map((one) => ({ ...one, ca: tls.caPem })),
  })
  const signIns = ground.metrics.counter({
    name: 'sallyport_sign_ins',
    help: 'Attempts to sign in at the gate itself, by way and outcome.',
    labels: ['method', 'outcome'],
  })
  const failedSignIns = makeFailedSignInJournal(ground.clock)
  const countSignIn: Gate['countSignIn'] = (method, outcome, from = { place: null, identity: null }) => {
    signIns.add(1, { method, outcome })
    if (method !== 'program' && outcome !== 'signed-in') failedSignIns.note({ method, reason: outcome, ...from })
  }
  const places = makePlaces(config.network)
  const cursors = makePageCursors(identityMac(enclave))
  const door = [
    ...(config.doors.kas.enabled ? [openTdfDoor(ground, enclave, signIn.verifier, options)] : []),
    ...(isAskedByApplications(config, options) ? [applicationsDoor(ground, enclave, signIn.tokens, cursors)] : []),
  ]
  const app = makeHttpServer({
    gate: {
      ...enclave,
      database: ground.database,
      verify: (request) => signIn.verifier.verify(request),
      sessions: signIn.sessions,
      sessionVerifier: signIn.sessionVerifier,
      issuerSignIn: signIn.issuerSignIn,
      passkeys: signIn.passkeys,
      certificates: signIn.certificates,
      programs: signIn.programs,
      countSignIn,
      failedSignIns,
      placeOf: (address, forwardedFor) => places.placeOf(address, forwardedFor),
      cursors,
      ...condition,
      evidence: { ...enclave.evidence, timestampRoots: authority?.ca ?? null },
      sendsMail: mailer !== null,
      stampsCheckpoints: authority !== null,
      ledgerOpenTo: config.ledger.openTo,
      namespace: ground.names.namespace,
      backups: { ledger: enclave.ledger, clock: ground.clock, ...config.backups },
      boundary: boundaryFacts(config, {
        objectsFolder: ground.folder.objects,
        issuers: options.issuers ?? [],
      }),
      issuers: [
        ...[...config.issuers, ...(options.issuers ?? [])].map(({ issuer }) => issuer),
        ...(certificateAuthorities?.authorities ?? []).map(({ id }) => certificateIssuer(id)),
      ],
      enclave: {
        name,
        kind: founded?.kind ?? 'real',
        publicUrl: config.publicUrl,
        version: options.version,
        // Asked for each time: another key may have come into use.
        get wrappingKey() {
          const { kid, algorithm } = currentKey(enclave.provider, 'kas', 'ec:secp256r1')
          const url = kasUrl({ config: { origin: config.publicUrl } })
          return { url, kid, algorithm, publicKeyPem: enclave.provider.publicKeyPem(kid) }
        },
        ledger: {
          origin: enclave.ledger.origin,
          keys: [enclave.signers.checkpoint.ed25519, enclave.signers.checkpoint.p256].map((one) =>
            formatVerifyKey(one.key),
          ),
          receiptKey: formatVerifyKey(enclave.signers.receipt.key),
        },
        signIn: options.signIn ?? null,
      },
    },
    doors: [...door, ...(options.doors ?? [])],
    tls,
    log,
    metrics: ground.metrics,
    clock: ground.clock,
    random: ground.random,
    ready: () => requireReady(ground, enclave),
    mayReadMetrics: metricsRule(config),
  })
  const { host, port } = config.listen.main
  await app.listen({ host, port }).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause
    throw new Problem('conflict', `cannot listen on ${host}:${port}: the port is taken, want a free one`, { cause })
  })
  const certificateDoor =
    clientCertificates === undefined || certificateAuthorities === null || signIn.certificates === null
      ? null
      : await openCertificateDoor({
          configured: clientCertificates,
          rules: certificateAuthorities,
          signIn: signIn.certificates,
          origin: config.publicUrl,
          tls,
          log,
          counted: (outcome, address) =>
            countSignIn('certificate', outcome, { place: places.placeOf(address, undefined).name, identity: null }),
        }).catch(async (cause: unknown) => {
          await app.close()
          throw cause
        })
  // After the listener: a port that is taken ends this here, with nothing left running.
  const sequencer = enclave.ledger.startSequencer({ intervalMs: 200 })
  const auditing = enclave.ledger.keepAuditing()
  const mails = mailer === null ? null : startMails(ground, enclave, mailer)
  const stamping =
    authority === null ? null : startStamping(stampingOf(ground, enclave, authority), { intervalMs: 60_000 })
  const watch = startKeyWatch(enclave.keys.keys, { intervalMs: 2000, log })
  const removal = startRemoval(enclave.files, { intervalMs: 30_000, log })
  const collecting = startCollecting(enclave.candidates, { intervalMs: 30_000, log })
  const endingOver = startEndingOver(signIn.sessions, { intervalMs: 60_000, log })
  return {
    port: boundPort(app),
    caPem: tls.caPem,
    async close() {
      await certificateDoor?.close()
      await app.close()
      await stamping?.stop()
      await mails?.stop()
      await endingOver.stop()
      await collecting.stop()
      await removal.stop()
      await watch.stop()
      await auditing.stop()
      await sequencer.stop()
    },
  }
}

/** An enclave that was founded by an earlier version decides by that version's policies until others approve newer ones. */
async function tellOlderPolicies({ database, log }: Ground, { policySets }: Enclave): Promise<void> {
  const [inForce, shipped] = [await digestInForce(database), policyDigest(policySets.shipped)]
  if (inForce === shipped) return
  log.warn(
    { inForce, shipped },
    'the policy set in force is not the one of this version: an officer sees `policy show`',
  )
}

async function tellNoOfficial({ database, log }: Ground): Promise<void> {
  if ((await readStanding(database, 'empowered-official')).size > 0) return
  log.warn(
    {},
    'nobody is an empowered official (22 CFR 120.67): nothing that takes one takes effect until two others gave somebody the role',
  )
}

const drill = 'backup.drill.passed'

/** Whether the enclave is founded, and whether a restore was tried: each asked for until it is true, which it then stays. */
function conditionOf(
  { database }: Ground,
  { ledger }: Enclave,
  founded: Awaited<ReturnType<typeof readEnclave>>,
): Pick<Gate, 'isFounded' | 'condition'> {
  let isKnownFounded = founded !== null
  let isKnownDrilled = false
  const isFounded = (): boolean | Promise<boolean> =>
    isKnownFounded || readEnclave(database).then((enclave) => (isKnownFounded = enclave !== null))
  return {
    isFounded,
    async condition() {
      if (!(await isFounded())) return { state: 'founding', readyForControlledData: false }
      if (founded?.kind !== 'sample') isKnownDrilled ||= (await ledger.search({ kind: drill, limit: 1 })).length > 0
      return { state: 'founded', readyForControlledData: isKnownDrilled }
    },
  }
}

async function certificates({
  config,
  folder,
  clock,
}: Ground): Promise<{ cert: string; key: string; caPem: string | null }> {
  const { tls } = config.listen.main
  if (tls !== undefined) {
    return { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8'), caPem: null }
  }
  const hostnames = [new URL(config.publicUrl).hostname]
  const { certPem, keyPem, caPem } = await ensureSelfSigned({ directory: folder.certificates, hostnames, clock })
  return { cert: certPem, key: keyPem, caPem }
}

function openTdfDoor(ground: Ground, enclave: Enclave, verifier: TokenVerifier, options: ServeOptions): Door {
  const { config, database, clock, log, metrics, random, names } = ground
  const { minimumStrengthBits, rsaUnwrap, browserOrigins } = config.doors.kas
  const { provider } = enclave
  const issuer = options.signIn?.issuer ?? config.issuers.find((one) => one.purposes.includes('kas'))?.issuer ?? ''
  return kasDoor({
    config: {
      origin: config.publicUrl,
      namespace: names.namespace,
      kasId: kasId(names.namespace),
      name: 'sallyport',
      identityProvider: { issuer, ...options.identityEndpoints },
      dpop: { algorithms: ['ES256', 'RS256'], isNonceRequired: owesNonce(config) },
      browserOrigins,
    },
    verify: (request) => verifier.verify(request),
    placeOf: makePlaces(config.network).placeOf,
    decide: (request) => enclave.decisions.decide(request),
    release: makeKeyRelease({
      provider,
      upToDate: enclave.keys.keys.upToDate,
      minimumStrengthBits,
      acceptRsaWrapped: rsaUnwrap,
      fileKey: enclave.fileKey,
    }),
    makeClientSession: (pem) => makeClientSession(pem, { random, minimumStrengthBits }),
    describeKeys: () =>
      provider
        .list()
        .filter((one) => one.door === 'kas' && one.isCurrent && (rsaUnwrap || one.algorithm !== 'rsa:2048'))
        // Clients wrap to the first: never to RSA while there is a curve.
        .sort((a, b) => Number(a.algorithm === 'rsa:2048') - Number(b.algorithm === 'rsa:2048'))
        .map(({ kid, algorithm }) => ({ kid, algorithm, publicKeyPem: provider.publicKeyPem(kid) })),
    labels: (fqns) => activeLabels(database, fqns),
    listLabels: (caller, place) => labelNames(enclave, caller, place),
    attributeNames: labelDimensions,
    isRostered: async (caller) => (await personOf(database, caller)) !== null,
    isReady: () =>
      requireReady(ground, enclave).then(
        () => true,
        () => false,
      ),
    // Whoever is served at one moment shares a signature.
    acknowledge: groupCommit<Appended, Receipt>({
      flush: (entries) => enclave.ledger.acknowledge(entries),
      maxBatch: 64,
      maxConcurrent: 1,
    }),
    ledger: enclave.ledger,
    clock,
    log,
    metrics,
  })
}

/** Whether tokens of some issuer are believed at the AuthZEN door; there is none otherwise. */
function isAskedByApplications(config: Config, { issuers = [] }: ServeOptions): boolean {
  return [...config.issuers, ...issuers].some(({ purposes }) => (purposes as readonly string[]).includes('authzen'))
}

function applicationsDoor(
  { config, database, log }: Ground,
  { decisions }: Enclave,
  verifier: TokenVerifier,
  cursors: PageCursors,
): Door {
  const { placeOf } = makePlaces(config.network)
  return authzenDoor({
    origin: config.publicUrl,
    verify: (request) => verifier.verify(request),
    placeOf: (address) => placeOf(address, undefined),
    decide: (request) => decisions.decide(request),
    survey: (asked, requests) => decisions.survey(asked, requests),
    people: (after, limit) => rosterPage(database, after, limit),
    files: (after, limit) => filePage(database, after, limit),
    cursors,
    log,
  })
}

/** Whether some client of the door must prove with a nonce; others may learn it from their first answer. */
function owesNonce({ issuers }: Config): boolean {
  const ofDoor = issuers.filter(({ purposes }) => purposes.includes('kas'))
  return ofDoor.some(({ clients }) => clients.some(({ nonce }) => nonce === 'required'))
}

type Named = Pick<VerifiedCaller, 'issuer' | 'subject' | 'isNaturalPerson' | 'clientId'>

async function labelNames(enclave: Enclave, caller: Named, place: Place): Promise<readonly string[]> {
  const { issuer, subject, isNaturalPerson, clientId } = caller
  const decision = await enclave.decisions.decide({
    subject: { kind: 'identity', issuer, subject, isNaturalPerson },
    action: 'label.list',
    resource: { kind: 'enclave' },
    place,
    device: 'unknown',
    door: 'kas',
    evidence: { clientId },
  })
  if (decision.effect === 'deny') throw new Problem('refused', 'cannot list labels: refused by decision')
  return await listLabelNames(enclave.files, decision.permit)
}

// SPEC: RFC 9562 section 5.8: a UUID of our own making (version 8), the same for the same namespace.
function kasId(namespace: string): string {
  const bytes = createHash('sha256').update(`kas:${namespace}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function metricsRule(config: Config): (authorization: string | undefined) => boolean {
  const { tokenFile } = config.metrics
  if (tokenFile === undefined) return () => false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${readFileSync(tokenFile, 'utf8').trim()}`)
  return (authorization = '') => timingSafeEqual(digest(authorization), expected)
}

function boundPort(app: FastifyInstance): number {
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
