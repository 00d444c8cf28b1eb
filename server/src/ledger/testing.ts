// For tests only: keys made on the spot, and a founded ledger in a database of its own.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
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
  /** For another process on the same ledger. */
  readonly privateKeys: TestKeys
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
    const privateKeys = makeTestKeys()
    const options: LedgerOptions = {
      database: temporary.database,
      signer: testCheckpointSigner(origin, privateKeys),
      receiptSigner: testEd25519(origin, privateKeys.receipt),
      clock: systemClock,
      random: systemRandomness,
      log: silentLogger,
      checkpointFile: join(folder, 'checkpoint'),
      origin,
    }
    await foundLedger(options)
    const keys = [options.signer.ed25519.key, options.signer.p256.key]
    const ledger = await openLedger(options)
    return { ledger, options, keys, privateKeys, connection: temporary.connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Draft that differs from others by its number. */
export function testDraft(n: number, change: Partial<EntryDraft> = {}): EntryDraft {
  return { kind: 'test.done', actor: null, about: { kind: 'thing', id: `${n % 7}` }, body: { n }, ...change }
}

/** Private keys in PEM form, so that another process can sign for the same ledger. */
export interface TestKeys {
  readonly ed25519: string
  readonly p256: string
  readonly receipt: string
}

export function makeTestKeys(): TestKeys {
  const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString()
  return {
    ed25519: pem(generateKeyPairSync('ed25519').privateKey),
    p256: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    receipt: pem(generateKeyPairSync('ed25519').privateKey),
  }
}

/** Make both keys that sign checkpoints of `origin`. */
export function testCheckpointSigner(origin: string, keys: TestKeys = makeTestKeys()): CheckpointSigner {
  return { ed25519: testEd25519(origin, keys.ed25519), p256: testP256(origin, keys.p256) }
}

/** Make a key that signs receipts, or one of a checkpoint's two. */
export function testEd25519(name: string, pem: string = makeTestKeys().receipt): LedgerSigner {
  const raw = fromBase64Url(createPublicKey(pem).export({ format: 'jwk' }).x ?? '')
  if (raw === null) throw new Error('cannot make a test key: no public key, want 32 bytes')
  const privateKey = createPrivateKey(pem)
  return { key: verifyKeyOf(sha256, name, ed25519Type, raw), sign: (message) => sign(null, message, privateKey) }
}

function testP256(name: string, pem: string): LedgerSigner {
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' })
  const privateKey = createPrivateKey(pem)
  return { key: verifyKeyOf(sha256, name, ecdsaType, spki), sign: (message) => sign('sha256', message, privateKey) }
}
