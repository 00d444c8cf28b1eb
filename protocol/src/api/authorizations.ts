// The register of authorizations on the wire.

import * as z from 'zod'
import { authorizationStates, authorizationTerms } from '../authorization.ts'
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
export const authorizationChanged = z.object({ authorization, receipt })
