// A large file protected and opened by the console in a real Chromium: how fast, and how much memory the processes of its pages take at most,
// beside all processes of the browser. The content is written to a file of the browser's own, because a browser without a screen has no file picker.

import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { freePorts, startProgram } from './program.ts'
import { seconds, type BenchRow } from './row.ts'

const mebi = 1024 * 1024
const executablePath = '/usr/bin/chromium'
const args = '--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const limitMib = 500

/** Measure one file of this many bytes. */
export async function benchBrowser(bytes: number): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const [port = 0] = await freePorts(1)
  const command = ['scripts/sallyport.ts', 'up', '--data', join(folder, 'data'), '--port', String(port), '--json']
  const gate = await startProgram(command)
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    args: args.split(' '),
    ignoreHTTPSErrors: true,
    baseURL: `https://localhost:${port}`,
  })
  try {
    await writeContent(join(folder, 'large.bin'), bytes)
    const page = await signIn(context)
    const pid = browserOf(join(folder, 'profile'))
    const sealed = await watched(pid, () => protect(page, join(folder, 'large.bin')))
    const opened = await watched(pid, () => openTo(page, bytes))
    return [
      row(`${name(bytes)} protected in Chromium: memory of its pages`, sealed, bytes),
      row(`${name(bytes)} opened in Chromium: memory of its pages`, opened, bytes),
    ]
  } finally {
    await context.close()
    await gate.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function row(what: string, { peak, idle, took }: Watched, bytes: number): BenchRow {
  return {
    what,
    value: peak.pages,
    unit: 'MiB',
    reference: `${limitMib} MiB`,
    ratio: peak.pages / limitMib,
    target: 1,
    isCeiling: true,
    note: `${idle.pages.toFixed(0)} MiB before it; the whole browser ${peak.all.toFixed(0)}, ${idle.all.toFixed(0)} before it; ${(bytes / mebi / took).toFixed(0)} MiB/s`,
  }
}

function name(bytes: number): string {
  return `${bytes / mebi} MiB`
}

async function signIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto('/files')
  await page.getByRole('button', { name: /sample company/ }).click()
  await page.getByRole('button', { name: /Ada/ }).click()
  await page.getByRole('link', { name: 'falcon' }).click()
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  return page
}

async function protect(page: Page, path: string): Promise<void> {
  await page.getByLabel('Files to protect').setInputFiles(path)
  await page.getByText('Protected: sealed here').waitFor({ timeout: 1_800_000 })
}

async function openTo(page: Page, bytes: number): Promise<void> {
  await page.getByLabel('What is being protected').getByRole('link').click()
  const place = `(await navigator.storage.getDirectory()).getFileHandle('large', { create: true })`
  await page.getByRole('button', { name: 'Save the content' }).waitFor()
  await page.evaluate(`globalThis.showSaveFilePicker = async () => await ${place}`)
  await page.getByRole('button', { name: 'Save the content' }).click()
  await page.getByText(/^Saved /).waitFor({ timeout: 1_800_000 })
  const size = await page.evaluate<number>(`(async () => (await (await ${place}).getFile()).size)()`)
  if (size !== bytes) throw new Error(`cannot measure opening: ${size} bytes came, want ${bytes}`)
}

/** MiB. */
interface Memory {
  readonly pages: number
  readonly all: number
}

interface Watched {
  readonly idle: Memory
  readonly peak: Memory
  readonly took: number
}

async function watched(pid: number, work: () => Promise<void>): Promise<Watched> {
  const idle = memoryOf(pid)
  let peak = idle
  const look = () => {
    const { pages, all } = memoryOf(pid)
    peak = { pages: Math.max(peak.pages, pages), all: Math.max(peak.all, all) }
  }
  const looking = setInterval(look, 200)
  try {
    const took = await seconds(work)
    look()
    return { idle, peak, took }
  } finally {
    clearInterval(looking)
  }
}

/** Memory of a process and everything that it started, shared pages by their share (proportional set size). */
function memoryOf(pid: number): Memory {
  let [pages, all] = [0, 0]
  for (const one of familyOf(pid)) {
    const mib = Number(/^Pss:\s+(\d+)/m.exec(readOr(`/proc/${one}/smaps_rollup`))?.[1] ?? 0) / 1024
    all += mib
    if (readOr(`/proc/${one}/cmdline`).includes('--type=renderer')) pages += mib
  }
  return { pages, all }
}

function familyOf(pid: number): readonly number[] {
  const children = globSync(`/proc/${pid}/task/*/children`).flatMap((path) => readOr(path).split(' ').filter(Boolean))
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
}

/** The process whose own argument is this profile, and that nobody of it started. */
function browserOf(profile: string): number {
  const found = globSync('/proc/[0-9]*/cmdline')
    .filter((path) => readOr(path).includes(`--user-data-dir=${profile}`) && !readOr(path).includes('--type='))
    .map((path) => Number(path.split('/')[2]))
  const [first] = found.sort((a, b) => a - b)
  if (first === undefined) throw new Error('cannot measure the browser: its process is not there')
  return first
}

/** A process may be gone before it is read. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function writeContent(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w')
  const block = randomBytes(mebi)
  for (let at = 0; at < bytes; at += mebi) {
    block.writeBigUInt64LE(BigInt(at))
    await file.write(block)
  }
  await file.close()
}
