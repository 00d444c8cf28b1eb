// The first members of a class, and the others where somebody wants them: those that are here already, or all of it asked of the gate.

import { Button } from '@fluentui/react-components'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type BodyOf } from '../api/index.ts'
import { Asked } from './asked.tsx'

/** A question over everybody and everything: now, on a day, or what a change would do. */
export type AccessAsked = BodyOf<'access'>

/** Of which class of which answer the members are, to ask for those that the answer does not name. */
export interface OfClass {
  readonly asked: AccessAsked
  readonly of: 'people' | 'files'
}

export interface SeveralProps {
  /** Those that are named already, the first ones. */
  readonly members: readonly { readonly id: string; readonly name: string }[]
  readonly count?: number
  /** Left out where `members` are all of them. */
  readonly ofClass?: OfClass
}

const few = 3

export function Several({ members, count = members.length, ofClass }: SeveralProps) {
  const [isWhole, showAll] = useState(false)
  const shown = isWhole ? members : members.slice(0, few)
  const [first] = members
  return (
    <>
      {shown.map(({ name }) => name).join(', ')}
      {!isWhole && count > shown.length && (
        <>
          {' '}
          <Button size="small" onClick={() => showAll(true)}>
            and {count - shown.length} more
          </Button>
        </>
      )}
      {isWhole && count > members.length && ofClass !== undefined && first !== undefined && (
        <Rest ofClass={ofClass} with={first.id} known={members.length} />
      )}
    </>
  )
}

function Rest({
  ofClass: { asked, of },
  with: with_,
  known,
}: {
  readonly ofClass: OfClass
  readonly with: string
  readonly known: number
}) {
  const members = useInfiniteQuery(membersQuery(asked, of, with_))
  return (
    <Asked what="the others" query={members}>
      {({ pages }) => (
        <>
          {pages
            .flatMap((one) => one.members)
            .slice(known)
            .map(({ name }) => `, ${name}`)
            .join('')}{' '}
          {members.hasNextPage && (
            <Button size="small" onClick={() => void members.fetchNextPage()}>
              more
            </Button>
          )}
        </>
      )}
    </Asked>
  )
}

/** All members of the class that somebody is in, of which the map names the first. */
export const membersQuery = (asked: AccessAsked, of: OfClass['of'], with_: string) =>
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
