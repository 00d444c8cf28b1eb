// A key that is exchanged, files that are moved to it and the old key's end, by a process that is killed at any statement to the database and any
// change of a file. Whatever it left: the enclave opens, exactly the key that the ledger says is in use, every file opens, what was
// erased stays erased, and whoever goes on comes to the end. `npm run sequences` cuts more often.

import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillHalves } from '../../server/src/key-changes/testing.ts'
import { currentKey, kidOfSealed, makeFileKeys } from '../../server/src/keys/index.ts'
import { openEnclave, type Enclave } from '../../server/src/main/index.ts'
import { sampleEnclave, sampleGround, type SampleEnclave } from '../../server/src/main/testing.ts'
import type { Id } from '@sallyport/protocol'
import type { LedgerEntry } from '@sallyport/protocol/ledger'
import type { KeyAct, Work } from './cutting/cut-process.ts'
import { doWork, lengthOf, place, runs, seed, stopIn, timeout, type Length } from './cutting/cut-work.ts'
import { doKeyAct } from './cutting/key-acts.ts'
import { entriesFrom, text } from './widening/tables.ts'

const halves = 620
const acts: readonly KeyAct[] = ['rotate file', 'move', 'destroy', 'rotate kas']
let sample: SampleEnclave
let length: Length
let killed = 0
/** Every file that was ever erased. */
const erased: string[] = []

beforeAll(async () => {
  sample = await sampleEnclave()
  await fillHalves(sample, halves)
  sample.enclave.provider.close()
  length = lengthOf(await doWork(work(acts), null))
}, 120_000)
afterAll(() => sample.stop())

function work(doing: readonly KeyAct[]): Work {
  return { work: 'keys', data: sample.folder, connection: sample.connection, acts: doing }
}

interface Half {
  readonly file_id: Id<'file'>
  readonly sealed: Uint8Array | null
}
const allHalves = async () =>
  (await sample.database.query('SELECT file_id, sealed FROM file_key ORDER BY file_id')) as unknown as readonly Half[]
const entries = async (kind: string): Promise<readonly LedgerEntry[]> =>
  (await entriesFrom(sample.database, 0)).filter((entry) => entry.kind === kind)

/** The key that the ledger says came into use last; null where it says nothing. */
async function rotatedTo(door: string): Promise<string | null> {
  const last = (await entries('key.rotated')).findLast(({ body }) => body['door'] === door)
  return last === undefined ? null : text(last.body['kid'])
}

async function mustStand(enclave: Enclave): Promise<void> {
  const { provider } = enclave
  const keys = provider.list()
  for (const [door, algorithm] of [
    ['file', 'aes-256'],
    ['kas', 'ec:secp256r1'],
  ] as const) {
    const ofDoor = keys.filter((key) => key.door === door)
    expect(ofDoor.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
    expect(ofDoor.filter(({ isWaiting }) => isWaiting).length).toBeLessThanOrEqual(1)
    const rotated = await rotatedTo(door)
    const inUse = currentKey(provider, door, algorithm).kid
    if (rotated !== null) expect(inUse).toBe(rotated)
    else expect(ofDoor.findIndex(({ isCurrent }) => isCurrent)).toBe(0)
    // One key for each entry, beside the first, but for those of whose end there is an entry: none was lost, none came by itself.
    const told = async (kind: string) => (await entries(kind)).filter(({ body }) => body['door'] === door).length
    const left = 1 + (await told('key.rotated')) - (await told('key.destroyed'))
    expect(ofDoor.filter(({ isWaiting }) => !isWaiting)).toHaveLength(left)
  }
  const { ecdh, make } = makeFileKeys(provider, sample.ground.random)
  const all = await allHalves()
  const peer = make(all[0]?.file_id as Id<'file'>).publicKeyPem
  for (const { file_id, sealed } of all) {
    if (erased.includes(file_id)) expect(sealed).toBeNull()
    else expect(ecdh(sealed ?? new Uint8Array(), file_id, peer)).toBeDefined()
  }
  // What the entries say was moved to a key is what lies under it, but for what was erased since.
  const moved = await entries('key.files-moved')
  const to = currentKey(provider, 'file', 'aes-256').kid
  const under = all.filter(({ sealed }) => sealed !== null && kidOfSealed(sealed) === to).length
  const told = moved.filter(({ body }) => body['kid'] === to).reduce((sum, { body }) => sum + Number(body['files']), 0)
  if ((await rotatedTo('file')) !== null) expect(told - under).toBeGreaterThanOrEqual(0)
  expect(told - under).toBeLessThanOrEqual(erased.length)
}

async function opened<T>(look: (enclave: Enclave) => Promise<T>): Promise<T> {
  const enclave = await openEnclave(await sampleGround(sample.database, sample.folder))
  try {
    return await look(enclave)
  } finally {
    enclave.provider.close()
  }
}

describe('exchanging a key and moving files, killed at any step', () => {
  test(
    'leaves neither half an exchange nor a lost key, and goes on to the end',
    async () => {
      await fc.assert(
        fc.asyncProperty(place, fc.nat(halves - 1), async (where, at) => {
          const { wasKilled } = await doWork(work(acts), stopIn(length, where))
          if (wasKilled) killed++
          await opened(mustStand)
          // Somebody deletes a file in between.
          const gone = (await allHalves())[at]?.file_id ?? ''
          await sample.database.query('UPDATE file_key SET sealed = NULL WHERE file_id = $1', [gone])
          if (!erased.includes(gone)) erased.push(gone)
          await opened(async (enclave) => {
            for (const act of acts) await doKeyAct(enclave, act)
            await mustStand(enclave)
            const to = currentKey(enclave.provider, 'file', 'aes-256').kid
            for (const { sealed } of await allHalves()) if (sealed !== null) expect(kidOfSealed(sealed)).toBe(to)
          })
          const left = (await readdir(sample.folder)).filter((name) => name.includes('.draft-'))
          expect(left).toEqual([])
        }),
        { numRuns: runs * 4, endOnFailure: true, ...seed },
      )
      expect(killed).toBeGreaterThan(0)
    },
    timeout,
  )
})
