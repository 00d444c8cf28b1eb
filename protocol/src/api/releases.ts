// The record of releases on the wire.

import * as z from 'zod'
import { after, moment } from './query.ts'
import { reasonText } from './reason-text.ts'
import type { Route } from './route.ts'

const country = z.string().regex(/^[A-Z]{2}$/, 'want two letters of ISO 3166-1')

/**
 * Of which releases. `from` is inclusive, `to` is not. With a purpose the countries of foreign persons are opened, each a look on record;
 * `nationality`, one of the countries that counted, is asked for with a purpose alone: it opens those of everybody who could be meant.
 */
const releasesAsked = {
  authorizationId: z.uuid().optional(),
  personId: z.uuid().optional(),
  fileId: z.uuid().optional(),
  /** Country of the place to which the key went. */
  placeCountry: country.optional(),
  nationality: country.optional(),
  from: moment.optional(),
  to: moment.optional(),
  purpose: reasonText.optional(),
}
export const releasesQuery = z.strictObject({
  ...releasesAsked,
  order: z.enum(['newest', 'oldest']).default('newest'),
  after,
})
export const exportReleasesQuery = z.strictObject({
  ...releasesAsked,
  format: z.enum(['xlsx', 'csv']).default('xlsx'),
})

const countriesUsed = z.object({
  citizenships: z.array(z.string()),
  formerCitizenships: z.array(z.string()),
  permanentResidencies: z.array(z.string()),
})

const release = z.object({
  decisionId: z.uuid(),
  ledgerIndex: z.number().int(),
  at: z.iso.datetime(),
  recipient: z.object({
    id: z.uuid(),
    name: z.string(),
    /** Of their record, as it was read for the decision. */
    version: z.number().int().nullable(),
    status: z.string(),
  }),
  /** As the decision counted them; `none` where nationality is not kept, `erased` where the key of the person is gone. */
  countries: z.union([z.enum(['none', 'sealed', 'erased']), countriesUsed]),
  file: z.object({ id: z.uuid(), name: z.string(), vault: z.string() }),
  items: z.array(z.string()),
  programs: z.array(z.string()),
  /** Door through which the key went, electronically. */
  door: z.string(),
  place: z.object({ name: z.string(), country: z.string().nullable() }),
  /** As it was cited on that day; null for a U.S. person. */
  authorization: z
    .object({ id: z.uuid(), number: z.string(), version: z.number().int(), citation: z.string() })
    .nullable(),
  /**
   * Until when its record is kept at least, to a U.S. person; null to a foreign person, where it is as long as that of the authorization (of an
   * exemption five years from the release).
   */
  keptUntil: z.iso.datetime().nullable(),
  /** A key that was permitted could not be handed out, or one of several. */
  isFailed: z.boolean(),
})
export type ReleaseView = z.infer<typeof release>

export const releases = z.object({
  /** The newest first, or in the order in which they were recorded; at most 100, and a page can be empty and not the last. */
  releases: z.array(release),
  /** Years for which those to U.S. persons are kept at least: the organization's own rule. */
  usPersonYears: z.number().int(),
  next: z.string().nullable(),
  /** Entries of the ledger that the record covers: up to the last checkpoint. */
  ledgerSize: z.number().int(),
})

export const releaseRoutes = {
  releases: {
    method: 'GET',
    path: '/api/v1/releases',
    summary:
      'The record of releases (22 CFR 120.15(e)), newest first: ?authorizationId=, &personId=, &fileId=, &placeCountry=, &from=&to=, &order=; with &purpose= the countries that counted, also &nationality=',
    access: 'ledger.read',
    query: releasesQuery,
    answer: releases,
  },
  exportReleases: {
    method: 'GET',
    path: '/api/v1/releases/export',
    summary: 'The record of releases as a spreadsheet in the order in which they were recorded, ?format=xlsx or csv',
    access: 'ledger.read',
    query: exportReleasesQuery,
    answer: 'bytes',
    problems: ['too-large'],
  },
} as const satisfies Record<string, Route>
