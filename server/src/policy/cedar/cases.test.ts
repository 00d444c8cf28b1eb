import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCase, runCase, type CaseTexts } from './testing/cases.ts'

const vendored = fileURLToPath(new URL('../../../../policies/cedar-cases/', import.meta.url))
const wholeCorpus = process.env['CEDAR_CORPUS']

describe("compilePolicies() answers Cedar's own cases as they are recorded", () => {
  it.each(globSync('tests/*/*.json', { cwd: vendored }))('%s', (path) => {
    const { asked, wrong } = runCase(readCase(vendored, path))
    expect(asked).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })

  it('the vendored selection of the generated corpus', () => {
    const selection = JSON.parse(readFileSync(join(vendored, 'corpus-selection.json'), 'utf8')) as CaseTexts[]
    const results = selection.map(runCase)
    expect(selection).toHaveLength(150)
    expect(results.reduce((sum, one) => sum + one.asked, 0)).toBe(1200)
    expect(results.flatMap((one) => one.wrong)).toEqual([])
  })

  it('and a record that says otherwise is noticed', () => {
    const [path = ''] = globSync('tests/*/2a.json', { cwd: vendored })
    const texts = readCase(vendored, path)
    const { wrong } = runCase({ ...texts, case: texts.case.replaceAll('"allow"', '"deny"') })
    expect(wrong).toHaveLength(1)
  })

  // CEDAR_CORPUS names it; without that there is nothing to run it on.
  it.each(wholeCorpus === undefined ? [] : [wholeCorpus])(
    'the whole generated corpus, named by CEDAR_CORPUS',
    (path) => {
      const { root, remove } = extracted(path)
      try {
        const paths = globSync('corpus-tests/*.json', { cwd: root }).filter((path) => !path.endsWith('.entities.json'))
        const results = paths.map((path) => runCase(readCase(root, path)))
        expect(paths).toHaveLength(7809)
        expect(results.reduce((sum, one) => sum + one.asked, 0)).toBe(62_472)
        expect(results.flatMap((one) => one.wrong)).toEqual([])
      } finally {
        remove()
      }
    },
    600_000,
  )
})

function extracted(path: string): { root: string; remove: () => void } {
  if (statSync(path).isDirectory()) return { root: join(path, '..'), remove: () => undefined }
  const root = mkdtempSync(join(tmpdir(), 'cedar-corpus-'))
  execFileSync('tar', ['xzf', path, '-C', root])
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
