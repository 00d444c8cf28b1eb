import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Transaction } from './database.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './postgres.ts'
import { silentLogger } from './telemetry.ts'
import { temporaryDatabase, type TemporaryDatabase } from './testing.ts'

let temporary: TemporaryDatabase
let folder: string

beforeEach(async () => {
  temporary = await temporaryDatabase([])
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
  await put('001-a.sql', 'CREATE TABLE a (n int); INSERT INTO a VALUES (1);')
  await put('002-b.sql', 'INSERT INTO a VALUES (2)')
})

afterEach(async () => {
  await temporary.stop()
  await rm(folder, { recursive: true })
})

const put = (name: string, sql: string) => writeFile(join(folder, name), sql)
const one = () => [{ module: 'one', folder: pathToFileURL(folder) }]
const again = () => migrate(temporary.database, one())
const rows = async () => (await temporary.database.query('SELECT n FROM a ORDER BY n')).map((row) => row['n'])

test('migrate() applies each file once, in order, and later files later', async () => {
  expect((await again()).map(({ name }) => name)).toEqual(['001-a.sql', '002-b.sql'])
  expect(await again()).toEqual([])
  await put('003-c.sql', 'INSERT INTO a VALUES (3)')
  expect(await again()).toEqual([{ module: 'one', name: '003-c.sql' }])
  expect(await rows()).toEqual([1, 2, 3])
})

test('migrate() fills in code what a file cannot say, after it, once and in its transaction', async () => {
  const fill = async (tx: Transaction) => void (await tx.query('INSERT INTO a SELECT max(n) * 10 FROM a'))
  const filled = (name: string, how = fill) => one().map((module) => ({ ...module, fills: { [name]: how } }))
  await expect(migrate(temporary.database, filled('003-c.sql'))).rejects.toThrow(/003-c\.sql/)
  const broken = filled('002-b.sql', async (tx) => {
    await fill(tx)
    throw new Error('no more disk')
  })
  await expect(migrate(temporary.database, broken)).rejects.toThrow(/one\/002-b\.sql: no more disk/)
  await expect(rows()).rejects.toThrow(/"a" does not exist/)
  for (const applied of [2, 0]) {
    expect(await migrate(temporary.database, filled('001-a.sql'))).toHaveLength(applied)
    expect(await rows()).toEqual([1, 2, 10])
  }
})

test('migrate() by several processes at once applies everything once', async () => {
  const others = await Promise.all(
    [1, 2, 3].map(() => openDatabase(temporary.connection, { poolSize: 2, applicationName: 'm', log: silentLogger })),
  )
  const applied = await Promise.all([temporary.database, ...others].map((database) => migrate(database, one())))
  await Promise.all(others.map((database) => database.close()))
  expect(applied.flat().map(({ name }) => name)).toEqual(['001-a.sql', '002-b.sql'])
  expect(await rows()).toEqual([1, 2])
})

test('migrate() applies nothing when one file fails, and names it', async () => {
  await put('003-c.sql', 'SELECT * FROM nowhere')
  await expect(again()).rejects.toThrow(/one\/003-c\.sql.*nowhere/)
  await expect(rows()).rejects.toThrow(/"a" does not exist/)
})

test('migrate() killed half-way leaves the database as it was, and the next one does all of it', async () => {
  await again()
  await put('003-c.sql', 'INSERT INTO a VALUES (3); CREATE TABLE c (n int);')
  await put('004-d.sql', 'SELECT pg_sleep(1)')
  await put('005-e.sql', 'INSERT INTO a VALUES (5)')
  const program = fileURLToPath(new URL('testing/migrate.ts', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(temporary.connection), pathToFileURL(folder).href])
  const exited = once(child, 'exit')
  const isAt = async (query: string) => {
    const found = await temporary.database.query('SELECT query FROM pg_stat_activity WHERE application_name = $1', [
      'migrate',
    ])
    return query === '' ? found.length > 0 : found.some((row) => String(row['query']).includes(query))
  }
  await expect.poll(() => isAt('pg_sleep'), { timeout: 20_000, interval: 20 }).toBe(true)
  child.kill('SIGKILL')
  expect((await exited)[1]).toBe('SIGKILL')
  // The server finishes the statement before it notices that nobody is there.
  await expect.poll(() => isAt(''), { timeout: 20_000 }).toBe(false)
  expect(await rows()).toEqual([1, 2])
  await expect(temporary.database.query('SELECT FROM c')).rejects.toThrow('"c" does not exist')
  expect((await again()).map(({ name }) => name)).toEqual(['003-c.sql', '004-d.sql', '005-e.sql'])
  expect(await rows()).toEqual([1, 2, 3, 5])
})

test('migrate() refuses a changed file', async () => {
  await again()
  await put('001-a.sql', 'CREATE TABLE a (n bigint)')
  await expect(again()).rejects.toThrow('one/001-a.sql was changed')
})

test('migrate() refuses a missing file', async () => {
  await again()
  await unlink(join(folder, '001-a.sql'))
  await expect(again()).rejects.toThrow('one/001-a.sql was applied and its file is missing')
})

test('migrate() refuses a database that is ahead, by a file or by a module', async () => {
  await again()
  await unlink(join(folder, '002-b.sql'))
  await expect(again()).rejects.toThrow('the database is ahead of this code, it has one/002-b.sql')
  await expect(migrate(temporary.database, [])).rejects.toThrow('ahead of this code, it has one/001-a.sql')
})

test('migrate() refuses a new file before an applied one, a number twice, and other files', async () => {
  await put('004-d.sql', 'SELECT 1')
  await again()
  await put('003-c.sql', 'SELECT 1')
  await expect(again()).rejects.toThrow('one/003-c.sql is new but stands before one/004-d.sql')
  await put('004-e.sql', 'SELECT 1')
  await expect(again()).rejects.toThrow('found 004-e.sql')
  await put('readme.md', '')
  await unlink(join(folder, '004-e.sql'))
  await expect(again()).rejects.toThrow('found readme.md')
})
