// Asking for a change that widens: verification, restoring, roles, programs, and whatever coverage rests on. What is asked
// for is bound to the version of the person that it was asked for, personal parts sealed under the person's own key.

import { canonicalJson, fromBase64Url, personChange, Problem, toBase64Url, widens, type Id } from '@sallyport/protocol'
import type { JsonObject, PersonChange } from '@sallyport/protocol'
import * as z from 'zod'
import { mustNotWait, requestApproval } from '../approvals/index.ts'
import { mustMatch } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { mustBeSomebodyElse } from './add-unverified.ts'
import { mustBeVersion, nobody, type WantedChange } from './apply-change.ts'
import { changed } from './change.ts'
import type { RosterDependencies } from './dependencies.ts'
import { opened } from './record-change.ts'
import { lockPerson } from './store.ts'
import type { PersonVault } from './vault.ts'

/** Kind of the approval request that changes a person. */
export const personChangeRequest = 'person.change'
/** People besides the one who asks and the one whom it is about (I8). */
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

/**
 * Ask two others to approve a change to the person that the permit names.
 * Throws Problem `not-found`; `precondition-failed` for a version that `ifMatch` does not name; `conflict` when the person has changed since that version, cannot be changed so, the same change of that
 * version waits already, or the change takes nobody's approval; `refused` for one's own record and for a permit that does not fit.
 */
export async function proposeChange(
  deps: RosterDependencies,
  permit: Permit<'person.propose'>,
  { id, change, reason, version, ifMatch }: WantedChange,
): Promise<{
  readonly requestId: Id<'approval'>
  readonly needed: number
  readonly entries: readonly Appended[]
}> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.propose', id)
    isSpent = true
    mustBeSomebodyElse(permit.actor, id)
    const locked = await lockPerson(tx, id)
    if (locked === null) throw nobody()
    mustMatch(locked.person.version, ifMatch, 'person')
    mustBeVersion(locked.person, version)
    const { status } = locked.person
    if (!widens(change, status)) {
      throw new Problem('conflict', 'cannot propose change: it widens nothing, want it done at once by one officer')
    }
    // Only to see that it could be done.
    changed(opened(locked, deps), change, { by: permit.actor, atMs: locked.atMs })
    const sealed = deps.fields.seal(canonicalJson({ change, reason }), 'change', locked.personKey, id)
    await mustNotWait(tx, {
      kind: personChangeRequest,
      members: { person: id, version, change: change.change },
      isSame: (recorded) => {
        const { change: waiting } = openProposal(readProposal(recorded), locked.personKey, deps.fields)
        return canonicalJson({ ...waiting }) === canonicalJson({ ...change })
      },
      verb: 'propose change',
      what: 'the same change',
    })
    const request = await requestApproval(tx, deps, {
      kind: personChangeRequest,
      change: {
        person: id,
        version,
        change: change.change,
        from: status,
        ...('role' in change ? { role: change.role } : {}),
        sealed: toBase64Url(sealed),
      },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [id],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded }
  })
}

const proposal = z.object({
  person: z.uuid().transform((text) => text as Id<'person'>),
  version: z.number().int(),
  change: z.string(),
  from: z.string(),
  role: z.string().optional(),
  sealed: z.string(),
})
/** What a request says in the clear. */
export type Proposal = z.output<typeof proposal>

/** Read the recorded change of a request. Throws Problem `internal` for one that is no change to a person. */
export function readProposal(change: JsonObject): Proposal {
  const parsed = proposal.safeParse(change)
  if (!parsed.success) throw new Problem('internal', 'cannot read request: it is no change to a person')
  return parsed.data
}

const sealedPart = z.object({ change: personChange, reason: z.string() })

/** Open what a request keeps sealed. Throws Problem `unavailable` when the person's key does not open it. */
export function openProposal(
  { person, change, sealed }: Proposal,
  personKey: Uint8Array,
  fields: PersonVault,
): { readonly change: PersonChange; readonly reason: string } {
  const bytes = fromBase64Url(sealed)
  if (bytes === null) throw new Problem('internal', 'cannot read request: the sealed part is not base64url')
  const part = sealedPart.parse(JSON.parse(fields.open(bytes, 'change', personKey, person)))
  // What approvers were told in the clear is what they approved.
  if (part.change.change !== change) throw new Problem('internal', 'cannot read request: it says two things')
  return part
}
