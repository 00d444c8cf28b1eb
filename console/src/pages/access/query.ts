import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'
import type { AccessAsked } from '../../parts/several.tsx'

export type Asked = AccessAsked
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
