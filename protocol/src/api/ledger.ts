// Receipts held against the ledger, and what was found lost.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'

export const proveReceipt = z.strictObject({ receipt })

/** `pending`: durable, and not in the tree yet. `lost`: it was acknowledged and is gone; `alarm` is the entry that says so. */
export const receiptProved = z.object({
  state: z.enum(['in-tree', 'pending', 'missing', 'lost']),
  /** Whether the receipt is older than it may take to be in the tree (10 s). */
  isOverdue: z.boolean(),
  index: z.number().int().nullable(),
  /** The text of a .tlog-proof file (C2SP tlog-proof) that carries the receipt. */
  proof: z.string().nullable(),
  alarm: z.uuid().nullable(),
})

export const alarms = z.object({
  alarms: z.array(
    z.object({
      id: z.uuid(),
      at: z.iso.datetime(),
      /** The entry that is gone, when it was recorded and its leaf hash (base64), as its receipt says. */
      entryId: z.uuid(),
      recordedAt: z.iso.datetime(),
      leafHash: z.string(),
      /** The place of whoever raised it. */
      raisedFrom: z.string().nullable(),
    }),
  ),
})

export const timestamps = z.object({
  /** Whether an authority is configured. */
  isAsked: z.boolean(),
  /** Why the last question to it came to no timestamp, a word of a fixed list; null where it did not fail. */
  trouble: z.string().nullable(),
  lastAt: z.iso.datetime().nullable(),
  /** Smallest first, at most 50. */
  timestamps: z.array(
    z.object({
      size: z.number().int(),
      /** The signed note that was stamped, byte for byte. */
      note: z.string(),
      /** The authority's answer (base64 of the DER of a TimeStampResp). */
      answer: z.string(),
      authorityAt: z.iso.datetime(),
      entryId: z.uuid(),
    }),
  ),
  /** `after` of the next page; null on the last. */
  next: z.number().int().nullable(),
})

/** How far a packet is: positions of the ledger that were gone through, of those that are to be. */
export const packetProgress = z.object({
  gathering: z.object({ done: z.number().int().min(0), of: z.number().int().min(0) }).nullable(),
})

/** What disagrees between a table and the ledger. Never a value of it. */
const tableFinding = z.object({
  table: z.string(),
  /** Values of the row's key; the SHA-256 of a key that is personal. */
  key: z.string(),
  /** Null where it is the whole row. */
  column: z.string().nullable(),
  /** The entry that last said otherwise; null where none says that there is such a row, and for one that waits for the tree. */
  index: z.number().int().nullable(),
  text: z.string(),
})

/** Every table beside what the ledger's entries say of it, at one moment. */
export const reconciled = z.object({
  at: z.iso.datetime(),
  /** Entries of the tree, and those that wait for it. */
  entries: z.number().int(),
  pending: z.number().int(),
  /** Entries of kinds of which this version does not know what they make of tables. */
  unknown: z.array(z.object({ kind: z.string(), entries: z.number().int() })),
  /** The first entry that does not read, or whose person's key does not open what it seals. */
  unread: z.object({ index: z.number().int().nullable(), text: z.string() }).nullable(),
  tables: z.array(
    z.object({
      table: z.string(),
      rows: z.number().int(),
      /** Rows that are at fault. */
      faults: z.number().int(),
      /** Rows of which no entry says anything, and none has to yet. */
      rowsNotCovered: z.number().int(),
      /** Columns of which entries say nothing for some rows: those of before entries said them. */
      columnsNotCovered: z.array(z.object({ column: z.string(), rows: z.number().int() })),
    }),
  ),
  /** The first disagreement of the first table that has one. */
  finding: tableFinding.nullable(),
})
