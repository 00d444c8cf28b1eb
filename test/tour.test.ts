// The tour on a sample enclave of its own, served by the command that `npm start` runs.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processEnvironment, run, type Environment } from '../client/src/cli/index.ts'
import { runTour, type TourResult } from '../client/src/tour/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder = ''
let temporaryFolder = ''
let gate: { child: ChildProcess; url: string; ca: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-tour-test-'))
  temporaryFolder = join(folder, 'temporary')
  await mkdir(temporaryFolder)
  const program = join(root, 'scripts', 'sallyport.ts')
  const argv = ['up', '--data', join(folder, 'data'), '--port', String(await freePort()), '--json']
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] })
  gate = { child, ...(await readiness(child.stdout)) }
})

afterAll(async () => {
  const ended = once(gate.child, 'exit')
  gate.child.kill('SIGTERM')
  await ended
  await rm(folder, { recursive: true, force: true })
})

describe('runTour()', () => {
  test('holds in every step, again on the same enclave, and leaves nothing on this machine', async () => {
    for (const isJson of [false, true]) {
      const { result, shown } = await tour({ isJson })
      expect(result.failed).toEqual([])
      expect(result.steps.length).toBeGreaterThanOrEqual(37)
      expect(shown).not.toContain('\u001b[')
      if (isJson)
        expect(JSON.parse(shown)).toMatchObject({ failed: [], steps: result.steps.map(({ title }) => ({ title })) })
      else expect(shown).toContain(`${result.steps.length} steps, each did what it says`)
      expect(await readdir(temporaryFolder)).toEqual([])
    }
  }, 120_000)

  test('says which steps do not hold', async () => {
    const environment = { ...quietly(), env: { SALLYPORT_HOME: join(folder, 'grace') } }
    await run(['login', '--gate', gate.url, '--ca', gate.ca, '--as', 'grace'], environment)
    const shortTerm = Array.from({ length: 20 }, (_, i) => `Short-term engineer ${i + 1}`)
    for (const name of ['Ben Ortega', ...shortTerm]) {
      const exit = await run(['person', 'end', name, '--reason', 'They resigned.', '--yes'], environment)
      // Two of them were ended by the tours before.
      expect(exit).toBe(/engineer [12]$/.test(name) ? 1 : 0)
    }
    const { result, shown } = await tour({ isJson: false })
    expect(result.failed.map(({ title, happened }) => [title, happened])).toEqual([
      ['Ben, U.S. citizen who works on another program', expect.stringContaining('status-ended')],
      [
        'An engineer who is here for some weeks opens the report',
        expect.stringMatching(/^all 20 short-term engineers were ended .* remove its data folder/),
      ],
      ["Paula, auditor, asks why Ben's opening was refused", 'that refusal named no decision'],
    ])
    expect(shown).toContain('3 of 36 steps did not do what they say')
  }, 60_000)

  test('breaks off when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('told to stop'))
    await expect(tour({ isJson: true, signal })).rejects.toThrow('told to stop')
    expect(await readdir(temporaryFolder)).toEqual([])
  })
})

async function tour(how: { isJson: boolean; signal?: AbortSignal }): Promise<{ result: TourResult; shown: string }> {
  const stdout = new PassThrough()
  const shown = text(stdout)
  const where = { gate: gate.url, caFile: gate.ca, samplesFolder: join(root, 'samples') }
  const environment = { ...quietly(), stdout, temporaryFolder }
  const result = await runTour({ ...how, ...where, environment, largeBytes: 3 << 20 }).finally(() => stdout.end())
  return { result, shown: await shown }
}

/** Read past log lines to the one that says where the gate is. */
async function readiness(stdout: Readable): Promise<{ url: string; ca: string }> {
  return new Promise((answer, fail) => {
    createInterface({ input: stdout })
      .on('line', (line) => {
        const one = JSON.parse(line) as { ready?: boolean; url: string; ca: string }
        if (one.ready === true) answer(one)
      })
      .once('close', () => fail(new Error('the gate ended before it was ready')))
  })
}

function quietly(): Environment {
  const isTty = { stdin: false, stdout: false, stderr: false }
  const nowhere = new PassThrough().resume()
  return { ...processEnvironment(), env: {}, stdout: nowhere, stderr: nowhere, isTty, home: folder }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
