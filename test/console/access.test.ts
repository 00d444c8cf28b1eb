// Whole questions and policies in a browser: who can open what, what would be otherwise, and policies edited, proved and asked for.

import { authorizations as authorizationsShape } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { protectedFile, type ProtectedCopy } from '../../server/src/http/testing/protected-file.ts'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, refusedByTheGate } from './signed-in.ts'

let file: ProtectedCopy
const hostile = '<b onclick=alert(1)>.stp'
const desk = consoleServed(9760, async ({ client }) => {
  file = await protectedFile(client, hostile)
  for (const n of [1, 2, 3, 4]) await protectedFile(client, `more-${n}.stp`)
})
const { as } = desk

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

describe.skipIf(!isChromiumThere)(`whole questions, ${inChromium}`, { timeout: 240_000 }, () => {
  test('who can open what is a picture with a field for each pair of classes, and says the same in words', async () => {
    const page = await as('grace', '/questions')
    const picture = page.getByRole('img', { name: /class(?:es)? of people by/ })
    await picture.waitFor()
    const [, people = 0, files = 0] = /^(\d+) class(?:es)? of people by (\d+) class(?:es)? of files/
      .exec((await picture.locator('title').textContent()) ?? '')
      ?.map(Number) ?? [0]
    expect(people * files).toBeGreaterThan(4)
    expect(await picture.locator('rect').count()).toBe(people * files)
    // Labels by their titles, in the picture and below it; a class is named whole where somebody wants it.
    await picture
      .getByText(/USML IV\(h\)\(1\)/)
      .first()
      .waitFor()
    const columns = page.getByRole('list', { name: 'The columns' })
    expect(await columns.textContent()).not.toMatch(/item\/|jurisdiction\//)
    await columns.getByRole('button', { name: 'and 2 more' }).click()
    for (const name of [hostile, 'more-1.stp', 'more-2.stp', 'more-3.stp', 'more-4.stp']) {
      await columns.getByText(name, { exact: false }).first().waitFor()
    }
    await section(page, 'Class by class').getByText(/James/).first().waitFor()
    expect(await section(page, 'Class by class').textContent()).not.toContain('.;')
    await section(page, 'Class by class').getByText('22 CFR 124.1(a)', { exact: false }).first().waitFor()
    expect(await page.locator('main').textContent()).toContain(hostile)
    expect(await page.locator('main b').count()).toBe(0)
    expect(await page.locator('main').textContent()).not.toMatch(/citizen|United Kingdom/)
  })

  test('what would be otherwise if an authorization ended, if a record changed, and from elsewhere', async () => {
    const page = await as('grace', '/questions')
    await button(page, 'If an authorization ends').click()
    const { authorizations } = await desk.served.client.done(authorizationsShape, 'grace', 'GET', '/authorizations')
    const ta = authorizations.find(({ state, terms }) => state === 'effective' && terms.programs.includes('falcon'))
    await page.getByRole('combobox', { name: 'Authorization' }).selectOption(ta?.terms.number ?? '')
    await button(page, 'Ask').click()
    const changed = section(page, 'Who would gain or lose what')
    await changed.getByText(/James.* loses?: /).waitFor()
    await page.getByText('Would be lost').waitFor()

    await button(page, 'If a record changes').click()
    expect(await changed.count()).toBe(0)
    await page.getByRole('combobox', { name: 'Whose' }).pressSequentially('ele')
    await page.getByRole('option', { name: /^Eleanor/ }).click()
    await button(page, 'Ask').click()
    await changed.getByText(/Eleanor Hughes gains: /).waitFor()
    expect(page.url()).not.toMatch(/eleanor|us-person/i)

    await button(page, 'If asked from elsewhere').click()
    await page.getByLabel('Country').fill('fr')
    await button(page, 'Ask').click()
    await changed.getByText(/^[1-9]\d* files? can be opened no more/).waitFor()
    await changed.getByRole('button', { name: 'and 2 more' }).first().click()
    await changed
      .getByText(/more-4\.stp/)
      .first()
      .waitFor()
    const [who, where] = await Promise.all(
      [page.getByRole('combobox', { name: /^Who; / }), page.getByLabel('Country')].map((one) => one.boundingBox()),
    )
    expect(Math.abs((who?.y ?? 0) - (where?.y ?? 100))).toBeLessThan(4)
  })

  test('who could on a day, of everybody, of one file and of one person', async () => {
    const page = await as('paula', '/questions?ask=past')
    await page.getByLabel('As it was on').fill('2001-01-01')
    await button(page, 'Ask').click()
    await page.getByText('There was nobody, or nothing to open').waitFor()
    await page.goto(`/files/${file.id}`)
    await page.getByRole('link', { name: 'Who can open it' }).click()
    await page.getByRole('heading', { level: 1, name: /Who can open/ }).waitFor()
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('Ada Whitfield').getByText('Yes').waitFor()
    await row('Ben Ortega').getByText('You are not assigned to every program').waitFor()
    await button(page, 'Cannot').click()
    await row('Ada Whitfield').waitFor({ state: 'detached' })
    await page.getByLabel('As it was on').fill('2001-01-01')
    await page
      .getByText(/^None$|No$/)
      .first()
      .waitFor()
    await page.goto(`/people/${await desk.idOf('Ada Whitfield')}`)
    await page.getByRole('link', { name: 'What they can open' }).click()
    await row(hostile).getByText('Yes').waitFor()
    expect(page.url()).not.toMatch(/ada|stp/i)
  })

  test('is for whoever may ask, and tells an engineer why not', async () => {
    const page = await as('ada', '/questions')
    await refusedByTheGate(page)
    expect(await page.getByRole('img').count()).toBe(0)
    await page.goto('/policies/edit')
    await refusedByTheGate(page)
    expect(await page.getByRole('textbox').count()).toBe(0)
    const paulas = await as('paula', '/policies')
    await paulas.getByText('the founding').first().waitFor()
    expect(await paulas.getByRole('link', { name: 'Edit them' }).count()).toBe(0)
    expect(await button(paulas, 'Go back to it').count()).toBe(0)
  })

  test('policies are tried as one types: where they are wrong, what speaks against them as a story, and then asked for', async () => {
    const page = await as('grace', '/policies')
    await page.getByRole('link', { name: 'Edit them' }).click()
    const text = page.getByRole('textbox', { name: 'Cedar' })
    await page.getByText('It says the same as the set in force.').waitFor()
    const beginning = await text.inputValue()

    await text.fill(`permit (principal, action, resource) when {\n${beginning}`)
    const place = page.getByRole('button', { name: /^Line \d+, column \d+$/ }).first()
    await place.click()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
    expect(await button(page, 'Ask two others').isDisabled()).toBe(true)

    const policy = (id: string, rest: string) =>
      `@id("${id}")\n@reason("r")\n@fix("f")\n@ask("officer")\n${rest}\n${beginning}`
    const everybody = 'permit (principal, action, resource);'
    const closes = beginning.replaceAll(/@id\("no-coverage"\)[\s\S]*?;\n/g, '')
    expect(closes).not.toBe(beginning)
    await text.fill(policy('everybody', everybody).replace(beginning, closes))
    await page.getByText('This set cannot be asked for').first().waitFor()
    expect(await button(page, 'Ask two others').isDisabled()).toBe(true)

    await text.fill(policy('nobody-opens', 'forbid (principal, action == Sallyport::Action::"file.open", resource);'))
    await page.getByRole('heading', { name: 'Added: nobody-opens' }).waitFor()
    await page.getByText('Does not hold').first().waitFor()
    await button(page, 'Who would gain or lose').click()
    await section(page, 'Who would gain or lose what')
      .getByText(/lose .*opening a file/)
      .first()
      .waitFor()
    await page.getByLabel('As JSON').fill('[{"title":"opens","action":"file.open","decision":"permit"}]')
    await page.getByText('Yours · answered', { exact: false }).waitFor()
    expect(await button(page, 'Ask two others').isDisabled()).toBe(true)
    await page.getByLabel('As JSON').fill('[{"title":"opens nothing","action":"file.open","decision":"deny"}]')
    await page.getByText('Yours · answered', { exact: false }).waitFor({ state: 'detached' })
    await expect.poll(() => button(page, 'Ask two others').isEnabled(), { timeout: 60_000 }).toBe(true)
    await button(page, 'Ask two others').click()
    await page.getByLabel('Why').fill('files are handed over by officers')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    await page.getByRole('heading', { level: 1, name: /put another policy set in force/i }).waitFor()
    await page.getByText('nobody-opens').first().waitFor()

    for (const person of ['henry', 'wanda']) {
      const others = await as(person, new URL(page.url()).pathname)
      await button(others, 'Approve').click()
      await others.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
      await others
        .getByText(person === 'henry' ? /^Approved: / : /^Approved and done: /)
        .first()
        .waitFor()
    }
    await page.goto('/policies')
    await page.getByText('files are handed over by officers').waitFor()
    await button(page, 'Go back to it').first().click()
    await page.getByLabel('Why').fill('they could open nothing')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    await page.getByText('Asked for: another policy set. Two others must approve it.').first().waitFor()
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('permit')
  })
})
