// Who can open what, all of it, by classes; and what would be otherwise if something were.

import * as z from 'zod'
import { authorizationTerms, slug } from '../authorization.ts'
import { country } from '../countries.ts'
import { countryTies } from '../person-change.ts'
import { after, moment } from './query.ts'

/**
 * What would be otherwise: an authorization ends, or has these terms (without an id: one that is not registered), or a record is another, or
 * somebody stands elsewhere.
 */
export const accessChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('authorization-ends'), authorizationId: z.uuid() }),
  z.strictObject({
    kind: z.literal('authorization-terms'),
    authorizationId: z.uuid().optional(),
    terms: authorizationTerms,
  }),
  z.strictObject({
    kind: z.literal('person'),
    personId: z.uuid(),
    status: z.enum(['us-person', 'foreign-person', 'unverified', 'ended']).optional(),
    /** Wanted where they become a foreign person, and nowhere else: every country that would count. */
    ties: countryTies.optional(),
    assign: z
      .array(z.strictObject({ program: slug, purpose: slug }))
      .max(100)
      .default([]),
    unassign: z.array(slug).max(100).default([]),
  }),
  /** Asked for from elsewhere, by one person or by everybody; null is a place that nobody knows. */
  z.strictObject({ kind: z.literal('place'), personId: z.uuid().optional(), country: country.nullable() }),
  /** What a request for approval would do that is about an authorization. */
  z.strictObject({ kind: z.literal('approval'), approvalId: z.uuid() }),
])

/** What would be otherwise now, or who could at a moment of the past, by what was on record then; not both. */
const asked = { change: accessChange.optional(), asOf: moment.optional() }
export const accessQuestion = z.strictObject(asked)
/** Members of the class that somebody or some file is in. */
export const accessMembersQuestion = z.strictObject({
  ...asked,
  of: z.enum(['people', 'files']),
  with: z.uuid(),
  after,
})

const member = z.object({ id: z.uuid(), name: z.string() })

/**
 * Classes of people and of files, and for each pair of them the answer. `now` and `would` have a row for each class of people, in it the place
 * in `answers` for each class of files.
 */
export const accessMap = z.object({
  at: z.iso.datetime(),
  policies: z.string().nullable(),
  /** `some` are the first of its members. */
  people: z.array(
    z.object({
      count: z.number().int(),
      some: z.array(member),
      status: z.string(),
      roles: z.array(z.string()),
      programs: z.array(z.string()),
    }),
  ),
  files: z.array(z.object({ count: z.number().int(), some: z.array(member), labels: z.array(z.string()) })),
  answers: z.array(
    z.object({
      effect: z.enum(['permit', 'deny']),
      /** Number of the authorization that a permit would rely on. */
      authorization: z.string().nullable(),
      /** What a record of it would cite. */
      citation: z.string().nullable(),
      /** The policies that permit it. */
      permittedBy: z.array(z.object({ code: z.string(), text: z.string() })),
      reasons: z.array(z.object({ code: z.string(), text: z.string(), fix: z.string(), ask: z.string() })),
    }),
  ),
  now: z.array(z.array(z.number().int())),
  /** Null without a change. */
  would: z.array(z.array(z.number().int())).nullable(),
  /** Pairs of a person and a file: that can open now, that would, that gain and that lose. */
  totals: z.object({
    people: z.number().int(),
    files: z.number().int(),
    now: z.number().int(),
    would: z.number().int(),
    gains: z.number().int(),
    loses: z.number().int(),
  }),
})

export const accessMembers = z.object({ members: z.array(member), next: z.string().nullable() })
