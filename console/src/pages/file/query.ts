// What the page of one file asks of the gate.

import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type FileFacts = AnswerOf<'file'>

export const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId],
    queryFn: async ({ signal }) => await call('file', { path: { fileId }, signal }),
  })

export const sharesQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId, 'shares'],
    queryFn: async ({ signal }) => await call('fileShares', { path: { fileId }, signal }),
  })

/** The first thousand, by name. */
export const labelsQuery = queryOptions({
  queryKey: ['labels'],
  queryFn: async ({ signal }) => await call('labels', { signal }),
})

export const historyQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId, 'history'],
    queryFn: async ({ signal }) => await call('fileHistory', { path: { fileId }, signal }),
  })

export const copiesQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId, 'copies'],
    queryFn: async ({ signal }) => await call('fileCopies', { path: { fileId }, signal }),
  })

/** What covers whoever asks for a file, and what it holds them to; each asking is a decision on record. */
export const bindingQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId, 'binding'],
    queryFn: async ({ signal }) => await call('fileProvisos', { path: { fileId }, signal }),
    staleTime: 60_000,
    retry: false,
  })
