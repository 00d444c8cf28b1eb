import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureSelfSigned, openMetrics, silentLogger, systemClock, systemRandomness } from '../base/index.ts'
import type { VerifiedCaller } from '../identity/index.ts'
import { makeHttpServer, type HttpParts } from './index.ts'

let folder: string
let tls: HttpParts['tls']
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-nonce-'))
  const made = await ensureSelfSigned({ directory: folder, hostnames: ['localhost'], clock: systemClock })
  tls = { cert: made.certPem, key: made.keyPem }
})
afterAll(() => rm(folder, { recursive: true }))

/** Ask the product API as a client that is owed this nonce; no database, so that nothing can be decided. */
async function ask(nextNonce: string | null) {
  const caller: Pick<VerifiedCaller, 'nextNonce'> = { nextNonce }
  const gate = {
    enclave: { publicUrl: 'https://localhost:8443' },
    isFounded: () => true,
    verify: async () => caller,
    placeOf: () => ({ name: null, country: null }),
    decisions: { decide: () => Promise.reject(new Problem('unavailable', 'cannot decide: no database, want one')) },
  }
  const parts = {
    tls,
    log: silentLogger,
    metrics: openMetrics(),
    clock: systemClock,
    random: systemRandomness,
    doors: [],
  }
  const app = makeHttpServer({ ...parts, gate } as unknown as HttpParts)
  const answer = await app.inject({ method: 'GET', url: '/api/v1/people' })
  await app.close()
  return answer
}

test('every answer of the product API, a refusal too, hands the next nonce to a client that owes one, and to no other', async () => {
  expect(await ask('next')).toMatchObject({ statusCode: 503, headers: { 'dpop-nonce': 'next' } })
  expect((await ask(null)).headers).not.toHaveProperty('dpop-nonce')
})
