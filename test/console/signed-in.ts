// A browser in which a sample person is signed in at the console. The gate's own sign-in stands aside here: its session routes are
// answered in the browser's place, and calls carry the person's token instead of the cookie.

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { me as meShape } from '@sallyport/protocol/api'
import { buildConsole } from '../../console/build.ts'
import type { Address, GateClient } from '../gate.ts'

const executablePath = '/usr/bin/chromium'
export const isChromiumThere = existsSync(executablePath) || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
export const inChromium = `in Chromium (Debian package chromium${isChromiumThere ? '' : ', which is not here'})`
const switches = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = [...switches.split(' '), '--headless', '--disable-component-update', '--disable-sync']

/** Build the console if need be, and start a browser. */
export async function startBrowser(): Promise<Browser> {
  await buildConsole()
  return await chromium.launch({ executablePath, args })
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained about: errors, and whatever its policy did not let it do. */
  readonly complaints: readonly string[]
}

/** Open the console as a sample person, or as nobody. */
export async function visit(
  browser: Browser,
  { address, client }: { readonly address: Address; readonly client: GateClient },
  person: string | null,
  options: BrowserContextOptions & { readonly path?: string } = {},
): Promise<Visit> {
  const { path = '/', ...rest } = options
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: address.url, ...rest })
  await standIn(context, client, person)
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(path)
  return { page, context, complaints }
}

async function standIn(context: BrowserContext, client: GateClient, person: string | null): Promise<void> {
  const ways = { passkey: true, issuers: [{ id: 'sample', name: 'the sample company' }], certificate: true }
  const session = person === null ? null : await sessionOf(client, person)
  let isIn = session !== null
  const token = person === null ? null : await client.token(person)
  await context.route(/\/(api\/v1|kas\.AccessService)\//, async (route) => {
    const { dpop: _, ...headers } = route.request().headers()
    if (!isIn || token === null) return await route.continue()
    return await route.continue({ headers: { ...headers, authorization: `Bearer ${token}` } })
  })
  await context.route('**/api/v1/session', async (route) => {
    if (route.request().method() === 'DELETE') isIn = false
    await route.fulfill({ json: { session: isIn ? session : null, ways } })
  })
}

async function sessionOf(client: GateClient, person: string): Promise<unknown> {
  const { person: record, issuer, subject } = await client.done(meShape, person, 'GET', '/me')
  const in30 = new Date(Date.now() + 30 * 60_000).toISOString()
  return {
    id: '0190c0de-0000-7000-8000-00000000000a',
    person: record === null ? null : { id: record.id, name: record.name },
    roles: record?.roles ?? [],
    method: 'oidc',
    isDeviceBound: null,
    issuer,
    subject,
    startedAt: new Date().toISOString(),
    expiresAt: in30,
    idleExpiresAt: in30,
    place: 'office',
  }
}
