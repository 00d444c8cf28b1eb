// The decision point: may this subject do this action on this resource, now, from this device and place, and under which
// authorization? It gathers attributes at this moment in one snapshot, evaluates the Cedar policies, repeats the fixed
// guard, makes the ledger entry durable against the same access epoch, and only then yields a permit.

import type { ModuleMigrations } from '../base/index.ts'

export const policyMigrations: ModuleMigrations = {
  module: 'policy',
  folder: new URL('migrations/', import.meta.url),
}

export { nameAccessEffect, namePolicyEffect, type EffectNamed } from './effect-digest.ts'
export { mapAccess, withAlikeTogether, type AccessMap, type Change, type PastMoment } from './access.ts'
export {
  beginCeremony,
  closeCeremony,
  closeCeremonyIn,
  openCeremony,
  requireCeremony,
  resumeCeremony,
  type FoundingCeremony,
} from './ceremony.ts'
export {
  makeDecisionPoint,
  type Decision,
  type DecisionPoint,
  type DecisionPointParts,
  type ListDecision,
  type ListedAction,
  type SurveyDecision,
} from './decide.ts'
export { readCeremony, readEnclave, type CeremonyRecord, type Enclave, type EnclaveKind } from './enclave/store.ts'
export { effectOfPolicySet, type PolicyEffect } from './effect.ts'
export {
  explainDecision,
  openSealed,
  readDecision,
  type ExplainedDecision,
  type ExplainParts,
  type RecordedDecision,
} from './explain.ts'
export { compareTables, type CompareParts } from './compare-tables.ts'
export { exportLedger } from './export-ledger.ts'
export { readAlarms } from './read-alarms.ts'
export { readEntry, searchLedger, type EntrySearch, type FoundEntry } from './search-entries.ts'
export { readEntryBundle } from './read-entry-bundle.ts'
export type {
  AuthorizationFacts,
  Coverage,
  CoverageQuestion,
  CoverageRule,
  FactRules,
  PersonFacts,
  ProscribedCountry,
} from './facts.ts'
export { listOwnRefusals, readOwnRefusal, type OwnRefusal, type OwnRefusalParts } from './own-refusals.ts'
export { spendListPermit, spendPermit, type ListPermit, type Permit } from './permit.ts'
export { runPolicyExamples, shippedExamples, type ExampleResult } from './policy-examples.ts'
export { activatePolicySet, enactPolicySet, policySets, type PolicySet } from './policy-set.ts'
export { policyDigest, shippedPolicies, type PolicySource } from './policy-source.ts'
export { checkPolicySet, makePolicyProver, type PolicyProver, type ProvedPolicySet } from './prove-policy-set.ts'
export type {
  DecisionRequest,
  FileRef,
  LabelFacts,
  ListRequest,
  Place,
  ResourceRef,
  SubjectRef,
  SurveyRequest,
} from './request.ts'
export { makePolicyReader, type PolicyReader, type PolicyReading, type SoundPolicySet } from './read-policy-set.ts'
export { disagreement, replayDecisions, type Replayed, type ReplayFinding, type ReplayParts } from './replay.ts'
export { refusalOf, type RefusalParts } from './refusal.ts'
export { provisoTextSha256 } from './snapshot.ts'
export { mustStillStand } from './standing.ts'
export { foreignPeople, whatCanOpen, whoCanOpen, type SearchParts } from './search.ts'
export { searchDecisions, type DecisionQuestion, type FoundDecision } from './search-decisions.ts'
export {
  digestInForce,
  filePage,
  holdEpoch,
  holdStanding,
  keepPolicySet,
  lockInForce,
  narrowAccess,
  readStanding,
  rosterPage,
  storedPolicySet,
} from './store.ts'
export { policyTables } from './tables.ts'
