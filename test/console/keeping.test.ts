// What keepers and assessors do at the console: the boundary as it is, verification run by somebody who changes nothing, keys, and how a
// person signs in.

import { keys as keysShape, people as peopleShape } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, settled } from './signed-in.ts'

const desk = consoleServed(9921, async ({ site }) => {
  await sequenced(site)
})
const { as } = desk

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe.skipIf(!isChromiumThere)(`keeping the enclave, ${inChromium}`, { timeout: 180_000 }, () => {
  test('the boundary is drawn from what there is, in words as well', async () => {
    const { people } = await desk.served.client.done(peopleShape, 'grace', 'GET', '/people')
    const count = people.filter(({ status }) => status === 'us-person').length
    const page = await as('omar', '/boundary')
    const drawn = page.locator('svg[role=img]:visible')
    for (const text of [`${count} U.S. persons`, 'Key', desk.served.address.url]) {
      await drawn.getByText(text).first().waitFor()
    }
    expect(await page.getByRole('main').locator('dl').textContent()).toContain(`${count} U.S. persons`)
    await page.setViewportSize({ width: 390, height: 844 })
    await drawn.getByText(`${count} U.S. persons`).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('svg[role=img]:visible').count()).toBe(1)
  })

  test('an assessor has decisions decided again and tables compared, and is told of one that was changed', async () => {
    const page = await as('paula', '/verification')
    await page.getByText(/signed by the ledger's keys/).waitFor()
    await button(page, 'Decide them again').click()
    await page.getByText(/decisions of \d+ entries fall as they were recorded/).waitFor()
    await button(page, 'Compare them').click()
    await page.getByText(/rows of \d+ tables agree/).waitFor()
    const ben = await desk.idOf('Ben Ortega')
    const { database } = desk.served.site
    const changed = async (roles: string) =>
      await database.query(`UPDATE person SET roles = ARRAY[${roles}] WHERE id = $1`, [ben])
    await changed(`'engineer', 'auditor'`)
    await button(page, 'Compare them').click()
    await page.getByText('Table person, row').first().waitFor()
    expect(await page.getByText(/rows of \d+ tables agree/).count()).toBe(0)
    await changed(`'engineer'`)
  })

  test('an administrator asks for a new key, which waits, and is destroyed by nobody before', async () => {
    const page = await as('omar', '/keys')
    await button(page, 'New key').click()
    await page.getByLabel('Why').fill('yearly')
    await button(page, 'Ask an officer').click()
    await page.getByText('Waits for approval').waitFor()
    const { keys } = await desk.served.client.done(keysShape, 'omar', 'GET', '/keys')
    expect(keys.filter(({ state }) => state === 'waiting')).toHaveLength(1)
    expect(await page.getByRole('button', { name: /^Destroy/ }).count()).toBe(0)
    const readers = await as('paula', '/keys')
    expect(await button(readers, 'New key').count()).toBe(0)
  })

  test("somebody's session is ended from their record, and their browser hears of it", async () => {
    const adas = await as('ada', '/')
    const page = await as('omar', `/people/${await desk.idOf('Ada Whitfield')}`)
    await page.getByRole('link', { name: 'Sessions and passkeys' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign-in: Ada Whitfield' }).waitFor()
    await button(page, 'End it now').first().click()
    await page.getByText('They are not signed in at this gate.').waitFor()
    await adas.goto('/files')
    await button(adas, 'Sign in with the sample company').waitFor()
    const readers = await as('paula', `/people/${await desk.idOf('Ada Whitfield')}/sign-in`)
    expect(await readers.getByRole('main').getByRole('button').count()).toBe(0)
  })

  test('an officer puts a refusal into a state, which stands there for the next one and is closed by them', async () => {
    await desk.served.client.ask('ada', 'GET', '/ledger/export')
    await desk.served.client.ask('tomas', 'GET', '/people')
    await sequenced(desk.served.site)
    const page = await as('grace', '/refusals')
    expect(await page.getByText('Tomás Rivera: person.list').count()).toBe(0)
    const triage = page.getByRole('button', { name: 'Triage: Ledger read, Ada Whitfield' })
    await triage.first().click()
    const note = '<script>document.title = 1</script> asks her'
    await page.getByLabel('What you found').fill(note)
    await button(page, 'Put on record').click()
    await page.getByText(note).waitFor()
    const henrys = await as('henry', '/refusals')
    await henrys.getByText(note).waitFor()
    await henrys.getByRole('button', { name: 'Triage: Ledger read, Ada Whitfield' }).first().click()
    await henrys.getByLabel('State').selectOption('harmless')
    await henrys.getByLabel('What you found').fill('she looked for the export of her own acts')
    await button(henrys, 'Put on record').click()
    await henrys.getByText(note).waitFor({ state: 'detached' })
    const paulas = await as('paula', '/refusals?all=true')
    await paulas.getByText('she looked for the export of her own acts').waitFor()
    expect(await paulas.getByRole('button', { name: /^Triage/ }).count()).toBe(0)
    // What was seen before somebody else said something is a conflict, and what was typed stays.
    await page.getByRole('button', { name: 'Triage: Ledger read, Ada Whitfield' }).first().click()
    await page.getByLabel('What you found').fill('handed on')
    await button(page, 'Put on record').click()
    await page.getByRole('dialog').getByText('The thing has changed or already exists').waitFor()
    expect(await page.getByLabel('What you found').inputValue()).toBe('handed on')
  })

  const acts =
    /^(Add|Confirm|Change|End|Verify|Restore|Look at them|Approve|Decline|Withdraw|New key|Destroy|Move|Bind|Take|Triage|Protect|Share|Register|Propose)\b/

  test('an assessor reads every page of the navigation and finds nothing to change anything with', async () => {
    const page = await as('paula', '/')
    const named = await page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => String(Reflect.get(link, 'pathname'))))
    expect(named).toEqual(expect.arrayContaining(['/record', '/evidence', '/verification', '/boundary', '/keys']))
    const found: string[] = []
    for (const path of [...named, `/people/${await desk.idOf('Irina Sokolova')}`]) {
      await page.goto(path)
      await settled(page)
      const buttons = await page.getByRole('main').getByRole('button').allTextContents()
      found.push(...buttons.filter((text) => acts.test(text)).map((text) => `${path}: ${text}`))
      // Of people: what the law and an authorization name is for whoever reads those.
      if (path.startsWith('/people'))
        expect(await page.getByRole('main').textContent()).not.toMatch(/Russia|United Kingdom/)
    }
    expect(found).toEqual([])
  })
})
