// Passkeys in a real browser with a virtual authenticator: enrolled with both halves of a link that two others approved, used to sign
// in, recovered, taken away; and what is none is refused.

import { existsSync } from 'node:fs'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as api from '../protocol/src/api/index.ts'
import { serveHere, servedSample, type Address, type GateClient, type Site } from '../server/src/http/testing.ts'

const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath) || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
const switches = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = [...switches.split(' '), '--headless', '--disable-component-update', '--disable-sync']

/** A page of the gate's origin with a key of its own: what a console does, in as few lines as it takes. */
const script = `
const key = crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const part = (value) => text(new TextEncoder().encode(JSON.stringify(value)))
async function prove(method, path) {
  const { privateKey, publicKey } = await key
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
  const claims = { jti: crypto.randomUUID(), htm: method, htu: location.origin + path, iat: Math.floor(Date.now() / 1000) }
  const signed = head + '.' + part(claims)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new TextEncoder().encode(signed))
  return signed + '.' + text(signature)
}
window.ask = async (method, path, body) => {
  const headers = { dpop: await prove(method, path), ...(body ? { 'content-type': 'application/json' } : {}) }
  const answer = await fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  return { status: answer.status, value: await answer.json() }
}
window.create = async (options) =>
  (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })).toJSON()
window.get = async (options) =>
  (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })).toJSON()
`

interface Answer {
  readonly status: number
  readonly value: unknown
}

interface Tab {
  readonly page: Page
  readonly authenticator: CDPSession
  readonly authenticatorId: string
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Answer>
  readonly create: (options: unknown) => Promise<Record<string, unknown>>
  readonly get: (options: unknown) => Promise<Record<string, unknown>>
}

describe.skipIf(!isThere)(
  `a passkey in Chromium (Debian package chromium${isThere ? '' : ', which is not here'})`,
  () => {
    let site: Site
    let address: Address
    let client: GateClient
    let stop: () => Promise<void>
    let browser: Browser
    let people: ReadonlyMap<string, string>
    beforeAll(async () => {
      ;({ site, address, client, stop } = await servedSample(9935))
      browser = await chromium.launch({ executablePath, args })
      const rows = await site.database.query('SELECT subject, person_id FROM identity_binding')
      people = new Map(rows.map((row) => [String(row['subject']), String(row['person_id'])]))
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      await stop?.()
    })

    async function openTab(device: Record<string, unknown> = {}, at = address.url): Promise<Tab> {
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      await context.route('**/tab', (route) =>
        route.fulfill({ contentType: 'text/html', body: `<!doctype html><script>${script}</script>` }),
      )
      const page = await context.newPage()
      await page.goto(`${at}/tab`)
      const authenticator = await context.newCDPSession(page)
      await authenticator.send('WebAuthn.enable')
      const { authenticatorId } = await authenticator.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
          ...device,
        } as never,
      })
      const run = (name: string) => (value: unknown) =>
        page.evaluate(
          ([call, given]) => (globalThis as never as Record<string, (one: unknown) => unknown>)[call]?.(given),
          [name, value] as const,
        ) as Promise<Record<string, unknown>>
      return {
        page,
        authenticator,
        authenticatorId,
        ask: (method, path, body) =>
          page.evaluate(
            ([one, two, three]) =>
              (globalThis as never as { ask: (...all: unknown[]) => Promise<Answer> }).ask(one, two, three),
            [method, path, body ?? null] as const,
          ),
        create: run('create'),
        get: run('get'),
      }
    }

    async function askedFor(
      person: string,
      recovery = false,
    ): Promise<{ readonly approvalId: string; readonly code: string }> {
      const body = { recovery, reason: 'first day' }
      return await client.done(api.enrollmentAsked, 'omar', 'POST', `/people/${people.get(person)}/enrollments`, body)
    }

    async function approved(approvalId: string, by: string): Promise<{ readonly link: string } | null> {
      const { digest } = await client.done(api.approvalShown, by, 'GET', `/approvals/${approvalId}`)
      const path = `/approvals/${approvalId}/approve`
      return (await client.done(api.approvalGiven, by, 'POST', path, { digest })).enrollment
    }

    /** Both halves of a link, as two others arranged it. */
    async function arranged(
      person: string,
      recovery = false,
    ): Promise<{ readonly secret: string; readonly code: string }> {
      const { approvalId, code } = await askedFor(person, recovery)
      expect(await approved(approvalId, 'grace')).toBeNull()
      const { link = '' } = (await approved(approvalId, 'henry')) ?? {}
      expect(link.startsWith(`${address.url}/enroll#`)).toBe(true)
      return { secret: link.split('#')[1] ?? '', code }
    }

    async function enrolled(tab: Tab, halves: { readonly secret: string; readonly code: string }): Promise<Answer> {
      const begun = await tab.ask('POST', '/api/v1/enrollment/options', halves)
      if (begun.status !== 200) return begun
      const { challengeId, options } = api.enrollmentBegun.parse(begun.value)
      const response = await tab.create(options)
      return await tab.ask('POST', '/api/v1/enrollment', { ...halves, challengeId, response })
    }

    async function signedIn(
      tab: Tab,
      change: (response: Record<string, unknown>) => unknown = (same) => same,
    ): Promise<Answer> {
      const begun = await tab.ask('POST', '/api/v1/session/passkey/options', {})
      const { challengeId, options } = api.passkeyChallenge.parse(begun.value)
      const response = change(await tab.get(options))
      return await tab.ask('POST', '/api/v1/session/passkey', { challengeId, response })
    }

    const sessionIn = ({ value }: Answer) => api.session.parse(value).session

    test('is enrolled by both halves, once, signs in by itself, and is on record', async () => {
      const tab = await openTab()
      const halves = await arranged('ada')
      const first = await enrolled(tab, halves)
      expect(sessionIn(first)).toMatchObject({
        person: { id: people.get('ada') },
        method: 'passkey',
        isDeviceBound: true,
        issuer: 'urn:sallyport:passkey',
      })
      expect((await tab.ask('GET', '/api/v1/me')).status).toBe(200)
      expect((await tab.ask('DELETE', '/api/v1/session')).status).toBe(200)
      expect((await tab.ask('GET', '/api/v1/me')).status).toBe(401)
      const again = await signedIn(tab)
      expect(sessionIn(again)).toMatchObject({ person: { id: people.get('ada') }, method: 'passkey' })
      expect((await enrolled(tab, halves)).status).toBe(403)
      const { passkeys } = await client.done(api.passkeys, 'omar', 'GET', `/people/${people.get('ada')}/passkeys`)
      expect(passkeys).toMatchObject([{ isDeviceBound: true, usedAt: expect.any(String) }])
      const entries = await site.database.query(
        `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_entries UNION SELECT convert_from(bytes, 'UTF8') FROM ledger_pending`,
      )
      const all = entries.map(({ text }) => String(text)).join('\n')
      expect(all).toContain('enrollment.opened')
      expect(all).not.toContain(halves.secret)
      expect(all).not.toContain(halves.code)
    })

    test('is enrolled by neither half alone, and by no half of another link', async () => {
      const tab = await openTab()
      const [one, other] = [await arranged('ben'), await arranged('james')]
      const wrong = [
        { ...one, code: other.code },
        { ...one, secret: other.secret },
        { ...one, code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A' },
        { ...one, secret: 'x' },
      ]
      for (const halves of wrong) expect((await enrolled(tab, halves)).status).toBe(403)
      // An earlier link is over once there is a later one.
      const later = await arranged('ben')
      expect((await enrolled(tab, one)).status).toBe(403)
      await site.database.query('UPDATE identity_enrollment SET expires_at = now() WHERE person_id = $1', [
        people.get('ben'),
      ])
      expect((await enrolled(tab, later)).status).toBe(403)
      expect(sessionIn(await enrolled(tab, other))).toMatchObject({ person: { id: people.get('james') } })
    })

    test('takes two others: not whoever asks, not whom it is for, and nobody alone', async () => {
      const { approvalId } = await askedFor('wanda')
      const again = { recovery: false, reason: 'another day' }
      expect(await client.ask('omar', 'POST', `/people/${people.get('wanda')}/enrollments`, again)).toMatchObject({
        status: 409,
        value: { waiting: { kind: 'approval', id: approvalId } },
      })
      const { digest } = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${approvalId}`)
      const path = `/approvals/${approvalId}/approve`
      for (const by of ['omar', 'wanda', 'ada'])
        expect((await client.ask(by, 'POST', path, { digest })).status).toBe(403)
      expect(await approved(approvalId, 'grace')).toBeNull()
      expect((await client.ask('grace', 'POST', path, { digest })).status).toBe(409)
      const own = { recovery: false, reason: 'mine' }
      expect((await client.ask('omar', 'POST', `/people/${people.get('omar')}/enrollments`, own)).status).toBe(403)
      expect((await client.ask('ada', 'POST', `/people/${people.get('ben')}/enrollments`, own)).status).toBe(403)
    })

    test('that is lost is recovered the same way: the old ones are gone with their sessions', async () => {
      const [lost, found] = [await openTab(), await openTab()]
      await enrolled(lost, await arranged('paula'))
      expect((await lost.ask('GET', '/api/v1/me')).status).toBe(200)
      expect(sessionIn(await enrolled(found, await arranged('paula', true)))).toMatchObject({
        person: { id: people.get('paula') },
      })
      expect((await lost.ask('GET', '/api/v1/me')).status).toBe(401)
      expect((await signedIn(lost)).status).toBe(401)
      expect(sessionIn(await signedIn(found))).not.toBeNull()
    })

    test('is taken away by its person or by one officer, and signs in no more', async () => {
      const tab = await openTab()
      await enrolled(tab, await arranged('ben'))
      const { passkeys } = api.passkeys.parse((await tab.ask('GET', '/api/v1/passkeys')).value)
      const id = passkeys[0]?.credentialId ?? ''
      expect((await client.ask('ada', 'DELETE', `/people/${people.get('ben')}/passkeys/${id}`)).status).toBe(403)
      await client.done(api.passkeyRemoved, 'grace', 'DELETE', `/people/${people.get('ben')}/passkeys/${id}`)
      expect((await tab.ask('GET', '/api/v1/me')).status).toBe(401)
      expect((await signedIn(tab)).status).toBe(401)
      const own = await openTab()
      await enrolled(own, await arranged('ben'))
      const [mine] = api.passkeys.parse((await own.ask('GET', '/api/v1/passkeys')).value).passkeys
      expect((await own.ask('DELETE', `/api/v1/passkeys/${mine?.credentialId}`)).status).toBe(200)
      expect((await own.ask('GET', '/api/v1/me')).status).toBe(401)
    })

    test('is believed once for a challenge, from the page that asked, and only where its user was verified', async () => {
      const tab = await openTab()
      await enrolled(tab, await arranged('ada', true))
      const begun = await tab.ask('POST', '/api/v1/session/passkey/options', {})
      const { challengeId, options } = api.passkeyChallenge.parse(begun.value)
      const response = await tab.get(options)
      const body = { challengeId, response }
      const elsewhere = await openTab()
      expect((await elsewhere.ask('POST', '/api/v1/session/passkey', body)).status).toBe(409)
      expect((await tab.ask('POST', '/api/v1/session/passkey', body)).status).toBe(200)
      expect((await tab.ask('POST', '/api/v1/session/passkey', body)).status).toBe(409)
      // The same answer to another challenge.
      expect((await signedIn(tab, () => response)).status).toBe(401)
      await tab.authenticator.send('WebAuthn.setUserVerified', {
        authenticatorId: tab.authenticatorId,
        isUserVerified: false,
      })
      await expect(signedIn(tab)).rejects.toThrow(/NotAllowedError|not allowed/)
    })

    test('that was copied is found by its counter', async () => {
      const tab = await openTab()
      await enrolled(tab, await arranged('ada', true))
      expect((await signedIn(tab)).status).toBe(200)
      await site.database.query('UPDATE identity_passkey SET counter = counter + 10 WHERE person_id = $1', [
        people.get('ada'),
      ])
      expect((await signedIn(tab)).status).toBe(401)
    })

    test('says whether it can leave its device', async () => {
      const tab = await openTab({ defaultBackupEligibility: true, defaultBackupState: true })
      expect(sessionIn(await enrolled(tab, await arranged('ada', true)))).toMatchObject({ isDeviceBound: false })
      await site.database.query('UPDATE identity_passkey SET is_device_bound = true WHERE person_id = $1', [
        people.get('ada'),
      ])
      // One that was of the other kind when it was made is not this one.
      expect((await signedIn(tab)).status).toBe(401)
    })

    test('that can leave its device is refused where the configuration says so, at its enrollment and at any sign-in', async () => {
      const synced = { defaultBackupEligibility: true, defaultBackupState: true }
      const strict = await serveHere(site, 9945, { SALLYPORT_PASSKEYS_DEVICE_BOUND: 'required' })
      try {
        const tab = await openTab(synced, strict.url)
        const halves = await arranged('ada', true)
        expect((await enrolled(tab, halves)).status).toBe(400)
        const bound = await openTab({}, strict.url)
        expect(sessionIn(await enrolled(bound, halves))).toMatchObject({ isDeviceBound: true })
        expect(sessionIn(await signedIn(bound))).toMatchObject({ isDeviceBound: true })
        const here = await openTab(synced)
        await enrolled(here, await arranged('james', true))
        await here.page.goto(`${strict.url}/tab`)
        expect((await signedIn(here)).status).toBe(401)
      } finally {
        await strict.close()
      }
    })
  },
)
