// Routes of policy sets.

import {
  checkPolicySet,
  policyEffect,
  policyEffectAnswer,
  policySetChecked,
  policySets,
  policySetText,
  policySetVersions,
  proposePolicySet,
} from './policy-sets.ts'
import { pageQuery } from './query.ts'
import { proposed } from './approvals.ts'
import type { Route } from './route.ts'

export const policySetRoutes = {
  policySets: {
    method: 'GET',
    path: '/api/v1/policy-sets',
    summary: 'The policy set in force, and what the one of this version would change',
    access: 'person.list',
    answer: policySets,
  },
  policySetVersions: {
    method: 'GET',
    path: '/api/v1/policy-sets/versions',
    summary: 'Every policy set that came in force, newest first: when, who asked, who approved, why',
    access: 'decision.search',
    query: pageQuery,
    answer: policySetVersions,
  },
  policySetText: {
    method: 'GET',
    path: '/api/v1/policy-sets/{digest}',
    summary: 'The schema and the policies of a set that is kept',
    access: 'decision.search',
    answer: policySetText,
    isCached: true,
  },
  checkPolicySet: {
    method: 'POST',
    path: '/api/v1/policy-sets/checks',
    summary:
      'Try an edited policy set: findings with line and column, examples, both proofs, what differs; nothing is kept',
    access: 'decision.search',
    body: checkPolicySet,
    answer: policySetChecked,
  },
  policyEffect: {
    method: 'POST',
    path: '/api/v1/policy-sets/effects',
    summary: 'Who would gain or lose which action on what if a policy set were in force, by classes, all of it',
    access: 'decision.search',
    body: policyEffect,
    answer: policyEffectAnswer,
    problems: ['conflict', 'not-found'],
  },
  proposePolicySet: {
    method: 'POST',
    path: '/api/v1/policy-sets/proposals',
    summary: 'Ask two others to put a policy set in force: an edited one, the one of this version, or an earlier one',
    access: 'setting.change',
    body: proposePolicySet,
    answer: proposed,
    problems: ['conflict', 'not-found'],
  },
} as const satisfies Record<string, Route>
