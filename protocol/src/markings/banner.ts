// The banner of controlled unclassified information, and the mark of a portion of it. What is written is strict; what is read is not:
// every fault is named, and whatever could be a marking counts as one, so that a mark with a slip of the pen protects as well.
// SPEC: 32 CFR 2002.20; the CUI registry's marking rules. The registry does not say how several dissemination controls are ordered:
// they stand by letter here.

import { Problem } from '../problems.ts'
import {
  categoryFault,
  isRegistered,
  orderedCategories,
  parseCategory,
  writeCategory,
  type Category,
} from './categories.ts'
import { controlOf, controls, written, type Control } from './controls.ts'
import { orderedCodes, readReleaseList, writeReleaseList, type ReleaseList } from './release-list.ts'

/** What a banner says. */
export interface Banner {
  readonly categories: readonly Category[]
  /** Those without a list. */
  readonly controls: readonly Control[]
  /** REL TO and DISPLAY ONLY; null for neither. */
  readonly release: ReleaseList | null
}

export interface ReadBanner {
  readonly banner: Banner
  /** Tokens that mean nothing here: they may be controls, so that whoever takes the banner over must not go on without them. */
  readonly unread: readonly string[]
  /** How it differs from what the rules ask for; empty for a banner as it should be. */
  readonly faults: readonly string[]
}

/** Longer than any banner; what is longer is read up to here, and has a fault. */
const longest = 2000

/** Say what keeps a banner from being one: marks that exclude each other, and marks that need another. */
export function bannerFaults({ categories, controls: held, release }: Banner): readonly string[] {
  const has = (control: Control): boolean => held.includes(control)
  const isOf = (abbr: string): boolean => categories.some((one) => one.abbr === abbr)
  const pairs = held.flatMap((one) =>
    written[one].excludes.filter((other) => one < other && has(other)).map((other) => [one, other] as const),
  )
  return [
    ...categories.flatMap((one) => categoryFault(one) ?? []),
    ...pairs.map(([one, other]) => `${written[one].marking} and ${written[other].marking} exclude each other`),
    ...(has('noforn') && release !== null ? ['NOFORN and a list of countries exclude each other'] : []),
    ...(has('attorney-client') || has('attorney-wp')
      ? isOf('PRIVILEGE')
        ? []
        : ['Attorney-Client and Attorney-WP stand with the category PRIVILEGE alone']
      : []),
    ...(isOf('NNPI') && !has('noforn') ? ['NNPI is NOFORN'] : []),
  ]
}

/** Write a banner. Throws Problem `invalid-request` for one that is none. */
export function writeBanner(banner: Banner): string {
  const [fault] = bannerFaults(banner)
  if (fault !== undefined) throw new Problem('invalid-request', `cannot write banner: ${fault}`)
  return joined(banner, (control) => written[control].marking)
}

/** Write the mark of a portion: the banner between parentheses, with the registry's short forms. Throws as `writeBanner`. */
export function writePortion(banner: Banner): string {
  const [fault] = bannerFaults(banner)
  if (fault !== undefined) throw new Problem('invalid-request', `cannot write portion mark: ${fault}`)
  return `(${joined(banner, (control) => written[control].portion)})`
}

function joined({ categories, controls: held, release }: Banner, mark: (control: Control) => string): string {
  const marks = [...held.map(mark), ...(release === null ? [] : writeReleaseList(release))]
  const order = (text: string): string => text.toUpperCase()
  const parts = [
    ['CUI'],
    orderedCategories(categories).map(writeCategory),
    [...new Set(marks)].sort((a, b) => (order(a) < order(b) ? -1 : 1)),
  ]
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('/'))
    .join('//')
}

/**
 * Read a banner, or the mark of a portion; null for a text that is neither. `further` are abbreviations of categories besides those
 * that this version knows. ATTACKER: any text.
 */
export function readBanner(text: string, further: ReadonlySet<string> = new Set()): ReadBanner | null {
  const cut = text.slice(0, longest)
  const { line, faults: letters } = plainLetters(cut)
  const bare = line.replaceAll(/^[\s*_>|#-]+|[\s*_|]+$/g, '')
  const portion = /^\(([^()]*)\)$/.exec(bare)?.[1]
  const [first = '', ...segments] = (portion ?? bare).split(/\s*\/\s*\/\s*/)
  const control = first.trim()
  if (!/^(CUI|CONTROLLED)$/i.test(control)) return null
  const found = readSegments(segments, further)
  const faults = [
    ...letters,
    ...(text.length > longest ? [`it is longer than ${longest} characters`] : []),
    ...(control.toUpperCase() === control ? [] : ['it is not in capitals']),
    ...found.faults,
    ...bannerFaults(found.banner),
  ]
  const unread = [...found.unread, ...(text.length > longest ? ['...'] : [])]
  if (faults.length > 0 || unread.length > 0) return { banner: found.banner, unread, faults }
  const strict = portion === undefined ? writeBanner(found.banner) : writePortion(found.banner)
  const isStrict = strict === text.trim() || strict.replace(/^CUI|(?<=^\()CUI/, 'CONTROLLED') === text.trim()
  return { banner: found.banner, unread, faults: isStrict ? [] : [`it is not written as it should be, want ${strict}`] }
}

function readSegments(segments: readonly string[], further: ReadonlySet<string>): ReadBanner {
  const categories: Category[] = []
  const held: Control[] = []
  const unread: string[] = []
  const faults: string[] = []
  let [release, display]: (readonly string[] | null)[] = [null, null]
  for (const [n, segment] of segments.entries()) {
    for (const part of segment.split('/')) {
      const token = part.trim().replaceAll(/\s+/g, ' ')
      const upper = token.toUpperCase()
      const control = controlOf(token)
      const list = readReleaseList(upper)
      const category = parseCategory(upper.replace(/^SP /, 'SP-'))
      if (token === '') faults.push('there are slashes with nothing between')
      else if (control !== null) held.push(control.control)
      else if (list !== null) {
        faults.push(...list.faults)
        unread.push(...list.unread)
        // Of two lists of a kind, what is in both.
        const both = (before: readonly string[] | null | undefined): readonly string[] =>
          list.codes.filter((code) => before === null || before === undefined || before.includes(code))
        if (list.kind === 'display') display = both(display)
        else release = both(release)
      } else if (category !== null && (isRegistered(category.abbr) || further.has(category.abbr))) {
        categories.push(category)
        if (n > 0) faults.push(`the category ${category.abbr} stands behind the dissemination controls`)
      } else {
        unread.push(token.slice(0, 100))
        const isLetter = /^DIST(RIBUTION)?\b/.test(upper)
        faults.push(
          isLetter ? 'a distribution statement does not stand in a banner' : `${token.slice(0, 100)} is not known`,
        )
      }
    }
  }
  const isListed = release !== null || display !== null
  const banner: Banner = {
    categories: orderedCategories(categories),
    controls: controls.filter((one) => held.includes(one)),
    release: isListed
      ? {
          release: release === null || release === undefined ? null : orderedCodes(release),
          display: display === null || display === undefined ? null : orderedCodes(display),
        }
      : null,
  }
  return { banner, unread, faults: [...new Set(faults)] }
}

// Letters that look like those of a banner, of other alphabets.
const looks: Readonly<Record<string, string>> = Object.fromEntries(
  ['AАΑ', 'BВΒ', 'CСϹ', 'EЕΕ', 'HНΗ', 'IІΙ', 'KКΚ', 'MМΜ', 'NΝ', 'OОΟ', 'PРΡ', 'SЅ', 'TТΤ', 'XХΧ', 'YУΥ'].flatMap(
    ([letter = '', ...others]) => others.map((other) => [other, letter] as const),
  ),
)

/** The line in plain letters: without what cannot be seen, dashes as hyphens, letters that only look so as what they look like. */
function plainLetters(text: string): { readonly line: string; readonly faults: readonly string[] } {
  const shown = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
  const dashed = shown.replaceAll(/[\u2010-\u2015\u2212]/g, '-')
  const line = dashed.replaceAll(/[Ͱ-ӿ]/g, (letter) => looks[letter] ?? letter)
  return {
    line,
    faults: [
      ...(shown === text ? [] : ['it has characters that do not show, or are written otherwise']),
      ...(dashed === shown ? [] : ['it has a dash for a hyphen']),
      ...(line === dashed ? [] : ['it has letters of another alphabet']),
    ],
  }
}
