import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../base/index.ts'
import { createKeystore, enclaveKeys, openKeystore, prepareKey, type KeyProvider, type KeystoreSeal } from './index.ts'
import { describeProvider } from './testing/provider-suite.ts'

let folder: string
let seal: KeystoreSeal

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-keys-'))
  seal = sealAt('keystore.json')
  await createKeystore(seal, enclaveKeys({ rsa: true }), systemClock)
})

afterAll(() => rm(folder, { recursive: true }))

const passphrase = 'correct horse battery staple'

function sealAt(name: string): KeystoreSeal {
  const secret = { kind: 'passphrase', passphrase } as const
  return { path: join(folder, name), secret, random: systemRandomness, scryptCost: 2 ** 14 }
}

describeProvider('software', sealAt)

describe('createKeystore()', () => {
  test('createKeystore() makes a file that only its owner can read', async () => {
    expect((await stat(seal.path)).mode & 0o777).toBe(0o600)
    await expect(stat(`${seal.path}.new`)).rejects.toThrow('ENOENT')
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

describe('prepareKey()', () => {
  test('prepareKey() refuses the wrong passphrase and leaves the keystore as it was', async () => {
    const kept = sealAt('kept.json')
    await createKeystore(kept, [], systemClock)
    const before = await readFile(kept.path)
    const wrong = { ...kept, secret: { kind: 'passphrase', passphrase: 'wrong horse battery staple' } } as const
    await expect(prepareKey(wrong, { door: 'kas', algorithm: 'ed25519' }, systemClock)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await readFile(kept.path)).toEqual(before)
    expect((await readdir(folder)).filter((name) => name.includes('draft'))).toEqual([])
  })
})

function flipSealed(text: string): string {
  return text.replace(/"sealed": "(.)/, (_, first: string) => `"sealed": "${first === 'A' ? 'B' : 'A'}`)
}
