// What the page of one file asks of the gate.

import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type FileFacts = AnswerOf<'file'>

export const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId],
    queryFn: async ({ signal }) => await call('file', { path: { fileId }, signal }),
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
