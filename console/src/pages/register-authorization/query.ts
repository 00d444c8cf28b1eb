import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'
import type { AccessAsked } from '../../parts/several.tsx'
import { statusText } from '../../parts/person-status.tsx'
import type { Terms } from './draft.ts'

export type Exemptions = AnswerOf<'exemptions'>

const few = 8

export const peopleNamedQuery = (name: string) =>
  queryOptions({
    queryKey: ['people', 'picked', name],
    queryFn: async ({ signal }) => {
      const { people } = await call('people', { query: { name }, signal })
      return people.slice(0, few).map(({ id, name: shown, status, externalId, employer }) => ({
        id,
        name: shown,
        more: [statusText(status), employer, externalId].filter((one) => one !== null).join(' · '),
      }))
    },
  })

export const filesNamedQuery = (name: string) =>
  queryOptions({
    queryKey: ['files', 'picked', name],
    queryFn: async ({ signal }) => {
      const { files } = await call('files', { query: { name }, signal })
      return files.slice(0, few).map(({ id, name: shown, labels }) => ({
        id,
        name: shown,
        more: labels.map(({ title }) => title).join(', '),
      }))
    },
  })

/** For what people are assigned to programs: purposes that are in use. */
export const purposesQuery = queryOptions({
  queryKey: ['people', 'purposes'],
  queryFn: async ({ signal }) => {
    const { people } = await call('people', { signal })
    return [...new Set(people.flatMap(({ assignments }) => assignments.map(({ purpose }) => purpose)))].toSorted()
  },
  staleTime: 300_000,
})

export const exemptionsQuery = queryOptions({
  queryKey: ['exemptions'],
  queryFn: async ({ signal }) => await call('exemptions', { signal }),
  staleTime: 300_000,
})

/** Who would gain or lose what under these terms. Never taken from what was there: others change things meanwhile. */
export async function askEffect(terms: Terms, authorizationId: string | undefined): Promise<LookedAt> {
  const asked: AccessAsked = {
    change: { kind: 'authorization-terms', terms, ...(authorizationId === undefined ? {} : { authorizationId }) },
  }
  return { asked, access: await call('access', { body: asked }) }
}

/** The answer, with the question that it answers. */
export interface LookedAt {
  readonly asked: AccessAsked
  readonly access: AnswerOf<'access'>
}

export interface Standing {
  readonly authorization: AnswerOf<'authorization'>
  /** Names whoever its terms name. */
  readonly nameOf: (id: string) => string
}

/** One that stands, with the names of whoever it names: what other terms are made from, so that it is read anew each time. */
export const standingQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['authorizations', 'standing', authorizationId],
    queryFn: async ({ signal }): Promise<Standing> => {
      const path = { authorizationId }
      const [authorization, { people }] = await Promise.all([
        call('authorization', { path, signal }),
        call('authorizationHistory', { path, signal }),
      ])
      return { authorization, nameOf: (id) => people.find((one) => one.id === id)?.name || id }
    },
    // What is typed over it is not to change under whoever types.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
