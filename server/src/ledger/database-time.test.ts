import { expect, test } from 'vitest'
import { manualClock } from '../base/testing.ts'
import { DatabaseTime } from './database-time.ts'

test('DatabaseTime counts on from what the database said, and asks again after a second', () => {
  const clock = manualClock()
  const time = new DatabaseTime(clock)
  expect(time.now()).toBeNull()
  time.learn(5000)
  clock.advance(999)
  expect(time.now()).toBe(5999)
  time.learn(4000)
  expect(time.now()).toBe(4000)
  clock.advance(1001)
  expect(time.now()).toBeNull()
})
