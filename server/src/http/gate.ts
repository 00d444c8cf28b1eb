// What the routes stand on: the faces of the modules, wired by main.

import type { Action, ResourceOf } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import type { BoundaryView, EnclaveView } from '@sallyport/protocol/api'
import type { Receipt } from '@sallyport/protocol/ledger'
import type { ApprovalsDependencies } from '../approvals/index.ts'
import type { AuthorizationDependencies } from '../authorizations/index.ts'
import type { Database, IfMatch } from '../base/index.ts'
import type { BackupListParts } from '../backup/index.ts'
import type { CandidateDependencies } from '../candidates/index.ts'
import type { ClassificationDependencies } from '../classifications/index.ts'
import type { EvidenceDependencies } from '../evidence/index.ts'
import type { FilesDependencies } from '../files/index.ts'
import type { KeyChangeDependencies } from '../key-changes/index.ts'
import type { PolicySetDependencies } from '../policy-sets/index.ts'
import type {
  BindDependencies,
  BrowserRequest,
  CertificateSignIn,
  IssuerSignIn,
  PasskeyDependencies,
  Places,
  ProgramSignInParts,
  SessionDependencies,
  SessionMethod,
  SessionVerifier,
  SignInFaultCode,
  TokenVerifier,
  VerifiedCaller,
  FailedSignInJournal,
  SignInIdentity,
} from '../identity/index.ts'
import type { PageCursors } from '../keys/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type {
  Decision,
  DecisionPoint,
  DecisionRequest,
  ExplainParts,
  ListedAction,
  ListPermit,
  ListRequest,
  Place,
  ResourceRef,
  CompareParts,
  ReplayParts,
  SearchParts,
} from '../policy/index.ts'
import type { ReleaseDependencies } from '../releases/index.ts'
import type { EndDependencies, HistoryDependencies, MergeDependencies } from '../roster/index.ts'
import type { TriageDependencies } from '../triage/index.ts'

/** What the configuration says of the boundary. */
export type BoundaryFacts = Pick<
  BoundaryView,
  'doors' | 'places' | 'issuers' | 'passkeys' | 'otherGates' | 'mail' | 'timestamps'
> & { readonly certificatesAt: string | null } & Pick<BoundaryView['gate'], 'certificate'> &
  Pick<BoundaryView['keys'], 'provider' | 'token'> &
  Pick<BoundaryView['stores'], 'database' | 'objects'>

/** What of an enclave stays as it is while it is served. */
export type EnclaveFacts = Omit<EnclaveView, 'state' | 'readyForControlledData'>

/** From which place somebody tried, and who they were shown to be. */
export interface SignInAttempt {
  readonly place: string | null
  readonly identity: SignInIdentity | null
}

/** What an attempt to sign in came to. */
export type SignInOutcome = 'signed-in' | 'refused' | SignInFaultCode

export interface Gate {
  readonly enclave: EnclaveFacts
  readonly boundary: BoundaryFacts
  readonly backups: BackupListParts
  /** Host part of its labels. */
  readonly namespace: string
  /** Issuers whose tokens are believed. */
  readonly issuers: readonly string[]
  /** What of it changes: whether it is founded, and ready for controlled data. */
  readonly condition: () => Promise<Pick<EnclaveView, 'state' | 'readyForControlledData'>>
  /** Whether the founding is over. True for good once it is true. */
  readonly isFounded: () => boolean | Promise<boolean>
  /** Whether notices go out by mail. */
  readonly sendsMail: boolean
  /** Whether an authority stamps checkpoints. */
  readonly stampsCheckpoints: boolean
  readonly database: Database
  /** What anybody may have of it. What reads entries stands in `records`, and use cases that spend a permit take it. */
  readonly ledger: Pick<Ledger, 'acknowledge' | 'checkpoint' | 'hashTile' | 'proveReceipt' | 'timestamps'>
  /** Who may have checkpoints and hash tiles without signing in: anybody, or whoever is at a place that is configured. */
  readonly ledgerOpenTo: 'anybody' | 'places'
  readonly records: ExplainParts &
    ReplayParts &
    CompareParts & { readonly ledger: Pick<Ledger, 'exportTo' | 'entryBundle' | 'search' | 'evidence' | 'entry'> }
  readonly decisions: DecisionPoint
  readonly search: SearchParts
  readonly verify: TokenVerifier['verify']
  /** Sessions of people who signed in here, and the ways to do so. */
  readonly sessions: SessionDependencies
  readonly sessionVerifier: SessionVerifier
  readonly issuerSignIn: IssuerSignIn
  readonly passkeys: PasskeyDependencies
  /** Null where none are asked for. */
  readonly certificates: CertificateSignIn | null
  readonly programs: ProgramSignInParts
  /** Count an attempt to sign in, and note one that did not come about. */
  readonly countSignIn: (method: SessionMethod | 'program', outcome: SignInOutcome, from?: SignInAttempt) => void
  readonly failedSignIns: Pick<FailedSignInJournal, 'read'>
  readonly placeOf: Places['placeOf']
  readonly cursors: PageCursors
  readonly roster: EndDependencies & HistoryDependencies
  readonly bindings: BindDependencies
  readonly merges: MergeDependencies
  readonly approvals: ApprovalsDependencies
  readonly classifications: ClassificationDependencies
  readonly candidates: CandidateDependencies
  readonly policySets: PolicySetDependencies
  readonly keys: KeyChangeDependencies
  readonly authorizations: AuthorizationDependencies
  readonly files: FilesDependencies
  readonly evidence: EvidenceDependencies
  readonly releases: ReleaseDependencies
  readonly triage: TriageDependencies
}

/** One call of the product API: who calls, from where, with what. */
export interface Call {
  readonly caller: VerifiedCaller
  /** What it shows of a browser, for the routes that anybody may call. */
  readonly presented: BrowserRequest
  readonly place: Place
  readonly params: Readonly<Record<string, string>>
  /** As the route's shape parsed it. */
  readonly query: unknown
  /** The versions of the thing that it is meant for. */
  readonly ifMatch: IfMatch
  readonly body: unknown
}

/** What a look at records was for, where the resource is the enclave as a whole. */
export interface Looked {
  readonly kind: 'person' | 'file' | 'authorization' | 'classification' | 'entry' | 'entries' | 'program' | 'period'
  readonly id: string
}

/** Form the decision request of a call. */
export function requestOf<A extends Action>(
  call: Call,
  action: A,
  resource: ResourceRef<ResourceOf<A>>,
  looked?: Looked,
): DecisionRequest<A> {
  return { ...questionOf(call, action, looked), resource }
}

function questionOf<A extends Action>(call: Call, action: A, looked?: Looked): ListRequest<A> {
  const { issuer, subject, isNaturalPerson, clientId, sessionId } = call.caller
  return {
    subject: { kind: 'identity', issuer, subject, isNaturalPerson },
    action,
    place: call.place,
    device: 'unknown',
    door: 'api',
    evidence: {
      clientId,
      ...(sessionId === null ? {} : { session: sessionId }),
      ...(looked === undefined ? {} : { looked: { ...looked } }),
    },
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

/**
 * Decide a list of a call, thing by thing. Yields the permit for what came through, null when nothing did. Throws Problem
 * `refused` for a caller who is not rostered: the same refusal as everywhere, so that an empty list tells them nothing.
 */
export async function permittedList<A extends ListedAction>(
  gate: Gate,
  call: Call,
  action: A,
  resources: readonly ResourceRef<ResourceOf<A>>[],
): Promise<ListPermit<A> | null> {
  const { permit, isRostered } = await gate.decisions.filter(questionOf(call, action), resources)
  if (!isRostered) throw refused(action)
  return permit
}

/** Put a denial into a problem: a caller who is not rostered hears one identical refusal. */
export function refusal(action: Action, denied: Extract<Decision<Action>, { effect: 'deny' }>): Problem {
  return refused(action, denied.isRostered ? { decisionId: denied.decisionId, reasons: denied.reasons } : {})
}

function refused(action: Action, details: Record<string, unknown> = {}): Problem {
  return new Problem('refused', `cannot ${action}: refused by decision`, { details })
}

/** The receipt of an act's last entry, once its transaction is durable. */
export async function receiptOf(gate: Gate, entries: readonly Appended[]): Promise<Receipt> {
  const receipt = (await gate.ledger.acknowledge(entries)).at(-1)
  if (receipt === undefined) throw new Problem('internal', 'cannot acknowledge: the act has no entry')
  return receipt
}
