// Large files that are protected by real processes which are killed, and journals that are cut, damaged and altered.

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine, type Ran } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { problem } from '../testing/replies.ts'
import { sha256Of } from './as-stored.ts'

const program = fileURLToPath(new URL('../../../scripts/sallyport.ts', import.meta.url))
const mebi = 1024 * 1024
const bigBytes = 24 * mebi + 123

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
})
afterAll(() => gate.close())
beforeEach(async () => {
  gate.files.clear()
  gate.refused.clear()
  gate.once.clear()
  gate.hasConditions = false
  machine = await signedInMachine(gate)
  await writeBig()
})

const at = (...parts: string[]): string => join(machine.workingFolder, ...parts)
const journals = (): string => join(machine.home, '.config', 'sallyport', 'unfinished')
const argv = (...more: string[]) => ['file', 'protect', 'big.bin', '--vault', 'falcon', ...more]
const protect = (...more: string[]): Promise<Ran> => machine.run(argv(...more), { host: hostname() })
const stored = () => [...gate.files.values()].filter(({ content }) => content !== null)
const rewraps = () => gate.seen.filter((one) => one.endsWith('/Rewrap')).length

/** Sparse but for some words, so that it costs little. */
async function writeBig(): Promise<void> {
  const file = await open(at('big.bin'), 'w')
  for (let from = 0; from < bigBytes; from += 5 * mebi) await file.write(`controlled words at ${from}`, from)
  await file.truncate(bigBytes)
  await file.close()
}

/** Run the command as a process of its own, and kill it when `isTime` says so. Says whether it was still running. */
async function protectKilled(isTime: (child: ChildProcess) => Promise<unknown>, ...more: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...argv(...more)], {
    cwd: machine.workingFolder,
    env: { ...process.env, HOME: machine.home, XDG_CONFIG_HOME: '', TMPDIR: machine.temporaryFolder },
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  await Promise.race([isTime(child), closed])
  const isRunning = child.exitCode === null
  child.kill('SIGKILL')
  await closed
  return isRunning
}

async function partialPath(): Promise<string | null> {
  const name = (await readdir(machine.workingFolder)).find((one) => one.endsWith('.sallyport-partial'))
  return name === undefined ? null : at(name)
}

/** Wait until something of the file is sealed. */
async function isSealing(): Promise<void> {
  for (let tries = 0; tries < 10_000; tries++) {
    const path = await partialPath()
    if (path !== null && (await stat(path).catch(() => null))?.size) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Begin in a process that is killed while it seals. */
async function beginKilled(): Promise<{ journal: string; partial: string }> {
  if (!(await protectKilled(isSealing))) throw new Error('it was not killed in time')
  const [name = ''] = await readdir(journals())
  return { journal: join(journals(), name), partial: (await partialPath()) ?? '' }
}

async function expectProtected(): Promise<void> {
  expect(stored()).toHaveLength(1)
  expect(await readdir(journals())).toEqual([])
  expect(await readdir(machine.workingFolder)).toEqual(['big.bin'])
  expect((await machine.run(['file', 'open', stored()[0]?.view.id ?? '', '-o', 'back.bin'])).exit).toBe(0)
  expect(await sha256Of(at('back.bin'))).toBe(await sha256Of(at('big.bin')))
  await rm(at('back.bin'))
}

describe('sallyport file protect of a large file', () => {
  test('leaves nothing beside it when nothing cuts it off, and asks for no key', async () => {
    const before = rewraps()
    expect(await protect()).toMatchObject({ exit: 0, err: '' })
    expect(rewraps()).toBe(before)
    await expectProtected()
  }, 60_000)

  test('killed while it writes its journal leaves nothing of that either', async () => {
    const { journal } = await beginKilled()
    await writeFile(journal.replace(/\.json$/, '.part'), '{"version":')
    expect((await protect()).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('killed at random moments until it is done is gone on with, under one reservation and one key', async () => {
    let kills = 0
    let isDone = false
    await beginKilled()
    const [reserved] = gate.files.keys()
    while (!isDone && kills < 8) {
      const afterMs = 100 + Math.random() * 900
      isDone = !(await protectKilled(() => new Promise((resolve) => setTimeout(resolve, afterMs))))
      kills++
    }
    if (!isDone) expect((await protect()).exit).toBe(0)
    expect([...gate.files.keys()]).toEqual([reserved])
    await expectProtected()
  }, 120_000)

  test('says that it goes on, and asks the gate for the key once', async () => {
    await beginKilled()
    const before = rewraps()
    const { exit, err } = await protect()
    expect({ exit, err }).toEqual({ exit: 0, err: 'Going on with big.bin, which was cut off.\n' })
    expect(rewraps()).toBe(before + 1)
    await expectProtected()
  }, 60_000)

  test('killed while it uploads, or after it was stored, seals nothing again', async () => {
    gate.once.set('/content', problem(413, 'too-large', { detail: 'cannot store file: too large' }))
    const failed = await protect()
    expect(failed.exit).toBe(1)
    expect(failed.err).toContain('What is done of big.bin stays')
    const partial = (await partialPath()) ?? ''
    const before = await sha256Of(partial)
    const journal = join(journals(), (await readdir(journals()))[0] ?? '')
    const text = await readFile(journal, 'utf8')
    await writeFile(join(machine.temporaryFolder, 'kept'), await readFile(partial))
    const keys = rewraps()
    expect((await protect()).exit).toBe(0)
    expect(stored()[0]?.view.sha256).toBe(before)
    expect(rewraps()).toBe(keys)
    // As if it had been killed after the gate had it, and before it cleaned up.
    await writeFile(journal, text, { mode: 0o600 })
    await writeFile(partial, await readFile(join(machine.temporaryFolder, 'kept')), { mode: 0o600 })
    const [asked, uploads] = [rewraps(), gate.seen.filter((one) => one.startsWith('PUT')).length]
    expect((await protect()).exit).toBe(0)
    expect([rewraps(), gate.seen.filter((one) => one.startsWith('PUT')).length]).toEqual([asked, uploads])
    await expectProtected()
  }, 60_000)

  test('that waits for its upload is uploaded only as it was sealed, of a source that is as it was', async () => {
    gate.once.set('/content', problem(413, 'too-large', { detail: 'cannot store file: too large' }))
    expect((await protect()).exit).toBe(1)
    const partial = (await partialPath()) ?? ''
    const whole = await readFile(partial)
    for (const at of [0, whole.length >> 1, whole.length - 1]) {
      const altered = Buffer.from(whole)
      altered[at] = (altered[at] ?? 0) ^ 1
      await writeFile(partial, altered)
      const { exit, out } = await protect()
      expect(exit).toBe(1)
      expect(out).toContain('it is not what was sealed, want the same digest')
      expect(stored()).toEqual([])
    }
    await writeFile(partial, whole.subarray(0, -1))
    expect((await protect()).exit).toBe(1)
    expect(stored()).toEqual([])
    await writeFile(partial, whole)
    const { mtimeMs } = await stat(at('big.bin'))
    await utimes(at('big.bin'), 1000, 1000)
    expect((await protect()).out).toContain('it changed since it was begun')
    expect(stored()).toEqual([])
    await utimes(at('big.bin'), mtimeMs / 1000, mtimeMs / 1000)
    const journal = join(journals(), (await readdir(journals()))[0] ?? '')
    const written = JSON.parse(await readFile(journal, 'utf8')) as { draft: object }
    const sourceModifiedNs = String((await stat(at('big.bin'), { bigint: true })).mtimeNs)
    await writeFile(journal, JSON.stringify({ ...written, draft: { ...written.draft, sourceModifiedNs } }))
    expect((await protect()).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('refused now is refused, with its reasons, and --restart is a new file under a new key', async () => {
    const { journal, partial } = await beginKilled()
    const old = JSON.parse(await readFile(journal, 'utf8')) as { fileId: string }
    const before = await sha256Of(partial)
    gate.refused.add('/Rewrap')
    const { exit, out, err } = await protect()
    expect(exit).toBe(3)
    expect(out).toMatch(/big\.bin +refused +No authorization in force/)
    expect(err).toContain('Whom to ask: an export control officer')
    expect(await sha256Of(partial)).toBe(before)
    expect(stored()).toEqual([])
    gate.files.delete(old.fileId)
    expect(await protect('--restart')).toMatchObject({ exit: 0, err: '' })
    expect(stored()[0]?.view.id).not.toBe(old.fileId)
    gate.refused.clear()
    await expectProtected()
  }, 60_000)

  test('that is split goes on only with the shares of both gates, and with the same second one', async () => {
    const second = await startTestGate()
    try {
      gate.alsoWrapTo = [second.url]
      const login = [
        'login',
        '--gate',
        second.url,
        '--ca',
        second.certificate.certFile,
        '--as',
        'ada',
        '--profile',
        'second',
      ]
      expect((await machine.run(login)).exit).toBe(0)
      if (!(await protectKilled(isSealing, '--also', 'second'))) throw new Error('it was not killed in time')
      expect((await protect()).out).toContain(`it was begun split with ${second.url}, not no gate`)
      second.refused.add('/Rewrap')
      expect((await protect('--also', 'second')).exit).toBe(3)
      expect(stored()).toEqual([])
      second.refused.clear()
      expect((await protect('--also', 'second')).exit).toBe(0)
      await expectProtected()
    } finally {
      gate.alsoWrapTo = []
      await second.close()
    }
  }, 60_000)

  test('tells what binds before it goes on', async () => {
    await beginKilled()
    gate.hasConditions = true
    const unsaid = await protect()
    expect(unsaid.exit).toBe(3)
    expect(unsaid.err).toContain('You are bound by: Return when asked.')
    expect(unsaid.err).toContain('go on at a terminal')
    const agreed = await machine.run(argv(), { typed: 'yes\n', host: hostname() })
    expect(agreed).toMatchObject({ exit: 0 })
    expect(agreed.err).toContain('Do you acknowledge this and go on with the file?')
  }, 60_000)

  test('does not go on when its reservation is gone or became another file', async () => {
    const { journal } = await beginKilled()
    const [id = ''] = gate.files.keys()
    const held = gate.files.get(id)
    gate.files.delete(id)
    const gone = await protect()
    expect(gone.exit).toBe(1)
    expect(gone.out).toContain('its reservation is gone at the gate, want the same as before, or --restart')
    if (held === undefined) throw new Error('nothing was reserved')
    gate.files.set(id, held)
    Object.assign(held.view, { state: 'stored', sealedBytes: 9, sha256: '00'.repeat(32) })
    expect((await protect()).out).toContain('the gate stored something else under its reservation')
    Object.assign(held.view, { state: 'deleted' })
    expect((await protect()).out).toContain('it was deleted at the gate')
    expect(existsSync(journal)).toBe(true)
  }, 60_000)

  test('does not go on with a source that changed, for another vault, name or gate, and keeps what there is', async () => {
    const { journal, partial } = await beginKilled()
    const text = await readFile(journal, 'utf8')
    for (const [change, words] of [
      [{ vaultId: '018f0000-0000-7000-8000-000000000001' }, 'it was begun in the vault'],
      [{ name: 'other.bin' }, 'it was begun as other.bin, not big.bin'],
      [{ gate: 'https://other.example' }, 'it was begun at https://other.example'],
      [{ splitWith: 'https://other.example' }, 'it was begun split with https://other.example, not no gate'],
    ] as const) {
      await writeFile(journal, JSON.stringify({ ...(JSON.parse(text) as object), ...change }))
      const { exit, out } = await protect()
      expect(exit).toBe(1)
      expect(out).toContain(words)
    }
    await writeFile(journal, text)
    await utimes(at('big.bin'), 1000, 1000)
    expect((await protect()).out).toContain('it changed since it was begun')
    expect(existsSync(partial)).toBe(true)
    expect((await protect('--restart')).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('is led nowhere by a journal with another policy, key or address', async () => {
    const { journal } = await beginKilled()
    const text = await readFile(journal, 'utf8')
    interface Written {
      draft: { policy: string; keyAccess: Record<string, unknown>[] }
    }
    const altered = async (change: (journal: Written) => void): Promise<string> => {
      const written = JSON.parse(text) as Written
      change(written)
      await writeFile(journal, JSON.stringify(written))
      const { exit, out } = await protect()
      expect(exit).toBe(1)
      return out
    }
    const policy = Buffer.from(
      JSON.stringify({ uuid: [...gate.files.keys()][0], body: { dataAttributes: [], dissem: [] } }),
    )
    expect(await altered(({ draft }) => (draft.policy = policy.toString('base64')))).toContain(
      'the policy is not the one that was sealed',
    )
    const asked = gate.seen.length
    const toEvil = await altered(
      ({ draft }) => (draft.keyAccess[0] = { ...draft.keyAccess[0], url: 'https://evil.example/kas' }),
    )
    expect(toEvil).toContain('the file names the gate https://evil.example')
    expect(gate.seen.slice(asked).filter((one) => one.endsWith('/Rewrap'))).toEqual([])
    await writeFile(journal, text)
    expect((await protect()).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('with a journal that is cut anywhere refuses in words, and --restart begins anew', async () => {
    const { journal } = await beginKilled()
    const whole = await readFile(journal)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 3), async (length) => {
        await writeFile(journal, whole.subarray(0, length))
        const { exit, out } = await protect()
        expect(exit).toBe(1)
        expect(out).toMatch(/big\.bin +failed .*its journal .* is damaged, want --restart to begin anew/)
      }),
      { numRuns: 40 },
    )
    expect((await protect('--restart')).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('is done by one command at a time', async () => {
    const first = protectKilled(async (child) => {
      await isSealing()
      child.kill('SIGSTOP')
      const { exit, out } = await protect()
      expect(exit).toBe(1)
      expect(out).toContain('another command is at work on it')
    })
    expect(await first).toBe(true)
    expect((await protect()).exit).toBe(0)
    await expectProtected()
  }, 60_000)

  test('writes journal and partial file for its owner alone, and a walk through the folder leaves them out', async () => {
    const { journal, partial } = await beginKilled()
    expect((await stat(journal)).mode & 0o777).toBe(0o600)
    expect((await stat(journals())).mode & 0o777).toBe(0o700)
    expect((await stat(partial)).mode & 0o777).toBe(0o600)
    expect(await readFile(journal, 'utf8')).not.toMatch(/controlled words|BEGIN (EC )?PRIVATE/)
    await truncate(at('big.bin'), 1)
    await machine.run(['file', 'protect', '.', '--vault', 'falcon'], { host: hostname() })
    expect([...gate.files.values()].map(({ view }) => view.name)).toEqual(['big.bin', 'big.bin'])
  }, 60_000)

  test('of a folder that nobody can write to is sealed beside the journals', async ({ skip }) => {
    const open = await closed(machine.workingFolder)
    if (open === null) skip('root can write to every folder of this file system')
    try {
      expect((await protect()).exit).toBe(0)
    } finally {
      await open?.()
    }
    await expectProtected()
  }, 60_000)
})

/** Let nobody write to a folder: root neither, where its file system knows how. Yields what undoes it; null where it cannot be. */
async function closed(folder: string): Promise<(() => Promise<unknown>) | null> {
  if (process.geteuid?.() !== 0) {
    await chmod(folder, 0o500)
    return () => chmod(folder, 0o700)
  }
  const change = (how: '+i' | '-i') => promisify(execFile)('chattr', [how, folder])
  return await change('+i').then(
    () => () => change('-i'),
    () => null,
  )
}
