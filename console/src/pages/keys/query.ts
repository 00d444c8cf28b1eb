import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Key = AnswerOf<'keys'>['keys'][number]

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => await call('keys', { signal }),
})

type Place = NonNullable<AnswerOf<'moveFiles'>['next']>

export interface Moved {
  readonly moved: number
  readonly damaged: readonly string[]
  readonly left: number
}

/** Move every file to the current key, a batch at a time; each batch is an act with a receipt. */
export async function moveAll(onProgress: (so: Moved) => void): Promise<Moved> {
  let sum: Moved = { moved: 0, damaged: [], left: 0 }
  for (let at: Place | null = null; ;) {
    const batch: AnswerOf<'moveFiles'> = await call(
      'moveFiles',
      { body: { at } },
      () => 'Moved files to the current key',
    )
    sum = {
      moved: sum.moved + batch.moved,
      damaged: [...sum.damaged, ...batch.damaged],
      left: batch.left ?? sum.left - batch.moved,
    }
    onProgress(sum)
    if (batch.next === null) return sum
    at = batch.next
  }
}
