// Protecting a large file at a served enclave, in a process that is killed: the key comes back through an ordinary decision about
// a file that is only reserved yet, and to nobody who was ended meanwhile.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, truncateSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { makeSite, openBeside, serveHere, type Address, type Site } from './gate.ts'

const program = fileURLToPath(new URL('../scripts/sallyport.ts', import.meta.url))

let site: Site
let address: Address & { close: () => Promise<void> }
let tomas: Machine
beforeAll(async () => {
  site = await makeSite()
  address = await serveHere(site, 9581)
  tomas = await signedIn('tomas')
}, 120_000)
afterAll(async () => {
  await address.close()
  await site.stop()
})

async function signedIn(as: string): Promise<Machine> {
  const machine = createMachine()
  const ran = await machine.run(['login', '--gate', address.url, '--ca', address.caFile, '--as', as])
  if (ran.exit !== 0) throw new Error(ran.err)
  return machine
}

const argv = (name: string) => ['file', 'protect', name, '--vault', 'falcon']

/** Begin to protect a file of 32 MiB in a process that is killed once something of it is sealed. */
async function beginKilled(name: string): Promise<void> {
  await writeFile(join(tomas.workingFolder, name), 'a nozzle, and how it is cooled\n')
  truncateSync(join(tomas.workingFolder, name), 32 * 1024 * 1024)
  const child = spawn(process.execPath, [program, ...argv(name)], {
    cwd: tomas.workingFolder,
    env: { ...process.env, HOME: tomas.home, XDG_CONFIG_HOME: '', TMPDIR: tomas.temporaryFolder },
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  for (let tries = 0; tries < 10_000 && !isBegun(name) && child.exitCode === null; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  child.kill('SIGKILL')
  await closed
  if (!isBegun(name)) throw new Error('it was not killed in time')
}

function isBegun(name: string): boolean {
  return readdirSync(tomas.workingFolder).some(
    (one) => one.startsWith(`${name}.`) && one.endsWith('.sallyport-partial'),
  )
}

/** What was decided about opening a file that stands in the register under this name. */
async function openings(name: string): Promise<readonly string[]> {
  const { enclave } = await openBeside(site)
  while ((await enclave.ledger.sequenceOnce()) > 0);
  const [row] = await site.database.query('SELECT id FROM protected_file WHERE name = $1', [name])
  const entries = await enclave.ledger.search({ about: { kind: 'file', id: String(row?.['id']) }, limit: 100 })
  return entries.flatMap(({ kind, body }) => (body['action'] === 'file.open' ? kind : []))
}

describe('sallyport file protect at a served enclave', () => {
  test('goes on after a kill with a key that was released for a reserved file, on record', async () => {
    await beginKilled('first.bin')
    const { exit, err } = await tomas.run(argv('first.bin'), { host: hostname() })
    expect({ exit, err }).toEqual({ exit: 0, err: 'Going on with first.bin, which was cut off.\n' })
    expect(await openings('first.bin')).toEqual(['decision.permit'])
    expect((await tomas.run(['file', 'open', 'first.bin', '-o', 'back.bin'])).exit).toBe(0)
  }, 120_000)

  test('goes on for nobody who was ended meanwhile: what is written down leads to no key', async () => {
    await beginKilled('second.bin')
    const grace = await signedIn('grace')
    const ended = await grace.run(['person', 'end', 'Tomás Rivera', '--reason', 'left', '--left', '--yes'])
    expect(ended).toMatchObject({ exit: 0 })
    const { exit } = await tomas.run(argv('second.bin'), { host: hostname() })
    expect(exit).not.toBe(0)
    expect(await openings('second.bin')).not.toContain('decision.permit')
    const [row] = await site.database.query(`SELECT state FROM protected_file WHERE name = 'second.bin'`)
    expect(row?.['state']).toBe('reserved')
    expect(isBegun('second.bin')).toBe(true)
  }, 120_000)
})
