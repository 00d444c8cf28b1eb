// The clock of the gate's machine is wrong, or moves. What a decision rests on, and how long a permit lives, do not depend on
// it; the times in tokens are compared with it, because their issuer's clock is all there is beside it.

import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMetrics, systemClock, type Clock } from '../server/src/base/index.ts'
import { makeTokenVerifier } from '../server/src/identity/index.ts'
import { openEnclave } from '../server/src/main/index.ts'
import { acknowledge, falconLabels, requestFor, sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import { spendPermit } from '../server/src/policy/index.ts'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

/** The same enclave as a process sees it whose clock is this one. */
const openAt = (clock: Clock) => openEnclave({ ...sample.ground, clock, metrics: openMetrics() })

const year = 365 * 86_400_000

function opening(subject: string) {
  const id = crypto.randomUUID() as Id<'file'>
  const presented = { labels: falconLabels, dissem: [] }
  return requestFor(subject, 'file.open', { kind: 'file', id, presented }, { evidence: { fulfillable: [acknowledge] } })
}

interface Moving extends Clock {
  wallMs: number
  monotonicMs: number
}

function moving(wallMs = 0): Moving {
  const clock = {
    wallMs,
    monotonicMs: 0,
    now: () => systemClock.now() + clock.wallMs,
    monotonic: () => systemClock.monotonic() + clock.monotonicMs,
  }
  return clock
}

describe('decide()', () => {
  test.each([-10 * year, -86_400_000, 86_400_000, 10 * year])(
    'decide() rests on the time of the database where the machine is off by %d ms',
    async (offMs) => {
      const { decisions } = await openAt(moving(offMs))
      const covered = await decisions.decide(opening('james'))
      expect(covered).toMatchObject({ effect: 'permit', reliance: { number: 'TA-0042-26' } })
      expect(Math.abs(covered.entry.atMs - Date.now())).toBeLessThan(60_000)
      expect((await decisions.decide(opening('eleanor'))).effect).toBe('deny')
    },
  )

  test('decide() ends an authorization when the database says so, however far back the machine is set', async () => {
    const clock = moving(-5 * year)
    const { decisions } = await openAt(clock)
    const id = await sample.authorizationId('TA-0042-26')
    const terms =
      'UPDATE authorization_record SET version = version + 1, terms = jsonb_set(terms, $2, to_jsonb($3::text)) WHERE id = $1'
    const [row] = await sample.database.query(
      `SELECT terms->>'validUntil' AS until FROM authorization_record WHERE id = $1`,
      [id],
    )
    const validUntil = String(row?.['until'])
    const aMomentAgo = new Date(Date.now() - 1000).toISOString()
    await sample.database.query(terms, [id, '{validUntil}', aMomentAgo])
    expect((await decisions.decide(opening('james'))).effect).toBe('deny')
    await sample.database.query(terms, [id, '{validUntil}', validUntil])
    expect((await decisions.decide(opening('james'))).effect).toBe('permit')
  })
})

describe('a permit', () => {
  async function permitted(clock: Clock) {
    const { decisions } = await openAt(clock)
    const request = opening('ada')
    const decision = await decisions.decide(request)
    if (decision.effect === 'deny') throw new Error('want a permit')
    return { permit: decision.permit, id: (request.resource as { id: string }).id }
  }

  test.each([-10 * year, -3_600_000, 3_600_000, 10 * year])(
    'neither dies nor lives on when the clock jumps by %d ms after it was given',
    async (jumpMs) => {
      const clock = moving()
      const living = await permitted(clock)
      clock.wallMs = jumpMs
      expect(() => spendPermit(living.permit, 'file.open', living.id)).not.toThrow()
      const expired = await permitted(clock)
      clock.wallMs = -jumpMs
      clock.monotonicMs += 5_001
      expect(() => spendPermit(expired.permit, 'file.open', expired.id)).toThrow('expired')
    },
  )
})

test('verify() compares a token with the clock of the machine, a minute either way', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const clock = moving()
  const verifier = makeTokenVerifier({
    issuers: [
      {
        issuer: 'https://idp.test',
        audience: ['https://gate.test'],
        jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] },
        purposes: ['api'],
        clients: {},
        otherClients: { dpop: 'optional' },
      },
    ],
    clock,
  })
  const token = await new SignJWT({ sub: 'ada', client_id: 'test' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer('https://idp.test')
    .setAudience('https://gate.test')
    .setNotBefore('0s')
    .setExpirationTime('5m')
    .sign(privateKey)
  // Seconds of a busy machine may pass between the signing and a look.
  const at = async (wallMs: number) => {
    clock.wallMs = wallMs
    const request = { method: 'GET', url: 'https://gate.test/', expectedPurpose: 'api', dpop: undefined } as const
    return await verifier.verify({ ...request, authorization: `Bearer ${token}` }).then(
      () => 'believed',
      (error: unknown) => (error as { code: string }).code,
    )
  }
  expect([await at(0), await at(350_000), await at(370_000), await at(year)]).toEqual([
    'believed',
    'believed',
    'not-signed-in',
    'not-signed-in',
  ])
  expect([await at(-50_000), await at(-75_000), await at(-year)]).toEqual([
    'believed',
    'not-signed-in',
    'not-signed-in',
  ])
})
