// Categories of the CUI registry that technical data meets, by their abbreviations. The registry has more: whoever needs another
// defines its label, and it is read from then on.

/** A category, marked as specified (`SP-`) or basic. */
export interface Category {
  /** Upper-case letters. */
  readonly abbr: string
  readonly isSpecified: boolean
}

interface Registered {
  readonly name: string
  /** It has no basic form. */
  readonly specifiedOnly?: true
}

const registered: Readonly<Record<string, Registered>> = {
  CTI: { name: 'Controlled Technical Information', specifiedOnly: true },
  DCRIT: { name: 'DoD Critical Infrastructure Security Information' },
  EXPT: { name: 'Export Controlled' },
  EXPTR: { name: 'Export Controlled Research' },
  INV: { name: 'Investigation' },
  NNPI: { name: 'Naval Nuclear Propulsion Information', specifiedOnly: true },
  OPSEC: { name: 'Operations Security' },
  PRIVILEGE: { name: 'Legal Privilege' },
  PROCURE: { name: 'General Procurement' },
  PROPIN: { name: 'General Proprietary Business Information' },
  PRVCY: { name: 'General Privacy' },
  PSI: { name: 'Personnel Security Information' },
  SBIIR: { name: 'Small Business Innovation Research' },
}

const shape = /^(SP-)?([A-Z]{2,14})$/

/** Whether an abbreviation is one that this version knows. */
export function isRegistered(abbr: string): boolean {
  return Object.hasOwn(registered, abbr)
}

/** Say what is wrong with a category, whatever else it is marked with; null for nothing. */
export function categoryFault({ abbr, isSpecified }: Category): string | null {
  return registered[abbr]?.specifiedOnly === true && !isSpecified
    ? `${abbr} is a specified category, want SP-${abbr}`
    : null
}

/** Read a category as it stands in a banner; null for what has not its form. */
export function parseCategory(token: string): Category | null {
  const [, specified, abbr] = shape.exec(token) ?? []
  return abbr === undefined ? null : { abbr, isSpecified: specified !== undefined }
}

export function writeCategory({ abbr, isSpecified }: Category): string {
  return `${isSpecified ? 'SP-' : ''}${abbr}`
}

/** Specified before basic, each by letter and once. */
export function orderedCategories(categories: readonly Category[]): readonly Category[] {
  const all = new Map(categories.map((one) => [writeCategory(one), one]))
  const rank = (one: Category): string => `${one.isSpecified ? 0 : 1}${one.abbr}`
  return [...all.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}
