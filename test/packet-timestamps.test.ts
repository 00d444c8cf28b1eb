// An authority's timestamps in a packet: the command line and the page believe the same ones, name the same troubles, and say whose
// word the times are.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createHash, X509Certificate } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { timestampRequest } from '@sallyport/protocol/timestamp'
import { createMachine } from '../client/src/testing/command.ts'
import { makeSite, sequenced, serveHere } from '../server/src/http/testing.ts'
import {
  openssl,
  startTestAuthority,
  type Signer,
  type TestAuthority,
} from '../server/src/ledger/timestamps/testing.ts'
import { verifyPacket } from '../protocol/src/packet/index.ts'
import {
  archived,
  nodeVerify,
  runningHash,
  sha256,
  signed,
  sourceOf,
  testLedger,
  testPacket,
  timestampCrypto,
  type PacketChanges,
} from '../protocol/src/packet/testing.ts'
import { checkpointText, formatVerifyKey, leafHash, TreeHasher } from '../protocol/src/ledger/index.ts'

const page = new URL('../protocol/src/packet/page/verify.html', import.meta.url)
const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath) || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--headless', '--disable-component-update']

const ledger = testLedger(70)
const fork = testLedger(70, { more: 'forked' })
let authority: TestAuthority
let browser: Browser | null = null
let tab: Page | null = null
let folder: string
beforeAll(async () => {
  authority = await startTestAuthority()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-stamped-'))
  if (!isThere) return
  browser = await chromium.launch({ executablePath, args })
  tab = await (await browser.newContext({ offline: true })).newPage()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await authority.stop()
})

type Stamps = NonNullable<PacketChanges['timestamps']>

const requestOf = (note: string): Uint8Array =>
  timestampRequest(new Uint8Array(createHash('sha256').update(note).digest()), new Uint8Array(16).fill(7)).request
const answerBy =
  (signer: Signer): Stamps['answer'] =>
  (note) =>
    authority.reply(requestOf(note), signer)
const stamps = (change: Partial<Stamps> = {}): Stamps => ({
  roots: authority.ca,
  sizes: [20, 64, 70],
  answer: answerBy('good'),
  ...change,
})
const packet = (timestamps: Stamps) => testPacket(ledger, { timestamps })

const byCommandLine = (parts: ReadonlyMap<string, Uint8Array>, timestampRoots: readonly Uint8Array[] | null = null) =>
  verifyPacket(sourceOf(archived(parts)), {
    keys: ledger.signers.map(({ key }) => key),
    sha256,
    runningHash,
    verify: nodeVerify,
    timestampCrypto,
    timestampRoots,
  })

/** What the page says: its faults, and its card of times. Null without a browser. */
async function byPage(parts: ReadonlyMap<string, Uint8Array>) {
  if (tab === null) return null
  const path = join(folder, 'packet.zip')
  await writeFile(path, archived(parts))
  await tab.goto(page.href)
  await tab.setInputFiles('#pick', path)
  await tab.waitForSelector('#result:not([hidden])')
  const isShown = await tab.locator('#times-card').isVisible()
  return {
    faults: await tab.locator('#faults li').allInnerTexts(),
    unchecked: await tab.locator('#checks li.unchecked').count(),
    steps: await tab.locator('#checks li').count(),
    card: isShown ? await tab.innerText('#times-card') : '',
  }
}

describe('timestamps of a packet', () => {
  test.each(['good', 'rsa', 'by-an-intermediate'] as const)(
    'by a signer that is %s are believed by both',
    async (by) => {
      const parts = await packet(stamps({ answer: answerBy(by) }))
      const verdict = await byCommandLine(parts)
      expect(verdict).toMatchObject({ verdict: 'intact' })
      const { timestamps } = verdict.verdict === 'intact' ? verdict.facts : { timestamps: null }
      expect(timestamps?.of.map(({ size }) => size)).toEqual([20, 64, 70])
      expect(Math.abs((timestamps?.of[0]?.atMs ?? 0) - Date.now())).toBeLessThan(120_000)
      const shown = await byPage(parts)
      if (shown === null) return
      expect(shown).toMatchObject({ faults: [], unchecked: 0, steps: 9 })
      const fingerprint = new X509Certificate(authority.ca).fingerprint256.replaceAll(':', '').toLowerCase()
      expect(shown.card.replaceAll(' ', '')).toContain(fingerprint)
      expect(shown.card).toContain('you have to trust that authority')
      expect(shown.card).toContain('Entries up to position 19 were there at 20')
      expect(shown.card).toContain('root')
    },
  )

  test('lead from a checkpoint of any size to the one of the packet', async () => {
    const sizes = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 48, 63, 65, 66, 69]
    const parts = await packet(stamps({ sizes }))
    expect(await byCommandLine(parts)).toMatchObject({ verdict: 'intact' })
    const shown = await byPage(parts)
    if (shown !== null) expect(shown.faults).toEqual([])
  })

  test('are not asked for: a packet without them says nothing of times, on either', async () => {
    const parts = await testPacket(ledger)
    expect(await byCommandLine(parts)).toMatchObject({ verdict: 'intact', facts: { timestamps: null } })
    const before = JSON.parse(Buffer.from(parts.get('packet.json') ?? '').toString()) as Record<string, unknown>
    expect(before['timestamps']).toBeNull()
    const shown = await byPage(parts)
    if (shown !== null) expect(shown).toMatchObject({ faults: [], steps: 8, card: '' })
  })

  const forkedNote = (_: string, size: number): string => {
    const tree = new TreeHasher(sha256)
    for (const entry of fork.entries.slice(0, size)) tree.add(leafHash(sha256, entry))
    return signed(ledger, checkpointText({ origin: ledger.origin, size, root: tree.root() }))
  }
  const otherSize = (note: string): string => note.replace('\n20\n', '\n21\n')
  const altered: readonly (readonly [string, () => Partial<Stamps>, RegExp])[] = [
    ['one for other bytes', () => ({ answer: (note) => authority.reply(requestOf(`${note} `)) }), /is of other bytes/],
    [
      'one of another checkpoint of this ledger',
      () => ({ answer: async (note, size) => await answerBy('good')(size === 20 ? note : 'another', size) }),
      /checkpoint of 64 entries is of other bytes/,
    ],
    ['one of an authority that is not named', () => ({ answer: answerBy('other-root') }), /does not lead to a root/],
    [
      'one below a certificate that may sign none',
      () => ({ answer: answerBy('below-a-leaf') }),
      /does not lead to a root/,
    ],
    ['one below one of a program', () => ({ answer: answerBy('below-a-program') }), /does not lead to a root/],
    ['one after the end of its certificate', () => ({ answer: answerBy('expired') }), /was not valid at its time/],
    [
      'one by a certificate for more than timestamps',
      () => ({ answer: (note) => authority.forge(requestOf(note), 'more-uses') }),
      /not for timestamps alone/,
    ],
    [
      'one by a certificate for nothing',
      () => ({ answer: (note) => authority.forge(requestOf(note), 'no-use') }),
      /not for timestamps alone/,
    ],
    ...[1, 40, 100].map(
      (back) =>
        [
          `one with a bit flipped ${back} bytes before its end`,
          () => ({
            answer: async (note: string, size: number) => {
              const answer = (await answerBy('good')(note, size)).slice()
              answer[answer.length - back] = (answer[answer.length - back] ?? 0) ^ 1
              return answer
            },
          }),
          /is not signed by the authority|is not written as one|does not name the certificate/,
        ] as const,
    ),
    ['no timestamp at all', () => ({ answer: async () => Uint8Array.of(1, 2, 3) }), /is not written as one/],
    [
      'a checkpoint of another tree',
      () => ({ note: forkedNote, answer: (note, n) => answerBy('good')(forkedNote(note, n), n) }),
      /is of another tree than the one of the packet/,
    ],
    ['a checkpoint whose size was altered', () => ({ note: otherSize }), /of no checkpoint that these keys signed/],
    [
      'a proof with a node altered',
      () => ({ proof: (proof) => proof.map((hash, at) => (at === 0 ? `${'A'.repeat(43)}=` : hash)) }),
      /checkpoint of 20 entries is of another tree/,
    ],
    ['a proof cut short', () => ({ proof: (proof) => proof.slice(1) }), /checkpoint of 20 entries is of another tree/],
    ['no root of an authority', () => ({ roots: 'nothing' }), /no root of the authority/],
  ]

  test.each(altered)('are refused by both where there is %s', async (_, change, text) => {
    const parts = await packet(stamps(change()))
    const verdict = await byCommandLine(parts)
    const faults = verdict.verdict === 'altered' ? verdict.faults : []
    expect(faults[0]?.what).toBe('timestamp')
    expect(faults.map((one) => one.text).join('\n')).toMatch(text)
    const shown = await byPage(parts)
    if (shown === null) return
    expect(shown.faults.join('\n')).toMatch(text)
    expect(shown.card).toBe('')
  })

  test('are held against the roots that the reader has, where the reader has any', async () => {
    const parts = await packet(stamps())
    const rootsOf = async (name: string) => [
      new Uint8Array(new X509Certificate(await readFile(join(authority.folder, name))).raw),
    ]
    expect(await byCommandLine(parts, await rootsOf('root.pem'))).toMatchObject({ verdict: 'intact' })
    expect(await byCommandLine(parts, await rootsOf('another.pem'))).toMatchObject({
      verdict: 'altered',
      faults: [{ what: 'timestamp', text: expect.stringContaining('does not lead to a root') }, {}, {}],
    })
  })
})

describe('a gate with an authority', () => {
  test('has its checkpoint stamped and puts the timestamp into packets, by itself', async () => {
    const site = await makeSite()
    const env = { SALLYPORT_LEDGER_TIMESTAMPS_URL: authority.url, SALLYPORT_LEDGER_TIMESTAMPS_CA: authority.caFile }
    // Founded, and its entries in the tree, before there is an authority: what is stamped first has entries.
    const before = await serveHere(site, 9895)
    await sequenced(site)
    await before.close()
    const served = await serveHere(site, 9895, env)
    try {
      const auditor = createMachine()
      await auditor.run(['login', '--gate', served.url, '--ca', served.caFile, '--as', 'paula'])
      const stamped = async () => await site.database.query('SELECT size FROM ledger_timestamp')
      await vi.waitFor(async () => expect(await stamped()).toHaveLength(1), { timeout: 30_000 })
      const period = ['--from', '2020-01-01', '--to', '2099-01-01', '--out', 'all.zip']
      expect(await auditor.run(['ledger', 'packet', ...period])).toMatchObject({ exit: 0 })
      const verified = await auditor.run(['ledger', 'verify', 'packet', 'all.zip', '--timestamp-ca', authority.caFile])
      expect(verified, verified.err).toMatchObject({ exit: 0 })
      expect(verified.out).toContain('of the authority whose root you gave')
    } finally {
      await served.close()
      await site.stop()
    }
  }, 90_000)
})

describe('sallyport ledger verify packet', () => {
  const machine = createMachine()
  const keys = ledger.signers.flatMap(({ key }) => ['--key', formatVerifyKey(key)])
  const verify = (...more: string[]) => machine.run(['ledger', 'verify', 'packet', 'stamped.zip', ...keys, ...more])
  beforeAll(async () => {
    await writeFile(join(machine.workingFolder, 'stamped.zip'), archived(await packet(stamps())))
  })

  test('says whom one has to trust for the times, and takes the root that one is given', async () => {
    const alone = await verify()
    expect(alone, alone.err).toMatchObject({ exit: 0 })
    expect(alone.out).toContain('Timestamp: entries up to position 19 were there at ')
    expect(alone.out).toContain('Whoever relies on these times trusts the authority with this root certificate')
    expect(alone.out).toContain('CN=root')
    const json = JSON.parse((await verify('--json')).out) as { timestamps: { authorities: { sha256: string }[] } }
    const own = new X509Certificate(authority.ca).fingerprint256.replaceAll(':', '').toLowerCase()
    expect(json.timestamps).toMatchObject({
      trust: 'none',
      authorities: [{ sha256: own }],
      times: [{ entries: 20 }, {}, {}],
    })
    const trusted = await verify('--timestamp-ca', authority.caFile)
    expect(trusted.exit).toBe(0)
    expect(trusted.out).toContain('of the authority whose root you gave')
    const other = await verify('--timestamp-ca', join(authority.folder, 'another.pem'))
    expect(other.exit).toBe(1)
    expect(other.out).toContain(
      'the timestamp on the checkpoint of 20 entries does not lead to a root of the authority',
    )
  })

  test('--proofs writes each entry with its proof, which verifies alone and for no other entry', async () => {
    expect(await verify('--proofs', 'proofs')).toMatchObject({ exit: 0 })
    expect(await verify('--proofs', 'proofs')).toMatchObject({ exit: 1 })
    const one = (entry: string, proof: string) =>
      machine.run([
        'ledger',
        'verify',
        '--proof',
        `proofs/${proof}.tlog-proof`,
        '--entry',
        `proofs/${entry}.json`,
        '--origin',
        ledger.origin,
        ...keys,
      ])
    expect(await one('8', '8')).toMatchObject({ exit: 0, out: expect.stringContaining('is number 8 of the 70') })
    expect(await one('10', '8')).toMatchObject({ exit: 1, out: expect.stringContaining('FALSE') })
    const text = await readFile(join(machine.workingFolder, 'proofs', '8.tlog-proof'), 'utf8')
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 8\n/)
  })

  test('its parts are those that OpenSSL takes', async () => {
    const parts = await packet(stamps())
    for (const name of ['timestamps/20.checkpoint', 'timestamps/20.tsr', 'timestamps/authority.pem']) {
      await writeFile(join(folder, name.slice('timestamps/'.length)), parts.get(name) ?? '')
    }
    const verifying = ['ts', '-verify', '-data', '20.checkpoint', '-in', '20.tsr', '-CAfile', 'authority.pem']
    expect(await openssl(folder, ...verifying)).toContain('OK')
  })
})
