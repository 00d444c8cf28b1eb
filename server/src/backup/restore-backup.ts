// Restoring: a backup is read twice, once to be sure of it and once to load it. Everything in the database happens in one
// transaction, which ends only when the ledger has been opened over it and agrees.

import { join } from 'node:path'
import { Problem, toHex, type Id } from '@sallyport/protocol'
import {
  isRefusedValue,
  migrateIn,
  refuseOtherMigrations,
  type AppliedMigration,
  type BulkTransaction,
  type Database,
} from '../base/index.ts'
import { folderObjects, type ObjectStore } from '../files/index.ts'
import { openLedger, type LedgerSigner } from '../ledger/index.ts'
import { Faulty } from './fault.ts'
import { writeProblem } from './files.ts'
import type { BackupSecret } from './header.ts'
import { ledgerKeys } from './ledger-rows.ts'
import {
  filePart,
  keystorePart,
  objectContentPart,
  objectIndexPart,
  tablePart,
  type BackupTable,
  type Manifest,
} from './manifest.ts'
import { readIndex, readObjects, type IndexRead } from './objects-part.ts'
import { openBackup, type OpenBackup } from './open-backup.ts'
import { collect } from './parts.ts'
import { claimTarget, refuseUsed, type Claim, type RestoreTarget } from './restore-target.ts'
import { copyIn, finishTables, firstRelation, prepareTables, readTables, type Table } from './store.ts'
import { readVerified, type OutsideCheckpoint, type Verified, type VerifyOptions } from './verify-backup.ts'

export interface RestoreOptions extends VerifyOptions {
  /** Go on although the checkpoint outside is of a larger tree: what came after the backup is lost for good. */
  readonly acceptOlder?: boolean
  /** Told the text of the keystore's file before anything is touched; throws when its keys could not be used here. */
  readonly requireKeys?: (keystore: string) => Promise<void>
}

export interface BackupRestored {
  readonly manifest: Manifest
  readonly digest: string
  /** Migrations of this version that the backup did not have. */
  readonly migrated: readonly AppliedMigration[]
  readonly outside: OutsideCheckpoint | null
  /** Stored files whose objects the backup did not include: their content comes from elsewhere. */
  readonly missingObjects: number
  /** The ledger's entry `backup.restored`, which waits for its place in the tree. */
  readonly entryId: Id<'entry'>
}

/**
 * Restore a backup into an empty database and an empty folder. Throws Problem, and leaves nothing behind: `conflict` when the
 * target is not empty, the backup is of a newer version, or older than the checkpoint outside (`details.state` is
 * `target-not-empty`, absent, `older-than-outside`); `invalid-file` when it does not verify (`details.fault`); whatever
 * `requireKeys` throws.
 */
export async function restoreBackup(
  path: string,
  secret: BackupSecret,
  target: RestoreTarget,
  options: RestoreOptions = {},
): Promise<BackupRestored> {
  await refuseUsed(target)
  try {
    const backup = await openBackup(path, secret, options.progress)
    try {
      const verified = await readVerified(backup, options)
      await refuseOtherMigrations(target.migrations, verified.manifest.migrations)
      refuseOlder(verified, options)
      await options.requireKeys?.(verified.keystore)
      return await restoreVerified(backup, verified, target)
    } finally {
      await backup.close()
    }
  } catch (error) {
    if (error instanceof Faulty) throw refusedFault(error)
    // ATTACKER: rows are what whoever has the secret wrote; what no table takes is their fault and not the database's.
    if (isRefusedValue(error)) throw refusedFault(new Faulty('malformed', 'the rows of its tables'))
    throw writeProblem(error, 'restore backup')
  }
}

async function restoreVerified(backup: OpenBackup, verified: Verified, target: RestoreTarget): Promise<BackupRestored> {
  const claim = await claimTarget(target)
  let isLoaded = false
  try {
    const restored = await target.database.bulk('load', async (tx) => {
      const loaded = await loadAll(tx, backup, verified, target, claim)
      isLoaded = true
      return loaded
    })
    await claim.finish()
    return restored
  } catch (error) {
    // After a commit of unknown outcome the folder keeps saying that it is not whole, unless the database is empty.
    const isGone = !isLoaded || (await firstRelation(target.database).catch(() => '')) === null
    if (isGone) {
      await claim
        .undo()
        .catch((cause: unknown) => target.log.error({ error: cause }, 'cannot clear the restore folder'))
    }
    throw error
  }
}

async function loadAll(
  tx: BulkTransaction,
  backup: OpenBackup,
  verified: Verified,
  target: RestoreTarget,
  claim: Claim,
): Promise<BackupRestored> {
  const { manifest, digest, outside } = verified
  const tables = await makeTables(tx, manifest, target)
  const loading: Loading = {
    tx,
    manifest,
    tables: new Map(manifest.tables.map((table) => [tablePart(table.name), table])),
    files: new Map(manifest.files.map((name) => [filePart(name), join(target.folder.root, name)])),
    target,
    claim,
    objects: await folderObjects(target.folder.objects, target.clock),
    index: { included: 0, lines: '' },
  }
  const read = await backup.read((name, content) => loadPart(loading, name, content))
  // Another file was opened than the one that was verified, or it was written to in between.
  if (read.digest !== digest) throw new Faulty('altered')
  await finishTables(tx, tables, manifest.sequences)
  const migrated = await migrateIn(tx, target.migrations)
  const entryId = await proveLedger(tx, verified, target, claim)
  const { stored, included } = manifest.objects
  return { manifest, digest, migrated, outside, missingObjects: stored - included, entryId }
}

/** Make the schema that the backup was taken of, by the migrations of this version. */
async function makeTables(
  tx: BulkTransaction,
  { migrations, tables }: Manifest,
  target: RestoreTarget,
): Promise<readonly Table[]> {
  const applied = await migrateIn(tx, target.migrations, migrations)
  // Another restore, or a gate that was started, came first.
  if (applied.length !== migrations.length) {
    throw new Problem('conflict', 'cannot restore backup: the database is not empty, want an empty one')
  }
  const made = await readTables(tx)
  const shape = (all: readonly Pick<Table, 'name' | 'columns'>[]) =>
    all.map(({ name, columns }) => `${name} ${columns.toSorted().join(' ')}`).toSorted()
  if (shape(made).join('\n') !== shape(tables).join('\n')) {
    throw new Problem('conflict', 'cannot restore backup: it has other tables than its migrations make, want the same')
  }
  await prepareTables(tx, made)
  return made
}

interface Loading {
  readonly tx: BulkTransaction
  readonly manifest: Manifest
  readonly tables: ReadonlyMap<string, BackupTable>
  readonly files: ReadonlyMap<string, string>
  readonly target: RestoreTarget
  readonly claim: Claim
  readonly objects: ObjectStore
  index: IndexRead
}

async function loadPart(loading: Loading, name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { tx, target, claim, objects } = loading
  const table = loading.tables.get(name)
  const path = name === keystorePart ? target.folder.keystore : loading.files.get(name)
  if (table !== undefined) {
    const rows = await copyIn(tx, table, content)
    if (rows !== table.rows) throw new Faulty('row-count', name)
  } else if (path !== undefined) {
    await claim.write(path, await collect(content, name))
  } else if (name === objectIndexPart) {
    loading.index = await readIndex(content, loading.manifest)
  } else if (name === objectContentPart) {
    await readObjects(content, loading.index, async ({ key, size, sha256, file }, bytes) => {
      const stored = await objects.put(key, bytes, { maxBytes: size, check: async () => {} })
      if (toHex(stored.sha256) !== sha256) throw new Faulty('object-altered', `file ${file}`)
    })
  }
}

/** Open the ledger over what was loaded, read all of it once, and record the restore in it. */
async function proveLedger(
  tx: BulkTransaction,
  { manifest, digest, outside, outsideNote }: Verified,
  { folder, clock, random, log }: RestoreTarget,
  claim: Claim,
): Promise<Id<'entry'>> {
  const { note, origin, size } = manifest.ledger
  const keys = ledgerKeys(manifest)
  // The ledger compares itself with this file, and then puts its own checkpoint there.
  await claim.write(folder.checkpoint, Buffer.from(outsideNote ?? note))
  const ledger = await openLedger({
    database: within(tx),
    signer: { ed25519: silent(keys.ed25519), p256: silent(keys.p256) },
    receiptSigner: silent(keys.receipt),
    clock,
    random,
    log,
    checkpointFile: folder.checkpoint,
    origin,
  })
  if ((await ledger.checkpoint()) !== note) throw new Faulty('ledger-root')
  const finding = await ledger.audit()
  if (finding !== null) throw new Faulty('ledger-entry', finding.what)
  const [entry] = await ledger.appendIn(tx, [
    {
      kind: 'backup.restored',
      actor: null,
      about: { kind: 'enclave', id: 'enclave' },
      body: { digest, takenAt: manifest.createdAt, size, outsideSize: outside?.size ?? null },
    },
  ])
  if (entry === undefined) throw new Error('cannot record the restore: nothing was appended, want an entry')
  return entry.id
}

/** The open transaction as a database, for the ledger to look through. */
function within(tx: BulkTransaction): Database {
  return {
    query: (statement, values) => tx.query(statement, values),
    transaction: (work) => work(tx),
    bulk: () => Promise.reject(new Error('cannot start bulk work inside of another')),
    close: async () => {},
  }
}

/** Checking takes public keys alone; a restore signs nothing. */
function silent(key: LedgerSigner['key']): LedgerSigner {
  return { key, sign: () => Promise.reject(new Error('cannot sign while restoring')) }
}

function refuseOlder({ manifest, outside }: Verified, { acceptOlder = false }: RestoreOptions): void {
  if (outside === null || outside.behind === 0 || acceptOlder) return
  const { size } = manifest.ledger
  throw new Problem(
    'conflict',
    `cannot restore backup: it has ${size} entries, ${outside.behind} fewer than the checkpoint outside, ` +
      'want a newer one, or --accept-older to lose them',
    { details: { state: 'older-than-outside', size, outsideSize: outside.size, behind: outside.behind } },
  )
}

function refusedFault({ fault, message }: Faulty): Problem {
  return new Problem('invalid-file', `cannot restore backup: ${message}`, {
    details: { fault: fault.code, where: fault.where },
  })
}
