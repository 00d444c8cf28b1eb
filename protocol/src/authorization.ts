// An authorization: the umbrella over licenses, agreements and exemptions, with its terms as data.
// SPEC: 22 CFR 120.57 (license, agreement, exemption), 123.1, 123.9(c), 124.1, 126.1, 126.18; 15 CFR 740 and 748 (EAR).

import * as z from 'zod'
import { country } from './countries.ts'

/** Short name in the enclave's own vocabulary (programs, parties, purposes): lower case, digits, hyphens. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower case letters, digits and hyphens')
const instant = z.iso.datetime({ offset: true })
const text = (max: number) => z.string().trim().min(1).max(max)

export const authorizationKinds = [
  'DSP-5',
  'DSP-61',
  'DSP-73',
  'DSP-85',
  'TAA',
  'MLA',
  'WDA',
  'GC',
  'exemption',
  'EAR-license',
  'EAR-exception',
] as const
export type AuthorizationKind = (typeof authorizationKinds)[number]

/** What a party is to an authorization. A sub-licensee stands under another foreign party. */
export const partyRoles = [
  'signatory',
  'end-user',
  'foreign-consignee',
  'intermediate-consignee',
  'sub-licensee',
  'consignor',
  'freight-forwarder',
  'source',
] as const

const party = z.strictObject({
  id: slug,
  name: text(200),
  country,
  /** A U.S. party never covers its own foreign employees; a foreign party covers its regular employees (22 CFR 120.64). */
  side: z.enum(['us', 'foreign']),
  role: z.enum(partyRoles).optional(),
  /** The party under which a sub-licensee stands. */
  under: slug.optional(),
})

/** Actions on files and vaults that a condition can leave to those whom it covers. */
export const coveredActions = [
  'file.open',
  'file.fetch',
  'file.list',
  'file.share',
  'file.receive',
  'file.protect',
  'file.acknowledge',
  'vault.list',
] as const

const limit = {
  /** Only these people, by their id. */
  persons: z.array(z.uuid()).min(1).max(2000).optional(),
  /** Only regular employees of these foreign parties, and people whom the authorization names. */
  parties: z.array(slug).min(1).max(200).optional(),
  /** A release takes place in one of these countries only. */
  places: z.array(country).min(1).max(250).optional(),
  /** Only these actions. */
  actions: z.array(z.enum(coveredActions)).min(1).max(coveredActions.length).optional(),
  /** Only files of which every item is one of these. */
  items: z.array(slug).min(1).max(500).optional(),
  /** Only files of which every program is one of these. */
  programs: z.array(slug).min(1).max(100).optional(),
  /** Before this moment only. */
  until: instant.optional(),
  /** Only with a signed NDA on record, whoever employs the person. */
  nda: z.literal(true).optional(),
  /** Only within so many days after the last briefing on record. */
  briefedWithinDays: z.number().int().min(1).max(1830).optional(),
  /** Only once the person has acknowledged this text, as it stands, on record. */
  acknowledged: z.literal(true).optional(),
}

/**
 * What a proviso of the approval comes to here: a condition, which decides; an obligation, which the answer carries; a duty with its
 * owner; or, openly, what somebody sees to by hand. Never only text.
 */
const proviso = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('condition'), id: slug, text: text(2000), ...limit })
    .refine((one) => Object.keys(limit).some((name) => name in one), 'want one limit or more in a condition'),
  z.strictObject({ kind: z.literal('obligation'), id: slug, text: text(2000), obligation: slug }),
  z
    .strictObject({
      kind: z.literal('duty'),
      id: slug,
      text: text(2000),
      owner: text(200),
      /** Who of the roster it is, where one person owns it: they see it and may do it. */
      ownerId: z.uuid().optional(),
      due: z.iso.date().optional(),
      /** It is due again every so many months after `due`, until the authorization ends. */
      everyMonths: z.number().int().min(1).max(60).optional(),
      /** What will show that it was done. */
      evidence: text(300).optional(),
    })
    .refine((one) => one.everyMonths === undefined || one.due !== undefined, 'want a first day in due'),
  z.strictObject({ kind: z.literal('manual'), id: slug, text: text(2000), owner: text(200) }),
])

/** The ways of 22 CFR 126.18 on which an employee of other nationality too can be covered. */
export const employeeOptions = ['126.18(c)(1)', '126.18(c)(2)', '126.18(d)'] as const

/**
 * The empowered official's recorded determination on one regular employee of a foreign party who is a national of a country that the
 * authorization does not name (dual or third-country national). Refused is an answer like the other, and wins.
 */
const employeeDetermination = z.strictObject({
  person: z.uuid(),
  option: z.enum(employeeOptions),
  outcome: z.enum(['covered', 'refused']),
  text: text(2000),
  by: z.uuid(),
  at: instant,
})

/**
 * The section of an exemption that is claimed, and what shows that its conditions are met. SPEC: 22 CFR 120.15. Which conditions there are
 * says the legal data in force; some are checked from the terms, some when somebody asks for access, and the others are evidence here.
 */
const exemptionClaim = z.strictObject({
  /** As the legal data names it: `125.4(b)(9)`. */
  section: text(40),
  /** By the condition's name: what shows that it is met, and where that is kept. */
  evidence: z.record(slug, text(1000)),
  /** SPEC: 22 CFR 120.15(f): the written certification that the section applies, and who signed it. */
  certification: z.strictObject({ signer: z.uuid(), on: z.iso.date() }),
  /** Countries of travel or posting (125.4(b)(9)), in which a release may take place. */
  territory: z.array(country).min(1).max(50).optional(),
})

/** What the paper says besides what decides: for the record, and for whoever reads it. None of it covers anybody. */
const particulars = {
  /** The applicant's registration code with the Directorate. */
  registrant: text(40).optional(),
  /** The stated end use. */
  endUse: text(1000).optional(),
  /** Scope of the technical data or of the defense service, and what is left out of it. */
  scope: text(4000).optional(),
  /** Number or date of the non-transfer and use certificate (DSP-83, 22 CFR 123.10), where one is asked for. */
  certificate: text(120).optional(),
  /** Number of the authorization that this one replaces. */
  replaces: text(60).optional(),
}

/** A document of the authorization: a protected file of the export-control vault. */
const attachedDocument = z.strictObject({ file: z.uuid(), title: text(200) })

/** The empowered official's recorded determination that a license may be used for one country of 22 CFR 126.1. */
const determination = z.strictObject({ country, text: text(2000), by: z.uuid(), at: instant })

/** What a license or agreement allows of one commodity, service or kind of data. Quantities are whole: choose the unit so that they are. */
const commodityLine = z.strictObject({
  id: slug,
  description: text(500),
  /** USML paragraph, as the label has it. */
  item: slug,
  quantity: z.number().int().min(1).max(1e12),
  unit: text(40),
  /** Licensed value, in cents of USD. */
  valueCents: z.number().int().min(0).max(1e14),
})
export type CommodityLine = z.infer<typeof commodityLine>

export const authorizationTerms = z.strictObject({
  number: text(60),
  kind: z.enum(authorizationKinds),
  /** Citation in force, as it is to be written on a record: `22 CFR 124.1(a)`. */
  citation: text(120),
  title: text(200),
  parties: z.array(party).max(200),
  /** Foreign persons named in the authorization. */
  persons: z.array(z.uuid()).max(2000),
  /** Countries that it names. ITAR: must hold every country that counts for the person. */
  countries: z.array(country).min(1).max(250),
  /** USML paragraphs, as the label has them: `viii-h-1`. */
  items: z.array(slug).min(1).max(500),
  programs: z.array(slug).min(1).max(100),
  purposes: z.array(slug).min(1).max(100),
  provisos: z.array(proviso).max(200),
  determinations: z.array(determination).max(50),
  /** Dual and third-country nationals, one by one (22 CFR 126.18). */
  employees: z.array(employeeDetermination).max(2000).optional(),
  /** Commodity lines, against which quantity and value are drawn; none where nothing is counted here. */
  lines: z.array(commodityLine).max(500).optional(),
  /** Of an exemption alone, and of each: those that were registered before conditions were asked for have none. */
  exemption: exemptionClaim.optional(),
  ...particulars,
  documents: z.array(attachedDocument).min(1).max(50).optional(),
  validFrom: instant,
  validUntil: instant,
})
export type AuthorizationTerms = z.infer<typeof authorizationTerms>
/** Names of the members that say something for the record and cover nobody. */
export const particularNames = Object.keys(particulars) as (keyof typeof particulars)[]
export type Proviso = z.infer<typeof proviso>
export type ProvisoCondition = Extract<Proviso, { kind: 'condition' }>

/**
 * How other terms follow on those of an authorization: a license by the closed list of 22 CFR 123.25; an agreement by an approved
 * major amendment or a deposited minor one (22 CFR 124.1(c), (d)); anything else because whoever gave it gave it anew.
 */
export const amendmentRoutes = ['123.25', 'major', 'minor', 'reissued'] as const
export type AmendmentRoute = (typeof amendmentRoutes)[number]

/** `registered` waits for approval; `effective` counts between its dates; `ended` never counts again. */
export const authorizationStates = ['registered', 'effective', 'ended'] as const
export type AuthorizationState = (typeof authorizationStates)[number]
