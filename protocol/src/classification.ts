// Classification records: what the paper says of an article or its data, and how it was decided.
// SPEC: 22 CFR 121.1 (USML), 120.12 (commodity jurisdiction), 120.41 (specially designed); 15 CFR 774 Supplement No. 1 (CCL).

import * as z from 'zod'
import { slug } from './authorization.ts'

const text = (max: number) => z.string().trim().min(1).max(max)

/** Categories of the USML, in their order. */
export const usmlCategories = 'I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI'.split(
  ' ',
) as readonly string[]

export interface UsmlParagraph {
  readonly category: string
  /** The first level: `h` of IV(h)(1). */
  readonly letter: string
  /** As labels and authorizations name it: `iv-h-1`. */
  readonly item: string
}

// ATTACKER: whoever types a paragraph could use letters that look alike; nothing but these is one.
const paragraphShape = /^([IVX]{1,5})\(([a-z])\)(?:\(([1-9][0-9]?)\)(?:\(([ivx]{1,6})\)(?:\(([A-Z])\))?)?)?$/

/** Parse a paragraph of the USML as 22 CFR 121.1 writes it: `XII(c)(2)(iii)`. Returns null for what is none: category I to XXI, a letter or more. */
export function parseUsml(text: string): UsmlParagraph | null {
  const [, category = '', letter = '', , roman] = paragraphShape.exec(text) ?? []
  if (!usmlCategories.includes(category)) return null
  if (roman !== undefined && !romans.has(roman)) return null
  return { category, letter, item: text.toLowerCase().replaceAll(')', '').replaceAll('(', '-') }
}

/** Numerals of 1 to 39, as they are written once. */
const romans: ReadonlySet<string> = new Set(
  ['', 'x', 'xx', 'xxx'].flatMap((tens) =>
    ['', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix'].map((ones) => tens + ones),
  ),
)

export interface Eccn {
  /** EAR99 is no entry of the list: what is subject to the EAR and not on it. */
  readonly isListed: boolean
  /** `600`: the 600 series; `9x515`: spacecraft. Both were on the USML. */
  readonly series: '600' | '9x515' | null
  /** As labels and authorizations name it: `9e610-a`, `ear99`. */
  readonly item: string
}

const eccnShape =
  /^([0-9])[A-E]([0-9])([0-9]{2})(?:\.[a-z](?:\.[1-9][0-9]?(?:\.(?:[a-z]|[ivx]{2,4})(?:\.(?:[1-9][0-9]?|[A-Z]))?)?)?)?$/

/** Parse an entry of the Commerce Control List, or EAR99. Returns null for what is none: category 0 to 9, group A to E, three digits, paragraphs. */
export function parseEccn(text: string): Eccn | null {
  if (text === 'EAR99') return { isListed: false, series: null, item: 'ear99' }
  const [, category, first, rest] = eccnShape.exec(text) ?? []
  if (category === undefined) return null
  const series = first === '6' ? '600' : category === '9' && first === '5' && rest === '15' ? '9x515' : null
  return { isListed: true, series, item: text.toLowerCase().replaceAll('.', '-') }
}

/** Own number of a record: capital letters, digits and signs, so that no two look alike. */
export const classificationNumber = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9./-]{0,59}$/, 'want capital letters, digits, dots, slashes and hyphens, such as FAL-0042')

/** What somebody else numbered: printable ASCII alone, since it is compared by eye with a paper. */
const outsideNumber = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[\x20-\x7e]+$/, 'want letters, digits and signs of ASCII')

const usmlLine = z.strictObject({
  usml: z.string().refine((one) => parseUsml(one) !== null, 'want a paragraph of the USML such as IV(h)(1)'),
  /** Significant military equipment (22 CFR 120.36). */
  sme: z.boolean(),
  /** On the annex of the Missile Technology Control Regime. */
  mtcr: z.boolean(),
  classified: z.boolean(),
})
const eccnLine = z.strictObject({
  eccn: z.string().refine((one) => parseEccn(one) !== null, 'want an ECCN such as 9E610.a, or EAR99'),
})
const line = z.union([usmlLine, eccnLine])
export type ClassificationLine = z.infer<typeof line>

const letter = z.uuid()
const day = z.iso.date()

/** How it was decided. */
const basis = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('self'),
    /** How the lists were gone through, in their order: what it is not, and what it is. */
    orderOfReview: text(4000),
    /** Why it is, or is not, specially designed; left out where no paragraph asks. */
    speciallyDesigned: text(4000).optional(),
  }),
  /** SPEC: 22 CFR 120.12. */
  z.strictObject({
    kind: z.literal('commodity-jurisdiction'),
    case: outsideNumber(40),
    determinedOn: day,
    /** The determination, as a protected file that is stored here. */
    letter,
  }),
  z.strictObject({ kind: z.literal('ccats'), case: outsideNumber(40), determinedOn: day, letter: letter.optional() }),
  z.strictObject({
    kind: z.literal('statement'),
    of: z.enum(['government', 'supplier']),
    who: text(200),
    dated: day,
    text: text(2000),
    letter: letter.optional(),
  }),
])
export type ClassificationBasis = z.infer<typeof basis>

/** `unknown` is the strictest: nothing that stands on such a record is opened. */
export const jurisdictions = ['itar', 'ear', 'neither', 'unknown'] as const
export type Jurisdiction = (typeof jurisdictions)[number]

export const classificationTerms = z.strictObject({
  number: classificationNumber,
  title: text(200),
  /** Numbers of parts or documents that it is about. */
  parts: z.array(outsideNumber(80)).max(500),
  program: slug.optional(),
  jurisdiction: z.enum(jurisdictions),
  /** Of the USML under the ITAR, of the CCL under the EAR, none otherwise. */
  lines: z.array(line).max(100),
  /** A question that is not decided yet: until it is, the jurisdiction and the lines above are the stricter reading. */
  doubt: z
    .strictObject({
      question: text(2000),
      /** Of the commodity-jurisdiction request that is pending, and when it was filed. */
      case: outsideNumber(40).optional(),
      filedOn: day.optional(),
    })
    .optional(),
  basis,
  decidedBy: text(200),
  /** From when on it is meant to hold. */
  decidedOn: day,
  nextReview: day,
  /** Number of the record in whose place it comes. */
  supersedes: classificationNumber.optional(),
  note: text(2000).optional(),
})
export type ClassificationTerms = z.infer<typeof classificationTerms>

/** `registered` waits for approval; `in-force` until it is `superseded` by another or `withdrawn`. */
export const classificationStates = ['registered', 'in-force', 'superseded', 'withdrawn'] as const
export type ClassificationState = (typeof classificationStates)[number]

/** What a line is called in labels and authorizations: `iv-h-1`, `9e610-a`. */
export function itemOf(line: ClassificationLine): string {
  const parsed = 'usml' in line ? parseUsml(line.usml) : parseEccn(line.eccn)
  if (parsed === null) throw new TypeError('a line of a record is a paragraph or an ECCN')
  return parsed.item
}

/** A line as it is read: `USML IV(h)(1) (SME)`, `ECCN 9E610.a (600 series)`, `EAR99`. */
export function lineText(line: ClassificationLine): string {
  if ('eccn' in line) {
    const series = parseEccn(line.eccn)?.series ?? null
    if (line.eccn === 'EAR99') return line.eccn
    return `ECCN ${line.eccn}${series === null ? '' : series === '600' ? ' (600 series)' : ' (9x515)'}`
  }
  const flags = [
    ...(line.sme ? ['SME'] : []),
    ...(line.mtcr ? ['MTCR'] : []),
    ...(line.classified ? ['classified'] : []),
  ]
  return `USML ${line.usml}${flags.length === 0 ? '' : ` (${flags.join(', ')})`}`
}

/** What a record says, in one line. */
export function classificationText({ jurisdiction, lines, doubt }: ClassificationTerms): string {
  const what = lines.length > 0 ? lines.map(lineText).join('; ') : wordless[jurisdiction]
  return doubt === undefined ? what : `${what}, in doubt`
}

const wordless: Readonly<Record<Jurisdiction, string>> = {
  itar: 'ITAR',
  ear: 'EAR',
  neither: 'neither ITAR nor EAR',
  unknown: 'unknown',
}
