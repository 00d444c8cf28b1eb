// What people who were refused ask for, and what becomes of it.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

const somebody = z.object({ id: z.uuid(), name: z.string() })

export const makeRequest = z.strictObject({
  /** The refusal, by the id of its decision. */
  decisionId: z.uuid(),
  /** What is needed, and for what. It stands on record. */
  text: reasonText,
})

export const requestMade = z.object({
  requestId: z.uuid(),
  /** Whose turn it is. */
  roles: z.array(z.string()),
  receipt,
})

export const personRequest = z.object({
  id: z.uuid(),
  by: somebody,
  at: z.iso.datetime(),
  decisionId: z.uuid(),
  action: z.string(),
  /** `name` of a file or a vault that the caller may see, and to whoever answers of a person; empty otherwise. */
  about: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  roles: z.array(z.string()),
  text: z.string(),
  state: z.enum(['waiting', 'done', 'declined', 'withdrawn']),
  answer: z.object({ by: somebody, at: z.iso.datetime(), text: z.string() }).nullable(),
})
export type PersonRequestView = z.infer<typeof personRequest>

/** The newest first of one's own; the oldest first of those that wait. `next` is null on the last page. */
export const personRequests = z.object({ requests: z.array(personRequest), next: z.string().nullable() })

/** `done`: what there is to do was done where it is done; the answer gives nothing by itself. */
export const answerRequest = z.strictObject({ outcome: z.enum(['done', 'declined']), text: reasonText })
export const requestAnswered = z.object({ requestId: z.uuid(), receipt })
