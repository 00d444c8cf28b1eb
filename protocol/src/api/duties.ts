// Duties of authorizations on the wire.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { legalFigure } from './legal-figure.ts'
import { plainText, reasonText } from './reason-text.ts'

/** Id of the proviso, or `law.` and the name of what the regulations ask for. */
const duty = z.string().regex(/^(law\.)?[a-z0-9][a-z0-9-]{0,62}$/)
/** The day of one time of a recurring duty, or of the end that an agreement is told of; left out for a duty of one time. */
const occurrence = z.iso.date().optional()

/** What shows that it was done: a filing, a protected file that is stored here, or a written reason. */
export const dutyEvidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('filing'), reference: plainText(120).min(1), filedOn: z.iso.date() }),
  z.strictObject({ kind: z.literal('file'), fileId: z.uuid() }),
  z.strictObject({ kind: z.literal('reason'), text: reasonText }),
])

/** Of `law.concluded` alone: what became of the agreement, and when. It brings the duties that follow (22 CFR 124.4, 124.5). */
const conclusion = z.strictObject({ outcome: z.enum(['concluded', 'given-up']), on: z.iso.date() })

export const fulfilDuty = z.strictObject({
  duty,
  occurrence,
  evidence: dutyEvidence,
  conclusion: conclusion.optional(),
})
export const reopenDuty = z.strictObject({ duty, occurrence, reason: reasonText })
export const dutyRecorded = z.object({ recordId: z.uuid(), receipt })

const record = z.object({
  id: z.uuid(),
  duty: z.string(),
  occurrence: z.iso.date().nullable(),
  /** `reopened` takes back what was done before it, with the reason as its evidence. */
  outcome: z.enum(['done', 'reopened']),
  evidence: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('filing'), reference: z.string(), filedOn: z.iso.date() }),
    /** SHA-256 of the container as it was stored then, hex. */
    z.object({ kind: z.literal('file'), fileId: z.uuid(), sha256: z.string() }),
    z.object({ kind: z.literal('reason'), text: z.string() }),
  ]),
  conclusion: z.object({ outcome: z.enum(['concluded', 'given-up']), on: z.iso.date() }).nullable(),
  by: z.uuid(),
  at: z.iso.datetime(),
})

const dutyShown = z.object({
  duty: z.string(),
  occurrence: z.iso.date().nullable(),
  text: z.string(),
  /** Null for what has no day. */
  due: z.iso.datetime().nullable(),
  isDone: z.boolean(),
  isOverdue: z.boolean(),
  owner: z.string().nullable(),
  ownerId: z.uuid().nullable(),
  rule: legalFigure.nullable(),
})

export const authorizationDuties = z.object({
  /** Of a recurring duty every time until 90 days from now. */
  duties: z.array(dutyShown),
  /** Every record, of each duty the newest first; at most 1,000. */
  records: z.array(record),
})
export type AuthorizationDutiesView = z.infer<typeof authorizationDuties>

/** The caller's own, not done, those that are due first. */
export const ownDuties = z.object({
  duties: z.array(dutyShown.extend({ authorizationId: z.uuid(), number: z.string() })),
})
