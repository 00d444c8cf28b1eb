// A migration killed half-way: its process ends by SIGKILL at any of its statements, before, during or after it. The next start
// completes it, what was there is unharmed, and a process that waited for its turn goes on.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, DatabaseSocket } from '../server/src/base/index.ts'
import { migrate } from '../server/src/base/migrate.ts'
import { temporaryDatabase } from '../server/src/base/testing.ts'
import type { Cut } from './invariants/widening/power-cut.ts'
import type { MigrateSettings } from './migrate-process.ts'

const runs = Math.ceil(Number(process.env['SALLYPORT_SEQUENCES'] ?? 48) / 12)
const program = fileURLToPath(new URL('migrate-process.ts', import.meta.url))
let folder: string
const modules = () => [{ module: 'one', folder: pathToFileURL(folder) }]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-migration-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Migrated {
  readonly database: Database
  readonly connection: DatabaseSocket
}

/** A database of the version before, with something in it, and the files of the version after. */
async function withOldVersion(work: (old: Migrated) => Promise<void>): Promise<void> {
  const put = (name: string, sql: string) => writeFile(join(folder, name), sql)
  await rm(folder, { recursive: true, force: true })
  folder = await mkdtemp(join(tmpdir(), 'sallyport-migration-'))
  await put('001-a.sql', 'CREATE TABLE a (n int NOT NULL); INSERT INTO a SELECT generate_series(1, 100);')
  const temporary = await temporaryDatabase([])
  try {
    await migrate(temporary.database, modules())
    await put('002-b.sql', 'ALTER TABLE a ADD COLUMN doubled int; UPDATE a SET doubled = 2 * n;')
    await put('003-c.sql', 'CREATE TABLE c AS SELECT n FROM a WHERE n > 50; DELETE FROM a WHERE n > 50;')
    await put('004-d.sql', 'ALTER TABLE a ALTER COLUMN doubled SET NOT NULL;')
    await work(temporary)
  } finally {
    await temporary.stop()
  }
}

function migrateElsewhere({ connection }: Migrated, cut: Cut | null, isHeld = false): ChildProcess {
  const settings: MigrateSettings = { connection, folder, cut, isHeld }
  return spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.signalCode ?? child.exitCode
}

/** All of the version before, or all of the one after. */
async function versionOf({ database }: Migrated): Promise<'old' | 'new'> {
  const applied = (await database.query('SELECT name FROM schema_migration ORDER BY name')).map(({ name }) => name)
  const columns = await database.query(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name IN ('a', 'c') ORDER BY 1`,
  )
  const shape = columns.map(({ name }) => name)
  const sum = async (table: string) => (await database.query(`SELECT count(*) AS n, sum(n) AS sum FROM ${table}`))[0]
  if (applied.length === 1) {
    expect([shape, await sum('a')]).toEqual([['a.n'], { n: 100, sum: 5050 }])
    return 'old'
  }
  expect(applied).toEqual(['001-a.sql', '002-b.sql', '003-c.sql', '004-d.sql'])
  expect(shape).toEqual(['a.doubled', 'a.n', 'c.n'])
  expect([await sum('a'), await sum('c')]).toEqual([
    { n: 50, sum: 1275 },
    { n: 50, sum: 3775 },
  ])
  return 'new'
}

/** Lock, table, what was applied, two statements for each of three files, commit. */
const commit = 9
const cut: fc.Arbitrary<Cut> = fc.record({
  after: fc.noBias(fc.nat(commit)),
  moment: fc.constantFrom('before', 'during', 'answered'),
})

describe('a migration that is killed half-way', () => {
  test(
    'did all of it or nothing, and the next start completes it',
    async () => {
      const found = new Set<string>()
      await fc.assert(
        fc.asyncProperty(cut, async (one) => {
          await withOldVersion(async (old) => {
            expect(await endOf(migrateElsewhere(old, one))).toBe('SIGKILL')
            found.add(await versionOf(old))
            await migrate(old.database, modules())
            expect(await versionOf(old)).toBe('new')
            expect(await migrate(old.database, modules())).toEqual([])
          })
        }),
        { numRuns: runs, examples: [[{ after: commit, moment: 'answered' }], [{ after: 7, moment: 'answered' }]] },
      )
      expect([...found].toSorted()).toEqual(['new', 'old'])
    },
    60_000 + runs * 10_000,
  )

  test('lets the process go on that waited for it', async () => {
    await withOldVersion(async (old) => {
      const first = migrateElsewhere(old, { after: 7, moment: 'before' }, true)
      await once(first.stdout as NodeJS.ReadableStream, 'data')
      const second = migrateElsewhere(old, null)
      try {
        await untilItAsks(old, 'sallyport-migrate')
        // The first has its tables locked; what it has not committed is not on record.
        expect(second.exitCode).toBeNull()
        expect(await old.database.query('SELECT name FROM schema_migration')).toEqual([{ name: '001-a.sql' }])
        first.kill('SIGKILL')
        expect(await endOf(second)).toBe(0)
        expect(await versionOf(old)).toBe('new')
      } finally {
        first.kill('SIGKILL')
        second.kill('SIGKILL')
      }
    })
  }, 60_000)
})

/** Until two processes are at it: the one that holds the lock, and the one that asks for it. */
async function untilItAsks({ database }: Migrated, name: string): Promise<void> {
  for (;;) {
    const rows = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
          AND query LIKE 'SELECT pg_try_advisory_xact_lock%'`,
      [name],
    )
    if (rows.length > 0) return
    await setTimeout(20)
  }
}
