// Backups from before and after keys were exchanged and destroyed: each is of its time, and opens what was there then.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBackup, restoreBackup } from '../backup/index.ts'
import { backUp, backupParts, emptyTarget, takePermit, testSecret } from '../backup/testing.ts'
import { currentKey, listKeys, makeFileKeys, settleKeys } from '../keys/index.ts'
import { openEnclave, type Enclave } from '../main/index.ts'
import { sampleEnclave, sampleGround, type SampleEnclave } from '../main/testing.ts'
import { approveAs, askForKey, destroyFileKey, fillHalves, moveAllFiles, rotateFileKey } from './testing.ts'

let sample: SampleEnclave
let folder: string
const path = (name: string) => join(folder, `${name}.sallyport-backup`)
const kidOf = (door: 'file' | 'kas') =>
  currentKey(sample.enclave.provider, door, door === 'file' ? 'aes-256' : 'ec:secp256r1').kid
const old = { file: '', kas: '' }
const now = { file: '', kas: '' }

beforeAll(async () => {
  sample = await sampleEnclave()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-keys-restored-'))
  Object.assign(old, { file: kidOf('file'), kas: kidOf('kas') })
  await fillHalves(sample, 20)
  await backUp(sample, path('before'))
  now.file = await rotateFileKey(sample)
  const asked = await askForKey(sample, 'kas')
  await approveAs(sample, 'grace', asked.requestId)
  now.kas = asked.kid
  // Approved, and the keystore has not followed yet.
  await backUp(sample, path('between'))
  await sample.enclave.keys.keys.upToDate()
  await fillHalves(sample, 5)
  await moveAllFiles(sample)
  await destroyFileKey(sample, old.file)
  await backUp(sample, path('destroyed'))
  await sample.enclave.keys.keys.upToDate()
  await backUp(sample, path('after'))
}, 120_000)
afterAll(async () => {
  await sample.stop()
  await rm(folder, { recursive: true })
})

async function restored<T>(name: string, look: (enclave: Enclave) => Promise<T>): Promise<T> {
  const target = await emptyTarget()
  try {
    await restoreBackup(path(name), testSecret, target)
    const enclave = await openEnclave(await sampleGround(target.database, target.folder.root))
    try {
      return await look(enclave)
    } finally {
      enclave.provider.close()
    }
  } finally {
    await target.stop()
  }
}

/** How many halves there are; every one of them opens. */
async function openAll({ provider, keys: { database, random } }: Enclave): Promise<number> {
  const { ecdh, make } = makeFileKeys(provider, random)
  const rows = await database.query('SELECT file_id, sealed FROM file_key')
  for (const { file_id, sealed } of rows) {
    const id = file_id as Id<'file'>
    expect(ecdh(sealed as Uint8Array, id, make(id).publicKeyPem)).toBeDefined()
  }
  return rows.length
}

describe('a backup', () => {
  test('from before opens all of its time, with the keys of its time and no newer one', async () => {
    await restored('before', async (enclave) => {
      expect(await openAll(enclave)).toBe(20)
      const kids = enclave.provider.list().map(({ kid }) => kid)
      expect(kids).toEqual(expect.arrayContaining([old.file, old.kas]))
      // What was wrapped to the newer kas key since does not open here: it was nowhere but in that keystore.
      expect(kids).not.toEqual(expect.arrayContaining([now.file]))
      expect(kids).not.toEqual(expect.arrayContaining([now.kas]))
    })
  }, 60_000)

  test('from between approval and keystore opens with the approved keys in use', async () => {
    await restored('between', async (enclave) => {
      expect(await openAll(enclave)).toBe(20)
      expect(currentKey(enclave.provider, 'file', 'aes-256').kid).toBe(now.file)
      expect(currentKey(enclave.provider, 'kas', 'ec:secp256r1').kid).toBe(now.kas)
      expect(enclave.provider.list().map(({ kid }) => kid)).toEqual(expect.arrayContaining([old.file, old.kas]))
    })
  }, 60_000)

  test('from after a destruction opens all of its time, and the destroyed key is gone', async () => {
    for (const name of ['destroyed', 'after']) {
      await restored(name, async (enclave) => {
        expect(await openAll(enclave)).toBe(25)
        for (const keys of [enclave.provider.list(), await listKeys(enclave.keys.seal)]) {
          expect(keys.map(({ kid }) => kid)).not.toContain(old.file)
          expect(keys.map(({ kid }) => kid)).toContain(old.kas)
        }
      })
    }
  }, 60_000)

  test('is refused where the keys change as it begins', async () => {
    const parts = backupParts(sample)
    const { database } = parts
    const text = await readFile(parts.keystore)
    const racing: typeof database = {
      ...database,
      bulk: async (mode, work) => {
        await writeFile(parts.keystore, Buffer.concat([text, Buffer.from('\n')]))
        return await database.bulk(mode, work)
      },
    }
    const request = { path: path('raced'), secret: testSecret, objects: 'index', scryptCost: 2 ** 14 } as const
    await expect(createBackup(await takePermit(sample), { ...parts, database: racing }, request)).rejects.toMatchObject(
      {
        code: 'conflict',
        message: 'cannot create backup: the keys changed as it began, want it started again',
      },
    )
    await writeFile(parts.keystore, text)
  })
})

describe('settleKeys()', () => {
  test('destroys no key that is in use or waits, whatever the database says', async () => {
    const { seal } = sample.enclave.keys
    const before = await listKeys(seal)
    const waiting = await askForKey(sample, 'file')
    await settleKeys(seal, { inUse: [], destroyed: [...before.map(({ kid }) => kid), waiting.kid] })
    const kept = (await listKeys(seal)).map(({ kid }) => kid)
    expect(kept).toEqual([...before.filter(({ isCurrent }) => isCurrent).map(({ kid }) => kid), waiting.kid])
  })
})
