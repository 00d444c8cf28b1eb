// How a row of `person`, or of its versions, becomes a person.

import * as z from 'zod'
import { personKinds, Problem, regularEmployeeBases, roles, usPersonBases, type Id } from '@sallyport/protocol'
import type { Row } from '../base/index.ts'
import { endings, type Person } from './person.ts'

export const personId = z.string().transform((text) => text as Id<'person'>)
export const timeMs = z.date().transform((at) => at.getTime())

const common = {
  id: personId,
  version: z.number(),
  display_name: z.string(),
  kind: z.enum(personKinds),
  external_id: z.string().nullable(),
  mail: z.string().nullable(),
  employer: z.string().nullable(),
  is_regular_employee: z.boolean(),
  regular_employee_basis: z.enum(regularEmployeeBases).nullable(),
  acts_for_foreign_employer: z.boolean(),
  has_nda: z.boolean(),
  nda_signed_on: z.string().nullable(),
  briefed_on: z.string().nullable(),
  reviewed_at: timeMs.nullable(),
  roles: z.array(z.enum(roles)),
  assignments: z.array(z.object({ program: z.string(), purpose: z.string() })),
}
const verified = { verified_by: personId.nullable(), verified_at: timeMs, evidence_ref: z.string() }

const personRow = z.discriminatedUnion('status', [
  z.object({ ...common, status: z.literal('unverified') }),
  z.object({
    ...common,
    ...verified,
    status: z.literal('us-person'),
    basis: z.enum(usPersonBases),
    sealed_ties: z.null(),
  }),
  z.object({
    ...common,
    ...verified,
    status: z.literal('foreign-person'),
    sealed_ties: z.instanceof(Uint8Array).nullable(),
  }),
  z.object({
    ...common,
    status: z.literal('ended'),
    verified_by: personId.nullable(),
    verified_at: timeMs.nullable(),
    evidence_ref: z.string().nullable(),
    ended_kind: z.enum([...endings, 'merged']),
    merged_into: personId.nullable(),
    ended_by: personId.nullable(),
    ended_at: timeMs,
  }),
])

/** Parse a row into the arm that its status says. Throws ZodError for a row that is none of them. */
export function parsePerson(row: Row): Person {
  const parsed = personRow.parse(row)
  const base = {
    id: parsed.id,
    version: parsed.version,
    displayName: parsed.display_name,
    kind: parsed.kind,
    externalId: parsed.external_id,
    mail: parsed.mail,
    employer: parsed.employer,
    isRegularEmployee: parsed.is_regular_employee,
    regularEmployeeBasis: parsed.regular_employee_basis,
    actsForForeignEmployer: parsed.acts_for_foreign_employer,
    hasNda: parsed.has_nda,
    ndaSignedOn: parsed.nda_signed_on,
    briefedOn: parsed.briefed_on,
    reviewedAtMs: parsed.reviewed_at,
    roles: parsed.roles,
    assignments: parsed.assignments,
  }
  if (parsed.status === 'unverified') return { ...base, status: parsed.status }
  const verification =
    parsed.verified_at === null || parsed.evidence_ref === null
      ? null
      : { by: parsed.verified_by, atMs: parsed.verified_at, evidenceRef: parsed.evidence_ref }
  if (parsed.status === 'ended') {
    const { ended_kind: ending, merged_into } = parsed
    if (ending === 'merged' && merged_into === null)
      throw new Problem('internal', 'cannot read person: merged into nobody')
    return {
      ...base,
      status: parsed.status,
      verification,
      ending,
      mergedInto: ending === 'merged' ? merged_into : null,
      endedBy: parsed.ended_by,
      endedAtMs: parsed.ended_at,
    }
  }
  if (verification === null) throw new Problem('internal', 'cannot read person: verification is missing, want one')
  if (parsed.status === 'us-person') return { ...base, status: parsed.status, verification, basis: parsed.basis }
  return { ...base, status: parsed.status, verification, sealedTies: parsed.sealed_ties }
}
