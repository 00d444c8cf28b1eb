// What an import asks others to approve: every widening change of it in one request, each person's part sealed under that
// person's own key and bound to the version that it was asked for.

import {
  canonicalJson,
  fromBase64Url,
  personChange,
  Problem,
  toBase64Url,
  type Id,
  type JsonObject,
  type PersonChange,
} from '@sallyport/protocol'
import * as z from 'zod'
import type { PersonVault } from '../vault.ts'

/** Kind of the approval request that executes an import. */
export const personImportRequest = 'person.import'
/** People besides the one who asks and those whom it is about (I8). */
export const approvalsNeeded = 2
export const requestLifetimeMs = 30 * 86_400_000

const part = z.object({
  person: z.uuid().transform((text) => text as Id<'person'>),
  version: z.number().int(),
  from: z.string(),
  /** Names of the changes, and roles that are granted, in the clear. */
  changes: z.array(z.string()),
  roles: z.array(z.string()),
  sealed: z.string(),
})
export type ProposedPart = z.output<typeof part>
const importProposal = z.object({ people: z.array(part) })

/** Read the recorded change of a request. Throws Problem `internal` for one that is no import. */
export function readImport(change: JsonObject): { readonly people: readonly ProposedPart[] } {
  const parsed = importProposal.safeParse(change)
  if (!parsed.success) throw new Problem('internal', 'cannot read request: it is no import of people')
  return parsed.data
}

export interface OpenPart {
  readonly changes: readonly PersonChange[]
  readonly reason: string
}

export function sealPart(
  { changes, reason }: OpenPart,
  whose: { readonly id: Id<'person'>; readonly version: number; readonly from: string; readonly personKey: Uint8Array },
  fields: PersonVault,
): ProposedPart {
  const text = canonicalJson({ changes: changes.map((one) => ({ ...one })), reason })
  return {
    person: whose.id,
    version: whose.version,
    from: whose.from,
    changes: changes.map((one) => one.change),
    roles: changes.flatMap((one) => (one.change === 'grant-role' ? [one.role] : [])),
    sealed: toBase64Url(fields.seal(text, 'change', whose.personKey, whose.id)),
  }
}

const sealedPart = z.object({ changes: z.array(personChange), reason: z.string() })

/** Open one person's part. Throws Problem `unavailable` when the person's key does not open it. */
export function openPart(
  { person, changes, sealed }: ProposedPart,
  personKey: Uint8Array,
  fields: PersonVault,
): OpenPart {
  const bytes = fromBase64Url(sealed)
  if (bytes === null) throw new Problem('internal', 'cannot read request: the sealed part is not base64url')
  const open = sealedPart.parse(JSON.parse(fields.open(bytes, 'change', personKey, person)))
  // What approvers were told in the clear is what they approved.
  if (open.changes.map((one) => one.change).join() !== changes.join()) {
    throw new Problem('internal', 'cannot read request: it says two things')
  }
  return open
}
