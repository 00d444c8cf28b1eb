import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:http2'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDatabase } from '../base/testing.ts'
import { databaseUrl, freePort } from './testing.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Start a gate that ends with its test, whatever becomes of that. */
function up(env: Record<string, string>, ...args: readonly string[]): ChildProcess {
  const gate = spawn(process.execPath, ['scripts/sallyport.ts', 'up', '--json', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(async () => {
    if (gate.exitCode !== null || gate.signalCode !== null) return
    const ended = once(gate, 'exit')
    gate.kill('SIGTERM')
    const late = new AbortController()
    const killed = setTimeout(5_000, undefined, { signal: late.signal }).then(
      () => gate.kill('SIGKILL'),
      () => false,
    )
    await ended
    late.abort()
    await killed
  })
  return gate
}

async function emptyEnclave(): Promise<{ readonly data: string; readonly env: Record<string, string> }> {
  const temporary = await temporaryDatabase([])
  const data = await mkdtemp(join(tmpdir(), 'sallyport-processes-'))
  onTestFinished(async () => {
    await temporary.stop()
    await rm(data, { recursive: true, force: true })
  })
  return { data, env: { DATABASE_URL: databaseUrl(temporary.connection) } }
}

async function statusOf(port: number, ca: Buffer): Promise<number> {
  return await new Promise((resolve, reject) => {
    const asked = request({ host: 'localhost', port, path: '/readyz', ca, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject).end()
  })
}

async function statusOverHttp2(port: number, ca: Buffer): Promise<number> {
  const session = connect(`https://localhost:${port}`, { ca })
  const [head] = (await once(session.request({ ':path': '/readyz' }), 'response')) as [Record<string, unknown>]
  session.destroy()
  return Number(head[':status'])
}

function childrenOf({ pid }: ChildProcess): readonly number[] {
  const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return text.trim().split(/\s+/).map(Number)
}

test('up --processes 2 serves behind one port, replaces a process that is killed, and ends them all when told', async ({
  signal,
}) => {
  const { data, env } = await emptyEnclave()
  const port = await freePort(9740)
  const gate = up(env, '--processes', '2', '--data', data, '--port', String(port))
  const ended = once(gate, 'exit')
  const audits: number[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: gate.stdout ?? process.stdin }).on('line', (line) => {
    if (line.includes('"ready":true')) ready.resolve()
    if (line.includes('as it was recorded')) audits.push((JSON.parse(line) as { from: number }).from)
  })
  await Promise.race([ready.promise, ended])
  const ca = await readFile(join(data, 'sample-ca.pem'))
  const before = childrenOf(gate)
  expect(before).toHaveLength(2)
  expect(await Promise.all([1, 2, 3, 4].map(() => statusOf(port, ca)))).toEqual([200, 200, 200, 200])
  expect(await Promise.all([1, 2, 3, 4].map(() => statusOverHttp2(port, ca)))).toEqual([200, 200, 200, 200])

  const [victim = 0, survivor = 0] = before
  process.kill(victim, 'SIGKILL')
  while (childrenOf(gate).length < 2 || childrenOf(gate).includes(victim)) await setTimeout(100, undefined, { signal })
  expect(childrenOf(gate)).toContain(survivor)
  while (audits.length < 3) await setTimeout(100, undefined, { signal })
  // The first looked at an empty ledger, which it then founded; the second at that; the third at what came after.
  expect(audits.slice(0, 2)).toEqual([0, 0])
  expect(audits[2]).toBeGreaterThan(0)
  expect(await Promise.all([1, 2, 3, 4].map(() => statusOf(port, ca)))).toEqual([200, 200, 200, 200])
  gate.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 60_000)

test('up --processes 2 lets nobody wait for a process that was killed before it took their connection', async ({
  signal,
}) => {
  const { data, env } = await emptyEnclave()
  const port = await freePort(9750)
  const gate = up(env, '--processes', '2', '--data', data, '--port', String(port))
  for await (const line of createInterface({ input: gate.stdout ?? process.stdin }))
    if (line.includes('"ready":true')) break
  gate.stdout?.resume()
  const ca = await readFile(join(data, 'sample-ca.pem'))
  const [victim = 0] = childrenOf(gate)
  process.kill(victim, 'SIGSTOP')
  // One of them is on its way to the process that stands still; the other process answers the rest.
  const asked = Array.from({ length: 6 }, () => statusOf(port, ca).catch(() => 'broken'))
  while ((await Promise.all(asked.map(isSettled))).filter(Boolean).length < 5)
    await setTimeout(50, undefined, { signal })
  process.kill(victim, 'SIGKILL')
  expect((await Promise.all(asked)).toSorted()).toEqual([200, 200, 200, 200, 200, 'broken'])
}, 60_000)

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), setTimeout(0, false)])
}

test('up --processes 2 ends, rather than wait for ever, when its first process cannot serve', async () => {
  const { data, env } = await emptyEnclave()
  const port = await freePort(9745)
  const taken = createServer()
  onTestFinished(() => void taken.close())
  await new Promise<void>((resolve) => taken.listen({ port, host: 'localhost' }, resolve))
  const [code] = (await once(up(env, '--processes', '2', '--data', data, '--port', String(port)), 'exit')) as [number]
  expect(code).toBe(1)
}, 60_000)

test('up refuses a number of processes that is none', async () => {
  const codes = await Promise.all(['0', '1.5', 'two'].map((count) => once(up({}, '--processes', count), 'exit')))
  expect(codes).toEqual([
    [2, null],
    [2, null],
    [2, null],
  ])
})
