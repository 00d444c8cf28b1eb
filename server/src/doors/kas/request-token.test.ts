import { createPrivateKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { toBase64Url, utf8 } from '@sallyport/protocol'
import fc from 'fast-check'
import { CompactSign, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { manualClock } from '../../base/testing.ts'
import { openRequestToken, type RequestTokenRules } from './request-token.ts'

const clock = manualClock()
const now = clock.now() / 1000
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const unbound: RequestTokenRules = { boundKey: null, acceptForeignSignature: false, clock }

interface Claims {
  readonly requestBody?: unknown
  readonly iat?: number
  readonly exp?: number
  readonly nbf?: number
}

function signed(claims: Claims = {}, alg = 'ES256', key = ec.privateKey, header = {}): Promise<string> {
  const payload = { requestBody: '{"a":1}', iat: now - 3600, exp: now + 3600, ...claims }
  return new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(key)
}

const refused = expect.objectContaining({
  code: 'invalid-request',
  details: expect.objectContaining({ kind: 'request-token' }),
})

describe('openRequestToken()', () => {
  test('openRequestToken() reads the tokens of every client: two hours around now, or a minute ahead', async () => {
    for (const [iat, exp] of [
      [now - 3600, now + 3600],
      [now, now + 60],
      [now - 120, now - 59],
      [now + 59, now + 120],
    ] as const) {
      const token = await signed({ iat, exp })
      await expect(openRequestToken(token, unbound)).resolves.toEqual({ requestBody: '{"a":1}', isVerified: false })
      await expect(openRequestToken(token, unbound)).resolves.toBeDefined()
    }
  })

  test('openRequestToken() refuses tokens that are old, from the future or live too long, and without times or body', async () => {
    for (const claims of [
      { iat: now - 7200, exp: now - 61 },
      { iat: now + 61, exp: now + 120 },
      { nbf: now + 61 },
      { iat: now - 3600, exp: now + 3601 },
      { requestBody: { a: 1 } },
    ]) {
      await expect(openRequestToken(await signed(claims), unbound)).rejects.toThrow(refused)
    }
    for (const missing of ['requestBody', 'iat', 'exp']) {
      const payload: Record<string, unknown> = { requestBody: '{}', iat: now, exp: now + 60 }
      Reflect.deleteProperty(payload, missing)
      const token = await new CompactSign(utf8(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'ES256' })
        .sign(ec.privateKey)
      await expect(openRequestToken(token, unbound)).rejects.toThrow(refused)
    }
  })

  test('openRequestToken() verifies the signature against the key that the caller is bound to', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const bound = { ...unbound, boundKey: ec.publicKey }
    await expect(openRequestToken(await signed(), bound)).resolves.toMatchObject({ isVerified: true })
    await expect(openRequestToken(await signed({}, 'ES256', other.privateKey), bound)).rejects.toThrow(refused)
    for (const alg of ['RS256', 'RS512', 'PS384']) {
      const token = await signed({}, alg, rsa.privateKey)
      await expect(openRequestToken(token, { ...unbound, boundKey: rsa.publicKey })).resolves.toMatchObject({
        isVerified: true,
      })
    }
  })

  test('openRequestToken() refuses a payload that was altered after it was signed', async () => {
    const [header, , signature] = (await signed()).split('.')
    const payload = toBase64Url(utf8(JSON.stringify({ requestBody: '{"b":2}', iat: now, exp: now + 60 })))
    const altered = `${header}.${payload}.${signature}`
    await expect(openRequestToken(altered, { ...unbound, boundKey: ec.publicKey })).rejects.toThrow(refused)
  })

  test('openRequestToken() takes a signature by another kind of key only where that is allowed, as unverified', async () => {
    const token = await signed({}, 'RS256', rsa.privateKey)
    const bound = { ...unbound, boundKey: ec.publicKey }
    await expect(openRequestToken(token, bound)).rejects.toThrow(refused)
    await expect(openRequestToken(token, { ...bound, acceptForeignSignature: true })).resolves.toMatchObject({
      isVerified: false,
    })
    const sameKind = await signed({}, 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    await expect(openRequestToken(sameKind, { ...bound, acceptForeignSignature: true })).rejects.toThrow(refused)
  })

  test('openRequestToken() refuses alg none, shared secrets, other algorithms and critical headers', async () => {
    const [, payload] = (await signed()).split('.')
    const none = `${toBase64Url(utf8('{"alg":"none"}'))}.${payload}.`
    const hmac = await new SignJWT({ requestBody: '{}', iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(createSecretKey(randomBytes(32)))
    const ed = await signed(
      {},
      'EdDSA',
      createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })),
    )
    const critical = `${toBase64Url(utf8('{"alg":"ES256","crit":["b64"],"b64":false}'))}.${payload}.AAAA`
    for (const token of [none, hmac, ed, critical]) {
      await expect(openRequestToken(token, unbound)).rejects.toThrow(refused)
    }
  })

  test('openRequestToken() refuses any other text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
        ),
        async (text) => {
          await expect(openRequestToken(text, unbound)).rejects.toThrow(refused)
        },
      ),
      { numRuns: 300 },
    )
  })
})
