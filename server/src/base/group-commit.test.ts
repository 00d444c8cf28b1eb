import fc from 'fast-check'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { groupCommit } from './group-commit.ts'

test('groupCommit() sends a lone item in the same turn of the event loop and gathers what arrives meanwhile', async () => {
  const batches: number[][] = []
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const submit = groupCommit<number, number>({
    maxBatch: 100,
    maxConcurrent: 1,
    flush: async (items) => {
      batches.push([...items])
      if (batches.length === 1) await gate
      return items.map((item) => item * 2)
    },
  })
  const first = submit(1)
  await nextTurn()
  const rest = [2, 3, 4].map((item) => submit(item))
  open()
  expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8])
  expect(batches).toEqual([[1], [2, 3, 4]])
})

test('groupCommit() flushes every item exactly once, in order, within its bounds, and answers each its own', async () => {
  const item = fc.record({ turns: fc.nat(3), fails: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 4 }),
      run,
    ),
    { numRuns: 200 },
  )

  async function run(items: { turns: number; fails: boolean }[], maxBatch: number, maxConcurrent: number) {
    const flushed: number[] = []
    let underWay = 0
    const failed = new Set<number>()
    const submit = groupCommit<number, string>({
      maxBatch,
      maxConcurrent,
      flush: async (batch) => {
        underWay++
        expect(underWay).toBeLessThanOrEqual(maxConcurrent)
        expect(batch.length).toBeLessThanOrEqual(maxBatch)
        flushed.push(...batch)
        for (let i = batch.length % 3; i > 0; i--) await Promise.resolve()
        underWay--
        if (batch.some((index) => items[index]?.fails)) {
          for (const index of batch) failed.add(index)
          throw new Error(`failed with ${batch.join()}`)
        }
        return batch.map((index) => `done ${index}`)
      },
    })
    const answers: Promise<string>[] = []
    for (const [index, { turns }] of items.entries()) {
      answers.push(submit(index))
      for (let i = 0; i < turns; i++) await Promise.resolve()
    }
    const settled = await Promise.allSettled(answers)
    expect(flushed).toEqual(items.map((_, index) => index))
    for (const [index, answer] of settled.entries()) {
      expect(answer.status).toBe(failed.has(index) ? 'rejected' : 'fulfilled')
      if (answer.status === 'fulfilled') expect(answer.value).toBe(`done ${index}`)
    }
  }
})

test('groupCommit() refuses one more than may wait, and takes again when there is room', async () => {
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const flushed: number[] = []
  const submit = groupCommit<number, null>({
    maxBatch: 10,
    maxConcurrent: 1,
    maxWaiting: 3,
    flush: async (items) => {
      await gate
      flushed.push(...items)
      return items.map(() => null)
    },
  })
  const first = submit(0)
  await nextTurn()
  const waiting = [1, 2, 3].map((item) => submit(item))
  await expect(submit(4)).rejects.toThrow(Problem)
  await expect(submit(4)).rejects.toMatchObject({ code: 'unavailable' })
  open()
  await Promise.all([first, ...waiting])
  await submit(5)
  expect(flushed).toEqual([0, 1, 2, 3, 5])
})

test('groupCommit() rejects the whole batch when its results do not match its items', async () => {
  const submit = groupCommit<number, number>({ maxBatch: 10, maxConcurrent: 1, flush: async () => [1] })
  const answers = await Promise.allSettled([submit(1), submit(2)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
