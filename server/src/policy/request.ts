// What is asked of the decision point. Every door and every route makes one of these, and nothing else decides.

import type { Action, Id, JsonObject, LabelFqn, ResourceKind, ResourceOf } from '@sallyport/protocol'
import type { ReleaseList } from '@sallyport/protocol/markings'

/** Who asks: an identity that a token proved, or (for questions about somebody) a person of the roster. */
export type SubjectRef =
  | { readonly kind: 'identity'; readonly issuer: string; readonly subject: string; readonly isNaturalPerson: boolean }
  | { readonly kind: 'person'; readonly id: Id<'person'> }

export type ResourceRef<K extends ResourceKind = ResourceKind> = K extends 'file'
  ? FileRef
  : K extends 'enclave'
    ? { readonly kind: 'enclave' }
    : { readonly kind: K; readonly id: Id<K> }

/** A protected file by its policy uuid, with the labels that its manifest carries. ATTACKER: anybody can write a manifest. */
export interface FileRef {
  readonly kind: 'file'
  readonly id: Id<'file'>
  /** From the manifest's policy; null when the caller speaks of a registered file and brings no manifest. */
  readonly presented: PresentedPolicy | null
}

export interface PresentedPolicy {
  readonly labels: readonly string[]
  readonly dissem: readonly string[]
  /** What ties it to one container; a policy that comes without is nobody's in particular. */
  readonly container?: PresentedContainer
}

/**
 * The exact policy and the keys of one container. A key leaves only once its binding is found to be true over this very policy
 * (`releaseShares` of keys), so that whoever claims the bindings of another container gets nothing.
 */
export interface PresentedContainer {
  /** Over the base64 text of the policy as it stands, hex. */
  readonly policySha256: string
  /** The MAC of the policy binding of each key that is asked for, hex; null for one that cannot be read. */
  readonly bindings: readonly (string | null)[]
}

/** Where the request comes from, by the configured networks; both null where no configured network holds the address. */
export interface Place {
  readonly name: string | null
  readonly country: string | null
}

export interface DecisionRequest<A extends Action = Action> {
  readonly subject: SubjectRef
  readonly action: A
  readonly resource: ResourceRef<ResourceOf<A>>
  readonly place: Place
  /** Devices are not registered yet, so that every device is unknown. */
  readonly device: 'unknown'
  /** Which gate asks: `kas`, `api`. */
  readonly door: string
  /** What that door adds to the ledger entry: key id, binding hash, thumbprint of the client's key... No secrets. */
  readonly evidence: JsonObject
}

/** A question about many things at once, for a list: everything of a request but the resource. */
export type ListRequest<A extends Action = Action> = Pick<
  DecisionRequest<A>,
  'subject' | 'action' | 'place' | 'device' | 'door' | 'evidence'
>

/** A question of an application about others: who asks, and what is recorded of it. */
export interface SurveyRequest extends Pick<DecisionRequest, 'subject' | 'place' | 'door' | 'evidence'> {
  /** Null for a question about all actions. */
  readonly action: Action | null
  /** What each request is called in the record, in their order: an id, or an action's name. */
  readonly names: readonly string[]
}

/** The labels of one file as the register of labels reads them. */
export interface LabelFacts {
  readonly labels: readonly LabelFqn[]
  readonly unknown: readonly string[]
  readonly jurisdictions: readonly string[]
  readonly programs: readonly string[]
  readonly items: readonly string[]
  readonly isNoForeign: boolean
  /** Lists of countries to which the markings let it be released; each holds by itself. */
  readonly releases: readonly ReleaseList[]
  /** RELIDO without a list: nobody who may release it abroad has. */
  readonly awaitsRelease: boolean
}
