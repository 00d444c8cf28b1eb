// What of the register fits the filters: what is here is filtered at once, and the rest comes page after page meanwhile.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo } from 'react'
import { standingOf } from '../../parts/authorization-standing.ts'
import { useNow } from '../../parts/use-now.ts'
import { registerQuery, type Authorization } from './query.ts'
import type { RegisterSearch } from './route.ts'

export interface Register {
  readonly authorizations: readonly Authorization[]
  /** Whether these are all that fit. */
  readonly isWhole: boolean
  readonly error: Error | null
  readonly fetchMore: () => void
}

export function useRegister({ text = '', kind, standing }: RegisterSearch): Register {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(registerQuery)
  const wanted = useDeferredValue(text)
  const nowMs = useNow()
  const authorizations = useMemo(() => {
    const words = plain(wanted)
      .split(/\s+/)
      .filter((word) => word !== '')
    const fitting = (data?.pages ?? [])
      .flatMap((one) => one.authorizations)
      .filter(
        (one) =>
          (kind === undefined || one.terms.kind === kind) &&
          (standing === undefined || standingOf(one, nowMs) === standing) &&
          words.every((word) => textOf(one).includes(word)),
      )
    return standing === 'expiring' ? fitting.toSorted(byEnd) : fitting
  }, [data, wanted, kind, standing, nowMs])

  const isFiltered = kind !== undefined || standing !== undefined || text !== ''
  // Few may fit of many: the end of what is shown says nothing of where the next one is.
  useEffect(() => {
    if (isFiltered && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isFiltered, hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    authorizations,
    isWhole: data !== undefined && !hasNextPage,
    error,
    fetchMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
  }
}

const byEnd = (one: Authorization, other: Authorization) =>
  Date.parse(one.terms.validUntil) - Date.parse(other.terms.validUntil)

/** Whatever somebody may look for: number, title, parties, programs, items. */
function textOf({ terms }: Authorization): string {
  const { number, title, parties, programs, items } = terms
  return plain([number, title, ...parties.map(({ name }) => name), ...programs, ...items].join(' '))
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
