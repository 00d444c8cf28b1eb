// Names that a person could take for one another: the same but for case and form, or written with letters of another
// alphabet that look alike. A look-alike is told, never refused: two people may well have one name. Whoever changes what is alike
// here adds a migration that fills the roster's columns anew: they hold what this yields.

import type { Id } from './ids.ts'

export interface SimilarName {
  readonly personId: Id<'person'>
  readonly displayName: string
  /** `same` but for case, spaces and Unicode form; or `look-alike`. */
  readonly match: 'same' | 'look-alike'
}

/** Fold a name so that spellings of one name are one. SPEC: Unicode NFKC, then case folding by both mappings. */
export function foldedName(name: string): string {
  const form = name.normalize('NFKC').replace(/\p{Cf}/gu, '')
  return form.toUpperCase().toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim()
}

/** What all names have in common that could be taken for one another. At most 300 characters: longer ones have their beginning. */
export function lookOf(name: string): string {
  return Array.from(look(foldedName(name)))
    .slice(0, longestLook)
    .join('')
}

/** Whether a word has letters of the Latin alphabet and of one that looks like it, or reads as Latin and has none of it. */
export function mixesAlphabets(name: string): boolean {
  const words = name.match(/[\p{L}\p{M}]+/gu) ?? []
  return words.some((word) => {
    if (!/[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(word)) return false
    return /\p{Script=Latin}/u.test(word) || /^[a-z]+$/.test(plainLetters(foldedName(word)))
  })
}

/** The words of a name, as they look, for a search by any of them. Letters and digits alone. */
export function nameWords(name: string): readonly string[] {
  const words =
    plainLetters(foldedName(name))
      .replaceAll("'", '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words.map((word) => Array.from(word).slice(0, longestWord).join('')))]
}

// What an index takes as a key, and a tsvector as a word, in bytes: four of them for a character.
const longestLook = 300
const longestWord = 100

/** Tell whose names could be taken for this one. */
export function similarNames(
  name: string,
  people: readonly { readonly id: Id<'person'>; readonly displayName: string }[],
): readonly SimilarName[] {
  const folded = foldedName(name)
  const looks = lookOf(name)
  return people.flatMap(({ id, displayName }): SimilarName[] => {
    const other = foldedName(displayName)
    if (other === folded) return [{ personId: id, displayName, match: 'same' }]
    return lookOf(displayName) === looks ? [{ personId: id, displayName, match: 'look-alike' }] : []
  })
}

/** Names among many that could be taken for one another, found without comparing each with each. */
export interface NameIndex<T extends { readonly displayName: string }> {
  add(one: T): void
  /** The first `limit` of them. */
  similarTo(name: string, limit: number): readonly { readonly one: T; readonly match: SimilarName['match'] }[]
}

export function nameIndex<T extends { readonly displayName: string }>(people: readonly T[]): NameIndex<T> {
  const byLook = new Map<string, { readonly one: T; readonly folded: string }[]>()
  const index: NameIndex<T> = {
    add(one) {
      const folded = foldedName(one.displayName)
      const looks = lookOf(one.displayName)
      const alike = byLook.get(looks)
      if (alike === undefined) byLook.set(looks, [{ one, folded }])
      else alike.push({ one, folded })
    },
    similarTo(name, limit) {
      const folded = foldedName(name)
      const alike = (byLook.get(lookOf(name)) ?? []).slice(0, limit)
      return alike.map((other) => ({ one: other.one, match: other.folded === folded ? 'same' : 'look-alike' }))
    },
  }
  for (const one of people) index.add(one)
  return index
}

// SPEC: Unicode TS 39 section 4, its skeleton for the letters that matter in names: Cyrillic, Greek and Armenian letters
// that look like Latin ones, digits and letters that look like each other. Marks are dropped: they are easily missed.
const lookalikes = new Map(
  [
    ['a', 'аɑα'],
    ['b', 'ьƅв'],
    ['c', 'сϲ'],
    ['d', 'ԁɗ'],
    ['e', 'еҽ'],
    ['g', 'ɡց'],
    ['h', 'һհн'],
    ['i', 'іıιӏ1l|!'],
    ['j', 'јϳ'],
    ['k', 'кκ'],
    ['m', 'м'],
    ['n', 'ոп'],
    ['o', 'оοօ0'],
    ['p', 'рρ'],
    ['q', 'ԛգ'],
    ['r', 'г'],
    ['s', 'ѕ5'],
    ['t', 'тτ'],
    ['u', 'υսц'],
    ['v', 'νѵ'],
    ['w', 'ԝѡω'],
    ['x', 'хχ'],
    ['y', 'уγү'],
    ['z', 'ᴢ'],
    ["'", '’‘`´ʼ'],
    ['-', '‐‑‒–—−'],
  ].flatMap(([plain = '', others = '']) => Array.from(others, (other) => [other, plain] as const)),
)

function look(folded: string): string {
  return plainLetters(folded).replace(/rn/g, 'm').replace(/\s/g, '')
}

function plainLetters(folded: string): string {
  const bare = folded.normalize('NFKD').replace(/\p{M}/gu, '')
  return Array.from(bare, (letter) => lookalikes.get(letter) ?? letter).join('')
}
