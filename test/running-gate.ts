// The `up` command as a process of its own, for tests that stop it, kill it or break what it stands on.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gateClient, type GateClient } from './gate.ts'

const program = fileURLToPath(new URL('../scripts/sallyport.ts', import.meta.url))

export interface RunningGate {
  readonly child: ChildProcess
  readonly url: string
  readonly port: number
  readonly caFile: string
  readonly client: GateClient
  /** SIGTERM, as a service manager would. */
  readonly stop: () => Promise<void>
  /** SIGKILL, as a power cut would. */
  readonly kill: () => Promise<void>
}

export interface EndedGate {
  readonly code: number | null
  /** What it said as it ended. */
  readonly said: string
}

/** A folder that PostgreSQL's own account can pass, so that everything lies inside it. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-faults-'))
  await chmod(folder, 0o711)
  return folder
}

export interface GateOptions {
  /** Behind the one port; one unless told. */
  readonly processes?: number
  /** Variables of its environment besides ours. */
  readonly env?: Readonly<Record<string, string>>
}

/** Start it, and wait until it is ready or has ended. */
export async function startGate(
  data: string,
  port: number,
  databaseUrl?: string,
  { processes = 1, env = {} }: GateOptions = {},
): Promise<RunningGate | EndedGate> {
  const { DATABASE_URL: _, ...inherited } = process.env
  const where = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }
  const args = ['up', '--data', data, '--port', String(port), '--processes', String(processes), '--json']
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...inherited, ...where, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const closed = once(child, 'close')
  const ready = new Promise<{ url: string; ca: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve(JSON.parse(line) as { url: string; ca: string })
    })
  })
  const first = await Promise.race([ready, closed.then(() => null)])
  if (first === null) return { code: child.exitCode, said }
  const client = await gateClient({ url: first.url, listenPort: port, caFile: first.ca }, { silenceMs: 30_000 })
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    client.close()
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await closed
  }
  const stop = () => end('SIGTERM')
  return { child, url: first.url, port, caFile: first.ca, client, stop, kill: () => end('SIGKILL') }
}

/** Start it where it must come up. */
export async function startReady(data: string, port: number, databaseUrl?: string): Promise<RunningGate> {
  const started = await startGate(data, port, databaseUrl)
  if ('said' in started) throw new Error(`the gate ended with ${started.code}: ${started.said}`)
  return started
}

export interface FullReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One call with everything that came back, over a connection of its own. */
export function callGate(
  { port, caFile }: Pick<RunningGate, 'port' | 'caFile'>,
  { body, ...options }: RequestOptions & { readonly body?: string | Uint8Array },
): Promise<FullReply> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...options, host: 'localhost', port, ca: readFileSync(caFile), agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
        response.on('error', reject)
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The embedded server of a data folder and every process of it, the first being the one that starts the others. */
export async function postgresProcesses(data: string): Promise<readonly [number, ...number[]]> {
  const text = await readFile(join(data, 'postgres/postgres/cluster/postmaster.pid'), 'utf8')
  const postmaster = Number(text.split('\n')[0])
  return [postmaster, ...(await childrenOf(postmaster))]
}

/** The processes that a process started, in no order. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const parents = await Promise.all(
    all.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }
    }),
  )
  return parents.filter(({ parent }) => parent === pid).map((one) => one.pid)
}

/** Look again and again until it is so; fails after `limitMs`. */
export async function until(isSo: () => Promise<boolean>, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`it did not come about in ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
