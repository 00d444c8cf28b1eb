// One enclave under test, as an operator runs it: `sallyport up` with two processes behind one port, its own PostgreSQL, its own
// folder. Whoever kills the whole of it starts it again, as a service manager would.

import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { gateClient, tokenFor, type GateClient } from '../test/gate.ts'
import { childrenOf, postgresProcesses, startGate, type GateOptions, type RunningGate } from '../test/running-gate.ts'

export const processes = 2
/** No answer of the gate may take longer; the gate's own limits are below it. */
export const silenceMs = 25_000
const startMs = 90_000
const strangeTimesMs = 15_000

export interface Site {
  /** Outside of everything that a fault may reach: the journal, exports. */
  readonly outside: string
  /** The gate's own folder. */
  readonly data: string
  readonly port: number
  readonly url: string
  readonly caFile: string
  readonly client: GateClient
  /** Start the gate, or start it again. Throws with what it said when it does not come up. */
  readonly start: (how?: StartOptions) => Promise<void>
  /** Have it end in order. */
  readonly stop: () => Promise<void>
  /** The process that started the others, and those that serve. */
  readonly serving: () => Promise<{ readonly parent: number; readonly workers: readonly number[] }>
  /** The postmaster first. */
  readonly postgres: () => Promise<readonly [number, ...number[]]>
  /** Ask the database itself, past the gate. */
  readonly query: (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>
  readonly token: (subject: string) => Promise<string>
  /** What the gate's clock is ahead of ours, for tokens that are to be believed. */
  readonly setClock: (aheadMs: number) => void
  readonly aheadMs: () => number
  /** Whether it was set so lately that tokens and requests of the time before are still under way. */
  readonly wasClockSet: () => boolean
  readonly close: () => Promise<void>
}

export interface StartOptions extends GateOptions {
  readonly databaseUrl?: string | undefined
}

export interface SiteOptions {
  /** Folders of its data, the outer before the inner, with a file system of their own of so many MiB; needs root on Linux. */
  readonly mounts?: Readonly<Record<string, number>>
  /** How it is started each time, unless told otherwise then. */
  readonly how?: StartOptions
}

/** Found an enclave on a port. */
export async function openSite(port: number, { mounts = {}, how = {} }: SiteOptions = {}): Promise<Site> {
  const outside = await mkdtemp(join(tmpdir(), 'sallyport-chaos-'))
  await chmod(outside, 0o711)
  const data = join(outside, 'data')
  await mkdir(data, { mode: 0o711 })
  const mounted: string[] = []
  for (const [folder, megabytes] of Object.entries(mounts)) {
    const path = join(data, folder)
    await mkdir(path, { recursive: true, mode: 0o711 })
    run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tmpfs', path])
    mounted.push(path)
  }
  const state = { gate: null as RunningGate | null, how, aheadMs: 0, clockSetAt: Number.NEGATIVE_INFINITY }
  const tokens = new Map<string, { readonly token: string; readonly madeAt: number; readonly aheadMs: number }>()

  const start = async (how: StartOptions = {}): Promise<void> => {
    const { databaseUrl, ...options } = { ...state.how, ...how }
    state.how = { ...state.how, ...how }
    // Compiled once, so that the start of a process is less of the machine's time.
    const env = { NODE_COMPILE_CACHE: join(outside, 'compiled'), ...options.env }
    const started = await startGate(data, port, databaseUrl, { processes, ...options, env })
    if ('said' in started) throw new Error(`the gate ended with ${started.code}: ${started.said.slice(-2000)}`)
    started.client.close()
    state.gate = started
  }
  const running = (): RunningGate => {
    if (state.gate === null) throw new Error('the gate was not started')
    return state.gate
  }
  const close = async (): Promise<void> => {
    await state.gate?.stop().catch(() => state.gate?.kill())
    const [postmaster = null] = await postgresProcesses(data).catch(() => [])
    if (postmaster !== null && isAlive(postmaster)) {
      process.kill(postmaster, 'SIGQUIT')
      for (let waited = 0; isAlive(postmaster) && waited < 10_000; waited += 100) await setTimeout(100)
    }
    for (const path of mounted.toReversed()) run('umount', ['--lazy', path])
  }

  try {
    await start()
    const { url, caFile } = running()
    const now = () => Date.now() + state.aheadMs
    const client = await gateClient({ url, listenPort: port, caFile }, { silenceMs, now })
    return {
      outside,
      data,
      port,
      url,
      caFile,
      client,
      start,
      stop: () => running().stop(),
      serving: async () => {
        const parent = running().child.pid ?? 0
        return { parent, workers: await childrenOf(parent) }
      },
      postgres: () => postgresProcesses(data),
      query: (text, values) => query(data, text, values),
      token: async (subject) => {
        const known = tokens.get(subject)
        const { aheadMs } = state
        if (known !== undefined && known.aheadMs === aheadMs && performance.now() - known.madeAt < 240_000)
          return known.token
        const token = await tokenFor({ folder: data }, url, subject, aheadMs)
        tokens.set(subject, { token, madeAt: performance.now(), aheadMs })
        return token
      },
      setClock: (aheadMs) => {
        state.aheadMs = aheadMs
        state.clockSetAt = performance.now()
      },
      aheadMs: () => state.aheadMs,
      wasClockSet: () => performance.now() - state.clockSetAt < strangeTimesMs,
      close: async () => {
        client.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    await rm(outside, { recursive: true, force: true })
    throw error
  }
}

export function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args)
  if (status !== 0) throw new Error(`${command}: ${String(stderr)}`)
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Wait until it is so. Yields the milliseconds that it took, or null when it was not so within `limitMs`. */
export async function waitFor(isSo: () => Promise<boolean>, limitMs: number, everyMs = 20): Promise<number | null> {
  const begun = performance.now()
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - begun > limitMs) return null
    await setTimeout(everyMs)
  }
  return performance.now() - begun
}

/** Kill every process of the gate at once, as far as they are there. */
export async function killAll(site: Site): Promise<void> {
  const { parent, workers } = await site.serving()
  for (const pid of [parent, ...workers]) kill(pid)
  while ([parent, ...workers].some(isAlive)) await setTimeout(5)
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went by itself meanwhile.
  }
}

/** Start the whole gate again, as a service manager does: once more where it refuses because what it stands on is not back. */
export async function startAgain(site: Site, how: StartOptions = {}): Promise<void> {
  if (isAlive((await site.serving()).parent)) return
  const until = performance.now() + startMs
  for (;;) {
    try {
      return await site.start(how)
    } catch (error) {
      if (performance.now() > until) throw error
      await setTimeout(500)
    }
  }
}

async function query(
  data: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const pidFile = await readFile(join(data, 'postgres/postgres/cluster/postmaster.pid'), 'utf8')
  const host = pidFile.split('\n')[4] ?? ''
  const client = new Client({ host, port: 5432, user: 'sallyport', database: 'sallyport' })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text, [...values])).rows
  } finally {
    await client.end().catch(() => {})
  }
}
