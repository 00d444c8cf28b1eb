// What opens over a page: every dialog, the drawer, the menu. axe finds nothing while it is open, wide and light as narrow and dark; the
// focus is in it, and back where it was when it is left by the keyboard. And what is said when something is done.

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { fillEnclave, type FilledEnclave } from './filled-enclave.ts'
import { inChromium, isChromiumThere, settled } from './signed-in.ts'

let ids: FilledEnclave

interface Opened {
  /** The file of the console that draws it. */
  readonly source: string
  readonly who: string
  readonly at: () => string
  /** The button that opens it. */
  readonly by: string | RegExp
  /** What is chosen of the menu that the button opens; it opens the dialog. */
  readonly item?: string
  readonly title: string | RegExp
  /** What is done on the page before there is the button. */
  readonly before?: (page: Page) => Promise<void>
  /** What is filled in until all of the dialog is there. */
  readonly fill?: (dialog: Locator) => Promise<void>
}

const unverified = () => `/people/${ids.unverified}`
const person = () => `/people/${ids.person}`
const file = () => `/files/${ids.file}`
const license = () => `/authorizations/${ids.register.license}`
const classification = () => `/classifications/${ids.classification}`
const legalData = fileURLToPath(new URL('../../server/src/authorizations/legal-data.json', import.meta.url))

const dialogs: readonly Opened[] = [
  {
    source: 'pages/people/add-person.tsx',
    who: 'grace',
    at: () => '/people',
    by: 'Add somebody',
    title: 'Add somebody',
  },
  { source: 'pages/person/change-person.tsx', who: 'grace', at: unverified, by: 'Verify', title: /^Verify/ },
  { source: 'pages/person/change-person.tsx', who: 'grace', at: person, by: 'Confirm', title: /^Confirm|\?$/ },
  { source: 'pages/person/change-person.tsx', who: 'grace', at: person, by: 'Change', title: /^Change/ },
  { source: 'pages/person/end-person.tsx', who: 'grace', at: person, by: 'End', title: /^End the status/ },
  {
    source: 'pages/person/countries.tsx',
    who: 'grace',
    at: person,
    by: 'Look at them',
    title: /^Look at the countries/,
  },
  {
    source: 'pages/person/merge-person.tsx',
    who: 'grace',
    at: person,
    by: 'Records',
    item: 'Merge with another record',
    title: /^Merge/,
    fill: async (dialog) => {
      await dialog.getByRole('combobox').pressSequentially('Ben Ort')
      await dialog.page().getByRole('option', { name: 'Ben Ortega', exact: true }).click()
      await dialog.getByRole('table', { name: 'What is joined' }).waitFor()
    },
  },
  {
    source: 'pages/sign-ins/view.tsx',
    who: 'omar',
    at: () => `${person()}/sign-in`,
    by: 'Take a subject away',
    title: /^Take a/,
  },
  { source: 'pages/file/sharing.tsx', who: 'ada', at: file, by: 'Share', title: 'Share this file' },
  { source: 'pages/file/changing.tsx', who: 'ada', at: file, by: 'Delete', title: 'Delete for good' },
  { source: 'pages/file/labelling.tsx', who: 'grace', at: file, by: 'Labels', title: 'Labels besides' },
  { source: 'pages/authorization/end-authorization.tsx', who: 'grace', at: license, by: 'End', title: /^End 0507/ },
  { source: 'pages/authorization/draw-dialogs.tsx', who: 'grace', at: license, by: 'Draw', title: /^Draw from/ },
  {
    source: 'pages/authorization/draw-dialogs.tsx',
    who: 'grace',
    at: license,
    by: /^Take back/,
    title: /^Take the draw/,
  },
  {
    source: 'pages/releases/view.tsx',
    who: 'grace',
    at: () => '/releases',
    by: 'Open the countries',
    title: /^Open the/,
  },
  { source: 'pages/releases/export.tsx', who: 'grace', at: () => '/releases', by: 'Export', title: /^Export the/ },
  { source: 'pages/refusals/triage-dialog.tsx', who: 'grace', at: () => '/refusals', by: /^Triage/, title: /^How far/ },
  {
    source: 'pages/approval/view.tsx',
    who: 'henry',
    at: () => `/approvals/${ids.approval}`,
    by: 'Approve',
    title: /^Approve/,
  },
  {
    source: 'pages/approval/view.tsx',
    who: 'henry',
    at: () => `/approvals/${ids.approval}`,
    by: 'Decline',
    title: /^Decline/,
  },
  {
    source: 'pages/approval/view.tsx',
    who: 'grace',
    at: () => `/approvals/${ids.approval}`,
    by: 'Withdraw',
    title: /^Withdraw/,
  },
  { source: 'pages/keys/view.tsx', who: 'omar', at: () => '/keys', by: 'New key', title: /^Ask for a new key/ },
  {
    source: 'parts/classifying.tsx',
    who: 'grace',
    at: () => '/first-steps',
    by: /[Cc]lassif/,
    title: /^Register a/,
  },
  {
    source: 'pages/first-steps/labelling.tsx',
    who: 'grace',
    at: () => '/first-steps',
    by: /[Ll]abel/,
    title: /^Define a/,
  },
  {
    source: 'parts/making-vault.tsx',
    who: 'grace',
    at: () => '/first-steps',
    by: /[Vv]ault/,
    title: /^Make a/,
  },
  { source: 'parts/making-vault.tsx', who: 'grace', at: () => '/files', by: 'Make a vault', title: 'Make a vault' },
  {
    source: 'parts/classifying.tsx',
    who: 'grace',
    at: () => '/classifications',
    by: 'Register one',
    title: /^Register a/,
  },
  { source: 'parts/classifying.tsx', who: 'grace', at: classification, by: 'One in its place', title: /^Register one/ },
  {
    source: 'pages/classification/withdrawing.tsx',
    who: 'grace',
    at: classification,
    by: 'Withdraw',
    title: /^Withdraw/,
  },
  {
    source: 'pages/legal-data/proposing.tsx',
    who: 'grace',
    at: () => '/legal-data',
    before: async (page) => await page.getByLabel(/JSON file/).setInputFiles(legalData),
    by: 'Ask two others',
    title: /^Ask two others/,
  },
]

/** What takes more than one click, or another enclave: looked at where it is walked. */
const elsewhere: Readonly<Record<string, string>> = {
  'pages/import-people/view.tsx': 'acts.test.ts',
  'pages/import-authorizations/view.tsx': 'registering.test.ts',
  'pages/register-authorization/view.tsx': 'registering.test.ts',
  'pages/register-authorization/amend-dialog.tsx': 'registering.test.ts',
  'pages/policies/view.tsx': 'access.test.ts',
  'pages/policy-editor/view.tsx': 'access.test.ts',
  'pages/candidates/act.tsx': 'export-control.test.ts',
  'pages/requests/answer-request.tsx': 'export-control.test.ts',
  'pages/person/split-person.tsx': 'merging.test.ts',
  'pages/founding/founders.tsx': 'founding.test.ts',
  'pages/file/deletion-waits.tsx': 'files.test.ts',
}

/** What every dialog is drawn with. */
const frame = 'parts/act-dialog.tsx'

const looks = [
  { name: 'wide', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'narrow', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const

const sources = fileURLToPath(new URL('../../console/src/', import.meta.url))
const beside = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

test('every dialog of the console is looked at while it is open', () => {
  const drawn = globSync('{pages,parts}/**/*.tsx', { cwd: sources }).filter(
    (path) =>
      path !== frame && /<(ActDialog|Dialog|OverlayDrawer|Popover)\b/.test(readFileSync(`${sources}${path}`, 'utf8')),
  )
  // Each is in the table, or it is said where it is looked at; and no row is of what moved or went.
  const looked = [...dialogs.map(({ source }) => source), ...Object.keys(elsewhere)]
  expect([...new Set(looked)].toSorted()).toEqual(drawn.toSorted())
  for (const name of new Set(Object.values(elsewhere))) expect(beside(name), name).toContain('faultsOf(')
})

describe.skipIf(!isChromiumThere)(`what opens over a page, ${inChromium}`, { timeout: 180_000 }, () => {
  const desk = consoleServed(9945, async (served) => {
    ids = await fillEnclave(served)
  })
  const pageOf = async (who: string, at: string) => {
    const watched = await desk.pageOf(who)
    await watched.page.emulateMedia({ reducedMotion: 'reduce' })
    await watched.page.goto(at)
    await settled(watched.page)
    return watched
  }

  test.each(dialogs)('$source, by $by', async ({ who, at, before, by, item, title, fill }) => {
    const { page, complaints } = await pageOf(who, at())
    await before?.(page)
    for (const { viewport, colorScheme } of looks) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const opener = page.getByRole('main').getByRole('button', { name: by, exact: true }).first()
      await opener.focus()
      await page.keyboard.press('Enter')
      if (item !== undefined) await page.getByRole('menuitem', { name: item }).press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('heading', { name: title }).waitFor()
      await holdsFocus(dialog)
      await fill?.(dialog)
      expect(await faultsOf(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await isFocused(opener)
    }
    expect(complaints).toEqual([])
  })

  test('the drawer of pages where there is little room', async () => {
    const { page } = await pageOf('paula', '/')
    await page.setViewportSize(looks[1].viewport)
    const opener = page.getByRole('button', { name: 'Pages' })
    const drawer = page.getByRole('dialog', { name: 'Pages' })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await opener.focus()
      await page.keyboard.press('Enter')
      await holdsFocus(drawer)
      expect(await faultsOf(page)).toEqual([])
      // Round and round, and never out of it.
      for (let step = 0; step < 25; step++) await page.keyboard.press('Tab')
      await holdsFocus(drawer)
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'detached' })
      await isFocused(opener)
    }
    await opener.click()
    await drawer.getByRole('button', { name: 'Close' }).click()
    await drawer.waitFor({ state: 'detached' })
    await isFocused(opener)
    await opener.click()
    await drawer.getByRole('link', { name: 'Ledger' }).click()
    await drawer.waitFor({ state: 'detached' })
    await isFocused(page.getByRole('heading', { level: 1, name: 'Ledger' }))
  })

  test('the menu of who one is', async () => {
    const { page } = await pageOf('grace', '/me')
    for (const { viewport, colorScheme } of looks) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      const opener = page.getByRole('button', { name: 'You are Grace Okafor' })
      await opener.focus()
      await page.keyboard.press('Enter')
      const menu = page.getByRole('menu')
      await holdsFocus(menu)
      expect(await faultsOf(page)).toEqual([])
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
      await isFocused(opener)
    }
  })

  test('what is said when something is done stands in a place of its own, and is read aloud', async () => {
    const { page, complaints } = await pageOf('grace', '/people')
    for (const { name, viewport, colorScheme } of looks) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await page.goto('/people')
      await settled(page)
      await page.getByRole('button', { name: 'Add somebody' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill(`Guest ${name}`)
      await dialog.getByRole('button', { name: 'Add', exact: true }).click()
      const done = page.getByRole('region', { name: 'Done' }).getByText(`Added Guest ${name}`, { exact: true })
      // Whoever points at it has all the time to read it, and to go on from it.
      await done.hover()
      await page.getByRole('heading', { level: 1, name: `Guest ${name}` }).waitFor()
      expect(await faultsOf(page)).toEqual([])
    }
    expect(complaints).toEqual([])
  })
})

async function holdsFocus(of: Locator): Promise<void> {
  const isIn = async () => await of.evaluate((element) => element.contains(element.ownerDocument.activeElement))
  await expect.poll(isIn, { timeout: 30_000 }).toBe(true)
}

async function isFocused(what: Locator): Promise<void> {
  const is = async () => await what.evaluate((element) => element.ownerDocument.activeElement === element)
  await expect.poll(is, { timeout: 30_000 }).toBe(true)
}
