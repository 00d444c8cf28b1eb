// Looking at a file in the browser without saving it: PDF, pictures and text, with the watermark and without the ways out that the decision
// asks for.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizationTerms, type Proviso } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { crc32 } from '@sallyport/protocol/tdf'
import { sealedFor, servedSample } from '../../server/src/http/testing.ts'
import { approveEntry } from '../../server/src/http/testing/protected-file.ts'
import { closeBrowser, inChromium, isChromiumThere, startBrowser, visit, type Visit } from './signed-in.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let browser: Browser
const open: Visit[] = []
const files = new Map<string, string>()

describe.skipIf(!isChromiumThere)(`viewing, ${inChromium}`, () => {
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(9970), startBrowser()])
    await protect('plan.txt', Buffer.from('<script>alert(1)</script> nozzle plan\n'.repeat(200)))
    await protect('nozzle.png', png(320, 200))
    await protect('drawing.pdf', pdf())
    await protect('model.bin', Buffer.from([0, 1, 2, 255, 254]))
  }, 180_000)
  afterAll(async () => {
    for (const { context } of open) await context.close()
    await closeBrowser(browser)
    await served?.stop()
  })

  async function protect(name: string, content: Uint8Array): Promise<void> {
    const { client } = served
    const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
    const vaultId = vaults.find((one) => one.name === 'falcon')?.id
    const reserved = await client.done(api.fileReserved, 'ada', 'POST', '/files', { vaultId, name })
    const { container } = await sealedFor(reserved, content)
    await client.done(api.fileStored, 'ada', 'PUT', `/files/${reserved.file.id}/content`, container)
    files.set(name, reserved.file.id)
  }

  async function at(person: string, name: string): Promise<Page> {
    const visited = await visit(browser, served, person, { path: `/files/${files.get(name)}` })
    open.push(visited)
    visited.page.setDefaultTimeout(60_000)
    await visited.page.getByRole('heading', { level: 1, name }).waitFor()
    return visited.page
  }
  const view = (page: Page) => page.getByRole('button', { name: 'View', exact: true }).click()
  const complaints = (page: Page) => open.find((one) => one.page === page)?.complaints

  /** Colors of what is drawn, each once; few for an even ground. */
  const colors = (page: Page, label: RegExp) =>
    page.getByRole('img', { name: label }).evaluate((node) => {
      const canvas = node as unknown as {
        width: number
        height: number
        getContext(kind: '2d'): { getImageData(...at: number[]): { data: Uint8ClampedArray } }
      }
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    })

  test('text is shown as text, and the memory that held it is overwritten when it is closed', async () => {
    const page = await at('ada', 'plan.txt')
    await page.evaluate(`(() => {
      const { decode } = TextDecoder.prototype
      TextDecoder.prototype.decode = function (bytes, ...rest) {
        if (bytes?.length > 1000) globalThis.held = bytes
        return decode.call(this, bytes, ...rest)
      }
    })()`)
    await view(page)
    await page.getByText('<script>alert(1)</script> nozzle plan').waitFor()
    const held = () => page.evaluate<number>(`globalThis.held.reduce((sum, one) => sum + one, 0)`)
    expect(await held()).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('nozzle plan').waitFor({ state: 'detached' })
    expect(await held()).toBe(0)
    expect(complaints(page)).toEqual([])
  }, 120_000)

  test('a picture and a PDF are drawn, and what cannot be shown says what to do', async () => {
    const picture = await at('ada', 'nozzle.png')
    await view(picture)
    await expect.poll(() => colors(picture, /nozzle\.png/), { timeout: 60_000 }).toBe(2)
    const document = await at('ada', 'drawing.pdf')
    await view(document)
    await document.getByText('Page 1 of 2').waitFor()
    await document.locator('canvas[data-page="1"]').waitFor()
    expect(await colors(document, /Page 1 of drawing/)).toBeGreaterThan(1)
    await document.getByRole('button', { name: 'Next page' }).click()
    await document.locator('canvas[data-page="2"]').waitFor()
    await photograph(document, 'viewing-pdf')
    const model = await at('ada', 'model.bin')
    await view(model)
    await model.getByText('It is no PDF, picture or text. Save the content.').waitFor()
    for (const page of [picture, document, model]) expect(complaints(page)).toEqual([])
  }, 180_000)

  test('who is obliged to a watermark sees it drawn in, reads what binds them first, and saves nothing', async () => {
    const proviso = (obligation: string, text: string) =>
      ({ kind: 'obligation', id: `p-${obligation}`, text, obligation }) as Proviso
    await agree(
      proviso('watermark', 'What is shown carries a watermark.'),
      proviso('view-only', 'It is viewed only.'),
      proviso('acknowledge', 'For co-development only.'),
    )
    const page = await at('james', 'nozzle.png')
    await view(page)
    await page.getByText('For co-development only.').waitFor()
    expect(await page.getByRole('img', { name: /nozzle\.png/ }).count()).toBe(0)
    await page.getByLabel('I read this and acknowledge it').check()
    await page.getByRole('button', { name: 'Acknowledge and open' }).click()
    await page.getByText(/Everything shown carries James .* UTC, as the decision asks/).waitFor()
    await page.getByText('To be viewed here only').waitFor()
    await expect.poll(() => colors(page, /nozzle\.png/), { timeout: 60_000 }).toBeGreaterThan(10)
    await photograph(page, 'viewing-with-watermark')
    await page.evaluate(`delete globalThis.showSaveFilePicker`)
    await page.getByRole('button', { name: 'Save the content' }).click()
    await page.getByText('You may not save this file').waitFor()
    // What may be looked at and not saved goes on being looked at.
    expect(await page.getByRole('img', { name: /nozzle\.png/ }).count()).toBe(1)
    expect(await gapBetween(page, 'Save the content', 'You may not save this file')).toBeGreaterThan(8)
    await photograph(page, 'viewing-not-saved')
    expect(complaints(page)).toEqual([])
  }, 180_000)

  test('saving leaves the view open; who is refused once their authorization ended reads neither the file nor its terms', async () => {
    const page = await at('ada', 'plan.txt')
    await view(page)
    await page.getByText('nozzle plan').waitFor()
    await page.evaluate(`delete globalThis.showSaveFilePicker`)
    await page.getByRole('button', { name: 'Save the content' }).click()
    await page.getByText(/^Saved /).waitFor()
    expect(await page.getByText('nozzle plan').count()).toBe(1)

    const authorizationId = await agree()
    const james = await at('james', 'plan.txt')
    await james.getByRole('heading', { name: 'Under what you open it' }).waitFor()
    await view(james)
    await james.getByText('nozzle plan').waitFor()
    await served.client.ask('grace', 'POST', `/authorizations/${authorizationId}/end`, { reason: 'closed' })
    await james.evaluate(`delete globalThis.showSaveFilePicker`)
    await james.getByRole('button', { name: 'Save the content' }).click()
    await james
      .getByText(/^You may not /)
      .first()
      .waitFor()
    await james.getByRole('heading', { name: 'Under what you open it' }).waitFor({ state: 'detached' })
    await james.getByText('nozzle plan').waitFor({ state: 'detached' })
    // Not even its name.
    await james.getByRole('heading', { level: 1, name: 'File', exact: true }).waitFor()
    expect(await james.getByText('plan.txt').count()).toBe(0)
    await photograph(james, 'viewing-refused')
  }, 180_000)

  /** How many pixels are between the foot of a button and the head of what is told below it. */
  async function gapBetween(page: Page, button: string, told: string): Promise<number> {
    const above = await page.getByRole('button', { name: button }).boundingBox()
    const below = await page.getByRole('alert').filter({ hasText: told }).first().boundingBox()
    return above === null || below === null ? 0 : below.y - above.y - above.height
  }

  /** Let the agreement of the sample stand with these provisos in place of its own. */
  async function agree(...provisos: readonly Proviso[]): Promise<string> {
    const { client } = served
    const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
    const [standing] = authorizations.filter(({ state }) => state === 'effective')
    const terms = authorizationTerms.parse(standing?.terms)
    await client.ask('grace', 'POST', `/authorizations/${standing?.id}/end`, { reason: 'anew' })
    const changed = { ...terms, provisos, validFrom: new Date(Date.now() - 60_000).toISOString() }
    const { authorization } = await client.done(api.authorizationChanged, 'grace', 'POST', '/authorizations', changed)
    for (const by of ['henry', 'wanda']) {
      expect((await approveEntry(client, by, authorization.id)).status).toBe(200)
    }
    return authorization.id
  }
})

async function photograph(page: Page, name: string): Promise<void> {
  const { SALLYPORT_PICTURES: folder } = process.env
  if (folder === undefined) return
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot')
  await writeFile(join(folder, `${name}.png`), data, 'base64')
}

/** A picture of two colors. SPEC: PNG, third edition, section 5. */
function png(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const [body, length, check] = [Buffer.concat([Buffer.from(type), data]), Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, y) => Buffer.alloc(width + 1, y < height / 2 ? 200 : 90).fill(0, 0, 1)),
  )
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Two pages, each with a black field. */
function pdf(): Uint8Array {
  const field = '0 0 0 rg 20 20 100 50 re f'
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 5 0 R >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 5 0 R >>',
    `<< /Length ${field.length} >>\nstream\n${field}\nendstream`,
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = text.length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
