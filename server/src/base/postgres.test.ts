import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { locateBinaries } from './postgres-binaries.ts'
import { openPostgresHome } from './postgres-home.ts'
import { openDatabase, violatedConstraint, type DatabaseOptions } from './postgres.ts'
import { silentLogger } from './telemetry.ts'
import { temporaryDatabase, type TemporaryDatabase } from './testing.ts'

const options: DatabaseOptions = { poolSize: 2, applicationName: 'postgres-test', log: silentLogger }
const unavailable = { name: 'Problem', code: 'unavailable' }

let temporary: TemporaryDatabase

beforeAll(async () => {
  temporary = await temporaryDatabase([])
  await temporary.database.query('CREATE TABLE account (name text CONSTRAINT one_name UNIQUE, amount int8 NOT NULL)')
})

afterAll(() => temporary.stop())

async function passableFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  await chmod(folder, 0o711)
  return folder
}

const amounts = async () =>
  (await temporary.database.query('SELECT amount FROM account ORDER BY amount')).map((row) => row['amount'])

test('openDatabase() gives numbers while safe, bytes as Uint8Array, instants as Date and days as text', async () => {
  const [row] = await temporary.database.query(
    `SELECT 9007199254740991::int8 AS safe, -9007199254740993::int8 AS large, ARRAY[1, NULL]::int8[] AS list, $1::bytea AS bytes,
            ARRAY[$1::bytea] AS parts, timestamptz '2026-01-02 03:04:05.678+01' AS instant, date '2026-01-02' AS day, 1.10::numeric AS exact`,
    [new Uint8Array([0, 255])],
  )
  expect(row).toEqual({
    safe: 9_007_199_254_740_991,
    large: -9_007_199_254_740_993n,
    list: [1, null],
    bytes: new Uint8Array([0, 255]),
    parts: [new Uint8Array([0, 255])],
    instant: new Date('2026-01-02T02:04:05.678Z'),
    day: '2026-01-02',
    exact: '1.10',
  })
  expect(Buffer.isBuffer(row?.['bytes'])).toBe(false)
})

test('query() gives the same bytes where the server writes them in its other form', async () => {
  const bytes = new Uint8Array([0, 92, 65, 255])
  const [row] = await temporary.database.transaction(async (tx) => {
    await tx.query("SET LOCAL bytea_output = 'escape'")
    return await tx.query('SELECT $1::bytea AS bytes', [bytes])
  })
  expect(row).toEqual({ bytes })
})

test('query() prepares a named statement once, and refuses a second text under its name', async () => {
  const database = await openDatabase(temporary.connection, { ...options, poolSize: 1 })
  const named = { name: 'add-one', text: 'SELECT $1::int + 1 AS sum' }
  await database.query(named, [1])
  expect(await database.query(named, [2])).toEqual([{ sum: 3 }])
  const prepared = await database.query('SELECT name FROM pg_prepared_statements')
  expect(prepared).toEqual([{ name: 'add-one' }])
  await expect(database.query({ name: 'add-one', text: 'SELECT 1' })).rejects.toThrow('must be unique')
  await database.close()
})

test('query() leaves an answer about the statement itself as it is', async () => {
  await expect(temporary.database.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' })
  await temporary.database.query("INSERT INTO account VALUES ('twice', 0)")
  const error: unknown = await temporary.database
    .query("INSERT INTO account VALUES ('twice', 0)")
    .catch((e: unknown) => e)
  expect(violatedConstraint(error)).toBe('one_name')
  expect(violatedConstraint(new Error('another'))).toBeNull()
  await temporary.database.query('DELETE FROM account')
})

test('transaction() commits all, or nothing of what it threw away', async () => {
  const result = await temporary.database.transaction(async (tx) => {
    await tx.query('INSERT INTO account (amount) VALUES (1)')
    return 'done'
  })
  expect(result).toBe('done')
  const failure = new Error('changed my mind')
  const failing = temporary.database.transaction(async (tx) => {
    await tx.query('INSERT INTO account (amount) VALUES (2)')
    throw failure
  })
  await expect(failing).rejects.toBe(failure)
  expect(await amounts()).toEqual([1])
})

test('transaction() never takes a failed one for committed, though its work hid the failure', async () => {
  const hiding = temporary.database.transaction(async (tx) => {
    await tx.query('INSERT INTO account (amount) VALUES (3)')
    await tx.query('SELECT nonsense').catch(() => {})
  })
  await expect(hiding).rejects.toThrow('one of its statements failed')
  expect(await amounts()).not.toContain(3)
})

test('transaction() takes no statement after its end', async () => {
  const leaked = await temporary.database.transaction((tx) => Promise.resolve({ tx }))
  await expect(leaked.tx.query('SELECT 1')).rejects.toThrow('it has ended')
})

test('transaction() runs again after a deadlock, until both have gone through', async () => {
  await temporary.database.query("INSERT INTO account VALUES ('left', 0), ('right', 0)")
  let runs = 0
  const add = (first: string, second: string) =>
    temporary.database.transaction(async (tx) => {
      runs++
      await tx.query('UPDATE account SET amount = amount + 10 WHERE name = $1', [first])
      await setTimeout(100)
      await tx.query('UPDATE account SET amount = amount + 10 WHERE name = $1', [second])
    })
  await Promise.all([add('left', 'right'), add('right', 'left')])
  const rows = await temporary.database.query("SELECT amount FROM account WHERE name IN ('left', 'right')")
  expect(rows).toEqual([{ amount: 20 }, { amount: 20 }])
  expect(runs).toBeGreaterThan(2)
})

test('transaction() gives up after a few losses', async () => {
  let runs = 0
  const losing = temporary.database.transaction(async (tx) => {
    runs++
    await tx.query("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
  })
  await expect(losing).rejects.toMatchObject(unavailable)
  expect(runs).toBe(5)
})

test('transaction() says that the outcome is unknown when the connection breaks in COMMIT', async () => {
  await temporary.database.query(`
    CREATE TABLE last_words (n int);
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON last_words DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION die();`)
  const dying = temporary.database.transaction((tx) => tx.query('INSERT INTO last_words VALUES (1)'))
  await expect(dying).rejects.toMatchObject({
    ...unavailable,
    message: expect.stringContaining('outcome is unknown') as string,
  })
  expect(await temporary.database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('query() is unavailable when the pool is busy or the statement takes too long, and answers afterwards', async () => {
  const database = await openDatabase(temporary.connection, {
    ...options,
    poolSize: 1,
    connectTimeoutMs: 150,
    statementTimeoutMs: 300,
  })
  await expect(database.query('SELECT pg_sleep(5)')).rejects.toMatchObject(unavailable)
  await database.transaction(async (tx) => {
    await expect(database.query('SELECT 1')).rejects.toMatchObject(unavailable)
    await tx.query('SELECT 1')
  })
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await database.close()
  await expect(database.query('SELECT 1')).rejects.toMatchObject(unavailable)
})

test('query() replaces a prepared statement whose result another process changed', async () => {
  const database = await openDatabase(temporary.connection, { ...options, poolSize: 1 })
  await database.query('CREATE TABLE growing (a int)')
  const all = { name: 'all-growing', text: 'SELECT * FROM growing' }
  await database.query(all)
  await temporary.database.query('ALTER TABLE growing ADD b int')
  await expect(database.query(all)).rejects.toMatchObject(unavailable)
  expect(await database.query(all)).toEqual([])
  await database.close()
})

test('openDatabase() refuses a database whose commits are not durable', async () => {
  const name = temporary.connection.database
  await temporary.database.query(`ALTER DATABASE ${name} SET synchronous_commit = off`)
  await expect(openDatabase(temporary.connection, options)).rejects.toThrow(
    'cannot use the database: synchronous_commit is off, want synchronous_commit on',
  )
  await temporary.database.query(`ALTER DATABASE ${name} RESET synchronous_commit`)
  const database = await openDatabase(temporary.connection, options)
  await database.close()
})

test('openDatabase() refuses other engines and older versions by what they call themselves', async () => {
  const versions = {
    'CockroachDB CCL v25.1.0 (x86_64-pc-linux-gnu)': 'it calls itself CockroachDB',
    'PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64-pc-linux-gnu': 'it calls itself PostgreSQL 15.2-YB',
    'PostgreSQL 14.12 on x86_64-pc-linux-gnu': 'it is PostgreSQL 14, want PostgreSQL 15 or later',
  }
  for (const [version, reason] of Object.entries(versions)) {
    // An engine that answers like PostgreSQL: a schema that is looked at before pg_catalog.
    await temporary.database.query(`
      CREATE SCHEMA other;
      CREATE FUNCTION other.version() RETURNS text LANGUAGE sql AS $$ SELECT '${version}'::text $$;
      ALTER DATABASE ${temporary.connection.database} SET search_path = other, pg_catalog`)
    await expect(openDatabase(temporary.connection, options)).rejects.toThrow(reason)
    await temporary.database.query(`
      DROP SCHEMA other CASCADE;
      ALTER DATABASE ${temporary.connection.database} RESET search_path`)
  }
})

test('openDatabase() is unavailable where nothing listens, nobody answers, or the answer is not PostgreSQL', async () => {
  const short = { ...options, connectTimeoutMs: 300 }
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  const babbling = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  await Promise.all([once(silent, 'listening'), once(babbling, 'listening')])
  const url = (server: typeof silent) =>
    `postgres://u:hidden-word@127.0.0.1:${(server.address() as AddressInfo).port}/d`
  for (const location of ['postgres://u:hidden-word@127.0.0.1:1/d', url(silent), url(babbling)]) {
    const error: unknown = await openDatabase(location, short).catch((e: unknown) => e)
    expect(error).toMatchObject(unavailable)
    expect(String(error)).not.toContain('hidden-word')
  }
  silent.close()
  babbling.close()
})

test('query() is unavailable while a killed server is away, and answers again once it is back', async () => {
  const dataDirectory = await passableFolder('killed-')
  const server = await startEmbeddedPostgres({ dataDirectory, log: silentLogger })
  const database = await openDatabase(server.connection, options)
  await database.query('CREATE TABLE kept (n int8)')
  const acknowledged: number[] = []
  let failures = 0
  for (let n = 0; failures === 0 || acknowledged.at(-1) !== n - 1 || n < 200; n++) {
    if (n > 20_000) throw new Error('the pool did not recover')
    if (n === 100)
      process.kill(
        Number((await readFile(join(dataDirectory, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]),
        'SIGKILL',
      )
    try {
      await database.transaction((tx) => tx.query('INSERT INTO kept VALUES ($1)', [n]))
      acknowledged.push(n)
    } catch (error) {
      expect(error).toMatchObject(unavailable)
      failures++
      await setTimeout(5)
    }
  }
  const kept = new Set((await database.query('SELECT n FROM kept')).map((row) => row['n']))
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([])
  await database.close()
  await server.stop()
  await rm(dataDirectory, { recursive: true })
})

test('openDatabase() refuses a server that runs with fsync or full_page_writes off', async () => {
  const dataDirectory = await passableFolder('unsafe-')
  const server = await startEmbeddedPostgres({ dataDirectory, log: silentLogger })
  await server.stop()
  const home = await openPostgresHome(dataDirectory, '/nonexistent')
  const { postgres } = await locateBinaries(home.account, home.cacheDirectory)
  for (const setting of ['fsync', 'full_page_writes']) {
    const child = spawn(postgres, ['-D', home.cluster, '-k', home.socketDirectory, '-h', '', '-c', `${setting}=off`], {
      ...(home.account.switched ? { uid: home.account.uid, gid: home.account.gid } : {}),
      cwd: '/',
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    let error: unknown
    for (let tried = 0; tried < 500; tried++) {
      error = await openDatabase(server.connection, options).catch((e: unknown) => e)
      if (error instanceof Problem && error.message.startsWith('cannot use')) break
      await setTimeout(10)
    }
    expect(error).toMatchObject({
      ...unavailable,
      message: `cannot use the database: ${setting} is off, want ${setting} on`,
    })
    child.kill('SIGINT')
    await ended
  }
  await rm(dataDirectory, { recursive: true })
})
