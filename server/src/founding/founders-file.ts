// The founders file: who founds the enclave, as somebody wrote it down. It names a basis and where its evidence is kept, never
// a document, and no country: every founder is a U.S. person.

import { createHash } from 'node:crypto'
import { LineCounter, parseDocument } from 'yaml'
import * as z from 'zod'
import { canonicalJson, Problem, usPersonBases, type Json } from '@sallyport/protocol'
import { reasonText } from '@sallyport/protocol/api'

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text), 'want one line of text')

const founder = z.strictObject({
  name: line(200),
  basis: z.enum(usPersonBases),
  evidence: line(300),
  role: z.enum(['officer', 'administrator']),
  /** Is empowered in writing as well to sign and to refuse for the applicant. SPEC: 22 CFR 120.67. */
  empoweredOfficial: z.boolean().optional(),
})

const file = z.strictObject({
  enclave: line(200),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'want a host name in lower case')
    .optional(),
  absenceRule: reasonText,
  founders: z
    .array(founder)
    .max(20)
    .refine((all) => all.filter(({ role }) => role === 'officer').length >= 2, 'want two officers or more')
    .refine((all) => all.filter(({ role }) => role === 'administrator').length <= 1, 'want one administrator at most')
    .refine((all) => new Set(all.map(({ name }) => nameKey(name))).size === all.length, 'want each name once'),
})

export type Founders = z.output<typeof file> & {
  /** Names exactly this list; going on after an interruption takes the same one. */
  readonly digest: string
  readonly officers: number
}

const noOfficial =
  'Nobody is named as empowered official (22 CFR 120.67). Until two officers gave somebody the role, nothing that takes one ' +
  'takes effect: determinations, exemptions, other legal data. Write empoweredOfficial: true beside whoever is.'

/** Say what these founders could never do: widening anything takes somebody who asks, and two officers who approve. */
export function whatIsStuck({ founders, officers }: Pick<Founders, 'founders' | 'officers'>): readonly string[] {
  const official = founders.some((one) => one.empoweredOfficial === true) ? [] : [noOfficial]
  if (officers < 3) {
    return [
      ...official,
      'Two officers are named. Granting anybody anything takes two officers who are neither whoever asked nor whom it is ' +
        'about, so that with two neither can ever be verified anew, and when one is away nothing can be granted at all. ' +
        'Name a third.',
    ]
  }
  if (officers > 3 || founders.some(({ role }) => role === 'administrator')) return official
  return [
    ...official,
    "Three officers and no administrator are named. When it is an officer's own record, the other two approve and nobody is " +
      'left who asks. Name an administrator or a fourth officer.',
  ]
}

/** Names that a reader takes for one name are one. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()
}

/** Read a founders file. Throws Problem `invalid-request` that names every fault by its line. */
export function parseFounders(text: string, name: string): Founders {
  const lines = new LineCounter()
  if (text.length > 100_000) throw unreadable([`${name}: it is larger than 100 kB`])
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const at = (offset: number) => `${name}:${Math.max(lines.linePos(offset).line, 1)}`
  const syntax = [...document.errors, ...document.warnings]
  if (syntax.length > 0) throw unreadable(syntax.map(({ message, pos }) => `${at(pos[0])}: ${message}`))
  const parsed = file.safeParse(toValue(document, name))
  if (!parsed.success) {
    throw unreadable(
      parsed.error.issues.slice(0, 20).map(({ path, message }) => {
        const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true)
        const range = (node as { range?: [number] } | null | undefined)?.range
        return `${at(range?.[0] ?? 0)}: ${path.join('.')}: ${message.replace(/^Invalid (input|option): /, '')}`
      }),
    )
  }
  const founders = parsed.data
  return {
    ...founders,
    digest: createHash('sha256')
      .update(canonicalJson(JSON.parse(JSON.stringify(founders)) as Json))
      .digest('hex'),
    officers: founders.founders.filter(({ role }) => role === 'officer').length,
  }
}

/** ATTACKER: aliases can grow a small file without bounds; the parser stops at its own limit. */
function toValue(document: { toJS(): unknown }, name: string): unknown {
  try {
    return document.toJS() ?? {}
  } catch {
    throw unreadable([`${name}: its aliases expand too far`])
  }
}

function unreadable(faults: readonly string[]): Problem {
  return new Problem('invalid-request', `cannot read the founders file:\n${faults.join('\n')}`, { details: { faults } })
}
