// What two others approve at the console, seen to its end: an authorization whose effect is looked at first, and a passkey that is made
// with both halves of a link and signs in by itself.

import { authorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample } from '../../server/src/http/testing.ts'
import { protectedFile } from '../../server/src/http/testing/protected-file.ts'
import { closeBrowser, inChromium, isChromiumThere, startBrowser, visit, watchedPage } from './signed-in.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe.skipIf(!isChromiumThere)(`approved at the console, ${inChromium}`, { timeout: 180_000 }, () => {
  let served: Awaited<ReturnType<typeof servedSample>>
  let browser: Browser
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(10_015), startBrowser()])
  }, 180_000)
  afterAll(async () => {
    await closeBrowser(browser)
    await served?.stop()
  })

  const as = async (person: string, path: string) => await visit(browser, served, person, { path })

  async function approve(page: Page): Promise<void> {
    await button(page, 'Approve').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  }

  test('an authorization, once it was seen who gains what by it', async () => {
    const { client } = served
    await protectedFile(client, 'nozzle.step')
    const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
    const [standing] = authorizations
    const terms = { ...authorizationTerms.parse(standing?.terms), provisos: [] }
    await client.ask('grace', 'POST', `/authorizations/${standing?.id}/end`, { reason: 'anew' })
    const { authorization } = await client.done(api.authorizationChanged, 'grace', 'POST', '/authorizations', terms)
    const at = `/authorizations/${authorization.id}`
    const { approvalId } = await client.done(api.authorization, 'grace', 'GET', at)
    for (const [person, said] of [
      ['henry', /^Approved: /],
      ['wanda', /^Approved and done: /],
    ] as const) {
      const { page, context, complaints } = await as(person, `/approvals/${approvalId}`)
      await page.getByRole('heading', { name: 'Who gains or loses what' }).waitFor()
      await page.getByText(/James Calder.* gains: nozzle\.step/).waitFor()
      await approve(page)
      await page.getByText(said).first().waitFor()
      expect(complaints).toEqual([])
      await context.close()
    }
    expect((await client.done(api.authorization, 'grace', 'GET', at)).state).toBe('effective')
  })

  test('a passkey, made with both halves of its link, which signs in from then on', async () => {
    const { client } = served
    const { people } = await client.done(api.people, 'grace', 'GET', '/people')
    const lin = people.find(({ name }) => name === 'Lin Zhao') ?? expect.fail('nobody')
    const asked = await client.done(api.enrollmentAsked, 'omar', 'POST', `/people/${lin.id}/enrollments`, {
      recovery: false,
      reason: 'first day',
    })
    const { digest } = await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${asked.approvalId}`)
    await client.done(api.approvalGiven, 'henry', 'POST', `/approvals/${asked.approvalId}/approve`, { digest })
    const last = await as('grace', `/approvals/${asked.approvalId}`)
    await approve(last.page)
    const shown = last.page.getByRole('dialog').locator('code')
    await shown.waitFor()
    const link = (await shown.textContent()) ?? ''
    expect(link.startsWith(`${served.address.url}/enroll#`)).toBe(true)
    await last.page.getByRole('dialog').getByRole('button', { name: 'I have passed it on' }).click()
    expect([last.complaints, await shown.count()]).toEqual([[], 0])
    await last.context.close()

    const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: served.address.url })
    const { page, complaints } = await watchedPage(context)
    const authenticator = await context.newCDPSession(page)
    await authenticator.send('WebAuthn.enable')
    await authenticator.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(link)
    await page.getByLabel('Code').fill('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A')
    await button(page, 'Make the passkey').click()
    await page.getByText(/open nothing/).waitFor()
    expect(page.url()).toBe(`${served.address.url}/enroll`)
    await page.getByLabel('Code').fill(asked.code)
    await button(page, 'Make the passkey').click()
    await page.getByRole('button', { name: /Lin Zhao/ }).waitFor()

    await context.clearCookies()
    await page.goto('/sign-in')
    await button(page, 'Sign in with a passkey').click()
    await page.getByRole('button', { name: /Lin Zhao/ }).waitFor()
    // What the gate said no to is told by the browser as well.
    expect(complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([])
    await context.close()
  })
})
