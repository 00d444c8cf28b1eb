// Routes of labels, vaults and files.

import { proposed } from './approvals.ts'
import { deleteFile, file, fileCopies, fileReserved, files, fileStored, reserveFile, vaults } from './files.ts'
import { createVault, defineLabel, labelDefined, labels, vaultCreated } from './labels.ts'
import { filesQuery } from './query.ts'
import type { Route } from './route.ts'

export const fileRoutes = {
  vaults: {
    method: 'GET',
    path: '/api/v1/vaults',
    summary: 'The vaults that you may see',
    access: 'vault.list',
    isFiltered: true,
    answer: vaults,
  },
  createVault: {
    method: 'POST',
    path: '/api/v1/vaults',
    summary: 'Create a vault of labels that are defined',
    access: 'vault.create',
    body: createVault,
    answer: vaultCreated,
    problems: ['conflict'],
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
    problems: ['conflict'],
  },
  reserveFile: {
    method: 'POST',
    path: '/api/v1/files',
    summary: 'Reserve a file in a vault: its id, labels and wrapping key',
    access: 'file.protect',
    body: reserveFile,
    answer: fileReserved,
    problems: ['not-found', 'conflict'],
  },
  storeFile: {
    method: 'PUT',
    path: '/api/v1/files/{fileId}/content',
    summary: 'Upload the sealed container of a reserved file',
    access: 'file.protect',
    body: 'bytes',
    answer: fileStored,
    problems: ['conflict'],
  },
  files: {
    method: 'GET',
    path: '/api/v1/files',
    summary: 'The files that you may see; ?vaultId= narrows to one vault',
    access: 'file.list',
    isFiltered: true,
    query: filesQuery,
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
  deleteFile: {
    method: 'POST',
    path: '/api/v1/files/{fileId}/deletion',
    summary: 'Ask for the deletion of a file for good; an officer who did not ask approves it',
    access: 'file.delete',
    body: deleteFile,
    answer: proposed,
    problems: ['conflict'],
  },
  fileCopies: {
    method: 'GET',
    path: '/api/v1/files/{fileId}/copies',
    summary: 'Who received a file, and which backups hold it',
    access: 'ledger.read',
    answer: fileCopies,
  },
} as const satisfies Record<string, Route>
