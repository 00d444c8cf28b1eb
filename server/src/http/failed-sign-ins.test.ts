// Sign-ins that did not come about, over HTTP: noted as they fail, read by those who may, and nothing of what a caller claims.

import { request } from 'node:https'
import { failedSignIns } from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servedSample } from './testing.ts'

let served: Awaited<ReturnType<typeof servedSample>>
beforeAll(async () => {
  served = await servedSample(9957)
}, 60_000)
afterAll(() => served.stop())

/** Come back to the gate as from a provider, with an answer to no sign-in. Yields where the browser is sent on. */
async function comeBack(path: string): Promise<string | undefined> {
  return await new Promise((resolve, reject) => {
    const asked = request(new URL(path, served.address.url), { rejectUnauthorized: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.headers.location))
    })
    asked.on('error', reject).end()
  })
}

test('are counted and shown to officers, administrators, auditors and analysts, without anything of the answer', async () => {
  const read = async (who: string) => await served.client.done(failedSignIns, who, 'GET', '/sign-ins/failed')
  expect(await read('omar')).toMatchObject({ counts: [], newest: [] })
  for (let n = 0; n < 2; n++) {
    expect(await comeBack('/session/callback/sample?code=ada-says&state=of-nobody')).toMatch(/problem=expired/)
  }
  for (const who of ['omar', 'grace', 'paula', 'rosa']) {
    const { counts, newest } = await read(who)
    expect(counts).toMatchObject([{ method: 'oidc', reason: 'expired', count: 2 }])
    expect(newest).toMatchObject([{ method: 'oidc', reason: 'expired', who: null }, { who: null }])
    expect(JSON.stringify(newest)).not.toMatch(/ada-says|of-nobody/)
  }
  for (const who of ['ada', 'stranger']) {
    expect((await served.client.ask(who, 'GET', '/sign-ins/failed')).status).toBe(403)
  }
})
