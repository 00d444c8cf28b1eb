// Keys: who holds them, what they may be used for, and the release of a share against a permit. One key serves one door with
// one algorithm. Secrets leave this module only wrapped to somebody's key, signed results and MACs aside; nothing here
// decrypts content. Keystores and keys come from explicit creation alone.

export { makeClientSession, type ClientSession } from './client-session.ts'
export { cryptoModule, type CryptoModuleFacts } from './crypto-module.ts'
export { makeFieldKeys, type FieldKeys } from './field-keys.ts'
export { exchangeableProvider, type ExchangeableProvider } from './exchangeable-provider.ts'
export { hasFileKey, makeFileKeys, type FileKey, type FileKeys } from './file-keys.ts'
export {
  createKeystore,
  listKeys,
  openKeystore,
  prepareKey,
  settleKeys,
  tokenOf,
  type KeystoreSeal,
  type KeystoreSecret,
  type TokenName,
} from './keystore.ts'
export { makePageCursors, type PageCursors } from './page-cursors.ts'
export { makeLedgerSigners, type LedgerSigners, type Signer } from './ledger-signers.ts'
export {
  currentKey,
  enclaveKeys,
  type KeyAlgorithm,
  type KeyDoor,
  type KeyFacts,
  type KeyProvider,
  type KeyUse,
  type NewKey,
  type Settled,
} from './provider.ts'
export { inspectToken, tryTokenKeystore, type TokenSecret } from './pkcs11-keystore.ts'
export { kidOfSealed } from './sealed-under.ts'
export {
  makeKeyRelease,
  type KeyAccess,
  type KeyRelease,
  type ReleasedShare,
  type ReleaseFault,
  type ReleaseRequest,
  type ReleaseRules,
} from './release.ts'
