// Keeps a version's data for the versions to come: founds a real enclave, has it lived in until every table of the schema has
// rows in it, backs it up, restores the backup, and writes down what it answers. Run once for each release, before its version
// goes up, and when a table is new; then commit both files:
//
//   node test/kept/keep-version.ts        test/kept/v<version>-real.sallyport-backup and .json
//   npx oxfmt test/kept
//
// Everything happens by the API, but for two things that take more time than there is: one request is made to have expired, and
// what is still pending is made to wait for a hundred years.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Id } from '@sallyport/protocol'
import { createBackup } from '../../server/src/backup/index.ts'
import { silentLogger } from '../../server/src/base/index.ts'
import { temporaryDatabase } from '../../server/src/base/testing.ts'
import { parseFounders } from '../../server/src/founding/index.ts'
import { backupParts, permitAtHost } from '../../server/src/main/backup-place.ts'
import { initEnclave } from '../../server/src/main/init.ts'
import { databaseUrl, freePort } from '../../server/src/main/testing.ts'
import { foundersText } from '../founding-site.ts'
import { askEverything, passing, tableFigures, type Figures, type TableFigures } from './ask.ts'
import { keptConfig, keptSecret, openKeptGate } from './gate.ts'
import { liveIn } from './live-in.ts'
import { restoreKept } from './restored.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
const kept = fileURLToPath(new URL(`v${version}-real`, import.meta.url))
const largest = 300_000

const temporary = await temporaryDatabase([])
const folder = await mkdtemp(join(tmpdir(), 'sallyport-keep-'))
try {
  const config = await keptConfig(folder, await freePort(9950), databaseUrl(temporary.connection))
  const founders = parseFounders(`namespace: gate.example\n${foundersText}`, 'founders.yaml')
  const { codes } = await initEnclave({ config, founders, log: silentLogger, resume: false, tell: () => undefined })
  const gate = await openKeptGate(config)
  const lived = await liveIn(gate, new Map(codes.map(({ founder, code }) => [founder, code])))
  await gate.stop()

  const closed = await openKeptGate(config)
  await refuseEmptyTables(temporary.database)
  const path = `${kept}.sallyport-backup`
  await rm(path, { force: true })
  const checkpoint = await closed.enclave.ledger.checkpoint()
  const permit = await permitAtHost(closed.enclave, lived.officer as Id<'person'>)
  const { manifest, bytes } = await createBackup(permit, backupParts(closed.ground, closed.enclave, false, version), {
    path,
    secret: keptSecret,
    objects: 'all',
  })
  if (bytes > largest) throw new Error(`it has ${bytes} bytes, want ${largest} at most: live in it less`)
  await closed.stop()

  const copy = await restoreKept(path, checkpoint, 9960)
  const tables: Record<string, TableFigures> = {}
  for (const { name, columns } of manifest.tables) {
    tables[name] = await tableFigures(copy.database, name, columns, manifest.createdAt)
  }
  const served = await copy.serve()
  const known = { moments: lived.moments, about: lived.about, url: config.publicUrl }
  const answers = await askEverything(served, known)
  await served.stop()
  await copy.stop()
  const figures: Figures = { version, keptAt: manifest.createdAt, checkpoint, tables, ...known, answers }
  await writeFile(`${kept}.json`, `${JSON.stringify(figures, null, 1)}\n`)
  process.stdout.write(`Kept ${version}: ${bytes} bytes, ledger of ${manifest.ledger.size} entries.\n`)
} finally {
  await temporary.stop()
  await rm(folder, { recursive: true, force: true })
}

/** A table that nobody put anything into is a table whose future nobody tests. */
async function refuseEmptyTables(database: typeof temporary.database): Promise<void> {
  const tables = await database.query(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const empty: string[] = []
  for (const { name } of tables) {
    const [row] = await database.query(`SELECT EXISTS (SELECT FROM "${String(name)}") AS is_used`)
    if (row?.['is_used'] !== true && !passing.includes(String(name))) empty.push(String(name))
  }
  if (empty.length > 0) throw new Error(`nothing is in ${empty.join(', ')}: want test/kept/live-in.ts to fill it`)
}
