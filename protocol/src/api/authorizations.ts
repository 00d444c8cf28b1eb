// The register of authorizations on the wire.

import * as z from 'zod'
import { amendmentRoutes, authorizationStates, authorizationTerms } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

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
