// A session: who this machine is to one gate. A profile keeps the gate's address and authority, the ledger keys that were
// pinned at first contact, the private key that proves possession, and the token bound to it. Tokens are short and are
// renewed only by signing in again.

export { signInAtGate, type GateSignIn } from './gate-sign-in.ts'
export { discoverIssuer, type Issuer } from './issuer.ts'
export { pinnedKeys, sha256, verifySignature } from './ledger-keys.ts'
export { meet } from './pin.ts'
export { checkReceipt } from './receipt.ts'
export {
  credentialOf,
  newPrivateJwk,
  profileFolder,
  profileNames,
  readProfile,
  removeProfile,
  writeProfile,
  type Pinned,
  type PrivateJwk,
  type Profile,
  type Token,
} from './profile.ts'
export { findSampleGate, sampleFolder, type SampleGate } from './sample-gate.ts'
export { signInAsSample, signInWithBrowser, signInWithDevice } from './sign-in.ts'
