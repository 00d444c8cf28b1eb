// Entries of the ledger, a page at a time and one by one.

import * as z from 'zod'
import { after, moment } from './query.ts'
import type { Route } from './route.ts'

/** Which entries. `from` is inclusive, `to` is not; each that is given has to fit. */
export const ledgerEntriesQuery = z.strictObject({
  /** `<noun>.<past participle>`, such as `decision.deny`. */
  kind: z
    .string()
    .regex(/^[a-z]{1,32}(-[a-z]{1,32})*\.[a-z]{1,32}(-[a-z]{1,32})*$/)
    .optional(),
  /** Leaves out what was permitted and refused: what is left is what changed, or happened. */
  without: z.enum(['decisions']).optional(),
  /** Who did it. */
  by: z.uuid().optional(),
  /** What stands in the entry as it was recorded, letter by letter: an id, a code. What is personal is sealed there, and not found. */
  text: z
    .string()
    .regex(/^[A-Za-z0-9@:/._-]{3,100}$/)
    .optional(),
  from: moment.optional(),
  to: moment.optional(),
  after,
})

const named = z.object({
  id: z.uuid(),
  /** As the roster has it now; empty where it has nobody of that id. */
  name: z.string(),
})

/** A line of a list: what happened, to be looked at by its id. */
const listedEntry = z.object({
  id: z.uuid(),
  /** Place in the tree, from 0. */
  index: z.number().int(),
  at: z.iso.datetime(),
  kind: z.string(),
  /** Null where nobody of the roster did it. */
  by: named.nullable(),
  /** The name is empty where only the id says what it is. */
  about: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
  /** Of a decision: the action that was asked for. */
  action: z.string().nullable(),
})
export type ListedEntry = z.infer<typeof listedEntry>

export const ledgerEntryList = z.object({
  /** Newest first, at most 100; a page can be empty and not the last: so much of the ledger is looked through at once. */
  entries: z.array(listedEntry),
  next: z.string().nullable(),
  /** Entries of the last checkpoint: up to there it was looked. */
  ledgerSize: z.number().int(),
})

export const ledgerEntry = z.object({
  /** Null while it waits for the tree. */
  index: z.number().int().nullable(),
  /** What was hashed, base64. Everything that is shown of it is to be read from here. */
  bytes: z.string(),
  by: named.nullable(),
  aboutName: z.string(),
})

export const ledgerEntryRoutes = {
  ledgerEntryList: {
    method: 'GET',
    path: '/api/v1/ledger/entries',
    summary:
      'Entries of the ledger, newest first: ?kind=, &without=decisions, &by= a person, &text= that stands in them, &from=&to=',
    access: 'ledger.read',
    query: ledgerEntriesQuery,
    answer: ledgerEntryList,
  },
  ledgerEntry: {
    method: 'GET',
    path: '/api/v1/ledger/entries/{entryId}',
    summary: 'One entry, exactly the bytes that were hashed',
    access: 'ledger.read',
    answer: ledgerEntry,
    isCached: true,
  },
} as const satisfies Record<string, Route>
