// Routes of the register of authorizations.

import { authorizationTerms } from '../authorization.ts'
import {
  amendAuthorization,
  approveAuthorization,
  authorization,
  authorizationAmended,
  authorizationChanged,
  authorizationHistory,
  authorizationRegistered,
  authorizations,
  authorizationsImported,
  endAuthorization,
  exemptions,
} from './authorizations.ts'
import { exportQuery, importQuery, pageQuery } from './query.ts'
import type { Route } from './route.ts'

export const authorizationRoutes = {
  authorizations: {
    method: 'GET',
    path: '/api/v1/authorizations',
    summary: 'The register of authorizations',
    access: 'authorization.list',
    query: pageQuery,
    answer: authorizations,
  },
  importAuthorizations: {
    method: 'POST',
    path: '/api/v1/authorizations/import',
    summary: 'What a spreadsheet would change in the register; with ?apply=<digest>&reason= exactly that is done',
    access: 'authorization.register',
    query: importQuery,
    body: 'bytes',
    answer: authorizationsImported,
    problems: ['conflict'],
  },
  exportAuthorizations: {
    method: 'GET',
    path: '/api/v1/authorizations/export',
    summary: 'The register as a spreadsheet, ?format=xlsx or csv; importing it changes nothing',
    access: 'authorization.list',
    query: exportQuery,
    answer: 'bytes',
  },
  authorization: {
    method: 'GET',
    path: '/api/v1/authorizations/{authorizationId}',
    summary: 'One authorization',
    access: 'authorization.list',
    answer: authorization,
    isCached: true,
  },
  authorizationHistory: {
    method: 'GET',
    path: '/api/v1/authorizations/{authorizationId}/history',
    summary: 'Every version of the terms of one authorization: when, who, who approved, why',
    access: 'authorization.list',
    answer: authorizationHistory,
  },
  registerAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations',
    summary: 'Register an authorization; two other officers make it effective',
    access: 'authorization.register',
    body: authorizationTerms,
    answer: authorizationRegistered,
    problems: ['conflict'],
  },
  approveAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/approve',
    summary: 'Approve what somebody else registered, with the effect that was shown',
    access: 'authorization.approve',
    body: approveAuthorization,
    answer: authorizationChanged,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  amendAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/amend',
    summary:
      'Other terms for an authorization: at once where they only take away, otherwise once two other officers approve',
    access: 'authorization.amend',
    body: amendAuthorization,
    answer: authorizationAmended,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  endAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/end',
    summary: 'End an authorization at once',
    access: 'authorization.end',
    body: endAuthorization,
    answer: authorizationChanged,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  exemptions: {
    method: 'GET',
    path: '/api/v1/exemptions',
    summary: 'What exemptions ask for, by section, with its source and how sure it is',
    access: 'authorization.list',
    answer: exemptions,
  },
} as const satisfies Readonly<Record<string, Route>>
