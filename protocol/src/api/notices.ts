// What was told by mail about requests for approval, on the wire. Never an address.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { noticeEvents, noticeStates, noticeTroubles } from '../notice.ts'

export const notice = z.object({
  approvalId: z.uuid(),
  event: z.enum(noticeEvents),
  recipient: z.object({ id: z.uuid(), name: z.string() }),
  state: z.enum(noticeStates),
  /** Times that it was tried. */
  attempts: z.number().int(),
  /** Why it was not sent, or not yet. */
  trouble: z.enum(noticeTroubles).nullable(),
  madeAt: z.iso.datetime(),
  /** When it is tried at the earliest; null once it is settled. */
  nextAt: z.iso.datetime().nullable(),
  settledAt: z.iso.datetime().nullable(),
  /** The entry that says how it was settled. */
  entryId: z.uuid().nullable(),
})
export type NoticeView = z.infer<typeof notice>

export const notices = z.object({
  /** Whether a mail server is configured: without one nothing is made, and nothing that waits goes out. */
  mail: z.boolean(),
  /** Newest first, at most 1,000. */
  notices: z.array(notice),
  next: z.string().nullable(),
})

/** Mail about what of authorizations is due: one a day to each at most. */
export const dueMails = z.object({
  mail: z.boolean(),
  /** Newest first, at most 500. */
  mails: z.array(
    z.object({
      id: z.uuid(),
      recipient: z.object({ id: z.uuid(), name: z.string() }),
      day: z.iso.date(),
      /** How many matters it tells. */
      matters: z.number().int(),
      state: z.enum(noticeStates),
      attempts: z.number().int(),
      trouble: z.enum(noticeTroubles).nullable(),
      settledAt: z.iso.datetime().nullable(),
    }),
  ),
})
export const dueMailResent = z.object({
  mailId: z.uuid(),
  /** Whether a mail server is configured: without one it waits. */
  mail: z.boolean(),
  receipt,
})
