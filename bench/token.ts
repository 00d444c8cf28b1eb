// Key releases with the keys in a token (SoftHSM), against a bare loop that does nothing but agree on secrets with the same
// token: a call, the value read, the object destroyed. First the release alone, then the whole gate; and the release over a
// token that takes its time, as hardware does, where only waiting well counts.

import { fork } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64, utf8 } from '@sallyport/protocol'
import { newId, systemClock, systemRandomness } from '../server/src/base/index.ts'
import { wrapShare } from '../server/src/files/testing.ts'
import {
  createKeystore,
  currentKey,
  makeClientSession,
  makeKeyRelease,
  openKeystore,
  type KeyProvider,
  type ReleaseRequest,
} from '../server/src/keys/index.ts'
import { lacksFaultyLibrary, makeFaultyToken } from '../server/src/keys/testing/faulty-library.ts'
import { loggedIn, makeSoftToken, type SoftToken } from '../server/src/keys/testing/soft-token.ts'
import { dataFolder } from '../server/src/main/data-folder.ts'
import { issuePermit } from '../server/src/policy/permit.ts'
import { commandLineClient } from '../server/src/sample/index.ts'
import { processorTimeMs } from './processor-time.ts'
import { freePorts, startProgram } from './program.ts'
import type { LoadFigures, LoadOrder } from './release-load.ts'
import { median, type BenchRow } from './row.ts'
import type { TokenGatePlan } from './token-gate.ts'

const turns = 5
const atOnce = 32
const filesOfRequest = 10

/** Measure, about a minute. Without SoftHSM, a compiler or the module there are no rows. */
export async function benchToken(): Promise<BenchRow[]> {
  if (lacksFaultyLibrary !== null) {
    process.stderr.write(`  ${lacksFaultyLibrary}\n`)
    return []
  }
  return [...(await benchSoft()), await benchSlow()]
}

async function benchSoft(): Promise<readonly BenchRow[]> {
  const token = await makeSoftToken()
  try {
    const alone = await benchAlone(token, 3000)
    const many = await benchAlone(token, 3000, filesOfRequest)
    const gate = await benchGate(token)
    const loop = alone.loopPerSecond
    return [
      {
        what: 'key release over a token: permit, unwrap, binding, wrap',
        value: alone.perSecond,
        unit: '1/s',
        reference: `${loop.toFixed(0)} a second in a bare loop over the token`,
        ratio: alone.ratio,
        target: 0.7,
        note: `${turns} turns, SoftHSM, ${atOnce} at once; ${alone.costText}`,
      },
      {
        what: `key release over a token, ${filesOfRequest} files of one request`,
        value: many.perSecond,
        unit: '1/s',
        reference: `${many.loopPerSecond.toFixed(0)} a second in a bare loop over the token`,
        ratio: many.ratio,
        target: 0.7,
        note: `as clients ask for many at once, whose answer has one key; ${many.costText}`,
      },
      {
        what: 'key release over a token, whole gate',
        value: gate,
        unit: '1/s',
        reference: `${loop.toFixed(0)} a second in a bare loop over the token`,
        ratio: gate / loop,
        target: 0.7,
        note: 'SoftHSM works on the same cores as gate, database and clients',
      },
    ]
  } finally {
    await token.stop()
  }
}

/** A token that takes 5 ms for a call, as hardware does, and works on no core of this machine meanwhile. */
async function benchSlow(): Promise<BenchRow> {
  const sessions = 4
  const token = await makeFaultyToken({ sessions })
  try {
    await token.order('C_DeriveKey delay 5')
    const { perSecond } = await benchAlone(token, 1500)
    const possible = (sessions * 1000) / 5
    return {
      what: 'key release over a token that takes 5 ms for a call',
      value: perSecond,
      unit: '1/s',
      reference: `${possible} a second over ${sessions} sessions that never wait`,
      ratio: perSecond / possible,
      target: 0.7,
    }
  } finally {
    await token.stop()
  }
}

interface Alone {
  readonly perSecond: number
  readonly loopPerSecond: number
  readonly ratio: number
  /** Processor time, which does not depend on how busy the machine is. */
  readonly costText: string
}

async function benchAlone(token: SoftToken, count: number, filesOfRequest = 1): Promise<Alone> {
  const folder = await mkdtemp(join(token.folder, 'bench-'))
  const seal = { path: join(folder, 'token.json'), secret: token.secret, random: systemRandomness }
  await createKeystore(seal, [{ door: 'kas', algorithm: 'ec:secp256r1' }], systemClock)
  const provider = await openKeystore(seal)
  try {
    const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
    await releases(provider, count, filesOfRequest)
    const taken: { gate: number; loop: number; gateMs: number; loopMs: number }[] = []
    for (let turn = 0; turn < turns; turn++) {
      const [beganMs, gate] = [processorTimeMs(process.pid), await releases(provider, count, filesOfRequest)]
      const [betweenMs, loop] = [processorTimeMs(process.pid), bareLoop(token, kid, count)]
      const loopMs = (processorTimeMs(process.pid) - betweenMs) / count
      taken.push({ gate, loop, gateMs: (betweenMs - beganMs) / count, loopMs })
    }
    const cost = (of: 'gateMs' | 'loopMs') => median(taken.map((turn) => turn[of])).toFixed(2)
    return {
      perSecond: median(taken.map(({ gate }) => gate)),
      loopPerSecond: median(taken.map(({ loop }) => loop)),
      ratio: median(taken.map(({ gate, loop }) => gate / loop)),
      costText:
        `${cost('gateMs')} ms of processor each, the token's with it, against ${cost('loopMs')} of the loop ` +
        `and ${(await softwareMs(folder, count, filesOfRequest)).toFixed(2)} of a release without a token`,
    }
  } finally {
    provider.close()
  }
}

/** Processor time of a release with keys in a file, in milliseconds. */
async function softwareMs(folder: string, count: number, filesOfRequest: number): Promise<number> {
  const secret = { kind: 'passphrase', passphrase: 'a passphrase of the bench' } as const
  const seal = { path: join(folder, 'software.json'), secret, random: systemRandomness, scryptCost: 2 ** 14 }
  await createKeystore(seal, [{ door: 'kas', algorithm: 'ec:secp256r1' }], systemClock)
  const provider = await openKeystore(seal)
  await releases(provider, count, filesOfRequest)
  const beganMs = processorTimeMs(process.pid)
  await releases(provider, count, filesOfRequest)
  return (processorTimeMs(process.pid) - beganMs) / count
}

/** Release shares to a client, `atOnce` requests for so many files each under way at once. Yields how many shares a second. */
async function releases(provider: KeyProvider, count: number, filesOfRequest = 1): Promise<number> {
  const release = makeKeyRelease({
    upToDate: async () => {},
    provider,
    minimumStrengthBits: 112,
    acceptRsaWrapped: false,
    fileKey: async () => null,
  })
  const request = requestFor(provider)
  const client = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
  const [entryId, actor] = [
    newId<'entry'>(systemClock, systemRandomness),
    newId<'person'>(systemClock, systemRandomness),
  ]
  let left = count
  const beganAt = performance.now()
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= filesOfRequest
      const session = makeClientSession(client, { random: systemRandomness })
      for (let file = 0; file < filesOfRequest; file++) {
        const permit = issuePermit({ action: 'file.open', resourceId: request.fileId, entryId, actor }, systemClock, 0)
        await release.releaseShare(permit, request, session)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return (count * 1000) / (performance.now() - beganAt)
}

function requestFor(provider: KeyProvider): ReleaseRequest {
  const { kid, algorithm } = currentKey(provider, 'kas', 'ec:secp256r1')
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const policyBase64 = toBase64(utf8(JSON.stringify({ uuid: fileId })))
  const share = systemRandomness(32)
  const wrappingKey = { url: 'https://gate.example/kas', kid, algorithm, publicKeyPem: provider.publicKeyPem(kid) }
  const access = wrapShare(wrappingKey, share, policyBase64)
  if (access.type !== 'ec-wrapped') throw new TypeError('cannot measure: the share is wrapped otherwise')
  return {
    fileId,
    policyBase64,
    kao: {
      kid,
      type: 'ec-wrapped',
      wrappedKey: access.wrappedKey,
      ephemeralPublicKey: access.ephemeralPublicKey,
      policyBinding: access.binding,
    },
  }
}

/** The same agreement by hand, on one session, one after the other. Yields how many a second. */
function bareLoop(token: SoftToken, kid: string, count: number): number {
  return loggedIn(token, ({ p11, library, session }) => {
    library.C_FindObjectsInit(session, [
      { type: p11.CKA_ID, value: Buffer.from(kid, 'latin1') },
      { type: p11.CKA_CLASS, value: p11.CKO_PRIVATE_KEY },
    ])
    const [key] = library.C_FindObjects(session, 1)
    library.C_FindObjectsFinal(session)
    if (key === undefined) throw new Error('cannot measure: the key is gone')
    const point = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .publicKey.export({ type: 'spki', format: 'der' })
      .subarray(-65)
    const mechanism = {
      mechanism: p11.CKM_ECDH1_DERIVE,
      parameter: { type: p11.CK_PARAMS_EC_DH, kdf: p11.CKD_NULL, publicData: point },
    }
    const template = [
      { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
      { type: p11.CKA_KEY_TYPE, value: p11.CKK_GENERIC_SECRET },
      { type: p11.CKA_VALUE_LEN, value: 32 },
      { type: p11.CKA_TOKEN, value: false },
      { type: p11.CKA_SENSITIVE, value: false },
      { type: p11.CKA_EXTRACTABLE, value: true },
    ]
    const beganAt = performance.now()
    for (let n = 0; n < count; n++) {
      const agreed = library.C_DeriveKey(session, mechanism, key, template)
      library.C_GetAttributeValue(session, agreed, [{ type: p11.CKA_VALUE }])
      library.C_DestroyObject(session, agreed)
    }
    return (count * 1000) / (performance.now() - beganAt)
  })
}

/** A gate of two processes under the same load as in the section `release`. Yields the median of releases a second. */
async function benchGate({ secret }: SoftToken): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const [port = 0] = await freePorts(1)
  const plan: TokenGatePlan = { data, port, processes: 2, secret }
  const gate = await startProgram(['bench/token-gate.ts', JSON.stringify(plan)])
  const child = fork(new URL('release-load.ts', import.meta.url))
  const order = async (wanted: LoadOrder): Promise<LoadFigures> => {
    child.send(wanted)
    const [figures] = (await once(child, 'message')) as [LoadFigures]
    return figures
  }
  try {
    await order({
      prepare: {
        url: `https://localhost:${port}`,
        caFile: join(data, 'sample-ca.pem'),
        issuerKeysFile: dataFolder(data).sampleIssuerKeys,
        clientId: commandLineClient,
        people: ['ada', 'lin', 'tomas', 'james'],
        clients: atOnce,
        filesPerClient: 16,
      },
    })
    const taken: number[] = []
    for (let turn = 0; turn <= turns; turn++) taken.push((await order({ run: { port, requests: 1600 } })).perSecond)
    // The first one is for the compiler.
    return median(taken.slice(1))
  } finally {
    child.kill()
    await gate.stop()
    await rm(data, { recursive: true, force: true })
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

if (import.meta.main) console.table(await benchToken())
