import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileReserved, fileStored, vaults as vaultsShape } from '@sallyport/protocol/api'
import { sealedFor, servedSample } from '../../server/src/http/testing.ts'
import { inChromium, isChromiumThere, startBrowser, visit } from './signed-in.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let browser: Browser
/** A vault, and a file in it that is named to do harm. */
let there: { readonly vault: string; readonly file: string }
const pictures = process.env['SALLYPORT_PICTURES']

describe.skipIf(!isChromiumThere)(`every page, ${inChromium}`, () => {
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(9940), startBrowser()])
    there = await protectOne()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })

  const looks = [
    { name: 'wide-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
    { name: 'narrow-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  ] as const

  test.each([
    ['sign-in', null, '/sign-in'],
    ['home of an officer', 'grace', '/'],
    ['home of an administrator', 'omar', '/'],
    ['home of an engineer', 'ada', '/'],
    ['home of an auditor', 'paula', '/'],
    ['home of nobody', 'stranger', '/'],
    ['me', 'grace', '/me'],
    ['receipts', 'grace', '/receipts'],
    ['files of an engineer', 'ada', '/files'],
    ['files of an auditor', 'paula', '/files'],
    ['vault of an engineer', 'ada', () => `/files/vaults/${there.vault}`],
    ['vault of an officer', 'grace', () => `/files/vaults/${there.vault}`],
    ['vault that is not there', 'ada', `/files/vaults/${crypto.randomUUID()}`],
    ['file of an engineer', 'ada', () => `/files/${there.file}`],
    ['file of an officer', 'grace', () => `/files/${there.file}`],
  ] as const)(
    '%s',
    async (name, person, path) => {
      for (const look of looks) {
        const { page, context, complaints } = await visit(browser, served, person, {
          ...look,
          path: typeof path === 'string' ? path : path(),
        })
        await page.getByRole('heading', { level: 1 }).waitFor()
        // Whatever the page asked for is there.
        await page
          .getByText(/^Reading /)
          .first()
          .waitFor({ state: 'detached' })
        if (pictures !== undefined) await picture(page, `${name}-${look.name}`)
        expect(complaints).toEqual([])
        expect(await axe(page)).toEqual([])
        await context.close()
      }
    },
    120_000,
  )
})

async function protectOne(): Promise<{ readonly vault: string; readonly file: string }> {
  const { client } = served
  const { vaults } = await client.done(vaultsShape, 'ada', 'GET', '/vaults')
  const vault = vaults.find(({ name }) => name === 'falcon')?.id ?? ''
  const name = `airframe/wing/<b onclick=alert(1)>${'spar '.repeat(20)}rev 2.pdf`
  const reserved = await client.done(fileReserved, 'ada', 'POST', '/files', { vaultId: vault, name })
  const { container } = await sealedFor(reserved, new Uint8Array(90_000))
  await client.done(fileStored, 'ada', 'PUT', `/files/${reserved.file.id}/content`, container)
  for (const plain of ['plan.txt', 'airframe/loads.csv']) {
    await client.done(fileReserved, 'ada', 'POST', '/files', { vaultId: vault, name: plain })
  }
  return { vault, file: reserved.file.id }
}

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures ?? '', { recursive: true })
  await page.screenshot({ path: join(pictures ?? '', `${name}.png`) })
}

async function axe(page: Page): Promise<readonly string[]> {
  const { source } = AxeBuilder as unknown as { source: string }
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: source })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html))))`,
    awaitPromise: true,
    returnByValue: true,
  })
  return JSON.parse(String(result.value)) as string[]
}
