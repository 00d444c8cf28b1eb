import { describe, expect, test } from 'vitest'
import { alikeTogether, alikeWithinMs } from './alike.ts'

const together = (...things: readonly (readonly [key: string, atMs: number])[]) =>
  alikeTogether(things, { keyOf: ([key]) => key, atMsOf: ([, atMs]) => atMs }).map((group) => group.map(([, at]) => at))

describe('alikeTogether()', () => {
  test('puts equal things together that are close in time, whatever is between them, the newest first', () => {
    expect(together(['a', 9], ['b', 8], ['a', 7], ['a', 6])).toEqual([[9, 7, 6], [8]])
  })

  test('begins anew after its time from the newest, however close each is to the one before', () => {
    const end = 2 * alikeWithinMs
    expect(together(['a', end], ['a', alikeWithinMs], ['a', alikeWithinMs - 1], ['a', 1])).toEqual([
      [end, alikeWithinMs],
      [alikeWithinMs - 1, 1],
    ])
  })

  test('of nothing makes nothing', () => {
    expect(together()).toEqual([])
  })
})
