// A real enclave founded in browsers, from the codes that init hands out to a vault: each founder has a passkey, and nothing else.

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../server/src/base/index.ts'
import { initEnclave } from '../../server/src/main/init.ts'
import type { Real } from '../../server/src/main/real.ts'
import { makeFoundingSite, type FoundingSite } from '../founding-site.ts'
import { faultsOf } from './axe.ts'
import { closeBrowser, inChromium, isChromiumThere, startBrowser, watchedPage } from './signed-in.ts'

const names = ['grace', 'henry', 'wanda', 'omar'] as const
type Name = (typeof names)[number]

interface Desk {
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: readonly string[]
}

const pictures = process.env['SALLYPORT_PICTURES']

/** What it looks like, where somebody wants to see: wide and narrow. */
async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return
  for (const [look, width, height] of [
    ['wide', 1440, 900],
    ['narrow', 390, 844],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: `${pictures}/${name.replaceAll(' ', '-')}-${look}.png`, fullPage: true })
  }
}

describe.skipIf(!isChromiumThere)(`founding, ${inChromium}`, { timeout: 180_000 }, () => {
  let site: FoundingSite
  let real: Real
  let browser: Browser
  let codes: ReadonlyMap<string, string>
  const desks = new Map<Name, Desk>()

  const init = async (changes: Partial<Parameters<typeof initEnclave>[0]> = {}) => {
    const { config, founders } = site
    const { codes } = await initEnclave({
      config,
      founders,
      log: silentLogger,
      resume: false,
      tell: () => undefined,
      ...changes,
    })
    return new Map(codes.map((one) => [one.founder.split(' ')[0]?.toLowerCase() ?? '', one.code]))
  }

  beforeAll(async () => {
    site = await makeFoundingSite(9310)
    codes = await init()
    real = await site.serve()
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await closeBrowser(browser)
    await real?.close()
    await site?.stop()
  })

  /** The machine of a founder: a browser of their own, with an authenticator. */
  async function deskOf(name: Name): Promise<Desk> {
    const known = desks.get(name)
    if (known !== undefined) return known
    const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: site.url, reducedMotion: 'reduce' })
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
    const desk = { context, page, complaints }
    desks.set(name, desk)
    return desk
  }

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

  async function enroll(name: Name, code: string): Promise<Page> {
    const { page } = await deskOf(name)
    await page.goto(`/founding#${code}`)
    await button(page, 'Enroll with a passkey').click()
    return page
  }

  test('whoever comes to the gate is led to the founding; a code that opens nothing enrolls nobody', async () => {
    const { page } = await deskOf('grace')
    await page.goto('/')
    await page.getByRole('heading', { name: 'Real works is being founded' }).waitFor()
    expect(page.url()).toBe(`${site.url}/founding`)
    await enroll('grace', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-1')
    await page.getByText('this is no code of this founding').waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  test('each founder enrolls with the code and a passkey, and nobody with one that was used', async () => {
    for (const name of names) {
      const page = await enroll(name, codes.get(name) ?? '')
      await page.getByRole('heading', { name: 'Founders' }).waitFor()
      expect(page.url()).toBe(`${site.url}/founding`)
    }
    const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: site.url })
    const { page } = await watchedPage(context)
    await page.goto(`/founding#${codes.get('grace')}`)
    await button(page, 'Enroll with a passkey').click()
    await page.getByText('this code was used').waitFor()
    expect(await page.getByText('Henry').count()).toBe(0)
    await context.close()
  })

  test('an enrollment that is taken back takes its passkey away; a new code enrolls anew', async () => {
    const again = await init({ resume: true, voided: 'Henry Walsh' })
    const { page } = await deskOf('henry')
    await page.goto('/sign-in')
    // The session that was begun names nobody any more.
    await page.getByLabel('Code').waitFor()
    await page.context().clearCookies()
    await page.goto('/sign-in?returnTo=/founding')
    await button(page, 'Sign in with a passkey').click()
    await page.getByText('it is not known here').waitFor()
    await enroll('henry', again.get('henry') ?? '')
    await page.getByRole('heading', { name: 'Founders' }).waitFor()
    expect(again.size).toBe(1)
  })

  test('a founder whose session is gone signs in with the passkey meanwhile', async () => {
    const { page } = await deskOf('wanda')
    await page.context().clearCookies()
    await page.goto('/founding')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await button(page, 'Sign in with a passkey').click()
    await page.getByRole('heading', { name: 'Founders' }).waitFor()
    expect(await page.getByText('Wanda Kowalski (you)').count()).toBe(1)
  })

  test('they attest each other, an officer closes, and the founders are who they were', async () => {
    const attest = async (by: Name, about: string) => {
      const { page } = await deskOf(by)
      await page.goto('/founding')
      await button(page, `Attest ${about}`).click()
      await page.getByLabel('What you attest, in your own words').fill('met in person, card seen')
      expect(await faultsOf(page)).toEqual([])
      await page.getByRole('dialog').getByRole('button', { name: 'Attest' }).click()
      await page
        .getByText(/attested by/)
        .first()
        .waitFor()
    }
    const { page } = await deskOf('grace')
    await page.goto('/founding')
    expect(await button(page, 'Attest Grace Okafor').count()).toBe(0)
    await attest('grace', 'Henry Walsh')
    await attest('henry', 'Grace Okafor')
    await attest('henry', 'Wanda Kowalski')
    const { page: omars } = await deskOf('omar')
    await omars.goto('/founding')
    await omars.getByText('an officer can close it').waitFor()
    expect(await button(omars, 'Close the founding').count()).toBe(0)
    await attest('wanda', 'Omar Haddad')
    await page.reload()
    await button(page, 'Close the founding').waitFor()
    await picture(page, 'founding')
    await button(page, 'Close the founding').click()
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByText('Bring in the first engineer').waitFor()
    await picture(page, 'first steps')
    await page.getByText('Not ready for controlled data', { exact: true }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    // The others are led there too.
    await omars.getByRole('heading', { name: 'First steps' }).waitFor()
    await omars.getByText('An officer goes through these').waitFor()
  })

  test('a classification that two others approve, a label and a vault', async () => {
    const { page } = await deskOf('grace')
    await button(page, 'Register a classification').click()
    await page.getByLabel('Number').fill('FAL-0042')
    await page.getByLabel('Paragraph of the USML').fill('IV(h)(1)')
    await page.getByLabel('What it is').fill('Nozzle of the Falcon')
    await page.getByLabel('How the lists were gone through').fill('IV(a) to IV(g): no. IV(h)(1): yes.')
    await page.getByLabel('Who decided it').fill('Classification board')
    await page.getByLabel('Decided on').fill('2025-01-06')
    await page.getByLabel('Next review').fill('2028-01-05')
    await page.getByRole('textbox', { name: 'Why', exact: true }).fill('board of January')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    await page.getByText('A record waits for two others').waitFor()

    for (const name of ['henry', 'wanda'] as const) {
      const { page: other } = await deskOf(name)
      await other.goto('/approvals')
      await other.getByRole('link', { name: /FAL-0042/ }).click()
      await button(other, 'Approve').click()
      await other.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
      await other
        .getByText(/^Approved/)
        .first()
        .waitFor()
    }

    await page.goto('/first-steps')
    await button(page, 'Define a label').click()
    await page.getByLabel('Value').fill('itar')
    await page.getByLabel('Title').fill('ITAR technical data')
    await page.getByRole('dialog').getByRole('button', { name: 'Define' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await button(page, 'Make a vault').click()
    await page.getByLabel('Name').fill('falcon')
    await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('heading', { name: /Make a vault · done/ }).waitFor()
    await page.getByRole('link', { name: 'Files' }).first().click()
    await page.getByRole('link', { name: 'falcon' }).waitFor()
    for (const { complaints } of desks.values())
      expect(complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([])
  })
})
