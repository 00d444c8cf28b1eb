// Files that are opened and fetched by real processes which are killed, and partial files that are cut, damaged and exchanged.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { link, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine, type Ran } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { problem } from '../testing/replies.ts'

const program = fileURLToPath(new URL('../../../scripts/sallyport.ts', import.meta.url))
const mebi = 1024 * 1024
const content = randomBytes(9 * mebi + 123)

let gate: TestGate
let machine: Machine
let sealed: Uint8Array
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
  await writeFile(at('plan.bin'), content)
  const made = await machine.run(['file', 'protect', 'plan.bin', '--vault', 'falcon'])
  if (made.exit !== 0) throw new Error(made.out)
  sealed = [...gate.files.values()][0]?.content ?? new Uint8Array()
})
afterAll(() => gate.close())
beforeEach(async () => {
  gate.refused.clear()
  gate.once.clear()
  gate.hasConditions = false
  for (const name of await readdir(machine.workingFolder)) await rm(at(name), { recursive: true })
})

const at = (...parts: string[]): string => join(machine.workingFolder, ...parts)
const open = (...more: string[]): Promise<Ran> =>
  machine.run(['file', 'open', 'plan.bin', ...more], { host: hostname() })
const left = (kind: string): string =>
  at(readdirSync(machine.workingFolder).find((one) => one.endsWith(kind)) ?? 'none')
const fetches = () => gate.seen.filter((one) => one.startsWith('GET') && one.endsWith('/content'))

/** Have the sealed partial file as a run leaves it that met a gate which could not answer, and the name of the other one. */
async function partials(): Promise<{ sealed: string; opening: string }> {
  gate.once.set('/Rewrap', problem(500, 'unavailable'))
  expect((await open()).exit).toBe(1)
  const path = left('.sallyport-partial')
  return { sealed: path, opening: path.replace(/partial$/, 'opening') }
}

async function expectOpened({ exit, err }: Ran): Promise<string> {
  expect(exit).toBe(0)
  expect(await readdir(machine.workingFolder)).toEqual(['plan.bin'])
  expect(Buffer.compare(await readFile(at('plan.bin')), content)).toBe(0)
  expect((await stat(at('plan.bin'))).mode & 0o777).toBe(0o600)
  await rm(at('plan.bin'))
  return err
}

describe('sallyport file open', () => {
  test('killed at random moments until it is done leaves no file of that name before, and the whole one after', async () => {
    for (let kills = 0, isDone = false; kills < 8 && !isDone; kills++) {
      const child = spawn(process.execPath, [program, 'file', 'open', 'plan.bin'], {
        cwd: machine.workingFolder,
        env: { ...process.env, HOME: machine.home, XDG_CONFIG_HOME: '', TMPDIR: machine.temporaryFolder },
        stdio: 'ignore',
      })
      const closed = once(child, 'close')
      const begun = (async () => {
        for (let tries = 0; tries < 5000 && child.exitCode === null; tries++) {
          if (existsSync(left('.sallyport-partial'))) break
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 400))
      })()
      await Promise.race([begun, closed])
      isDone = child.exitCode === 0
      child.kill('SIGKILL')
      await closed
      const names = await readdir(machine.workingFolder)
      if (names.includes('plan.bin')) isDone = true
      for (const name of names) expect(name).toMatch(/^plan\.bin(\.[0-9a-f]{8}\.sallyport-(partial|opening))?$/)
    }
    const ran = await open('--force')
    expect(ran.exit).toBe(0)
    expect(Buffer.compare(await readFile(at('plan.bin')), content)).toBe(0)
    expect(await readdir(machine.workingFolder)).toEqual(['plan.bin'])
  }, 120_000)

  test('fetches on from wherever it was cut off, and whole where what lies there is damaged', async () => {
    const places = await partials()
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length), fc.option(fc.nat(sealed.length - 1)), async (length, damaged) => {
        const lying = sealed.slice(0, length)
        if (damaged !== null && damaged < length) lying[damaged] = (lying[damaged] ?? 0) ^ 1
        await writeFile(places.sealed, lying, { mode: 0o600 })
        const before = fetches().length
        const err = await expectOpened(await open())
        const isDamaged = damaged !== null && damaged < length
        expect(fetches().length - before).toBe((length < sealed.length ? 1 : 0) + (isDamaged ? 1 : 0))
        expect(err).toBe(length > 0 && length < sealed.length ? 'Going on with plan.bin, which was cut off.\n' : '')
      }),
      {
        numRuns: 12,
        examples: [
          [0, null],
          [sealed.length, null],
          [sealed.length, 7],
        ],
      },
    )
    await writeFile(places.sealed, Buffer.concat([sealed, randomBytes(9)]), { mode: 0o600 })
    await expectOpened(await open())
  }, 120_000)

  test('keeps of what was deciphered before what is the content, whatever lies there', async () => {
    const places = await partials()
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length), fc.nat(2 * mebi), fc.boolean(), async (from, length, isLonger) => {
        const lying = Buffer.concat([
          content.subarray(0, from),
          randomBytes(length),
          isLonger ? content : content.subarray(from + length),
        ])
        await writeFile(places.opening, lying, { mode: 0o600 })
        const err = await expectOpened(await open())
        expect(err).toBe('Going on with plan.bin, which was cut off.\n')
      }),
      { numRuns: 8 },
    )
  }, 120_000)

  test.each([
    ['the fetching', '/content'],
    ['the key', '/Rewrap'],
  ])(
    'refused %s now leaves neither content nor the sealed file',
    async (_, route) => {
      const places = await partials()
      await writeFile(places.sealed, sealed.subarray(0, 5 * mebi), { mode: 0o600 })
      await writeFile(places.opening, content.subarray(0, 5 * mebi), { mode: 0o600 })
      gate.refused.add(route)
      expect((await open()).exit).toBe(3)
      expect(await readdir(machine.workingFolder)).toEqual([])
    },
    60_000,
  )

  test('keeps the sealed file for whoever has only to acknowledge a condition', async () => {
    gate.hasConditions = true
    const before = fetches().length
    expect((await open()).exit).toBe(3)
    await expectOpened(await open('--acknowledge'))
    expect(fetches().length).toBe(before + 1)
  }, 60_000)

  test.each(['sealed', 'opening'] as const)(
    'writes through no link in the place of its %s partial file',
    async (kind) => {
      const places = await partials()
      await writeFile(join(machine.temporaryFolder, 'victim'), 'mine', { mode: 0o600 })
      for (const put of [symlink, link]) {
        await rm(places[kind], { force: true })
        await put(join(machine.temporaryFolder, 'victim'), places[kind])
        const { exit, err } = await open()
        expect(exit).toBe(1)
        expect(err).toContain('want the file that was begun')
        expect(await readFile(join(machine.temporaryFolder, 'victim'), 'utf8')).toBe('mine')
        expect(existsSync(at('plan.bin'))).toBe(false)
      }
    },
    60_000,
  )

  test('that was killed when the file had its name already has nothing left to do', async () => {
    const places = await partials()
    await writeFile(places.opening, content, { mode: 0o600 })
    await link(places.opening, at('plan.bin'))
    const { exit, err } = await open()
    expect(exit).toBe(1)
    expect(err).toContain('it is there already')
    expect(await readdir(machine.workingFolder)).toEqual(['plan.bin'])
  }, 60_000)

  test('to a folder that is not there yet fetches beside it, and goes on from there', async () => {
    gate.once.set('/Rewrap', problem(500, 'unavailable'))
    expect((await open('-o', 'new/sub/')).exit).toBe(1)
    expect(await readdir(machine.workingFolder)).toEqual([expect.stringMatching(/^plan\.bin\..*\.sallyport-partial$/)])
    const before = fetches().length
    expect((await open('-o', 'new/sub/')).exit).toBe(0)
    expect(fetches().length).toBe(before)
    expect(await readdir(machine.workingFolder)).toEqual(['new'])
    expect(await readdir(at('new', 'sub'))).toEqual(['plan.bin'])
  }, 60_000)
})

describe('sallyport file fetch', () => {
  test('goes on where it was cut off, and gives no file its name before all of it is what was stored', async () => {
    const fetched = await machine.run(['file', 'fetch', 'plan.bin'], { host: hostname() })
    expect(fetched.exit).toBe(0)
    const altered = sealed.slice()
    altered[99] = (altered[99] ?? 0) ^ 1
    await rm(at('plan.bin.tdf'))
    gate.once.set('/content', { status: 200, body: altered })
    const refused = await machine.run(['file', 'fetch', 'plan.bin'], { host: hostname() })
    expect(refused).toMatchObject({ exit: 1, out: '' })
    expect(refused.err).toContain('what the gate sent is not what was stored')
    expect(await readdir(machine.workingFolder)).toEqual([])
  }, 60_000)
})
