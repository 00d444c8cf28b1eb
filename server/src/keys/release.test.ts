import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  createPublicKey,
  type KeyObject,
} from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, toBase64, toHex, utf8, type Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandomness } from '../base/index.ts'
import { issuePermit } from '../policy/permit.ts'
import {
  createKeystore,
  currentKey,
  enclaveKeys,
  makeClientSession,
  makeFileKeys,
  makeKeyRelease,
  openKeystore,
  type ClientSession,
  type FileKey,
  type KeyAccess,
  type KeyProvider,
  type KeyRelease,
} from './index.ts'

const random = systemRandomness
const fileId = '018f0000-0000-7000-8000-0000000000f1' as Id<'file'>
const otherFile = '018f0000-0000-7000-8000-0000000000f2' as Id<'file'>
const policyBase64 = toBase64(utf8(JSON.stringify({ uuid: fileId, body: { dataAttributes: [], dissem: [] } })))
const share = random(32)

let folder: string
let provider: KeyProvider
let release: KeyRelease

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-release-'))
  const secret = { kind: 'passphrase', passphrase: 'correct horse battery' } as const
  const seal = { path: join(folder, 'keys'), secret, random, scryptCost: 2 ** 14 }
  await createKeystore(seal, enclaveKeys({ rsa: true }), systemClock)
  provider = await openKeystore(seal)
  release = makeKeyRelease({
    upToDate: async () => {},
    provider,
    minimumStrengthBits: 112,
    acceptRsaWrapped: true,
    fileKey: async () => null,
  })
})

afterAll(() => rm(folder, { recursive: true }))

describe('releaseShare()', () => {
  const clients = ['prime256v1', 'secp384r1', 'secp521r1', 2048, 4096] as const
  for (const type of ['ec-wrapped', 'wrapped'] as const) {
    test.each(clients)(`releaseShare() hands an ${type} share to a client with a key of %s`, async (kind) => {
      const client = clientKey(kind)
      const session = sessionFor(client)
      const released = await release.releaseShare(permit(), request({ type }), session)
      expect(opened(client, session, released.wrappedForClient)).toEqual(share)
    })
  }

  test('releaseShare() accepts both forms of the policy binding', async () => {
    const hmac = createHmac('sha256', share).update(policyBase64).digest()
    for (const policyBinding of [toBase64(utf8(toHex(hmac))), toBase64(hmac)]) {
      const client = clientKey('prime256v1')
      const session = sessionFor(client)
      const released = await release.releaseShare(permit(), { ...request({}), kao: kao({ policyBinding }) }, session)
      expect(opened(client, session, released.wrappedForClient)).toEqual(share)
    }
  })

  test('releaseShare() refuses without a good permit: another file, another action, spent, expired, forged', async () => {
    const session = sessionFor(clientKey('prime256v1'))
    const spent = permit()
    await release.releaseShare(spent, request({}), session)
    const bad = [
      [permit({ resourceId: otherFile }), 'refused'],
      [spent, 'refused'],
      [permit({ ageMs: 5_000 }), 'unavailable'],
      [{ ...permit() }, 'refused'],
      [issuePermit({ action: 'file.fetch', resourceId: fileId, entryId, actor }, systemClock, 0) as never, 'refused'],
    ] as const
    for (const [one, code] of bad) {
      await expect(release.releaseShare(one, request({}), session)).rejects.toMatchObject({ code })
    }
  })

  test('releaseShare() refuses a binding over another policy, a cut one and nonsense', async () => {
    const other = toBase64(utf8(JSON.stringify({ uuid: fileId, body: { dataAttributes: [], dissem: ['x'] } })))
    const good = kao({}).policyBinding
    const swapped = { ...request({}), policyBase64: other }
    await expect(failure(swapped)).resolves.toBe('binding')
    for (const policyBinding of ['', good.slice(0, 84), toBase64(random(32)), 'not base64!', `${good}AAAA`.repeat(9)]) {
      await expect(failure({ ...request({}), kao: kao({ policyBinding }) })).resolves.toBe('binding')
    }
  })

  test('releaseShare() refuses a policy that is not the policy of the permitted file, even if well bound', async () => {
    for (const text of [JSON.stringify({ uuid: otherFile }), '{}', 'null', '{', '"x"']) {
      const foreign = toBase64(utf8(text))
      const bound = kao({ policyBinding: bindingOf(foreign) })
      await expect(failure({ fileId, policyBase64: foreign, kao: bound })).resolves.toBe('binding')
    }
  })

  test('releaseShare() refuses wrapped bytes that were altered, cut or wrapped to another key', async () => {
    for (const type of ['ec-wrapped', 'wrapped'] as const) {
      const good = kao({ type })
      const altered = good.wrappedKey.slice()
      altered[20] = (altered[20] ?? 0) ^ 1
      for (const wrappedKey of [
        altered,
        good.wrappedKey.subarray(1),
        new Uint8Array(),
        random(good.wrappedKey.length),
      ]) {
        await expect(failure({ ...request({}), kao: { ...good, wrappedKey } })).resolves.toBe('unwrap')
      }
    }
  })

  test('releaseShare() refuses an ephemeral key that is missing, on another curve, private or no key', async () => {
    const p384 = clientKey('secp384r1')
    const secretPem = clientKey('prime256v1').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    for (const ephemeralPublicKey of [undefined, pem(p384.publicKey), pem(clientKey(2048).publicKey), secretPem, 'x']) {
      await expect(failure({ ...request({}), kao: { ...kao({}), ephemeralPublicKey } })).resolves.toBe('unwrap')
    }
  })

  test('releaseShare() opens with the key that the file has for itself, and with no other of that id', async () => {
    const fileKeys = makeFileKeys(provider, random)
    const own = fileKeys.make(fileId)
    const held = new Map([[`${fileId} ${own.kid}`, own.sealed]])
    const withKeys = makeKeyRelease({
      upToDate: async () => {},
      provider,
      minimumStrengthBits: 112,
      acceptRsaWrapped: false,
      fileKey: async (id, kid) => {
        const sealed = held.get(`${id} ${kid}`)
        return sealed === undefined ? null : (peer) => fileKeys.ecdh(sealed, id, peer)
      },
    })
    const wrapped = { ...request({}), kao: kao({ own }) }
    const client = clientKey('prime256v1')
    const session = sessionFor(client)
    const released = await withKeys.releaseShare(permit(), wrapped, session)
    expect(opened(client, session, released.wrappedForClient)).toEqual(share)

    const fails = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'released',
        (error: unknown) => error,
      )
    // Another file's sealed half in this file's place, which whoever commands the database can put there.
    held.set(`${fileId} ${own.kid}`, fileKeys.make(otherFile).sealed)
    expect(await fails(withKeys.releaseShare(permit(), wrapped, session))).toMatchObject({ code: 'unavailable' })
    held.delete(`${fileId} ${own.kid}`)
    expect(await fails(withKeys.releaseShare(permit(), wrapped, session))).toMatchObject({
      details: { kind: 'unknown-key' },
    })
  })

  test('releaseShare() opens with a key that came into use meanwhile, looked for where it is not known', async () => {
    let looked = 0
    const late = makeKeyRelease({
      provider: { ...provider, list: () => (looked === 0 ? [] : provider.list()) },
      upToDate: async () => void looked++,
      minimumStrengthBits: 112,
      acceptRsaWrapped: true,
      fileKey: async () => null,
    })
    const client = clientKey('prime256v1')
    const session = sessionFor(client)
    const released = await late.releaseShare(permit(), request({}), session)
    expect(opened(client, session, released.wrappedForClient)).toEqual(share)
    await late.releaseShare(permit(), request({}), session)
    expect(looked).toBe(1)
  })

  test('releaseShare() refuses a key of another door, of another algorithm and an unknown one', async () => {
    const ledger = currentKey(provider, 'ledger', 'ec:secp256r1').kid
    const rsa = currentKey(provider, 'kas', 'rsa:2048').kid
    for (const kid of [ledger, rsa, 'none', '']) {
      await expect(failure({ ...request({}), kao: { ...kao({}), kid } })).resolves.toBe('unknown-key')
    }
  })

  test('releaseShare() refuses RSA-wrapped files and weak clients where the rules say so', async () => {
    const strict = makeKeyRelease({
      upToDate: async () => {},
      provider,
      minimumStrengthBits: 128,
      acceptRsaWrapped: false,
      fileKey: async () => null,
    })
    const session = sessionFor(clientKey('prime256v1'))
    await expect(strict.releaseShare(permit(), request({ type: 'wrapped' }), session)).rejects.toMatchObject({
      details: { kind: 'unknown-key' },
    })
    await expect(strict.releaseShare(permit(), request({}), sessionFor(clientKey(2048)))).rejects.toMatchObject({
      details: { kind: 'client-key' },
    })
  })

  test('releaseShare() refuses a session that makeClientSession() did not make', async () => {
    const forged = { ...sessionFor(clientKey('prime256v1')) }
    await expect(release.releaseShare(permit(), request({}), forged)).rejects.toThrow('not made by makeClientSession')
  })
})

test('releaseShares() releases the good key access objects of one permit and reports the bad ones', async () => {
  const client = clientKey('prime256v1')
  const session = sessionFor(client)
  const kaos = [kao({}), kao({ policyBinding: '' }), kao({ type: 'wrapped' })]
  const [first, second, third] = await release.releaseShares(permit(), { fileId, policyBase64, kaos }, session)
  for (const one of [first, third]) {
    if (one === undefined || !('wrappedForClient' in one)) throw new Error('not released')
    expect(opened(client, session, one.wrappedForClient)).toEqual(share)
  }
  expect(second).toMatchObject({ code: 'invalid-request', details: { kind: 'binding' } })
})

describe('makeClientSession()', () => {
  test('makeClientSession() states strength and makes a fresh key per response', () => {
    const publicPem = pem(clientKey('prime256v1').publicKey)
    const [one, two] = [makeClientSession(publicPem, { random }), makeClientSession(publicPem, { random })]
    expect(one).toMatchObject({ algorithm: 'ec:secp256r1', strengthBits: 128 })
    for (const curve of ['prime256v1', 'secp384r1', 'secp521r1']) {
      const { sessionPublicKeyPem } = sessionFor(clientKey(curve))
      expect(pem(createPublicKey(sessionPublicKeyPem))).toBe(sessionPublicKeyPem)
    }
    expect(one.sessionPublicKeyPem).not.toBe(two.sessionPublicKeyPem)
    expect(one.clientKeyThumbprint).toBe(two.clientKeyThumbprint)
    expect(sessionFor(clientKey(2048))).toMatchObject({ sessionPublicKeyPem: '', strengthBits: 112 })
    expect(sessionFor(clientKey(3072)).strengthBits).toBe(128)
  })

  test('makeClientSession() refuses what is no key, no public key, weak, or on another curve', () => {
    const own = clientKey('prime256v1')
    const weakExponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    const refused = [
      '',
      'x'.repeat(5_000),
      own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      pem(own.publicKey).replace('A', 'B'),
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      pem(weakExponent.publicKey),
      pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      pem(generateKeyPairSync('ed25519').publicKey),
    ]
    for (const text of refused) {
      expect(() => makeClientSession(text, { random })).toThrow(
        expect.objectContaining({ code: 'invalid-request', details: { kind: 'client-key' } }),
      )
    }
    expect(() => makeClientSession(pem(clientKey(2048).publicKey), { random, minimumStrengthBits: 128 })).toThrow(
      'cannot use client key: it has a strength of 112 bits, want 128 or more',
    )
  })
})

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const entryId = '018f0000-0000-7000-8000-0000000000e1' as Id<'entry'>
const actor = '018f0000-0000-7000-8000-0000000000a1' as Id<'person'>

function permit({ resourceId = fileId, ageMs = 0 } = {}) {
  return issuePermit({ action: 'file.open', resourceId, entryId, actor }, systemClock, ageMs)
}

function request({ type = 'ec-wrapped' as KeyAccess['type'] }) {
  return { fileId, policyBase64, kao: kao({ type }) }
}

function kao({
  type = 'ec-wrapped',
  policyBinding = bindingOf(policyBase64),
  own,
}: Partial<Pick<KeyAccess, 'type' | 'policyBinding'>> & { readonly own?: FileKey }): KeyAccess {
  const current = currentKey(provider, 'kas', type === 'wrapped' ? 'rsa:2048' : 'ec:secp256r1')
  const { kid, publicKeyPem } = own ?? { kid: current.kid, publicKeyPem: provider.publicKeyPem(current.kid) }
  const key = createPublicKey(publicKeyPem)
  if (type === 'wrapped') {
    const wrappedKey = new Uint8Array(publicEncrypt({ key, oaepHash: 'sha1' }, share))
    return { kid, type, wrappedKey, ephemeralPublicKey: undefined, policyBinding }
  }
  const ephemeral = clientKey('prime256v1')
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', agreedKey(ephemeral.privateKey, key), nonce)
  const wrappedKey = concat(nonce, cipher.update(share), cipher.final(), cipher.getAuthTag())
  return { kid, type, wrappedKey, ephemeralPublicKey: pem(ephemeral.publicKey), policyBinding }
}

function bindingOf(policy: string): string {
  return toBase64(utf8(createHmac('sha256', share).update(policy).digest('hex')))
}

async function failure(bad: Parameters<KeyRelease['releaseShare']>[1]): Promise<unknown> {
  const session = sessionFor(clientKey('prime256v1'))
  const problem: unknown = await release.releaseShare(permit(), bad, session).catch((cause: unknown) => cause)
  expect(problem).toMatchObject({ code: 'invalid-request' })
  return (problem as { details: { kind: unknown } }).details.kind
}

function clientKey(kind: string | number): Pair {
  return typeof kind === 'number'
    ? generateKeyPairSync('rsa', { modulusLength: kind })
    : generateKeyPairSync('ec', { namedCurve: kind })
}

function sessionFor(client: Pair): ClientSession {
  return makeClientSession(pem(client.publicKey), { random })
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

/** Open what came back, as a client does: written against the specification, not against the code under test. */
function opened(client: Pair, session: ClientSession, wrapped: Uint8Array): Uint8Array {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  if (session.sessionPublicKeyPem === '') {
    return new Uint8Array(privateDecrypt({ key: client.privateKey, padding, oaepHash: 'sha1' }, wrapped))
  }
  const key = agreedKey(client.privateKey, createPublicKey(session.sessionPublicKeyPem))
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12))
  decipher.setAuthTag(wrapped.subarray(-16))
  return concat(decipher.update(wrapped.subarray(12, -16)), decipher.final())
}

function agreedKey(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  // SHA-256("TDF"), written out.
  const salt = Buffer.from('aa17cf44585fe15fd634c27b9512d842b42af1bac6178d92161edb4e2abf8197', 'hex')
  return new Uint8Array(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), salt, '', 32))
}
