// The people that fit the filters, without waiting: what is here already is filtered here at once, and the gate is asked for the rest
// meanwhile: by its index of names where there is a name, page after page where there is none.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo } from 'react'
import { useSettled } from '../../parts/use-settled.ts'
import { namedQuery, peopleQuery, type Person } from './query.ts'
import type { PeopleSearch } from './route.ts'

export interface Roster {
  readonly people: readonly Person[]
  /** Whether these are all that fit. */
  readonly isWhole: boolean
  readonly error: Error | null
  readonly fetchMore: () => void
}

export function useRoster({ name = '', status, role, asOf }: PeopleSearch): Roster {
  const all = useInfiniteQuery(peopleQuery(asOf))
  const isAllHere = all.data !== undefined && !all.hasNextPage
  const asked = useSettled(name.trim(), 250)
  // The past has no index of names: there whoever is looked for is found as the pages come.
  const isNamed = asked !== '' && !isAllHere && asOf === undefined
  const named = useInfiniteQuery({ ...namedQuery(asked), enabled: isNamed })
  const isNameThere = isNamed && asked === name.trim() && named.data !== undefined
  const source = isNameThere ? named : all
  const pages = source.data?.pages
  const wanted = useDeferredValue(name)
  const people = useMemo(() => {
    const words = wordsOf(isNameThere ? '' : wanted)
    return (pages ?? [])
      .flatMap((one) => one.people)
      .filter(
        (person) =>
          (status === undefined || person.status === status) &&
          (role === undefined || person.roles.includes(role)) &&
          (words.length === 0 || hasWords(person.name, words)),
      )
  }, [pages, isNameThere, wanted, status, role])

  const isFiltered = status !== undefined || role !== undefined || (name !== '' && !isNamed)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = source
  // Few may fit of many: the end of what is shown says nothing of where the next one is.
  useEffect(() => {
    if (isFiltered && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isFiltered, hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    people,
    isWhole: source.data !== undefined && !hasNextPage && (!isNamed || isNameThere),
    error: source.error,
    fetchMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
  }
}

function wordsOf(text: string): readonly string[] {
  return plain(text)
    .split(/\s+/)
    .filter((word) => word !== '')
}

function hasWords(name: string, words: readonly string[]): boolean {
  const own = plain(name).split(/[\s-]+/)
  return words.every((word) => own.some((one) => one.startsWith(word)))
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
