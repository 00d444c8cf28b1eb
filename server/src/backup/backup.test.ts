// Backups of a whole enclave on real PostgreSQL: made while it works, restored elsewhere, opened there.

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness } from '../base/index.ts'
import { openEnclave } from '../main/open-enclave.ts'
import { requestFor, sampleEnclave, sampleGround, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import { createBackup, restoreBackup, verifyBackup, type BackupMade } from './index.ts'
import {
  addFile,
  backUp,
  backupParts,
  emptyTarget,
  tableDigests,
  takePermit,
  testSecret,
  type EmptyTarget,
} from './testing.ts'

let sample: SampleEnclave
let folder: string
let target: EmptyTarget
let canary: Awaited<ReturnType<typeof addFile>>

beforeAll(async () => {
  sample = await sampleEnclave()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-backup-'))
  canary = await addFile(sample, 5000)
  await addFile(sample, 3_000_000)
  for (let n = 0; n < 600; n++) await appendNumber(n)
  await sample.enclave.ledger.sequenceOnce()
})

afterAll(async () => {
  await sample.stop()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  target = await emptyTarget()
})

afterEach(() => target.stop())

let made = 0
const freshPath = () => join(folder, `${made++}.sallyport-backup`)
const appendNumber = (n: number) =>
  sample.enclave.ledger.append({ kind: 'test.done', actor: null, about: null, body: { n } })

describe('createBackup()', () => {
  test('puts its digest into the ledger, by a permit that is spent', async () => {
    const permit = await takePermit(sample, 'grace')
    const request = { path: freshPath(), secret: testSecret, objects: 'index', scryptCost: 2 ** 14 } as const
    const backup = await createBackup(permit, backupParts(sample), request)
    const entry = await sample.enclave.ledger.entry(backup.entryId)
    expect(entry).toMatchObject({ kind: 'backup.created', actor: sample.id('grace') })
    expect(entry?.body).toMatchObject({ digest: backup.digest, bytes: (await stat(backup.path)).size })
    await expect(createBackup(permit, backupParts(sample), { ...request, path: freshPath() })).rejects.toThrow('spent')
  })

  test('takes no made-up permit, and an engineer gets none', async () => {
    const forged = { action: 'backup.create', resourceId: 'enclave' } as Permit<'backup.create'>
    const request = { path: freshPath(), secret: testSecret, objects: 'index' } as const
    await expect(createBackup(forged, backupParts(sample), request)).rejects.toThrow('never issued')
    const decision = await sample.decide(requestFor('ada', 'backup.create', { kind: 'enclave' }))
    expect(decision.effect).toBe('deny')
    await expect(stat(request.path)).rejects.toThrow('ENOENT')
  })

  test('replaces no file, and of two at once to one name makes one', async () => {
    const path = freshPath()
    const both = await Promise.allSettled([backUp(sample, path), backUp(sample, path)])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const before = await readFile(path)
    await expect(backUp(sample, path)).rejects.toMatchObject({ code: 'conflict' })
    expect(await readFile(path)).toEqual(before)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('of two at once to two names makes both', async () => {
    const both = await Promise.all([backUp(sample, freshPath()), backUp(sample, freshPath(), { objects: 'all' })])
    for (const { path } of both) expect((await verifyBackup(path, testSecret)).fault).toBe(null)
  })

  test('refuses a short passphrase, a chosen file that is not stored and an object that was altered', async () => {
    const short = { kind: 'passphrase', passphrase: 'eleven char' } as const
    await expect(backUp(sample, freshPath(), { secret: short })).rejects.toThrow('12 characters')
    const nobody = newId<'file'>(systemClock, systemRandomness)
    await expect(backUp(sample, freshPath(), { always: [nobody] })).rejects.toMatchObject({ code: 'not-found' })
    const [row] = await sample.database.query('SELECT object_key FROM protected_file WHERE id = $1', [canary])
    const object = join(sample.ground.folder.objects, String(row?.['object_key']))
    const bytes = await readFile(object)
    await writeFile(object, Buffer.concat([bytes.subarray(1), Buffer.from([1])]))
    const altered = backUp(sample, freshPath(), { always: [canary] })
    await expect(altered).rejects.toMatchObject({ code: 'unavailable', details: { fault: 'object-altered' } })
    await writeFile(object, bytes)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('restoreBackup()', () => {
  test('makes every table equal, brings keystore and chosen objects, and the enclave opens', async () => {
    const backup = await backUp(sample, freshPath(), { always: [canary] })
    const source = await tableDigests(sample.database)
    const restored = await restoreBackup(backup.path, testSecret, target)
    expect(restored).toMatchObject({ digest: backup.digest, missingObjects: 1, outside: null, migrated: [] })
    const copy = await tableDigests(target.database)
    // The source has recorded the backup since, and the copy the restore.
    expect({ ...copy, ledger_pending: '' }).toEqual({ ...source, ledger_pending: '' })
    expect(await readFile(target.folder.keystore)).toEqual(await readFile(sample.ground.folder.keystore))
    expect(await readdir(target.folder.objects)).toHaveLength(1)
    expect(await readdir(target.folder.root)).not.toContain('restore-incomplete')

    const enclave = await openEnclave(await sampleGround(target.database, target.folder.root))
    expect(await enclave.ledger.checkpoint()).toBe(backup.manifest.ledger.note)
    await enclave.ledger.sequenceOnce()
    expect(await enclave.ledger.entry(restored.entryId)).toMatchObject({
      kind: 'backup.restored',
      body: { digest: backup.digest, size: backup.manifest.ledger.size, outsideSize: null },
    })
    expect(await enclave.ledger.audit()).toBe(null)
    const decision = await enclave.decisions.decide(requestFor('omar', 'backup.create', { kind: 'enclave' }))
    expect(decision.effect).toBe('permit')
    // The append-only trigger is in force again.
    await expect(target.database.query('DELETE FROM ledger_entries')).rejects.toThrow('append-only')
  })

  test('brings all objects when all were taken', async () => {
    const { path } = await backUp(sample, freshPath(), { objects: 'all' })
    expect(await restoreBackup(path, testSecret, target)).toMatchObject({ missingObjects: 0 })
    for (const name of await readdir(sample.ground.folder.objects)) {
      const copy = await readFile(join(target.folder.objects, name))
      expect(copy.equals(await readFile(join(sample.ground.folder.objects, name)))).toBe(true)
    }
  })

  test('finds one moment of an enclave that was written to all the while', async () => {
    const { database, enclave } = sample
    const load = new AbortController()
    let count = 0
    // Each adds a label, an entry and a dot in one transaction: they are equally many at every moment.
    const write = async (writer: number) => {
      for (let n = 0; !load.signal.aborted; n++) {
        await database.transaction(async (tx) => {
          await tx.query(
            `INSERT INTO label (fqn, dimension, value, title, classified_by, basis)
             VALUES ($1, 'program', $1, 'load', $2, 'load')`,
            [`https://load.test/attr/item/value/${writer}-${n}`, sample.id('grace')],
          )
          await enclave.ledger.appendIn(tx, [{ kind: 'test.load', actor: null, about: null, body: { writer, n } }])
          await tx.query("UPDATE vault SET description = description || '.' WHERE name = 'heron'")
        })
        count++
        await setImmediate()
      }
    }
    const [before] = await database.query("SELECT length(description) AS dots FROM vault WHERE name = 'heron'")
    const sequencer = enclave.ledger.startSequencer({ intervalMs: 5 })
    const writers = Promise.all([1, 2, 3, 4].map(write))
    let written = [0, 0]
    let backup: BackupMade
    try {
      await expect.poll(() => count, { timeout: 10_000 }).toBeGreaterThan(20)
      written = [count]
      backup = await backUp(sample, freshPath(), { objects: 'all' })
      written.push(count)
    } finally {
      load.abort()
      await writers
      await sequencer.stop()
    }
    expect(written[1]).toBeGreaterThan(written[0] ?? 0)
    await restoreBackup(backup.path, testSecret, target)
    const [found] = await target.database.query(
      `SELECT (SELECT count(*) FROM label WHERE title = 'load') AS labels,
              (SELECT count(*) FROM (SELECT id FROM ledger_entries WHERE kind = 'test.load' UNION ALL
                                     SELECT id FROM ledger_pending WHERE kind = 'test.load') e) AS entries,
              (SELECT length(description) FROM vault WHERE name = 'heron') - $1::int AS dots`,
      [before?.['dots']],
    )
    const { labels, entries, dots } = found ?? {}
    expect([entries, dots]).toEqual([labels, labels])
    expect(Number(labels)).toBeGreaterThan(20)
    await openEnclave(await sampleGround(target.database, target.folder.root))
  })

  test('refuses a target that is not empty, and leaves it as it was', async () => {
    const { path } = await backUp(sample, freshPath())
    const own = { ...target, database: sample.database }
    await expect(restoreBackup(path, testSecret, own)).rejects.toMatchObject({ details: { state: 'target-not-empty' } })
    const folderInUse = { ...target, folder: sample.ground.folder }
    await expect(restoreBackup(path, testSecret, folderInUse)).rejects.toThrow('the data folder has')
    expect(await tableDigests(target.database)).toEqual({})
    await expect(stat(target.folder.root)).rejects.toThrow('ENOENT')
  })

  test('of two at once into one target lets one through', async () => {
    const { path } = await backUp(sample, freshPath())
    const other = await emptyTarget()
    try {
      const sameFolder = { ...other, folder: target.folder }
      const sameDatabase = { ...other, database: target.database }
      const all = await Promise.allSettled(
        [target, sameFolder, sameDatabase].map((one) => restoreBackup(path, testSecret, one)),
      )
      const won = all.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
      expect(won.length).toBeGreaterThan(0)
      // Two may win only when they share neither database nor folder.
      expect(won).not.toEqual(expect.arrayContaining([0, 1]))
      expect(won).not.toEqual(expect.arrayContaining([0, 2]))
    } finally {
      await other.stop()
    }
  })

  test('applies newer migrations, and refuses a backup of newer code', async () => {
    const { path } = await backUp(sample, freshPath())
    const later = await mkdtemp(join(tmpdir(), 'sallyport-later-'))
    await writeFile(join(later, '001-later.sql'), 'CREATE TABLE later AS SELECT count(*) AS people FROM person;')
    const newer = [...target.migrations, { module: 'later', folder: pathToFileURL(later) }]
    const restored = await restoreBackup(path, testSecret, { ...target, migrations: newer })
    expect(restored.migrated).toEqual([{ module: 'later', name: '001-later.sql' }])
    const [row] = await target.database.query('SELECT people > 0 AS has_people FROM later')
    expect(row).toEqual({ has_people: true })
    await rm(later, { recursive: true })

    const older = await emptyTarget()
    try {
      const refusal = restoreBackup(path, testSecret, { ...older, migrations: older.migrations.slice(0, -1) })
      await expect(refusal).rejects.toThrow('ahead of this code')
      await expect(stat(older.folder.root)).rejects.toThrow('ENOENT')
      expect(await tableDigests(older.database)).toEqual({})
    } finally {
      await older.stop()
    }
  })
})

describe('restoreBackup() beside a checkpoint that was kept outside', () => {
  let backup: BackupMade
  let outside: string

  beforeAll(async () => {
    backup = await backUp(sample, freshPath())
    for (let n = 0; n < 7; n++) await appendNumber(n)
    await sample.enclave.ledger.sequenceOnce()
    outside = join(folder, 'outside')
    await writeFile(outside, await sample.enclave.ledger.checkpoint())
  })

  test('says how far behind the backup is, and goes on only when told', async () => {
    const { size } = await sample.enclave.ledger.head()
    const behind = size - backup.manifest.ledger.size
    expect(behind).toBeGreaterThanOrEqual(7)
    expect((await verifyBackup(backup.path, testSecret, { outsideCheckpoint: outside })).outside).toEqual({
      size,
      behind,
    })
    const refusal = restoreBackup(backup.path, testSecret, target, { outsideCheckpoint: outside })
    await expect(refusal).rejects.toMatchObject({
      code: 'conflict',
      details: { state: 'older-than-outside', outsideSize: size, behind },
    })
    expect(await tableDigests(target.database)).toEqual({})
    const options = { outsideCheckpoint: outside, acceptOlder: true }
    const { entryId } = await restoreBackup(backup.path, testSecret, target, options)
    const enclave = await openEnclave(await sampleGround(target.database, target.folder.root))
    expect((await enclave.ledger.entry(entryId))?.body).toMatchObject({
      size: backup.manifest.ledger.size,
      outsideSize: size,
    })
  })

  test('takes one that is a prefix, and refuses the one of another enclave', async () => {
    const newer = await backUp(sample, freshPath())
    expect(await restoreBackup(newer.path, testSecret, target, { outsideCheckpoint: outside })).toMatchObject({
      outside: { behind: 0 },
    })
    const other = await sampleEnclave()
    const empty = await emptyTarget()
    try {
      // As a terminal shows it, with a line behind the signatures: no checkpoint, and not one of another ledger.
      await writeFile(`${outside}-shown`, `${await sample.enclave.ledger.checkpoint()}Signed.\n`)
      const shown = restoreBackup(newer.path, testSecret, empty, { outsideCheckpoint: `${outside}-shown` })
      await expect(shown).rejects.toMatchObject({ details: { fault: 'outside-malformed' } })
      const nowhere = verifyBackup(newer.path, testSecret, { outsideCheckpoint: `${outside}-nowhere` })
      await expect(nowhere).rejects.toThrow('outside-nowhere cannot be read (ENOENT)')
      await writeFile(`${outside}-other`, await other.enclave.ledger.checkpoint())
      const options = { outsideCheckpoint: `${outside}-other` }
      await expect(restoreBackup(newer.path, testSecret, empty, options)).rejects.toMatchObject({
        code: 'invalid-file',
        details: { fault: 'outside-ledger' },
      })
      const { ed25519, p256 } = other.enclave.signers.checkpoint
      const pinned = await verifyBackup(newer.path, testSecret, { pinnedKeys: [ed25519.key, p256.key] })
      expect(pinned.fault?.code).toBe('pinned-key')
      const own = sample.enclave.signers.checkpoint
      const right = await verifyBackup(newer.path, testSecret, { pinnedKeys: [own.ed25519.key, own.p256.key] })
      expect(right.fault).toBe(null)
    } finally {
      await other.stop()
      await empty.stop()
    }
  })
})
