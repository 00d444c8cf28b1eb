import { describe, expect, test, vi } from 'vitest'
import { repeat } from './repeat.ts'

describe('repeat()', () => {
  test('goes on after a round that failed, and tells of it', async () => {
    const failures: unknown[] = []
    let rounds = 0
    const work = async () => {
      rounds++
      if (rounds === 1) throw new Error('the first one')
    }
    const { stop } = repeat(work, { intervalMs: 1, failed: (error) => failures.push(error) })
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(2))
    await stop()
    expect(failures).toEqual([new Error('the first one')])
  })

  test('stop() aborts the round under way, waits for its end, and no other begins', async () => {
    const ended: number[] = []
    let rounds = 0
    const work = async (signal: AbortSignal) => {
      const round = ++rounds
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended.push(round)
    }
    const { stop } = repeat(work, { intervalMs: 0, failed: () => {} })
    await stop()
    expect({ rounds, ended }).toEqual({ rounds: 1, ended: [1] })
  })
})
