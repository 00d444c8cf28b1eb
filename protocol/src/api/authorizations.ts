// The register of authorizations on the wire.

import * as z from 'zod'
import { amendmentRoutes, authorizationStates, authorizationTerms, slug } from '../authorization.ts'
import { cellFault, receipt } from './acknowledgement.ts'
import { legalFigure } from './legal-figure.ts'
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
  /** Numbers of those that replace it and are not ended. */
  /** The request that waits for two others; null once it does not. */
  approvalId: z.uuid().nullable(),
  replacedBy: z.array(z.string()),
})
export type AuthorizationView = z.infer<typeof authorization>

/** By number, at most 500; `next` is null on the last page. */
export const authorizations = z.object({ authorizations: z.array(authorization), next: z.string().nullable() })
export const endAuthorization = z.strictObject({ reason: reasonText })
/** The digest of the effect that was shown (`approvals/{approvalId}/effect`). */
export const approveAuthorization = z.strictObject({ effect: z.string().regex(/^[0-9a-f]{64}$/) })

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

const named = z.object({ id: z.uuid(), name: z.string() })

/** How it came to be as it is. */
export const authorizationHistory = z.object({
  authorizationId: z.uuid(),
  number: z.string(),
  /** Oldest first. Approving and ending count the version up and leave the terms as they were. */
  steps: z.array(
    z.object({
      happened: z.enum(['founded', 'registered', 'approved', 'amended', 'ended']),
      version: z.number().int(),
      at: z.iso.datetime(),
      terms: authorizationTerms,
      /** Null at founding. */
      by: named.nullable(),
      approvedBy: z.array(named),
      reason: z.string().nullable(),
      /** How other terms followed, where they did not only take away. */
      amendment: z.object({ route: z.enum(amendmentRoutes), reference: z.string().nullable() }).nullable(),
      /** Null while the ledger takes the entry in, which is within seconds: who and why are then to come. */
      entryId: z.uuid().nullable(),
    }),
  ),
  /** Whoever its terms name in any version. */
  people: z.array(named),
})
export type AuthorizationHistoryView = z.infer<typeof authorizationHistory>

/** `approvalId`: the request that waits for two others; null where it holds at once. */
export const authorizationAmended = z.object({ authorization, approvalId: z.uuid().nullable(), receipt })

/** `warnings`: what is odd about it and still may be so, by its field. */
export const authorizationRegistered = z.object({
  authorization,
  warnings: z.array(z.object({ field: z.string(), text: z.string() })),
  receipt,
})

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

export const authorizationTasks = z.object({
  /** Of one page of the register, by number. */
  tasks: z.array(
    z.object({
      task: z.enum(['expiry', 'draw-down', 'duty']),
      authorizationId: z.uuid(),
      number: z.string(),
      title: z.string(),
      /** 90, 60 or 30 days before expiry; 80, 90, 95 or 100 percent drawn. */
      level: z.number().int().nullable(),
      text: z.string(),
      /** Null: now. */
      due: z.iso.datetime().nullable(),
      owner: z.string().nullable(),
      /** Who of the roster owns the duty, where that is said. */
      ownerId: z.uuid().nullable(),
      /** The line that is drawn; null for what is none. */
      line: z.string().nullable(),
      /** The duty, as it is named to record it done, and the day of one time of it; null for what is none. */
      duty: z.string().nullable(),
      occurrence: z.iso.date().nullable(),
      isOverdue: z.boolean(),
      rule: legalFigure.nullable(),
    }),
  ),
  /** How many empowered officials (22 CFR 120.67) there are: while there is none, nothing that takes one takes effect. */
  officials: z.number().int(),
  /** Years for which records of releases to U.S. persons, who need no authorization, are kept at least. */
  usPersonReleaseYears: z.number().int(),
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
const exemptionCondition = z.object({
  id: z.string(),
  text: z.string(),
  /** How it is checked: `evidence` in the terms, `places` and `employer` in each decision, the others from the terms. */
  check: z.string(),
})
/** What exemptions ask for today, from the legal data in force: where it was read, and how sure that is. */
export const exemptions = z.object({
  /** The day in Washington. */
  day: z.iso.date(),
  preconditions: z.array(exemptionCondition),
  sections: z.array(
    z.object({
      section: z.string(),
      title: z.string(),
      citation: z.string(),
      source: z.string(),
      sureness: z.enum(['yes', 'partly', 'no']),
      note: z.string().optional(),
      conditions: z.array(exemptionCondition),
    }),
  ),
})

const count = z.number().int()
/** What the import of a table would do to the register, and with `applied` what it did. */
export const authorizationsImported = z.object({
  sheet: z.string(),
  /** Sheets that nobody sees who opens the file; they were not read. */
  hiddenSheets: z.array(z.string()),
  /** SHA-256 of the difference, hex: naming it applies exactly this. */
  digest: z.string(),
  counts: z.object({
    registered: count,
    amended: count,
    narrowed: count,
    unchanged: count,
    missing: count,
    faults: count,
  }),
  /** Rows that change something. `narrowed` holds at once, the others wait for two officers. */
  rows: z.array(
    z.object({
      row: count,
      number: z.string(),
      title: z.string(),
      authorizationId: z.uuid().nullable(),
      outcome: z.enum(['registered', 'amended', 'narrowed']),
      differences: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
      /** What is odd and still may be so, by its field, beside the register and the other rows; none once it is applied. */
      warnings: z.array(z.object({ field: z.string(), text: z.string() })),
    }),
  ),
  /** What is wrong, by sheet, row and column. Nothing is applied while there is any. */
  faults: z.array(cellFault),
  /** Numbers that stand in the register and not in the file. An import ends nothing. */
  missing: z.array(z.string()),
  applied: z
    .object({
      /** Requests that two other officers approve, each for itself. */
      approvalIds: z.array(z.uuid()),
      /** Null where there was nothing to do. */
      receipt: receipt.nullable(),
    })
    .nullable(),
})
export type AuthorizationsImported = z.infer<typeof authorizationsImported>
