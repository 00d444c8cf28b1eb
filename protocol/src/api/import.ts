// People from a spreadsheet: what would follow from it, row by row, and what was done of it.

import * as z from 'zod'
import { cellFault, receipt } from './acknowledgement.ts'

const count = z.number().int()

/** What the import of a file would do, and with `applied` what it did. Countries are never part of it. */
export const peopleImported = z.object({
  sheet: z.string(),
  /** Sheets that nobody sees who opens the file; they were not read. */
  hiddenSheets: z.array(z.string()),
  /** SHA-256 of the difference, hex: naming it applies exactly this. */
  digest: z.string(),
  counts: z.object({ added: count, changed: count, waiting: count, unchanged: count, missing: count, faults: count }),
  people: z.array(
    z.object({
      row: count,
      personId: z.uuid().nullable(),
      externalId: z.string().nullable(),
      name: z.string(),
      /** `waiting`: exactly this was asked for before and waits for approval. */
      outcome: z.enum(['added', 'changed', 'waiting', 'unchanged']),
      waitsFor: z.uuid().nullable(),
      differences: z.array(
        z.object({ field: z.string(), from: z.string(), to: z.string(), takesApproval: z.boolean() }),
      ),
    }),
  ),
  /** What is wrong, by sheet, row and column. Nothing is applied while there is any. */
  faults: z.array(cellFault),
  /** Names and external ids that could be taken for those of somebody else. They are told, never refused. */
  similar: z.array(
    z.object({
      row: count,
      name: z.string(),
      what: z.enum(['name', 'external id']),
      match: z.enum(['same', 'look-alike']),
      /** Somebody on the roster, or an earlier row. */
      other: z.object({ personId: z.uuid().nullable(), row: count.nullable(), text: z.string() }),
    }),
  ),
  /** On the roster and not in the file: the first 10,000 by name, and whether there are more. An import ends nobody. */
  missing: z.array(z.object({ personId: z.uuid(), externalId: z.string().nullable(), name: z.string() })),
  areMoreMissing: z.boolean(),
  applied: z
    .object({
      added: count,
      changed: count,
      /** People whose changes wait for the approval of two others. */
      proposed: count,
      approvalId: z.uuid().nullable(),
      /** Null where there was nothing to do. */
      receipt: receipt.nullable(),
    })
    .nullable(),
})
export type PeopleImported = z.infer<typeof peopleImported>
