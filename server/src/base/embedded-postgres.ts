// The embedded database: a real PostgreSQL of our own, reached over a unix socket only. Several processes may share one.
// Each keeps a connection open for as long as it uses the server (its presence), so that whoever leaves last stops it,
// and whoever loses the connection starts the server again, under a lock, unless another was faster.

import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { Problem } from '@sallyport/protocol'
import { locateBinaries } from './postgres-binaries.ts'
import { openPostgresHome, port, refuseStrangeSocketDirectory } from './postgres-home.ts'
import type { DatabaseSocket } from './postgres.ts'
import { findPostmaster, lastLogLine, startPostmaster, user, type Server } from './postmaster.ts'
import { takeProcessLock } from './process-lock.ts'
import type { Logger } from './telemetry.ts'

export interface EmbeddedPostgresOptions {
  readonly dataDirectory: string
  readonly log: Logger
  readonly maxConnections?: number
  /** Where root puts what PostgreSQL's own account could not reach in the data folder. */
  readonly reachableDirectory?: string
}

export interface EmbeddedPostgres {
  readonly connection: DatabaseSocket
  /** Whether this process started the server, rather than finding it running. */
  readonly owned: boolean
  /** Leave, and stop the server when nobody else uses it. Close the databases opened on it first. */
  stop(): Promise<void>
}

/** Followed by the process id. */
const presenceName = 'sallyport-presence '
const database = 'sallyport'

/**
 * Start the server on a data folder, or join the one that runs there, and keep it running until `stop`. Throws Problem
 * `unavailable` that says what stands in the way.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new Problem(
      'unavailable',
      'cannot start the embedded database: Windows has no unix sockets for it, want WSL, or a postgres:// URL under database',
    )
  }
  const home = await openPostgresHome(options.dataDirectory, options.reachableDirectory ?? '/var/lib/sallyport')
  const binaries = await locateBinaries(home.account, home.cacheDirectory)
  const found: Server = { home, binaries, log: options.log, maxConnections: options.maxConnections ?? 60 }
  const state = { isStopped: false, presence: await join(found, keepRunning), revival: Promise.resolve() }
  const { socketDirectory, started } = state.presence
  // Whoever starts it again does so where the others look for it.
  const server = { ...found, home: { ...home, socketDirectory } }
  return {
    connection: { socketDirectory, port, database, user },
    owned: started,
    async stop() {
      if (state.isStopped) return
      state.isStopped = true
      await state.revival
      await leave(server, state.presence)
    },
  }

  function keepRunning(): void {
    if (state.isStopped) return
    options.log.warn({}, 'the embedded database is gone, starting it again')
    state.revival = revive()
  }

  async function revive(): Promise<void> {
    for (let waitMs = 100; !state.isStopped; waitMs = Math.min(2 * waitMs, 5000)) {
      try {
        state.presence = await join(server, keepRunning)
        return
      } catch (error) {
        options.log.error({ error }, 'cannot start the embedded database again yet')
        await setTimeout(waitMs)
      }
    }
  }
}

interface Connected {
  readonly client: Client
  readonly socket: Socket
}

interface Presence extends Connected {
  readonly socketDirectory: string
  readonly started: boolean
}

// ---- Joining and leaving, under the lock

async function join(server: Server, onLoss: () => void): Promise<Presence> {
  const lock = await takeProcessLock(server.home.lock, 90_000)
  try {
    const presence = await startOrFind(server)
    await createDatabase(presence.client)
    let isLost = false
    const lose = () => {
      if (isLost) return
      isLost = true
      onLoss()
    }
    presence.client.on('error', lose)
    presence.client.on('end', lose)
    // A process that has nothing else to do may end.
    presence.socket.unref()
    server.log.info({ started: presence.started }, 'the embedded database is ready')
    return presence
  } finally {
    lock.release()
  }
}

/** A server that was killed leaves orphans for a moment, and while one of them has its memory no other one starts. */
async function startOrFind(server: Server): Promise<Presence> {
  for (let tried = 1; ; tried++) {
    const running = await findPostmaster(server.home)
    if (running === null) {
      // The process may be hidden from us (in another container) though its socket is not.
      const { socketDirectory } = server.home
      const connected = await connect(socketDirectory).catch(() => null)
      if (connected !== null) return { ...connected, socketDirectory, started: false }
    }
    const child = running === null ? await startPostmaster(server) : null
    const socketDirectory = running?.socketDirectory ?? server.home.socketDirectory
    await refuseStrangeSocketDirectory(socketDirectory, server.home.account)
    // One that was found may be on its way out, and then nobody ever answers at its socket.
    const isGone = async (): Promise<boolean> =>
      child === null ? (await findPostmaster(server.home))?.pid !== running?.pid : hasEnded(child)
    try {
      return { ...(await connectSoon(socketDirectory, isGone)), socketDirectory, started: child !== null }
    } catch (error) {
      const hasGone = await isGone()
      if (tried < 5 && hasGone) {
        await setTimeout(200 * tried)
        continue
      }
      const state = hasGone ? 'it ended' : 'it does not answer'
      throw new Problem(
        'unavailable',
        `cannot start the embedded database: ${state} (${await lastLogLine(server.home)}), want it to accept connections`,
        { cause: error },
      )
    }
  }
}

async function leave(server: Server, presence: Presence): Promise<void> {
  const lock = await takeProcessLock(server.home.lock, 90_000)
  try {
    presence.socket.ref()
    const others = await countOthers(presence.client)
    await presence.client.end().catch(() => {})
    const running = await findPostmaster(server.home)
    if (running === null) return
    if (others !== 0) {
      server.log.info({ others }, 'the embedded database stays for the other processes that use it')
      return
    }
    // SPEC: PostgreSQL 18.5: SIGINT is the fast shutdown.
    process.kill(running.pid, 'SIGINT')
    for (let waited = 0; (await findPostmaster(server.home)) !== null; waited += 10) {
      if (waited > 60_000)
        throw new Problem('unavailable', 'cannot stop the embedded database: it still runs, want its end')
      await setTimeout(10)
    }
    server.log.info({}, 'the embedded database has stopped')
  } finally {
    lock.release()
  }
}

/** Null when nobody can say. Of a process that was killed, the server takes a moment to notice. */
async function countOthers(presence: Client): Promise<number | null> {
  const all =
    "SELECT application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name LIKE $1 || '%'"
  try {
    for (let waitedMs = 0; ; waitedMs += 20) {
      const { rows } = await presence.query<{ application_name: string }>(all, [presenceName])
      const isAnyAlive = rows.some(({ application_name: name }) => isAlive(Number(name.slice(presenceName.length))))
      if (isAnyAlive || rows.length === 0 || waitedMs >= 1000) return rows.length
      await setTimeout(20)
    }
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Try until the server takes connections, which after a crash it does once it has recovered. */
async function connectSoon(host: string, isGone: () => Promise<boolean>): Promise<Connected> {
  const until = performance.now() + 60_000
  for (;;) {
    try {
      return await connect(host)
    } catch (error) {
      if (performance.now() > until || (await isGone())) throw error
      await setTimeout(10)
    }
  }
}

async function connect(host: string): Promise<Connected> {
  const socket = new Socket()
  const where = { host, port, user, database: 'postgres', ssl: false, stream: () => socket }
  const client = new Client({
    ...where,
    application_name: `${presenceName}${process.pid}`,
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => {})
  await client.connect()
  return { client, socket }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`)
}
