// A roster of ten thousand: the list draws the rows in sight, asks for pages as one comes near their end, and filters what is here
// without asking. The gate's pages are made up in the browser's place.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample } from '../../server/src/http/testing.ts'
import { count, pageSize, peopleAfter } from './made-up-people.ts'
import { closeBrowser, inChromium, isChromiumThere, startBrowser, visit } from './signed-in.ts'

const asked: string[] = []
let served: Awaited<ReturnType<typeof servedSample>>
let browser: Browser
let page: Page

describe.skipIf(!isChromiumThere)(`ten thousand people, ${inChromium}`, { timeout: 180_000 }, () => {
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(9980), startBrowser()])
    const visited = await visit(browser, served, 'grace', { path: '/me', viewport: { width: 1440, height: 900 } })
    page = visited.page
    await page.route('**/api/v1/people?**', async (route) => await route.fulfill({ json: answer(route) }))
    await page.route('**/api/v1/people', async (route) => await route.fulfill({ json: answer(route) }))
    await page.getByRole('link', { name: 'People' }).click()
    await row('Person 00000').waitFor()
  }, 180_000)
  afterAll(async () => {
    await closeBrowser(browser)
    await served?.stop()
  })

  function answer(route: { request(): { url(): string } }) {
    const { searchParams } = new URL(route.request().url())
    asked.push(searchParams.toString())
    return peopleAfter(searchParams.get('after'))
  }

  const row = (name: string) => page.getByRole('link', { name, exact: true })
  const scroll = async (to: string) =>
    await page.evaluate(
      `(() => { const list = document.querySelector('[role=rowgroup][tabindex]'); list.scrollTop = ${to} })()`,
    )

  test('are drawn as far as one sees them', async () => {
    expect(await page.getByRole('row').count()).toBeLessThan(60)
    expect(asked).toEqual([''])
  })

  test('come page by page as one scrolls, to the last', async () => {
    for (let seen = 1; seen < count / pageSize; seen++) {
      await scroll('list.scrollHeight')
      const here = `${seen + 1},000${seen + 1 < count / pageSize ? ' so far' : ''}`
      await expect.poll(async () => await page.locator('output').textContent(), { timeout: 60_000 }).toBe(here)
    }
    await expect.poll(async () => await page.locator('output').textContent(), { timeout: 60_000 }).toBe('10,000')
    await scroll('list.scrollHeight')
    await row('Person 09999').waitFor()
    expect(asked).toHaveLength(count / pageSize)
  })

  test('are filtered here, once they are here', async () => {
    const before = asked.length
    await page.getByLabel('Name').fill('person 0423')
    await expect.poll(async () => await page.locator('output').textContent(), { timeout: 60_000 }).toBe('10')
    await row('Person 04231').waitFor()
    await page.getByLabel('Name').fill('')
    await page.getByLabel('Status').selectOption('foreign-person')
    await expect.poll(async () => await page.locator('output').textContent(), { timeout: 60_000 }).toBe('100')
    expect(asked).toHaveLength(before)
  })
})
