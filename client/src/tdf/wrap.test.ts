import { createHmac, generateKeyPairSync, hkdfSync, createECDH, createPublicKey, createDecipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { isPolicyBound } from '@sallyport/protocol/tdf'
import { createReleaseKey, hmacSha256, wrapShare } from './wrap.ts'

const share = new Uint8Array(32).fill(9)
const kasOf = (publicKeyPem: string) => ({ url: 'https://gate.example/kas', kid: 'k1', publicKeyPem })
const pem = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString()

describe('wrapShare()', () => {
  test('wrapShare() makes what a gate that follows the specification step by step can unwrap', async () => {
    const gate = createECDH('prime256v1')
    const point = gate.generateKeys()
    const spki = Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'), point])
    const kasPem = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' })
    const access = await wrapShare(share, 'e30=', kasOf(kasPem.toString()))
    const ephemeral = createPublicKey(access.ephemeralPublicKey).export({ type: 'spki', format: 'der' }).subarray(-65)
    const salt = Buffer.from('aa17cf44585fe15fd634c27b9512d842b42af1bac6178d92161edb4e2abf8197', 'hex')
    const kek = new Uint8Array(hkdfSync('sha256', gate.computeSecret(ephemeral), salt, '', 32))
    const decipher = createDecipheriv('aes-256-gcm', kek, access.wrappedKey.subarray(0, 12))
    decipher.setAuthTag(access.wrappedKey.subarray(44))
    const opened = Buffer.concat([decipher.update(access.wrappedKey.subarray(12, 44)), decipher.final()])
    expect(new Uint8Array(opened)).toEqual(share)
    const mac = createHmac('sha256', share).update('e30=').digest('hex')
    expect(Buffer.from(access.binding, 'base64').toString()).toBe(mac)
    expect(access).toMatchObject({ kid: 'k1', curve: 'P-256', splitId: '' })
    expect(await isPolicyBound(hmacSha256, share, 'e30=', access.binding)).toBe(true)
  })

  test.each([
    [
      'an rsa key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
    ],
    ['a curve that we do not use', pem('secp256k1')],
    ['a point that is not on the curve', pem('P-256').replace(/\n.{8}/, '\nAAAAAAAA')],
    ['no key', ''],
  ])('wrapShare() refuses %s', async (_, key) => {
    await expect(wrapShare(share, 'e30=', kasOf(key.toString()))).rejects.toBeInstanceOf(Problem)
  })
})

describe('createReleaseKey()', () => {
  test('createReleaseKey() makes a key that opens what was wrapped for it', async () => {
    const key = await createReleaseKey()
    const access = await wrapShare(share, 'e30=', kasOf(key.publicKeyPem))
    expect(await key.unwrap(access.wrappedKey, access.ephemeralPublicKey)).toEqual(share)
  })

  test('unwrap() refuses an altered key, another session key, and what was wrapped for another request', async () => {
    const key = await createReleaseKey()
    const access = await wrapShare(share, 'e30=', kasOf(key.publicKeyPem))
    for (let at = 0; at < 60; at++) {
      const altered = access.wrappedKey.with(at, (access.wrappedKey[at] ?? 0) ^ 1)
      await expect(key.unwrap(altered, access.ephemeralPublicKey)).rejects.toThrow(Problem)
    }
    await expect(key.unwrap(access.wrappedKey.subarray(1), access.ephemeralPublicKey)).rejects.toThrow(Problem)
    await expect(key.unwrap(access.wrappedKey, pem('P-256'))).rejects.toThrow(Problem)
    await expect(key.unwrap(access.wrappedKey, pem('P-384'))).rejects.toThrow(Problem)
    await expect(key.unwrap(access.wrappedKey, 'no key')).rejects.toThrow(Problem)
    await expect((await createReleaseKey()).unwrap(access.wrappedKey, access.ephemeralPublicKey)).rejects.toThrow(
      Problem,
    )
  })
})
