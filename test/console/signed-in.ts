// A browser in which a sample person is signed in at the console, through the sample's own provider.

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { sessionEnded, sessions as sessionsShape } from '@sallyport/protocol/api'
import { buildConsole } from '../../console/build.ts'
import type { Address, GateClient } from '../gate.ts'

/** The same browser without its windows, where Debian's package of it is here: a third less work for the machine. */
const withoutWindows = '/usr/bin/chromium-headless-shell'
const executablePath = existsSync(withoutWindows) ? withoutWindows : '/usr/bin/chromium'
export const isChromiumThere = existsSync(executablePath) || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
export const inChromium = `in Chromium (Debian package chromium${isChromiumThere ? '' : ', which is not here'})`
const switches = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = [...switches.split(' '), '--headless', '--disable-component-update', '--disable-sync']

/** Build the console if need be, and start a browser. */
export async function startBrowser(): Promise<Browser> {
  await buildConsole()
  return await chromium.launch({ executablePath, args })
}

/** Close it. One that does not answer any more is left to end with this process. */
export async function closeBrowser(browser: Browser | undefined): Promise<void> {
  let waiting: NodeJS.Timeout | undefined
  const patience = new Promise((resolve) => (waiting = setTimeout(resolve, 20_000)))
  await Promise.race([browser?.close(), patience])
  clearTimeout(waiting)
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained about: errors, and whatever its policy did not let it do. */
  readonly complaints: readonly string[]
  /** End every session of the person, behind the back of the page. */
  readonly endSessions: () => Promise<void>
}

export interface VisitOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme'> {
  readonly path: string
}

interface Served {
  readonly address: Address
  readonly client: GateClient
}

/** Open the console as a sample person, or as nobody, in a browser context of its own. */
export async function visit(
  browser: Browser,
  { address, client }: Served,
  person: string | null,
  { path, ...look }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: address.url, ...look })
  const { page, complaints } = await watchedPage(context)
  if (person === null) await page.goto(path)
  else await signIn(page, person, path)
  return { page, context, complaints, endSessions: async () => await endSessionsOf(client, person ?? '') }
}

/** Sign in as people do: at the provider of the sample, which asks who one is and sends the browser back. */
async function signIn(page: Page, person: string, path: string): Promise<void> {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent(path)}`)
  await page.getByRole('button', { name: 'Sign in with the sample company' }).click()
  await page.locator(`button[name=person][value=${person}]`).click()
  await page.getByRole('main').waitFor()
}

/** Another page of whoever is signed in there. */
export async function watchedPage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, complaints }
}

async function endSessionsOf(client: GateClient, person: string): Promise<void> {
  const { sessions } = await client.done(sessionsShape, person, 'GET', '/sessions')
  for (const { id } of sessions) await client.done(sessionEnded, person, 'DELETE', `/sessions/${id}`)
}

/** Wait until the gate itself has refused what a page shows: where the console says beforehand that it is not for these roles, it is asked anyway. */
export async function refusedByTheGate(page: Page): Promise<void> {
  const anyway = page.getByRole('button', { name: 'Ask the gate anyway' })
  const refused = page.getByText(/^You may not /).first()
  await anyway.or(refused).first().waitFor()
  if ((await anyway.count()) > 0) await anyway.click()
  await refused.waitFor()
}

/** Wait until a page has its heading and whatever it asked of the gate. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page
    .getByText(/^Reading /)
    .first()
    .waitFor({ state: 'detached' })
}
