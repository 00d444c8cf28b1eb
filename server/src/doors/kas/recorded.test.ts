// Requests as OpenTDF's web SDK really sent them to this door, replayed without the SDK. What cannot be replayed (tokens,
// keys, what was wrapped to a gate that is gone) stands as {{name}} and is filled with fresh values; all the rest, the order
// and the absence of members before all, is the SDK's own.

import { constants, createHmac, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { toBase64, toHex, utf8 } from '@sallyport/protocol'
import { writeKeyAccess } from '@sallyport/protocol/tdf'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { systemClock, systemRandomness } from '../../base/index.ts'
import { wrapShare } from '../../files/testing.ts'
import { kasUrl } from './index.ts'
import { openReleased, openTestGate, pemOf, type RewrapJson, type TestGate } from './testing.ts'

const folder = new URL('recorded/', import.meta.url)
const names = (await readdir(folder)).sort()

const requestShape = z.object({
  client: z.string(),
  method: z.literal('POST'),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
  requestToken: z
    .object({
      header: z.object({ alg: z.string() }),
      iatOffset: z.number(),
      expOffset: z.number(),
      requestBody: z.looseObject({ policy: z.string() }),
    })
    .optional(),
})
type Recorded = z.infer<typeof requestShape>

let gate: TestGate
beforeAll(async () => {
  gate = await openTestGate()
  const fqn = 'https://sallyport.test/obl/drm/value/watermark'
  gate.verdicts.set('ada', { effect: 'permit' })
  gate.verdicts.set('olga', { effect: 'permit', obligations: [{ id: 'w', fqn, text: 'Watermark it.', source: null }] })
})
afterAll(() => gate.stop())

async function read(name: string): Promise<Recorded> {
  return requestShape.parse(JSON.parse(await readFile(new URL(name, folder), 'utf8')))
}

async function send({ path, method, headers }: Recorded, subject: string, body: unknown): Promise<Response> {
  const { 'accept-encoding': _, ...own } = headers
  return await fetch(`${gate.url}${path}`, {
    method,
    headers: { ...own, Authorization: `Bearer ${await gate.token(subject)}` },
    body: JSON.stringify(body),
  })
}

const rewraps = names.filter((name) => name.includes('rewrap'))

test.each(rewraps)('Rewrap answers the request of %s with a share that its client can open', async (name) => {
  const recorded = await read(name)
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const share = systemRandomness(32)
  const subject = name.includes('obligations') ? 'olga' : 'ada'
  const response = await send(recorded, subject, {
    signedRequestToken: await freshToken(recorded, pemOf(pair.publicKey), share),
  })
  const json = (await response.json()) as RewrapJson
  const result = json.responses?.[0]?.results[0]
  expect(result).toMatchObject({ keyAccessObjectId: 'kao-0', status: 'permit' })
  expect(openReleased(pair, json.sessionPublicKey ?? '', result?.kasWrappedKey ?? '')).toEqual(share)
})

test('Rewrap refuses the same request from somebody who is not on the roster', async () => {
  const recorded = await read('web-sdk-rewrap-ec-wrapped-from-rsa-client.json')
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signedRequestToken = await freshToken(recorded, pemOf(pair.publicKey), systemRandomness(32))
  const json = (await (await send(recorded, 'mallory', { signedRequestToken })).json()) as RewrapJson
  expect(json.responses?.[0]?.results).toEqual([
    {
      keyAccessObjectId: 'kao-0',
      status: 'fail',
      error: 'permission_denied: request error\nrpc error: code = PermissionDenied desc = forbidden',
      metadata: { 'X-Required-Obligations': [] },
    },
  ])
})

test.each([
  ['web-sdk-well-known.json', { configuration: { base_key: { public_key: { algorithm: 'ec:secp256r1' } } } }],
  ['web-sdk-list-key-access-servers.json', { keyAccessServers: [{ name: 'test-gate' }] }],
  [
    'web-sdk-attribute-values.json',
    {
      fqnAttributeValues: {
        'https://sallyport.test/attr/program/value/falcon': {
          attribute: { rule: 'ATTRIBUTE_RULE_TYPE_ENUM_ALL_OF' },
          value: { kasKeys: [{ publicKey: { algorithm: 'ALGORITHM_EC_P256' } }] },
        },
      },
    },
  ],
])('the request of %s gets what the SDK reads', async (name, wanted) => {
  const recorded = await read(name)
  const response = await send(recorded, 'ada', recorded.body)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject(wanted)
})

async function freshToken({ requestToken }: Recorded, clientPublicKey: string, share: Uint8Array): Promise<string> {
  if (requestToken === undefined) throw new Error('not a rewrap')
  const { header, iatOffset, expOffset, requestBody } = requestToken
  const text = JSON.stringify(requestBody)
  const fresh = text.includes('"ec-wrapped"')
    ? { ...writeKeyAccess(wrapShare({ ...gate.keys.ec, url: kasUrl(gate.parts) }, share, requestBody.policy)) }
    : rsaWrapped(share)
  const values: Record<string, string> = {
    ...Object.fromEntries(Object.entries(fresh).filter(([, value]) => typeof value === 'string')),
    clientPublicKey,
    binding: toBase64(utf8(toHex(createHmac('sha256', share).update(requestBody.policy).digest()))),
  }
  const filled = text.replaceAll(/"\{\{(\w+)\}\}"/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`nothing to fill ${name} with`)
    return JSON.stringify(value)
  })
  const now = Math.floor(systemClock.now() / 1000)
  return await new SignJWT({ requestBody: filled, iat: now + iatOffset, exp: now + expOffset })
    .setProtectedHeader(header)
    .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
}

function rsaWrapped(share: Uint8Array): Record<string, string> {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrappedKey = publicEncrypt({ key: gate.keys.rsa.publicKeyPem, padding, oaepHash: 'sha1' }, share)
  return { kid: gate.keys.rsa.kid, url: kasUrl(gate.parts), wrappedKey: toBase64(new Uint8Array(wrappedKey)) }
}
