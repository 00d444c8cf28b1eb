import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export type About = 'person' | 'file' | 'program' | 'authorization' | 'period'

export interface Found {
  readonly id: string
  readonly name: string
}

/** What a packet can be about, by the beginning of its name. Programs are names of their own. */
export const foundQuery = (about: About, name: string) =>
  queryOptions({
    queryKey: ['evidence', about, name],
    enabled: about === 'authorization' || (name !== '' && (about === 'person' || about === 'file')),
    queryFn: async ({ signal }): Promise<readonly Found[]> => {
      if (about === 'person') {
        const { people } = await call('people', { query: { name }, signal })
        return people.slice(0, 20).map((one) => ({ id: one.id, name: one.name }))
      }
      if (about === 'file') {
        const { files } = await call('files', { query: { name }, signal })
        return files.slice(0, 20).map((one) => ({ id: one.id, name: one.name }))
      }
      const { authorizations } = await call('authorizations', { signal })
      const isLike = (number: string) => number.toLowerCase().includes(name.toLowerCase())
      return authorizations.map(({ id, terms }) => ({ id, name: terms.number })).filter((one) => isLike(one.name))
    },
  })

/** How far the packet is that is being made; only while one is. */
export const progressQuery = (isMaking: boolean) =>
  queryOptions({
    queryKey: ['evidence', 'progress'],
    enabled: isMaking,
    refetchInterval: 1000,
    staleTime: 0,
    queryFn: async ({ signal }) => await call('packetProgress', { signal }),
  })
