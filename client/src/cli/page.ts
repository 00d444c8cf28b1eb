// Lists that come a page at a time: how to ask for the next one.

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
