// REL TO and DISPLAY ONLY: to which foreign countries something may be released, or shown without leaving a copy. One label holds
// both lists of one marking, and each label holds by itself: more labels never let out more.

import { countriesOfCode, isReleaseCode } from './trigraphs.ts'

/** Codes as in `isReleaseCode`, in the order in which they are written, without USA, which stands before them in every list. */
type Codes = readonly string[]

/** Null for a list that is not there; an empty one names the United States alone. */
export interface ReleaseList {
  readonly release: Codes | null
  readonly display: Codes | null
}

const mostCodes = 40

/** Put codes in the order of the registry: trigraphs by letter, then tetragraphs, each once and without USA. */
export function orderedCodes(codes: readonly string[]): readonly string[] {
  const rank = (code: string): string => `${code.length}${code}`
  return [...new Set(codes)].filter((code) => code !== 'USA').sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/**
 * Tell how far a list lets out to somebody with these countries (ISO 3166-1 alpha-2, all that count): every one of them is in it, or
 * `null`. `display`: only to be shown. Nobody is let out for having no country on record.
 */
export function letOut({ release, display }: ReleaseList, countries: readonly string[]): 'release' | 'display' | null {
  if (countries.length === 0) return null
  const holds = (codes: Codes): boolean => {
    const meant = new Set(codes.flatMap(countriesOfCode))
    return countries.every((one) => one === 'US' || meant.has(one))
  }
  if (release !== null && holds(release)) return 'release'
  return display !== null && holds([...(release ?? []), ...display]) ? 'display' : null
}

/** Whether one list lets out no more than another does. */
export function isWithin(list: ReleaseList, of: ReleaseList): boolean {
  const has = (codes: Codes | null, code: string): boolean => codes?.includes(code) ?? false
  const shown = (code: string): boolean => has(of.display, code) || has(of.release, code)
  return (list.release ?? []).every((code) => has(of.release, code)) && (list.display ?? []).every(shown)
}

/** Write the value of the label: `usa-aus-gbr`, `display-usa-aus`, or both with a dot between. */
export function releaseValue({ release, display }: ReleaseList): string {
  const list = (codes: Codes): string => ['USA', ...orderedCodes(codes)].join('-').toLowerCase()
  return [release === null ? [] : list(release), display === null ? [] : `display-${list(display)}`].flat().join('.')
}

/** Read the value of a label; null unless it is exactly as `releaseValue` writes it, with 40 codes in each list at most. */
export function parseReleaseValue(value: string): ReleaseList | null {
  const list: { release: Codes | null; display: Codes | null } = { release: null, display: null }
  for (const part of value.split('.', 3)) {
    const isDisplay = part.startsWith('display-')
    const [, ...codes] = (isDisplay ? part.slice('display-'.length) : part).toUpperCase().split('-')
    if (codes.length > mostCodes || !codes.every(isReleaseCode)) return null
    list[isDisplay ? 'display' : 'release'] = codes
  }
  return releaseValue(list) === value ? list : null
}

/** Write the lists as the controls of a banner. */
export function writeReleaseList({ release, display }: ReleaseList): readonly string[] {
  const list = (codes: Codes): string => ['USA', ...orderedCodes(codes)].join(', ')
  return [
    ...(display === null ? [] : [`DISPLAY ONLY ${list(display)}`]),
    ...(release === null ? [] : [`REL TO ${list(release)}`]),
  ]
}

export interface ReadList {
  readonly kind: 'release' | 'display'
  readonly codes: Codes
  /** Codes that are none. */
  readonly unread: readonly string[]
  readonly faults: readonly string[]
}

/** Read one control of a banner that has a list, in upper case; null for a token that has none. */
export function readReleaseList(token: string): ReadList | null {
  const [, word, rest] = /^(REL TO|RELTO|REL|DISPLAY ONLY|DISPLAY-ONLY)(?: |,|:|$)(.*)$/.exec(token) ?? []
  if (word === undefined || rest === undefined) return null
  const kind = word.startsWith('D') ? 'display' : 'release'
  const title = kind === 'display' ? 'DISPLAY ONLY' : 'REL TO'
  const named = rest.split(/[, ]+/).filter((one) => one !== '')
  const good = named.filter(isReleaseCode)
  const unread = named.filter((one) => !isReleaseCode(one))
  const codes = orderedCodes(good)
  const faults = [
    ...(word === title ? [] : [`${word} is written for ${title}`]),
    ...(named[0] === 'USA' ? [] : [`the list of ${title} does not begin with USA`]),
    ...unread.map((one) => `${one} is no code of a country or group`),
    ...(named.length > mostCodes ? [`the list of ${title} has more than ${mostCodes} codes`] : []),
  ]
  const isLong = named.length > mostCodes
  return { kind, codes: isLong ? [] : codes, unread: isLong ? [`${title} ...`] : unread, faults }
}
