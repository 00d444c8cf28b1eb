// The PostgreSQL server process of an embedded database: finding the one that runs, making a cluster, starting it.

import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, constants, fchmodSync, openSync } from 'node:fs'
import { chmod, chown, lchown, mkdtemp, open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { port, type PostgresHome } from './postgres-home.ts'
import type { Logger } from './telemetry.ts'

export const user = 'sallyport'

export interface Server {
  readonly home: PostgresHome
  readonly binaries: PostgresBinaries
  readonly log: Logger
  readonly maxConnections: number
}

export interface Postmaster {
  readonly pid: number
  readonly socketDirectory: string
}

/** Find the server that runs on this home. SPEC: PostgreSQL 66.1, postmaster.pid: process id, data directory, start time, port, socket directory, ... */
export async function findPostmaster(home: PostgresHome): Promise<Postmaster | null> {
  const text = await readFile(`${home.cluster}/postmaster.pid`, 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 1) return null
  if (!(await isPostmaster(pid, home.cluster))) return null
  return { pid, socketDirectory: lines[4] !== undefined && lines[4] !== '' ? lines[4] : home.socketDirectory }
}

/** A process id is used again sooner or later; a postmaster works in its data folder. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster
  const { code, output } = await run('ps', ['-o', 'command=', '-p', String(pid)], {})
  return code === 0 && output.includes(cluster)
}

// ---- Starting it

const memory = { shared_buffers: '128MB', max_wal_size: '1GB', wal_compression: 'on' }
const durability = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
// The log names no values: terse leaves out details, panic the statements, log the errors that clients hear anyway.
const logging = {
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
}

/** Start a server, making its cluster first if there is none. The caller holds the lock and found none running. */
export async function startPostmaster(server: Server): Promise<ChildProcess> {
  const { home, binaries } = server
  await initialize(server)
  await adoptStalePidFile(home)
  // Trust is enough inside a folder that only the server's account and root can enter; over a network there is none.
  const access = join(dirname(home.cluster), 'pg_hba.conf')
  await writeFile(access, `local all ${user} trust\n`)
  await chmod(access, 0o644)
  const settings: Record<string, string> = {
    ...memory,
    ...durability,
    ...logging,
    max_connections: String(server.maxConnections),
    timezone: 'UTC',
    hba_file: access,
    listen_addresses: '',
    unix_socket_directories: `"${home.socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    cluster_name: 'sallyport',
  }
  const log = await openLog(home.log)
  try {
    const child = spawn(
      binaries.postgres,
      ['-D', home.cluster, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
      // A session of its own: Ctrl-C is for us, and we shut it down when we are done with it.
      { detached: true, stdio: ['ignore', log, log], ...identity(home) },
    )
    child.on('error', (error) => server.log.error({ error }, 'cannot run postgres'))
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

const newCluster = `--username ${user} --auth trust --encoding UTF8 --locale-provider builtin --builtin-locale C.UTF-8
  --locale C --data-checksums --no-instructions`.split(/\s+/)

/** The cluster appears whole under its name or not at all. */
async function initialize({ home, binaries, log }: Server): Promise<void> {
  const version = await readFile(`${home.cluster}/PG_VERSION`, 'utf8').catch(() => null)
  if (version !== null) {
    if (version.trim() === binaries.major) return
    throw new Problem(
      'unavailable',
      `cannot start the embedded database: its files are of PostgreSQL ${version.trim()} and this is ${binaries.major}, want the same`,
    )
  }
  if ((await stat(home.cluster).catch(() => null)) !== null) {
    throw new Problem(
      'unavailable',
      `cannot start the embedded database: ${home.cluster} holds no cluster, want one, or none`,
    )
  }
  const fresh = await mkdtemp(`${home.cluster}-`)
  try {
    if (home.account.switched) await chown(fresh, home.account.uid, home.account.gid)
    const { code, output } = await run(binaries.initdb, ['-D', fresh, ...newCluster], identity(home))
    if (code !== 0) {
      throw new Problem(
        'unavailable',
        `cannot start the embedded database: initdb failed (${output.trim().split('\n').at(-1) ?? ''}), want it to pass`,
      )
    }
    await rename(fresh, home.cluster)
    await syncFolder(dirname(home.cluster))
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  log.info({ cluster: home.cluster }, 'made a new embedded database')
}

/**
 * PostgreSQL refuses to start while the process id in a left-over postmaster.pid belongs to any live process of its
 * account. The process there is not a postmaster (the caller looked), so we put our own id: PostgreSQL does not mind its
 * parent's, and still checks by the rest of the file that no orphan uses the shared memory.
 */
async function adoptStalePidFile({ cluster, account }: PostgresHome): Promise<void> {
  const path = `${cluster}/postmaster.pid`
  // ATTACKER: the folder belongs to the server's account, and we may be root: follow no link of its making.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null)
  if (file === null) return
  const text = await file.readFile('utf8')
  await file.close()
  const fresh = `${path}.${randomBytes(8).toString('hex')}`
  await writeFile(fresh, text.replace(/^[^\n]*/, String(process.pid)), { flag: 'wx', mode: 0o600 })
  if (account.switched) await lchown(fresh, account.uid, account.gid)
  await rename(fresh, path)
}

function identity(home: PostgresHome) {
  const { uid, gid, switched } = home.account
  return { cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }, ...(switched ? { uid, gid } : {}) }
}

const largestLog = 10_000_000

async function openLog(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (found !== null && found.size > largestLog) await rename(path, `${path}.1`)
  const file = openSync(path, 'a', 0o600)
  fchmodSync(file, 0o600)
  return file
}

export async function lastLogLine(home: PostgresHome): Promise<string> {
  const text = await readFile(home.log, 'utf8').catch(() => '')
  return text.trim().split('\n').at(-1) ?? ''
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync()
  await folder.close()
}

async function run(
  program: string,
  args: readonly string[],
  options: object,
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
