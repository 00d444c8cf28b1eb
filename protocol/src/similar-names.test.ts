import { describe, expect, test } from 'vitest'
import type { Id } from './ids.ts'
import { foldedName, lookOf, mixesAlphabets, nameWords, similarNames } from './similar-names.ts'

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

describe('mixesAlphabets()', () => {
  test.each([
    ['one letter of another alphabet in a Latin word', 'Calder A\u0435ro Ltd'],
    ['a whole word that only looks Latin', '\u0421\u0410\u0421\u041e Ltd'],
    ['a Greek letter in a Latin word', 'A\u03bcber'],
  ])('finds %s', (_, name) => {
    expect(mixesAlphabets(name)).toBe(true)
  })

  test.each(['Calder Aero Ltd', 'Ørsted Værk', '\u0417\u0430\u0432\u043e\u0434 \u0418\u0416', 'Łódź 4', ''])(
    'finds none in %s',
    (name) => {
      expect(mixesAlphabets(name)).toBe(false)
    },
  )
})
