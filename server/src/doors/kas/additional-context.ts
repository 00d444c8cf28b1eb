// X-Rewrap-Additional-Context: which obligations the calling application says that it can fulfil.

import { fromBase64, fromUtf8, Problem } from '@sallyport/protocol'
import * as z from 'zod'

const fqn = z
  .string()
  .max(300)
  .toLowerCase()
  .regex(/^https:\/\/[a-z0-9.-]+\/obl\/[a-z0-9_-]+\/value\/[a-z0-9_.-]+$/)

const contextShape = z.object({
  obligations: z.object({ fulfillableFQNs: z.array(fqn).max(50).nullish() }).nullish(),
})

/**
 * Parse the header's value, base64 of JSON; null for a request without it. Yields obligation names in lower case.
 * Throws Problem `invalid-request` with details.kind `additional-context` for anything else than what it should be.
 */
export function parseFulfillable(header: string | null): readonly string[] {
  if (header === null) return []
  const parsed = contextShape.safeParse(decode(header))
  if (parsed.success) return [...new Set(parsed.data.obligations?.fulfillableFQNs ?? [])].sort()
  throw new Problem(
    'invalid-request',
    'cannot read x-rewrap-additional-context: it has another shape, want base64 of json with obligation names',
    { details: { kind: 'additional-context' } },
  )
}

function decode(header: string): unknown {
  try {
    const bytes = fromBase64(header)
    return bytes === null ? null : JSON.parse(fromUtf8(bytes))
  } catch {
    return null
  }
}
