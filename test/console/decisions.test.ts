// Decisions in a browser: found and explained by whoever reads the record, and a refusal told to whoever got it, who learns nothing else.

import { problemBody } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from '../../server/src/http/testing/protected-file.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, refusedByTheGate, settled } from './signed-in.ts'

let file: ProtectedCopy
const hostile = '<img src=x onerror=alert(1)>.stp'
const desk = consoleServed(9770, async ({ client }) => {
  file = await protectedFile(client, hostile)
})
const { as } = desk

async function refusalOf(person: string): Promise<string> {
  const { value } = await desk.served.client.ask(person, 'GET', `/files/${file.id}/content`)
  await sequenced(desk.served.site)
  return problemBody.parse(value).decisionId ?? expect.fail(`${person} was not refused`)
}

const picture = (page: Page) => page.getByRole('img')

describe.skipIf(!isChromiumThere)(`decisions, ${inChromium}`, { timeout: 180_000 }, () => {
  test('are found by who asked and how they fell, and one shows what decided as a picture and in words', async () => {
    await refusalOf('ben')
    await refusalOf('eleanor')
    const page = await as('grace', '/decisions')
    await page.getByLabel('Outcome').selectOption('deny')
    await page.getByRole('combobox', { name: 'Who' }).pressSequentially('ben')
    await page.getByRole('option', { name: 'Ben Ortega' }).click()
    await page.getByLabel('Action').selectOption('file.fetch')
    await page.getByRole('row').filter({ hasText: hostile }).first().waitFor()
    expect(await page.getByRole('row').filter({ hasText: 'Eleanor' }).count()).toBe(0)
    expect(page.url()).not.toMatch(/ben|ortega|stp/i)
    await page.getByRole('row').filter({ hasText: hostile }).first().getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name: 'Ben Ortega: fetching a file' }).waitFor()
    await page.getByText('as they were told to Ben Ortega: “you” is Ben Ortega').waitFor()
    await picture(page).waitFor()
    const told = (await picture(page).getByText('Ben Ortega, fetching a file: refused').textContent()) ?? ''
    expect(told).toContain('need-to-know: You are not assigned to every program')
    // The picture draws the file by its name, as text, its labels by their titles, and a line from each part that the policy reads.
    const drawn = async () => (await picture(page).locator('text').allTextContents()).join(' ')
    await expect.poll(drawn).toMatch(/img.*src=x.*Program Falcon/)
    expect(await page.locator('main img').count()).toBe(0)
    expect(await picture(page).locator('path[d*="C"]').count()).toBe(3)
    await page.getByText('Reads: who, what').waitFor()
    await page.getByText('The guard in code: Not asked').waitFor()
  })

  test('a permit to a foreign person shows the authorization that it relied on, and the guard that agreed', async () => {
    expect(await openCopy(desk.served.client, 'james', file)).not.toContain('PermissionDenied')
    await sequenced(desk.served.site)
    const page = await as('paula', `/decisions?effect=permit&action=file.open&file=${file.id}`)
    await page.getByRole('row').filter({ hasText: 'James' }).first().getByRole('link').first().click()
    await picture(page).waitFor()
    const drawn = (await picture(page).locator('text').allTextContents()).join(' ')
    expect(drawn).toMatch(/22 CFR 124\.1\(a\)/)
    expect(drawn).toMatch(/Agrees: a foreign person under a live authorization/)
    // Countries are in what the entry keeps sealed, and are not shown before somebody opens it.
    expect(drawn).not.toMatch(/GB|citizen/)
    expect(await page.getByText('GB', { exact: true }).count()).toBe(
      await page.locator('details :text-is("GB")').count(),
    )
    await page.getByText('What the entry keeps sealed').waitFor()
  })

  test('whoever was refused gets to why from the refusal, with nothing of the file or of others in it', async () => {
    const page = await as('ben', `/files/${file.id}`)
    await page.getByRole('link', { name: 'Why?' }).click()
    await page.getByRole('heading', { level: 1, name: 'Why you were refused' }).waitFor()
    await settled(page)
    await picture(page).waitFor()
    expect(await page.getByText(/What would change it/).count()).toBe(1)
    await page.getByText('What would change it: Ask to be assigned to the program.').waitFor()
    await page.getByText('Whom to ask: an export control officer').waitFor()
    const shown = `${(await page.locator('main').textContent()) ?? ''} ${await page.locator('main').innerHTML()}`
    expect(shown).not.toMatch(/falcon|itar|img src|stp|Policy set|sealed|Grace/i)
    await page.goto('/')
    await sequenced(desk.served.site)
    await page.reload()
    await page.getByRole('link', { name: 'Seeing a file: why' }).first().waitFor()
  })

  test('an engineer comes to their vaults from the first page; who may see none is told so, and whom to ask', async () => {
    const ada = await as('ada', '/')
    await ada.getByRole('region', { name: 'Your vaults' }).getByRole('link', { name: 'falcon' }).click()
    await ada.getByRole('button', { name: 'Choose files' }).waitFor()
    const eleanor = await as('eleanor', '/')
    await eleanor.getByText('There is no file and no vault that you may see').waitFor()
    await eleanor.getByText('Ask an export control officer for what you need', { exact: false }).waitFor()
    expect(await eleanor.getByText('there you protect one').count()).toBe(0)
    expect(await eleanor.getByRole('region', { name: 'Your vaults' }).count()).toBe(0)
  })

  test('and nobody hears of the refusal of somebody else, or of a permit', async () => {
    const id = await refusalOf('ben')
    const page = await as('ada', `/decisions/${id}`)
    await page.getByText('cannot explain: no refusal of yours has that id').waitFor()
    expect(await picture(page).count()).toBe(0)
    await page.goto('/decisions')
    await settled(page)
    await refusedByTheGate(page)
    expect(await page.getByRole('row').count()).toBe(0)
    // Nothing is there to narrow, and the refusal is as high as its words.
    expect(await page.getByRole('search').count()).toBe(0)
    expect((await page.getByRole('alert').boundingBox())?.height).toBeLessThan(200)
  })

  test('the list is read on a phone: what, when, who, outcome and of what below each other, nothing of them cut', async () => {
    await refusalOf('eleanor')
    const page = await as('grace', '/decisions', { viewport: { width: 390, height: 844 } })
    const row = page.getByRole('row').filter({ hasText: 'Eleanor' }).filter({ hasText: 'Refused' }).first()
    await row.waitFor()
    const cells = await row.evaluate((one) =>
      [...one.children]
        .filter(({ clientHeight }) => clientHeight > 0)
        .map((cell) => ({ top: cell.getBoundingClientRect().top, isCut: cell.scrollWidth > cell.clientWidth })),
    )
    expect(new Set(cells.map(({ top }) => top)).size).toBe(cells.length)
    expect(cells.length).toBe(5)
    expect(cells.filter(({ isCut }) => isCut)).toEqual([])
  })

  test('the picture is read at its own size on a phone, and printed', async () => {
    const id = await refusalOf('eleanor')
    const page = await as('grace', `/decisions/${id}`, { viewport: { width: 390, height: 844 } })
    await picture(page).waitFor()
    for (const media of ['screen', 'print'] as const) {
      await page.emulateMedia({ media })
      const box = (await picture(page).boundingBox()) ?? expect.fail('it is not drawn')
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(390)
      // One unit is one pixel: nothing is made smaller to fit.
      expect(Math.abs(box.width - Number(await picture(page).getAttribute('width')))).toBeLessThan(1)
    }
    const [first = 0, second = 0] = await Promise.all(
      ['Eleanor', 'Outcome'].map(async (text) => (await picture(page).getByText(text).last().boundingBox())?.y ?? 0),
    )
    expect(first).toBeLessThan(second)
  })
})
