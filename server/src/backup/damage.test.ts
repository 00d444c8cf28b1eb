// What is done to a backup, its machine or its process, and what becomes of it.

import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemRandomness } from '../base/index.ts'
import { openEnclave } from '../main/open-enclave.ts'
import { sampleEnclave, sampleGround, type SampleEnclave } from '../main/testing.ts'
import { makeHeader } from './header.ts'
import { refuseIncompleteRestore, restoreBackup, verifyBackup, type BackupSecret } from './index.ts'
import { openBackup } from './open-backup.ts'
import { collect, PartWriter } from './parts.ts'
import { SegmentWriter, writeAll } from './segments.ts'
import { addFile, backUp, emptyTarget, tableDigests, testSecret, type EmptyTarget } from './testing.ts'

let sample: SampleEnclave
let folder: string
let path: string
let whole: Buffer
let target: EmptyTarget

beforeAll(async () => {
  sample = await sampleEnclave()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-damage-'))
  for (const size of [1_500_000, 1_500_000]) await addFile(sample, size)
  for (let n = 0; n < 300; n++) {
    await sample.enclave.ledger.append({ kind: 'test.done', actor: null, about: null, body: { n } })
  }
  await sample.enclave.ledger.sequenceOnce()
  path = join(folder, 'whole')
  await backUp(sample, path, { objects: 'all' })
  whole = await readFile(path)
})

afterAll(async () => {
  await sample.stop()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  target = await emptyTarget()
})

afterEach(() => target.stop())

async function faultOf(bytes: Uint8Array, secret: BackupSecret = testSecret): Promise<string | undefined> {
  const damaged = join(folder, 'damaged')
  await writeFile(damaged, bytes)
  const { fault, digest } = await verifyBackup(damaged, secret)
  expect(digest === null).toBe(fault !== null)
  return fault?.code
}

async function isUntouched(): Promise<boolean> {
  expect(await tableDigests(target.database)).toEqual({})
  return (await stat(target.folder.root).catch(() => null)) === null
}

describe('verifyBackup()', () => {
  test('finds nothing wrong with what createBackup made, and lists its parts', async () => {
    const { fault, parts, manifest, configuration } = await verifyBackup(path, testSecret)
    expect(fault).toBe(null)
    expect(configuration).toMatchObject({ publicUrl: 'https://localhost:8443', keys: { provider: 'software' } })
    expect(parts.map(({ name }) => name).slice(0, 4)).toEqual([
      'manifest',
      'configuration',
      'keystore',
      'file/sample-keystore.key',
    ])
    expect(manifest).toMatchObject({ enclave: { kind: 'sample' }, objects: { stored: 2, included: 2 } })
    expect(await faultOf(whole)).toBe(undefined)
  })

  test('names another passphrase, a key file in its place, and another key file', async () => {
    expect(await faultOf(whole, { kind: 'passphrase', passphrase: 'another passphrase' })).toBe('wrong-secret')
    const keyFile = { kind: 'key-file', path: join(folder, 'key') } as const
    await writeFile(keyFile.path, randomBytes(32))
    expect(await faultOf(whole, keyFile)).toBe('wrong-secret')
    const byKey = join(folder, 'by-key')
    await backUp(sample, byKey, { secret: keyFile })
    expect((await verifyBackup(byKey, keyFile)).fault).toBe(null)
    await writeFile(keyFile.path, randomBytes(32))
    expect((await verifyBackup(byKey, keyFile)).fault?.code).toBe('wrong-secret')
    await writeFile(keyFile.path, randomBytes(31))
    await expect(verifyBackup(byKey, keyFile)).rejects.toThrow('31 bytes')
  })

  test('names what is no backup, another version, and one without an end', async () => {
    expect(await faultOf(Buffer.alloc(0))).toBe('not-a-backup')
    expect(await faultOf(randomBytes(5000))).toBe('not-a-backup')
    expect(await faultOf(Buffer.concat([Buffer.from('sallyport-backup/2\n'), whole.subarray(19)]))).toBe(
      'other-version',
    )
    for (const end of [19, 60, 250, 5000, 1_200_000, whole.length - 20, whole.length - 1]) {
      expect(await faultOf(whole.subarray(0, end))).toMatch(/^(cut-off|altered)$/)
    }
    await expect(verifyBackup(join(folder, 'nowhere'), testSecret)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('finds a bit flipped anywhere', async () => {
    const header = whole.indexOf('\n', 19) + 1 + 32
    const inHeader = Array.from({ length: Math.ceil(header / 3) }, (_, n) => n * 3)
    const places = [...inHeader, ...Array.from({ length: 25 }, (_, n) => header + n * 131_071)]
    const found = new Set<string | undefined>()
    for (const at of places.filter((place) => place < whole.length)) {
      const flipped = Buffer.from(whole.subarray(0, at < header ? 4000 : whole.length))
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      found.add(await faultOf(flipped))
    }
    expect(found.has(undefined)).toBe(false)
    expect([...found]).toEqual(expect.arrayContaining(['altered', 'wrong-secret', 'malformed', 'not-a-backup']))
  })

  test('finds what somebody with the passphrase rewrote: an entry, a part, the order', async () => {
    const swap = (from: string, to: string) => (bytes: Uint8Array) =>
      Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1')
    const hex = (text: string) => Buffer.from(text).toString('hex')
    const cases: readonly [Rewrite, string][] = [
      [{ change: { 'table/ledger_entries': swap(hex('"n":17'), hex('"n":71')) } }, 'ledger-root'],
      [{ change: { 'table/ledger_entries': swap('\n41\t', '\n40\t') } }, 'ledger-entry'],
      [
        { change: { 'table/ledger_entries': (bytes) => bytes.subarray(0, bytes.lastIndexOf(10, -2) + 1) } },
        'ledger-root',
      ],
      [{ change: { 'table/person': (bytes) => bytes.subarray(0, bytes.lastIndexOf(10, -2) + 1) } }, 'row-count'],
      [{ change: { 'objects/content': swap('"size":1500000', '"size":1499999') } }, 'object-altered'],
      [{ change: { 'objects/index': (bytes) => bytes.subarray(0, bytes.indexOf(10) + 1) } }, 'row-count'],
      [{ change: { manifest: swap('"table', '"tabel') } }, 'malformed'],
      [{ change: { manifest: swap('"size":', '"size":1') } }, 'ledger-signature'],
      [{ order: (names) => names.filter((name) => name !== 'keystore') }, 'part-order'],
      [{ order: (names) => names.toReversed() }, 'part-order'],
      [{ order: (names) => names.slice(0, -1) }, 'part-order'],
      [{ order: (names) => [...names, 'keystore'] }, 'part-order'],
    ]
    for (const [rewrite, code] of cases) {
      const { fault } = await verifyBackup(await rewritten(rewrite), testSecret)
      expect(fault?.code).toBe(code)
    }
    expect((await verifyBackup(await rewritten({}), testSecret)).fault).toBe(null)
  })
})

interface Rewrite {
  readonly change?: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>>
  readonly order?: (names: readonly string[]) => readonly string[]
}

/** Write the backup anew with its own passphrase, some parts changed. */
async function rewritten({ change = {}, order = (names) => names }: Rewrite): Promise<string> {
  const backup = await openBackup(path, testSecret)
  const parts = new Map<string, Uint8Array>()
  await backup.read(async (name, content) => {
    parts.set(name, await collect(content, name))
  })
  await backup.close()
  const out = join(folder, 'rewritten')
  const file = await open(out, 'w')
  const header = await makeHeader(testSecret, systemRandomness, 2 ** 14)
  await writeAll(file, header.bytes)
  const writer = new PartWriter(new SegmentWriter(file, header.key), () => {})
  for (const name of order([...parts.keys()])) {
    const bytes = parts.get(name) ?? new Uint8Array()
    const changed = change[name]?.(bytes) ?? bytes
    if (change[name] !== undefined) expect(Buffer.from(changed).equals(bytes)).toBe(false)
    await writer.write(name, [changed])
  }
  await writer.close()
  await file.close()
  return out
}

describe('restoreBackup()', () => {
  test('changes nothing for a backup that does not verify', async () => {
    const damaged = join(folder, 'damaged')
    for (const end of [10, 100_000, whole.length - 1]) {
      await writeFile(damaged, whole.subarray(0, end))
      await expect(restoreBackup(damaged, testSecret, target)).rejects.toMatchObject({ code: 'invalid-file' })
      expect(await isUntouched()).toBe(true)
    }
    const other: BackupSecret = { kind: 'passphrase', passphrase: 'another passphrase' }
    await expect(restoreBackup(path, other, target)).rejects.toMatchObject({ details: { fault: 'wrong-secret' } })
    expect(await isUntouched()).toBe(true)
  })

  test('leaves nothing when only the ledger, opened at the end, disagrees', async () => {
    const lastTile = (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString('latin1')
      const at = text.indexOf('\\\\x') + 10
      return Buffer.from(text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1), 'latin1')
    }
    const bent = await rewritten({ change: { 'table/ledger_tile': lastTile } })
    expect((await verifyBackup(bent, testSecret)).fault).toBe(null)
    await expect(restoreBackup(bent, testSecret, target)).rejects.toThrow(/ledger|entry/)
    expect(await isUntouched()).toBe(true)
  })

  test('takes no file of a name that leads out of the folder', async () => {
    const escape = (bytes: Uint8Array) =>
      Buffer.from(Buffer.from(bytes).toString().replace('sample-keystore.key', '../../keystore.key'))
    const bent = await rewritten({ change: { manifest: escape } })
    await expect(restoreBackup(bent, testSecret, target)).rejects.toMatchObject({ details: { fault: 'malformed' } })
    expect(await isUntouched()).toBe(true)
  })

  for (const part of ['table/ledger_entries', 'objects/content']) {
    test(`killed in ${part} leaves a target that says it is incomplete, and an empty database`, async () => {
      const program = fileURLToPath(new URL('testing/restore-until.ts', import.meta.url))
      const { root } = target.folder
      const args = [program, path, root, JSON.stringify(target.connection), part]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      const [said] = (await once(child.stdout, 'data')) as [Buffer]
      expect(said.toString()).toBe('there\n')
      child.kill('SIGKILL')
      expect((await exited)[1]).toBe('SIGKILL')
      await expect(refuseIncompleteRestore(root)).rejects.toMatchObject({ details: { state: 'restore-incomplete' } })
      await expect(restoreBackup(path, testSecret, target)).rejects.toThrow('cut off')
      // The server needs a moment to notice that nobody is there.
      await expect.poll(() => tableDigests(target.database), { timeout: 10_000 }).toEqual({})
      await rm(root, { recursive: true })
      expect((await restoreBackup(path, testSecret, target)).missingObjects).toBe(0)
      await expect(refuseIncompleteRestore(root)).resolves.toBe(undefined)
    })
  }
})

describe('on a full disk', () => {
  let small: string
  let isMounted = false

  beforeAll(async () => {
    small = join(folder, 'small')
    await mkdir(small)
    if (process.platform === 'linux' && process.getuid?.() === 0) {
      isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]).status === 0
    }
  })

  afterAll(() => {
    if (isMounted) spawnSync('umount', [small])
  })

  test('createBackup() fails and leaves nothing', async ({ skip }) => {
    if (!isMounted) skip('a small file system takes root and the right to mount')
    const failing = backUp(sample, join(small, 'backup'), { objects: 'all' })
    await expect(failing).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ENOSPC') })
    expect(await readdir(small)).toEqual([])
  })

  test('restoreBackup() fails and leaves nothing', async ({ skip }) => {
    if (!isMounted) skip('a small file system takes root and the right to mount')
    const here = { ...target, folder: { ...target.folder, objects: join(small, 'objects') } }
    await expect(restoreBackup(path, testSecret, here)).rejects.toThrow('ENOSPC')
    expect(await isUntouched()).toBe(true)
    expect(await readdir(small)).toEqual([])
  })
})

test('a backup that version 0.1.0 made opens in this version', async () => {
  const kept = fileURLToPath(new URL('kept/v0.1.0.sallyport-backup', import.meta.url))
  const secret: BackupSecret = { kind: 'passphrase', passphrase: 'kept since version 0.1.0' }
  const { fault, manifest } = await verifyBackup(kept, secret)
  expect(fault).toBe(null)
  expect(manifest).toMatchObject({ productVersion: '0.1.0', objects: { stored: 2, included: 1 } })
  const copy = join(folder, 'kept')
  await cp(kept, copy)
  const restored = await restoreBackup(copy, secret, target)
  expect(restored.missingObjects).toBe(1)
  // It is older than half of the migrations; what they make of its rows is all there.
  expect(restored.migrated.map(({ module, name }) => `${module}/${name}`)).toContain('roster/002-versions.sql')
  const rows = async (table: string) => {
    const [row] = await target.database.query(`SELECT count(*)::integer AS rows FROM "${table}"`)
    return row?.['rows']
  }
  const grew = ['schema_migration', 'ledger_pending']
  for (const { name, rows: kept } of manifest?.tables ?? []) {
    if (!grew.includes(name)) expect([name, await rows(name)]).toEqual([name, kept])
  }
  expect(await rows('person_version')).toBe(36)
  const enclave = await openEnclave(await sampleGround(target.database, target.folder.root))
  expect(await enclave.ledger.checkpoint()).toBe(manifest?.ledger.note)
  expect(await enclave.ledger.audit()).toBe(null)
})
