// Registering an authorization at the console: a form that follows its kind, names what is missing, and shows the effect before anybody is
// asked; two officers approve it in browsers of their own, and its proviso decides.

import { readFileSync } from 'node:fs'
import * as api from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCopy, protectedFile, type ProtectedCopy } from '../../server/src/http/testing/protected-file.ts'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere } from './signed-in.ts'

let file: ProtectedCopy
const desk = consoleServed(10_075, async ({ client }) => {
  file = await protectedFile(client, 'nozzle.step')
})
const { as } = desk

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
/** A field by its label, whether or not it has the mark of one that is needed. */
const field = (page: Page, name: string) => page.getByLabel(new RegExp(`^${name.replaceAll(/[()]/g, '\\$&')}\\*?$`))

async function pick(page: Page, words: string, name: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'People by name' }).fill(words)
  await button(page, `Add ${name}`).click()
}

/** Everything of a license for Eleanor but its number and its provisos. */
async function typeLicense(page: Page): Promise<void> {
  await field(page, 'Title').fill('Foreign person employment, one British engineer')
  await field(page, 'Valid from').fill('2026-01-01')
  await field(page, 'Valid until').fill('2036-12-31')
  await pick(page, 'elea', 'Eleanor Hughes')
  await field(page, 'Countries').fill('gb')
  await page.getByRole('checkbox', { name: 'USML IV(h)(1)' }).check()
  await page.getByRole('checkbox', { name: 'Program Falcon' }).check()
  await page.getByRole('checkbox', { name: 'co-development' }).check()
}

async function approve(page: Page): Promise<void> {
  await button(page, 'Approve').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
}

describe.skipIf(!isChromiumThere)(`registering at the console, ${inChromium}`, { timeout: 240_000 }, () => {
  test('a license with a proviso, by its kind, from what is missing to what it does', async () => {
    const { client } = desk.served
    expect(await openCopy(client, 'eleanor', file)).toContain('PermissionDenied')
    const page = await as('grace', '/authorizations')
    await page.getByRole('link', { name: 'Register one' }).click()
    await page.getByText('Still missing:').waitFor()
    // Named where they are missing, and at their fields once somebody asks.
    await button(page, 'Look at the effect').click()
    await page.getByRole('alert').getByText('Countries: is missing').waitFor()
    expect(await button(page, 'Register it').isDisabled()).toBe(true)

    await field(page, 'Number').fill('050799002')
    await typeLicense(page)
    expect(await field(page, 'Citation on records').inputValue()).toBe('22 CFR 123.1(a)(1)')
    await page.getByText('United Kingdom (GB)').waitFor()
    await button(page, 'Add a proviso').click()
    const proviso = page.getByRole('group', { name: 'Proviso p-1', exact: true })
    await proviso.getByLabel('What the approval says').fill('Released in the United States only.')
    await proviso.getByRole('checkbox', { name: 'Where a release may happen' }).check()
    await proviso.getByText('Here it is: nothing yet').waitFor()
    await proviso.getByLabel('Released only in').fill('us')
    await proviso.getByText('Here it is: Released in United States (US) only').waitFor()
    await button(page, 'Add a proviso').click()
    const manual = page.getByRole('group', { name: 'Proviso p-2', exact: true })
    await manual.getByLabel('What the approval says').fill('<b>Keep the room locked.</b>')
    await manual.getByLabel('What it comes to').selectOption('Seen to by hand')
    await manual.getByLabel('Whose it is').fill('Facility security')
    await manual.getByText('Here it is: Facility security sees to it; nothing here enforces it').waitFor()
    expect(await faultsOf(page)).toEqual([])

    await button(page, 'Look at the effect').click()
    await page.getByText(/Eleanor Hughes gains: nozzle\.step/).waitFor()
    // Other terms than were looked at are looked at anew.
    await field(page, 'Title').fill('Foreign person employment, <i>one</i> British engineer')
    expect(await button(page, 'Register it').isDisabled()).toBe(true)
    await button(page, 'Look at the effect').click()
    await page.getByText(/Eleanor Hughes gains: nozzle\.step/).waitFor()
    await button(page, 'Register it').click()
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    await page.getByRole('heading', { level: 1, name: '050799002 is registered' }).waitFor()
    // What is odd and still may be so is told to whoever registered it.
    await page.getByText(/Registration code of the applicant: is missing in DSP-5/).waitFor()
    expect(await openCopy(client, 'eleanor', file)).toContain('PermissionDenied')

    for (const person of ['henry', 'wanda']) {
      const others = await as(person, '/')
      await others.getByRole('link', { name: /050799002/ }).click()
      await others.getByText(/Eleanor Hughes gains: nozzle\.step/).waitFor()
      await approve(others)
      await others
        .getByText(person === 'henry' ? /^Approved: / : /^Approved and done: /)
        .first()
        .waitFor()
    }
    expect(await openCopy(client, 'eleanor', file)).toBe('opened')
    await page.getByRole('link', { name: /^050799002: / }).click()
    await page.getByText('In effect', { exact: true }).first().waitFor()
    expect(await page.locator('main b, main i').count()).toBe(0)
    const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
    expect(authorizations.find(({ terms }) => terms.number === '050799002')?.terms).toMatchObject({
      kind: 'DSP-5',
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2037-01-01T00:00:00Z',
      provisos: [
        { kind: 'condition', id: 'p-1', places: ['US'] },
        { kind: 'manual', id: 'p-2', owner: 'Facility security' },
      ],
    })
  })

  test('what contradicts itself is told by the gate at its field, and the form keeps what was typed', async () => {
    const page = await as('grace', '/authorizations/register')
    await field(page, 'Number').fill('TA-0042-26')
    await typeLicense(page)
    await button(page, 'Add a party').click()
    await field(page, 'Name of the party').fill('Maple Aéro Inc.')
    expect(await field(page, 'Short name').inputValue()).toBe('maple-aero-inc')
    await field(page, 'Country').fill('CA')
    await button(page, 'Look at the effect').click()
    await button(page, 'Register it').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    await page
      .getByRole('dialog')
      .getByText(/parties\.0\.country: is CA, which countries does not name/)
      .waitFor()
    await button(page, 'Not now').click()
    await page.getByText('Party 1, country: is CA, which countries does not name, want it named').waitFor()
    await button(page, 'Take off Maple Aéro Inc.').click()
    await button(page, 'Look at the effect').click()
    await button(page, 'Register it').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ask two others' }).click()
    const stands = page.getByRole('dialog').getByText(/number TA-0042-26 stands in the register/)
    await stands.waitFor()
    expect(await field(page, 'Countries').inputValue()).toBe('gb')
  })

  test('each kind asks for its own: an exemption by its section, an agreement with a foreign party', async () => {
    const page = await as('grace', '/authorizations/register')
    await field(page, 'Kind').selectOption('Exemption of the ITAR')
    await page.getByRole('heading', { name: 'The exemption' }).waitFor()
    await field(page, 'Section of the exemption').selectOption({ value: '125.4(b)(1)' })
    expect(await field(page, 'Citation on records').inputValue()).toBe('22 CFR 125.4(b)(1)')
    await page.getByLabel(/The written request or directive/).waitFor()
    await page.getByText(/sure: partly/).waitFor()
    expect(await page.getByRole('heading', { name: 'Quantity and value' }).count()).toBe(0)
    expect(await faultsOf(page)).toEqual([])
    await field(page, 'Kind').selectOption('TAA, technical assistance agreement')
    await page.getByText(/Still missing:.*A foreign party,/).waitFor()
    expect(await page.getByRole('heading', { name: 'The exemption' }).count()).toBe(0)
  })

  test('other terms that only take away hold at once, and other ones ask for how they follow; one is ended for good', async () => {
    const { client } = desk.served
    const find = async () => {
      const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
      return authorizations.find(({ terms }) => terms.number === 'TA-0042-26') ?? expect.fail('none')
    }
    const before = await find()
    const page = await as('grace', `/authorizations/${before.id}`)
    await button(page, 'End').click()
    await page.getByRole('dialog').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await button(page, 'Not now').click()
    await page.getByRole('link', { name: 'Other terms' }).click()
    await page.getByRole('heading', { level: 1, name: 'Other terms for TA-0042-26' }).waitFor()
    await button(page, 'Add a proviso').click()
    const proviso = page.getByRole('group').filter({ hasText: 'Here it is: nothing yet' })
    await proviso.getByLabel('What the approval says').fill('Our own limit: nothing after 2028.')
    await proviso.getByRole('checkbox', { name: 'Until a day' }).check()
    await page.getByLabel(/^Until the end of/).fill('2028-12-31')
    await button(page, 'Look at the effect').click()
    await page.getByText('Nobody gains or loses anything by it now.').waitFor()
    await button(page, 'Give it these terms').click()
    await page.getByRole('dialog').getByLabel('Why').fill('our own limit')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Do it now' }).click()
    await page.getByRole('heading', { level: 1, name: 'TA-0042-26 has other terms' }).waitFor()
    const { version, terms } = await find()
    // Everything else is as it was, to the letter.
    expect({ ...terms, provisos: [] }).toEqual({ ...before.terms, provisos: [] })
    expect(version).toBe(before.version + 1)
    expect(terms.provisos.slice(0, -1)).toEqual(before.terms.provisos)
    expect(terms.provisos.at(-1)).toMatchObject({ kind: 'condition', until: '2029-01-01T00:00:00Z' })

    await page.goto(`/authorizations/register?amends=${before.id}`)
    await field(page, 'Countries').fill('GB, CA')
    await button(page, 'Look at the effect').click()
    await page.getByText(/Marc Delacroix gains: nozzle\.step/).waitFor()
    await button(page, 'Give it these terms').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Why').fill('amendment 2')
    await dialog.getByRole('button', { name: 'Do it now' }).click()
    await dialog
      .getByText(/the terms do not only take away/)
      .first()
      .waitFor()
    await dialog.getByLabel('How they follow').selectOption('An approved major amendment (22 CFR 124.1(c))')
    await dialog.getByLabel(/^Number or date/).fill('DDTC 0506')
    await dialog.getByRole('button', { name: 'Ask two others' }).click()
    await page.getByRole('heading', { level: 1, name: 'Other terms for TA-0042-26 are asked for' }).waitFor()

    await page.getByRole('link', { name: /^TA-0042-26: / }).click()
    await page.getByText('our own limit').first().waitFor()
    await button(page, 'End').click()
    await page.getByRole('dialog').getByLabel('Why').fill('superseded')
    await button(page, 'End it now').click()
    await page.getByText('Ended', { exact: true }).first().waitFor()
    expect((await find()).state).toBe('ended')
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
  })

  test('the register goes out as a spreadsheet and comes in as one: shown first, then done exactly so', async () => {
    const page = await as('grace', '/authorizations')
    const saving = page.waitForEvent('download')
    await button(page, 'Export').click()
    const saved = await saving
    expect(saved.suggestedFilename()).toBe('register.xlsx')
    await page.getByRole('link', { name: 'From a spreadsheet' }).click()
    await page.getByLabel('XLSX or CSV').setInputFiles(await saved.path())
    await page.getByText('The register says all of it already').waitFor()
    expect(await button(page, 'Do exactly this').count()).toBe(0)

    await page.getByLabel('XLSX or CSV').setInputFiles('samples/register.csv')
    await page
      .getByText(/DSP5-4711: Nozzle data for one British end user/)
      .or(page.getByText('What is wrong with the file'))
      .first()
      .waitFor()
    const sheet = readFileSync('samples/register.csv', 'utf8').split('\n').slice(0, 2).join('\n')
    const buffer = Buffer.from(sheet)
    await page.getByLabel('XLSX or CSV').setInputFiles({ name: 'one.csv', mimeType: 'text/csv', buffer })
    await button(page, 'Do exactly this').click()
    await page.getByRole('dialog').getByLabel('Why').fill('licenses of May')
    expect(await faultsOf(page)).toEqual([])
    await button(page, 'Do it').click()
    await page.getByRole('link', { name: '1 request' }).click()
    await page.getByRole('link', { name: /DSP5-4711/ }).waitFor()
  })

  test('an auditor is led to none of it', async () => {
    const page = await as('paula', '/authorizations')
    await page.getByRole('link', { name: 'TA-0042-26' }).waitFor()
    expect(await page.getByRole('link', { name: 'Register one' }).count()).toBe(0)
  })
})
