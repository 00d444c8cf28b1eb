// Backup at the host, as its people run it: commands of their own beside a gate that serves, a copy that stands in for it, and
// drills that pass or leave nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processEnvironment, run, type Environment } from '../client/src/cli/index.ts'
import { silentLogger } from '../server/src/base/index.ts'
import type { StoredEntry } from '../server/src/ledger/index.ts'
import { openPlace, placeOf } from '../server/src/main/backup-place.ts'
import { openEnclave } from '../server/src/main/index.ts'
import { freePort } from '../server/src/main/testing.ts'
import { callGate, dataFolder, startReady, until, type RunningGate } from './running-gate.ts'

const program = fileURLToPath(new URL('../scripts/sallyport.ts', import.meta.url))
const content = 'A canary: nothing in here is controlled.\n'

let folder: string
let parent: string
let gate: RunningGate
let backup: string
let key: string
const ids = { canary: '', grace: '', ada: '' }

beforeAll(async () => {
  parent = await dataFolder()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-backup-test-'))
  gate = await startReady(join(parent, 'data'), await freePort(9470))
  await writeFile(join(folder, 'canary.txt'), content)
  backup = join(folder, 'monday.backup')
  key = join(folder, 'backup.key')
  await writeFile(key, Buffer.alloc(32, 7))
  for (const person of ['ada', 'grace']) {
    await client(person, ['login', '--gate', gate.url, '--ca', gate.caFile, '--as', person])
  }
  const made = await client('ada', ['file', 'protect', join(folder, 'canary.txt'), '--vault', 'falcon', '--json'])
  ids.canary = (JSON.parse(made.shown) as { files: { id: string }[] }).files[0]?.id ?? ''
  const { people } = JSON.parse((await client('grace', ['person', 'list', '--json'])).shown) as {
    people: { id: string; name: string }[]
  }
  const idOf = (name: string) => people.find((person) => person.name === name)?.id ?? ''
  ids.grace = idOf('Grace Okafor')
  ids.ada = idOf('Ada Whitfield')
}, 60_000)

afterAll(async () => {
  await gate.stop()
  await rm(parent, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

describe('sallyport backup', () => {
  test('create: beside the gate that serves, and not for somebody who may not', async () => {
    const refused = await host(['create', backup, ...ofSample(), '--officer', ids.ada])
    expect(refused).toMatchObject({ code: 3, said: expect.stringContaining('refused by decision') })
    await expect(stat(backup)).rejects.toThrow('ENOENT')

    const created = await host([
      'create',
      backup,
      ...ofSample(),
      '--officer',
      ids.grace,
      '--canary',
      ids.canary,
      '--json',
    ])
    expect(created).toMatchObject({ code: 0, said: '' })
    const { digest, objects } = JSON.parse(created.shown) as { digest: string; objects: unknown }
    expect(objects).toEqual({ stored: 1, included: 1, includedBytes: expect.any(Number) })
    const [entry, ...more] = await entriesOf('backup.created')
    expect(entry).toMatchObject({ actor: ids.grace, body: { digest } })
    expect(more).toEqual([])
    // The decision says at which door it was asked for.
    const [decision] = (await entriesOf('decision.permit')).filter(({ id }) => id === entry?.body['decision'])
    expect(JSON.stringify(decision?.body)).toContain('"door":"host"')
  }, 60_000)

  test('verify: a whole one, and none by another key', async () => {
    const whole = await host(['verify', backup, '--key-file', key])
    expect(whole).toMatchObject({ code: 0, shown: expect.stringContaining('is whole') })
    const otherKey = join(folder, 'other.key')
    await writeFile(otherKey, Buffer.alloc(32, 8))
    const other = await host(['verify', backup, '--key-file', otherKey])
    expect(other).toMatchObject({ code: 1, shown: expect.stringContaining('[wrong-secret]') })
    expect(await host(['verify', backup, '--key-file', key, '--officer', ids.grace])).toMatchObject({ code: 2 })
    expect(await host(['verify', backup, ...ofSample()])).toMatchObject({ code: 2 })
  })

  test('verify: on record where the enclave is named, for somebody who may, and only what is whole', async () => {
    const refused = await host(['verify', backup, ...ofSample(), '--officer', ids.ada])
    expect(refused).toMatchObject({ code: 3, said: expect.stringContaining('refused by decision') })
    expect(await entriesOf('backup.verified')).toEqual([])
    const told = await client('grace', ['backup', 'list'])
    expect(told.shown).toContain('Due: the newest backup was not read again.')
    const verified = await host(['verify', backup, ...ofSample(), '--officer', ids.grace, '--json'])
    expect(verified.code).toBe(0)
    const { digest, entryId } = JSON.parse(verified.shown) as { digest: string; entryId: string }
    expect(await entriesOf('backup.verified')).toMatchObject([{ id: entryId, actor: ids.grace, body: { digest } }])
    const again = await client('grace', ['backup', 'list', '--json'])
    expect(JSON.parse(again.shown)).toMatchObject({
      backups: [{ path: backup, digest, verifiedAt: expect.any(String), drill: null }],
      due: ['first-drill'],
    })
    expect((await client('ada', ['backup', 'list'])).exit).toBe(3)
  }, 60_000)
})

describe('sallyport backup drill', () => {
  test('of a damaged backup fails, and leaves neither entry nor copy', async () => {
    const damaged = join(folder, 'damaged.backup')
    const bytes = await readFile(backup)
    const middle = bytes.length >> 1
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
    await writeFile(damaged, bytes)
    const failed = await host(['drill', damaged, ...asDrilled()])
    expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('cannot restore backup') })
    expect(await leftBehind()).toEqual([])
    expect(await entriesOf('backup.drill.passed')).toEqual([])
  }, 60_000)

  test('of another enclave does not pass, whatever its secret opens', async () => {
    const foreign = fileURLToPath(new URL('../server/src/backup/kept/v0.1.0.sallyport-backup', import.meta.url))
    await writeFile(join(folder, 'kept.txt'), 'kept since version 0.1.0\n')
    const secret = ['--passphrase-file', join(folder, 'kept.txt')]
    const failed = await host(['drill', foreign, ...asDrilled({}, secret)])
    expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('it is of another enclave') })
    const { text: described } = await callGate(gate, { path: '/api/v1/enclave' })
    const { ledger } = JSON.parse(described) as { ledger: { keys: string[] } }
    const own = ledger.keys.flatMap((line) => ['--key', line])
    const elsewhere = join(parent, 'elsewhere')
    const restored = await host(['restore', foreign, '--to', elsewhere, ...secret, ...own])
    expect(restored).toMatchObject({ code: 1, said: expect.stringContaining('it is of another enclave') })
    expect(await leftBehind()).toEqual([])
    expect(await entriesOf('backup.drill.passed')).toEqual([])
  }, 120_000)

  test('that is told to stop clears up', async () => {
    const child = spawn(process.execPath, [program, 'backup', 'drill', backup, ...asDrilled()], { stdio: 'ignore' })
    const closed = once(child, 'close')
    await until(async () => (await leftBehind()).length > 0, 20_000)
    child.kill('SIGTERM')
    await closed
    expect(child.exitCode).toBe(1)
    expect(await leftBehind()).toEqual([])
    expect(await entriesOf('backup.drill.passed')).toEqual([])
  }, 60_000)

  test('of another content, or by somebody who may not open, does not pass', async () => {
    const other = join(folder, 'other.txt')
    await writeFile(other, 'something else')
    const failed = await host(['drill', backup, ...asDrilled({ '--original': other })])
    expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('another file than --original') })
    const refused = await host(['drill', backup, ...asDrilled({ '--opener': ids.grace })])
    expect(refused).toMatchObject({ code: 3, said: expect.stringContaining('cannot open the canary') })
    expect(await leftBehind()).toEqual([])
    expect(await entriesOf('backup.drill.passed')).toEqual([])
  }, 60_000)

  test('passes: the entry says what was tried and by whom, and no copy is left', async () => {
    const passed = await host(['drill', backup, ...asDrilled(), '--json'])
    expect(passed).toMatchObject({ code: 0, said: '' })
    const { digest, ledgerSize } = JSON.parse(passed.shown) as { digest: string; ledgerSize: number }
    const body = { digest, ledgerSize, canary: ids.canary, opener: ids.ada, door: 'host', seconds: expect.any(Number) }
    expect(await entriesOf('backup.drill.passed')).toMatchObject([{ actor: ids.grace, body }])
    expect(await leftBehind()).toEqual([])
  }, 60_000)
})

describe('sallyport backup restore', () => {
  test('to another folder: the copy stands in for the gate, and a file opens from it', async () => {
    const used = await host(['restore', backup, '--to', join(parent, 'data'), '--key-file', key])
    expect(used).toMatchObject({ code: 1, said: expect.stringContaining('want an empty database and an empty folder') })

    const copy = join(parent, 'copy')
    await mkdir(copy, { mode: 0o711 })
    const restored = await host(['restore', backup, '--to', copy, '--key-file', key])
    expect(restored).toMatchObject({ code: 0, shown: expect.stringContaining(`up --data ${copy}`) })
    const { port } = gate
    await gate.stop()
    gate = await startReady(copy, port)
    const login = ['login', '--gate', gate.url, '--ca', gate.caFile, '--as', 'ada']
    expect(await client('ada-again', login)).toMatchObject({ exit: 0 })
    const out = join(folder, 'opened.txt')
    const opened = await client('ada-again', ['file', 'open', ids.canary, '--out', out, '--acknowledge'])
    expect(opened).toMatchObject({ exit: 0 })
    expect(await readFile(out, 'utf8')).toBe(content)
    expect(await entriesOf('backup.restored', copy)).toHaveLength(1)
  }, 60_000)
})

function ofSample(secret: readonly string[] = ['--key-file', key]): string[] {
  return ['--data', join(parent, 'data'), ...secret]
}

function asDrilled(changes: Readonly<Record<string, string>> = {}, secret?: readonly string[]): string[] {
  const options = {
    '--officer': ids.grace,
    '--opener': ids.ada,
    '--canary': ids.canary,
    '--original': join(folder, 'canary.txt'),
    ...changes,
  }
  return [...ofSample(secret), '--acknowledge', ...Object.entries(options).flat()]
}

async function leftBehind(): Promise<string[]> {
  const inData = await readdir(join(parent, 'data'))
  return inData.filter((name) => name.startsWith('drill-'))
}

/** Run a command at the host, in a process of its own. */
async function host(argv: readonly string[]): Promise<{ code: number | null; shown: string; said: string }> {
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [program, 'backup', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const [shown, said] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  return { code: child.exitCode, shown, said }
}

/** Run the client as a person who has a profile of their own. */
async function client(person: string, argv: readonly string[]): Promise<{ exit: number; shown: string }> {
  const stdout = new PassThrough()
  const shown = text(stdout)
  const environment: Environment = {
    ...processEnvironment(),
    env: { SALLYPORT_HOME: join(folder, person) },
    stdout,
    stderr: new PassThrough().resume(),
    isTty: { stdin: false, stdout: false, stderr: false },
    home: folder,
  }
  const exit = await run(argv, environment).finally(() => stdout.end())
  return { exit, shown: await shown }
}

/** Entries of one kind, with all that was appended before in the tree. */
async function entriesOf(kind: string, data = join(parent, 'data')): Promise<readonly StoredEntry[]> {
  const place = await placeOf({ data }, {})
  if (place === null) throw new Error('no place is named')
  const ground = await openPlace(place, silentLogger)
  try {
    const { ledger } = await openEnclave(ground)
    await ledger.sequenceOnce()
    return await ledger.search({ kind, limit: 100 })
  } finally {
    await ground.close()
  }
}
