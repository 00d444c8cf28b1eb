// What the routes stand on: the faces of the modules, wired by main.

import type { Action, ResourceOf } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import type { EnclaveView } from '@sallyport/protocol/api'
import type { Receipt } from '@sallyport/protocol/ledger'
import type { ApprovalsDependencies } from '../approvals/index.ts'
import type { AuthorizationDependencies } from '../authorizations/index.ts'
import type { Database } from '../base/index.ts'
import type { FilesDependencies } from '../files/index.ts'
import type { Places, TokenVerifier, VerifiedCaller } from '../identity/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { Decision, DecisionPoint, DecisionRequest, Place, ResourceRef, SearchParts } from '../policy/index.ts'
import type { RosterDependencies } from '../roster/index.ts'

/** What of an enclave stays as it is while it is served. */
export type EnclaveFacts = Omit<EnclaveView, 'state' | 'readyForControlledData'>

export interface Gate {
  readonly enclave: EnclaveFacts
  /** Host part of its labels. */
  readonly namespace: string
  /** Issuers whose tokens are believed. */
  readonly issuers: readonly string[]
  /** What of it changes: whether it is founded, and ready for controlled data. */
  readonly condition: () => Promise<Pick<EnclaveView, 'state' | 'readyForControlledData'>>
  /** Whether the founding is over. True for good once it is true. */
  readonly isFounded: () => boolean | Promise<boolean>
  readonly database: Database
  readonly ledger: Ledger
  readonly decisions: DecisionPoint
  readonly search: SearchParts
  readonly verify: TokenVerifier['verify']
  readonly placeOf: Places['placeOf']
  readonly roster: RosterDependencies
  readonly approvals: ApprovalsDependencies
  readonly authorizations: AuthorizationDependencies
  readonly files: FilesDependencies
}

/** One call of the product API: who calls, from where, with what. */
export interface Call {
  readonly caller: VerifiedCaller
  readonly place: Place
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What a look at records was for, where the resource is the enclave as a whole. */
export interface Looked {
  readonly kind: 'person' | 'file' | 'authorization' | 'entry'
  readonly id: string
}

/** Form the decision request of a call. */
export function requestOf<A extends Action>(
  call: Call,
  action: A,
  resource: ResourceRef<ResourceOf<A>>,
  looked?: Looked,
): DecisionRequest<A> {
  const { issuer, subject, isNaturalPerson, clientId } = call.caller
  return {
    subject: { kind: 'identity', issuer, subject, isNaturalPerson },
    action,
    resource,
    place: call.place,
    device: 'unknown',
    door: 'api',
    evidence: { clientId, ...(looked === undefined ? {} : { looked: { ...looked } }) },
  }
}

/**
 * Decide an action of a call. Throws Problem `refused` with the decision and its reasons; a caller who is not rostered
 * hears one identical refusal.
 */
export async function permitted<A extends Action>(
  gate: Gate,
  call: Call,
  action: A,
  resource: ResourceRef<ResourceOf<A>>,
  looked?: Looked,
): Promise<Extract<Decision<A>, { effect: 'permit' }>> {
  const decision = await gate.decisions.decide(requestOf(call, action, resource, looked))
  if (decision.effect === 'permit') return decision
  throw refusal(action, decision)
}

/** Put a denial into a problem: a caller who is not rostered hears one identical refusal. */
export function refusal(action: Action, denied: Extract<Decision<Action>, { effect: 'deny' }>): Problem {
  return new Problem('refused', `cannot ${action}: refused by decision`, {
    details: denied.isRostered ? { decisionId: denied.decisionId, reasons: denied.reasons } : {},
  })
}

/** The receipt of an act's last entry, once its transaction is durable. */
export async function receiptOf(gate: Gate, entries: readonly Appended[]): Promise<Receipt> {
  const receipt = (await gate.ledger.acknowledge(entries)).at(-1)
  if (receipt === undefined) throw new Problem('internal', 'cannot acknowledge: the act has no entry')
  return receipt
}
