// That a backup was read again and is whole, put on record in the enclave that it is of.

import { Problem, type Id } from '@sallyport/protocol'
import { formatVerifyKey } from '@sallyport/protocol/ledger'
import type { LedgerSigners } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { BackupVerdict } from './verify-backup.ts'

export interface RecordParts {
  readonly ledger: Pick<Ledger, 'append'>
  readonly signers: LedgerSigners
}

/**
 * Record a verdict with nothing wrong in it. Spends the permit. Throws Problem `conflict` for one that found a fault, or of a backup
 * that other ledger keys signed than this enclave's.
 */
export async function recordVerified(
  permit: Permit<'backup.create'>,
  { ledger, signers }: RecordParts,
  { fault, digest, manifest }: BackupVerdict,
): Promise<Id<'entry'>> {
  spendPermit(permit, 'backup.create', 'enclave')
  if (fault !== null || digest === null || manifest === null) {
    throw new Problem('conflict', 'cannot record the verification: the backup is not whole, want one that is')
  }
  const { keys, size: ledgerSize } = manifest.ledger
  const { ed25519, p256 } = signers.checkpoint
  if (keys.ed25519 !== formatVerifyKey(ed25519.key) || keys.p256 !== formatVerifyKey(p256.key)) {
    throw new Problem('conflict', 'cannot record the verification: it is of another enclave, want one of this')
  }
  const { appended } = await ledger.append({
    kind: 'backup.verified',
    actor: permit.actor,
    about: { kind: 'enclave', id: 'enclave' },
    body: { decision: permit.entryId, door: 'host', digest, takenAt: manifest.createdAt, ledgerSize },
  })
  return appended.id
}
