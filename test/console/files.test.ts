// Files in the browser: sealed and opened there, and the same for the command line; what breaks off leaves nothing half done.

import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { files as filesShape, vaults as vaultsShape } from '@sallyport/protocol/api'
import { createMachine, type Machine } from '../../client/src/testing/command.ts'
import { servedSample } from '../../server/src/http/testing.ts'
import { faultsOf } from './axe.ts'
import { closeBrowser, inChromium, isChromiumThere, startBrowser, visit, type Visit } from './signed-in.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let browser: Browser
let machine: Machine
let vault: { readonly id: string; readonly name: string }
const open: Visit[] = []

describe.skipIf(!isChromiumThere)(`files, ${inChromium}`, () => {
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(9960), startBrowser()])
    const { vaults } = await served.client.done(vaultsShape, 'ada', 'GET', '/vaults')
    const [first] = vaults
    if (first === undefined) throw new Error('the sample has no vault')
    vault = first
    machine = createMachine()
    const { url, caFile } = served.address
    const ran = await machine.run(['login', '--gate', url, '--ca', caFile, '--as', 'ada'])
    if (ran.exit !== 0) throw new Error(ran.err)
  }, 180_000)
  afterAll(async () => {
    await closeBrowser(browser)
    await served?.stop()
  })

  async function atVault(person: string, path = `/files/vaults/${vault.id}`): Promise<Page> {
    const visited = await visit(browser, served, person, { path })
    open.push(visited)
    visited.page.setDefaultTimeout(60_000)
    return visited.page
  }

  /** Whoever leaves a page of these tests had nothing to complain about but what the test made happen. */
  async function leave(page: Page, expected: RegExp | null = null): Promise<void> {
    const found = open.find((one) => one.page === page)
    expect(found?.complaints.filter((line) => expected === null || !expected.test(line))).toEqual([])
    await found?.context.close()
  }

  async function choose(page: Page, name: string, content: Buffer): Promise<void> {
    await page
      .getByLabel('Files to protect')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: content })
  }

  async function stored(name: string): Promise<string | undefined> {
    const { files } = await served.client.done(filesShape, 'ada', 'GET', `/files?vaultId=${vault.id}`)
    return files.find((file) => file.name === name && file.state === 'stored')?.id
  }

  /** Open the file of the page, as a browser does that cannot write where the person says. */
  async function save(page: Page): Promise<Buffer> {
    await page.evaluate(`delete globalThis.showSaveFilePicker`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the content' }).click(),
    ])
    return await readFile(await download.path())
  }

  test('what the browser seals the command line opens, and the browser again; a name is text and nothing else', async () => {
    const name = '<img src=x onerror=alert(1)>&amp; drawing.bin'
    const content = randomBytes(5 * 1024 * 1024 + 321)
    const page = await atVault('ada')
    await choose(page, name, content)
    await page.getByText('Protected: sealed here').waitFor()
    const id = await stored(name)
    const out = join(machine.workingFolder, 'from-browser.bin')
    expect(await machine.run(['file', 'open', id ?? '', '--out', out])).toMatchObject({ exit: 0 })
    expect((await readFile(out)).equals(content)).toBe(true)
    await page.getByLabel('What is being protected').getByRole('link', { name }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect((await save(page)).equals(content)).toBe(true)
    await page.getByText('Saved 5.0 MiB').waitFor()
    await leave(page)
  }, 240_000)

  test.each([0, 70_000, 6 * 1024 * 1024])(
    'what the command line seals the browser opens: %i bytes',
    async (size) => {
      const name = `from-command-line-${size}.bin`
      const content = randomBytes(size)
      await writeFile(join(machine.workingFolder, name), content)
      const ran = await machine.run(['file', 'protect', name, '--vault', vault.name])
      expect(ran).toMatchObject({ exit: 0 })
      const page = await atVault('ada', `/files/${await stored(name)}`)
      expect((await save(page)).equals(content)).toBe(true)
      await leave(page)
    },
    240_000,
  )

  test('the content goes to the file that the person chose, which stays as it was when opening fails', async () => {
    const name = 'to-a-place.bin'
    const content = randomBytes(2 * 1024 * 1024)
    const page = await atVault('ada')
    await choose(page, name, content)
    await page.getByText('Protected: sealed here').waitFor()
    await page.getByLabel('What is being protected').getByRole('link', { name }).click()
    // Stands in for the picker, of which a browser without a screen has none: a place of the browser's own.
    const place = `(await navigator.storage.getDirectory()).getFileHandle('chosen', { create: true })`
    await page.evaluate(`(async () => {
      const writable = await (await ${place}).createWritable()
      await writable.write('before')
      await writable.close()
      globalThis.showSaveFilePicker = async () => await ${place}
    })()`)
    const lying = () =>
      page.evaluate<{ size: number; last: string }>(`(async () => {
        const file = await (await ${place}).getFile()
        return { size: file.size, last: new Uint8Array(await file.slice(-8).arrayBuffer()).join() }
      })()`)
    await page.context().route('**/Rewrap', (route) => route.abort())
    await page.getByRole('button', { name: 'Save the content' }).click()
    await page.getByText('The gate does not answer').waitFor()
    expect((await lying()).size).toBe(6)
    await page.context().unroute('**/Rewrap')
    await page.getByRole('button', { name: 'Save the content' }).click()
    await page.getByText('Saved 2.0 MiB').waitFor()
    expect(await lying()).toEqual({ size: content.length, last: [...content.subarray(-8)].join() })
    await leave(page, /ERR_FAILED/)
  }, 240_000)

  test('a network that drops leaves nothing half done, and the same file is gone on with', async () => {
    const name = 'dropped.bin'
    const content = randomBytes(3 * 1024 * 1024)
    const page = await atVault('ada')
    await page.context().route('**/content', (route) => route.abort('connectionreset'))
    await choose(page, name, content)
    await page.getByText('The gate does not answer').waitFor()
    expect(await stored(name)).toBeUndefined()
    await page.context().unroute('**/content')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Protected: sealed here').waitFor()
    expect(await stored(name)).toBeDefined()
    await leave(page, /ERR_CONNECTION_RESET/)
  }, 240_000)

  test('nothing of a file is kept in the browser', async () => {
    const page = await atVault('ada')
    await choose(page, 'not-kept.bin', randomBytes(1_200_000))
    await page.getByText('Protected: sealed here').waitFor()
    await page.getByLabel('What is being protected').getByRole('link', { name: 'not-kept.bin' }).click()
    await save(page)
    const kept = await page.evaluate(`(async () => {
      const opfs = []
      for await (const name of (await navigator.storage.getDirectory()).keys()) opfs.push(name)
      return {
        databases: (await indexedDB.databases()).map(({ name }) => name),
        opfs,
        caches: await caches.keys(),
        local: Object.keys(localStorage),
        session: Object.values(sessionStorage).filter((value) => String(value).includes('not-kept')),
        address: location.href.includes('not-kept'),
      }
    })()`)
    expect(kept).toEqual({ databases: ['sallyport'], opfs: [], caches: [], local: [], session: [], address: false })
    await leave(page)
  }, 240_000)

  test('who may not protect or open is not offered it, and sees who received a file', async () => {
    const page = await atVault('paula')
    await page.getByRole('main').getByRole('heading', { name: 'Files', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Choose files' }).count()).toBe(0)
    const id = await stored('from-command-line-70000.bin')
    await page.goto(`/files/${id}`)
    await page.getByRole('heading', { name: 'Who received it' }).waitFor()
    await page.getByText(/key released/).waitFor()
    await page.getByText(/, by Ada Whitfield$/).waitFor()
    expect(await page.getByRole('link', { name: 'Back to the vault' }).getAttribute('href')).toMatch(
      /^\/files\/vaults\//,
    )
    expect(await page.getByRole('button', { name: 'Save the content' }).count()).toBe(0)
    await leave(page)
  }, 120_000)

  test('a file is shared and taken back, carries a label more at once, and is deleted once an officer approves', async () => {
    const name = 'from-command-line-70000.bin'
    const id = await stored(name)
    const adas = await atVault('ada', `/files/${id}`)
    const button = (page: Page, what: string) => page.getByRole('button', { name: what, exact: true })
    const dialog = (page: Page, what: string) =>
      page.getByRole('dialog').getByRole('button', { name: what, exact: true })
    await button(adas, 'Share').click()
    await adas.getByLabel('Person', { exact: false }).last().fill('Ben Ortega')
    await dialog(adas, 'Share').click()
    await adas.getByRole('button', { name: 'Take back from Ben Ortega' }).waitFor()
    expect(await button(adas, 'Labels').count()).toBe(0)

    const graces = await atVault('grace', `/files/${id}`)
    expect(await button(graces, 'Share').count()).toBe(0)
    await graces.getByRole('button', { name: 'Take back from Ben Ortega' }).click()
    await graces.getByText('Nobody shared it').waitFor()
    await button(graces, 'Labels').click()
    await graces.getByRole('checkbox').first().check()
    await graces.getByLabel('Designated by').fill('program office, letter of 4 May 2026')
    await graces.getByLabel('Why').fill('belongs to both')
    expect(await faultsOf(graces)).toEqual([])
    await dialog(graces, 'Add').click()
    await graces.getByText(/^Carries besides/).waitFor()

    const askForDeletion = async () => {
      await button(adas, 'Delete').click()
      await adas.getByLabel('Why').fill('superseded')
      await dialog(adas, 'Ask an officer').click()
      await adas.getByText('Asked an officer to approve the deletion').first().waitFor()
    }
    await askForDeletion()
    // Whoever asked takes it back, and nobody else is offered to.
    await graces.reload()
    await graces.getByText('Waits for approval:').waitFor()
    expect(await button(graces, 'Withdraw').count()).toBe(0)
    await button(adas, 'Withdraw').click()
    expect(await faultsOf(adas)).toEqual([])
    await dialog(adas, 'Withdraw').click()
    await adas.getByText('Waits for approval:').waitFor({ state: 'detached' })
    await askForDeletion()
    // It waits, and says so to whoever comes again; the request is there for whoever may read it.
    await adas.reload()
    await adas.getByText('Waits for approval:').waitFor()
    await adas.getByText('Deletion for good').waitFor()
    expect(await adas.getByRole('link', { name: 'Deletion for good' }).count()).toBe(0)
    expect(await button(adas, 'Delete').count()).toBe(0)
    expect(await faultsOf(adas)).toEqual([])
    await graces.reload()
    await graces.getByRole('link', { name: 'Deletion for good' }).click()
    await graces.getByRole('heading', { level: 1, name: new RegExp(name) }).waitFor()
    await button(graces, 'Approve').click()
    await dialog(graces, 'Approve').click()
    await graces
      .getByText(/^Approved and done/)
      .first()
      .waitFor()
    expect(await stored(name)).toBeUndefined()
    await leave(graces)
    await leave(adas)
  }, 240_000)
})
