// The decision point: may this subject do this action on this resource, now, from this device and place, and under which
// authorization? It gathers attributes at this moment in one snapshot, evaluates the Cedar policies, repeats the fixed
// guard, makes the ledger entry durable against the same access epoch, and only then yields a permit.

export { closeCeremony, openCeremony, requireCeremony, type FoundingCeremony } from './ceremony.ts'
export { readEnclave, type Enclave, type EnclaveKind } from './enclave/store.ts'
export type {
  AuthorizationFacts,
  Coverage,
  CoverageQuestion,
  CoverageRule,
  FactRules,
  PersonFacts,
  ProscribedCountry,
} from './facts.ts'
export { spendPermit, type Permit } from './permit.ts'
export type { DecisionRequest, FileRef, LabelFacts, Place, ResourceRef, SubjectRef } from './request.ts'
export { narrowAccess } from './store.ts'
