// For tests only: a database with a real ledger, a person vault under a key made on the spot, and permits without a decision.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, fromUtf8, Problem, utf8, type Action, type Id } from '@sallyport/protocol'
import {
  newId,
  openMetrics,
  silentLogger,
  systemClock,
  systemRandomness,
  type Clock,
  type Database,
  type DatabaseSocket,
  type ModuleMigrations,
  type Randomness,
} from '../base/index.ts'
import { temporaryDatabase } from '../base/testing.ts'
import { identityMigrations } from '../identity/index.ts'
import { foundLedger, ledgerMigrations, openLedger, type Ledger, type StoredEntry } from '../ledger/index.ts'
import { makeTestKeys, testCheckpointSigner, testEd25519, type TestKeys } from '../ledger/testing.ts'
import { policyMigrations } from '../policy/index.ts'
import { issuePermit, type Permit } from '../policy/permit.ts'
import type { EndDependencies } from './dependencies.ts'
import { rosterMigrations } from './index.ts'
import { makePersonVault, type FieldKeys, type PersonVault } from './vault.ts'

export interface TestGate {
  readonly database: Database
  /** For a second pool on the same database. */
  readonly connection: DatabaseSocket
  readonly ledger: Ledger
  /** For another process with the same ledger. */
  readonly ledgerKeys: TestKeys
  readonly checkpointFile: string
  readonly clock: Clock
  readonly random: Randomness
  readonly fields: PersonVault
  /** Nobody has any. */
  readonly endSessions: EndDependencies['endSessions']
  /** A permit as the decision point would have issued it. */
  permit<A extends Action>(action: A, resourceId: string, actor: Id<'person'>): Permit<A>
  /** Entries about a thing, oldest first. */
  entriesAbout(kind: string, id: string): Promise<readonly StoredEntry[]>
  epoch(): Promise<number>
  stop(): Promise<void>
}

/** Open an empty gate with the migrations of ledger, policy, roster, identity (whose view the roster reads) and `more`. */
export async function openTestGate(more: readonly ModuleMigrations[] = []): Promise<TestGate> {
  const temporary = await temporaryDatabase([
    ...new Set([ledgerMigrations, policyMigrations, rosterMigrations, identityMigrations, ...more]),
  ])
  const { database } = temporary
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-roster-'))
  const origin = 'test.invalid/ledger'
  const clock = systemClock
  const random = systemRandomness
  const ledgerKeys = makeTestKeys()
  const options = {
    database,
    origin,
    signer: testCheckpointSigner(origin, ledgerKeys),
    receiptSigner: testEd25519(origin, ledgerKeys.receipt),
    checkpointFile: join(folder, 'checkpoint'),
    clock,
    random,
    log: silentLogger,
    metrics: openMetrics(),
  }
  await foundLedger(options)
  const ledger = await openLedger(options)
  return {
    database,
    connection: temporary.connection,
    ledger,
    ledgerKeys,
    checkpointFile: options.checkpointFile,
    clock,
    random,
    fields: makePersonVault({ fieldKeys: testFieldKeys(random), random }),
    endSessions: async () => [],
    permit: (action, resourceId, actor) =>
      issuePermit({ action, resourceId, entryId: newId<'entry'>(clock, random), actor }, clock, 0),
    entriesAbout: async (kind, id) => {
      while ((await ledger.sequenceOnce()) > 0);
      return (await ledger.search({ about: { kind, id }, limit: 1000 })).toReversed()
    },
    epoch: async () => Number((await database.query('SELECT epoch FROM access_epoch'))[0]?.['epoch']),
    stop: async () => {
      await temporary.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Put verified officers on the roster, without a ceremony. Yields their ids. */
export async function enlistOfficers(database: Database, count: number): Promise<readonly Id<'person'>[]> {
  const rows = await database.query(
    `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, basis, verified_at, evidence_ref,
                         person_key)
     SELECT gen_random_uuid(), 'Officer ' || n, 'officer' || n, ('officer ' || n)::tsvector, true, true, '{officer}', 'us-person', 'citizen', now(), 'test', '\\x00'
       FROM generate_series(1, $1) n RETURNING id`,
    [count],
  )
  return rows.map((row) => row['id'] as Id<'person'>)
}

/** Field keys under one random AES-256 key, bound to the person or the thing. */
export function testFieldKeys(random: Randomness): FieldKeys {
  const key = random(32)
  const seal = (raw: Uint8Array, associated: string) => {
    const nonce = random(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(associated))
    return concat(nonce, cipher.update(raw), cipher.final(), cipher.getAuthTag())
  }
  const open = (sealed: Uint8Array, associated: string) => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(utf8(associated))
    decipher.setAuthTag(sealed.subarray(-16))
    try {
      return concat(decipher.update(sealed.subarray(12, -16)), decipher.final())
    } catch (cause) {
      throw new Problem('unavailable', "cannot unwrap person key: it is another person's", { cause })
    }
  }
  return {
    wrapPersonKey: seal,
    unwrapPersonKey: open,
    sealSubject: (personId, thing) => seal(utf8(personId), thing),
    openSubject: (sealed, thing) => fromUtf8(open(sealed, thing)) as Id<'person'>,
  }
}
