// What the use cases of the files module stand on.

import type { Id } from '@sallyport/protocol'
import type { Clock, Database, Randomness, Transaction } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { ObjectStore } from './objects.ts'

export interface FilesDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'search'>
  readonly objects: ObjectStore
  readonly clock: Clock
  readonly random: Randomness
  /** The largest sealed container that is stored, in bytes. */
  readonly maxSealedBytes: number
  /**
   * The keys of this gate that a file without a key of its own may be wrapped to, as the key access object names them: the one
   * in use, and those before it, which a client may have been told.
   */
  readonly wrappingKeys: () => Promise<readonly WrappingKey[]>
  /** Origins of the other gates that a file may be split with. */
  readonly alsoWrapTo: readonly string[]
  /** Makes the key of a single file; yields null in an enclave whose keystore cannot, which wraps files to its own key. */
  readonly makeFileKey: (fileId: Id<'file'>) => Promise<NewFileKey | null>
}

/** The key pair of one file on P-256, its private half sealed. */
export interface NewFileKey {
  readonly kid: string
  readonly publicKeyPem: string
  readonly sealed: Uint8Array
  /** Keep what sealed it in use until the transaction ends. False when something else has come into use since: make another. */
  readonly hold: (tx: Transaction) => Promise<boolean>
}

/** Where and with which key a client wraps the share of a file that this gate shall open. */
export interface WrappingKey {
  readonly url: string
  readonly kid: string
  /** For instance `ec:secp256r1`. */
  readonly algorithm: string
}
