// Distribution statements of the Department of Defense: to whom technical documents go, why, since when, and who says so.
// SPEC: DoDI 5230.24. The reasons are those of 2012; of those that came since, the words are kept as they stand.

import { fromUtf8, utf8 } from '../bytes.ts'
import { Problem } from '../problems.ts'

/** X is retired: it is read as C for export control, and written no more. */
export const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'X'] as const
export type Letter = (typeof letters)[number]

export interface DistributionStatement {
  readonly letter: Letter
  /** Codes of `reasons`, or the words of another. */
  readonly reasons: readonly string[]
  /** Of the determination, `YYYY-MM-DD`; null where none stands there. */
  readonly date: string | null
  /** The controlling office; one line. */
  readonly office: string | null
  /** The export-control warning stands with it. */
  readonly hasWarning: boolean
}

const reasons: Readonly<Record<string, string>> = {
  AOU: 'Administrative or Operational Use',
  AUT: 'Specific Authority',
  CPE: 'Contractor Performance Evaluation',
  CRT: 'Critical Technology',
  DMS: 'Direct Military Support',
  EXP: 'Export Controlled',
  FGI: 'Foreign Government Information',
  OPS: 'Operations Security',
  PRE: 'Premature Dissemination',
  PRI: 'Proprietary Information',
  SWD: 'Software Documentation',
  TNE: 'Test and Evaluation',
  VUL: 'Vulnerability Information',
}

const audiences: Readonly<Record<Letter, string>> = {
  A: 'Approved for public release; distribution is unlimited',
  B: 'Distribution authorized to U.S. Government agencies only',
  C: 'Distribution authorized to U.S. Government agencies and their contractors',
  D: 'Distribution authorized to Department of Defense and U.S. DoD contractors only',
  E: 'Distribution authorized to DoD components only',
  F: 'Further dissemination only as directed by the controlling office or higher DoD authority',
  X: 'Distribution authorized to U.S. Government agencies and private individuals or enterprises eligible to obtain export-controlled technical data',
}

const warning =
  'WARNING - This document contains technical data whose export is restricted by the Arms Export Control Act (Title 22, U.S.C., Sec 2751) or the Export Control Reform Act (Title 50, U.S.C., Chapter 58). Violations are subject to severe criminal penalties.'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** In characters; longer ones are refused. */
const longest = { reason: 60, office: 80, statement: 4000 }

/** Say what keeps a statement from being one. */
export function statementFaults({
  letter,
  reasons: given,
  date,
  office,
  hasWarning,
}: DistributionStatement): readonly string[] {
  const isPlain = (text: string, most: number): boolean =>
    text !== '' &&
    text.length <= most &&
    text === text.trim() &&
    !/[;()\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\s\s/u.test(text) &&
    text.isWellFormed()
  const isWords = (one: string): boolean =>
    isPlain(one, longest.reason) && !one.includes(',') && reasonOf(one) === one && dateOf(one) === null
  return [
    ...given
      .filter((one) => !Object.hasOwn(reasons, one) && !isWords(one))
      .map((one) => `${JSON.stringify(one.slice(0, 60))} is no reason`),
    ...(date === null || isDate(date) ? [] : ['its date is none, want YYYY-MM-DD']),
    ...(office === null || isPlain(office, longest.office)
      ? []
      : ['its controlling office is no short line without ; ( )']),
    ...(letter === 'A' && hasWarning ? ['statement A and an export warning contradict each other'] : []),
    ...(letter === 'A' && given.length > 0 ? ['statement A has no reason'] : []),
    ...(letter === 'X' ? ['statement X is retired, want C with the reason Export Controlled'] : []),
  ]
}

/** Write a statement. Throws Problem `invalid-request` for one that is none, the retired X among them. */
export function writeStatement(statement: DistributionStatement): string {
  const [fault] = statementFaults(statement)
  if (fault !== undefined) throw new Problem('invalid-request', `cannot write distribution statement: ${fault}`)
  const { letter, reasons: given, date, office, hasWarning } = statement
  const parts = [
    audiences[letter],
    ...orderedReasons(given).map((one) => reasons[one] ?? one),
    ...(date === null ? [] : [longDate(date)]),
  ]
  const referral = office === null ? '' : ` Other requests shall be referred to ${office}.`
  return `DISTRIBUTION STATEMENT ${letter}. ${parts.join('; ')}.${referral}${hasWarning ? `\n${warning}` : ''}`
}

/**
 * Read a statement out of the text that it stands in; null where there is none. `faults` names how it differs from what is asked for.
 * ATTACKER: any text; of a long one the first 4,000 characters from the statement on.
 */
export function readStatement(
  text: string,
): { readonly statement: DistributionStatement; readonly faults: readonly string[] } | null {
  const plain = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
  const lettered = byLetter(plain)
  const found = lettered ?? byAudience(plain)
  if (found === null) return null
  const rest = plain.slice(found.from, found.from + longest.statement).replaceAll(/\s+/g, ' ')
  const hasWarning = /\bdata whose export is (?:restricted|controlled)\b/i.test(rest)
  const [before = ''] = rest.split(/ ?(?:\bWARNING\b|DESTRUCTION NOTICE)/)
  const [body = '', referred] = before.split(/\bother (?:U\.S\. )?requests\b[^.;]{0,80}? referred to /i)
  const office = referred === undefined ? null : referred.trim().replace(/\.$/, '').trim()
  const segments = body
    .replaceAll(/[()]/g, ';')
    .split(';')
    .map((one) => one.trim().replace(/\.$/, '').trim())
    .filter((one) => one !== '')
  const [date = null] = segments.flatMap((one) => dateOf(one) ?? [])
  const given = segments
    .slice(found.letter === 'A' ? segments.length : lettered === null ? 0 : 1)
    .filter((one) => dateOf(one) === null)
    .flatMap((one) => (one.includes(',') ? one.split(',') : [one]).map((part) => reasonOf(part.trim())))
    .filter((one) => one !== '')
  const statement: DistributionStatement = {
    letter: found.letter,
    reasons: orderedReasons(given),
    date,
    office: office === '' ? null : office,
    hasWarning,
  }
  const faults = [
    ...(lettered === null ? [`its letter is missing, and its words are those of ${found.letter}`] : []),
    ...statementFaults(statement),
    ...(found.letter !== 'A' && date === null ? ['its date of determination is missing'] : []),
    ...(found.letter !== 'A' && office === null ? ['its controlling office is missing'] : []),
    ...(found.letter !== 'A' && found.letter !== 'F' && given.length === 0 ? ['its reason is missing'] : []),
  ]
  return { statement, faults }
}

const lettering =
  /\bDIST(?:RIBUTION|RO|\.)?\s{0,3}ST(?:ATEMENT|MT)\.?\s?:?\s?["'([]?\s?([A-FX])\b(?!['’]s)["')\]]?([.:]?)/gi

/** A small letter counts with a full stop or colon behind it alone: "distribution statement a" is the beginning of many sentences. */
function byLetter(text: string): { readonly letter: Letter; readonly from: number } | null {
  for (const match of text.matchAll(lettering)) {
    const [all, letter = '', mark] = match
    if (letter === letter.toUpperCase() || mark !== '') {
      return { letter: letter.toUpperCase() as Letter, from: match.index + all.length }
    }
  }
  return null
}

function byAudience(text: string): { readonly letter: Letter; readonly from: number } | null {
  // The longer words first: those of C begin as those of B do.
  const patterns: readonly (readonly [Letter, RegExp])[] = [
    [
      'C',
      /\bdistribution\s(?:is\s)?authorized\sto\s(?:the\s)?U\.?\s?S\.?\sGovernment\sagencies\sand\stheir\scontractors/i,
    ],
    ['B', /\bdistribution\s(?:is\s)?authorized\sto\s(?:the\s)?U\.?\s?S\.?\sGovernment\sagencies(?:\sonly)?/i],
    [
      'D',
      /\bdistribution\s(?:is\s)?authorized\sto\s(?:the\s)?Department\sof\s(?:Defense|War)(?:\sand\sU\.S\.\sDoD\scontractors(?:\sonly)?)?/i,
    ],
    ['E', /\bdistribution\s(?:is\s)?authorized\sto\s(?:the\s)?DoD(?:\scomponents)?(?:\sonly)?/i],
    ['F', /\bfurther\sdissemination\sonly\sas\sdirected(?:\sby)?/i],
  ]
  for (const [letter, pattern] of patterns) {
    const match = pattern.exec(text)
    if (match !== null) return { letter, from: match.index + match[0].length }
  }
  return null
}

/** The code of a reason by its words or code; the words themselves for one that is not known. */
function reasonOf(words: string): string {
  const wanted = words.toLowerCase()
  return (
    Object.entries(reasons).find(
      ([code, name]) => code.toLowerCase() === wanted || name.toLowerCase() === wanted,
    )?.[0] ?? words
  )
}

function orderedReasons(given: readonly string[]): readonly string[] {
  return [...new Set(given)].sort()
}

function longDate(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-')
  return `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}`
}

function dateOf(text: string): string | null {
  const [, day, name, year] = /^(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})$/.exec(text) ?? []
  if (day === undefined || name === undefined || year === undefined) return isDate(text) ? text : null
  const month = months.findIndex(
    (one) => one.toLowerCase() === name.toLowerCase() || one.slice(0, 3).toLowerCase() === name.toLowerCase(),
  )
  const date = `${year}-${String(month + 1).padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDate(date) ? date : null
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

// ---- As the value of a label

/** Write the value of the label: `d`, or `d.crt-exp.2026-05-12.<office>.w`; what is absent is empty, what is absent at the end is left out. */
export function statementValue({ letter, reasons: given, date, office, hasWarning }: DistributionStatement): string {
  const code = (one: string): string => (Object.hasOwn(reasons, one) ? one.toLowerCase() : `_${encoded(one)}`)
  const parts = [
    letter.toLowerCase(),
    orderedReasons(given).map(code).join('-'),
    date ?? '',
    encoded(office ?? ''),
    hasWarning ? 'w' : '',
  ]
  while (parts.at(-1) === '') parts.pop()
  return parts.join('.')
}

/** Read the value of a label; null unless it is exactly as `statementValue` writes it. */
export function parseStatementValue(value: string): DistributionStatement | null {
  const [first = '', codes = '', date = '', office = '', last = '', ...more] = value.split('.')
  const letter = letters.find((one) => one.toLowerCase() === first)
  if (letter === undefined || more.length > 0) return null
  const [read, where] = [
    codes === ''
      ? []
      : codes.split('-').map((one) => (one.startsWith('_') ? decoded(one.slice(1)) : one.toUpperCase())),
    decoded(office),
  ]
  if (where === null || read.includes(null)) return null
  const statement: DistributionStatement = {
    letter,
    reasons: read.flatMap((one) => one ?? []),
    date: date === '' ? null : date,
    office: where === '' ? null : where,
    hasWarning: last === 'w',
  }
  const faults = statementFaults({ ...statement, letter: letter === 'X' ? 'C' : letter })
  return faults.length === 0 && statementValue(statement) === value ? statement : null
}

function encoded(text: string): string {
  return [...utf8(text)]
    .map((byte) => {
      const letter = String.fromCharCode(byte)
      return /[a-z0-9]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

function decoded(text: string): string | null {
  const bytes = text.match(/%[0-9a-f]{2}|[a-z0-9]/g) ?? []
  if (bytes.join('') !== text) return null
  try {
    return fromUtf8(
      Uint8Array.from(bytes, (one) => (one.length === 3 ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0))),
    )
  } catch {
    return null
  }
}
