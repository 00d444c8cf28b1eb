import { describe, expect, test } from 'vitest'
import { isYetToCome } from './day.ts'

describe('isYetToCome()', () => {
  test.each([
    ['2026-06-01', '2026-06-01T00:00:00Z', false],
    // It is the second already at UTC+14:00.
    ['2026-06-02', '2026-06-01T10:00:00Z', false],
    ['2026-06-02', '2026-06-01T09:59:59.999Z', true],
    ['2026-06-03', '2026-06-01T23:59:59Z', true],
    ['2027-01-01', '2026-12-31T10:00:00Z', false],
    ['1999-12-31', '2026-06-01T00:00:00Z', false],
  ])('of %s at %s: %s', (day, at, expected) => {
    expect(isYetToCome(day, Date.parse(at))).toBe(expected)
  })
})
