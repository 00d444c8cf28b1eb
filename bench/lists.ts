// Lists of ten thousand people in a real Chromium: how long from a key until the rows that fit it are there, and how even the frames are
// while one scrolls; beside a plain HTML table of the same rows in the same browser. The gate's pages are made up in the browser's place.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { count, nameOf, peopleAfter, person } from '../test/console/made-up-people.ts'
import { freePorts, startProgram } from './program.ts'
import { median, quantile, type BenchRow } from './row.ts'

const executablePath = '/usr/bin/chromium'
const args = '--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const words = ['person 0423', 'person 0999', 'person 0777', 'person 01', 'person 09', 'person 05', 'person 05555']
const longFrameMs = 50

/** Measure, about half a minute. */
export async function benchLists(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const [port = 0] = await freePorts(1)
  const command = ['scripts/sallyport.ts', 'up', '--data', join(folder, 'data'), '--port', String(port), '--json']
  const gate = await startProgram(command)
  const browser = await chromium.launch({ executablePath, args: args.split(' ') })
  try {
    const [listed, plain] = [await openPeople(browser, port), await openPlain(browser)]
    const ours = { filter: await filtered(listed), frames: await scrolled(listed, '[role=rowgroup][tabindex]') }
    const reference = { filter: await filtered(plain), frames: await scrolled(plain, '#list') }
    return [
      {
        what: 'a list of 10,000 people: from a key to its rows, median',
        value: median(ours.filter),
        unit: 'ms',
        reference: `plain table ${median(reference.filter).toFixed(0)} ms`,
        ratio: median(ours.filter) / median(reference.filter),
        target: 1,
        isCeiling: true,
        note: `slowest ${Math.max(...ours.filter).toFixed(0)} ms, plain ${Math.max(...reference.filter).toFixed(0)} ms`,
      },
      {
        what: 'a list of 10,000 people: a frame while it scrolls, p95',
        value: quantile(ours.frames, 0.95),
        unit: 'ms',
        reference: `plain table ${quantile(reference.frames, 0.95).toFixed(0)} ms`,
        ratio: quantile(ours.frames, 0.95) / quantile(reference.frames, 0.95),
        target: 1.5,
        isCeiling: true,
        note: `of ${ours.frames.length} frames ${long(ours.frames)} over ${longFrameMs} ms, plain ${long(reference.frames)}`,
      },
    ]
  } finally {
    await browser.close()
    await gate.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const long = (frames: readonly number[]): number => frames.filter((ms) => ms > longFrameMs).length

async function openPeople(browser: Browser, port: number): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: `https://localhost:${port}` })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto('/me')
  await page.getByRole('button', { name: /sample company/ }).click()
  await page.locator('button[name=person][value=grace]').click()
  await page.route(/\/api\/v1\/people(\?|$)/, async (route) => {
    await route.fulfill({ json: peopleAfter(new URL(route.request().url()).searchParams.get('after')) })
  })
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await page.getByRole('link', { name: nameOf(0), exact: true }).waitFor()
  const output = page.locator('output')
  while ((await output.textContent()) !== '10,000') {
    await page.evaluate(`document.querySelector('[role=rowgroup][tabindex]').scrollTop = 1e9`)
    await page.waitForTimeout(50)
  }
  return page
}

/** The same rows as anybody would write them down: a table, and a filter that hides what does not fit. */
async function openPlain(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  const rows = Array.from({ length: count }, (_, index) => {
    const { name, status, roles, verifiedAt } = person(index)
    return `<tr><td><a href="#${index}">${name}</a></td><td>${status}</td><td>${roles.join(', ')}</td><td>${verifiedAt}</td></tr>`
  })
  await page.setContent(`<label>Name <input id="name"></label> <output>10,000</output>
    <div id="list" style="height: 640px; overflow-y: auto"><table>${rows.join('')}</table></div>`)
  await page.evaluate(`document.querySelector('#name').addEventListener('input', ({ target }) => {
    let shown = 0
    for (const row of document.querySelectorAll('tr')) {
      const fits = row.cells[0].textContent.toLowerCase().includes(target.value)
      row.hidden = !fits
      if (fits) shown++
    }
    document.querySelector('output').textContent = shown.toLocaleString('en')
  })`)
  return page
}

/** From each change of the filter to the frame in which the count of its rows stands, ms. */
async function filtered(page: Page): Promise<readonly number[]> {
  const took: number[] = []
  const field = page.getByLabel('Name', { exact: true })
  for (const word of words) {
    for (const text of [word, '']) {
      const shown =
        text === ''
          ? count
          : Array.from({ length: count }, (_, index) => nameOf(index)).filter((name) =>
              name.toLowerCase().includes(text),
            ).length
      await page.evaluate(`void (globalThis.seen = new Promise((resolve) => {
        document.addEventListener('input', () => {
          const begun = performance.now()
          const look = () => {
            const text = document.querySelector('output').textContent
            if (text === '${shown.toLocaleString('en')}') resolve(performance.now() - begun)
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
        }, { once: true, capture: true })
      }))`)
      await field.fill(text)
      took.push(await page.evaluate<number>('globalThis.seen'))
    }
  }
  return took
}

/** Scroll from the beginning, as far as a wheel goes at each frame. Yields how long the frames took, ms. */
async function scrolled(page: Page, list: string): Promise<readonly number[]> {
  return await page.evaluate<readonly number[]>(`new Promise((resolve) => {
    const list = document.querySelector('${list}')
    list.scrollTop = 0
    const frames = []
    let before = performance.now()
    const next = (now) => {
      frames.push(now - before)
      before = now
      list.scrollTop += 400
      if (frames.length < 400) requestAnimationFrame(next)
      else resolve(frames.slice(5))
    }
    requestAnimationFrame(next)
  })`)
}
