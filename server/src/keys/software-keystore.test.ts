import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem, utf8, type Id } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../base/index.ts'
import {
  createKey,
  createKeystore,
  currentKey,
  enclaveKeys,
  makeFieldKeys,
  makeLedgerSigners,
  openKeystore,
  type KeyProvider,
  type KeystoreSeal,
} from './index.ts'

let folder: string
let seal: KeystoreSeal
let provider: KeyProvider

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-keys-'))
  seal = sealAt('keystore.json')
  await createKeystore(seal, enclaveKeys({ rsa: true }), systemClock)
  provider = await openKeystore(seal)
})

afterAll(() => rm(folder, { recursive: true }))

const passphrase = 'correct horse battery staple'

function sealAt(name: string): KeystoreSeal {
  const secret = { kind: 'passphrase', passphrase } as const
  return { path: join(folder, name), secret, random: systemRandomness, scryptCost: 2 ** 14 }
}

describe('createKeystore()', () => {
  test('createKeystore() makes a file that only its owner can read, with the keys of an enclave', async () => {
    expect((await stat(seal.path)).mode & 0o777).toBe(0o600)
    expect(provider.list().map((key) => `${key.door} ${key.algorithm}`)).toEqual([
      'kas ec:secp256r1',
      'kas rsa:2048',
      'ledger ed25519',
      'ledger ec:secp256r1',
      'receipt ed25519',
      'roster aes-256',
      'file aes-256',
      'identity hmac-sha256',
    ])
    expect(provider.list().every((key) => key.isCurrent && key.kid.length <= 32)).toBe(true)
    await expect(stat(`${seal.path}.new`)).rejects.toThrow('ENOENT')
  })

  test('createKeystore() never replaces a keystore', async () => {
    const before = await readFile(seal.path)
    await expect(createKeystore(seal, enclaveKeys({ rsa: false }), systemClock)).rejects.toMatchObject({
      code: 'conflict',
      message: 'cannot create keystore: the file exists, want none',
    })
    expect(await readFile(seal.path)).toEqual(before)
  })

  test('createKeystore() refuses a short passphrase and leaves nothing behind', async () => {
    const weak = { ...sealAt('weak.json'), secret: { kind: 'passphrase', passphrase: 'eleven char' } } as const
    await expect(createKeystore(weak, [], systemClock)).rejects.toThrow('want 12 characters')
    await expect(stat(weak.path)).rejects.toThrow('ENOENT')
    await expect(stat(`${weak.path}.new`)).rejects.toThrow('ENOENT')
  })
})

describe('openKeystore()', () => {
  const states: [string, (text: string) => string, string][] = [
    ['cut off', (text) => text.slice(0, text.length / 2), 'it is cut off or not a keystore file'],
    ['empty', () => '', 'it is cut off or not a keystore file'],
    ['of another version', (text) => text.replace('"version": 1', '"version": 2'), 'it has version 2, want 1'],
    [
      'cheapened',
      (text) => text.replace('"cost": 16384', '"cost": 32768'),
      'wrong passphrase, or the file was altered',
    ],
    [
      'made very dear',
      (text) => text.replace('"cost": 16384', '"cost": 1073741824'),
      'it is not a whole keystore file',
    ],
    ['of an odd cost', (text) => text.replace('"cost": 16384', '"cost": 16385'), 'not a power of two'],
    ['bit-flipped', flipSealed, 'wrong passphrase, or the file was altered'],
    ['given a member', (text) => text.replace('{', '{"more":1,'), 'it is not a whole keystore file'],
  ]
  test.each(states)('openKeystore() refuses a file that is %s, and says so', async (name, alter, state) => {
    const altered = sealAt(`${name}.json`)
    await writeFile(altered.path, alter(await readFile(seal.path, 'utf8')))
    const problem = await openKeystore(altered).catch((cause: unknown) => cause)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ code: 'unavailable', message: expect.stringContaining(state) as string })
    expect(JSON.stringify(problem)).not.toContain(passphrase)
  })

  test('openKeystore() refuses a file with any byte changed, or opens to the same keys', async () => {
    const path = join(folder, 'property.key')
    await writeFile(path, systemRandomness(32))
    const keyed: KeystoreSeal = { ...sealAt('property.json'), secret: { kind: 'key-file', path } }
    await createKeystore(keyed, enclaveKeys({ rsa: false }), systemClock)
    const whole = await readFile(keyed.path)
    const keys = (await openKeystore(keyed)).list()
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ difference
        await writeFile(keyed.path, changed)
        // White space between members is the only thing in the file that may change.
        const opened = await openKeystore(keyed).catch((cause: unknown) => cause)
        if (opened instanceof Error) expect(opened).toMatchObject({ code: 'unavailable' })
        else expect((opened as KeyProvider).list()).toEqual(keys)
      }),
      { numRuns: 300 },
    )
  })

  test('openKeystore() refuses the wrong passphrase and a missing file', async () => {
    const wrong = { ...seal, secret: { kind: 'passphrase', passphrase: 'wrong horse battery staple' } } as const
    await expect(openKeystore(wrong)).rejects.toThrow('cannot open keystore: wrong passphrase, or the file was altered')
    await expect(openKeystore(sealAt('none.json'))).rejects.toThrow('there is no keystore file')
  })

  test('openKeystore() takes a key file of exactly 32 bytes, and no other', async () => {
    const path = join(folder, 'seal.key')
    await writeFile(path, systemRandomness(32))
    const keyed: KeystoreSeal = { ...sealAt('keyed.json'), secret: { kind: 'key-file', path } }
    await createKeystore(keyed, [{ door: 'kas', algorithm: 'ec:secp256r1' }], systemClock)
    expect((await openKeystore(keyed)).list()).toHaveLength(1)

    await expect(openKeystore({ ...keyed, secret: seal.secret })).rejects.toThrow('sealed under a key file, want that')
    await writeFile(path, systemRandomness(32))
    await expect(openKeystore(keyed)).rejects.toThrow('wrong key file, or the file was altered')
    await writeFile(path, systemRandomness(31))
    await expect(openKeystore(keyed)).rejects.toThrow('it has 31 bytes, want 32')
  })
})

describe('createKey()', () => {
  test('createKey() adds a current key and keeps the earlier one for what it made', async () => {
    const grown = sealAt('grown.json')
    await createKeystore(grown, [{ door: 'kas', algorithm: 'ec:secp256r1' }], systemClock)
    const [first] = (await openKeystore(grown)).list()
    const made = await createKey(grown, { door: 'kas', algorithm: 'ec:secp256r1' }, systemClock)
    const after = await openKeystore(grown)
    expect(after.list()).toEqual([{ ...first, isCurrent: false }, made])
    expect(currentKey(after, 'kas', 'ec:secp256r1').kid).toBe(made.kid)
    expect(() => currentKey(after, 'roster', 'aes-256')).toThrow('holds no current aes-256 key for roster')
  })

  test('createKey() refuses the wrong passphrase and leaves the keystore as it was', async () => {
    const kept = sealAt('kept.json')
    await createKeystore(kept, [], systemClock)
    const before = await readFile(kept.path)
    const wrong = { ...kept, secret: { kind: 'passphrase', passphrase: 'wrong horse battery staple' } } as const
    await expect(createKey(wrong, { door: 'kas', algorithm: 'ed25519' }, systemClock)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await readFile(kept.path)).toEqual(before)
    await expect(stat(`${kept.path}.new`)).rejects.toThrow('ENOENT')
  })

  test('createKey() refuses while another change is under way', async () => {
    const busy = sealAt('busy.json')
    await createKeystore(busy, [], systemClock)
    await writeFile(`${busy.path}.new`, '')
    await expect(createKey(busy, { door: 'kas', algorithm: 'ed25519' }, systemClock)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await openKeystore(busy)).list()).toEqual([])
  })
})

describe('one key, one door, one algorithm', () => {
  test('sign() refuses the key of another door and a key of another algorithm', async () => {
    const ledger = currentKey(provider, 'ledger', 'ed25519')
    await expect(provider.sign({ kid: ledger.kid, door: 'receipt' }, utf8('x'))).rejects.toMatchObject({
      code: 'refused',
      message: 'cannot use key: it is for ledger, want one for receipt',
    })
    const rsa = currentKey(provider, 'kas', 'rsa:2048')
    await expect(provider.sign({ kid: rsa.kid, door: 'kas' }, utf8('x'))).rejects.toThrow('it is for rsa:2048, want')
    const field = currentKey(provider, 'roster', 'aes-256')
    await expect(provider.mac({ kid: field.kid, door: 'roster' }, utf8('x'))).rejects.toThrow('it is for aes-256, want')
    expect(() => provider.publicKeyPem(field.kid)).toThrow('cannot find public key')
    await expect(provider.sign({ kid: 'none', door: 'kas' }, utf8('x'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('ecdh() yields a secret that neither prints nor becomes JSON', async () => {
    const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
    const secret = await provider.ecdh({ kid, door: 'kas' }, provider.publicKeyPem(kid))
    expect(JSON.stringify({ secret })).toBe('{"secret":{}}')
    expect(Reflect.ownKeys(secret)).toEqual([])
    expect('toString' in secret).toBe(false)
  })
})

test('makeLedgerSigners() signs so that the keys it names verify, and only those bytes', async () => {
  const { checkpoint, receipt } = makeLedgerSigners(provider, 'ledger.example.com/test')
  const bytes = utf8('a checkpoint')
  expect(receipt.kid).not.toBe(checkpoint.ed25519.kid)
  expect(checkpoint.ed25519.key.publicKey).toHaveLength(32)
  for (const signer of [checkpoint.ed25519, checkpoint.p256, receipt]) {
    expect(signer.key.name).toBe('ledger.example.com/test')
    const spki = createPublicKey(provider.publicKeyPem(signer.kid)).export({ type: 'spki', format: 'der' })
    expect(spki.subarray(-signer.key.publicKey.length)).toEqual(Buffer.from(signer.key.publicKey))
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const digest = signer === checkpoint.p256 ? 'sha256' : null
    const signature = await signer.sign(bytes)
    expect(verify(digest, bytes, key, signature)).toBe(true)
    expect(verify(digest, utf8('another'), key, signature)).toBe(false)
  }
})

describe('makeFieldKeys()', () => {
  const anna = '018f0000-0000-7000-8000-00000000000a' as Id<'person'>
  const boris = '018f0000-0000-7000-8000-00000000000b' as Id<'person'>

  test("unwrapPersonKey() returns the person's key, and to nobody else's id", async () => {
    const fields = makeFieldKeys(provider)
    const key = systemRandomness(32)
    const wrapped = fields.wrapPersonKey(key, anna)
    expect(fields.unwrapPersonKey(wrapped, anna)).toEqual(key)
    expect(() => fields.unwrapPersonKey(wrapped, boris)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  })

  test('unwrapPersonKey() refuses every altered byte and every shorter form', () => {
    const fields = makeFieldKeys(provider)
    const wrapped = fields.wrapPersonKey(systemRandomness(32), anna)
    for (let at = 0; at < wrapped.length; at++) {
      const altered = wrapped.slice()
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(() => fields.unwrapPersonKey(altered, anna)).toThrow(Problem)
      expect(() => fields.unwrapPersonKey(wrapped.subarray(0, at), anna)).toThrow(Problem)
    }
  })
})

function flipSealed(text: string): string {
  return text.replace(/"sealed": "(.)/, (_, first: string) => `"sealed": "${first === 'A' ? 'B' : 'A'}`)
}
