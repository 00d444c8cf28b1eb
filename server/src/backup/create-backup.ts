// Writing a backup while the gate runs: one snapshot of the database, the keystore as it is sealed, and what else it takes to
// stand up again, in one file that appears whole or not at all.

import { open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { canonicalJson, Problem, utf8, type Id, type JsonObject } from '@sallyport/protocol'
import { formatVerifyKey } from '@sallyport/protocol/ledger'
import { readMigrations, type BulkTransaction, type Clock, type Database, type Randomness } from '../base/index.ts'
import type { ObjectStore } from '../files/index.ts'
import type { LedgerSigners } from '../keys/index.ts'
import { readHead, type Ledger } from '../ledger/index.ts'
import { readEnclave, spendPermit, type Permit } from '../policy/index.ts'
import { Faulty } from './fault.ts'
import { syncFolderOf, writeProblem } from './files.ts'
import { formatName, makeHeader, type BackupSecret } from './header.ts'
import { checkCheckpoint } from './ledger-rows.ts'
import {
  configurationPart,
  filePart,
  keystorePart,
  manifestPart,
  objectContentPart,
  objectIndexPart,
  requireFileName,
  tablePart,
  writeManifest,
  type Manifest,
} from './manifest.ts'
import { indexContent, objectContent, storedObjects, type Inclusion } from './objects-part.ts'
import { PartWriter, type PartFacts } from './parts.ts'
import { SegmentWriter, writeAll } from './segments.ts'
import { copyOut, countTable, readSequences, readTables, type Table } from './store.ts'

/** What a backup is taken of. */
export interface BackupParts {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'append'>
  readonly signers: LedgerSigners
  readonly objects: ObjectStore
  /** Path of the keystore. */
  readonly keystore: string
  /** Files to take along and put back beside the keystore, by their names there: what a sample seals its keystore with. */
  readonly files?: Readonly<Record<string, string>>
  /** How the enclave is configured, without secrets; for whoever sets up the machine that it is restored to. */
  readonly configuration: JsonObject
  readonly productVersion: string
  readonly clock: Clock
  readonly random: Randomness
}

export interface BackupRequest {
  /** Path of the file to make. There is none yet. */
  readonly path: string
  readonly secret: BackupSecret
  /** Whether to take the sealed objects along, or their index alone. */
  readonly objects: 'all' | 'index'
  /** Files whose objects are taken along in any case: the canary. Each is stored. */
  readonly always?: readonly Id<'file'>[]
  /** Cost of scrypt, a power of two from 2^14 to 2^20; 2^17 (128 MiB) unless said. */
  readonly scryptCost?: number
  readonly progress?: Progress
}

/** Told now and then: the part under way, and bytes of the backup written or read so far. */
export type Progress = (at: { readonly part: string; readonly bytes: number }) => void

export interface BackupMade {
  readonly path: string
  readonly bytes: number
  /** SHA-256 (hex) of the closing part: stands for the whole backup, and is in the ledger. */
  readonly digest: string
  readonly manifest: Manifest
  readonly parts: readonly PartFacts[]
  readonly entryId: Id<'entry'>
}

/**
 * Write a backup and record it in the ledger. Spends the permit. Throws Problem `conflict` when the file exists or the
 * enclave is not founded, `not-found` for a chosen file that is not stored, `unavailable` when the disk is full or something
 * cannot be read; then nothing is left.
 */
export async function createBackup(
  permit: Permit<'backup.create'>,
  parts: BackupParts,
  request: BackupRequest,
): Promise<BackupMade> {
  spendPermit(permit, 'backup.create', 'enclave')
  const files = parts.files ?? {}
  for (const name of Object.keys(files)) requireFileName(name)
  const draft = `${request.path}.part`
  const file = await openDraft(request.path, draft)
  try {
    const made = await writeTo(file, parts, request)
    await file.sync()
    const entryId = await record(parts, permit, resolve(request.path), made)
    await rename(draft, request.path)
    await syncFolderOf(request.path)
    return { path: request.path, ...made, entryId }
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw problemOf(error)
  } finally {
    await file.close()
  }
}

type Written = Omit<BackupMade, 'path' | 'entryId'>

async function writeTo(file: FileHandle, parts: BackupParts, request: BackupRequest): Promise<Written> {
  const header = await makeHeader(request.secret, parts.random, request.scryptCost)
  try {
    await writeAll(file, header.bytes)
    // Before the snapshot, and again within it: between the two, a key that a row leans on could have gone.
    const keystore = await readFile(parts.keystore)
    const segments = new SegmentWriter(file, header.key)
    const writer = new PartWriter(segments, (part, bytes) => request.progress?.({ part, bytes }))
    const manifest = await parts.database.bulk('snapshot', (tx) =>
      writeParts(tx, writer, { ...parts, before: keystore }, request),
    )
    const closed = await writer.close()
    return { manifest, ...closed, bytes: header.bytes.length + segments.written }
  } finally {
    header.key.fill(0)
  }
}

async function writeParts(
  tx: BulkTransaction,
  writer: PartWriter,
  parts: BackupParts & { readonly before: Uint8Array },
  { objects, always = [] }: BackupRequest,
): Promise<Manifest> {
  const chosen = new Set<string>(always)
  const isIncluded: Inclusion = (file) => objects === 'all' || chosen.has(file)
  const tables = await readTables(tx)
  const manifest = await describe(tx, tables, isIncluded, chosen, parts)
  await checkCheckpoint(manifest, [])
  await writer.write(manifestPart, [writeManifest(manifest)])
  await writer.write(configurationPart, [utf8(canonicalJson(parts.configuration))])
  // Read after the snapshot began: it has every key that a row of the snapshot needs, unless one was destroyed meanwhile.
  const keystore = await readFile(parts.keystore)
  if (!keystore.equals(parts.before)) {
    throw new Problem('conflict', 'cannot create backup: the keys changed as it began, want it started again')
  }
  await writer.write(keystorePart, [keystore])
  for (const [name, path] of Object.entries(parts.files ?? {})) {
    await writer.write(filePart(name), [await readFile(path)])
  }
  for (const table of tables) await writer.write(tablePart(table.name), copyOut(tx, table))
  await writer.write(objectIndexPart, indexContent(storedObjects(tx, isIncluded)))
  await writer.write(objectContentPart, objectContent(storedObjects(tx, isIncluded), parts.objects))
  return manifest
}

async function describe(
  tx: BulkTransaction,
  tables: readonly Table[],
  isIncluded: Inclusion,
  chosen: ReadonlySet<string>,
  parts: BackupParts,
): Promise<Manifest> {
  const [enclave, head] = [await readEnclave(tx), await readHead(tx)]
  if (enclave === null || head === null) {
    throw new Problem('conflict', 'cannot create backup: the enclave is not founded, want one that is')
  }
  const counted: Manifest['tables'][number][] = []
  for (const { name, columns, isUnlogged } of tables) {
    counted.push({ name, columns: [...columns], rows: await countTable(tx, { name, isUnlogged }) })
  }
  const { checkpoint, receipt } = parts.signers
  return {
    format: formatName,
    productVersion: parts.productVersion,
    createdAt: new Date(parts.clock.now()).toISOString(),
    enclave: { name: enclave.name, kind: enclave.kind },
    ledger: {
      origin: head.origin,
      size: head.size,
      note: head.note,
      keys: {
        ed25519: formatVerifyKey(checkpoint.ed25519.key),
        p256: formatVerifyKey(checkpoint.p256.key),
        receipt: formatVerifyKey(receipt.key),
      },
    },
    migrations: (await readMigrations(tx)).map((record) => ({ ...record })),
    tables: counted,
    sequences: await readSequences(tx),
    files: Object.keys(parts.files ?? {}),
    objects: await countObjects(tx, isIncluded, chosen),
  }
}

async function countObjects(
  tx: BulkTransaction,
  isIncluded: Inclusion,
  chosen: ReadonlySet<string>,
): Promise<Manifest['objects']> {
  const missing = new Set(chosen)
  let [stored, included, includedBytes] = [0, 0, 0]
  for await (const line of storedObjects(tx, isIncluded)) {
    missing.delete(line.file)
    stored++
    if (!line.included) continue
    included++
    includedBytes += line.size
  }
  if (missing.size > 0) throw new Problem('not-found', 'cannot back up file: no such file is stored, want one that is')
  return { stored, included, includedBytes }
}

async function record(
  { ledger }: BackupParts,
  { actor, entryId }: Permit<'backup.create'>,
  path: string,
  { digest, bytes, manifest }: Written,
): Promise<Id<'entry'>> {
  const { stored, included } = manifest.objects
  const { appended } = await ledger.append({
    kind: 'backup.created',
    actor,
    about: { kind: 'enclave', id: 'enclave' },
    body: { decision: entryId, path, digest, bytes, ledgerSize: manifest.ledger.size, objects: { stored, included } },
  })
  return appended.id
}

async function openDraft(path: string, draft: string): Promise<FileHandle> {
  if ((await stat(path).catch(() => null)) !== null) {
    throw new Problem('conflict', 'cannot create backup: the file exists, want a name that is free')
  }
  return await open(draft, 'wx', 0o600).catch((cause: unknown) => {
    throw writeProblem(
      cause,
      'create backup',
      `${draft} exists, want no backup under way (remove it if one was cut off)`,
    )
  })
}

function problemOf(error: unknown): unknown {
  if (error instanceof Faulty) {
    return new Problem('unavailable', `cannot create backup: ${error.message}`, {
      details: { fault: error.fault.code },
    })
  }
  return writeProblem(error, 'create backup')
}
