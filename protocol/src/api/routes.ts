// Every route of the product API: method, path, what it takes, what it answers, and the action that decides it.

import type * as z from 'zod'
import type { Action } from '../decision.ts'
import { authorizationTerms } from '../authorization.ts'
import { approvalGiven, approvals, approvalShown, approvalWithdrawn, giveApproval, proposed } from './approvals.ts'
import { authorization, authorizationChanged, authorizations, endAuthorization } from './authorizations.ts'
import { explanation, whatCan, whatCanAnswer, whoCan, whoCanAnswer } from './decisions.ts'
import { enclave } from './enclave.ts'
import { peopleImported } from './import.ts'
import { file, fileReserved, files, fileStored, reserveFile, vaults } from './files.ts'
import { attestFounder, enrollFounder, founding, foundingChanged, foundingClosed } from './founding.ts'
import {
  addPerson,
  changePerson,
  endPerson,
  lookAtTies,
  me,
  mergePeople,
  people,
  peopleMerged,
  person,
  personAdded,
  personChanged,
  personEnded,
  personHistory,
  personSplit,
  rosterCompared,
  splitPerson,
  tiesShown,
} from './people.ts'
import { createVault, defineLabel, identity, identityChanged, labelDefined, labels, vaultCreated } from './labels.ts'
import { changeSetting, settingChanged, settings, tasks } from './settings.ts'

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
  people: {
    method: 'GET',
    path: '/api/v1/people',
    summary: 'The roster; ?asOf= as it was at a moment (ISO 8601)',
    access: 'person.list',
    answer: people,
  },
  addPerson: {
    method: 'POST',
    path: '/api/v1/people',
    summary: 'Add a person, unverified; names that could be taken for theirs are told',
    access: 'person.add',
    body: addPerson,
    answer: personAdded,
  },
  person: {
    method: 'GET',
    path: '/api/v1/people/{personId}',
    summary: 'One person; ?asOf= as they were at a moment (ISO 8601)',
    access: 'person.list',
    answer: person,
  },
  personHistory: {
    method: 'GET',
    path: '/api/v1/people/{personId}/history',
    summary: 'Every version of a person, who looked at their countries, how each ending took effect; no countries',
    access: 'person.list',
    answer: personHistory,
  },
  changePerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/changes',
    summary: 'Narrow or correct a record, at once',
    access: 'person.change',
    body: changePerson,
    answer: personChanged,
  },
  proposePersonChange: {
    method: 'POST',
    path: '/api/v1/people/{personId}/proposals',
    summary: 'Ask two others to approve a change that widens access',
    access: 'person.propose',
    body: changePerson,
    answer: proposed,
  },
  lookAtTies: {
    method: 'POST',
    path: '/api/v1/people/{personId}/ties/look',
    summary: "Look at a foreign person's countries for a stated purpose, on record",
    access: 'person.look',
    body: lookAtTies,
    answer: tiesShown,
  },
  compareRoster: {
    method: 'GET',
    path: '/api/v1/roster/compare',
    summary: 'What differs between two moments: ?from=&to= (ISO 8601)',
    access: 'person.list',
    answer: rosterCompared,
  },
  tasks: {
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'Reviews and briefings that are due; due is never a refusal',
    access: 'person.list',
    answer: tasks,
  },
  settings: {
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'The rules that counsel decides, with who, when and why',
    access: 'person.list',
    answer: settings,
  },
  changeSetting: {
    method: 'POST',
    path: '/api/v1/settings',
    summary: 'Change a rule that counsel decided; what widens takes two others',
    access: 'setting.change',
    body: changeSetting,
    answer: settingChanged,
  },
  approvals: {
    method: 'GET',
    path: '/api/v1/approvals',
    summary: 'What waits for approval; ?all=true with what is done, withdrawn or expired',
    access: 'approval.list',
    answer: approvals,
  },
  approval: {
    method: 'GET',
    path: '/api/v1/approvals/{approvalId}',
    summary: 'One request with what it would change',
    access: 'approval.list',
    answer: approvalShown,
  },
  giveApproval: {
    method: 'POST',
    path: '/api/v1/approvals/{approvalId}/approve',
    summary: 'Approve exactly the change of this digest; the last approval executes it',
    access: 'approval.give',
    body: giveApproval,
    answer: approvalGiven,
  },
  withdrawApproval: {
    method: 'POST',
    path: '/api/v1/approvals/{approvalId}/withdraw',
    summary: 'Withdraw what one asked for oneself',
    access: 'approval.withdraw',
    answer: approvalWithdrawn,
  },
  importPeople: {
    method: 'POST',
    path: '/api/v1/people/import',
    summary: 'What a spreadsheet of people would change; with ?apply=<digest>&reason= exactly that is done',
    access: 'person.import',
    body: 'bytes',
    answer: peopleImported,
  },
  exportPeople: {
    method: 'GET',
    path: '/api/v1/people/export',
    summary: 'The roster as a spreadsheet without countries, ?format=xlsx or csv',
    access: 'person.export',
    answer: 'bytes',
  },
  endPerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/end',
    summary: "End a person's status at once",
    access: 'person.end',
    body: endPerson,
    answer: personEnded,
  },
  mergePeople: {
    method: 'POST',
    path: '/api/v1/people/{personId}/merge',
    summary: 'Merge another record of the same human being into this one, at once; nobody gains by it',
    access: 'person.merge',
    body: mergePeople,
    answer: peopleMerged,
  },
  splitPerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/split',
    summary: 'Split somebody new from a record that is of two human beings, at once; nobody gains by it',
    access: 'person.split',
    body: splitPerson,
    answer: personSplit,
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
  createVault: {
    method: 'POST',
    path: '/api/v1/vaults',
    summary: 'Create a vault of labels that are defined',
    access: 'vault.create',
    body: createVault,
    answer: vaultCreated,
  },
  labels: {
    method: 'GET',
    path: '/api/v1/labels',
    summary: 'The labels, and on which basis they stand',
    access: 'label.list',
    answer: labels,
  },
  defineLabel: {
    method: 'POST',
    path: '/api/v1/labels',
    summary: 'Define a label, with its classification and basis',
    access: 'label.define',
    body: defineLabel,
    answer: labelDefined,
  },
  bindIdentity: {
    method: 'POST',
    path: '/api/v1/people/{personId}/identities',
    summary: 'Bind what somebody signs in with, while they are unverified or ended',
    access: 'identity.bind',
    body: identity,
    answer: identityChanged,
  },
  unbindIdentity: {
    method: 'POST',
    path: '/api/v1/people/{personId}/identities/unbind',
    summary: 'Take away what somebody signs in with, at once',
    access: 'identity.unbind',
    body: identity,
    answer: identityChanged,
  },
  founding: {
    method: 'GET',
    path: '/api/v1/founding',
    summary: 'How far the founding is; its founders alone see who they are',
    access: 'signed-in',
    answer: founding,
  },
  enrollFounder: {
    method: 'POST',
    path: '/api/v1/founding/enroll',
    summary: 'Bind your identity to the founder whose code you hold',
    access: 'signed-in',
    body: enrollFounder,
    answer: foundingChanged,
  },
  attestFounder: {
    method: 'POST',
    path: '/api/v1/founding/attest',
    summary: 'Attest another founder: who they are, and their status',
    access: 'signed-in',
    body: attestFounder,
    answer: foundingChanged,
  },
  closeFounding: {
    method: 'POST',
    path: '/api/v1/founding/close',
    summary: 'Close the founding; from here on everything takes a permit',
    access: 'signed-in',
    answer: foundingClosed,
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
