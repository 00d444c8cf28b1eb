import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Problem, toHex, utf8, type Action, type Id, type JsonObject } from '@sallyport/protocol'
import type { KeyAccess } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness } from '../base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../base/testing.ts'
import { approvalsMigrations } from '../approvals/index.ts'
import { classificationsMigrations, foundClassification } from '../classifications/index.ts'
import { record } from '../classifications/testing.ts'
import { ledgerMigrations, type Ledger } from '../ledger/index.ts'
import { closeCeremony, openCeremony, type FoundingCeremony } from '../policy/index.ts'
import { issuePermit } from '../policy/permit.ts'
import {
  defineLabels,
  filesMigrations,
  fileById,
  findCopies,
  folderObjects,
  filesAfter,
  allVaults,
  makeVault,
  openContent,
  removeForgotten,
  reserveFile,
  sealedFileKey,
  storeFile,
  type FilesDependencies,
  type WantedLabel,
} from './index.ts'
import { sealContainer, testLedger, wrapShare } from './testing.ts'

const program = 'https://sallyport.test/attr/program/value/falcon'
const jurisdiction = 'https://sallyport.test/attr/jurisdiction/value/itar'
const officer = newId<'person'>(systemClock, systemRandomness)
const ada = newId<'person'>(systemClock, systemRandomness)
const bob = newId<'person'>(systemClock, systemRandomness)

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const gateKey = {
  url: 'https://gate.test/kas',
  kid: 'kas-1',
  algorithm: 'ec:secp256r1',
  publicKeyPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
}

let temporary: TemporaryDatabase
let ledger: Ledger
let root: string
let folder: string
let deps: FilesDependencies
let ceremony: FoundingCeremony
let vaultId: Id<'vault'>

beforeAll(async () => {
  const policy = { module: 'policy', folder: new URL('../policy/migrations/', import.meta.url) }
  temporary = await temporaryDatabase([
    ledgerMigrations,
    policy,
    approvalsMigrations,
    classificationsMigrations,
    filesMigrations,
  ])
  const { database } = temporary
  root = await mkdtemp(join(tmpdir(), 'sallyport-files-'))
  folder = join(root, 'objects')
  ledger = await testLedger(database, root)
  deps = {
    database,
    ledger,
    objects: await folderObjects(folder, systemClock),
    clock: systemClock,
    random: systemRandomness,
    maxSealedBytes: 100_000,
    wrappingKeys: async () => [gateKey],
    alsoWrapTo: ['https://second.test'],
    makeFileKey: async () => null,
  }
  ceremony = await openCeremony({ database }, { name: 'Test enclave', kind: 'sample' })
  await foundClassification(deps, ceremony, record({ number: 'FAL-0042' }))
  await defineLabels(deps, ceremony, [
    label({ fqn: program, dimension: 'program', value: 'falcon' }),
    label({ fqn: jurisdiction, dimension: 'jurisdiction', value: 'itar', record: 'FAL-0042' }),
  ])
  vaultId = (await makeVault(deps, ceremony, { name: 'Falcon', description: '', labels: [program, jurisdiction] })).id
})

afterAll(async () => {
  await temporary.stop()
  await rm(root, { recursive: true })
})

function label(fields: Partial<WantedLabel>): WantedLabel {
  return {
    fqn: program,
    dimension: 'program',
    value: 'falcon',
    title: 'Program Falcon',
    classifiedBy: officer,
    record: null,
    basis: 'Classification memorandum of 3 March',
    ...fields,
  }
}

function permit<A extends Action>(action: A, resourceId: string, actor = ada) {
  return issuePermit(
    { action, resourceId, entryId: newId<'entry'>(systemClock, systemRandomness), actor },
    systemClock,
    0,
  )
}

async function* stream(bytes: Uint8Array) {
  yield bytes
}

const wrapOnce = (share: Uint8Array, policy: string) => [wrapShare(gateKey, share, policy)]

function sealed(fileId: string, changes: { labels?: string[]; keyAccess?: typeof wrapOnce } = {}): Uint8Array {
  return sealContainer({
    fileId,
    labels: changes.labels ?? [program, jurisdiction],
    content: utf8('technical data'),
    keyAccess: changes.keyAccess ?? wrapOnce,
  })
}

let count = 0
async function reserved(by = ada) {
  const name = `drawings/part-${++count}.stp`
  return (await reserveFile(deps, permit('file.protect', vaultId, by), { vaultId, name })).file
}

describe('founding', () => {
  test('defineLabels() refuses a label without a name, a classification or a title of its own', async () => {
    const bad = [
      { fqn: 'program/falcon' },
      { basis: '  ' },
      { basis: null },
      { record: 'FAL-0042' },
      { title: '' },
      { value: '' },
    ]
    for (const fields of bad) {
      const fresh = { fqn: 'https://sallyport.test/attr/program/value/other', ...fields }
      await expect(defineLabels(deps, ceremony, [label(fresh)])).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      )
    }
    await expect(defineLabels(deps, ceremony, [label({})])).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
  })

  test('makeVault() refuses labels that nobody defined, none at all, and a name that is taken', async () => {
    const undefinedLabel = 'https://sallyport.test/attr/program/value/unheard-of'
    for (const labels of [[undefinedLabel], [program, undefinedLabel], []]) {
      await expect(makeVault(deps, ceremony, { name: 'Other', description: '', labels })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      )
    }
    await expect(makeVault(deps, ceremony, { name: 'Falcon', description: '', labels: [program] })).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
  })

  test('allVaults() shows labels by their titles', async () => {
    const [vault] = await allVaults(deps.database)
    expect(vault).toMatchObject({ id: vaultId, name: 'Falcon', labels: [{ fqn: jurisdiction }, { fqn: program }] })
  })
})

describe('reserveFile()', () => {
  test('reserveFile() copies the labels of the vault and writes its entry', async () => {
    const { file, entry } = await reserveFile(deps, permit('file.protect', vaultId), { vaultId, name: 'wing.stp' })
    expect(file).toMatchObject({ state: 'reserved', protectedBy: ada, name: 'wing.stp' })
    expect(file.labels.map((one) => one.fqn).sort()).toEqual([jurisdiction, program])
    const written = await ledger.entry(entry.id)
    expect(written).toMatchObject({ kind: 'file.reserved', actor: ada, about: { kind: 'file', id: file.id } })
  })

  test('reserveFile() gives way to the same person again, and to nobody else', async () => {
    const again = { vaultId, name: 'rudder.stp' }
    const first = await reserveFile(deps, permit('file.protect', vaultId), again)
    const second = await reserveFile(deps, permit('file.protect', vaultId), again)
    expect(await fileById(deps.database, first.file.id)).toBeNull()
    await expect(reserveFile(deps, permit('file.protect', vaultId, bob), again)).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    await storeFile(deps, permit('file.protect', vaultId), second.file.id, stream(sealed(second.file.id)))
    await expect(reserveFile(deps, permit('file.protect', vaultId), again)).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
  })

  test('reserveFile() refuses other permits and hostile names', async () => {
    const elsewhere = permit('file.protect', newId<'vault'>(systemClock, systemRandomness))
    await expect(reserveFile(deps, elsewhere, { vaultId, name: 'a' })).rejects.toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
    for (const name of ['', '../up', '/abs', 'a//b', 'a\u0000b', 'a\u202eb', 'x'.repeat(256)]) {
      await expect(reserveFile(deps, permit('file.protect', vaultId), { vaultId, name })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      )
    }
  })
})

describe('storeFile()', () => {
  test('storeFile() takes a container under the key that the file has for itself, and under no other', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const own = { kid: 'file-1', publicKeyPem: String(pair.publicKey.export({ type: 'spki', format: 'pem' })) }
    const withKeys = {
      ...deps,
      makeFileKey: async () => ({ ...own, sealed: utf8('sealed half'), hold: async () => true }),
    }
    const name = `drawings/own-key-${++count}.stp`
    const { file, key, entry } = await reserveFile(withKeys, permit('file.protect', vaultId), { vaultId, name })
    expect(key).toMatchObject(own)
    expect(await ledger.entry(entry.id)).toMatchObject({ body: { key: 'file-1' } })
    expect(await sealedFileKey(deps.database, file.id, 'file-1')).toEqual(utf8('sealed half'))
    expect(await sealedFileKey(deps.database, file.id, 'file-2')).toBeNull()
    const store = (bytes: Uint8Array) => storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes))
    await expect(store(sealed(file.id))).rejects.toMatchObject({ code: 'invalid-file' })
    const keyAccess = (share: Uint8Array, policy: string) => [wrapShare({ ...gateKey, ...own }, share, policy)]
    expect((await store(sealed(file.id, { keyAccess }))).file.state).toBe('stored')
  })

  test('storeFile() stores what was reserved, writes its hash into the ledger, and openContent() gives it back', async () => {
    const file = await reserved()
    const bytes = sealed(file.id)
    const stored = await storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes))
    expect(stored.file).toMatchObject({ state: 'stored', sealedBytes: bytes.length })
    const written = await ledger.entry(stored.entry.id)
    expect(written).toMatchObject({
      kind: 'file.stored',
      body: { sha256: toHex(stored.file.sha256), sealedBytes: bytes.length },
    })
    const content = await openContent(deps, permit('file.fetch', file.id), file.id)
    expect(new Uint8Array(await buffer(content.stream))).toEqual(bytes)
    for (const from of [1, bytes.length - 1, bytes.length]) {
      const rest = await openContent(deps, permit('file.fetch', file.id), file.id, from)
      expect(new Uint8Array(await buffer(rest.stream))).toEqual(bytes.slice(from))
    }
    await expect(openContent(deps, permit('file.fetch', file.id), file.id, bytes.length + 1)).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  test('storeFile() refuses a container that is not exactly the reservation, and keeps nothing of it', async () => {
    const file = await reserved()
    const other = newId<'file'>(systemClock, systemRandomness)
    const before = await readdir(folder)
    const wrongKey = (share: Uint8Array, policy: string) => [wrapShare({ ...gateKey, kid: 'kas-2' }, share, policy)]
    const wrongUrl = (share: Uint8Array, policy: string) => [
      wrapShare({ ...gateKey, url: 'https://elsewhere.test/kas' }, share, policy),
    ]
    const twoKeys = (share: Uint8Array, policy: string): KeyAccess[] => [
      ...wrapOnce(share, policy),
      ...wrapOnce(share, policy),
    ]
    const hostile = [
      sealed(other),
      sealed(file.id, { labels: [program] }),
      sealed(file.id, { labels: [program, jurisdiction, 'https://sallyport.test/attr/program/value/other'] }),
      sealed(file.id, { keyAccess: wrongKey }),
      sealed(file.id, { keyAccess: wrongUrl }),
      sealed(file.id, { keyAccess: twoKeys }),
      sealed(file.id).subarray(0, -1),
      utf8('no zip at all'),
      new Uint8Array(),
    ]
    for (const bytes of hostile) {
      await expect(storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes))).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-file' }),
      )
    }
    const large = new Uint8Array(deps.maxSealedBytes + 1)
    await expect(storeFile(deps, permit('file.protect', vaultId), file.id, stream(large))).rejects.toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
    expect(await readdir(folder)).toEqual(before)
    expect((await fileById(deps.database, file.id))?.state).toBe('reserved')
  })

  test('storeFile() takes a file that is split with a listed gate, each split once and one of them its own', async () => {
    const second = { ...gateKey, url: 'https://second.test/kas', kid: 'kas-of-second' }
    const unlisted = { ...gateKey, url: 'https://third.test/kas' }
    const access = (key: typeof gateKey, splitId: string) => (share: Uint8Array, policy: string) => ({
      ...wrapShare(key, share, policy),
      splitId,
    })
    const own = access(gateKey, '1')
    const other = access(second, '2')
    const unknownWrap = (share: Uint8Array, policy: string): KeyAccess => ({
      ...other(share, policy),
      type: 'other',
      name: 'mlkem-wrapped',
    })
    const isTaken = async (...made: ((share: Uint8Array, policy: string) => KeyAccess)[]): Promise<unknown> => {
      const file = await reserved()
      const keyAccess = (share: Uint8Array, policy: string) => made.map((make) => make(share, policy))
      const bytes = sealed(file.id, { keyAccess })
      return await storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes)).then(
        (done) => done.file.state,
        (problem: unknown) => (problem instanceof Error ? problem.message : problem),
      )
    }
    expect(await isTaken(own, other)).toBe('stored')
    expect(await isTaken(other, own)).toBe('stored')
    // An alternative would open the file past this gate.
    expect(await isTaken(own, access(second, '1'))).toContain('several key access objects for one split')
    expect(await isTaken(access(gateKey, ''), access(second, ''))).toContain('several key access objects for one split')
    expect(await isTaken(other)).toContain('wrapped to something else')
    expect(await isTaken(own, access(unlisted, '2'))).toContain('split with https://third.test')
    expect(await isTaken(own, access({ ...second, url: 'no address' }, '2'))).toContain('split with no gate')
    expect(await isTaken(own, access({ ...gateKey, kid: 'kas-2' }, '2'))).toContain('split with https://gate.test')
    expect(await isTaken(own, access(gateKey, '2'))).toContain('one gate twice')
    expect(await isTaken(own, other, access(second, '3'))).toContain('one gate twice')
    expect(await isTaken(own, unknownWrap)).toContain('wrapped in an unknown way')
    const alone = { ...deps, alsoWrapTo: [] }
    const file = await reserved()
    const bytes = sealed(file.id, { keyAccess: (share, policy) => [own(share, policy), other(share, policy)] })
    await expect(storeFile(alone, permit('file.protect', vaultId), file.id, stream(bytes))).rejects.toThrow(
      'split with https://second.test',
    )
  })

  test('storeFile() refuses another person, another vault, a stored file and one that was never reserved', async () => {
    const file = await reserved()
    const bytes = sealed(file.id)
    await expect(storeFile(deps, permit('file.protect', vaultId, bob), file.id, stream(bytes))).rejects.toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
    await expect(storeFile(deps, permit('file.protect', file.id), file.id, stream(bytes))).rejects.toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
    await storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes))
    await expect(storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes))).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    const unknown = newId<'file'>(systemClock, systemRandomness)
    await expect(storeFile(deps, permit('file.protect', vaultId), unknown, stream(bytes))).rejects.toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })

  test('storeFile() lets one of two uploads at once win and keeps one object', async () => {
    const file = await reserved()
    const before = await readdir(folder)
    const uploads = [sealed(file.id), sealed(file.id)].map((bytes) =>
      storeFile(deps, permit('file.protect', vaultId), file.id, stream(bytes)),
    )
    const outcomes = await Promise.allSettled(uploads)
    expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await readdir(folder)).toHaveLength(before.length + 1)
    const content = await openContent(deps, permit('file.fetch', file.id), file.id)
    expect(new Uint8Array(await buffer(content.stream))).toHaveLength(content.file.sealedBytes)
  })
})

describe('an upload that did not end', () => {
  const lost = () => Promise.reject(new Problem('unavailable', 'cannot commit: the test broke the connection'))
  const store = async (database: Partial<FilesDependencies['database']>, objects = deps.objects) => {
    const { id } = await reserved()
    const broken = { ...deps, objects, database: { ...deps.database, ...database } }
    return { id, storing: storeFile(broken, permit('file.protect', vaultId), id, stream(sealed(id))) }
  }
  const uploads = () => deps.database.query('SELECT object_key, is_given_up FROM object_upload')
  const aDayPasses = () => deps.database.query(`UPDATE object_upload SET begun_at = begun_at - interval '25 hours'`)

  test('removeForgotten() removes a day later what a crash left between the object and its row, and nothing else', async () => {
    const stranger = newId<'object'>(systemClock, systemRandomness)
    await writeFile(join(folder, stranger), 'of a newer database')
    const before = await readdir(folder)
    const dead: FilesDependencies['database']['query'] = (statement, values) =>
      typeof statement === 'string' && statement.startsWith('UPDATE object_upload')
        ? lost()
        : deps.database.query(statement, values)
    const { storing } = await store({ transaction: lost, query: dead })
    await expect(storing).rejects.toMatchObject({ code: 'unavailable' })
    expect(await readdir(folder)).toHaveLength(before.length + 1)
    await removeForgotten(deps)
    expect(await readdir(folder)).toHaveLength(before.length + 1)
    await aDayPasses()
    await removeForgotten(deps)
    expect(await readdir(folder)).toEqual(before)
    expect(await uploads()).toEqual([])
    await rm(join(folder, stranger))
  })

  test('storeFile() keeps the object where the commit was lost on the way back', async () => {
    const transaction: FilesDependencies['database']['transaction'] = async (work) => {
      await deps.database.transaction(work)
      return await lost()
    }
    const { id, storing } = await store({ transaction })
    await expect(storing).rejects.toMatchObject({ code: 'unavailable' })
    expect((await fileById(deps.database, id))?.state).toBe('stored')
    expect(await uploads()).toEqual([])
    await aDayPasses()
    await removeForgotten(deps)
    const content = await openContent(deps, permit('file.fetch', id), id)
    expect((await buffer(content.stream)).length).toBeGreaterThan(0)
  })

  test('storeFile() stores nothing with an object that was given up meanwhile', async () => {
    const before = await readdir(folder)
    const put: FilesDependencies['objects']['put'] = async (...args) => {
      const stored = await deps.objects.put(...args)
      await aDayPasses()
      await removeForgotten(deps)
      return stored
    }
    const { id, storing } = await store({}, { ...deps.objects, put })
    await expect(storing).rejects.toThrow('its upload was given up')
    expect((await fileById(deps.database, id))?.state).toBe('reserved')
    expect(await readdir(folder)).toEqual(before)
  })
})

describe('reading', () => {
  test('openContent() refuses without a permit for this file, and before it is stored', async () => {
    const file = await reserved()
    await expect(openContent(deps, permit('file.fetch', vaultId), file.id)).rejects.toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
    await expect(openContent(deps, permit('file.fetch', file.id), file.id)).rejects.toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })

  test('filesAfter() pages through a vault in the order of reservation', async () => {
    const all = await filesAfter(deps.database, { vaultId, after: null, limit: 100 })
    const [first] = await filesAfter(deps.database, { vaultId, after: null, limit: 1 })
    const rest = await filesAfter(deps.database, { vaultId, after: first?.id ?? null, limit: 100 })
    expect([first, ...rest]).toEqual(all)
    expect(
      await filesAfter(deps.database, { vaultId: newId(systemClock, systemRandomness), after: null, limit: 1 }),
    ).toEqual([])
  })

  test('file_registered, vault_labels and file_label_known show the decision point what is registered', async () => {
    const file = await reserved()
    const [row] = await deps.database.query('SELECT * FROM file_registered WHERE file_id = $1', [file.id])
    expect(row).toMatchObject({ vault_id: vaultId, labels: [jurisdiction, program], state: 'reserved' })
    await deps.database.query('UPDATE label SET active = false WHERE fqn = $1', [program])
    const known = await deps.database.query('SELECT fqn, dimension, value FROM file_label_known')
    await deps.database.query('UPDATE label SET active = true WHERE fqn = $1', [program])
    expect(known).toEqual([{ fqn: jurisdiction, dimension: 'jurisdiction', value: 'itar' }])
  })
})

test('findCopies() names a backup that was under way while the file was deleted, and the one that was restored', async () => {
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const file = { kind: 'file', id: fileId }
  const enclave = { kind: 'enclave', id: 'enclave' }
  const record = async (kind: string, about: { kind: string; id: string }, body: JsonObject) => {
    await ledger.append({ kind, actor: null, about, body })
    while ((await ledger.sequenceOnce()) > 0);
    return (await ledger.head()).size
  }
  const copies = async () =>
    (await findCopies(deps, permit('ledger.read', 'enclave', officer), fileId)).backupsAtMs.map((atMs) => atMs > 0)
  const before = await record('backup.created', enclave, { ledgerSize: 1 })
  await record('file.stored', file, {})
  expect(await copies()).toEqual([])
  const begun = await record('backup.created', enclave, { ledgerSize: before + 1 })
  expect(await copies()).toHaveLength(1)
  const deleted = await record('file.deleted', file, {})
  await record('backup.created', enclave, { ledgerSize: begun })
  expect(await copies()).toHaveLength(2)
  await record('backup.created', enclave, { ledgerSize: deleted })
  expect(await copies()).toHaveLength(2)
  await record('backup.restored', enclave, { size: begun, takenAt: new Date(0).toISOString() })
  expect((await findCopies(deps, permit('ledger.read', 'enclave', officer), fileId)).backupsAtMs.at(-1)).toBe(0)
})

test('defineLabels() refuses once the enclave is founded', async () => {
  await closeCeremony(deps, ceremony)
  await expect(defineLabels(deps, ceremony, [label({})])).rejects.toThrow(expect.objectContaining({ code: 'refused' }))
})
