import { describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { foldedName, lookOf, nameWords, similarNames } from './similar-names.ts'

const id = '01930000-0000-7000-8000-000000000001' as Id<'person'>
const match = (one: string, other: string) => similarNames(one, [{ id, displayName: other }])[0]?.match ?? 'other'

describe('similarNames()', () => {
  test.each([
    ['Mara Lindgren', 'MARA  LINDGREN', 'same'],
    ['Ｍａｒａ', 'Mara', 'same'],
    ['Stra\u00dfe', 'STRASSE', 'same'],
    ['Ren\u00e9e', 'Rene\u0301e', 'same'],
    ['Mara\u200b Lindgren', 'Mara Lindgren', 'same'],
    ['\u041c\u0430\u0433\u0430', 'Mara', 'look-alike'],
    ['Paul', 'Pau1', 'look-alike'],
    ['Renee', 'Ren\u00e9e', 'look-alike'],
    ['O\u2019Neil', "O'Neil", 'look-alike'],
    ['Mara Lindgren', 'Mira Lindgren', 'other'],
    ['Lin Zhao', 'Li Nzhang', 'other'],
  ])('%j beside %j is %s', (one, other, expected) => {
    expect(match(one, other)).toBe(expected)
    expect(match(other, one)).toBe(expected)
  })
})

test('foldedName() is the same for what it made', () => {
  for (const name of ['Stra\u00dfe', '\u0130stanbul', 'Ὀδυσσεύς', '\ufb01n', '①']) {
    expect(foldedName(foldedName(name))).toBe(foldedName(name))
  }
})

test('ATTACKER: lookOf() and nameWords() fit into an index, whatever a name unfolds to', () => {
  const squared = String.fromCodePoint(...Array.from({ length: 87 }, (_, at) => 0x3300 + at)).repeat(2)
  const unfolded = [squared, '\ufdfa'.repeat(200), '\u{1d400}'.repeat(200)]
  for (const name of unfolded) {
    expect(Buffer.byteLength(lookOf(name))).toBeLessThanOrEqual(1200)
    for (const word of nameWords(name)) expect(Buffer.byteLength(word)).toBeLessThanOrEqual(400)
  }
  expect([lookOf(squared).length, nameWords(squared).map(({ length }) => length)]).toEqual([300, [100]])
})
