// Reading everybody, or everything, a page at a time, for whole questions.

import type { Problem } from '@sallyport/protocol'

export interface Pages {
  /** Ids of a page: the last page has fewer. */
  readonly size: number
  readonly most: number
  /** What is said of more than `most`. */
  readonly tooMany: () => Problem
}

/** Read page by page, each after the last id of the one before it, and hand each on. Throws what `tooMany` makes. */
export async function everyPage(
  { size, most, tooMany }: Pages,
  read: (after: string | null) => Promise<readonly string[]>,
  take: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  let count = 0
  for (let after: string | null = null; ;) {
    const ids: readonly string[] = await read(after)
    count += ids.length
    if (count > most) throw tooMany()
    if (ids.length > 0) await take(ids)
    after = ids.at(-1) ?? null
    if (ids.length < size) return
  }
}
