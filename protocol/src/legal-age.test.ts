import { expect, test } from 'vitest'
import { isOlderThanAYear } from './legal-age.ts'

test.each([
  ['2025-11-30', '2026-11-30', false],
  ['2025-11-29', '2026-11-30', true],
  ['2024-02-29', '2025-03-01', false],
  ['2024-02-29', '2025-03-02', true],
  ['2026-11-30', '2026-11-30', false],
])('isOlderThanAYear() of %s on %s is %s', (asOf, today, is) => {
  expect(isOlderThanAYear({ asOf, today })).toBe(is)
})
