// Every route of the product API: method, path, what it takes, what it answers, and the action that decides it.

import { proposed } from './approvals.ts'
import { approvalRoutes } from './approval-routes.ts'
import { accessRoutes } from './access-routes.ts'
import { decisionRoutes } from './decision-routes.ts'
import { whatCan, whatCanAnswer, whoCan, whoCanAnswer } from './decisions.ts'
import { enclave } from './enclave.ts'
import { peopleImported } from './import.ts'
import { authorizationRoutes } from './authorization-routes.ts'
import { fileRoutes } from './file-routes.ts'
import { mappingRoutes } from './mapping-routes.ts'
import { foundingRoutes } from './founding-routes.ts'
import { destroyKey, filesMoved, keyProposed, keys, moveFiles, rotateKey } from './keys.ts'
import { legalDataRoutes } from './legal-data-routes.ts'
import { ledgerEntryRoutes } from './ledger-entries.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { notices } from './notices.ts'
import {
  addPerson,
  changePerson,
  endPerson,
  lookAtTies,
  me,
  mergePeople,
  people,
  peopleMerged,
  personShown,
  personAdded,
  personChanged,
  personEnded,
  personHistory,
  personSplit,
  rosterCompared,
  splitPerson,
  tiesShown,
} from './people.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { policySetRoutes } from './policy-set-routes.ts'
import { asOfQuery, compareQuery, exportQuery, importQuery, noticesQuery, peopleQuery } from './query.ts'
import { packetRoutes } from './packet-routes.ts'
import { drawRoutes } from './draw-routes.ts'
import { refusalRoutes } from './refusals.ts'
import { dueMailRoutes } from './due-mail-routes.ts'
import { dutyRoutes } from './duty-routes.ts'
import { releaseRoutes } from './releases.ts'
import { requestRoutes } from './request-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import type { Route } from './route.ts'
import { identity, identityChanged, proposeIdentity } from './labels.ts'
import { classificationRoutes } from './classification-routes.ts'
import { backupRoutes } from './backups.ts'
import { boundaryRoutes } from './boundary.ts'
import { candidateRoutes } from './candidate-routes.ts'
import { changeSetting, settingChanged, settings, tasks } from './settings.ts'

export const routes = {
  ...candidateRoutes,
  ...authorizationRoutes,
  ...classificationRoutes,
  ...fileRoutes,
  ...mappingRoutes,
  ...foundingRoutes,
  ...requestRoutes,
  ...ledgerRoutes,
  ...boundaryRoutes,
  ...backupRoutes,
  ...ledgerEntryRoutes,
  ...legalDataRoutes,
  ...packetRoutes,
  ...releaseRoutes,
  ...refusalRoutes,
  ...drawRoutes,
  ...dutyRoutes,
  ...dueMailRoutes,
  ...sessionRoutes,
  ...passkeyRoutes,
  enclave: {
    method: 'GET',
    path: '/api/v1/enclave',
    summary: 'What a client must know before it signs in',
    access: 'none',
    why: 'the address, the keys and the issuer are public, and nobody can sign in without them',
    answer: enclave,
  },
  me: {
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who the gate takes you for',
    access: 'signed-in',
    why: "it shows the caller's own record, to the caller alone",
    answer: me,
    isCached: true,
  },
  people: {
    method: 'GET',
    path: '/api/v1/people',
    summary: 'The roster; ?asOf= as it was at a moment (ISO 8601); ?name= those whom its words name',
    access: 'person.list',
    query: peopleQuery,
    answer: people,
  },
  addPerson: {
    method: 'POST',
    path: '/api/v1/people',
    summary: 'Add a person, unverified; names that could be taken for theirs are told',
    access: 'person.add',
    body: addPerson,
    answer: personAdded,
    problems: ['conflict'],
  },
  person: {
    method: 'GET',
    path: '/api/v1/people/{personId}',
    summary: 'One person, with what their status rests on; ?asOf= as they were at a moment (ISO 8601)',
    access: 'person.list',
    query: asOfQuery,
    answer: personShown,
    isCached: true,
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
    takesIfMatch: true,
    problems: ['conflict'],
  },
  proposePersonChange: {
    method: 'POST',
    path: '/api/v1/people/{personId}/proposals',
    summary: 'Ask two others to approve a change that widens access',
    access: 'person.propose',
    body: changePerson,
    answer: proposed,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  lookAtTies: {
    method: 'POST',
    path: '/api/v1/people/{personId}/ties/look',
    summary: "Look at a foreign person's countries for a stated purpose, on record",
    access: 'person.look',
    body: lookAtTies,
    answer: tiesShown,
    problems: ['conflict'],
  },
  compareRoster: {
    method: 'GET',
    path: '/api/v1/roster/compare',
    summary: 'What differs between two moments: ?from=&to= (ISO 8601)',
    access: 'person.list',
    query: compareQuery,
    answer: rosterCompared,
  },
  tasks: {
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'Reviews and briefings that are due, which is never a refusal, and how many candidates and cases wait',
    access: 'person.list',
    answer: tasks,
  },
  settings: {
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'The rules that counsel decides, with who, when and why',
    access: 'person.list',
    answer: settings,
    isCached: true,
  },
  changeSetting: {
    method: 'POST',
    path: '/api/v1/settings',
    summary: 'Change a rule that counsel decided; what widens takes two others',
    access: 'setting.change',
    body: changeSetting,
    answer: settingChanged,
    problems: ['conflict'],
  },
  ...policySetRoutes,
  keys: {
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'Which keys there are, what they are for, and how many files lean on them',
    access: 'key.list',
    answer: keys,
  },
  rotateKey: {
    method: 'POST',
    path: '/api/v1/keys/rotations',
    summary: 'Ask for a new key; an officer who did not ask approves it',
    access: 'key.rotate',
    body: rotateKey,
    answer: keyProposed,
    problems: ['conflict'],
  },
  moveFiles: {
    method: 'POST',
    path: '/api/v1/keys/moves',
    summary: 'Move one batch of files to the current key, without touching their containers',
    access: 'key.move',
    body: moveFiles,
    answer: filesMoved,
    problems: ['conflict'],
  },
  destroyKey: {
    method: 'POST',
    path: '/api/v1/keys/{kid}/destruction',
    summary: 'Ask for the end of an old key that no file leans on; an officer who did not ask approves it',
    access: 'key.destroy',
    body: destroyKey,
    answer: keyProposed,
    problems: ['conflict'],
  },
  ...approvalRoutes,
  notices: {
    method: 'GET',
    path: '/api/v1/notices',
    summary: 'What was told by mail about requests for approval, and to whom; ?state= waiting, sent, failed or dropped',
    access: 'approval.list',
    query: noticesQuery,
    answer: notices,
  },
  importPeople: {
    method: 'POST',
    path: '/api/v1/people/import',
    summary: 'What a spreadsheet of people would change; with ?apply=<digest>&reason= exactly that is done',
    access: 'person.import',
    query: importQuery,
    body: 'bytes',
    answer: peopleImported,
    problems: ['conflict'],
  },
  exportPeople: {
    method: 'GET',
    path: '/api/v1/people/export',
    summary: 'The roster as a spreadsheet without countries, ?format=xlsx or csv',
    access: 'person.export',
    query: exportQuery,
    answer: 'bytes',
  },
  endPerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/end',
    summary: "End a person's status at once",
    access: 'person.end',
    body: endPerson,
    answer: personEnded,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  mergePeople: {
    method: 'POST',
    path: '/api/v1/people/{personId}/merge',
    summary: 'Merge another record of the same human being into this one, at once; nobody gains by it',
    access: 'person.merge',
    body: mergePeople,
    answer: peopleMerged,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  splitPerson: {
    method: 'POST',
    path: '/api/v1/people/{personId}/split',
    summary: 'Split somebody new from a record that is of two human beings, at once; nobody gains by it',
    access: 'person.split',
    body: splitPerson,
    answer: personSplit,
    takesIfMatch: true,
    problems: ['conflict'],
  },
  ...decisionRoutes,
  whoCan: {
    method: 'POST',
    path: '/api/v1/decisions/who-can',
    summary: 'Who can open a file now, or could at a moment of the past, and why or why not',
    access: 'decision.search',
    body: whoCan,
    answer: whoCanAnswer,
  },
  whatCan: {
    method: 'POST',
    path: '/api/v1/decisions/what-can',
    summary: 'What a person can open now, or could at a moment of the past',
    access: 'decision.search',
    body: whatCan,
    answer: whatCanAnswer,
  },
  ...accessRoutes,
  bindIdentity: {
    method: 'POST',
    path: '/api/v1/people/{personId}/identities',
    summary: 'Bind what somebody signs in with, while they are unverified or ended',
    access: 'identity.bind',
    body: identity,
    answer: identityChanged,
    problems: ['conflict'],
  },
  proposeIdentity: {
    method: 'POST',
    path: '/api/v1/people/{personId}/identities/propose',
    summary: 'Ask two others to approve what somebody who is verified signs in with besides',
    access: 'identity.enroll',
    body: proposeIdentity,
    answer: proposed,
    problems: ['conflict'],
  },
  unbindIdentity: {
    method: 'POST',
    path: '/api/v1/people/{personId}/identities/unbind',
    summary: 'Take away what somebody signs in with, at once',
    access: 'identity.unbind',
    body: identity,
    answer: identityChanged,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
