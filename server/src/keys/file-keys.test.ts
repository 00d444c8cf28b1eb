import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness as random } from '../base/index.ts'
import { hasFileKey, makeFileKeys, type FileKeys } from './file-keys.ts'
import { createKeystore, openKeystore, prepareKey, settleKeys, type KeystoreSeal } from './keystore.ts'
import { enclaveKeys } from './provider.ts'
import { useSecret } from './secret.ts'

const fileId = '018f0000-0000-7000-8000-0000000000f1' as Id<'file'>
const otherFile = '018f0000-0000-7000-8000-0000000000f2' as Id<'file'>
const client = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const clientPem = client.publicKey.export({ type: 'spki', format: 'pem' }).toString()

let folder: string
let seal: KeystoreSeal
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-file-keys-'))
  const secret = { kind: 'passphrase', passphrase: 'correct horse battery' } as const
  seal = { path: join(folder, 'keys'), secret, random, scryptCost: 2 ** 14 }
  await createKeystore(seal, enclaveKeys({ rsa: false }), systemClock)
})
afterAll(() => rm(folder, { recursive: true }))

async function opened(): Promise<FileKeys> {
  return makeFileKeys(await openKeystore(seal), random)
}

function agreed(keys: FileKeys, sealed: Uint8Array, id = fileId): Buffer {
  return useSecret(keys.ecdh(sealed, id, clientPem), (bytes) => Buffer.from(bytes))
}

describe('makeFileKeys()', () => {
  test('agrees on what the other side agrees on, and tells no private half', async () => {
    const keys = await opened()
    const { kid, publicKeyPem, sealed } = keys.make(fileId)
    const theirs = diffieHellman({ privateKey: client.privateKey, publicKey: createPublicKey(publicKeyPem) })
    expect(agreed(keys, sealed)).toEqual(theirs)
    expect(kid).toMatch(/^file-[0-9a-f]{24}$/)
    expect(keys.make(fileId).kid).not.toBe(kid)
  })

  test("refuses another file's sealed half, an altered one, nonsense, and another curve", async () => {
    const keys = await opened()
    const { sealed } = keys.make(fileId)
    expect(() => agreed(keys, sealed, otherFile)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    for (let at = 0; at < sealed.length; at += 7) {
      const altered = Uint8Array.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(() => agreed(keys, altered)).toThrow(expect.objectContaining({ name: 'Problem' }))
    }
    for (const bytes of [new Uint8Array(0), sealed.subarray(0, 30)]) {
      expect(() => agreed(keys, bytes)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    }
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
    const pem = other.export({ type: 'spki', format: 'pem' }).toString()
    expect(() => keys.ecdh(sealed, fileId, pem)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })

  test('moves to a new key for files without a change to the pair', async () => {
    const before = await opened()
    const { publicKeyPem, sealed } = before.make(fileId)
    expect(before.reseal(sealed, fileId)).toBeNull()
    const { kid } = await prepareKey(seal, { door: 'file', algorithm: 'aes-256' }, systemClock)
    await settleKeys(seal, { inUse: [kid], destroyed: [] })
    const after = await opened()
    const moved = after.reseal(sealed, fileId)
    if (moved === null) throw new Error('it was not sealed again')
    expect(agreed(after, moved)).toEqual(agreed(after, sealed))
    const theirs = diffieHellman({ privateKey: client.privateKey, publicKey: createPublicKey(publicKeyPem) })
    expect(agreed(after, moved)).toEqual(theirs)
    expect(after.reseal(moved, fileId)).toBeNull()
    expect(() => before.ecdh(moved, fileId, clientPem)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  test('makes none with a keystore that was made before files had keys', async () => {
    const path = join(folder, 'older')
    const older = enclaveKeys({ rsa: false }).filter(({ door }) => door !== 'file')
    await createKeystore({ ...seal, path }, older, systemClock)
    const provider = await openKeystore({ ...seal, path })
    expect(hasFileKey(provider)).toBe(false)
    expect(() => makeFileKeys(provider, random).make(fileId)).toThrow('holds no current aes-256 key for file')
  })
})
