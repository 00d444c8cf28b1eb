// Every route of the product API: method, path, what it takes, what it answers, and the action that decides it.

import type * as z from 'zod'
import type { Action } from '../decision.ts'
import { authorizationTerms } from '../authorization.ts'
import { authorization, authorizationChanged, authorizations, endAuthorization } from './authorizations.ts'
import { explanation, whatCan, whatCanAnswer, whoCan, whoCanAnswer } from './decisions.ts'
import { enclave } from './enclave.ts'
import { file, fileReserved, files, fileStored, reserveFile, vaults } from './files.ts'
import { endPerson, me, people, person, personEnded } from './people.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path under the origin; parameters as `{name}`. */
  readonly path: string
  readonly summary: string
  /** `none` needs no sign-in; `signed-in` needs no decision beyond the token; otherwise the action that is decided. */
  readonly access: 'none' | 'signed-in' | Action
  /** JSON body, or `bytes` for a stream of octets. */
  readonly body?: z.ZodType | 'bytes'
  readonly answer: z.ZodType | 'bytes' | 'text'
}

export const routes = {
  enclave: {
    method: 'GET',
    path: '/api/v1/enclave',
    summary: 'What a client must know before it signs in',
    access: 'none',
    answer: enclave,
  },
  me: { method: 'GET', path: '/api/v1/me', summary: 'Who the gate takes you for', access: 'signed-in', answer: me },
  vaults: {
    method: 'GET',
    path: '/api/v1/vaults',
    summary: 'The vaults that you may see',
    access: 'vault.list',
    answer: vaults,
  },
  reserveFile: {
    method: 'POST',
    path: '/api/v1/files',
    summary: 'Reserve a file in a vault: its id, labels and wrapping key',
    access: 'file.protect',
    body: reserveFile,
    answer: fileReserved,
  },
  storeFile: {
    method: 'PUT',
    path: '/api/v1/files/{fileId}/content',
    summary: 'Upload the sealed container of a reserved file',
    access: 'file.protect',
    body: 'bytes',
    answer: fileStored,
  },
  files: {
    method: 'GET',
    path: '/api/v1/files',
    summary: 'The files that you may see; ?vaultId= narrows to one vault',
    access: 'file.list',
    answer: files,
  },
  file: { method: 'GET', path: '/api/v1/files/{fileId}', summary: 'One file', access: 'file.list', answer: file },
  fetchFile: {
    method: 'GET',
    path: '/api/v1/files/{fileId}/content',
    summary: 'Download the sealed container',
    access: 'file.fetch',
    answer: 'bytes',
  },
  people: { method: 'GET', path: '/api/v1/people', summary: 'The roster', access: 'person.list', answer: people },
  person: {
    method: 'GET',
    path: '/api/v1/people/{personId}',
    summary: 'One person',
    access: 'person.list',
    answer: person,
  },
  endPerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/end',
    summary: "End a person's status at once",
    access: 'person.end',
    body: endPerson,
    answer: personEnded,
  },
  authorizations: {
    method: 'GET',
    path: '/api/v1/authorizations',
    summary: 'The register of authorizations',
    access: 'authorization.list',
    answer: authorizations,
  },
  authorization: {
    method: 'GET',
    path: '/api/v1/authorizations/{authorizationId}',
    summary: 'One authorization',
    access: 'authorization.list',
    answer: authorization,
  },
  registerAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations',
    summary: 'Register an authorization; two other officers make it effective',
    access: 'authorization.register',
    body: authorizationTerms,
    answer: authorizationChanged,
  },
  approveAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/approve',
    summary: 'Approve what somebody else registered',
    access: 'authorization.approve',
    answer: authorizationChanged,
  },
  endAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/end',
    summary: 'End an authorization at once',
    access: 'authorization.end',
    body: endAuthorization,
    answer: authorizationChanged,
  },
  decision: {
    method: 'GET',
    path: '/api/v1/decisions/{decisionId}',
    summary: 'Why a decision fell as it did',
    access: 'decision.explain',
    answer: explanation,
  },
  whoCan: {
    method: 'POST',
    path: '/api/v1/decisions/who-can',
    summary: 'Who can open a file now, and why or why not',
    access: 'decision.search',
    body: whoCan,
    answer: whoCanAnswer,
  },
  whatCan: {
    method: 'POST',
    path: '/api/v1/decisions/what-can',
    summary: 'What a person can open now',
    access: 'decision.search',
    body: whatCan,
    answer: whatCanAnswer,
  },
  ledgerExport: {
    method: 'GET',
    path: '/api/v1/ledger/export',
    summary: 'The whole ledger in one file that verifies offline',
    access: 'ledger.read',
    answer: 'bytes',
  },
  checkpoint: {
    method: 'GET',
    path: '/ledger/checkpoint',
    summary: 'The latest signed checkpoint (C2SP signed note)',
    access: 'none',
    answer: 'text',
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
