// The register of classifications on the wire.

import * as z from 'zod'
import { classificationStates, classificationTerms } from '../classification.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

export const classification = z.object({
  id: z.uuid(),
  state: z.enum(classificationStates),
  terms: classificationTerms,
  /** What it says, in one line. */
  says: z.string(),
  /** Null when it came in at founding. */
  registeredBy: z.uuid().nullable(),
  registeredAt: z.iso.datetime(),
  reason: z.string(),
  /** Distinct approvals so far, and how many it takes; none where it only raised control. */
  approvals: z.object({ have: z.number().int(), need: z.number().int() }),
  effectiveAt: z.iso.datetime().nullable(),
  /** From when on another was in its place, or none. */
  endedAt: z.iso.datetime().nullable(),
  /** Number of the record in its place. */
  supersededBy: z.string().nullable(),
  withdrawn: z.object({ by: z.uuid(), reason: z.string() }).nullable(),
})
export type ClassificationView = z.infer<typeof classification>

/** By number, at most 500; `next` is null on the last page. */
export const classifications = z.object({ classifications: z.array(classification), next: z.string().nullable() })

export const registerClassification = z.strictObject({ terms: classificationTerms, reason: reasonText })

export const classificationRegistered = z.object({
  classification,
  /** The request that waits for two others; null where it is in force. */
  approvalId: z.uuid().nullable(),
  /** Against the record in whose place it comes; null for a first one. */
  control: z.object({ raised: z.array(z.string()), lowered: z.array(z.string()) }).nullable(),
  /** What is odd about it and still may be so, by its field. */
  warnings: z.array(z.object({ field: z.string(), text: z.string() })),
  receipt,
})

export const withdrawClassification = z.strictObject({ reason: reasonText })
export const classificationChanged = z.object({ classification, receipt })

/** Every record of the line, the oldest first. */
export const classificationHistory = z.object({ line: z.array(classification) })

/** What of records in force is due, at most 500 of each: open questions, and reviews within 60 days. Due is never a refusal. */
export const classificationTasks = z.object({
  inDoubt: z.array(classification),
  reviews: z.array(classification),
})

/** What stands on a record or on one of its line, at most 500 of each. */
export const classificationCarriers = z.object({
  labels: z.array(
    z.object({
      fqn: z.string(),
      dimension: z.string(),
      value: z.string(),
      title: z.string(),
      /** What it means in decisions; null: nobody knows, and what carries it is refused. */
      reads: z.string().nullable(),
    }),
  ),
  /** Vaults that have one of the labels, with their files that are stored: 100 stands for that many or more. */
  vaults: z.array(z.object({ id: z.uuid(), name: z.string(), fileCount: z.number().int() })),
  /** Files to which one of the labels was added. */
  filesWithAdded: z.array(z.uuid()),
})

const origin = z.object({ source: z.string(), sureness: z.enum(['yes', 'partly', 'no']) })
/** What is known of the lists besides the form of their entries. It warns and decides nothing. */
export const classificationLists = z.object({
  asOf: z.iso.date(),
  citation: z.string(),
  titles: origin,
  technicalData: origin,
  structure: origin,
  categories: z.array(z.object({ category: z.string(), title: z.string(), technicalData: z.string() })),
})
