// Rules that counsel decides, and what is due, on the wire.

import * as z from 'zod'
import { roles } from '../person.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

const settingName = z.enum(['foreign-employer-bars'])
const reviewTask = z.enum(['status-review', 'briefing'])

export const settings = z.object({
  settings: z.array(
    z.object({
      name: settingName,
      on: z.boolean(),
      setBy: z.uuid().nullable(),
      setAt: z.iso.datetime(),
      reason: z.string(),
    }),
  ),
  /** Years for which records of releases to U.S. persons are kept at least: the organization's own rule. */
  usPersonReleaseYears: z.number().int(),
  /** The same for everybody in the role. */
  intervals: z.array(z.object({ role: z.enum(roles), task: reviewTask, months: z.number().int() })),
})

export const changeSetting = z.discriminatedUnion('setting', [
  /** On at once; off takes two others. */
  z.strictObject({ setting: settingName, on: z.boolean(), reason: reasonText }),
  z.strictObject({
    setting: z.literal('review-interval'),
    role: z.enum(roles),
    task: reviewTask,
    /** Null for never. */
    months: z.number().int().min(1).max(120).nullable(),
    reason: reasonText,
  }),
  /** It only grows. */
  z.strictObject({
    setting: z.literal('us-person-release-retention'),
    years: z.number().int().min(5).max(100),
    reason: reasonText,
  }),
])
/** `approvalId` is null where it was applied at once. */
export const settingChanged = z.object({ approvalId: z.uuid().nullable(), receipt })

/** Those that are due longest, at most 1,000. */
export const tasks = z.object({
  tasks: z.array(
    z.object({
      task: reviewTask,
      personId: z.uuid(),
      name: z.string(),
      role: z.enum(roles),
      months: z.number().int(),
      last: z.iso.datetime().nullable(),
      due: z.iso.datetime(),
    }),
  ),
  /** How many empowered officials (22 CFR 120.67) there are: while there is none, nothing that takes one takes effect. */
  officials: z.number().int(),
  /** For the notice of 22 CFR 126.1(e)(2), each up to 1,000: what waits for a decision, and cases that are not closed. */
  candidates: z.object({ open: z.number().int(), cases: z.number().int() }),
})
