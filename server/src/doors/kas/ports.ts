// What the door stands on. Each port is the face of the module that main wires in; the door itself decides nothing, holds no
// key and writes no entry of its own making but the ones about malformed attempts.

import type { KeyObject } from 'node:crypto'
import type { Action, Id, LabelFqn, Obligation, Reason } from '@sallyport/protocol'
import type { Clock, Logger, Metrics } from '../../base/index.ts'
import type { Appended, EntryDraft, Receipt } from '../../ledger/index.ts'
import type { ClientSession, KeyRelease } from '../../keys/index.ts'
import type { DecisionRequest, Permit, Place } from '../../policy/index.ts'

/** Who calls, as the token proved it. */
export interface KasCaller {
  readonly issuer: string
  readonly subject: string
  readonly isNaturalPerson: boolean
  /** The OAuth client that the token was issued to. */
  readonly clientId: string
  /** Thumbprint of the key that the token is bound to; null for an unbound token. */
  readonly dpopJkt: string | null
  /** The key of this request's DPoP proof. */
  readonly proofKey: KeyObject | null
  /** The nonce for the next proof, for a client that owes one; null otherwise. */
  readonly nextNonce: string | null
  /**
   * Take a request token that the key of the proof cannot have signed, because it is of another kind of key (the Java SDK
   * with an elliptic-curve DPoP key). It gives up protection against a broken proxy, so a client's rules name it.
   */
  readonly acceptForeignRequestSignature: boolean
}

export interface PresentedToken {
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly method: string
  /** Absolute, under the configured origin and never under what a Host header claims. */
  readonly url: string
  readonly expectedPurpose: 'kas'
  /** What a browser writes of itself, for the session that its cookie is of. */
  readonly browser: {
    readonly cookie: string | undefined
    readonly origin: string | undefined
    readonly fetchSite: string | undefined
    readonly place: Place
  }
}

/** A public key that clients may wrap to. */
export interface PublishedKey {
  readonly kid: string
  /** `ec:secp256r1` or `rsa:2048`. */
  readonly algorithm: string
  readonly publicKeyPem: string
}

type KasDecision =
  | {
      readonly effect: 'permit'
      readonly permit: Permit<'file.open'>
      readonly decisionId: Id<'entry'>
      readonly entry: Appended
      readonly obligations: readonly Obligation[]
    }
  | {
      readonly effect: 'deny'
      readonly decisionId: Id<'entry'>
      readonly entry: Appended
      readonly reasons: readonly [Reason, ...Reason[]]
      readonly isRostered: boolean
      readonly requiredObligations: readonly Obligation[]
    }

export interface KasDoorConfig {
  /** Origin of the gate, `https://gate.example:8443`, no path. */
  readonly origin: string
  /** Namespace of this enclave's labels and obligations: a DNS name. */
  readonly namespace: string
  /** Stable id of this key access server in OpenTDF's lists. */
  readonly kasId: string
  readonly name: string
  /** The `idp` member of the well-known configuration: issuer, token_endpoint and so on. */
  readonly identityProvider: Readonly<Record<string, string>>
  readonly dpop: { readonly algorithms: readonly string[]; readonly isNonceRequired: boolean }
  /** Origins of web pages that may call from a browser. */
  readonly browserOrigins: readonly string[]
}

export interface KasDoorParts {
  readonly config: KasDoorConfig
  /** Throws Problem `not-signed-in`; details.wwwAuthenticate and details.dpopNonce go into the answer's header. */
  readonly verify: (token: PresentedToken) => Promise<KasCaller>
  readonly placeOf: (remoteAddress: string, forwardedFor: string | undefined) => Place
  readonly decide: (request: DecisionRequest<Action & 'file.open'>) => Promise<KasDecision>
  readonly release: Pick<KeyRelease, 'releaseShares'>
  readonly makeClientSession: (clientPublicKeyPem: string) => ClientSession
  /** Current keys, the preferred one first; RSA only while files wrapped to it open. */
  readonly describeKeys: () => readonly PublishedKey[]
  readonly labels: (fqns: readonly LabelFqn[]) => Promise<readonly { readonly fqn: string; readonly title: string }[]>
  /** Names of all labels. Throws Problem `refused` to whom the decision point does not permit it. */
  readonly listLabels: (caller: KasCaller, place: Place) => Promise<readonly string[]>
  /** What the names of labels can begin with, as `program`. */
  readonly attributeNames: readonly string[]
  readonly isRostered: (caller: Pick<KasCaller, 'issuer' | 'subject'>) => Promise<boolean>
  readonly isReady: () => Promise<boolean>
  /** Sign the receipt of a decision's entry. */
  readonly acknowledge: (entry: Appended) => Promise<Receipt>
  /** `append` resolves once the entry is durable. */
  readonly ledger: { append(draft: EntryDraft): Promise<unknown> }
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
}
