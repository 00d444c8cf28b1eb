// What the homes ask of the gate.

import { queryOptions } from '@tanstack/react-query'
import { call, callForFile, isGateReady, type AnswerOf } from '../../api/index.ts'

/** What waits for approval. */
export const waitingQuery = queryOptions({
  queryKey: ['approvals', 'waiting'],
  queryFn: async ({ signal }) => await call('approvals', { signal }),
})

/** Reviews and briefings that are due, and how many candidates wait. */
export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: async ({ signal }) => await call('tasks', { signal }),
})

/** What expires or is due of the register. */
export const authorizationTasksQuery = queryOptions({
  queryKey: ['tasks', 'authorizations'],
  queryFn: async ({ signal }) => await call('authorizationTasks', { signal }),
})

/** What people who were refused ask of this role. */
export const askedOfMeQuery = queryOptions({
  queryKey: ['requests', 'waiting'],
  queryFn: async ({ signal }) => await call('requestsWaiting', { signal }),
})

export const ownRequestsQuery = queryOptions({
  queryKey: ['requests', 'own'],
  queryFn: async ({ signal }) => await call('requests', { signal }),
})

export type Refusal = AnswerOf<'ownRefusals'>['refusals'][number]

/** What one was refused. */
export const refusalsQuery = queryOptions({
  queryKey: ['own refusals'],
  queryFn: async ({ signal }) => await call('ownRefusals', { signal }),
})

export const filesQuery = queryOptions({
  queryKey: ['files', 'first page'],
  queryFn: async ({ signal }) => await call('files', { signal }),
})

/** The first page of the vaults that one may see. */
export const vaultsQuery = queryOptions({
  queryKey: ['vaults', 'first page'],
  queryFn: async ({ signal }) => await call('vaults', { signal }),
})

export const sharedWithMeQuery = queryOptions({
  queryKey: ['files', 'shared with me'],
  queryFn: async ({ signal }) => await call('sharedFiles', { signal }),
})

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => await call('keys', { signal }),
})

export const alarmsQuery = queryOptions({
  queryKey: ['ledger', 'alarms'],
  queryFn: async ({ signal }) => await call('ledgerAlarms', { signal }),
})

export const timestampsQuery = queryOptions({
  queryKey: ['ledger', 'timestamps'],
  queryFn: async ({ signal }) => await call('ledgerTimestamps', { signal }),
})

/** How many entries the ledger has, by its latest signed checkpoint (C2SP tlog-checkpoint: the size is its second line). */
export const checkpointQuery = queryOptions({
  queryKey: ['ledger', 'checkpoint'],
  queryFn: async ({ signal }) => {
    const note = await (await callForFile('checkpoint', { signal })).text()
    const [origin = '', size = '', root = ''] = note.split('\n')
    return { origin, size: Number(size), root, note }
  },
})

/** Whether the gate decides right now. */
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: async ({ signal }) => ({ isReady: await isGateReady(signal) }),
  refetchInterval: 30_000,
})
