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
import { expect, test } from 'vitest'
import { temporaryDatabase } from '../base/testing.ts'
import { databaseUrl, freePort } from './testing.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

function up(env: Record<string, string>, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/sallyport.ts', 'up', '--json', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
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

test('up --processes 2 serves behind one port, replaces a process that is killed, and ends them all when told', async () => {
  const temporary = await temporaryDatabase([])
  const data = await mkdtemp(join(tmpdir(), 'sallyport-processes-'))
  const port = await freePort(9740)
  const env = { DATABASE_URL: databaseUrl(temporary.connection) }
  const gate = up(env, '--processes', '2', '--data', data, '--port', String(port))
  const ended = once(gate, 'exit')
  const audits: number[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: gate.stdout ?? process.stdin }).on('line', (line) => {
    if (line.includes('"ready":true')) ready.resolve()
    if (line.includes('as it was recorded')) audits.push((JSON.parse(line) as { from: number }).from)
  })
  try {
    await Promise.race([ready.promise, ended])
    const ca = await readFile(join(data, 'sample-ca.pem'))
    const before = childrenOf(gate)
    expect(before).toHaveLength(2)
    expect(await Promise.all([1, 2, 3, 4].map(() => statusOf(port, ca)))).toEqual([200, 200, 200, 200])
    expect(await Promise.all([1, 2, 3, 4].map(() => statusOverHttp2(port, ca)))).toEqual([200, 200, 200, 200])

    const [victim = 0, survivor = 0] = before
    process.kill(victim, 'SIGKILL')
    while (childrenOf(gate).length < 2 || childrenOf(gate).includes(victim)) await setTimeout(100)
    expect(childrenOf(gate)).toContain(survivor)
    while (audits.length < 3) await setTimeout(100)
    // The first looked at an empty ledger, which it then founded; the second at that; the third at what came after.
    expect(audits.slice(0, 2)).toEqual([0, 0])
    expect(audits[2]).toBeGreaterThan(0)
    expect(await Promise.all([1, 2, 3, 4].map(() => statusOf(port, ca)))).toEqual([200, 200, 200, 200])
  } finally {
    gate.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    await temporary.stop()
    await rm(data, { recursive: true, force: true })
  }
}, 60_000)

test('up --processes 2 ends, rather than wait for ever, when its first process cannot serve', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sallyport-processes-'))
  const temporary = await temporaryDatabase([])
  const taken = createServer()
  try {
    const port = await freePort(9745)
    await new Promise<void>((resolve) => taken.listen({ port, host: 'localhost' }, resolve))
    const env = { DATABASE_URL: databaseUrl(temporary.connection) }
    const [code] = (await once(up(env, '--processes', '2', '--data', data, '--port', String(port)), 'exit')) as [number]
    expect(code).toBe(1)
  } finally {
    taken.close()
    await temporary.stop()
    await rm(data, { recursive: true, force: true })
  }
}, 60_000)

test('up refuses a number of processes that is none', async () => {
  const codes = await Promise.all(['0', '1.5', 'two'].map((count) => once(up({}, '--processes', count), 'exit')))
  expect(codes).toEqual([
    [2, null],
    [2, null],
    [2, null],
  ])
})
