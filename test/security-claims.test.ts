// Pages that claim something name the test that keeps it, as file and title in the last two cells of a table's row.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

describe.each([
  { page: 'SECURITY.md', least: 200 },
  { page: 'docs/asvs.md', least: 25 },
])('$page', ({ page, least }) => {
  const claims = readFileSync(root + page, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, claim = '', ...cells]) => {
      const at = cells.findIndex((cell) => cell.endsWith('.test.ts'))
      return at === -1 ? [] : [{ claim, file: cells[at] ?? '', title: cells[at + 1] ?? '' }]
    })

  it('claims something', () => {
    expect(claims.length).toBeGreaterThan(least)
  })

  it.each(claims)('names a test that is there: $claim', ({ file, title }) => {
    const text = readFileSync(root + file, 'utf8')
    expect(title).not.toBe('')
    expect(text).toContain(title)
  })
})
