// What an administrator, the founders and the first engineer do with nothing but the command line: found a real enclave, use it,
// back it up, drill, and stand it up again on a second data folder. Every step is a process of its own, as docs/founding.md and
// docs/backup.md have it; the database is the embedded one, the issuer is outside.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signInByBrowser } from './browser.ts'
import { prepareSite, type PreparedSite } from './founding-site.ts'

const program = fileURLToPath(new URL('../scripts/sallyport.ts', import.meta.url))
const sampleRecord = fileURLToPath(new URL('../samples/classification.json', import.meta.url))
const plan = 'a nozzle, and how it is cooled\n'
const canary = 'A canary: nothing in here is controlled.\n'

interface Ran {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

let site: PreparedSite
let gate: Serving | null = null
const at = (name: string) => join(site.folder, name)
const ids = { grace: '', ada: '', canary: '', plan: '' }

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-drill-test-'))
  // PostgreSQL's own account has to pass where root runs this.
  await chmod(folder, 0o711)
  // Gate and issuer have names of their own, as they do in an organization, so that each has to be trusted.
  site = await prepareSite(folder, 9770, '127.0.0.1')
  const founders = await readFile(site.foundersFile, 'utf8')
  await writeFile(site.foundersFile, `namespace: gate.example\n${founders}`)
  await writeFile(at('plan.txt'), plan)
  await writeFile(at('canary.txt'), canary)
  await writeFile(at('backup.key'), Buffer.alloc(32, 5), { mode: 0o600 })
}, 60_000)

afterAll(async () => {
  await gate?.stop()
  await site.issuer.stop()
  // As root the database of a private data folder lies elsewhere, behind a link.
  for (const data of ['data', 'next/data']) {
    const postgres = await realpath(at(`${data}/postgres/postgres`)).catch(() => null)
    if (postgres !== null) await rm(postgres, { recursive: true, force: true })
  }
  await rm(site.folder, { recursive: true, force: true })
})

describe('a real enclave, by its command line alone', () => {
  test('is founded: checked, begun, enrolled, attested, closed', async () => {
    expect(await host('serve', ...config())).toMatchObject({ exit: 1, err: expect.stringContaining('sallyport init') })
    const looked = await host('check', ...config(), '--founders', site.foundersFile, '--json')
    expect([looked.exit, looked.out]).toEqual([0, expect.not.stringContaining('"wrong"')])
    const begun = await host('init', ...config(), '--founders', site.foundersFile, '--json')
    expect(begun.exit).toBe(0)
    const { codes } = JSON.parse(begun.out) as { codes: { founder: string; code: string }[] }
    gate = await serve(site.configFile)

    const untrusting = await signIn('grace', { NODE_EXTRA_CA_CERTS: '' })
    expect(untrusting).toMatchObject({ exit: 1, err: expect.stringContaining('NODE_EXTRA_CA_CERTS=<pem>') })
    await inPairs(codes, async ({ founder, code }) => {
      const name = founder.split(' ')[0]?.toLowerCase() ?? ''
      expect(await signIn(name)).toMatchObject({ exit: 0, out: expect.stringContaining('It is being founded') })
      await person(name, 'founding', 'enroll', code)
    })
    const attest = (by: string, whom: string) => person(by, 'founding', 'attest', whom, '--statement', 'met in person')
    await attest('grace', 'henry')
    await attest('henry', 'grace')
    await attest('omar', 'wanda')
    await attest('wanda', 'omar')
    expect((await person('omar', 'founding', 'status')).out).toContain('Nothing is missing')
    expect((await person('grace', 'founding', 'close')).out).toContain('is founded')
    const { readyForControlledData, person: grace } = await whoIs('grace')
    expect(readyForControlledData).toBe(false)
    ids.grace = grace?.id ?? ''
  }, 120_000)

  test('is used: labels, a vault, an engineer whom two officers verified, a file that she opens', async () => {
    const define = (fqn: string, ...more: string[]) =>
      person('grace', 'label', 'define', fqn, '--title', fqn, '--basis', 'memorandum 1', ...more)
    await approved('classification', 'register', sampleRecord, '--reason', 'board of January')
    await define('jurisdiction/itar', '--record', 'FAL-0042')
    await define('program/falcon')
    await define('item/iv-h-1', '--record', 'FAL-0042')
    const labels = 'jurisdiction/itar,program/falcon,item/iv-h-1'
    await person('grace', 'vault', 'create', 'falcon', '--labels', labels)
    expect((await signIn('ada')).out).toContain('Nobody on the roster has this identity')
    await person('omar', 'person', 'add', '--name', 'Ada Whitfield', '--kind', 'employee')
    await person('omar', 'person', 'bind', 'ada', '--subject', 'ada')
    await widened('verify', 'ada', '--us-person', 'citizen', '--evidence', 'HR 2026-9')
    await widened('grant', 'ada', 'engineer')
    await widened('assign', 'ada', '--program', 'falcon', '--purpose', 'design')
    const made = await person('ada', 'file', 'protect', at('plan.txt'), at('canary.txt'), '--vault', 'falcon', '--json')
    const { files } = JSON.parse(made.out) as { files: { id: string; file: string }[] }
    ids.plan = files[0]?.id ?? ''
    ids.canary = files[1]?.id ?? ''
    ids.ada = (await whoIs('ada')).person?.id ?? ''
    await person('ada', 'file', 'open', ids.plan, '--out', at('opened-before'))
    expect(await readFile(at('opened-before'), 'utf8')).toBe(plan)
  }, 120_000)

  test('is ready for controlled data once a backup was drilled, and not before; the ledger says so', async () => {
    const created = await backup('create', at('first.backup'), ...config(), '--officer', ids.grace, '--all-objects')
    expect(created.exit).toBe(0)
    const verified = await backup('verify', at('first.backup'), '--json')
    expect(JSON.parse(verified.out)).toMatchObject({ fault: null, configuration: { publicUrl: site.url } })
    const drill = (original: string) => {
      const asked = ['--officer', ids.grace, '--opener', ids.ada, '--canary', ids.canary, '--original', at(original)]
      return backup('drill', at('first.backup'), ...config(), ...asked, '--json')
    }
    expect(await drill('plan.txt')).toMatchObject({ exit: 1, err: expect.stringContaining('another file') })
    expect((await whoIs('grace')).readyForControlledData).toBe(false)
    expect(await exportedEntries('backup.drill.passed')).toEqual([])
    const passed = await drill('canary.txt')
    expect(passed).toMatchObject({ exit: 0, err: '' })
    expect((await whoIs('grace')).readyForControlledData).toBe(true)
    const { digest } = JSON.parse(passed.out) as { digest: string }
    const [entry, ...more] = await exportedEntries('backup.drill.passed')
    expect(entry).toMatchObject({
      actor: ids.grace,
      body: { digest, canary: ids.canary, opener: ids.ada, door: 'host' },
    })
    expect(more).toEqual([])
    expect((await readdir(at('data'))).filter((name) => name.startsWith('drill-'))).toEqual([])
  }, 120_000)

  test('stands up again on a second data folder, with its ledger and its files', async () => {
    await person('grace', 'ledger', 'checkpoint', '--out', at('checkpoint-before'))
    const created = await backup('create', at('second.backup'), ...config(), '--officer', ids.grace, '--all-objects')
    expect(created.exit).toBe(0)
    await person('ada', 'file', 'open', ids.canary, '--out', at('opened-since'))
    await person('grace', 'ledger', 'checkpoint', '--out', at('checkpoint-after'))
    await gate?.stop()

    await mkdir(at('next'), { mode: 0o700 })
    const files = ['ca.pem', 'cert.pem', 'key.pem', 'secret.key', 'oidc-secret', 'sallyport.yaml']
    for (const name of files) await writeFile(join(at('next'), name), await readFile(at(name)), { mode: 0o600 })
    await chmod(at('next'), 0o711)
    const restore = (name: string, outside: string) =>
      backup('restore', at(name), '--config', at('next/sallyport.yaml'), '--outside', at(outside), '--json')
    const older = await restore('first.backup', 'checkpoint-before')
    expect(older).toMatchObject({ exit: 1, err: expect.stringMatching(/\d+ fewer than the checkpoint outside/) })
    const restored = await restore('second.backup', 'checkpoint-before')
    expect(restored.exit).toBe(0)
    expect(JSON.parse(restored.out)).toMatchObject({ missingObjects: 0, outside: { behind: 0 } })
    const looked = await host('check', '--config', at('next/sallyport.yaml'), '--json')
    expect([looked.exit, looked.out]).toEqual([0, expect.not.stringContaining('"wrong"')])

    gate = await serve(at('next/sallyport.yaml'))
    const verified = await person('grace', 'ledger', 'verify', '--outside', at('checkpoint-before'))
    expect(verified.out).toContain('Intact')
    await person('ada', 'file', 'open', ids.plan, '--out', at('opened-after'))
    expect(await readFile(at('opened-after'), 'utf8')).toBe(plan)
    expect((await ran('omar', ['file', 'open', ids.plan, '--out', at('opened-by-omar')])).exit).not.toBe(0)
    expect((await whoIs('grace')).readyForControlledData).toBe(true)
    expect(await exportedEntries('backup.restored')).toHaveLength(1)
    expect(await exportedEntries('backup.drill.passed')).toHaveLength(1)
  }, 120_000)

  test('that was put back to an older state is known by a checkpoint that was kept from later', async () => {
    const verified = await ran('grace', ['ledger', 'verify', '--outside', at('checkpoint-after')])
    expect(verified).toMatchObject({ exit: 1, out: expect.stringContaining('NOT THE LEDGER THAT WAS') })
    const again = ['restore', at('second.backup'), '--config', at('third.yaml'), '--outside', at('checkpoint-after')]
    await writeFile(at('third.yaml'), (await readFile(site.configFile, 'utf8')).replace('data: data', 'data: third'))
    expect(await backup(...again)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('--accept-older to lose them'),
    })
  }, 120_000)
})

function config(): readonly string[] {
  return ['--config', site.configFile]
}

/** Run a verb at the gate's host. */
function host(...argv: string[]): Promise<Ran> {
  return finished(start(argv, { SALLYPORT_HOME: at('nobody') }))
}

function backup(...argv: string[]): Promise<Ran> {
  return host('backup', ...argv, '--key-file', at('backup.key'))
}

/** Run a verb on a person's own machine. */
function ran(name: string, argv: readonly string[]): Promise<Ran> {
  return finished(start(argv, atDesk(name)))
}

/** As `ran`, where it must be done. */
async function person(name: string, ...argv: string[]): Promise<Ran> {
  const done = await ran(name, argv)
  expect({ argv, ...done }).toMatchObject({ exit: 0 })
  return done
}

/** Sign in by a browser at the issuer, as whoever the address on the terminal is given to. */
async function signIn(name: string, env: Record<string, string> = {}): Promise<Ran> {
  const login = ['login', '--gate', site.url, '--ca', site.caFile, '--no-browser']
  const child = start(login, { ...atDesk(name), ...env })
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('https://')) void signInByBrowser(new URL(line), name, site.caPem)
  })
  return finished(child)
}

/** Ask for what widens, and have two other officers approve it. */
async function widened(...argv: string[]): Promise<void> {
  await approved('person', ...argv, '--reason', 'new hire')
}

/** Asked for by Grace, approved by the two others. */
async function approved(...argv: string[]): Promise<void> {
  const asked = await person('grace', ...argv, '--json')
  const { approvalId } = JSON.parse(asked.out) as { approvalId: string }
  for (const name of ['henry', 'wanda']) await person(name, 'approval', 'approve', approvalId, '--yes')
}

async function whoIs(name: string): Promise<{ readyForControlledData: boolean; person: { id: string } | null }> {
  const { out } = await person(name, 'whoami', '--json')
  return JSON.parse(out) as { readyForControlledData: boolean; person: { id: string } | null }
}

/** Entries of a kind as they left the gate, in an export that verified. */
async function exportedEntries(kind: string): Promise<readonly { actor: string | null; body: object }[]> {
  await person('grace', 'ledger', 'export', at('export.ledger'), '--force')
  const verified = await person('grace', 'ledger', 'verify', '--export', at('export.ledger'))
  expect(verified.out).toContain('Intact')
  const bytes = await readFile(at('export.ledger'), 'latin1')
  const entries = bytes.match(/\{"about":.*?"v":1\}/g) ?? []
  return entries
    .map((one) => JSON.parse(one) as { actor: string; body: object; kind: string })
    .filter((one) => one.kind === kind)
}

interface Serving {
  readonly stop: () => Promise<void>
}

/** Serve as a service manager does, until it is ready. */
async function serve(configFile: string): Promise<Serving> {
  const child = start(['serve', '--config', configFile, '--json'], { SALLYPORT_HOME: at('nobody') })
  const ended = finished(child)
  const isReady = new Promise<null>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve(null)
    })
  })
  const first = await Promise.race([isReady, ended])
  if (first !== null) throw new Error(`the gate ended with ${first.exit}: ${first.err}`)
  return {
    stop: async () => {
      child.kill('SIGTERM')
      expect((await ended).exit).toBe(0)
    },
  }
}

function atDesk(name: string): Record<string, string> {
  return { SALLYPORT_HOME: at(`desk-${name}`), NODE_EXTRA_CA_CERTS: site.caFile }
}

type Started = ChildProcessByStdio<null, Readable, Readable>

function start(argv: readonly string[], changes: Record<string, string>): Started {
  const { DATABASE_URL: _, NODE_EXTRA_CA_CERTS: __, ...env } = process.env
  return spawn(process.execPath, [program, ...argv], {
    cwd: site.folder,
    // Compiled once: what takes the time of a short process is its sources.
    env: { ...env, NODE_COMPILE_CACHE: at('compiled'), ...changes },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function finished(child: Started): Promise<Ran> {
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  return { exit: child.exitCode, out, err }
}

/** Two at a time: each of them is a process, and machines have two cores or more. */
async function inPairs<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const next = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all([next(), next()])
}
