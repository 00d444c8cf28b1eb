// The ledger in the console: looked through, proven in the browser itself against the checkpoint that it kept, and packed as evidence;
// and what the browser says of a ledger that is not the one it was.

import { toHex } from '@sallyport/protocol'
import { people as peopleShape, personAdded, personEnded } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openPacket } from '../../client/src/packet/index.ts'
import { sequenced } from '../../server/src/http/testing.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, refusedByTheGate } from './signed-in.ts'

const desk = consoleServed(9925, async ({ site }) => {
  await sequenced(site)
})
const { as } = desk

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const rows = (page: Page) => page.getByRole('table', { name: 'Entries' }).getByRole('row')

/** Change the checkpoint that the browser keeps, as if it had seen another ledger. */
async function keptAs(page: Page, change: string): Promise<void> {
  await page.evaluate(`new Promise((resolve, reject) => {
    indexedDB.open('sallyport').onsuccess = ({ target: { result } }) => {
      const transaction = result.transaction('ledger', 'readwrite')
      const store = transaction.objectStore('ledger')
      store.get('checkpoint').onsuccess = ({ target: { result: kept } }) =>
        kept === undefined ? reject(new Error('none is kept')) : store.put({ ...kept, ...(${change})(kept) }, 'checkpoint')
      transaction.oncomplete = () => { result.close(); resolve(null) }
    }
  })`)
}

describe.skipIf(!isChromiumThere)(`the ledger in the console, ${inChromium}`, { timeout: 180_000 }, () => {
  test('shows what happened, and what is new when one asks for it', async () => {
    const name = '<img src=x onerror="document.title=1"> {{7*7}}'
    const page = await as('paula', '/record')
    await rows(page).nth(1).waitFor()
    const added = await desk.served.client.done(personAdded, 'grace', 'POST', '/people', { name, kind: 'visitor' })
    await sequenced(desk.served.site)
    await page.getByRole('button', { name: /^Show \d+ new$/ }).click()
    const row = rows(page).filter({ hasText: 'Somebody added' }).first()
    await row.filter({ hasText: name }).filter({ hasText: 'Grace Okafor' }).waitFor()
    expect(await page.locator('main img').count()).toBe(0)

    // By its id it is found alone, and the address does not hold what was typed.
    await page.getByLabel('An id or a code that stands in it').fill(added.person.id)
    await button(page, 'Search').click()
    await expect.poll(() => rows(page).count(), { timeout: 60_000 }).toBe(2)
    expect(page.url()).not.toContain(added.person.id)
    await page.getByRole('link', { name: 'Somebody added' }).click()
    await page.getByText(`person ${name}`).waitFor()
  })

  test('finds by kind and by day, and says so where nothing fits', async () => {
    await desk.served.client.ask('ada', 'GET', '/people')
    await sequenced(desk.served.site)
    const page = await as('grace', '/record?kind=decision.deny')
    await page.getByRole('link', { name: 'Refused: person.list' }).first().waitFor()
    expect(await page.getByRole('link', { name: /^Permitted/ }).count()).toBe(0)
    await page.getByLabel('Kind').selectOption('Everything but decisions')
    await page.getByRole('link', { name: 'Signed in' }).first().waitFor()
    expect(await page.getByRole('link', { name: /^(Permitted|Refused)/ }).count()).toBe(0)
    await page.getByLabel('To the end of (UTC)').fill('2020-01-01')
    await page.getByText('No entry fits').waitFor()
    await page.getByLabel('An id or a code that stands in it').fill('a b')
    await page.getByText(/no spaces/).waitFor()
  })

  test('an entry is proven in the browser, against what it saw before, with a proof to take away', async () => {
    const { page } = await desk.visit('paula', '/record')
    await page.getByText('This browser keeps its first checkpoint now').waitFor()
    await desk.served.client.ask('ada', 'GET', '/people')
    await sequenced(desk.served.site)
    await page.getByText(/They hold all \d+ that this browser saw/).waitFor()
    await page
      .getByRole('link', { name: /^Permitted/ })
      .first()
      .click()
    await button(page, 'Prove it').click()
    await page.getByText('Proven here').waitFor()
    await page.getByText(/The tree holds all \d+ entries that this browser saw before/).waitFor()
    const saving = page.waitForEvent('download')
    await button(page, 'Save the proof').click()
    expect((await saving).suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.tlog-proof$/)
  })

  test('an entry that was altered beside the tree is not proven', async () => {
    await desk.served.client.ask('ada', 'GET', '/people')
    await sequenced(desk.served.site)
    const page = await as('paula', '/record?kind=decision.deny')
    await page
      .getByRole('link', { name: /^Refused/ })
      .first()
      .waitFor()
    const { database } = desk.served.site
    const newest = "SELECT index, bytes FROM ledger_entries WHERE kind = 'decision.deny' ORDER BY index DESC LIMIT 1"
    const [row] = await database.query(newest)
    const bytes = row?.['bytes'] as Uint8Array
    const written = async (some: Uint8Array) => {
      await database.query('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
      await database.query('UPDATE ledger_entries SET bytes = $2 WHERE index = $1', [row?.['index'], some])
      await database.query('ALTER TABLE ledger_entries ENABLE TRIGGER ledger_entries_append_only')
    }
    const text = Buffer.from(bytes).toString('utf8')
    await written(Buffer.from(text.replace(/"salt":"(.)/, (_, first) => `"salt":"${first === 'A' ? 'B' : 'A'}`)))
    await page
      .getByRole('link', { name: /^Refused/ })
      .first()
      .click()
    await button(page, 'Prove it').click()
    await page.getByText('Not proven').waitFor()
    expect(await page.getByText('Proven here').count()).toBe(0)
    await written(bytes)
  })

  test.each([
    ['was cut', '({ size }) => ({ size: size + 1000 })', /it was cut, or put back to an older copy/],
    ['was written anew', '() => ({ root: btoa("x".repeat(32)) })', /it was written anew/],
    ['names other keys', '({ keys }) => ({ keys: keys.slice(1) })', /other keys of its ledger/],
  ])('a ledger that %s is told, whatever it says of itself', async (_, change, told) => {
    const { page } = await desk.visit('paula', '/record')
    await page.getByText('This browser keeps its first checkpoint now').waitFor()
    await keptAs(page, change)
    await page.reload()
    await page.getByText('Do not trust this ledger').first().waitFor()
    await page.getByText(told).first().waitFor()
    expect(await page.getByText("signed by the ledger's keys").count()).toBe(0)
  })

  test('evidence is made about somebody, and verifies without the gate', async () => {
    const { people } = await desk.served.client.done(peopleShape, 'grace', 'GET', '/people')
    const guest = people.find(({ name }) => name === 'Short-term engineer 7') ?? expect.fail()
    await desk.served.client.done(personEnded, 'grace', 'POST', `/people/${guest.id}/end`, {
      kind: 'left',
      reason: 'contract is over',
    })
    await sequenced(desk.served.site)
    const page = await as('paula', '/evidence')
    expect(await button(page, 'Make and download it').isDisabled()).toBe(true)
    await page.getByRole('combobox', { name: 'Whom' }).click()
    await page.getByRole('combobox', { name: 'Whom' }).fill('Short-term engineer 7')
    await page.getByRole('option', { name: 'Short-term engineer 7', exact: true }).click()
    await page.getByLabel('What it is for').fill('yearly audit')
    const saving = page.waitForEvent('download')
    await button(page, 'Make and download it').click()
    const download = await saving
    expect(download.suggestedFilename()).toMatch(/^person-\d{4}-\d\d-\d\d\.packet\.zip$/)
    await page.getByText(/^Made: /).waitFor()
    const verdict = await openPacket(await download.path(), { keys: null, timestampRoots: null })
    expect(verdict).toMatchObject({
      verdict: 'intact',
      facts: { statement: { question: { kind: 'person', id: guest.id, purpose: 'yearly audit' } } },
    })
    // What whoever made it tells its readers.
    const { facts } = verdict as Extract<typeof verdict, { verdict: 'intact' }>
    const shown = await page.getByRole('main').locator('code').last().textContent()
    expect(shown?.replaceAll(' ', '')).toBe(toHex(facts.fingerprint))
  })

  test.each([
    ['ada', 'an engineer'],
    ['omar', 'an administrator'],
  ])('%s, %s, is told why not, and sees no entry', async (who) => {
    for (const path of ['/record', '/record/01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77']) {
      const page = await as(who, path)
      await refusedByTheGate(page)
      expect(
        await page
          .getByRole('main')
          .getByRole('link', { name: /Permitted|Refused/ })
          .count(),
      ).toBe(0)
    }
    const page = await as(who, '/evidence')
    await button(page, 'Ask the gate anyway').click()
    await page.getByRole('combobox', { name: 'About' }).selectOption('period')
    await page.getByLabel('From (UTC)').fill('2026-01-01')
    await button(page, 'Make and download it').click()
    await refusedByTheGate(page)
  })
})
