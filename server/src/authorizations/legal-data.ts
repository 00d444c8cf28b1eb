// Legal data: what the regulations list, with dates, sources and how sure each row is. It ships as a file beside this one
// and is replaced as a whole, without a release. Days are Washington's; `validUntil` is the first day on which a row no
// longer holds. Where the law after a day is unknown, the data says what is refused meanwhile.

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { authorizationKinds, canonicalJson, country, Problem, type Id, type JsonObject } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import { narrowAccess } from '../policy/index.ts'
import { exemptionRules } from './exemptions/rule.ts'
import { replaceLegalData } from './store.ts'

/** The legal data that ships, as a file of JSON for `loadLegalData`. */
export const shippedLegalData = new URL('legal-data.json', import.meta.url)

const day = z.iso.date()
const text = (max: number) => z.string().trim().min(1).max(max)

const proscribedCountry = z
  .strictObject({
    country,
    name: text(100),
    /** `d1`: the table of 126.1(d)(1), denied outright; `d2`: that of 126.1(d)(2), with exceptions in its paragraph. */
    list: z.enum(['d1', 'd2']),
    paragraph: text(60),
    /** Null: longer than this data knows. */
    validFrom: day.nullable(),
    validUntil: day.nullable(),
    source: text(500),
    sureness: z.enum(['yes', 'partly', 'no']),
    note: text(1000).optional(),
  })
  .refine(isForward, 'want validFrom before validUntil')

/** SPEC: 22 CFR 126.18(d): nationals exclusively of NATO (120.23), the European Union, and the countries that it names. */
const employeeCountry = z
  .strictObject({
    country,
    list: z.enum(['nato', 'eu', 'named']),
    validFrom: day.nullable(),
    validUntil: day.nullable(),
    source: text(500),
    sureness: z.enum(['yes', 'partly', 'no']),
  })
  .refine(isForward, 'want validFrom before validUntil')

/** The longest that an authorization of a kind holds. A row that is not sure names, and refuses nothing. */
const validity = z.strictObject({
  kind: z.enum(authorizationKinds),
  years: z.number().int().min(1).max(100),
  citation: text(120),
  source: text(500),
  sureness: z.enum(['yes', 'partly', 'no']),
})
export const validityRules = z.array(validity).max(100)
export type ValidityRule = z.infer<typeof validity>

export const legalData = z.strictObject({
  /** Day of the last change that the data knows of. */
  asOf: day,
  citation: text(200),
  proscribedCountries: z
    .array(proscribedCountry)
    .min(1)
    .max(1000)
    .refine(isDisjoint, 'want one row at a time per country'),
  /** Data from before these were kept has none, and then 126.18(d) reaches nobody. */
  employeeCountries: z.array(employeeCountry).max(1000).optional(),
  /** Data from before these were kept has none, and then those that ship hold. */
  exemptions: exemptionRules.optional(),
  validity: validityRules.optional(),
})
export type LegalData = z.infer<typeof legalData>

/**
 * Load legal data, replacing what was there; returns no entries when exactly this is in force already. `actor` is null when
 * the enclave itself does it, at founding or start-up. It can widen access as well as narrow it: whoever calls this has
 * settled who may; `more` goes into the entry. Throws Problem `invalid-request` for data of another shape, `conflict` for data that is older than what
 * is in force.
 */
export async function loadLegalData(
  tx: Transaction,
  deps: { readonly ledger: Pick<Ledger, 'appendIn'> },
  input: unknown,
  actor: Id<'person'> | null = null,
  more: JsonObject = {},
): Promise<readonly Appended[]> {
  const data = parseLegalData(input)
  const digest = legalDataDigest(data)
  if (!(await replaceLegalData(tx, data, digest))) return []
  await narrowAccess(tx)
  return await deps.ledger.appendIn(tx, [
    {
      kind: 'legal-data.loaded',
      actor,
      about: { kind: 'legal-data', id: digest },
      body: { digest, asOf: data.asOf, citation: data.citation, rows: data.proscribedCountries.length, ...more },
    },
  ])
}

/** Parse legal data. Throws Problem `invalid-request` that names the first thing which is not as it should be. */
export function parseLegalData(input: unknown): LegalData {
  const parsed = legalData.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Problem('invalid-request', `cannot load legal data: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

/** The digest that names legal data: SHA-256 of its canonical JSON, in hex. */
export function legalDataDigest(data: LegalData): string {
  return createHash('sha256').update(canonicalJson(data)).digest('hex')
}

function isForward({ validFrom, validUntil }: { validFrom: string | null; validUntil: string | null }): boolean {
  return validFrom === null || validUntil === null || validFrom < validUntil
}

function isDisjoint(rows: readonly z.infer<typeof proscribedCountry>[]): boolean {
  const startsBefore = (from: string | null, until: string | null) => from === null || until === null || from < until
  return rows.every((a, index) =>
    rows
      .slice(index + 1)
      .every(
        (b) =>
          a.country !== b.country ||
          !(startsBefore(a.validFrom, b.validUntil) && startsBefore(b.validFrom, a.validUntil)),
      ),
  )
}
