// Data that versions left behind opens in this one: every table as it was, and every question answered as it was then. How the
// data was made, and how the next version's is, stands in keep-version.ts.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyBackup, type BackupVerdict } from '../../server/src/backup/index.ts'
import { askEverything, passing, tableFigures, type Figures } from './ask.ts'
import { keptSecret, type KeptGate } from './gate.ts'
import { restoreKept, type RestoredKept } from './restored.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const kept = readdirSync(folder)
  .filter((name) => name.endsWith('.sallyport-backup'))
  .map((name) => name.replace('.sallyport-backup', ''))

describe.each(kept)('the data of %s', (name) => {
  const path = `${folder}${name}.sallyport-backup`
  const figures = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Figures
  let copy: RestoredKept
  let gate: KeptGate
  let verdict: BackupVerdict
  beforeAll(async () => {
    verdict = await verifyBackup(path, keptSecret)
    copy = await restoreKept(path, figures.checkpoint, 9980)
  }, 60_000)
  afterAll(async () => {
    await gate?.stop()
    await copy.stop()
  })

  test('is of a real enclave that every table has rows of', () => {
    const { fault, manifest } = verdict
    expect(fault).toBe(null)
    expect(manifest).toMatchObject({ productVersion: figures.version, enclave: { kind: 'real' } })
    const empty = manifest?.tables.filter(({ name: table, rows }) => rows === 0 && !passing.includes(table))
    expect(empty).toEqual([])
    expect(Object.keys(figures.tables).toSorted()).toEqual(manifest?.tables.map((one) => one.name).toSorted())
  })

  test('is restored and migrated: whole, with all its objects, not behind the checkpoint that was kept outside', async () => {
    const { missingObjects, outside, migrated, manifest } = copy.restored
    expect({ missingObjects, outside: outside?.behind }).toEqual({ missingObjects: 0, outside: 0 })
    const rows = await copy.database.query("SELECT module || '/' || name AS step FROM schema_migration")
    const steps = [...manifest.migrations, ...migrated].map(({ module, name: step }) => `${module}/${step}`)
    expect(rows.map(({ step }) => step).toSorted()).toEqual(steps.toSorted())
  })

  test('has every row of every table as it was', async () => {
    const found: Record<string, unknown> = {}
    for (const [table, { columns }] of Object.entries(figures.tables)) {
      found[table] = await tableFigures(copy.database, table, columns, figures.keptAt)
    }
    expect(found).toEqual(figures.tables)
  })

  test('answers as it did: rosters of days past, histories, requests, decisions replayed, countries, a file', async () => {
    gate = await copy.serve()
    expect(await askEverything(gate, figures)).toMatchObject(figures.answers)
    expect(await gate.enclave.ledger.audit()).toBe(null)
  }, 60_000)

  test('has tables that are as its ledger says, as far as its entries say it, and says how far that is', async () => {
    const { ledger, records } = gate.enclave
    const { tables, unknown, unread } = await ledger.compareTables(records.openForPerson)
    expect({ unknown, unread }).toEqual({ unknown: [], unread: null })
    expect(tables.filter(({ faults }) => faults > 0)).toEqual([])
    const notCovered = new Map(tables.map((one) => [one.table, one.columnsNotCovered.map(({ column }) => column)]))
    // What decides access is said by the entries of every version.
    for (const name of [
      'identity_binding',
      'person_assignment',
      'label',
      'vault',
      'file_added_label',
      'access_epoch',
    ]) {
      expect([name, notCovered.get(name)?.filter((column) => !column.endsWith('_at'))]).toEqual([name, []])
    }
    expect(notCovered.get('person')).not.toEqual(expect.arrayContaining(['status']))
    expect(notCovered.get('person')).not.toEqual(expect.arrayContaining(['roles']))
    expect(notCovered.get('authorization_record')).not.toEqual(expect.arrayContaining(['terms']))
  })
})

test('every version that was released has its data kept', () => {
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')
  const released = [...changelog.matchAll(/^## \[?(\d+\.\d+\.\d+)/gm)].map(([, version]) => `v${version}-real`)
  expect(kept).toEqual(expect.arrayContaining(released))
  expect(kept.length).toBeGreaterThan(0)
})
