// The register of authorizations on the wire.

import * as z from 'zod'
import { amendmentRoutes, authorizationStates, authorizationTerms, slug } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'
import { plainText, reasonText } from './reason-text.ts'

export const authorization = z.object({
  id: z.uuid(),
  version: z.number().int(),
  state: z.enum(authorizationStates),
  terms: authorizationTerms,
  registeredBy: z.uuid().nullable(),
  /** Distinct approvals so far, and how many it takes. */
  approvals: z.object({ have: z.number().int(), need: z.number().int() }),
  endedAt: z.iso.datetime().nullable(),
})
export type AuthorizationView = z.infer<typeof authorization>

/** By number, at most 500; `next` is null on the last page. */
export const authorizations = z.object({ authorizations: z.array(authorization), next: z.string().nullable() })
export const endAuthorization = z.strictObject({ reason: reasonText })
/** Other terms for the version that it names: at once where they only take away, otherwise asked for by how they follow. */
export const amendAuthorization = z.strictObject({
  version: z.number().int().min(1),
  terms: authorizationTerms,
  amendment: z
    .strictObject({
      route: z.enum(amendmentRoutes),
      /** Number or date under which it was approved; a minor amendment of an agreement may have none. */
      reference: z.string().trim().min(1).max(200).optional(),
    })
    .optional(),
  reason: reasonText,
})

/** `approvalId`: the request that waits for two others; null where it holds at once. */
export const authorizationAmended = z.object({ authorization, approvalId: z.uuid().nullable(), receipt })

export const authorizationChanged = z.object({ authorization, receipt })

/** One draw against a line; cents of USD. */
export const drawAuthorization = z.strictObject({
  line: slug,
  quantity: z.number().int().min(0).max(1e12),
  valueCents: z.number().int().min(0).max(1e14),
  /** ITN, or the date of what was shipped or released. */
  reference: plainText(200).min(1),
})
export const takeBackDraw = z.strictObject({ drawId: z.uuid(), reason: reasonText })

const balance = z.object({
  line: slug,
  description: z.string(),
  item: z.string(),
  unit: z.string(),
  quantity: z.number().int(),
  valueCents: z.number().int(),
  drawnQuantity: z.number().int(),
  drawnCents: z.number().int(),
  /** Most that may be drawn in all; of a license more than its licensed value (22 CFR 123.23, unverified). */
  mostCents: z.number().int(),
  /** Of quantity or value, whichever is higher. */
  percent: z.number().int(),
  /** 80, 90, 95 or 100. */
  warning: z.number().int().nullable(),
})

export const lineDrawn = z.object({
  drawId: z.uuid(),
  balance,
  /** The license is used up, and covers nobody. */
  isExhausted: z.boolean(),
  receipt,
})

/** A figure of the regulations: `sureness` is `no` where it was not verified against their text. */
const legalFigure = z.object({
  id: z.string(),
  figure: z.number().int(),
  unit: z.string(),
  citation: z.string(),
  source: z.string(),
  sureness: z.enum(['yes', 'partly', 'no']),
})

export const authorizationTasks = z.object({
  /** Of one page of the register, by number. */
  tasks: z.array(
    z.object({
      task: z.enum(['expiry', 'draw-down', 'duty', 'agreement-ending']),
      authorizationId: z.uuid(),
      number: z.string(),
      title: z.string(),
      /** 90, 60 or 30 days before expiry; 80, 90, 95 or 100 percent drawn. */
      level: z.number().int().nullable(),
      text: z.string(),
      /** Null: now. */
      due: z.iso.datetime().nullable(),
      owner: z.string().nullable(),
      rule: legalFigure.nullable(),
    }),
  ),
  next: z.string().nullable(),
})

export const draws = z.object({
  balances: z.array(balance),
  exhaustedAt: z.iso.datetime().nullable(),
  /** Until when its records are to be kept at least; null for an exemption, of which each transaction counts, and before it took effect. */
  retained: z.object({ until: z.iso.datetime().nullable(), rule: legalFigure }),
  /** At most 1,000, line by line, the newest of each first. */
  draws: z.array(
    z.object({
      id: z.uuid(),
      line: z.string(),
      at: z.iso.datetime(),
      by: z.uuid(),
      quantity: z.number().int(),
      valueCents: z.number().int(),
      reference: z.string(),
      /** The draw that this one takes back, and why. */
      corrects: z.uuid().nullable(),
      reason: z.string().nullable(),
      isCorrected: z.boolean(),
    }),
  ),
})
export type DrawsView = z.infer<typeof draws>
