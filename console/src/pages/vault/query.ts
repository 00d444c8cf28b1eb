// What the page of one vault asks of the gate.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, GateProblem, type AnswerOf } from '../../api/index.ts'

export type Vault = AnswerOf<'vaults'>['vaults'][number]
export type FileOfVault = AnswerOf<'files'>['files'][number]

/** The gate has lists of vaults alone: they are read until this one comes. */
export const vaultQuery = (vaultId: string) =>
  queryOptions({
    queryKey: ['vaults', vaultId],
    queryFn: async ({ signal }): Promise<Vault> => {
      for (let after: string | null = ''; after !== null;) {
        const page: AnswerOf<'vaults'> = await call('vaults', { query: after === '' ? {} : { after }, signal })
        const found = page.vaults.find(({ id }) => id === vaultId)
        if (found !== undefined) return found
        after = page.next
      }
      throw new GateProblem({
        type: 'urn:sallyport:problem:not-found',
        title: 'There is no such vault',
        status: 404,
        detail: 'There is none of that address that you may see. It may be of a program that you are not assigned to.',
      })
    },
  })

/** Five hundred at a time, of which one may see some. */
export const filesOfVaultQuery = (vaultId: string) =>
  infiniteQueryOptions({
    queryKey: ['files', 'of vault', vaultId],
    queryFn: async ({ pageParam, signal }) =>
      await call('files', { query: { vaultId, ...(pageParam === '' ? {} : { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
