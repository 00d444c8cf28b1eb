// For tests only: backups of the sample enclave, with objects and entries in it, and empty places to restore them to.

import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Id } from '@sallyport/protocol'
import {
  newId,
  silentLogger,
  systemClock,
  systemRandomness,
  type Database,
  type DatabaseSocket,
} from '../base/index.ts'
import { temporaryDatabase } from '../base/testing.ts'
import { dataFolder } from '../main/data-folder.ts'
import { migrations } from '../main/modules.ts'
import { requestFor, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import type { BackupParts, BackupRequest } from './create-backup.ts'
import { configurationFacts, createBackup, type BackupMade, type BackupSecret, type RestoreTarget } from './index.ts'

export const testSecret: BackupSecret = { kind: 'passphrase', passphrase: 'a passphrase of tests' }

/** As main wires it. */
export function backupParts({ ground, enclave }: SampleEnclave): BackupParts {
  return {
    database: ground.database,
    ledger: enclave.ledger,
    signers: enclave.signers,
    objects: enclave.files.objects,
    keystore: ground.folder.keystore,
    files: { 'sample-keystore.key': ground.folder.sampleKey },
    configuration: configurationFacts(ground.config),
    productVersion: '0.1.0',
    clock: ground.clock,
    random: ground.random,
  }
}

export async function takePermit({ decide }: SampleEnclave, subject = 'omar'): Promise<Permit<'backup.create'>> {
  const decision = await decide(requestFor(subject, 'backup.create', { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(`denied: ${decision.reasons[0].code}`)
  return decision.permit
}

/** Back up with cheap scrypt. */
export async function backUp(
  sample: SampleEnclave,
  path: string,
  request: Partial<BackupRequest> = {},
): Promise<BackupMade> {
  const wanted: BackupRequest = { path, secret: testSecret, objects: 'index', scryptCost: 2 ** 14, ...request }
  return await createBackup(await takePermit(sample), backupParts(sample), wanted)
}

/** Put a stored file into the enclave, past the routes: its bytes are random, as sealed ones are. */
export async function addFile({ enclave, database, id, vaultId }: SampleEnclave, size: number): Promise<Id<'file'>> {
  const fileId = newId<'file'>(systemClock, systemRandomness)
  const key = newId<'file'>(systemClock, systemRandomness)
  const bytes = randomBytes(size)
  const rules = { maxBytes: size, check: async () => {} }
  await enclave.files.objects.put(
    key,
    (async function* () {
      yield bytes
    })(),
    rules,
  )
  await database.query(
    `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
     SELECT $1, v.id, $3, v.labels, 'stored', $4, $5, $6, $7 FROM vault v WHERE v.id = $2`,
    [fileId, vaultId('falcon'), `${fileId}.pdf`, size, createHash('sha256').update(bytes).digest(), key, id('ada')],
  )
  return fileId
}

export interface EmptyTarget extends RestoreTarget {
  readonly connection: DatabaseSocket
  stop(): Promise<void>
}

/** An empty database and a folder that is not there yet. */
export async function emptyTarget(): Promise<EmptyTarget> {
  const temporary = await temporaryDatabase([])
  await temporary.database.query('DROP TABLE schema_migration')
  const parent = await mkdtemp(join(tmpdir(), 'sallyport-restore-'))
  return {
    database: temporary.database,
    connection: temporary.connection,
    migrations,
    folder: dataFolder(join(parent, 'data')),
    clock: systemClock,
    random: systemRandomness,
    log: silentLogger,
    async stop() {
      await temporary.stop()
      await rm(parent, { recursive: true, force: true })
    },
  }
}

/** Every table's rows, by a digest each. */
export async function tableDigests(database: Database): Promise<Readonly<Record<string, string>>> {
  const tables = await database.query(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await database.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS digest
       FROM ${String(name)} t`,
    )
    digests[String(name)] = String(row?.['digest'])
  }
  return digests
}
