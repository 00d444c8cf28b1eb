// What must hold of a record beyond its shape, each fault named by its field. ATTACKER: records are typed in from paper, and whoever
// types one may gain by it; what contradicts itself is refused here, two others read the rest.

import {
  canonicalJson,
  classificationTerms,
  itemOf,
  Problem,
  utf8,
  type ClassificationBasis,
  type ClassificationTerms,
  type Id,
  type Json,
} from '@sallyport/protocol'
import { isYetToCome, type Sql } from '../base/index.ts'
import type { Fault } from './fault.ts'
import { storedFiles } from './store.ts'

/** An entry carries the whole record. */
const mostBytes = 48_000

/** Check a record from outside, at a time by the database. Throws Problem `invalid-request` whose details name every fault. */
export function checkTerms(input: unknown, atMs: number): ClassificationTerms {
  const parsed = classificationTerms.safeParse(input)
  if (!parsed.success)
    throw invalid(parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), text: message })))
  const terms = { ...parsed.data, basis: inLowerCase(parsed.data.basis) }
  const faults = faultsOf(terms, atMs)
  if (faults.length > 0) throw invalid(faults)
  if (utf8(canonicalJson(terms)).length <= mostBytes) return terms
  throw invalid([{ field: 'the whole', text: `is longer than ${mostBytes} bytes, want the rest in a protected file` }])
}

/** Throws Problem `invalid-request` where the letter is no file that is stored here. */
export async function checkLetter(sql: Sql, terms: ClassificationTerms): Promise<void> {
  const letter = letterOf(terms)
  if (letter === null || (await storedFiles(sql, [letter])).includes(letter)) return
  throw invalid([{ field: 'letter', text: 'is no file that is stored here, want the letter protected first' }])
}

/** The file that the basis names; null for none. */
export function letterOf({ basis }: ClassificationTerms): Id<'file'> | null {
  return 'letter' in basis && basis.letter !== undefined ? (basis.letter as Id<'file'>) : null
}

function inLowerCase(basis: ClassificationBasis): ClassificationBasis {
  return 'letter' in basis && basis.letter !== undefined ? { ...basis, letter: basis.letter.toLowerCase() } : basis
}

function faultsOf(terms: ClassificationTerms, atMs: number): readonly Fault[] {
  return [
    ...unrecordable(terms, []),
    ...lineFaults(terms),
    ...doubtFaults(terms),
    ...basisFaults(terms),
    ...dayFaults(terms, atMs),
    ...(new Set(terms.parts).size === terms.parts.length
      ? []
      : [{ field: 'parts', text: 'names one twice, want each once' }]),
    ...(terms.supersedes === terms.number
      ? [{ field: 'supersedes', text: 'is its own number, want that of another' }]
      : []),
  ]
}

// Text that the database or the ledger could not keep, or that would show as something else than it is.
function unrecordable(value: Json, path: readonly string[]): readonly Fault[] {
  if (typeof value === 'string') {
    return value.isWellFormed() && !/[^\P{C}\n\t]/u.test(value)
      ? []
      : [{ field: path.join('.'), text: 'has control or unassigned characters, want plain text' }]
  }
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : unrecordable(member, [...path, name]),
  )
}

function lineFaults({ jurisdiction, lines }: ClassificationTerms): readonly Fault[] {
  const fault = (text: string): Fault[] => [{ field: 'lines', text }]
  const items = lines.map(itemOf)
  const isAll = (kind: 'usml' | 'eccn') => lines.length > 0 && lines.every((line) => kind in line)
  return [
    ...(jurisdiction === 'itar' && !isAll('usml') ? fault('are not all of the USML, want one or more that are') : []),
    ...(jurisdiction === 'ear' && !isAll('eccn') ? fault('are not all ECCNs or EAR99, want one or more that are') : []),
    ...((jurisdiction === 'neither' || jurisdiction === 'unknown') && lines.length > 0
      ? fault(`stand under jurisdiction ${jurisdiction}, want none`)
      : []),
    ...(new Set(items).size === items.length ? [] : fault('name one twice, want each once')),
    ...(items.includes('ear99') && items.length > 1 ? fault('say EAR99 beside an ECCN, want one or the other') : []),
  ]
}

function doubtFaults({ jurisdiction, doubt }: ClassificationTerms): readonly Fault[] {
  return [
    ...(jurisdiction === 'unknown' && doubt === undefined
      ? [{ field: 'doubt', text: 'is missing where nothing is known, want the question that is open' }]
      : []),
    ...(doubt !== undefined && (doubt.case === undefined) !== (doubt.filedOn === undefined)
      ? [{ field: 'doubt', text: 'has a case or a day of filing alone, want both or neither' }]
      : []),
  ]
}

function basisFaults({ jurisdiction, basis }: ClassificationTerms): readonly Fault[] {
  const fault = (text: string): Fault[] => [{ field: 'basis', text }]
  return [
    ...(basis.kind === 'commodity-jurisdiction' && jurisdiction === 'unknown'
      ? fault('is a determination and nothing is known, want what it determined')
      : []),
    // A CCATS classifies what is subject to the EAR and decides no jurisdiction.
    ...(basis.kind === 'ccats' && jurisdiction !== 'ear'
      ? fault(`is a CCATS under jurisdiction ${jurisdiction}, want ear or another basis`)
      : []),
  ]
}

function dayFaults({ decidedOn, nextReview, basis, doubt }: ClassificationTerms, atMs: number): readonly Fault[] {
  const days = {
    decidedOn,
    ...('determinedOn' in basis ? { determinedOn: basis.determinedOn } : {}),
    ...('dated' in basis ? { dated: basis.dated } : {}),
    ...(doubt?.filedOn === undefined ? {} : { filedOn: doubt.filedOn }),
  }
  return [
    ...Object.entries(days).flatMap(([field, day]) =>
      isYetToCome(day, atMs) ? [{ field, text: 'is yet to come, want a day that has begun' }] : [],
    ),
    ...(nextReview > decidedOn ? [] : [{ field: 'nextReview', text: 'is not after decidedOn, want a later day' }]),
  ]
}

function invalid(faults: readonly Fault[]): Problem {
  const told = faults.slice(0, 5).map(({ field, text }) => `${field} ${text}`)
  return new Problem('invalid-request', `cannot register classification: ${told.join('; ')}`, {
    details: { faults: faults.map((one) => ({ ...one })) },
  })
}
