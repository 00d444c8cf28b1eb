// For tests only: keys made on the spot, and a founded ledger in a database of its own.

import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBase64Url } from '@sallyport/protocol'
import { ecdsaType, ed25519Type, verifyKeyOf, type VerifyKey } from '@sallyport/protocol/ledger'
import { silentLogger, systemClock, systemRandomness, type DatabaseSocket } from '../base/index.ts'
import { temporaryDatabase } from '../base/testing.ts'
import type { LedgerOptions } from './context.ts'
import type { EntryDraft } from './entry.ts'
import { foundLedger, ledgerMigrations, openLedger, type Ledger } from './index.ts'
import { sha256, type CheckpointSigner, type LedgerSigner } from './signatures.ts'

export interface TemporaryLedger {
  readonly ledger: Ledger
  /** To open it once more. */
  readonly options: LedgerOptions
  readonly keys: readonly VerifyKey[]
  readonly connection: DatabaseSocket
  stop(): Promise<void>
}

/** Found and open a ledger on an empty database. `stop` removes both database and checkpoint file. */
export async function temporaryLedger(origin = 'ledger.example.com/test'): Promise<TemporaryLedger> {
  const temporary = await temporaryDatabase([ledgerMigrations])
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ledger-'))
  const stop = async () => {
    await temporary.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const signer = testCheckpointSigner(origin)
    const options: LedgerOptions = {
      database: temporary.database,
      signer,
      receiptSigner: testEd25519(origin),
      clock: systemClock,
      random: systemRandomness,
      log: silentLogger,
      checkpointFile: join(folder, 'checkpoint'),
      origin,
    }
    await foundLedger(options)
    const keys = [signer.ed25519.key, signer.p256.key]
    return { ledger: await openLedger(options), options, keys, connection: temporary.connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Draft that differs from others by its number. */
export function testDraft(n: number, change: Partial<EntryDraft> = {}): EntryDraft {
  return { kind: 'test.done', actor: null, about: { kind: 'thing', id: `${n % 7}` }, body: { n }, ...change }
}

/** Make both keys that sign checkpoints of `origin`. */
export function testCheckpointSigner(origin: string): CheckpointSigner {
  return { ed25519: testEd25519(origin), p256: testP256(origin) }
}

export function testEd25519(name: string): LedgerSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = fromBase64Url(publicKey.export({ format: 'jwk' }).x ?? '')
  if (raw === null) throw new Error('cannot make a test key: no public key, want 32 bytes')
  return { key: verifyKeyOf(sha256, name, ed25519Type, raw), sign: (message) => sign(null, message, privateKey) }
}

function testP256(name: string): LedgerSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return { key: verifyKeyOf(sha256, name, ecdsaType, spki), sign: (message) => sign('sha256', message, privateKey) }
}
