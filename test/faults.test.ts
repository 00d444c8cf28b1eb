// What the gate stands on breaks: the database, the disk, the process itself, its files. It refuses, releases nothing, says
// what is wrong, and goes on by itself once that is mended.

import { spawnSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../server/src/main/testing.ts'
import { makeSite, type Site } from './gate.ts'
import {
  callGate,
  dataFolder,
  postgresProcesses,
  startGate,
  startReady,
  until,
  type FullReply,
  type RunningGate,
} from './running-gate.ts'

const json = { 'content-type': 'application/json' }
const canMount = process.platform === 'linux' && process.getuid?.() === 0

let port: number
let made: string
let data: string
let gate: RunningGate | null
let site: Site | null
let mounted: string[]

beforeEach(async () => {
  port = await freePort(9830)
  made = await dataFolder()
  data = made
  gate = null
  site = null
  mounted = []
})
afterEach(async () => {
  await gate?.stop().catch(() => gate?.kill())
  // A gate that was killed leaves its database running.
  const [postmaster] = await postgresProcesses(data).catch(() => [null])
  if (postmaster !== null) {
    process.kill(postmaster, 'SIGCONT')
    process.kill(postmaster, 'SIGQUIT')
    await setTimeout(500)
  }
  for (const path of mounted) spawnSync('umount', ['--lazy', path])
  await site?.stop()
  await rm(made, { recursive: true, force: true })
}, 60_000)

function mount(path: string, megabytes: number): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tmpfs', path])
  if (status !== 0) throw new Error(String(stderr))
  mounted.push(path)
}

/** Ask the embedded database itself. */
async function ask(text: string): Promise<readonly Record<string, unknown>[]> {
  const pidFile = await readFile(join(data, 'postgres/postgres/cluster/postmaster.pid'), 'utf8')
  const host = pidFile.split('\n')[4] ?? ''
  const client = new Client({ host, port: 5432, user: 'sallyport', database: 'sallyport' })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const permits = `SELECT count(*)::int AS n FROM (
  SELECT id, kind FROM ledger_entries UNION SELECT id, kind FROM ledger_pending) e WHERE kind = 'decision.permit'`

async function reserve(running: RunningGate, token: string, name: string) {
  const vaults = await running.client.call('GET', '/api/v1/vaults', { token })
  const vaultId = (JSON.parse(vaults.text) as { vaults: { id: string }[] }).vaults[0]?.id
  const body = JSON.stringify({ vaultId, name })
  const reply = await running.client.call('POST', '/api/v1/files', { token, headers: json, body })
  return (JSON.parse(reply.text) as { file: { id: string; state: string } }).file
}

function upload(running: RunningGate, token: string, id: string, body: Uint8Array): Promise<FullReply> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }
  return callGate(running, { method: 'PUT', path: `/api/v1/files/${id}/content`, headers, body })
}

async function refusals(running: RunningGate, token: string) {
  const file = await running.client.fileToOpen()
  return await Promise.all([
    callGate(running, { path: '/api/v1/vaults', headers: { authorization: `Bearer ${token}` } }),
    callGate(running, { path: '/readyz' }),
    running.client.open(token, file),
  ])
}

function expectRefused([api, ready, key]: Awaited<ReturnType<typeof refusals>>): void {
  expectUnavailable(api)
  expectUnavailable(ready)
  expect(key).toMatchObject({ refused: expect.stringContaining('Unavailable') as string })
}

function expectUnavailable(reply: FullReply): void {
  expect(reply.status).toBe(503)
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(reply.text).toContain('urn:sallyport:problem:unavailable')
  expect(reply.text).not.toMatch(/socket|postgres|\/tmp|\/run/i)
}

describe('the database', () => {
  test('killed under load: what was released is on record, what is asked meanwhile is refused, and it comes back', async () => {
    gate = await startReady(data, port)
    const running = gate
    const token = await running.client.token('ada')
    const files = await Promise.all(Array.from({ length: 8 }, () => running.client.fileToOpen()))
    const before = Number((await ask(permits))[0]?.['n'])
    const tally = { isOver: false, released: 0, refused: 0, strange: [] as unknown[] }
    const load = files.map(async (file) => {
      while (!tally.isOver) {
        const answer = await running.client.open(token, file)
        if ('key' in answer) {
          tally.released++
          expect(answer.key).toEqual(file.share)
        } else if (/unavailable/i.test(answer.refused)) tally.refused++
        else tally.strange.push(answer)
      }
    })
    await setTimeout(1000)
    const [postmaster] = await postgresProcesses(data)
    process.kill(postmaster, 'SIGKILL')
    await until(async () => tally.refused > 0, 20_000)
    const atRefusal = tally.released
    await until(async () => tally.released > atRefusal + 100, 60_000)
    tally.isOver = true
    await Promise.all(load)
    expect(tally.strange).toEqual([])
    expect(Number((await ask(permits))[0]?.['n']) - before).toBeGreaterThanOrEqual(tally.released)
    expect((await callGate(running, { path: '/readyz' })).status).toBe(200)
    expect((await postgresProcesses(data))[0]).not.toBe(postmaster)
  }, 120_000)

  test('stopped in its tracks: everything is refused in bounded time, and goes on when it does', async () => {
    gate = await startReady(data, port)
    const token = await gate.client.token('ada')
    const file = await gate.client.fileToOpen()
    expect(await gate.client.open(token, file)).toHaveProperty('key')
    const processes = await postgresProcesses(data)
    for (const pid of processes) process.kill(pid, 'SIGSTOP')
    const beganAt = performance.now()
    try {
      expectRefused(await refusals(gate, token))
    } finally {
      for (const pid of processes) process.kill(pid, 'SIGCONT')
    }
    expect(performance.now() - beganAt).toBeLessThan(40_000)
    const running = gate
    await until(async () => 'key' in (await running.client.open(token, file)), 30_000)
  }, 120_000)

  test.skipIf(!canMount)(
    'out of room (needs root on Linux, for a small file system): refused, and back with room',
    async () => {
      await mkdir(join(data, 'postgres'))
      mount(join(data, 'postgres'), 220)
      gate = await startReady(data, port)
      const running = gate
      const token = await running.client.token('ada')
      const file = await running.client.fileToOpen()
      expect(await running.client.open(token, file)).toHaveProperty('key')
      const filler = join(data, 'postgres/filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M'])
      // The log's next segment has no room, and PostgreSQL ends each time that it needs one.
      const asked = { authorization: `Bearer ${token}` }
      const refused = { keys: 0, lists: 0 }
      await until(async () => {
        await ask('SELECT pg_switch_wal()').catch(() => [])
        const [key, list] = await Promise.all([
          running.client.open(token, file),
          callGate(running, { path: '/api/v1/vaults', headers: asked }),
        ])
        if ('refused' in key) {
          expect(key.refused).toContain('Unavailable')
          refused.keys++
        }
        if (list.status !== 200) {
          expectUnavailable(list)
          refused.lists++
        }
        return refused.keys > 0 && refused.lists > 0
      }, 60_000)
      await rm(filler)
      await until(async () => 'key' in (await running.client.open(token, file)), 60_000)
    },
    180_000,
  )
})

describe('the disk for objects', () => {
  test.skipIf(!canMount)(
    'full (needs root on Linux): the upload is refused and leaves nothing, the next one fits',
    async () => {
      await mkdir(join(data, 'objects'))
      mount(join(data, 'objects'), 2)
      gate = await startReady(data, port)
      const token = await gate.client.token('ada')
      const file = await reserve(gate, token, 'large.bin')
      const refused = await upload(gate, token, file.id, Buffer.alloc(4 * 1024 * 1024, 'x'))
      expect(refused.status).toBe(503)
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect(await readdir(join(data, 'objects'))).toEqual([])
      const now = await gate.client.call('GET', `/api/v1/files/${file.id}`, { token })
      expect(JSON.parse(now.text)).toMatchObject({ state: 'reserved' })
      // With room, the same upload is read to its end and refused for what it is.
      expect((await upload(gate, token, file.id, Buffer.alloc(1024 * 1024, 'x'))).status).toBe(422)
      expect(await readdir(join(data, 'objects'))).toEqual([])
    },
    60_000,
  )
})

describe('the process', () => {
  test('killed in the middle of an upload: the reservation stays, and nothing stands under a final name', async () => {
    gate = await startReady(data, port)
    const token = await gate.client.token('ada')
    const file = await reserve(gate, token, 'half.bin')
    const sending = request({
      host: 'localhost',
      port: gate.port,
      ca: await readFile(gate.caFile),
      method: 'PUT',
      path: `/api/v1/files/${file.id}/content`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', 'content-length': 1e7 },
    })
    sending.on('error', () => {})
    sending.write(Buffer.alloc(3_000_000, 'x'))
    await until(async () => (await readdir(join(data, 'objects'))).some((name) => name.endsWith('.part')), 10_000)
    await gate.kill()
    gate = await startReady(data, port)
    expect((await readdir(join(data, 'objects'))).filter((name) => !name.endsWith('.part'))).toEqual([])
    const again = await gate.client.token('ada')
    const found = await gate.client.call('GET', `/api/v1/files/${file.id}`, { token: again })
    expect(JSON.parse(found.text)).toMatchObject({ state: 'reserved' })
    expect((await gate.client.call('GET', `/api/v1/files/${file.id}/content`, { token: again })).status).toBe(404)
    expect((await reserve(gate, again, 'half.bin')).state).toBe('reserved')
  }, 60_000)
})

describe('starting', () => {
  beforeEach(async () => {
    site = await makeSite()
    data = site.folder
  })

  const here = (): Site => {
    if (site === null) throw new Error('there is no site')
    return site
  }

  /** Start where it should refuse; one that comes up all the same is stopped after the test. */
  const start = async () => {
    const started = await startGate(data, port, here().databaseUrl)
    if ('client' in started) gate = started
    return started
  }

  test('two processes found one enclave between them', async () => {
    const ports = [port, await freePort(port + 1)]
    const both = await Promise.all(ports.map((one) => startGate(data, one, here().databaseUrl)))
    const up = both.filter((one) => 'client' in one)
    const ended = both.filter((one) => 'said' in one)
    expect(up.length).toBeGreaterThan(0)
    for (const { code, said } of ended) {
      expect(code).toBe(1)
      expect(said).toMatch(/^cannot /)
    }
    await Promise.all(up.map((one) => one.stop()))
    const [counts] = await here().database.query(
      `SELECT (SELECT count(*) FROM enclave) AS enclaves, (SELECT count(*) FROM ledger_head) AS heads,
              (SELECT count(*) - count(DISTINCT display_name) FROM person) AS doubles`,
    )
    expect(counts).toEqual({ enclaves: 1, heads: 1, doubles: 0 })
    // The sample's people are bound to the address under which they were founded.
    const [bound] = await here().database.query('SELECT DISTINCT issuer FROM identity_person')
    const first = Number(new URL(String(bound?.['issuer'])).port)
    gate = await startReady(data, first, here().databaseUrl)
    expect(await gate.client.open(await gate.client.token('ada'), await gate.client.fileToOpen())).toHaveProperty('key')
  }, 60_000)

  test('says what to do where a founding was cut off', async () => {
    await mkdir(data, { recursive: true })
    await writeFile(join(data, 'keystore.json'), '{}')
    expect(await start()).toMatchObject({ code: 1, said: expect.stringContaining('holds another enclave') as string })
    // The key that seals a sample's keystore is always written first.
    await writeFile(join(data, 'sample-keystore.key'), new Uint8Array(32))
    expect(await start()).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^cannot found sample: .* cut off, want .* an empty data folder/) as string,
    })
  }, 60_000)

  test('refuses a keystore that was damaged, and serves again with the whole one', async () => {
    await (await startReady(data, port, here().databaseUrl)).stop()
    const path = join(data, 'keystore.json')
    const whole = await readFile(path, 'utf8')
    const { sealed } = JSON.parse(whole) as { sealed: string }
    const altered = whole.replace(sealed, `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`)
    for (const damaged of [altered, whole.slice(0, 200), '', '{}']) {
      await writeFile(path, damaged)
      expect(await start()).toMatchObject({
        code: 1,
        said: expect.stringMatching(/^cannot open keystore: /) as string,
      })
    }
    await writeFile(path, whole)
    gate = await startReady(data, port, here().databaseUrl)
  }, 60_000)

  test('takes a checkpoint file that was put back as a prefix, and refuses a database that was put back', async () => {
    await (await startReady(data, port, here().databaseUrl)).stop()
    const path = join(data, 'checkpoint')
    await cp(path, `${path}.old`)
    const tables = ['ledger_entries', 'ledger_tile', 'ledger_head']
    for (const table of tables) await here().database.query(`CREATE TABLE old_${table} AS TABLE ${table}`)
    const running = await startReady(data, port, here().databaseUrl)
    expect(
      await running.client.open(await running.client.token('ada'), await running.client.fileToOpen()),
    ).toHaveProperty('key')
    await setTimeout(1000)
    await running.stop()
    const newest = await readFile(path, 'utf8')
    expect(newest).not.toBe(await readFile(`${path}.old`, 'utf8'))
    await cp(`${path}.old`, path)
    await (await startReady(data, port, here().databaseUrl)).stop()
    expect(await readFile(path, 'utf8')).toBe(newest)
    await here().database.transaction(async (tx) => {
      await tx.query('ALTER TABLE ledger_entries DISABLE TRIGGER USER')
      for (const table of tables) {
        await tx.query(`DELETE FROM ${table}`)
        await tx.query(`INSERT INTO ${table} SELECT * FROM old_${table}`)
      }
    })
    expect(await start()).toMatchObject({ code: 1, said: expect.stringContaining('larger tree') as string })
  }, 60_000)

  test('refuses a ledger in which a row was altered while it ran, and says which', async () => {
    const running = await startReady(data, port, here().databaseUrl)
    const count = 'SELECT (max(index) / 2)::int AS index FROM ledger_entries'
    await until(async () => (await here().database.query(count))[0]?.['index'] !== null, 10_000)
    const [row] = await here().database.query(count)
    await here().database.transaction(async (tx) => {
      await tx.query('ALTER TABLE ledger_entries DISABLE TRIGGER USER')
      await tx.query(`UPDATE ledger_entries SET bytes = overlay(bytes PLACING 'X'::bytea FROM 30) WHERE index = $1`, [
        row?.['index'],
      ])
      await tx.query('ALTER TABLE ledger_entries ENABLE TRIGGER USER')
    })
    await running.stop()
    expect(await start()).toMatchObject({
      code: 1,
      said: expect.stringContaining(`cannot open the ledger: entry ${String(row?.['index'])}: entry-altered`) as string,
    })
  }, 60_000)
})
