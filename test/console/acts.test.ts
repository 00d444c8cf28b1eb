// What people do at the console, in a browser each: ask, approve, end, look, import; what a role must not see; and what becomes of a page
// whose session, record or network is gone.

import { personChanged, personAdded } from '@sallyport/protocol/api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sequenced } from '../../server/src/http/testing.ts'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere, settled } from './signed-in.ts'

const desk = consoleServed(9995)
const { as } = desk

/** What the page says of whatever it shows, outside of what is folded away. */
const factsOf = async (page: Page): Promise<Readonly<Record<string, string>>> =>
  await page.evaluate<Record<string, string>>(
    `Object.fromEntries([...document.querySelectorAll('main dt')].filter((one) => one.closest('details') === null).map((one) => [one.textContent, one.nextElementSibling.textContent]))`,
  )

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe.skipIf(!isChromiumThere)(`at the console, ${inChromium}`, { timeout: 180_000 }, () => {
  test('one officer asks to verify somebody, two others approve it, and its receipt is proven', async () => {
    const noah = await desk.personOf('Noah Brandt')
    const graces = await as('grace', `/people/${noah.id}`)
    await button(graces, 'Verify').click()
    await graces.getByRole('heading', { name: 'Verify Noah Brandt' }).waitFor()
    const ground = graces.getByLabel('Ground (22 CFR 120.62)')
    expect(await ground.inputValue()).toBe('')
    await ground.selectOption('lawful permanent resident')
    await graces.getByLabel('Where the evidence is kept').fill('HR file 7')
    await graces.getByLabel('Why').fill('passport and I-9 seen')
    await button(graces, 'Ask two others').click()
    await graces.getByText('Two others must approve it.').first().waitFor()
    // What waits stands at the top, and asking once more is not what one comes for.
    const waiting = graces.getByRole('link', { name: /^Verify/ })
    await waiting.waitFor()
    const colors = `['Verify', 'Change'].map((name) => getComputedStyle([...document.querySelectorAll('main button')].find(({ textContent }) => textContent === name)).backgroundColor)`
    await expect.poll(async () => new Set(await graces.evaluate<string[]>(colors)).size, { timeout: 30_000 }).toBe(1)
    await waiting.click()
    await graces.getByText('HR file 7').first().waitFor()
    expect(await button(graces, 'Approve').count()).toBe(0)
    expect(await button(graces, 'Withdraw').count()).toBe(1)
    // In the words of the form, and, while it waits, with who he is and how long it does.
    expect(await factsOf(graces)).toMatchObject({
      Change: 'Verify as a U.S. person',
      'Ground (22 CFR 120.62)': 'lawful permanent resident',
      'Where the evidence is kept': 'HR file 7',
      Why: 'passport and I-9 seen',
      Now: 'Unverified, NDA on file',
      'Roles now': 'Engineer',
      'Waits until': expect.stringMatching(/\d/) as string,
    })

    const [henrys, wandas] = [await as('henry', '/'), await as('wanda', '/')]
    for (const [page, said] of [
      [henrys, /^Approved: /],
      [wandas, /^Approved and done: /],
    ] as const) {
      await page.getByRole('link', { name: /Noah Brandt/ }).click()
      await button(page, 'Approve').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
      await page.getByText(said).first().waitFor()
    }
    expect((await desk.personOf('Noah Brandt')).status).toBe('us-person')
    // What was approved was approved of somebody unverified, whoever he is by now.
    await wandas.getByText('Done', { exact: true }).waitFor()
    const done = await factsOf(wandas)
    expect(Object.keys(done)).not.toEqual(expect.arrayContaining([expect.stringMatching(/[Nn]ow|Waits/) as string]))
    expect(done).toMatchObject({ Change: 'Verify as a U.S. person', 'Approved by': 'Henry Walsh and Wanda Kowalski' })
    await sequenced(desk.served.site)
    await wandas.getByRole('link', { name: 'Receipt and proof' }).click()
    await button(wandas, 'Prove').click()
    await wandas.getByText('In the ledger, proven').waitFor()
    const saving = wandas.waitForEvent('download')
    await button(wandas, 'Save the proof').click()
    expect((await saving).suggestedFilename()).toMatch(/\.tlog-proof$/)

    // From then on it stands there what that rests on, for whoever examines it too.
    const paulas = await as('paula', `/people/${noah.id}`)
    const rests = paulas.getByRole('region', { name: 'What the status rests on' })
    for (const text of ['Lawful permanent resident (22 CFR 120.62)', 'HR file 7', 'Grace Okafor', 'Henry Walsh']) {
      await rests.getByText(text).waitFor()
    }
    await paulas.getByText('Lawful permanent resident (22 CFR 120.62). Evidence: HR file 7').waitFor()
    await button(paulas, 'Verify as a U.S. person').waitFor()
  })

  test('an officer declines what another asked for, with a reason that stands there', async () => {
    const ben = await desk.personOf('Ben Ortega')
    const page = await as('henry', `/people/${ben.id}`)
    await button(page, 'Change').click()
    // Nothing is chosen beforehand: the first would be what he is already.
    expect(await page.getByLabel('What changes').inputValue()).toBe('')
    expect(await button(page, 'Do it now').isDisabled()).toBe(true)
    await page.getByLabel('What changes').selectOption('assign')
    await page.getByLabel('Program').fill('falcon')
    await page.getByLabel('Purpose').fill('co-development')
    await page.getByLabel('Why').fill('joins the team')
    await button(page, 'Ask two others').click()
    await page.getByText('Two others must approve it.').first().waitFor()

    // The same once more is refused, and leads to what waits.
    const graces = await as('grace', `/people/${ben.id}`)
    await button(graces, 'Change').click()
    await graces.getByLabel('What changes').selectOption('assign')
    // What exists is offered.
    await graces.getByRole('combobox', { name: 'Program' }).pressSequentially('fal')
    await graces.getByRole('option', { name: 'falcon', exact: true }).click()
    expect(await graces.getByRole('combobox', { name: 'Program' }).inputValue()).toBe('falcon')
    await graces.getByLabel('Purpose').fill('co-development')
    await graces.getByLabel('Why').fill('we need him')
    await button(graces, 'Ask two others').click()
    await graces.getByRole('link', { name: 'Open what waits' }).click()
    await graces.getByRole('heading', { level: 1, name: /Ben Ortega/ }).waitFor()
    await graces.getByText('joins the team').first().waitFor()

    const wandas = await as('wanda', '/approvals')
    await wandas.getByRole('link', { name: /Ben Ortega/ }).click()
    await button(wandas, 'Decline').click()
    await wandas.getByLabel('Why').fill('not before January')
    await wandas.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()
    await wandas.getByText('Wanda Kowalski: not before January').waitFor()
    expect(Object.keys(await factsOf(wandas))).not.toContain('Waits until')
    expect((await desk.personOf('Ben Ortega')).assignments.map(({ program }) => program)).toEqual(['heron'])
  })

  test('what somebody else changed meanwhile is a conflict that says so, and what was typed stays', async () => {
    const tomas = await desk.personOf('Tomás Rivera')
    const page = await as('grace', `/people/${tomas.id}`)
    await button(page, 'Confirm').click()
    await page.getByLabel('Why').fill('yearly look at the file')
    await desk.served.client.done(personChanged, 'henry', 'POST', `/people/${tomas.id}/changes`, {
      change: { change: 'correct', externalId: 'E-7' },
      reason: 'new number',
      version: tomas.version,
    })
    await button(page, 'Do it now').click()
    await page.getByRole('dialog').getByText('The thing has changed or already exists').waitFor()
    expect(await page.getByLabel('Why').inputValue()).toBe('yearly look at the file')
  })

  test('an ending takes one officer, and is there at once', async () => {
    const guest = await desk.personOf('Short-term engineer 7')
    const page = await as('wanda', `/people/${guest.id}`)
    await button(page, 'End').click()
    await page.getByLabel('Why').fill('contract is over')
    await button(page, 'End it now').click()
    await button(page, 'Restore').waitFor()
    expect((await desk.personOf('Short-term engineer 7')).status).toBe('ended')
    await page.getByText('contract is over').waitFor()
  })

  test('countries are shown for a purpose that is on record first, and are gone with the page', async () => {
    const marc = await desk.personOf('Marc Delacroix')
    const page = await as('grace', `/people/${marc.id}`)
    expect(await page.getByText('Canada').count()).toBe(0)
    await button(page, 'Look at them').click()
    await page.getByLabel('What for').fill('scope of the agreement')
    await button(page, 'Look').click()
    await page.getByText(/Canada \(CA\)/).waitFor()
    await sequenced(desk.served.site)
    await page.reload()
    await page.getByText('scope of the agreement').waitFor()
    await settled(page)
    expect(await page.getByText('Canada').count()).toBe(0)
  })

  test('a spreadsheet shows what would follow, and exactly that is done', async () => {
    const page = await as('grace', '/people')
    await page.getByRole('link', { name: 'From a spreadsheet' }).click()
    const choose = async (text: string) =>
      await page
        .getByLabel(/XLSX or CSV/)
        .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    const exported = await desk.served.client.ask('grace', 'GET', '/people/export?format=csv')
    const [head = ''] = exported.text.replace(/^\uFEFF/, '').split(/\r?\n/)
    await choose(`${head}\r\nnonsense`)
    await page
      .getByText(/What is wrong with the file|The file is damaged/)
      .first()
      .waitFor()
    await choose(exported.text)
    await page.getByText('The roster says all of it already').waitFor()
    await choose(exported.text.replace('Ben Ortega', 'Benjamin Ortega'))
    await page.getByText('Ben Ortega → Benjamin Ortega').waitFor()
    expect((await desk.served.client.ask('grace', 'GET', '/people?name=Benjamin')).text).not.toContain('Benjamin')
    await button(page, 'Do exactly this').click()
    await page.getByLabel('Why').fill('full names')
    expect(await faultsOf(page)).toEqual([])
    await button(page, 'Do it').click()
    await page.getByRole('heading', { level: 2, name: 'Done' }).waitFor()
    expect((await desk.personOf('Benjamin Ortega')).status).toBe('us-person')
  })

  test('names and reasons are shown as the text that they are', async () => {
    const name = '<img src=x onerror="document.title=1"> {{7*7}} javascript:alert(1)'
    const added = await desk.served.client.done(personAdded, 'grace', 'POST', '/people', { name, kind: 'visitor' })
    const page = await as('grace', '/people')
    await page.getByRole('link', { name }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(page.url()).toContain(added.person.id)
  })

  describe('a role', () => {
    test.each([
      ['ada', 'an engineer', ['Today', 'Requests', 'Files']],
      [
        'paula',
        'an auditor',
        [
          'Today',
          'Approvals',
          'Watch',
          'Requests',
          'People',
          'Failed sign-ins',
          'Register',
          'Releases',
          'Classifications',
          'Legal data',
          'Files',
          'Decisions',
          'Who can open what',
          'Policies',
          'Ledger',
          'Evidence',
          'Verification',
          'Boundary',
          'Keys',
          'Backups',
        ],
      ],
      [
        'omar',
        'an administrator',
        ['Today', 'Approvals', 'Requests', 'People', 'Failed sign-ins', 'Boundary', 'Keys', 'Backups'],
      ],
      ['rosa', 'an analyst', ['Today', 'Watch', 'Requests', 'Failed sign-ins']],
      ['stranger', 'nobody of the roster', ['Today']],
    ])('%s, %s, finds the pages that have something behind them, and no other', async (who, _, pages) => {
      const page = await as(who, '/')
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(pages)
    })

    test('an engineer who asks for the roster all the same is told why not, what would change it and whom to ask', async () => {
      const page = await as('ada', '/people')
      await button(page, 'Ask the gate anyway').click()
      await page.getByText('You may not read the roster').first().waitFor()
      await page.getByText('Whom to ask: an export control officer').first().waitFor()
      await page
        .getByText(/^Decision [0-9a-f-]{36}$/)
        .first()
        .waitFor()
      expect(await page.getByText('Grace Okafor').count()).toBe(0)
    })

    test('an auditor sees a foreign person without countries, and can change nothing', async () => {
      const irina = await desk.personOf('Irina Sokolova')
      const page = await as('paula', `/people/${irina.id}`)
      const buttons = await page.getByRole('main').getByRole('button').allTextContents()
      expect(buttons.filter((text) => /Confirm|Change|End|Verify|Look|Approve/.test(text))).toEqual([])
      expect(await page.getByText(/Russia|United Kingdom/).count()).toBe(0)
    })

    test('an administrator neither ends anybody nor looks at countries', async () => {
      const irina = await desk.personOf('Irina Sokolova')
      const page = await as('omar', `/people/${irina.id}`)
      expect(await button(page, 'Change').count()).toBe(1)
      expect((await button(page, 'End').count()) + (await button(page, 'Look at them').count())).toBe(0)
    })
  })

  describe('a page', () => {
    test('whose session ended leads to the sign-in, and back to where one was', async () => {
      const { page, endSessions } = await desk.visit('grace', '/people?status=ended')
      await endSessions()
      await page.getByRole('link', { name: 'Victor Hale' }).click()
      await button(page, 'Sign in with the sample company').click()
      await page.locator('button[name=person][value=grace]').click()
      await page.getByRole('heading', { level: 1, name: 'Victor Hale' }).waitFor()
      expect(new URL(page.url()).pathname).toMatch(/^\/people\/[0-9a-f-]{36}$/)
    })

    test('to which no passkey comes says so, and offers every way again', async () => {
      const { page } = await desk.visit(null, '/sign-in')
      await page.evaluate(
        `navigator.credentials.get = async () => { throw new DOMException('as somebody cancels it', 'NotAllowedError') }`,
      )
      await button(page, 'Sign in with a passkey').click()
      await page.getByText('No passkey came of it').waitFor()
      expect(await button(page, 'Sign in with a passkey').isEnabled()).toBe(true)
      expect(await faultsOf(page)).toEqual([])
    })

    test('forgets the key and the receipts with the sign-out', async () => {
      const { page } = await desk.visit('grace', '/receipts')
      const kept = async () =>
        (await page.evaluate(`new Promise((resolve) => {
          indexedDB.open('sallyport').onsuccess = ({ target: { result } }) => {
            const store = result.transaction(['keys', 'receipts'])
            store.objectStore('keys').getAll().onsuccess = ({ target: { result: keys } }) =>
              resolve(keys.map(({ privateKey }) => privateKey.extractable))
          }
        })`)) as readonly boolean[]
      expect(await kept()).toEqual([false])
      await page.getByRole('button', { name: 'Grace Okafor' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await button(page, 'Sign in with the sample company').waitFor()
      // The page of the sign-in asks the gate who is there, and proves it with another key.
      expect(await kept()).toEqual([false])
      expect(await page.evaluate('document.cookie + JSON.stringify(sessionStorage)')).toBe('{}')
    })

    test.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)'])(
      'does not go on to %s after the sign-in',
      async (returnTo) => {
        const { page } = await desk.visit('grace', `/sign-in?returnTo=${encodeURIComponent(returnTo)}`)
        await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
        expect(new URL(page.url()).origin).toBe(new URL(desk.served.address.url).origin)
      },
    )

    test('says that the gate does not answer, and goes on when it does', async () => {
      const { page, context } = await desk.visit('grace', '/approvals')
      await context.setOffline(true)
      await button(page, 'All').click()
      await page.getByText('The gate does not answer').first().waitFor()
      await context.setOffline(false)
      await button(page, 'Try again').first().click()
      await page.getByText('The gate does not answer').waitFor({ state: 'detached' })
      await settled(page)
      expect(await page.getByRole('main').getByRole('heading', { level: 2 }).textContent()).toBe('All requests')
    })

    test('is gone through by keyboard: to the content at once, the heading read on arrival, a dialog left where one was', async () => {
      const { page } = await desk.visit('wanda', '/people')
      await page.keyboard.press('Tab')
      expect(await focused(page)).toBe('To the content')
      await page.keyboard.press('Enter')
      await button(page, 'Add somebody').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await expect.poll(() => focused(page), { timeout: 30_000 }).toBe('Add somebody')
      await page.getByRole('link', { name: 'Ada Whitfield' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Ada Whitfield' }).waitFor()
      await expect.poll(() => focused(page), { timeout: 30_000 }).toBe('Ada Whitfield')
    })

    test('prints its content alone, and stands still for whoever asked for that', async () => {
      const { page } = await desk.visit('wanda', '/approvals')
      await page.emulateMedia({ media: 'print', reducedMotion: 'reduce' })
      expect(await page.getByRole('navigation').count()).toBe(0)
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
      expect(await page.evaluate(`getComputedStyle(document.body).transitionDuration`)).toMatch(/^(0|1e-05|0\.00001)s$/)
    })
  })
})

async function focused(page: Page): Promise<unknown> {
  return await page.evaluate('document.activeElement.textContent')
}
