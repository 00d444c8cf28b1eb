import { describe, expect, test } from 'vitest'
import { compareSets } from './compare-sets.ts'

const named = (id: string, rule = 'permit (principal, action, resource);') => `@id("${id}")\n@reason("Why.")\n${rule}\n`
const set = (...texts: readonly string[]) => ({ schemaText: '', policyText: texts.join('\n') })
const nothing = { added: {}, removed: {}, changed: {}, schema: false }
const before = set('// A page of policies.\n', named('one'), named('two'))

describe('compareSets()', () => {
  test('finds nothing where only comments differ', () => {
    expect(compareSets(before, set('// Another page.\n', named('one'), named('two')))).toEqual(nothing)
  })

  test.each([
    ['stands before the first id', set(`  ${named('hidden')}`, named('one'), named('two')), 'added', ''],
    [
      'begins with something else than its id',
      set('@reason("Why.")\npermit (principal, action, resource);', named('one'), named('two')),
      'added',
      '',
    ],
    ['is indented after another', set(named('one'), `  ${named('hidden')}`, named('two')), 'changed', 'one'],
    [
      'has the id of another',
      set(named('one', 'permit (principal, action, resource);'), named('two'), named('one')),
      'changed',
      'one',
    ],
  ] as const)('shows a policy that %s', (_, after, where, id) => {
    expect(compareSets(before, after)[where]).toHaveProperty([id])
  })
})
