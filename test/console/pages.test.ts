import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample } from '../../server/src/http/testing.ts'
import { inChromium, isChromiumThere, startBrowser, visit } from './signed-in.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let browser: Browser
const pictures = process.env['SALLYPORT_PICTURES']

describe.skipIf(!isChromiumThere)(`every page, ${inChromium}`, () => {
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(9940), startBrowser()])
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
  ])(
    '%s',
    async (name, person, path) => {
      for (const look of looks) {
        const { page, context, complaints } = await visit(browser, served, person, { ...look, path })
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
