// Which policy set is in force. A set comes in force at founding, and from then on by being asked for and approved by two
// others, who see what differs from the one in force. Whatever they approve is proved first: no set takes effect that could
// permit somebody who is neither a U.S. person nor covered (I5). A new version of this program ships a set of its own, and an
// enclave that was founded before decides by its old one until two others have said so.

export type { Differences } from './compare-sets.ts'
export { checkEditedSet, type PolicySetChecked } from './edited-set.ts'
export {
  policySetApprovals,
  policySetRequest,
  proposePolicySet,
  type PolicySetDependencies,
  type PolicySetProposed,
} from './propose-policy-set.ts'
export { readPolicySets, readPolicySetVersions, type PolicySetsShown } from './read-policy-sets.ts'
export { readPolicySet, whatWouldChange } from './what-would-change.ts'
