// Asking for a one-time link by which somebody enrolls a passkey, their first one or one in place of what they lost. Two others
// approve it, and it takes both halves: the link, which whoever approves last is given, and the code of whoever asked. So nobody who
// has a part in it can enroll in that person's place alone. INVARIANT: I8.

import { Problem, toBase64Url, type Id, type JsonObject } from '@sallyport/protocol'
import * as z from 'zod'
import {
  approve,
  mustNotWait,
  requestApproval,
  type Approval,
  type ApprovalKind,
  type ApprovalStep,
} from '../../approvals/index.ts'
import { newId } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { makeCode } from '../enrollment-code.ts'
import { newSecret } from '../sessions/session.ts'
import { holdStatus, identitiesOf } from '../store.ts'
import type { PasskeyDependencies } from './passkey-rules.ts'
import { insertEnrollment, passkeysOf } from './store.ts'

/** Kind of the approval request. */
export const enrollmentRequest = 'person.enrollment'
const approvalsNeeded = 2
const requestLifetimeMs = 7 * 86_400_000
/** How long the link opens. */
export const linkLifetimeMs = 24 * 3_600_000

const asked = z.object({
  person: z.uuid().transform((text) => text as Id<'person'>),
  recovery: z.boolean(),
  reason: z.string(),
  codeSha256: z.string(),
})

/** Ask for a link. Yields the code, which is shown once: the other half. Throws Problem `not-found`, `conflict`, `refused`. */
export async function requestEnrollment(
  deps: PasskeyDependencies,
  permit: Permit<'identity.enroll'>,
  {
    personId,
    isRecovery,
    reason,
  }: {
    readonly personId: Id<'person'>
    readonly isRecovery: boolean
    readonly reason: string
  },
): Promise<{
  readonly requestId: Id<'approval'>
  readonly needed: number
  readonly code: string
  readonly entries: readonly Appended[]
}> {
  spendPermit(permit, 'identity.enroll', personId)
  if (!deps.rules.isEnabled) throw new Problem('conflict', 'cannot enroll: this gate takes no passkeys')
  if (permit.actor === personId)
    throw new Problem('refused', 'cannot ask for a link of your own: want somebody else who asks for it')
  const code = makeCode(deps.random)
  return await deps.database.transaction(async (tx) => {
    const status = await holdStatus(tx, personId)
    if (status === null) throw new Problem('not-found', 'cannot enroll: nobody of that id')
    if (status === 'ended')
      throw new Problem('conflict', 'cannot enroll: the status of this person has ended, want it restored first')
    const change = { person: personId, recovery: isRecovery, reason, codeSha256: toBase64Url(code.digest) }
    await mustNotWait(tx, {
      kind: enrollmentRequest,
      members: { person: personId, recovery: isRecovery },
      verb: 'enroll',
      what: 'a link of theirs',
    })
    const request = await requestApproval(tx, deps, {
      kind: enrollmentRequest,
      change,
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [personId],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded, code: code.text }
  })
}

/** How such requests are shown and executed. */
export function enrollmentApprovals(deps: Omit<PasskeyDependencies, 'states' | 'memory'>): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'A link to enroll a passkey',
    describe: (change) => {
      const { person, recovery } = asked.parse(change)
      const title = recovery ? 'recover sign-in: a new passkey in place of all others' : 'enroll a passkey'
      return { title, about: { kind: 'person', id: person } }
    },
    details: async (change): Promise<JsonObject> => {
      const { person, recovery, reason } = asked.parse(change)
      const identities = await identitiesOf(deps.database, person)
      const passkeys = await passkeysOf(deps.database, person)
      return {
        recovery,
        reason,
        identities: identities.map(({ issuer, subject }) => ({ issuer, subject })),
        passkeys: passkeys.length,
      }
    },
    approve: (step) => approveEnrollment(deps, step),
  }
}

async function approveEnrollment(
  deps: Omit<PasskeyDependencies, 'states' | 'memory'>,
  { tx, requestId, change, approver, role }: ApprovalStep,
): Promise<Approval> {
  const { person, recovery, codeSha256 } = asked.parse(change)
  // The person before the epoch, as everywhere.
  const status = await holdStatus(tx, person)
  const isOutdated = status === null || status === 'ended'
  const approval = await approve(tx, deps, { requestId, kind: enrollmentRequest, person: approver, role, isOutdated })
  if (approval.outcome === 'refused' || !approval.isComplete) return approval
  const link = newSecret(deps.random)
  const enrollment = await insertEnrollment(tx, {
    id: newId<'enrollment'>(deps.clock, deps.random),
    personId: person,
    requestedBy: approval.requestedBy,
    isRecovery: recovery,
    linkSha256: link.sha256,
    codeSha256: Buffer.from(codeSha256, 'base64url'),
    lifetimeMs: linkLifetimeMs,
  })
  const expiresAt = new Date(enrollment.expiresAtMs).toISOString()
  const entries = await deps.ledger.appendIn(tx, [
    {
      kind: 'enrollment.opened',
      actor: approver,
      about: { kind: 'person', id: person },
      body: { enrollment: enrollment.id, approval: requestId, recovery, until: expiresAt },
    },
  ])
  return {
    ...approval,
    entries: [...approval.entries, ...entries],
    yields: { link: `${deps.rules.origin}/enroll#${link.text}`, expiresAt },
  }
}
