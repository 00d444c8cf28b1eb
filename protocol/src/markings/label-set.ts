// One set of labels for ITAR, EAR and CUI, with dissemination controls, lists of release and distribution statements: out of a
// register's labels, as markings on paper, and back, without loss.

import { bannerFaults, type Banner } from './banner.ts'
import { categoryFault, orderedCategories, parseCategory, writeCategory, type Category } from './categories.ts'
import { parseLabel } from '../labels.ts'
import { controlOf, controls, isControl, written, type Control } from './controls.ts'
import { parseStatementValue, statementValue, type DistributionStatement } from './distribution.ts'
import { isWithin, parseReleaseValue, releaseValue, type ReleaseList } from './release-list.ts'

/** What labels say: the dimension of each, and its value. */
export const labelDimensions = ['jurisdiction', 'program', 'item', 'dissem', 'relto', 'cui', 'distribution'] as const
export type LabelDimension = (typeof labelDimensions)[number]

/** A label as a register holds it, whatever it says. */
export interface SaidLabel {
  readonly dimension: string
  readonly value: string
}

export interface LabelSet {
  readonly jurisdictions: readonly string[]
  readonly programs: readonly string[]
  readonly items: readonly string[]
  /** It is controlled unclassified information, of whatever category. */
  readonly isCui: boolean
  readonly categories: readonly Category[]
  readonly controls: readonly Control[]
  /** Each holds by itself. */
  readonly releases: readonly ReleaseList[]
  /** Each holds by itself. */
  readonly statements: readonly DistributionStatement[]
  /** Labels that say nothing that can be evaluated here, as `dimension/value`. */
  readonly unread: readonly string[]
}

/**
 * What a label's name says, whoever's namespace it is of: NOFORN is NOFORN wherever it comes from. Null for what is no label at all.
 */
export function saidBy(text: string): SaidLabel | null {
  const label = parseLabel(text)
  if (label === null) return null
  const { name, value } = label
  return { dimension: name, value: name === 'dissem' ? (controlOf(value)?.control ?? value) : value }
}

/** Read `dimension/value`. */
export function parseSaid(text: string): SaidLabel {
  const at = text.indexOf('/')
  return { dimension: text.slice(0, Math.max(0, at)).toLowerCase(), value: text.slice(at + 1).toLowerCase() }
}

/** A distribution list is a program whose name begins so: who is on it is assigned to it, as to any program. */
const listPrefix = 'dl-'
/** CUI of a category that no label names. */
const anyCategory = 'basic'
const exportDimension = 'jurisdiction'

/** Read labels as one set. What is not understood is in `unread`, never left out. */
export function labelSetOf(labels: readonly SaidLabel[]): LabelSet {
  const of = (wanted: LabelDimension): readonly string[] =>
    [...new Set(labels.filter(({ dimension }) => dimension === wanted).map(({ value }) => value))].sort()
  const parsed = <T>(wanted: LabelDimension, parse: (value: string) => T | null) => {
    const all = of(wanted).map((value) => ({ value, meant: parse(value) }))
    return {
      good: all.flatMap(({ meant }) => (meant === null ? [] : [meant])),
      bad: all.filter(({ meant }) => meant === null).map(({ value }) => `${wanted}/${value}`),
    }
  }
  const dissem = parsed('dissem', (value) => (isControl(value) ? value : null))
  const relto = parsed('relto', parseReleaseValue)
  const cui = parsed('cui', (value) => (value === anyCategory ? value : categoryOfValue(value)))
  const distribution = parsed('distribution', parseStatementValue)
  const other = labels.filter(({ dimension }) => !(labelDimensions as readonly string[]).includes(dimension))
  return {
    jurisdictions: of(exportDimension),
    programs: of('program'),
    items: of('item'),
    isCui: cui.good.length > 0,
    categories: orderedCategories(cui.good.flatMap((one) => (typeof one === 'string' ? [] : [one]))),
    controls: controls.filter((one) => dissem.good.includes(one)),
    releases: relto.good,
    statements: distribution.good,
    unread: [
      ...dissem.bad,
      ...relto.bad,
      ...cui.bad,
      ...distribution.bad,
      ...other.map(({ dimension, value }) => `${dimension}/${value}`),
    ],
  }
}

/** The labels that say a set, as `dimension/value`, sorted: what `labelSetOf` reads back the same. */
export function labelsOfSet(set: LabelSet): readonly string[] {
  const categories = set.categories.map(valueOfCategory)
  return [
    ...set.jurisdictions.map((value) => `jurisdiction/${value}`),
    ...set.programs.map((value) => `program/${value}`),
    ...set.items.map((value) => `item/${value}`),
    ...set.controls.map((value) => `dissem/${value}`),
    ...set.releases.map((one) => `relto/${releaseValue(one)}`),
    ...(set.isCui && categories.length === 0 ? [anyCategory] : categories).map((value) => `cui/${value}`),
    ...set.statements.map((one) => `distribution/${statementValue(one)}`),
    ...set.unread,
  ].sort()
}

/** The labels that a banner asks for, as `dimension/value`, sorted. */
export function labelsOfBanner({ categories, controls: held, release }: Banner): readonly string[] {
  const nothing = { jurisdictions: [], programs: [], items: [], statements: [], unread: [] }
  const releases = release === null ? [] : [release]
  return labelsOfSet({ ...nothing, isCui: true, categories, controls: held, releases })
}

/** The banner of a set; null for what is no CUI, and where two lists of release would have to stand in one banner. */
export function bannerOfSet({ isCui, categories, controls: held, releases }: LabelSet): Banner | null {
  const [release = null, second] = releases
  return isCui && second === undefined ? { categories, controls: held, release } : null
}

/** What is wrong with the value of a label of one of the dimensions that have a form; null for nothing. */
export function labelValueFault({ dimension, value }: SaidLabel): string | null {
  switch (dimension) {
    case 'dissem':
      return isControl(value)
        ? null
        : `${value} is no limited dissemination control, want one of ${controls.join(', ')}`
    case 'relto':
      return parseReleaseValue(value) === null
        ? 'it is no list of countries, want one such as usa-aus-gbr, display-usa-aus, or both with a dot between'
        : null
    case 'cui': {
      const category = categoryOfValue(value)
      if (value === anyCategory) return null
      return category === null ? 'it is no category, want one such as sp-expt, expt, or basic' : categoryFault(category)
    }
    case 'distribution':
      return parseStatementValue(value) === null
        ? 'it is no distribution statement, want one such as d, or d.exp.2026-05-12'
        : null
    default:
      return null
  }
}

/** Say which labels of a set cannot stand together, or need another that is missing; empty for a set as it should be. */
export function labelSetFaults(set: LabelSet): readonly string[] {
  const { categories, controls: held, releases, statements, jurisdictions, isCui } = set
  const control = closingControl(set)
  return [
    ...releases.slice(0, 1).flatMap((release) => bannerFaults({ categories, controls: held, release })),
    ...(releases.length === 0 ? bannerFaults({ categories, controls: held, release: null }) : []),
    ...(isPublicBesideExport(set) ? [publicText(isCui && jurisdictions.length === 0)] : []),
    ...(control === null || listsOf(set).length > 0
      ? []
      : [`${control} needs a distribution list, want a label program/${listPrefix}... too`]),
    ...(categories.some(({ abbr }) => abbr === 'CTI') && !statements.some(({ letter }) => letter !== 'A')
      ? ['CTI goes with a distribution statement of B to F']
      : []),
  ]
}

// ---- What a set lets pass

/**
 * Whether a marking closes something to somebody, whoever they are, and which one it is; null for none. `programs` are those that the
 * person is assigned to.
 *
 * FED ONLY, NOCON, DL ONLY, Attorney-Client, Attorney-WP and the statements B, E and F leave out whoever is merely of the enclave: they
 * open for those alone who are on a distribution list of the file, every one that it names. FEDCON opens within a program. Statement A
 * beside an export label or CUI is a contradiction, and opens for nobody.
 */
export function closedBy(set: LabelSet, programs: readonly string[]): string | null {
  if (isPublicBesideExport(set)) return 'distribution statement A beside an export label or CUI'
  if (set.controls.includes('fedcon') && set.programs.length === 0) return 'FEDCON'
  const control = closingControl(set)
  if (control === null) return null
  const lists = listsOf(set)
  return lists.length > 0 && lists.every((one) => programs.includes(one)) ? null : control
}

/** No foreign person, authorization or not. */
export function isNoForeign({ controls: held, categories }: LabelSet): boolean {
  return held.includes('noforn') || categories.some(({ abbr }) => abbr === 'NNPI')
}

/** RELIDO leaves a release to an officer who is not here: what that officer released stands as a list of countries. */
export function needsReleaseList({ controls: held, releases }: LabelSet): boolean {
  return held.includes('relido') && releases.length === 0
}

/** Controls that only whoever designates the information takes off: those of `labels` that `others` do not keep, as they are written. */
export function controlsDropped(labels: readonly SaidLabel[], others: readonly SaidLabel[]): readonly string[] {
  const [before, after] = [labelSetOf(labels), labelSetOf(others)]
  return [
    ...before.controls.filter((one) => !after.controls.includes(one)).map((one) => written[one].marking),
    ...before.releases
      .filter((one) => !after.releases.some((kept) => isWithin(kept, one)) && !after.controls.includes('noforn'))
      .map((one) => `relto/${releaseValue(one)}`),
    ...before.unread.filter((one) => one.startsWith('dissem/') || one.startsWith('relto/')),
  ]
}

/** Whether a label is of a dimension that marks and classifies nothing. */
export function isMarking({ dimension }: SaidLabel): boolean {
  return ['dissem', 'relto', 'cui', 'distribution'].includes(dimension)
}

/** Whether a label is a dissemination control, with a list or without. */
export function isDissemination({ dimension }: SaidLabel): boolean {
  return dimension === 'dissem' || dimension === 'relto'
}

function closingControl({ controls: held, statements }: LabelSet): string | null {
  const control = held.find((one) => ['fed-only', 'nocon', 'dl-only', 'attorney-client', 'attorney-wp'].includes(one))
  if (control !== undefined) return written[control].marking
  const statement = statements.find(({ letter }) => ['B', 'E', 'F'].includes(letter))
  return statement === undefined ? null : `distribution statement ${statement.letter}`
}

function listsOf({ programs }: LabelSet): readonly string[] {
  return programs.filter((one) => one.startsWith(listPrefix))
}

function isPublicBesideExport({ statements, jurisdictions, isCui }: LabelSet): boolean {
  return statements.some(({ letter }) => letter === 'A') && (jurisdictions.length > 0 || isCui)
}

function publicText(isOfCui: boolean): string {
  return `statement A is public release, and ${isOfCui ? 'CUI' : 'what is under export control'} is none`
}

function categoryOfValue(value: string): Category | null {
  return value === value.toLowerCase() ? parseCategory(value.toUpperCase()) : null
}

function valueOfCategory(category: Category): string {
  return writeCategory(category).toLowerCase()
}
