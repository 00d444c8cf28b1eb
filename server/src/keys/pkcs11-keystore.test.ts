import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../base/index.ts'
import {
  createKeystore,
  currentKey,
  enclaveKeys,
  inspectToken,
  makeFieldKeys,
  openKeystore,
  tokenOf,
  type KeyProvider,
  type TokenSecret,
} from './index.ts'
import { readTokenFile, requireMac, tokenKeysOf } from './pkcs11-file.ts'
import { openTokenPool } from './pkcs11-pool.ts'
import { isTokenError } from './pkcs11-session.ts'
import { describeProvider } from './testing/provider-suite.ts'
import { because, lacksToken, loggedIn, makeSoftToken, type SoftToken } from './testing/soft-token.ts'

describe.skipIf(lacksToken !== null)(`keys in a token${because(lacksToken)}`, () => {
  let token: SoftToken
  let path: string
  let provider: KeyProvider
  beforeAll(async () => {
    token = await makeSoftToken()
    path = join(token.folder, 'keystore.json')
    await createKeystore(sealOf(), enclaveKeys({ rsa: true, isInToken: true }), systemClock)
    provider = await openKeystore(sealOf())
  })
  afterAll(async () => {
    provider.close()
    await token.stop()
  })

  const sealAt = (name: string) => ({ ...sealOf(), path: join(token.folder, name) })
  const sealOf = (changes: Partial<TokenSecret> = {}) => ({
    path,
    secret: { ...token.secret, ...changes },
    random: systemRandomness,
  })
  const idOf = (kid: string) => Buffer.from(kid, 'latin1').toString('hex')

  describeProvider('pkcs11', sealAt)

  describe('no key leaves the token', () => {
    test('every key is sensitive, never extractable, private and of the token, and does what it is for alone', async () => {
      const uses = { derive: 'derive', sign: 'sign', decrypt: 'decrypt', seal: 'encrypt, decrypt', mac: 'verify' }
      const listed = token.tool('--list-objects').split(/^(?=\S)/m)
      const keys = tokenKeysOf(readTokenFile(await readFile(path, 'utf8')))
      expect(keys).toHaveLength(8)
      for (const { kid, use } of keys) {
        const [kept, ...more] = listed.filter((one) => one.includes(idOf(kid)) && !one.startsWith('Public'))
        expect(more).toEqual([])
        expect(kept).toMatch(/Access: {5}sensitive, always sensitive, never extractable, local\n/)
        // pkcs11-tool does not print that a secret key signs.
        expect(kept).toContain(`Usage:      ${uses[use]}\n`)
      }
    })

    test('pkcs11-tool does not read one, and neither does a call: not its value, not wrapped, not made extractable', async () => {
      for (const { kid, algorithm } of provider.list()) {
        const type = /aes|hmac/.test(algorithm) ? 'secrkey' : 'privkey'
        const said = token.tool('--read-object', '--type', type, '--id', idOf(kid), '--output-file', `${path}.stolen`)
        expect(said).toMatch(/CKR_ATTRIBUTE_SENSITIVE|reading private keys not/)
      }
      const stolen = await readFile(`${path}.stolen`).catch(() => new Uint8Array())
      expect(stolen).toHaveLength(0)
      expect(attemptsToSteal(token, provider)).toEqual([])
    })

    test('the file says what there is, for its owner alone, and holds nothing secret', async () => {
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      const text = await readFile(path, 'utf8')
      expect(tokenOf(text)).toEqual({ label: 'sallyport-test', serial: expect.any(String) as string })
      const { keys } = readTokenFile(text)
      for (const { kid, algorithm, proof } of keys) {
        const bytes = Buffer.from(proof, 'base64')
        if (algorithm === 'aes-256') expect(bytes).toHaveLength(12 + 32 + 16)
        else if (algorithm === 'hmac-sha256') expect(bytes).toHaveLength(32)
        else expect(provider.publicKeyPem(kid).replaceAll(/\s/g, '')).toContain(proof)
      }
    })
  })

  describe('openKeystore() on a token that is not as it ought to be', () => {
    const faultOf = async (name: string): Promise<string> =>
      openKeystore(sealAt(name)).then(
        () => 'opened',
        (problem: Error) => problem.message,
      )
    const founded = 'want the token that the enclave was founded with, or one that its backup was restored to'
    const aKey = async (name: string) => {
      await createKeystore(sealAt(name), [{ door: 'kas', algorithm: 'ec:secp256r1' }], systemClock)
      expect(await faultOf(name)).toBe('opened')
      const kid = readTokenFile(await readFile(join(token.folder, name), 'utf8')).keys[0]?.kid ?? ''
      return { kid, id: idOf(kid) }
    }
    const replace = (id: string, ...how: string[]) => {
      token.tool('--delete-object', '--type', 'privkey', '--id', id)
      token.tool('--delete-object', '--type', 'pubkey', '--id', id)
      return token.tool('--keypairgen', '--key-type', 'EC:prime256v1', '--usage-derive', '--id', id, ...how)
    }

    test('refuses a key that is gone, twice there, or another one', async () => {
      const { kid, id } = await aKey('other.json')
      replace(id, '--sensitive')
      expect(await faultOf('other.json')).toContain(`the token's key ${kid} is another one, ${founded}`)
      token.tool('--keypairgen', '--key-type', 'EC:prime256v1', '--usage-derive', '--sensitive', '--id', id)
      expect(await faultOf('other.json')).toContain(`holds more than one key ${kid}`)
      for (const type of ['privkey', 'privkey']) token.tool('--delete-object', '--type', type, '--id', id)
      expect(await faultOf('other.json')).toContain(`the token does not hold key ${kid}, ${founded}`)
    })

    test('refuses a key that could leave: extractable, or not sensitive', async () => {
      const { kid, id } = await aKey('exposed.json')
      replace(id, '--sensitive', '--extractable')
      expect(await faultOf('exposed.json')).toContain(`key ${kid} can be extracted`)
      for (const type of ['privkey', 'pubkey']) token.tool('--delete-object', '--type', type, '--id', id)
      loggedIn(token, ({ p11, library, session }) => {
        const named = [
          { type: p11.CKA_TOKEN, value: true },
          { type: p11.CKA_ID, value: Buffer.from(kid, 'latin1') },
        ]
        library.C_GenerateKeyPair(
          session,
          { mechanism: p11.CKM_EC_KEY_PAIR_GEN },
          [...named, { type: p11.CKA_EC_PARAMS, value: Buffer.from('06082a8648ce3d030107', 'hex') }],
          [...named, { type: p11.CKA_SENSITIVE, value: false }, { type: p11.CKA_EXTRACTABLE, value: false }],
        )
      })
      expect(await faultOf('exposed.json')).toContain(`key ${kid} is kept without CKA_SENSITIVE`)
    })

    test('refuses a file that was changed in any place, and one of another kind', async () => {
      await createKeystore(sealAt('property.json'), enclaveKeys({ rsa: false }), systemClock)
      const text = await readFile(join(token.folder, 'property.json'), 'utf8')
      const whole = readTokenFile(text)
      const pool = await openTokenPool({
        access: token.secret,
        keys: tokenKeysOf(whole),
        pinMarker: null,
        prove: (ask) => requireMac(whole, ask),
        clock: systemClock,
      })
      const bytes = Buffer.from(text)
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: bytes.length - 1 }),
          fc.integer({ min: 1, max: 255 }),
          async (at, difference) => {
            const changed = Buffer.from(bytes)
            changed[at] = (changed[at] ?? 0) ^ difference
            const read = await Promise.resolve()
              .then(async () => {
                const file = readTokenFile(changed.toString('utf8'))
                // A MAC by a key that is not open is a fault of the program; opening asks for the named key first.
                if (file.macKid !== whole.macKid) return null
                await requireMac(file, pool.ask)
                return file
              })
              .catch((cause: unknown) => cause)
            // White space between members is the only thing in the file that may change.
            if (read instanceof Error) expect(read).toMatchObject({ code: 'unavailable' })
            else if (read !== null) expect(read).toEqual(whole)
          },
        ),
        { numRuns: 300 },
      )
      pool.close()
      const swapped = { ...whole, macKid: whole.keys.find(({ door }) => door === 'identity')?.kid ?? '' }
      await writeFile(join(token.folder, 'swapped.json'), JSON.stringify(swapped))
      expect(await faultOf('swapped.json')).toContain('it was altered, or belongs to another token')
      await writeFile(join(token.folder, 'software.json'), '{"format":"sallyport-keystore","version":1,"sealed":""}')
      expect(await faultOf('software.json')).toContain('its keys are not in a token, want keys.provider software')
      const passphrase = { kind: 'passphrase', passphrase: 'correct horse battery' } as const
      await expect(openKeystore({ path, secret: passphrase, random: systemRandomness })).rejects.toThrow(
        'its keys are in a token, want keys.provider pkcs11',
      )
    })

    test('refuses one that was erased, and takes one that a copy of its keys was put on', async () => {
      const wrapped = makeFieldKeys(provider).wrapPersonKey(systemRandomness(32), person)
      const putBack = await token.copy()
      token.erase()
      const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
      const use = { kid, door: 'kas' } as const
      await expect(provider.ecdh(use, provider.publicKeyPem(kid))).rejects.toThrow('the token does not hold key')
      await expect(openKeystore(sealOf())).rejects.toThrow(`does not hold key`)
      await putBack()
      const again = await openKeystore(sealOf())
      expect(makeFieldKeys(again).unwrapPersonKey(wrapped, person)).toHaveLength(32)
      again.close()
      const answers = await Promise.allSettled(
        Array.from({ length: 30 }, async (_, n) => {
          await new Promise((resolve) => setTimeout(resolve, n * 100))
          return await provider.ecdh(use, provider.publicKeyPem(kid))
        }),
      )
      expect(answers.at(-1)?.status).toBe('fulfilled')
    })

    test('names a token that is not there, and two of which it cannot know the right one', async () => {
      const elsewhere = { token: { label: 'no such token' } }
      await expect(openKeystore(sealOf(elsewhere))).rejects.toThrow('cannot use token no such token: no token that is')
      const { serial } = await inspectToken(sealOf(), [])
      const bySerial = await openKeystore(sealOf({ token: { serial } }))
      bySerial.close()
      token.second()
      await expect(openKeystore(sealOf())).rejects.toThrow('2 tokens have it, want its serial number')
      const known = await openKeystore(sealOf({ token: { serial } }))
      known.close()
    })
  })

  test('without the module that speaks PKCS #11 it says how that is built', async () => {
    const folder = join(token.folder, 'elsewhere')
    await mkdir(folder)
    for (const name of await readdir(import.meta.dirname)) {
      if (/^pkcs11-[a-z]+\.ts$/.test(name)) await cp(join(import.meta.dirname, name), join(folder, name))
    }
    const child = fork(join(folder, 'pkcs11-process.ts'), { serialization: 'advanced', stdio: 'ignore', execArgv: [] })
    child.send({ verb: 'open', ...token.secret, keys: [], toMake: [] })
    const [answer] = (await once(child, 'message')) as [unknown]
    child.disconnect()
    expect(answer).toEqual({ fault: 'not-built', state: 'MODULE_NOT_FOUND' })
    await once(child, 'exit')
  })
})

const person = '018f0000-0000-7000-8000-00000000000a' as Parameters<
  ReturnType<typeof makeFieldKeys>['wrapPersonKey']
>[1]

/** What somebody with the PIN tries. Yields what worked. */
function attemptsToSteal(token: SoftToken, provider: KeyProvider): readonly string[] {
  const worked: string[] = []
  loggedIn(token, ({ p11, library, session }) => {
    const wrapping = library.C_GenerateKey(session, { mechanism: p11.CKM_AES_KEY_GEN }, [
      { type: p11.CKA_VALUE_LEN, value: 32 },
      { type: p11.CKA_WRAP, value: true },
    ])
    for (const { kid, algorithm } of provider.list()) {
      const isSecret = /aes|hmac/.test(algorithm)
      library.C_FindObjectsInit(session, [
        { type: p11.CKA_ID, value: Buffer.from(kid, 'latin1') },
        { type: p11.CKA_CLASS, value: isSecret ? p11.CKO_SECRET_KEY : p11.CKO_PRIVATE_KEY },
      ])
      const [key] = library.C_FindObjects(session, 1)
      library.C_FindObjectsFinal(session)
      if (key === undefined) throw new Error(`no key ${kid}`)
      const secretPart = algorithm === 'rsa:2048' ? p11.CKA_PRIVATE_EXPONENT : p11.CKA_VALUE
      const tries: Readonly<Record<string, () => unknown>> = {
        read: () => library.C_GetAttributeValue(session, key, [{ type: secretPart }]),
        wrap: () => library.C_WrapKey(session, { mechanism: 0x210a }, wrapping, key, Buffer.alloc(4096)),
        extractable: () => library.C_SetAttributeValue(session, key, [{ type: p11.CKA_EXTRACTABLE, value: true }]),
        public: () => library.C_SetAttributeValue(session, key, [{ type: p11.CKA_SENSITIVE, value: false }]),
        copy: () => library.C_CopyObject(session, key, [{ type: p11.CKA_EXTRACTABLE, value: true }]),
      }
      for (const [name, attempt] of Object.entries(tries)) {
        try {
          attempt()
          worked.push(`${name} ${kid}`)
        } catch (error) {
          if (!isTokenError(error)) throw error
        }
      }
    }
  })
  return worked
}
