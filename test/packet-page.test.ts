// The page that checks packets, in a real browser without a network: it finds good what is good, and whatever was altered it names
// as the command line does.

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keysFingerprint, verifyPacket } from '../protocol/src/packet/index.ts'
import {
  archived,
  fileId,
  nodeVerify,
  runningHash,
  sha256,
  sourceOf,
  testLedger,
  testPacket,
  timestampCrypto,
  type PacketChanges,
} from '../protocol/src/packet/testing.ts'
import { buildPacketPage } from '../scripts/build-packet-page.ts'

const shipped = new URL('../protocol/src/packet/page/verify.html', import.meta.url)
const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath) || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
const switches = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = [...switches.split(' '), '--headless', '--disable-component-update', '--disable-sync']

const ledger = testLedger(70)
const options = { keys: null, sha256, runningHash, verify: nodeVerify, timestampCrypto, timestampRoots: null }
const whole = await testPacket(ledger)
const textOf = (name: string) => Buffer.from(whole.get(name) ?? '').toString()
const linesOf = (name: string) => textOf(name).split('\n').slice(0, -1)
const withPart = (name: string, text: string) => new Map(whole).set(name, Buffer.from(text))
const withLines = (name: string, change: (lines: string[]) => readonly string[]) =>
  withPart(
    name,
    change(linesOf(name))
      .map((line) => `${line}\n`)
      .join(''),
  )
const swapped = (lines: string[], a: number) => lines.with(a, lines[a + 1] ?? '').with(a + 1, lines[a] ?? '')

let folder: string
let browser: Browser
let context: BrowserContext
let page: Page
const requests: string[] = []
const errors: string[] = []

test('is what its sources are built to', () => {
  expect(readFileSync(shipped, 'utf8')).toBe(buildPacketPage())
})

test('lets nothing in but its own style and script, and nothing out', () => {
  const html = readFileSync(shipped, 'utf8')
  expect(html).toContain(`content="default-src 'none'; script-src 'sha256-`)
  expect(html).not.toMatch(
    /\b(src|href|action)\s*=|url\(|@import|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/,
  )
})

describe.skipIf(!isThere)(`in Chromium (Debian package chromium${isThere ? '' : ', which is not here'})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-page-'))
    browser = await chromium.launch({ executablePath, args })
  }, 60_000)
  afterAll(() => browser.close())
  beforeEach(async () => {
    context = await browser.newContext({ offline: true })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    requests.length = 0
    errors.length = 0
    page.on('request', (request) => requests.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => errors.push(message.text()))
    page.on('dialog', (dialog) => errors.push(dialog.message()))
    return () => context.close()
  })

  /** Drop a packet on the page, and read what it says. */
  async function checked(parts: ReadonlyMap<string, Uint8Array> | Uint8Array) {
    const path = join(folder, 'packet.zip')
    await writeFile(path, parts instanceof Uint8Array ? parts : archived(parts))
    await page.goto(shipped.href)
    await page.setInputFiles('#pick', path)
    await page.waitForSelector('#result:not([hidden])')
    expect(errors).toEqual([])
    expect([...new Set(requests)]).toEqual([shipped.href])
    const [verdict, faults] = [await page.innerText('#verdict h2'), await page.locator('#faults li').allInnerTexts()]
    return { verdict, faults }
  }

  const told = async (text: string): Promise<string> => {
    await page.fill('#told', text)
    return await page.innerText('#verdict h2')
  }
  const fingerprint = () =>
    Buffer.from(
      keysFingerprint(
        sha256,
        ledger.signers.map(({ key }) => key),
      ),
    ).toString('hex')

  test('finds a packet good once its fingerprint is compared, and shows what it is about', async () => {
    expect(await checked(whole)).toEqual({ verdict: 'Everything fits together. One thing is left to you.', faults: [] })
    expect(await page.locator('#rows tr').count()).toBe(35)
    expect(await page.locator('#rows .sign').allInnerTexts()).toEqual(Array.from({ length: 35 }, () => '✓'))
    expect(await page.locator('#checks .sign').allInnerTexts()).toEqual(Array.from({ length: 8 }, () => '✓'))
    const text = await page.innerText('body')
    for (const said of ['bracket.stp', 'Grace Márquez', 'annual audit', fileId(0), 'permitted', 'refused']) {
      expect(text).toContain(said)
    }
    expect(await told(fingerprint().replace(/^./, (first) => (first === '0' ? '1' : '0')))).toBe(
      'The fingerprint is another one.',
    )
    expect(
      await told(
        ` ${fingerprint()
          .toUpperCase()
          .replace(/(.{4})/g, '$1 ')}`,
      ),
    ).toBe('Verified.')
  })

  test('finds periods good, and nothing at all', async () => {
    for (const period of [
      [10, 20],
      [0, 70],
      [30, 30],
    ] as const) {
      expect((await checked(await testPacket(ledger, { period }))).faults).toEqual([])
    }
    expect((await checked(await testPacket(ledger, { filter: ['nothing has this'] }))).faults).toEqual([])
    expect(await page.innerText('#entries-card')).toContain('There is no entry.')
  })

  test('turns the pages of many entries', async () => {
    const many = testLedger(450)
    await checked(await testPacket(many))
    expect(await page.locator('#rows tr').count()).toBe(100)
    await page.click('#later')
    await page.click('#later')
    expect(await page.locator('#rows tr').count()).toBe(25)
    expect(await page.innerText('#page')).toBe('3 of 3')
  })

  /** Each kind of altered packet, and what has to be told of it. */
  const altered: readonly (readonly [string, () => Promise<ReadonlyMap<string, Uint8Array>>, RegExp])[] = [
    [
      'a bit flipped in an entry',
      async () => withLines('entries.jsonl', (all) => all.with(4, (all[4] ?? '').replace('"n":8', '"n":9'))),
      /^Entry 8 was altered/,
    ],
    ['an entry removed', async () => withLines('entries.jsonl', (all) => all.toSpliced(4, 1)), /^Entry 8 is missing/],
    [
      'an entry inserted',
      async () => withLines('entries.jsonl', (all) => all.toSpliced(4, 0, '{}')),
      /inserted before entry 8/,
    ],
    [
      'entries reordered',
      async () => withLines('entries.jsonl', (all) => swapped(all, 4)),
      /^Entry 8 and the one after it were swapped/,
    ],
    [
      'the proof of another entry',
      async () => withLines('proofs.jsonl', (all) => all.with(4, (all[5] ?? '').replace('"index":10', '"index":8'))),
      /proof of entry 8 does not lead|Entry 8 was altered/,
    ],
    [
      'a proof with a bit flipped in its top',
      async () =>
        withLines('proofs.jsonl', (all) =>
          all.with(4, (all[4] ?? '').replace(/"([^"]{43}=)"\]\}$/, '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]}')),
        ),
      /proof of entry 8 does not lead/,
    ],
    [
      'a forked checkpoint',
      () => testPacket(ledger, { checkpointOf: testLedger(70, { more: 'forked' }) }),
      /proof of entry 0 does not lead/,
    ],
    [
      'the checkpoint of another log',
      () =>
        testPacket(ledger, {
          statement: (one) => ({ ...one, ledger: { ...one.ledger, checkpoint: otherCheckpoint } }),
        }),
      /checkpoint is of another ledger/,
    ],
    [
      'a checkpoint rolled back',
      () =>
        testPacket(ledger, {
          statement: (one) => ({ ...one, ledger: { ...one.ledger, checkpoint: olderCheckpoint } }),
        }),
      /positions are outside of the checkpoint/,
    ],
    [
      'an altered filter',
      async () => withPart('packet.json', textOf('packet.json').replace(`"${fileId(0)}"`, `"${fileId(1)}"`)),
      /not what was signed/,
    ],
    [
      'an altered count',
      async () => withPart('packet.json', textOf('packet.json').replace('"entries": 35', '"entries": 34')),
      /not what was signed/,
    ],
    [
      'an altered policy text',
      () => testPacket(ledger, { policyText: 'permit(principal, action, resource);' }),
      /are not the ones of that digest/,
    ],
    ['a part swapped', async () => withPart('README.txt', 'others'), /^README.txt is not the one that was signed/],
    [
      'the report swapped',
      async () => {
        const parts = await testPacket(ledger, { parts: { 'report.pdf': '%PDF-1.7 one' } })
        return new Map(parts).set('report.pdf', Buffer.from('%PDF-1.7 two'))
      },
      /^report.pdf is not the one that was signed/,
    ],
    ['a part added', async () => new Map([...whole, ['more.txt', Buffer.from('x')]]), /^more.txt was added/],
    [
      'a receipt of another packet',
      async () =>
        new Map(whole).set(
          'receipt.json',
          (await testPacket(ledger, { filter: [fileId(1)] })).get('receipt.json') ?? Buffer.from(''),
        ),
      /receipt is not what the ledger signed/,
    ],
    [
      'a signature of other keys',
      async () =>
        new Map(whole).set('signature.txt', (await testPacket(testLedger(70))).get('signature.txt') ?? Buffer.from('')),
      /not what was signed|is not there/,
    ],
    [
      'an entry left out of a period',
      () => testPacket(ledger, { period: [10, 20], indexes: (all) => all.filter((i) => i !== 15) }),
      /^Entry 15 is missing/,
    ],
    [
      'an entry that the filter does not choose',
      () => testPacket(ledger, { indexes: (all) => [...all, 1].sort((a, b) => a - b) }),
      /^Entry 1 holds none of the texts/,
    ],
  ]
  const checkpointOf = async (changes: PacketChanges, of = ledger) =>
    (
      JSON.parse(Buffer.from((await testPacket(of, changes)).get('packet.json') ?? '').toString()) as {
        ledger: { checkpoint: string }
      }
    ).ledger.checkpoint
  let [otherCheckpoint, olderCheckpoint] = ['', '']
  beforeAll(async () => {
    otherCheckpoint = await checkpointOf({}, testLedger(70, { origin: 'other.example.com' }))
    olderCheckpoint = await checkpointOf({ size: 40 })
  })

  test.each(altered)('names %s, and so does the command line', async (_, make, text) => {
    const parts = await make()
    const { verdict, faults } = await checked(parts)
    expect(verdict).toBe('This packet was altered. Do not rely on it.')
    expect(
      faults.some((fault) => text.test(fault)),
      faults.join('\n'),
    ).toBe(true)
    expect(await page.locator('#compare').isVisible()).toBe(false)
    const own = await verifyPacket(sourceOf(archived(parts)), options)
    expect(own.verdict).toBe('altered')
  })

  test('takes no part of a file, no file with something after it, and no other file', async () => {
    const bytes = archived(whole)
    for (const bent of [
      bytes.subarray(0, -1),
      bytes.subarray(1),
      Buffer.concat([bytes, Buffer.from('x')]),
      Buffer.from('nothing at all, just text'),
    ]) {
      expect((await checked(new Uint8Array(bent))).verdict).toBe(
        'This is not a whole evidence packet. Do not rely on it.',
      )
    }
  })

  test('shows hostile text as text, and characters that hide or reorder others as what they are', async () => {
    const script = '<img src=x onerror=alert(1)><script>alert(2)</script>'
    const hostile = testLedger(9, { more: script })
    const name = `${script}\u202egnp.exe`
    const parts = await testPacket(hostile, {
      question: { name, purpose: script, askedBy: { id: script, name } },
      names: { people: { '01890a5d-ac96-774b-bcce-b302099a9001': name }, files: { [fileId(0)]: script } },
    })
    expect((await checked(parts)).faults).toEqual([])
    expect(await page.innerText('#question')).toContain('\\u{202e}gnp.exe')
    expect(await page.innerText('#rows')).toContain('<script>alert(2)</script>')
    expect(await page.locator('img, #rows script, main script').count()).toBe(0)
    await page.locator('#rows summary').first().click()
    expect(errors).toEqual([])
  })

  test('says which signatures a browser could not check, instead of calling them good', async () => {
    await page.addInitScript(() => {
      const real = crypto.subtle.importKey.bind(crypto.subtle)
      const without = (...args: Parameters<typeof real>) =>
        JSON.stringify(args[2]).includes('Ed25519')
          ? Promise.reject(new DOMException('no', 'NotSupportedError'))
          : real(...args)
      Object.defineProperty(crypto.subtle, 'importKey', { value: without })
    })
    expect((await checked(whole)).verdict).toBe('Everything fits together. One thing is left to you.')
    expect(await page.locator('#checks li.unchecked').count()).toBe(3)
    expect(await page.innerText('#checks')).toContain('This browser does not know Ed25519')
    expect(await told(fingerprint())).toBe('Verified.')
    expect(await page.innerText('#verdict p')).toContain('could not be checked in this browser')
    expect(await page.locator('.verdict.good').count()).toBe(0)
  })
})
