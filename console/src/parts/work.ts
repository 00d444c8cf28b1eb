// Programs and purposes that there are: what files are labelled with and what people are assigned for. Whatever is new can be typed all
// the same; what exists is offered, so that one thing does not come to have two spellings.

import { useQuery } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { useSession } from '../shell/routes.ts'
import { labelText } from './wording.ts'

export interface Work {
  readonly programs: readonly string[]
  readonly purposes: readonly string[]
}

/** Who may read the labels, by the policies that ship. */
const labelReaders = ['officer', 'auditor', 'empowered-official'] as const

/** What there is to offer, where it is wanted: asking is on record. Nothing where it is not here yet. Assignments are those of the first thousand people. */
export function useWork(isWanted: boolean): Work {
  const { roles } = useSession()
  const readsLabels = labelReaders.some((role) => roles.includes(role))
  const { data } = useQuery({
    queryKey: ['people', 'work', readsLabels],
    queryFn: async ({ signal }): Promise<Work> => {
      const [{ people }, labels] = await Promise.all([
        call('people', { signal }),
        readsLabels ? call('labels', { signal }).then((answer) => answer.labels) : [],
      ])
      const assigned = people.flatMap(({ assignments }) => assignments)
      const labelled = labels.map(({ fqn }) => labelText(fqn)).filter((text) => text.startsWith('program/'))
      return {
        programs: inOrder([
          ...labelled.map((text) => text.slice('program/'.length)),
          ...assigned.map((one) => one.program),
        ]),
        purposes: inOrder(assigned.map(({ purpose }) => purpose)),
      }
    },
    enabled: isWanted,
    staleTime: 300_000,
  })
  return data ?? { programs: [], purposes: [] }
}

function inOrder(all: readonly string[]): readonly string[] {
  return [...new Set(all)].toSorted()
}
