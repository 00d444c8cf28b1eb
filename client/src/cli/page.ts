// Lists that come a page at a time: how to ask for the next one.

import type { Outcome } from '../gate/index.ts'
import type { Context } from './context.ts'

export interface PageOptions {
  readonly after?: string
}

export const afterOption = ['--after <place>', 'the page after the one that named this place'] as const

export function placeIn({ after }: PageOptions): { readonly after?: string } {
  return after === undefined ? {} : { after }
}

/** Say that there is more, where there is. */
export function tellNext({ print }: Context, { next }: { readonly next: string | null }): void {
  if (next !== null) print.note(`There is more: the same with --after ${next}`)
}

/** Follow a list to its end, for a thing that may be on any of its pages. */
export async function wholeList<A extends { readonly next: string | null }, T>(
  page: (query: { readonly after?: string }) => Promise<Outcome<A>>,
  itemsOf: (answer: A) => readonly T[],
): Promise<Outcome<readonly T[]>> {
  const items: T[] = []
  for (let query: { readonly after?: string } | null = {}; query !== null;) {
    const answer: Outcome<A> = await page(query)
    if (answer.outcome === 'refused') return answer
    items.push(...itemsOf(answer.value))
    query = answer.value.next === null ? null : { after: answer.value.next }
  }
  return { outcome: 'answered', value: items }
}
