// What follows the question mark of a route. A parameter that a route does not know is refused: an answer about another moment
// or another vault than was asked for would look like the right one.

import * as z from 'zod'
import { noticeStates } from '../notice.ts'
import { questionKinds } from '../packet/index.ts'
import { plainText, reasonText } from './reason-text.ts'

/** `Date.parse` takes 31 February for a day of March. */
const isDay = (day: string): boolean => z.iso.date().safeParse(day).success

/** ISO 8601 with its offset, or a day, which is meant from its beginning in UTC. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/, 'want an ISO 8601 day, or time with its offset')
  .refine((text) => !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10)), 'want a moment that there is')

/** `next` of the page before: lists come a page at a time. */
export const after = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,4000}$/)
  .optional()

/** One person as of a moment. */
export const asOfQuery = z.strictObject({ asOf: moment.optional() })

/** The roster as of a moment; or of today those whose names have every word of `name`, or one that begins as it does. Not both. */
export const peopleQuery = z.strictObject({
  asOf: moment.optional(),
  name: z.string().min(1).max(200).optional(),
  after,
})

export const compareQuery = z.strictObject({ from: moment, to: moment, after })

/** Files of one vault alone; files whose path ends with a part that begins like `name`, the first 500 without a next page. */
export const filesQuery = z.strictObject({
  vaultId: z.uuid().optional(),
  name: z.string().min(1).max(1000).optional(),
  after,
})

/** At which octet to begin: what came before it is there already. */
export const contentQuery = z.strictObject({ from: z.coerce.number().int().min(0).default(0) })

/** A list of which nothing is asked but its pages. */
export const pageQuery = z.strictObject({ after })

/** `true` shows what is done, withdrawn or expired as well. */
export const approvalsQuery = z.strictObject({ all: z.enum(['true', 'false']).optional(), after })

/** Notices of one state alone. */
export const noticesQuery = z.strictObject({ state: z.enum(noticeStates).optional(), after })

export const importQuery = z.strictObject({
  /** Digest of the difference to apply, hex; without it nothing is written. */
  apply: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  reason: reasonText.default('import of a spreadsheet'),
})

export const exportQuery = z.strictObject({ format: z.enum(['xlsx', 'csv']).default('xlsx') })

/** Where in the ledger to begin. */
export const replayQuery = z.strictObject({ first: z.coerce.number().int().min(0).default(0) })

/** What an evidence packet is to answer. `from` is inclusive, `to` is not. */
export const packetQuery = z.strictObject({
  about: z.enum(questionKinds),
  /** A program's name; the id of anything else; none for a period. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,63}$/)
    .optional(),
  from: moment.optional(),
  to: moment.optional(),
  purpose: plainText(500).optional(),
})

/** For the routes that take no parameters. */
export const noQuery = z.strictObject({})

/** Timestamps of checkpoints that are larger. */
export const timestampsQuery = z.strictObject({ after: z.coerce.number().int().min(0).optional() })
