// Identity: binds a token to a caller, an address to a place, and an identity provider's subject to a person. Tokens are
// believed only from configured issuers, for the purposes configured, with the proof of possession that the client owes.

import type { ModuleMigrations } from '../base/index.ts'

export const identityMigrations: ModuleMigrations = {
  module: 'identity',
  folder: new URL('migrations/', import.meta.url),
}

export { bindPerson, unbindIn, unbindPerson, type BindDependencies, type SignInIdentity } from './bind-person.ts'
export { identityApprovals, identityRequest, proposeIdentity } from './propose-identity.ts'
export { bindIdentity, type IdentityDependencies } from './bind-identity.ts'
export type { ClientRules, IssuerRules, TokenPurpose } from './issuers.ts'
export { probeIssuer, type IssuerProbe } from './probe-issuer.ts'
export { makePlaces, type NetworkRules, type Places } from './places.ts'
export { makeSharedProofMemory, type ProofMemory } from './proof-memory.ts'
export { makeProofNonces, type ProofNonces } from './proof-nonces.ts'
export { makeProofVerifier } from './proofs.ts'
export type { BrowserIssuer } from './issuer-sign-in/browser-issuer.ts'
export {
  callbackPath,
  makeIssuerSignIn,
  signInLifetimeMs,
  type IssuerSignIn,
  type SealedStates,
} from './issuer-sign-in/sign-in-at-issuer.ts'
export {
  certificateIssuer,
  type CertificateAuthority,
  type CertificateRules,
} from './certificates/certificate-rules.ts'
export { makeRevocationLists, type RevocationLists } from './certificates/revocation-lists.ts'
export {
  certificatePath,
  makeCertificateSignIn,
  type CertificateSignIn,
} from './certificates/sign-in-by-certificate.ts'
export type { PresentedCertificate } from './certificates/verify-certificate.ts'
export { probeBrowserIssuer } from './issuer-sign-in/probe-browser-issuer.ts'
export { SignInFault, type SignInFaultCode } from './issuer-sign-in/sign-in-fault.ts'
export { clearedCookie, readCookie, sessionCookieOf, signInCookieOf } from './sessions/cookies.ts'
export { endOwnSession, endSessionOf, endSessionsIn } from './sessions/end-sessions.ts'
export { listSessionsOf, ownSessions } from './sessions/list-sessions.ts'
export type { Session, SessionDependencies, SessionMethod } from './sessions/session.ts'
export { startSession, type StartedSession } from './sessions/start-session.ts'
export { askForProgram, exchangeGrant, grantToProgram, type ProgramSignInParts } from './sessions/program-sign-in.ts'
export { startEndingOver } from './sessions/keep-ending-over.ts'
export {
  makeSessionVerifier,
  type BrowserEvidence,
  type BrowserRequest,
  type SessionVerifier,
} from './sessions/verify-session.ts'
export { makeFailedSignInJournal, type FailedSignInJournal } from './failed-sign-ins.ts'
export { makeSignIn } from './sign-in.ts'
export { makeCode, readCode } from './enrollment-code.ts'
export { authenticate, authenticationOptions } from './passkeys/authenticate.ts'
export {
  founderPasskeyOptions,
  keepFounderPasskey,
  verifyFounderPasskey,
  type MadePasskey,
} from './passkeys/founder-passkey.ts'
export { deleteWaitingPasskey } from './passkeys/store.ts'
export { enrollmentApprovals, enrollmentRequest, requestEnrollment } from './passkeys/enrollments.ts'
export { listOwnPasskeys, listPasskeys } from './passkeys/list-passkeys.ts'
export type { PasskeyDependencies, PasskeyRules } from './passkeys/passkey-rules.ts'
export { registerPasskey, registrationOptions } from './passkeys/register.ts'
export { removeOwnPasskey, removePasskey } from './passkeys/remove-passkey.ts'
export type { Passkey } from './passkeys/store.ts'
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
