// What this gate asks of passkeys, and what its parts stand on.

import type { Logger } from '../../base/index.ts'
import type { BindDependencies } from '../bind-person.ts'
import type { SealedStates } from '../issuer-sign-in/sign-in-at-issuer.ts'
import type { ProofMemory } from '../proof-memory.ts'
import type { Passkey } from './store.ts'

/** The issuer of every identity that is a passkey; its subject is the id of the credential. */
export const passkeyIssuer = 'urn:sallyport:passkey'

export interface PasskeyRules {
  readonly isEnabled: boolean
  /** Take only keys that cannot leave their authenticator. */
  readonly mustBeDeviceBound: boolean
  /** Origin of this gate, exactly. */
  readonly origin: string
  /** What people see their passkey to be for. */
  readonly name: string
}

export interface PasskeyDependencies extends BindDependencies {
  readonly rules: PasskeyRules
  readonly states: SealedStates
  /** Which challenges were answered: each is good once. */
  readonly memory: ProofMemory
  readonly log: Logger
}

/** What the ledger says of a passkey. */
export function factsOf({
  isDeviceBound,
  aaguid,
  counter,
  transports,
}: Pick<Passkey, 'isDeviceBound' | 'aaguid' | 'counter' | 'transports'>) {
  return { deviceBound: isDeviceBound, aaguid, counter, transports: [...transports] }
}

/** How long a challenge waits for its answer. */
export const challengeLifetimeMs = 180_000

/** SPEC: WebAuthn Level 3 section 5.1.2: the host of the origin. */
export function rpIdOf({ origin }: PasskeyRules): string {
  return new URL(origin).hostname
}

/** SPEC: IANA COSE algorithms: ES256, EdDSA, RS256. */
export const algorithms: readonly number[] = [-7, -8, -257]
