// The register at the console: what there is, one of it with all that hangs on it, and who sees none of it.

import * as api from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { openCopy, protectedFile } from '../../server/src/http/testing/protected-file.ts'
import { fillRegister, type FilledRegister } from './filled-register.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, refusedByTheGate } from './signed-in.ts'

let register: FilledRegister
const desk = consoleServed(10_060, async ({ client, site }) => {
  const file = await protectedFile(client, 'nozzle.step')
  register = await fillRegister(client, file.id)
  await openCopy(client, 'james', file)
  await sequenced(site)
})
const { as } = desk

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) })

describe.skipIf(!isChromiumThere)(`the register, ${inChromium}`, { timeout: 180_000 }, () => {
  test('says of each how it stands, and is narrowed by words, kind and state', async () => {
    const page = await as('paula', '/authorizations')
    await row(page, '050799001').getByText('Ends in 20 days').waitFor()
    await row(page, 'TA-0077-26').getByText('Waits for approval, 0 of 2').waitFor()
    await row(page, 'TA-0011-20').getByText('Ended').waitFor()
    await row(page, 'TA-0042-26').getByText('In effect').waitFor()
    await page.getByLabel('State').selectOption('Ends within 90 days')
    await row(page, 'TA-0042-26').waitFor({ state: 'detached' })
    expect(await row(page, '050799001').count()).toBe(1)
    await page.getByLabel('State').selectOption('Any')
    await page.getByRole('searchbox').fill('calder')
    await row(page, '050799001').waitFor({ state: 'detached' })
    await row(page, 'TA-0042-26').waitFor()
    await page.getByRole('searchbox').fill('no such word')
    await page.getByText('None fits').waitFor()
  })

  test('shows one with whom it covers, what its provisos come to, how far it is drawn, and how it came to be', async () => {
    const page = await as('grace', '/authorizations')
    await page.getByRole('link', { name: '050799001' }).click()
    await page.getByRole('heading', { level: 1, name: /^050799001/ }).waitFor()
    // Names are text.
    await page.getByRole('heading', { level: 1, name: /<img src=x onerror=alert\(1\)>/ }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
    await page.getByRole('link', { name: 'Eleanor Hughes' }).waitFor()
    await page.getByText(/Released in United States \(US\) only · Briefed within 365 days/).waitFor()
    await page.getByText('Whoever opens a file is held to: a watermark of who and when').waitFor()
    expect(await page.getByRole('meter', { name: 'Quantity of drawings' }).getAttribute('aria-valuetext')).toBe(
      '84 percent',
    )
    await page.getByText('Past 80 percent').waitFor()
    // Of a license more than its value may be drawn, and it says so.
    expect(await page.getByRole('meter', { name: 'Value of models' }).getAttribute('aria-valuetext')).toBe(
      '105 percent',
    )
    await page.getByText(/at most \$44,000\.00/).waitFor()
    await page.getByRole('link', { name: 'Approval of the Directorate, <b>signed</b>' }).waitFor()
    await page.getByText(/approved by Henry Walsh and Wanda Kowalski/).waitFor()
    await button(page, 'Registered, version 1').click()
    await page.getByRole('region', { name: 'Terms of version 1' }).getByText('Design review of the nozzle').waitFor()
  })

  test('shows who would lose what with an agreement, once somebody asks, and what was released under it', async () => {
    const page = await as('paula', `/authorizations/${register.standing}`)
    await page
      .getByRole('listitem')
      .filter({ hasText: 'James Calder' })
      .getByRole('link', { name: 'nozzle.step' })
      .waitFor()
    await button(page, 'Look').click()
    const lost = page.getByText(/James Calder.* loses: nozzle\.step/)
    await lost.waitFor()
    expect(await lost.count()).toBe(1)
  })

  test('leads from what waits to the request, and from the request to it', async () => {
    const page = await as('henry', `/authorizations/${register.waiting}`)
    await page.getByRole('link', { name: 'The request that waits' }).click()
    await page.getByRole('heading', { level: 1, name: /TA-0077-26/ }).waitFor()
    // In the words of the form and by the titles of labels, its days as days.
    for (const text of ['Second agreement, waiting', 'Program Falcon', 'Registration code of the applicant']) {
      await page.getByText(text, { exact: true }).first().waitFor()
    }
    await page.getByText('from Jan 1, 2026 to the end of Dec 31, 2036, UTC').waitFor()
    await page.getByRole('link', { name: 'Its entry in the register' }).click()
    await page.getByRole('heading', { level: 1, name: /Second agreement/ }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/authorizations/${register.waiting}`)
  })

  test.each(['ada', 'james', 'omar'])(
    'is not for %s: the navigation does not name it, and the gate refuses it',
    async (who) => {
      const page = await as(who, '/authorizations')
      await refusedByTheGate(page)
      expect(await page.getByRole('navigation').getByRole('link', { name: 'Register' }).count()).toBe(0)
      await page.goto(`/authorizations/${register.standing}`)
      await refusedByTheGate(page)
      expect(await page.getByText('Calder Aero').count()).toBe(0)
    },
  )

  test('says that one is not there', async () => {
    const page = await as('grace', `/authorizations/${crypto.randomUUID()}`)
    const told = page.getByText(/there is none of that id/).first()
    await told.waitFor()
    expect(await told.isVisible()).toBe(true)
  })

  test('shows an auditor nothing to change', async () => {
    const page = await as('paula', `/authorizations/${register.license}`)
    await page.getByText('Past 80 percent').waitFor()
    const { authorizations } = await desk.served.client.done(api.authorizations, 'paula', 'GET', '/authorizations')
    expect(authorizations.length).toBe(4)
    const buttons = await page.getByRole('main').getByRole('button').allTextContents()
    expect(buttons.filter((text) => /Amend|End|Draw|Approve|Register$/.test(text))).toEqual([])
  })
})
