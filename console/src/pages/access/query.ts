import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type BodyOf } from '../../api/index.ts'

/** A question over everybody and everything: now, on a day, or what a change would do. */
export type Asked = BodyOf<'access'>
export type Change = NonNullable<Asked['change']>

/** What is asked stands in the memory of the page alone. */
export const accessQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ['access', 'map', asked],
    queryFn: async ({ signal }) => await call('access', { body: asked, signal }),
    staleTime: 60_000,
  })

/** What another policy set would do, by its digest. */
export const policyEffectQuery = (digest: string) =>
  queryOptions({
    queryKey: ['access', 'policies', digest],
    queryFn: async ({ signal }) => await call('policyEffect', { body: { digest }, signal }),
    staleTime: 60_000,
  })

/** All members of the class that somebody is in, of which the map names the first. */
export const membersQuery = (asked: Asked, of: 'people' | 'files', with_: string) =>
  infiniteQueryOptions({
    queryKey: ['access', 'members', asked, of, with_],
    queryFn: async ({ pageParam, signal }) =>
      await call('accessMembers', {
        body: { ...asked, of, with: with_, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
  })

/** Those that could end: what is in effect of the register, its first page. */
export const effectiveQuery = queryOptions({
  queryKey: ['authorizations', 'effective'],
  queryFn: async ({ signal }) =>
    (await call('authorizations', { signal })).authorizations.filter(({ state }) => state === 'effective'),
})

/** Policy sets that could come in force: the one that ships and those that did before. */
export const policySetsQuery = queryOptions({
  queryKey: ['policies', 'sets'],
  queryFn: async ({ signal }) => {
    const { inForce, shipped } = await call('policySets', { signal })
    const { versions } = await call('policySetVersions', { signal })
    return { inForce, shipped, versions }
  },
})
