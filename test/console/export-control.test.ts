// What follows on authorizations at the console: draws, the record of releases, requests after a refusal, candidates for the notice of
// 22 CFR 126.1(e)(2), and the legal data; what each role must not see of it.

import { readFileSync } from 'node:fs'
import * as api from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from '../../server/src/http/testing/protected-file.ts'
import { faultsOf } from './axe.ts'
import { fillRegister, type FilledRegister } from './filled-register.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, refusedByTheGate } from './signed-in.ts'

let file: ProtectedCopy
let register: FilledRegister
const desk = consoleServed(10_090, async ({ client, site }) => {
  file = await protectedFile(client, 'nozzle.step')
  register = await fillRegister(client, file.id)
  await openCopy(client, 'james', file)
  await openCopy(client, 'irina', file)
  await sequenced(site)
})
const { as } = desk

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const dialog = (page: Page) => page.getByRole('dialog')
const fieldOf = (page: Page, label: string) => dialog(page).getByLabel(new RegExp(`^${label}\\W*$`))

describe.skipIf(!isChromiumThere)(`export control, ${inChromium}`, { timeout: 180_000 }, () => {
  test('an officer draws, never more than is left, and takes a draw back with a reason', async () => {
    const page = await as('grace', `/authorizations/${register.license}`)
    const meter = page.getByRole('meter', { name: 'Quantity of drawings' })
    await button(page, 'Draw').click()
    await dialog(page).getByText('16 sets are left').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await dialog(page).getByLabel('Quantity').fill('17')
    await dialog(page).getByLabel('Reference').fill('2026-03-02')
    await dialog(page).getByRole('button', { name: 'Draw' }).click()
    await dialog(page)
      .getByText(/want at most/)
      .or(dialog(page).getByRole('alert'))
      .first()
      .waitFor()
    await dialog(page).getByLabel('Quantity').fill('7')
    await dialog(page).getByRole('button', { name: 'Draw' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => meter.getAttribute('aria-valuetext'), { timeout: 60_000 }).toBe('91 percent')
    await page.getByText('Past 90 percent').waitFor()
    await page
      .getByRole('listitem')
      .filter({ hasText: '2026-03-02' })
      .getByRole('button', { name: 'Take back' })
      .click()
    await dialog(page).getByLabel('Why').fill('never shipped')
    await dialog(page).getByRole('button', { name: 'Take it back' }).click()
    await expect.poll(() => meter.getAttribute('aria-valuetext'), { timeout: 60_000 }).toBe('84 percent')
    await page.getByText(/takes an earlier draw back: never shipped/).waitFor()
  })

  test('the record of releases says to whom and under what; its countries open for a purpose that is on record', async () => {
    const page = await as('grace', `/authorizations/${register.standing}`)
    await page.getByRole('link', { name: 'All of them' }).click()
    await page.getByRole('heading', { level: 1, name: 'Releases' }).waitFor()
    const release = page.getByRole('listitem').filter({ hasText: 'James Calder' })
    await release.getByText('TA-0042-26').waitFor()
    await release.getByText(/countries sealed/).waitFor()
    await button(page, 'Open the countries').click()
    expect(await faultsOf(page)).toEqual([])
    await dialog(page).getByLabel('What for').fill('audit by DDTC')
    await button(page, 'Open them').click()
    await release.getByText(/United Kingdom \(GB\)/).waitFor()
    // What it was for is on record, and in no address.
    expect(page.url()).not.toContain('audit')
    const { people } = await desk.served.client.done(api.people, 'grace', 'GET', '/people')
    const james = people.find(({ name }) => name === 'James Calder') ?? expect.fail('nobody')
    await sequenced(desk.served.site)
    const history = await desk.served.client.done(api.personHistory, 'grace', 'GET', `/people/${james.id}/history`)
    expect(history.looks).toMatchObject([{ purpose: 'audit by DDTC', by: { name: 'Grace Okafor' } }])
    await button(page, 'Put them away').click()
    await release.getByText(/countries sealed/).waitFor()

    // Whoever has another country is not shown.
    const lookFor = async (country: string) => {
      await button(page, 'Open the countries').click()
      await dialog(page).getByLabel('What for').fill('audit by DDTC')
      await dialog(page).getByLabel('Only those for which this country counted').fill(country)
      await button(page, 'Open them').click()
    }
    await lookFor('fr')
    await page.getByRole('heading', { name: 'For which France (FR) counted' }).waitFor()
    await page.getByText('Nothing was released').waitFor()
    await button(page, 'Put them away').click()
    await lookFor('gb')
    await release.getByText(/United Kingdom \(GB\)/).waitFor()
    await button(page, 'Put them away').click()

    // What was chosen stands in the address.
    await page.getByLabel('Place in').fill('fr')
    await page.getByText('Nothing was released').waitFor()
    await page.getByLabel('Place in').fill('')
    await page.getByLabel('Order').selectOption('Oldest first')
    await release.waitFor()
    await page.waitForURL(/order=oldest/)
    const authorization = page.getByRole('combobox', { name: 'Authorization' })
    await expect.poll(() => authorization.inputValue()).toContain('TA-0042-26')

    const saving = page.waitForEvent('download')
    await button(page, 'Export').click()
    await dialog(page).getByLabel('As').selectOption('CSV')
    expect(await faultsOf(page)).toEqual([])
    await dialog(page).getByRole('button', { name: 'Export' }).click()
    const saved = await saving
    expect(saved.suggestedFilename()).toBe('releases.csv')
    const table = readFileSync(await saved.path(), 'utf8')
    expect([table.includes('James Calder'), table.includes('GB')]).toEqual([true, false])
  })

  test('an auditor reads the record and opens no country; an engineer reads none of it', async () => {
    const paulas = await as('paula', '/releases')
    await paulas.getByRole('listitem').filter({ hasText: 'James Calder' }).waitFor()
    expect(await button(paulas, 'Open the countries').count()).toBe(0)
    await button(paulas, 'Export').click()
    expect(await dialog(paulas).getByRole('checkbox').count()).toBe(0)
    const james = await as('james', '/releases')
    await refusedByTheGate(james)
    expect(await james.getByText('James Calder').count()).toBeLessThan(2)
  })

  test('whoever is refused asks for what would help, an officer answers, and what became of it is there', async () => {
    const adas = await as('ada', '/people')
    await refusedByTheGate(adas)
    await adas.getByRole('link', { name: 'Ask for what would help' }).first().click()
    await adas.getByLabel('What you need, and for what').fill('<i>The list</i> of whom I may send drawings to')
    expect(await faultsOf(adas)).toEqual([])
    await button(adas, 'Ask').click()
    const own = adas.getByRole('listitem').filter({ hasText: 'whom I may send drawings to' })
    await own.getByText('Waits').waitFor()
    expect(await adas.getByRole('heading', { name: 'Asked of you' }).count()).toBe(0)
    expect(await adas.locator('main i').count()).toBe(0)

    const graces = await as('grace', '/requests')
    await graces.getByRole('link', { name: 'the decision' }).first().waitFor()
    await graces.getByRole('button', { name: /^Answer Ada Whitfield/ }).click()
    await dialog(graces).getByLabel('What was done').fill('ask your program manager')
    expect(await faultsOf(graces)).toEqual([])
    await dialog(graces).getByRole('button', { name: 'Answer' }).click()
    await graces.getByText('Nobody asks for anything').waitFor()
    await adas.reload()
    await own.getByText('Done').waitFor()
    await own.getByText(/Grace Okafor: ask your program manager/).waitFor()
  })

  test('a refusal under 126.1 is decided, and its case closed by a filing; only the official decides that it was none', async () => {
    const henrys = await as('henry', '/candidates')
    await henrys.getByRole('link', { name: 'Irina Sokolova' }).waitFor()
    expect(await henrys.getByRole('button', { name: /^It was none/ }).count()).toBe(0)
    const page = await as('grace', '/candidates')
    await page.getByRole('link', { name: 'Irina Sokolova' }).waitFor()
    expect(await page.getByRole('button', { name: /^It was none/ }).count()).toBe(1)
    await page.getByRole('button', { name: /^It was a proposal/ }).click()
    expect(await faultsOf(page)).toEqual([])
    await dialog(page).getByLabel('Why it was one').fill('asked for it by mail as well')
    await button(page, 'It was: open a case').click()
    await page.getByRole('button', { name: /^Filed/ }).click()
    await dialog(page).getByLabel('Reference under which it was filed').fill('VD-2025-0117')
    await dialog(page).getByLabel('Filed on').fill('2025-06-03')
    await dialog(page).getByRole('button', { name: 'Close it' }).click()
    await page.getByText('Nothing waits').waitFor()
    await button(page, 'All').click()
    await page.getByText(/filed VD-2025-0117, 2025-06-03/).waitFor()
    for (const person of ['paula', 'omar', 'ada']) {
      const others = await as(person, '/candidates?all=true')
      await refusedByTheGate(others)
      expect(await others.getByText('Irina Sokolova').count()).toBe(0)
    }
  })

  test('a classification record says what it is, what stands on it, and how it came to be', async () => {
    const page = await as('paula', '/classifications')
    await page.getByText('Nothing is due').waitFor()
    await page.getByRole('link', { name: /^FAL-0042: / }).click()
    await page.getByRole('heading', { level: 1, name: /^FAL-0042: / }).waitFor()
    await page.getByText('USML IV(a) to IV(g): no. IV(h)(1): yes.').waitFor()
    await page.getByText('Means iv-h-1').waitFor()
    await page.getByRole('link', { name: 'falcon' }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    const others = await as('omar', '/classifications')
    await refusedByTheGate(others)
    expect(await others.getByText('FAL-0042').count()).toBe(0)
  })

  test('an officer registers a classification and one in its place, which two others approve; an auditor does neither', async () => {
    const page = await as('grace', '/classifications')
    await button(page, 'Register one').click()
    const fill = async (fields: Readonly<Record<string, string>>) => {
      for (const [label, text] of Object.entries(fields)) await fieldOf(page, label).fill(text)
    }
    await fill({
      Number: 'FAL-0900',
      'What it is': 'Test <b>stand</b>',
      'Paragraph of the USML': 'IV(h)(1)',
      'How the lists were gone through': 'USML IV(a) to (g): no. IV(h)(1): yes.',
      'Who decided it': 'Classification board',
      'Decided on': '2026-01-05',
      'Next review': '2027-01-05',
      Why: 'board of 5 January',
    })
    expect(await faultsOf(page)).toEqual([])
    await dialog(page).getByRole('button', { name: 'Ask two others' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    const link = page.getByRole('link', { name: 'FAL-0900: Test <b>stand</b>' })
    await link.waitFor()
    const { classifications } = await desk.served.client.done(api.classifications, 'grace', 'GET', '/classifications')
    const record = classifications.find(({ terms }) => terms.number === 'FAL-0900') ?? expect.fail('not registered')
    expect(record).toMatchObject({ state: 'registered', terms: { lines: [{ usml: 'IV(h)(1)', sme: false }] } })

    const standing = classifications.find(({ terms }) => terms.number === 'FAL-0042') ?? expect.fail('none')
    const one = await as('grace', `/classifications/${standing.id}`)
    await button(one, 'One in its place').click()
    expect(await fieldOf(one, 'What it is').inputValue()).toBe(standing.terms.title)
    expect(await faultsOf(one)).toEqual([])
    for (const [label, text] of [
      ['Number', 'FAL-0901'],
      ['Decided on', '2026-02-05'],
      ['Next review', '2027-02-05'],
      ['Why', 'looked at again'],
    ] as const)
      await fieldOf(one, label).fill(text)
    await dialog(one).getByRole('button', { name: 'Register it' }).click()
    await dialog(one).waitFor({ state: 'detached' })
    const after = await desk.served.client.done(api.classifications, 'grace', 'GET', '/classifications')
    expect(after.classifications.find(({ terms }) => terms.number === 'FAL-0901')?.terms).toEqual({
      ...standing.terms,
      number: 'FAL-0901',
      supersedes: 'FAL-0042',
      decidedOn: '2026-02-05',
      nextReview: '2027-02-05',
    })
    const others = await as('paula', `/classifications/${record.id}`)
    await others.getByText('USML IV(h)(1)', { exact: true }).first().waitFor()
    expect(await others.getByRole('button', { name: /Withdraw|in its place/ }).count()).toBe(0)
    const waiting = await as('grace', `/classifications/${record.id}`)
    await button(waiting, 'Withdraw').click()
    await dialog(waiting).getByLabel('Why').fill('entered twice')
    await button(waiting, 'Withdraw it').click()
    await waiting.getByText('Withdrawn', { exact: true }).first().waitFor()
  })

  test('other legal data is compared before two others are asked to put it in force', async () => {
    const page = await as('grace', '/legal-data')
    const choose = (data: unknown) =>
      page
        .getByLabel(/^A JSON file/)
        .setInputFiles({ name: 'legal.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(data)) })
    await choose({ asOf: 'yesterday' })
    await page.getByRole('alert').first().waitFor()
    const path = new URL('../../server/src/authorizations/legal-data.json', import.meta.url)
    const data = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly proscribedCountries: readonly object[]
      readonly exemptions: { readonly preconditions: readonly object[] }
    }
    const preconditions = data.exemptions.preconditions.slice(1)
    const more = {
      country: 'FR',
      name: 'France',
      list: 'd1',
      paragraph: '22 CFR 126.1(d)(1)',
      source: '91 FR 1',
      sureness: 'yes',
    }
    const proscribedCountries = [...data.proscribedCountries, { ...more, validFrom: null, validUntil: null }]
    const exemptions = { ...data.exemptions, preconditions }
    await choose({ ...data, asOf: '2026-06-01', proscribedCountries, exemptions })
    await page.getByText('France (FR) comes').waitFor()
    await page.getByText('A rule of every exemption goes').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await button(page, 'Ask two others').click()
    await dialog(page).getByLabel('Why').fill('91 FR 1')
    await dialog(page).getByRole('button', { name: 'Ask two others' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    const { approvals } = await desk.served.client.done(api.approvals, 'henry', 'GET', '/approvals')
    expect(approvals.filter(({ kind }) => kind.startsWith('legal'))).toHaveLength(1)
    const paulas = await as('paula', '/legal-data')
    await paulas.getByText('Knows the law up to', { exact: true }).waitFor()
    expect(await paulas.getByLabel(/^A JSON file/).count()).toBe(0)
  })

  test('a foreign person reads under what they open a file, and what it holds them to; whoever needs none reads nothing of it', async () => {
    const james = await as('james', `/files/${file.id}`)
    await james.getByRole('heading', { name: 'Under what you open it' }).waitFor()
    await james.getByText('TA-0042-26').waitFor()
    await james.getByText('TAA, technical assistance agreement').waitFor()
    // The register is not theirs to read.
    expect(await james.getByRole('link', { name: 'TA-0042-26' }).count()).toBe(0)
    expect(await faultsOf(james)).toEqual([])
    const ada = await as('ada', `/files/${file.id}`)
    await ada.getByRole('heading', { name: 'What it is' }).waitFor()
    expect(await ada.getByRole('heading', { name: 'Under what you open it' }).count()).toBe(0)
  })

  test('the legal data says up to which day it knows the law, and how sure each row is', async () => {
    const page = await as('paula', '/legal-data')
    await page.getByText('Knows the law up to', { exact: true }).waitFor()
    const { inForce } = await desk.served.client.done(api.legalDataShown, 'paula', 'GET', '/legal-data')
    const [asOf, today] = [inForce?.asOf ?? '', inForce?.today ?? '']
    // Of the same day a year later it says nothing yet.
    const isOld = `${Number(asOf.slice(0, 4)) + 1}${asOf.slice(4)}` < today
    expect(await page.getByText('Legal data older than a year').count()).toBe(isOld ? 1 : 0)
    const cyprus = page.getByRole('listitem').filter({ hasText: 'Cyprus (CY)' }).first()
    await cyprus.getByText(/^Sure: /).waitFor()
    expect(await page.getByText('Sure: partly').count()).toBeGreaterThan(0)
    const stranger = await as('omar', '/legal-data')
    await refusedByTheGate(stranger)
    expect(await stranger.getByText('Cyprus').count()).toBe(0)
  })
})
