// A real enclave whose keys are in a token, from `check` before there is anything to a restore: what opens, what is refused
// while the token is away, and what a backup is worth without it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBackup } from '../scripts/drill.ts'
import { silentLogger } from '../server/src/base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../server/src/base/testing.ts'
import { because, lacksToken, makeSoftToken, type SoftToken } from '../server/src/keys/testing/soft-token.ts'
import { initEnclave } from '../server/src/main/init.ts'
import { realVerbs } from '../server/src/main/real-verbs.ts'
import type { Real } from '../server/src/main/real.ts'
import { databaseUrl } from '../server/src/main/testing.ts'
import { makeFoundingSite, type FoundingSite } from './founding-site.ts'
import { until } from './running-gate.ts'

interface Told {
  readonly exit: number
  readonly out: string
  readonly err: string
}

type Verb = (argv: readonly string[], terminal: Parameters<typeof runBackup>[1]) => Promise<number>

const sampleRecord = fileURLToPath(new URL('../samples/classification.json', import.meta.url))

describe.skipIf(lacksToken !== null)(`an enclave with its keys in a token${because(lacksToken)}`, () => {
  let token: SoftToken
  let site: FoundingSite
  let real: Real
  let other: TemporaryDatabase
  const ids = { grace: '', ada: '', canary: '' }
  const backupPath = () => join(site.folder, 'monday.backup')
  const content = 'A canary: nothing in here is controlled.\n'

  beforeAll(async () => {
    token = await makeSoftToken()
    const { library, pinFile } = token.secret
    site = await makeFoundingSite(
      9870,
      {},
      `{ provider: pkcs11, library: ${library}, tokenLabel: sallyport-test, pinFile: ${pinFile} }`,
    )
    other = await temporaryDatabase([])
    await writeFile(join(site.folder, 'backup.key'), Buffer.alloc(32, 7))
  }, 60_000)
  afterAll(async () => {
    await real?.close()
    await other.stop()
    await site.stop()
    await token.stop()
  })

  const told = async (verb: Verb | undefined, argv: readonly string[], database = site.config.database) => {
    const said = { out: '', err: '' }
    const terminal = {
      env: { DATABASE_URL: database },
      out: (text: string) => void (said.out += text),
      err: (text: string) => void (said.err += text),
    }
    return { exit: (await verb?.(argv, terminal)) ?? -1, ...said } satisfies Told
  }
  const check = async (file = site.configFile) => {
    const { exit, out } = await told(realVerbs['check'], ['--config', file, '--json'])
    const { findings } = JSON.parse(out) as { findings: { what: string; state: string; text: string }[] }
    const keystore = findings.find(({ what }) => what === 'keystore')
    const secret = findings.find(({ what }) => what === 'secret of the keystore')
    return { exit, keystore, secret }
  }
  /** The configuration with something else in it, and its path. */
  const configured = async (name: string, change: (text: string) => string): Promise<string> => {
    const path = join(site.folder, `${name}.yaml`)
    await writeFile(path, change(await readFile(site.configFile, 'utf8')))
    await chmod(path, 0o644)
    return path
  }
  const backup = (...argv: string[]) => told(runBackup, [...argv, '--key-file', join(site.folder, 'backup.key')])
  const open = (name = 'opened.txt') => {
    const ada = site.machine('ada')
    return ada.run(['file', 'open', ids.canary, '--out', join(ada.workingFolder, name)])
  }

  describe('check, before there is anything', () => {
    test('finds the token, its PIN and what it can do', async () => {
      expect(await check()).toMatchObject({
        exit: 0,
        keystore: { state: 'ok', text: expect.stringContaining('makes it on token sallyport-test (SoftHSM project') },
        secret: { state: 'ok', text: expect.stringContaining('the PIN of a token') },
      })
      expect(await readdir(site.config.data)).toEqual([])
    })

    test('names a library that is not there, a token that is not there, and a PIN that others can read', async () => {
      const library = await configured('library', (text) => text.replace(token.secret.library, '/nowhere/vendor.so'))
      expect(await check(library)).toMatchObject({
        exit: 1,
        keystore: { state: 'wrong', text: expect.stringContaining('/nowhere/vendor.so does not load') },
      })
      const label = await configured('label', (text) => text.replace('tokenLabel: sallyport-test', 'tokenLabel: gone'))
      expect(await check(label)).toMatchObject({
        exit: 1,
        keystore: { state: 'wrong', text: expect.stringContaining('cannot use token gone: no token that is present') },
      })
      await chmod(token.secret.pinFile, 0o644)
      expect(await check()).toMatchObject({ exit: 1, secret: { state: 'wrong' }, keystore: { state: 'wrong' } })
      await chmod(token.secret.pinFile, 0o600)
    })

    test('names a library that others can write, and a wrong PIN, which it tries once', async () => {
      const copy = join(site.folder, 'copied.so')
      await copyFile(token.secret.library, copy)
      await chmod(copy, 0o666)
      const writable = await configured('writable', (text) => text.replace(token.secret.library, copy))
      expect(await check(writable)).toMatchObject({
        exit: 1,
        secret: { state: 'wrong', text: expect.stringContaining(`others can write ${copy}`) },
      })
      const pinFile = join(site.folder, 'wrong-pin')
      await writeFile(pinFile, 'wrong-pin-1\n', { mode: 0o600 })
      const wrongPin = await configured('pin', (text) => text.replace(token.secret.pinFile, pinFile))
      expect(await check(wrongPin)).toMatchObject({
        exit: 1,
        keystore: { state: 'wrong', text: expect.stringContaining('it refuses the PIN (CKR_PIN_INCORRECT') },
      })
      expect(await check(wrongPin)).toMatchObject({
        exit: 1,
        keystore: { state: 'wrong', text: expect.stringContaining(`it refused the PIN in ${pinFile} before`) },
      })
      expect(await readdir(site.config.data)).toEqual(['keystore.json.pin-refused'])
    })
  })

  describe('init, serve and a real client', () => {
    test('founding makes the keys on the token, and nothing secret beside it', async () => {
      const decided: string[] = []
      const outcome = await initEnclave({
        config: site.config,
        founders: site.founders,
        log: silentLogger,
        resume: true,
        tell: (step) => decided.push(step.decided),
      })
      expect(decided).toContain('The keys are made, on the token, which does not let them out.')
      expect(token.tool('--list-objects', '--type', 'privkey').match(/never extractable/g)).toHaveLength(4)
      expect(await check()).toMatchObject({
        keystore: { state: 'ok', text: expect.stringContaining('in the token, 6 keys') },
      })
      real = await site.serve()
      await foundWith(new Map(outcome.codes.map(({ founder, code }) => [founder.split(' ')[0] ?? '', code])))
    }, 60_000)

    test('a file is protected and opens', async () => {
      const ada = site.machine('ada')
      const path = join(ada.workingFolder, 'canary.txt')
      await writeFile(path, content)
      const made = await ada.run(['file', 'protect', path, '--vault', 'falcon', '--json'])
      ids.canary = (JSON.parse(made.out) as { files: { id: string }[] }).files[0]?.id ?? ''
      expect(await open()).toMatchObject({ exit: 0 })
      expect(await readFile(join(ada.workingFolder, 'opened.txt'), 'utf8')).toBe(content)
    })

    test('while the token is away everything is refused, and it goes on by itself once it is back', async () => {
      const plugIn = await token.unplug()
      for (let n = 0; n < 3; n++) {
        const refused = await open(`refused-${n}.txt`)
        expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('cannot receive the key of the file') })
        expect(await readdir(site.machine('ada').workingFolder)).not.toContain(`refused-${n}.txt`)
      }
      await plugIn()
      await until(async () => (await open(`back-${Math.random()}.txt`)).exit === 0, 20_000)
      expect((await site.machine('grace').run(['ledger', 'verify'])).exit).toBe(0)
    }, 60_000)
  })

  describe('backup, restore and drill', () => {
    test('a backup says that it does not hold the keys, and which token does', async () => {
      const created = await backup('create', backupPath(), ...atSite(), '--all-objects')
      expect(created).toMatchObject({ exit: 0, err: '' })
      expect(created.out).toContain('ATTENTION: the keys are in a token and not in the backup')
      const verified = await backup('verify', backupPath())
      expect(verified.exit).toBe(0)
      expect(verified.out).toMatch(/Made on token sallyport-test \(serial number \w+\)/)
    })

    test('a restore without the keys is refused before anything is touched, and says what it takes', async () => {
      const elsewhere = await configured('elsewhere', (text) => text.replace('data: data', 'data: restored'))
      const software = await configured('software', (text) =>
        text.replace('data: data', 'data: restored').replace(/keys: .*/, 'keys: { keyFile: secret.key }'),
      )
      const empty = `${other.connection.database}_empty`
      const restore = (config: string) =>
        told(
          runBackup,
          ['restore', backupPath(), '--key-file', join(site.folder, 'backup.key'), '--config', config],
          databaseUrl({ ...other.connection, database: empty }),
        )
      await other.database.query(`CREATE DATABASE ${empty}`)
      const bySoftware = await restore(software)
      expect(bySoftware).toMatchObject({ exit: 1, out: '' })
      expect(bySoftware.err).toMatch(
        /its keys are not here: they are in token sallyport-test \(serial number \w+\); want keys.provider pkcs11/,
      )
      const putBack = await token.copy()
      const plugIn = await token.unplug()
      expect((await restore(elsewhere)).err).toContain('no token that is present')
      await plugIn()
      token.erase()
      const erased = await restore(elsewhere)
      expect(erased.err).toContain('the token does not hold key')
      expect(erased.err).toContain(
        "want keys.provider pkcs11 with that token, or with one that its vendor's backup was",
      )
      expect(await readdir(join(site.folder, 'restored'))).toEqual([])

      await putBack()
      expect(await restore(elsewhere)).toMatchObject({ exit: 0 })
      await other.database.query(`DROP DATABASE ${empty} WITH (FORCE)`)
    }, 60_000)

    test('a drill with the token passes: the canary opens from the copy', async () => {
      await until(async () => (await open(`again-${Math.random()}.txt`)).exit === 0, 20_000)
      const original = join(site.folder, 'canary.txt')
      await writeFile(original, content)
      const [opener, canary] = [ids.ada, ids.canary]
      const asked = ['--opener', opener, '--canary', canary, '--original', original, '--country', 'US']
      const passed = await backup('drill', backupPath(), ...atSite(), ...asked, '--acknowledge')
      expect(passed).toMatchObject({ exit: 0, out: expect.stringContaining('Passed after') })
    }, 60_000)
  })

  test('a gate that is killed leaves no process behind that holds the token', async () => {
    await real.close()
    const program = fileURLToPath(new URL('../scripts/sallyport.ts', import.meta.url))
    const gate = spawn(process.execPath, [program, 'serve', '--config', site.configFile, '--json'], {
      env: { ...process.env, DATABASE_URL: site.config.database },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(createInterface({ input: gate.stdout }), 'line')
    const held = tokenProcessesOf(gate.pid ?? 0)
    expect(held.length).toBeGreaterThan(0)
    gate.kill('SIGKILL')
    await once(gate, 'close')
    await until(async () => held.every((pid) => !isTokenProcess(pid)), 10_000)
  }, 60_000)

  const atSite = () => ['--config', site.configFile, '--officer', ids.grace]

  /** Enroll, attest, close; then labels, a vault, and an engineer who may open. */
  async function foundWith(codes: ReadonlyMap<string, string>): Promise<void> {
    const ran = async (name: string, ...argv: string[]) => {
      const { exit, out, err } = await site.machine(name).run(argv)
      expect([argv, exit, exit === 0 ? '' : err]).toEqual([argv, 0, ''])
      return out
    }
    for (const name of ['Grace', 'Henry', 'Wanda', 'Omar']) {
      await site.login(name.toLowerCase())
      await ran(name.toLowerCase(), 'founding', 'enroll', codes.get(name) ?? '')
    }
    for (const [by, whom] of [
      ['grace', 'henry'],
      ['henry', 'grace'],
      ['omar', 'wanda'],
      ['wanda', 'omar'],
    ] as const) {
      await ran(by, 'founding', 'attest', whom, '--statement', 'met in person')
    }
    await ran('grace', 'founding', 'close')
    const define = ['label', 'define', 'program/falcon', '--title', 'Falcon', '--basis', 'charter']
    await ran('grace', ...define)
    const registered = await ran('grace', 'classification', 'register', sampleRecord, '--reason', 'board', '--json')
    const { approvalId: record } = JSON.parse(registered) as { approvalId: string }
    for (const name of ['henry', 'wanda']) await ran(name, 'approval', 'approve', record, '--yes')
    await ran('grace', 'label', 'define', 'jurisdiction/itar', '--title', 'ITAR', '--record', 'FAL-0042')
    await ran('grace', 'label', 'define', 'item/iv-h-1', '--title', 'x', '--record', 'FAL-0042')
    await ran('grace', 'vault', 'create', 'falcon', '--labels', 'jurisdiction/itar,program/falcon,item/iv-h-1')
    await ran('omar', 'person', 'add', '--name', 'Ada Whitfield', '--kind', 'employee')
    await ran('omar', 'person', 'bind', 'ada', '--subject', 'ada')
    const widenings = [
      ['verify', 'ada', '--us-person', 'citizen', '--evidence', 'HR 2026-9'],
      ['grant', 'ada', 'engineer'],
      ['assign', 'ada', '--program', 'falcon', '--purpose', 'design'],
    ]
    for (const argv of widenings) {
      const asked = await ran('grace', 'person', ...argv, '--reason', 'new hire', '--json')
      const { approvalId } = JSON.parse(asked) as { approvalId: string }
      for (const name of ['henry', 'wanda']) await ran(name, 'approval', 'approve', approvalId, '--yes')
    }
    await site.login('ada')
    const idOf = async (name: string) =>
      (JSON.parse(await ran(name, 'whoami', '--json')) as { person: { id: string } }).person.id
    ids.grace = await idOf('grace')
    ids.ada = await idOf('ada')
  }
})

function tokenProcessesOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!isTokenProcess(pid)) return false
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
    })
}

function isTokenProcess(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('pkcs11-process')
  } catch {
    return false
  }
}
