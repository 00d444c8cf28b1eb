// For every role: every page of the console, of the navigation or by its address. What is theirs asks the gate for nothing that it
// refuses; what is not says so before the gate is asked, and shows nothing; whoever has it asked anyway is refused, on record.

import { authorizations as authorizationsShape } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { protectedFile } from '../../server/src/http/testing/protected-file.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, settled } from './signed-in.ts'

let ids: Readonly<Record<'irina' | 'authorization' | 'file' | 'refusal', string>>
const desk = consoleServed(9950, async ({ client, site }) => {
  // Nobody of the sample is an empowered official and nothing else.
  await site.database.query(`UPDATE person SET roles = ARRAY['empowered-official'] WHERE display_name = 'Lin Zhao'`)
  const file = await protectedFile(client, 'wing/spar-7.txt')
  const { authorizations } = await client.done(authorizationsShape, 'grace', 'GET', '/authorizations')
  const refused = (await client.ask('ben', 'GET', `/files/${file.id}/content`)).value as { decisionId: string }
  ids = {
    irina: await desk.idOf('Irina Sokolova'),
    authorization: authorizations[0]?.id ?? expect.fail('there is none'),
    file: file.id,
    refusal: refused.decisionId,
  }
  await sequenced(site)
})
const { as } = desk

/** Go to a page as its links do, without loading all of it anew: its heading has the focus once it is there. */
async function go(page: Page, path: string): Promise<void> {
  if (new URL(page.url()).pathname === path) return
  await page.evaluate(`document.activeElement?.blur(); history.pushState({}, '', ${JSON.stringify(path)})`)
  // Not by a function in the page: its policy lets nothing evaluate text.
  const at = async () => await page.evaluate<unknown[]>(`[location.pathname, document.activeElement?.tagName]`)
  await expect.poll(at, { timeout: 60_000 }).toEqual([path, 'H1'])
  await settled(page)
}

/** Refusals on record of one person. */
async function refusalsOf(name: string): Promise<readonly string[]> {
  await sequenced(desk.served.site)
  const rows = await desk.served.site.database.query(
    `SELECT convert_from(bytes, 'UTF8')::jsonb -> 'body' ->> 'action' AS action FROM ledger_entries
      WHERE kind = 'decision.deny' AND actor IS NOT DISTINCT FROM (SELECT id FROM person WHERE display_name = $1) ORDER BY index`,
    [name],
  )
  return rows.map(({ action }) => String(action))
}

const namedPages = async (page: Page) =>
  await page
    .getByRole('navigation')
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => String(Reflect.get(link, 'pathname'))))

/** Pages of the navigation by the roles that have something behind them; an engineer who is nothing else has none of these. */
const named = {
  '/approvals': ['officer', 'administrator', 'auditor', 'official'],
  '/refusals': ['officer', 'auditor', 'analyst'],
  '/people': ['officer', 'administrator', 'auditor', 'official'],
  '/sign-ins': ['officer', 'administrator', 'auditor', 'analyst'],
  '/authorizations': ['officer', 'auditor', 'official'],
  '/classifications': ['officer', 'auditor', 'official'],
  '/releases': ['officer', 'auditor'],
  '/candidates': ['officer', 'official'],
  '/legal-data': ['officer', 'auditor', 'official'],
  '/record': ['officer', 'auditor'],
  '/decisions': ['officer', 'auditor', 'official'],
  '/questions': ['officer', 'auditor', 'official'],
  '/policies': ['officer', 'auditor', 'official'],
  '/evidence': ['officer', 'auditor'],
  '/verification': ['officer', 'auditor'],
  '/boundary': ['officer', 'administrator', 'auditor'],
  '/keys': ['officer', 'administrator', 'auditor'],
  '/backups': ['officer', 'administrator', 'auditor'],
} as const

/** Pages that others lead to. */
const byAddress = (): Readonly<Record<string, readonly string[]>> => ({
  [`/people/${ids.irina}`]: ['officer', 'administrator', 'auditor', 'official'],
  [`/people/${ids.irina}/sign-in`]: ['officer', 'administrator', 'auditor'],
  [`/authorizations/${ids.authorization}`]: ['officer', 'auditor', 'official'],
  [`/record/${ids.refusal}`]: ['officer', 'auditor'],
  [`/questions/people/${ids.irina}`]: ['officer', 'auditor', 'official'],
  [`/questions/files/${ids.file}`]: ['officer', 'auditor', 'official'],
  '/people/import': ['officer'],
  '/authorizations/register': ['officer'],
  '/authorizations/import': ['officer'],
  '/policies/edit': ['officer'],
})

const everybody = [
  { role: 'engineer', who: 'ada', name: 'Ada Whitfield' },
  { role: 'officer', who: 'henry', name: 'Henry Walsh' },
  { role: 'official', who: 'lin', name: 'Lin Zhao' },
  { role: 'administrator', who: 'omar', name: 'Omar Haddad' },
  { role: 'auditor', who: 'paula', name: 'Paula Jensen' },
  { role: 'analyst', who: 'rosa', name: 'Rosa Delgado' },
  { role: 'nobody', who: 'stranger', name: '' },
] as const

describe.skipIf(!isChromiumThere)(`every role at the console, ${inChromium}`, { timeout: 300_000 }, () => {
  test.each(everybody)('$role: what is theirs is named and asks for nothing that is refused', async (one) => {
    const before = await refusalsOf(one.name)
    const page = await as(one.who, '/')
    const there = await namedPages(page)
    const theirs = Object.entries(named).flatMap(([path, roles]) => (has(roles, one.role) ? [path] : []))
    expect(there.filter((path) => path in named).toSorted()).toEqual(theirs.toSorted())
    const further = Object.entries(byAddress()).flatMap(([path, roles]) => (has(roles, one.role) ? [path] : []))
    for (const path of [...there, ...further, '/me', '/receipts']) {
      await go(page, path)
      const main = page.getByRole('main')
      expect({
        path,
        text: await main.getByText(/^(You may not .*|Not for your roles)$/).allTextContents(),
      }).toEqual({
        path,
        text: [],
      })
      // Countries of people stand nowhere but behind a look.
      if (path.startsWith('/people')) expect(await main.textContent()).not.toMatch(/Russia|United Kingdom/)
    }
    expect(await refusalsOf(one.name)).toEqual(before)
  })

  test.each(everybody)('$role: what is not theirs says for whom it is, shows nothing and asks nothing', async (one) => {
    const before = await refusalsOf(one.name)
    const page = await as(one.who, '/')
    const foreign = [...Object.entries(named), ...Object.entries(byAddress())].flatMap(([path, roles]) =>
      has(roles, one.role) ? [] : [path],
    )
    for (const path of foreign) {
      await go(page, path)
      await page.getByRole('heading', { name: 'Not for your roles' }).waitFor()
      const text = (await page.getByRole('main').textContent()) ?? ''
      expect({
        path,
        text: /Irina|Grace Okafor|spar-7|TA-\d|Permitted:|Refused:|aes256|U\.S\. persons/.exec(text),
      }).toEqual({
        path,
        text: null,
      })
    }
    expect(await refusalsOf(one.name)).toEqual(before)
  })

  test('whoever has the gate asked all the same is refused, once, with why and whom to ask', async () => {
    const before = await refusalsOf('Ada Whitfield')
    const page = await as('ada', '/people')
    await page
      .getByText('It is for export control officers, administrators, auditors and empowered officials.')
      .waitFor()
    await page.getByRole('button', { name: 'Ask the gate anyway' }).click()
    await page.getByText('You may not read the roster').waitFor()
    await page
      .getByText(/^Whom to ask: /)
      .first()
      .waitFor()
    expect(await refusalsOf('Ada Whitfield')).toEqual([...before, 'person.list'])
    // Elsewhere and back: asked again only by hand.
    await page.goto('/decisions')
    await page.goto('/people')
    await page.getByRole('heading', { name: 'Not for your roles' }).waitFor()
    expect(await refusalsOf('Ada Whitfield')).toEqual([...before, 'person.list'])
  })

  test.each(['grace', 'paula'])(
    '%s sees in the navigation where they are, however many pages there are',
    async (who) => {
      const page = await as(who, '/backups', { viewport: { width: 1440, height: 900 } })
      const here = page.getByRole('navigation').locator('[aria-current="page"]')
      await expect.poll(async () => bottomOf(await here.boundingBox()), { timeout: 60_000 }).toBeLessThanOrEqual(900)
      const narrow = await as(who, '/backups', { viewport: { width: 390, height: 844 } })
      await narrow.getByRole('button', { name: 'Pages' }).click()
      const drawer = narrow.getByRole('dialog', { name: 'Pages' })
      const there = drawer.locator('[aria-current="page"]')
      await expect.poll(async () => bottomOf(await there.boundingBox()), { timeout: 60_000 }).toBeLessThanOrEqual(844)
      const [link, whole] = [await there.boundingBox(), await drawer.boundingBox()]
      expect((whole?.width ?? 0) - (link?.width ?? 0)).toBeLessThan(60)
    },
  )

  test('whoever has several roles is read with all of them in the table of people', async () => {
    const page = await as('paula', '/people', { viewport: { width: 1440, height: 900 } })
    const row = page.getByRole('row').filter({ hasText: 'Grace Okafor' })
    const cell = row.getByRole('cell').filter({ hasText: 'Empowered official' })
    await cell.getByText('Officer, Empowered official').waitFor()
    expect(await cell.evaluate((one) => one.scrollWidth > one.clientWidth)).toBe(false)
  })

  test('an engineer sees neither who else is there nor what was decided about others', async () => {
    const page = await as('ada', `/decisions/${ids.refusal}`)
    expect(await page.getByRole('main').textContent()).not.toMatch(/Ben Ortega|spar-7/)
    await page.goto('/requests')
    await settled(page)
    expect(await page.getByRole('main').textContent()).not.toMatch(/Ben Ortega|Grace Okafor/)
  })

  test('an analyst triages from the first page, and is told neither the name of a file nor of whom somebody is', async () => {
    // A file that nothing covers for her, and an act of those who keep the enclave.
    const { client, site } = desk.served
    await client.ask('eleanor', 'GET', `/files/${ids.file}/content`)
    await client.ask('ada', 'GET', '/ledger/export')
    await sequenced(site)
    const page = await as('rosa', '/')
    const main = page.getByRole('main')
    await main.getByText(`file ${ids.file}`).first().waitFor()
    expect(await main.textContent()).not.toMatch(/spar-7|Russia|United Kingdom|falcon/)
    // What lies behind is not theirs, so that nothing leads there.
    expect(await main.getByRole('link', { name: /Ada Whitfield|Eleanor Hughes/ }).count()).toBe(0)
    const triage = main.getByRole('button', { name: /^Triage: .*, Ada Whitfield$/ })
    await triage.first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What you found').fill('asked her on the phone')
    await dialog.getByRole('button', { name: 'Put on record' }).click()
    await main.getByText('Somebody looks').first().waitFor()
  })

  test.each([
    ['henry', true],
    ['paula', true],
    ['omar', false],
    ['lin', false],
    ['rosa', false],
  ])('%s, who is no engineer, is offered no content of a file; its name is seen: %s', async (who, isSeen) => {
    const page = await as(who, `/files/${ids.file}`)
    const main = page.getByRole('main')
    expect((await main.textContent())?.includes('spar-7')).toBe(isSeen)
    for (const name of ['View', 'Save the content']) {
      expect(await main.getByRole('button', { name, exact: true }).count()).toBe(0)
    }
  })
})

const has = (roles: readonly string[], role: string) => roles.includes(role)

function bottomOf(box: { readonly y: number; readonly height: number } | null): number {
  return box === null ? Infinity : box.y + box.height
}
