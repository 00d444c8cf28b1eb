import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}SECURITY.md`, 'utf8')
const claims = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, claim = '', file = '', title = '']) => (file.endsWith('.test.ts') ? [{ claim, file, title }] : []))

describe('SECURITY.md', () => {
  it('claims something', () => {
    expect(claims.length).toBeGreaterThan(30)
  })

  it.each(claims)('names a test that is there: $claim', ({ file, title }) => {
    const text = readFileSync(root + file, 'utf8')
    expect(title).not.toBe('')
    expect(text).toContain(title)
  })
})
