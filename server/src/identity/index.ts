// Identity: binds a token to a caller, an address to a place, and an identity provider's subject to a person. Tokens are
// believed only from configured issuers, for the purposes configured, with the proof of possession that the client owes.

import type { ModuleMigrations } from '../base/index.ts'

export const identityMigrations: ModuleMigrations = {
  module: 'identity',
  folder: new URL('migrations/', import.meta.url),
}

export { bindPerson, unbindIn, unbindPerson, type BindDependencies, type SignInIdentity } from './bind-person.ts'
export { bindIdentity, type IdentityDependencies } from './bind-identity.ts'
export type { ClientRules, IssuerRules, TokenPurpose } from './issuers.ts'
export { probeIssuer, type IssuerProbe } from './probe-issuer.ts'
export { makePlaces, type NetworkRules, type Places } from './places.ts'
export { makeSharedProofMemory, type ProofMemory } from './proof-memory.ts'
export { makeProofNonces, type ProofNonces } from './proof-nonces.ts'
export { isSignedBy } from './signature-algorithms.ts'
export { identitiesOf, type IdentityBinding } from './store.ts'
export {
  makeTokenVerifier,
  type SignInRequest,
  type TokenVerifier,
  type TokenVerifierOptions,
  type VerifiedCaller,
} from './tokens.ts'
export { identityTables } from './tables.ts'
