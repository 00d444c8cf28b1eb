// A token that is slow, gone, erased, restarted or broken: whoever asks hears so in bounded time, nothing waits without
// bound, the gate's event loop goes on, and once the token is right again so are the answers.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { utf8 } from '@sallyport/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../base/index.ts'
import {
  createKeystore,
  currentKey,
  enclaveKeys,
  inspectToken,
  openKeystore,
  type KeyProvider,
  type TokenSecret,
} from './index.ts'
import { because } from './testing/soft-token.ts'
import { readTokenFile, requireMac, tokenKeysOf } from './pkcs11-file.ts'
import { openTokenPool } from './pkcs11-pool.ts'
import { lacksFaultyLibrary, makeFaultyToken, type FaultyToken } from './testing/faulty-library.ts'

const sessionHandleInvalid = 0xb3
const deviceRemoved = 0x32
const notPresent = 0xe0
const notLoggedIn = 0x101
const generalError = 0x05

describe.skipIf(lacksFaultyLibrary !== null)(`a faulty token${because(lacksFaultyLibrary)}`, () => {
  let token: FaultyToken
  let provider: KeyProvider
  const opened: KeyProvider[] = []

  beforeAll(async () => {
    token = await makeFaultyToken({ deadlineMs: 10_000 })
    await createKeystore(sealOf(), enclaveKeys({ rsa: true, isInToken: true }), systemClock)
  })
  afterEach(async () => {
    await token.order(null)
    for (const one of opened.splice(0)) one.close()
  })
  afterAll(() => token.stop())

  const sealOf = (changes: Partial<TokenSecret> = {}) => ({
    path: join(token.folder, 'keystore.json'),
    secret: { ...token.secret, ...changes },
    random: systemRandomness,
  })
  const open = async (changes: Partial<TokenSecret> = {}): Promise<KeyProvider> => {
    const one = await openKeystore(sealOf(changes))
    opened.push(one)
    return one
  }
  const agree = () => {
    const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
    return provider.ecdh({ kid, door: 'kas' }, provider.publicKeyPem(kid))
  }
  const faultOf = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => null,
      (problem: { code?: string; details?: { fault?: string } }) => problem.details?.fault ?? problem.code,
    )
  /** Asked again and again, it comes back by itself. */
  const expectBack = async () => {
    for (let n = 0; n < 100; n++) {
      if ((await faultOf(agree())) === null) return
      await setTimeout(100)
    }
    expect(await faultOf(agree())).toBeNull()
  }

  test.each([
    ['a session that is gone', sessionHandleInvalid],
    ['a token that was removed', deviceRemoved],
    ['a token that is not present', notPresent],
    ['a login that is gone', notLoggedIn],
  ])('%s is opened anew, once, and the call is answered', async (_, rv) => {
    provider = await open()
    await agree()
    const logins = token.calls('C_Login')
    await token.order(`C_DeriveKey once ${rv}`)
    expect(await faultOf(agree())).toBeNull()
    expect(token.calls('C_Login')).toBe(logins + 1)
  })

  test('a session that is gone again and again refuses, starts no process for each call, and comes back', async () => {
    provider = await open()
    await token.order(`C_DeriveKey rv ${sessionHandleInvalid}`)
    const logins = token.calls('C_Login')
    const faults = await Promise.all(Array.from({ length: 50 }, () => faultOf(agree())))
    expect(new Set(faults)).toEqual(new Set(['lost']))
    for (let n = 0; n < 50; n++) expect(await faultOf(agree())).toBe('lost')
    expect(token.calls('C_Login') - logins).toBeLessThan(6)
    await token.order(null)
    await expectBack()
  })

  test('an error of which nobody knows what it means is a refusal of the input while the key is there', async () => {
    provider = await open()
    const logins = token.calls('C_Login')
    await token.order(`C_DeriveKey once ${generalError}`)
    await expect(agree()).rejects.toMatchObject({ code: 'invalid-request' })
    expect(await faultOf(agree())).toBeNull()
    expect(token.calls('C_Login')).toBe(logins)
  })

  test('a slow token is refused in bounded time, and the event loop goes on', async () => {
    provider = await open({ deadlineMs: 1000 })
    await token.order('C_DeriveKey delay 60000')
    let ticks = 0
    const ticking = setInterval(() => ticks++, 10)
    const beganAt = performance.now()
    try {
      const faults = await Promise.all(Array.from({ length: 20 }, () => faultOf(agree())))
      expect(new Set(faults)).toEqual(new Set(['slow']))
    } finally {
      clearInterval(ticking)
    }
    expect(performance.now() - beganAt).toBeLessThan(10_000)
    expect(ticks).toBeGreaterThan(50)
    await token.order(null)
    await expectBack()
  }, 30_000)

  test('no more than a bounded number waits for a slow token', async () => {
    provider = await open({ deadlineMs: 1000 })
    await token.order('C_DeriveKey delay 60000')
    const faults = await Promise.all(Array.from({ length: 400 }, () => faultOf(agree())))
    expect(new Set(faults)).toEqual(new Set(['slow', 'busy']))
    expect(faults.filter((fault) => fault === 'busy').length).toBeGreaterThan(100)
    await token.order(null)
    await expectBack()
  }, 30_000)

  test('a token that only takes its time is waited for', async () => {
    provider = await open()
    await token.order('C_DeriveKey delay 300')
    const faults = await Promise.all(Array.from({ length: 4 }, () => faultOf(agree())))
    expect(new Set(faults)).toEqual(new Set([null]))
  })

  test('a library that ends its process ends no gate: the call is made again, or refused', async () => {
    provider = await open()
    await token.order('C_DeriveKey crash 0')
    expect(await faultOf(agree())).toBe('lost')
    await token.order(null)
    await expectBack()
  })

  test('a process that has answered enough makes room for another, and nobody notices', async () => {
    const file = readTokenFile(await readFile(sealOf().path, 'utf8'))
    const logins = token.calls('C_Login')
    const pool = await openTokenPool({
      access: token.secret,
      keys: tokenKeysOf(file),
      pinMarker: null,
      prove: (ask) => requireMac(file, ask),
      clock: systemClock,
      callsOfProcess: 40,
    })
    const ask = (n: number) => pool.ask({ verb: 'mac', kid: file.macKid, bytes: utf8(`call ${n}`) })
    const answers: Uint8Array[] = []
    for (let n = 0; n < 100; n += 10) {
      answers.push(...(await Promise.all(Array.from({ length: 10 }, (_, m) => ask(n + m)))))
    }
    pool.close()
    expect(new Set(answers.map((one) => Buffer.from(one).toString('hex'))).size).toBe(100)
    expect(token.calls('C_Login') - logins).toBeGreaterThanOrEqual(3)
  })

  test('an unplugged token refuses and, plugged in again, goes on', async () => {
    provider = await open()
    await agree()
    const plugIn = await token.unplug()
    for (let n = 0; n < 5; n++) expect(await faultOf(agree())).toBe('no-token')
    expect(await faultOf(openKeystore(sealOf()))).toBe('no-token')
    await plugIn()
    await expectBack()
  })

  test('a PIN that the token refuses is tried once, and again only when the file was written anew', async () => {
    const pinFile = join(token.folder, 'another-pin')
    await writeFile(pinFile, 'wrong-pin-1\n', { mode: 0o600 })
    const logins = token.calls('C_Login')
    for (let n = 0; n < 4; n++) {
      await expect(openKeystore(sealOf({ pinFile }))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(pinFile) as string,
        details: { fault: 'pin' },
      })
    }
    expect(token.calls('C_Login')).toBe(logins + 1)
    await setTimeout(20)
    await writeFile(pinFile, `${token.pin}\n`)
    provider = await open({ pinFile })
    expect(await faultOf(agree())).toBeNull()
  })

  test('a PIN that is changed while the gate runs is tried once, not with every call', async () => {
    const pinFile = join(token.folder, 'changing-pin')
    await writeFile(pinFile, `${token.pin}\n`, { mode: 0o600 })
    provider = await open({ pinFile })
    await writeFile(pinFile, 'wrong-pin-2\n')
    const logins = token.calls('C_Login')
    await token.order(`C_DeriveKey once ${sessionHandleInvalid}`)
    for (let n = 0; n < 30; n++) {
      expect(await faultOf(agree())).toBe('pin')
      await setTimeout(100)
    }
    expect(token.calls('C_Login')).toBe(logins + 1)
  })

  test.each([
    ['would lock at the next wrong one', 0x20000, 'one more wrong one would lock the token'],
    ['has locked', 0x40000, 'the token has locked it'],
  ])('a PIN that the token %s is not tried', async (_, flag, state) => {
    const pinFile = join(token.folder, `pin-${flag}`)
    await writeFile(pinFile, `${token.pin}\n`, { mode: 0o600 })
    await token.order(`C_GetTokenInfo flags ${flag}`)
    const logins = token.calls('C_Login')
    await expect(openKeystore(sealOf({ pinFile }))).rejects.toThrow(state)
    expect(token.calls('C_Login')).toBe(logins)
  })

  test.each([
    ['CKM_EDDSA', 0x1057],
    ['CKM_ECDH1_DERIVE', 0x1050],
    ['CKM_RSA_PKCS_OAEP', 0x09],
    ['CKM_AES_GCM', 0x1087],
    ['CKM_SHA256_HMAC', 0x251],
  ])('a token that cannot do %s is refused by that name, before its PIN is tried', async (name, mechanism) => {
    await token.order(`C_GetMechanismList hide ${mechanism}`)
    const logins = token.calls('C_Login')
    await expect(openKeystore(sealOf())).rejects.toMatchObject({
      message: expect.stringContaining(`it cannot do ${name},`) as string,
      details: { fault: 'mechanism' },
    })
    await expect(inspectToken(sealOf(), enclaveKeys({ rsa: true }))).rejects.toThrow(name)
    expect(token.calls('C_Login')).toBe(logins)
  })

  test('a keystore whose making breaks off is not there, and leaves no key on the token', async () => {
    const path = join(token.folder, 'broken-off.json')
    const before = token.tool('--list-objects').match(/^ {2}label: .*/gm)?.length
    // The second pair: one was made.
    await token.order(`C_GenerateKeyPair once ${generalError}`)
    const keys = enclaveKeys({ rsa: false }).toSorted((one) => (one.algorithm === 'aes-256' ? -1 : 1))
    await expect(createKeystore({ ...sealOf(), path }, keys, systemClock)).rejects.toMatchObject({
      code: 'invalid-request',
    })
    expect(token.tool('--list-objects').match(/^ {2}label: .*/gm)?.length).toBe(before)
    await expect(openKeystore({ ...sealOf(), path })).rejects.toThrow('there is no keystore file')
  })

  test('a library that does not load and one that is none are named', async () => {
    const none = join(token.folder, 'none.so')
    await expect(openKeystore(sealOf({ library: none }))).rejects.toMatchObject({
      message: expect.stringContaining(`${none} does not load`) as string,
      details: { fault: 'library' },
    })
    await writeFile(none, utf8('no library'))
    expect(await faultOf(openKeystore(sealOf({ library: none })))).toBe('library')
  })
})
