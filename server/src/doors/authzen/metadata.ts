// What the door says of itself. SPEC: section 9 (policy decision point metadata).

import type { SearchFor } from './messages.ts'

export const evaluationPath = '/access/v1/evaluation'
export const evaluationsPath = '/access/v1/evaluations'
export const searchPaths: Readonly<Record<SearchFor, string>> = {
  subject: '/access/v1/search/subject',
  resource: '/access/v1/search/resource',
  action: '/access/v1/search/action',
}
export const metadataPath = '/.well-known/authzen-configuration'

/** Describe the door at its origin. */
export function metadata(origin: string): Readonly<Record<string, string>> {
  return {
    policy_decision_point: origin,
    access_evaluation_endpoint: origin + evaluationPath,
    access_evaluations_endpoint: origin + evaluationsPath,
    search_subject_endpoint: origin + searchPaths.subject,
    search_resource_endpoint: origin + searchPaths.resource,
    search_action_endpoint: origin + searchPaths.action,
  }
}
