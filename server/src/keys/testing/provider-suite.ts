// For tests only: what every place that holds keys must do, whichever it is. Each kind of keystore is put through it.

import {
  constants,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
  verify,
} from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem, toBase64, utf8, type Id } from '@sallyport/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../../base/index.ts'
import { issuePermit } from '../../policy/permit.ts'
import {
  createKeystore,
  currentKey,
  enclaveKeys,
  listKeys,
  makeClientSession,
  makeFieldKeys,
  makeKeyRelease,
  makeLedgerSigners,
  openKeystore,
  prepareKey,
  settleKeys,
  type KeyProvider,
  type KeystoreSeal,
} from '../index.ts'
import { useSecret } from '../secret.ts'

/** Put a kind of keystore through its paces. `sealAt` names a keystore that is not there yet. */
export function describeProvider(kind: string, sealAt: (name: string) => KeystoreSeal): void {
  let provider: KeyProvider
  let seal: KeystoreSeal
  beforeAll(async () => {
    seal = sealAt('suite.json')
    await createKeystore(seal, enclaveKeys({ rsa: true }), systemClock)
    provider = await openKeystore(seal)
    return () => provider.close()
  })

  describe(`a keystore of kind ${kind}`, () => {
    test('createKeystore() makes the keys of an enclave, each the current one of its kind', () => {
      expect(provider.name).toBe(kind)
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
    })

    test('createKeystore() never replaces a keystore', async () => {
      const before = await readFile(seal.path)
      await expect(createKeystore(seal, enclaveKeys({ rsa: false }), systemClock)).rejects.toMatchObject({
        code: 'conflict',
        message: 'cannot create keystore: the file exists, want none',
      })
      expect(await readFile(seal.path)).toEqual(before)
    })

    test('openKeystore() refuses where there is none, and makes none', async () => {
      await expect(openKeystore(sealAt('none.json'))).rejects.toThrow('there is no keystore file')
      await expect(readFile(sealAt('none.json').path)).rejects.toThrow('ENOENT')
    })

    const another = { door: 'kas', algorithm: 'ec:secp256r1' } as const
    const nothing = { inUse: [], destroyed: [] }

    test('prepareKey() makes a key that is used for nothing; settleKeys() takes it into use and keeps the earlier one', async () => {
      const grown = sealAt('grown.json')
      await createKeystore(grown, [another], systemClock)
      const opened = await openKeystore(grown)
      const [first] = opened.list()
      opened.close()
      const made = await prepareKey(grown, another, systemClock)
      expect(made).toMatchObject({ isCurrent: false, isWaiting: true })
      expect(await prepareKey(grown, another, systemClock)).toEqual(made)
      const waiting = await openKeystore(grown)
      expect(waiting.list()).toEqual([first, made])
      expect(currentKey(waiting, 'kas', 'ec:secp256r1').kid).toBe(first?.kid)
      const use = { kid: first?.kid ?? '', door: 'kas' } as const
      const waits = waiting.ecdh({ kid: made.kid, door: 'kas' }, waiting.publicKeyPem(use.kid))
      await expect(waits).rejects.toThrow('it waits for approval')
      waiting.close()

      await settleKeys(grown, nothing)
      expect(await listKeys(grown)).toEqual([first, made])
      for (let n = 0; n < 2; n++) await settleKeys(grown, { ...nothing, inUse: [made.kid] })
      const after = await openKeystore(grown)
      const now = { ...made, isCurrent: true, isWaiting: false }
      expect(after.list()).toEqual([{ ...first, isCurrent: false }, now])
      expect(await listKeys(grown)).toEqual(after.list())
      expect(() => currentKey(after, 'roster', 'aes-256')).toThrow('holds no current aes-256 key for roster')
      expect(useSecret(await after.ecdh(use, after.publicKeyPem(made.kid)), ({ length }) => length)).toBe(32)
      after.close()
      // Whatever is said to be in use, no older key comes back.
      await settleKeys(grown, { ...nothing, inUse: [use.kid] })
      expect(await listKeys(grown)).toEqual([{ ...first, isCurrent: false }, now])
    })

    test('prepareKey() goes over what was cut off, and loses to whoever began after it', async () => {
      const busy = sealAt('busy.json')
      await createKeystore(busy, [], systemClock)
      await writeFile(`${busy.path}.draft-0011223344556677`, 'cut off')
      const outcomes = await Promise.allSettled([
        prepareKey(busy, another, systemClock),
        prepareKey(busy, another, systemClock),
      ])
      // Two processes that change one token at once may also be told by the token itself that it cannot now.
      const refusals = kind === 'pkcs11' ? ['conflict', 'unavailable'] : ['conflict']
      for (const one of outcomes) {
        if (one.status === 'rejected') expect(refusals).toContain((one.reason as Problem).code)
      }
      const made = await prepareKey(busy, another, systemClock)
      expect(await listKeys(busy)).toEqual([made])
      const beside = await readdir(dirname(busy.path))
      expect(beside.filter((name) => name.includes('draft'))).toEqual([])
    })
  })

  describe(`what the keys do (${kind})`, () => {
    test('ecdh() agrees with whoever holds the other key, also when the secret begins with zeros', async () => {
      const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
      const own = createPublicKey(provider.publicKeyPem(kid))
      const agree = async () => {
        const peer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
        const pem = peer.publicKey.export({ type: 'spki', format: 'pem' }).toString()
        const expected = diffieHellman({ privateKey: peer.privateKey, publicKey: own })
        const secret = await provider.ecdh({ kid, door: 'kas' }, pem)
        useSecret(secret, (bytes) => expect(Buffer.from(bytes).equals(expected)).toBe(true))
        return expected[0] === 0
      }
      let isShort = false
      for (let n = 0; n < 3000 && !(isShort && n > 20); n++) isShort = await agree()
      expect(isShort).toBe(true)
    })

    test('ecdh() refuses a key on another curve, a point on none and what is no key', async () => {
      const { kid } = currentKey(provider, 'kas', 'ec:secp256r1')
      const use = { kid, door: 'kas' } as const
      const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey
      await expect(provider.ecdh(use, p384.export({ type: 'spki', format: 'pem' }).toString())).rejects.toMatchObject({
        code: 'invalid-request',
        message: 'cannot agree on key: the other key is on another curve, want P-256',
      })
      const der = createPublicKey(provider.publicKeyPem(kid)).export({ type: 'spki', format: 'der' })
      der.writeUInt8((der.at(-1) ?? 0) ^ 1, der.length - 1)
      const off = `-----BEGIN PUBLIC KEY-----\n${toBase64(der)}\n-----END PUBLIC KEY-----`
      for (const unreadable of [off, 'nothing']) {
        await expect(provider.ecdh(use, unreadable)).rejects.toMatchObject({
          code: 'invalid-request',
          message: 'cannot read public key: it is not an SPKI PEM public key, want one',
        })
      }
    })

    test('rsaUnwrap() opens OAEP with SHA-1, and refuses anything else', async () => {
      const { kid } = currentKey(provider, 'kas', 'rsa:2048')
      const use = { kid, door: 'kas' } as const
      const key = createPublicKey(provider.publicKeyPem(kid))
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      const wrap = (oaepHash: string) => publicEncrypt({ key, padding, oaepHash }, share)
      const secret = await provider.rsaUnwrap(use, wrap('sha1'))
      useSecret(secret, (bytes) => expect(new Uint8Array(bytes)).toEqual(share))
      const pkcs1 = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, share)
      const cut = wrap('sha1').subarray(1)
      for (const wrapped of [wrap('sha256'), pkcs1, cut, new Uint8Array(), systemRandomness(256)]) {
        await expect(provider.rsaUnwrap(use, wrapped)).rejects.toBeInstanceOf(Error)
      }
      // What was refused leaves nothing behind.
      expect(await provider.rsaUnwrap(use, wrap('sha1'))).toBeDefined()
    })

    test('mac() is HMAC-SHA256: the same bytes the same, others another', async () => {
      const { kid } = currentKey(provider, 'identity', 'hmac-sha256')
      const use = { kid, door: 'identity' } as const
      const first = await provider.mac(use, utf8('x'))
      expect(first).toHaveLength(32)
      expect(new Uint8Array(await provider.mac(use, utf8('x')))).toEqual(new Uint8Array(first))
      expect(new Uint8Array(await provider.mac(use, utf8('y')))).not.toEqual(new Uint8Array(first))
      expect((await provider.mac(use, systemRandomness(10_000))).length).toBe(32)
    })

    test('many at once are each answered with their own', async () => {
      const { kid } = currentKey(provider, 'identity', 'hmac-sha256')
      const use = { kid, door: 'identity' } as const
      const alone: Uint8Array[] = []
      for (let n = 0; n < 40; n++) alone.push(new Uint8Array(await provider.mac(use, utf8(`message ${n}`))))
      const together = await Promise.all(alone.map((_, n) => provider.mac(use, utf8(`message ${n}`))))
      expect(together.map((one) => new Uint8Array(one))).toEqual(alone)
    })

    test('makeLedgerSigners() signs so that the keys it names verify, and only those bytes', async () => {
      const { checkpoint, receipt } = makeLedgerSigners(provider, 'ledger.example.com/test')
      expect(receipt.kid).not.toBe(checkpoint.ed25519.kid)
      expect(checkpoint.ed25519.key.publicKey).toHaveLength(32)
      for (const signer of [checkpoint.ed25519, checkpoint.p256, receipt]) {
        expect(signer.key.name).toBe('ledger.example.com/test')
        const spki = createPublicKey(provider.publicKeyPem(signer.kid)).export({ type: 'spki', format: 'der' })
        expect(spki.subarray(-signer.key.publicKey.length)).toEqual(Buffer.from(signer.key.publicKey))
        const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
        const digest = signer === checkpoint.p256 ? 'sha256' : null
        // Often enough for numbers of every length.
        for (let n = 0; n < 300; n++) {
          const bytes = systemRandomness(n + 1)
          const signature = await signer.sign(bytes)
          expect(verify(digest, bytes, key, signature)).toBe(true)
          if (n === 0) expect(verify(digest, utf8('another'), key, signature)).toBe(false)
        }
      }
    })

    test('releaseShare() hands out what was wrapped to either key, only wrapped to the client', async () => {
      const release = makeKeyRelease({
        upToDate: async () => {},
        provider,
        minimumStrengthBits: 112,
        acceptRsaWrapped: true,
        fileKey: async () => null,
      })
      const rsa = currentKey(provider, 'kas', 'rsa:2048')
      const key = createPublicKey(provider.publicKeyPem(rsa.kid))
      const policyBase64 = toBase64(utf8(JSON.stringify({ uuid: fileId })))
      const binding = createHmac('sha256', share).update(policyBase64).digest()
      const kao = {
        kid: rsa.kid,
        type: 'wrapped',
        wrappedKey: publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, share),
        ephemeralPublicKey: undefined,
        policyBinding: toBase64(binding),
      } as const
      const client = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey
      const session = makeClientSession(client.export({ type: 'spki', format: 'pem' }).toString(), {
        random: systemRandomness,
      })
      const permit = () => issuePermit({ action: 'file.open', resourceId: fileId, entryId, actor }, systemClock, 0)
      const request = { fileId, policyBase64, kao }
      const released = await release.releaseShare(permit(), request, session)
      expect(released.wrappedForClient).toHaveLength(12 + 32 + 16)
      const altered = { ...kao, wrappedKey: systemRandomness(256) }
      await expect(release.releaseShare(permit(), { ...request, kao: altered }, session)).rejects.toMatchObject({
        code: 'invalid-request',
        details: { kind: 'unwrap' },
      })
    })
  })

  describe(`makeFieldKeys() (${kind})`, () => {
    const anna = '018f0000-0000-7000-8000-00000000000a' as Id<'person'>
    const boris = '018f0000-0000-7000-8000-00000000000b' as Id<'person'>

    test("unwrapPersonKey() returns the person's key, and to nobody else's id", async () => {
      const fields = makeFieldKeys(provider)
      const key = systemRandomness(32)
      const wrapped = fields.wrapPersonKey(key, anna)
      expect(fields.unwrapPersonKey(wrapped, anna)).toEqual(key)
      expect(() => fields.unwrapPersonKey(wrapped, boris)).toThrow(expect.objectContaining({ code: 'unavailable' }))
      const again = await openKeystore(seal)
      expect(makeFieldKeys(again).unwrapPersonKey(wrapped, anna)).toEqual(key)
      again.close()
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
}

const share = systemRandomness(32)
const fileId = '018f0000-0000-7000-8000-0000000000f1' as Id<'file'>
const entryId = '018f0000-0000-7000-8000-0000000000e1' as Id<'entry'>
const actor = '018f0000-0000-7000-8000-0000000000a1' as Id<'person'>
