// Changing a rule that counsel decided. What narrows one officer does at once; what widens two others approve.

import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../../approvals/index.ts'
import type { Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import {
  allIntervals,
  allSettings,
  lockSetting,
  overdueReviews,
  settingNames,
  writeInterval,
  writeSetting,
  type OverdueReview,
  type ReviewInterval,
  type Setting,
  type SettingName,
} from './store.ts'

/** Kind of the approval request that turns a setting off. */
export const settingRequest = 'setting.change'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export type SettingChanged =
  | { readonly outcome: 'applied'; readonly entries: readonly Appended[] }
  | { readonly outcome: 'proposed'; readonly requestId: Id<'approval'>; readonly entries: readonly Appended[] }

/**
 * Turn a rule on, at once, or ask two others to turn it off.
 * Throws Problem `conflict` when it is so already, `refused` for a permit that does not fit.
 */
export async function changeSetting(
  deps: RosterDependencies,
  permit: Permit<'setting.change'>,
  { name, isOn, reason }: { readonly name: SettingName; readonly isOn: boolean; readonly reason: string },
): Promise<SettingChanged> {
  let isSpent = false
  return await deps.database.transaction(async (tx): Promise<SettingChanged> => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'setting.change', 'enclave')
    isSpent = true
    const before = await lockSetting(tx, name)
    if (before.isOn === isOn) {
      throw new Problem('conflict', `cannot change setting: it is ${isOn ? 'on' : 'off'} already, want the other`)
    }
    if (isOn) {
      await narrowAccess(tx)
      await mustStillStand(tx, permit.actor)
      const entries = await write(tx, deps, { name, isOn, by: permit.actor, reason, decision: permit.entryId })
      return { outcome: 'applied', entries }
    }
    await mustNotWait(tx, {
      kind: settingRequest,
      members: { setting: name, isOn, since: before.since },
      verb: 'change setting',
      what: 'the same change',
    })
    const request = await requestApproval(tx, deps, {
      kind: settingRequest,
      change: { setting: name, isOn, since: before.since, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { outcome: 'proposed', ...request }
  })
}

const settingChange = z.object({
  setting: z.enum(settingNames),
  isOn: z.boolean(),
  /** Of the setting that it was asked for; what was asked for before this was kept is void. */
  since: z.string().optional(),
  reason: z.string(),
})

/** How requests for settings are described, shown and executed by their own id. */
export function settingApprovals(deps: RosterDependencies): ApprovalKind {
  return {
    role: 'officer',
    // Whether somebody who acts for a foreign employer is treated as foreign is a reading of the law.
    official: () => true,
    phrase: 'A change of a rule',
    describe: (change) => {
      const { setting, isOn } = settingChange.parse(change)
      return { title: `turn ${setting} ${isOn ? 'on' : 'off'}`, about: { kind: 'enclave', id: 'enclave' } }
    },
    details: async (change) => {
      const { since: _, ...shown } = settingChange.parse(change)
      return shown
    },
    approve: async ({ tx, requestId, change, approver, role, official, decision }) => {
      const { setting: name, isOn, since, reason } = settingChange.parse(change)
      const before = await lockSetting(tx, name)
      // INVARIANT: I8. Whoever turned it on again meanwhile did so knowing more than those who approved the other way.
      const isOutdated = before.isOn === isOn || before.since !== since
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: settingRequest,
        person: approver,
        role,
        official,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      const more = { actor: approver, decision, request: requestId, approvedBy: approval.approvedBy }
      const entries = await write(tx, deps, { name, isOn, by: approval.requestedBy, reason, ...more })
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}

/** Set how often everybody in a role is looked at again; null for never. Throws Problem `refused` for a wrong permit. */
export async function setReviewInterval(
  deps: RosterDependencies,
  permit: Permit<'setting.change'>,
  interval: Omit<ReviewInterval, 'months'> & { readonly months: number | null; readonly reason: string },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'setting.change', 'enclave')
  const { role, task, months, reason } = interval
  return await deps.database.transaction(async (tx) => {
    await mustStillStand(tx, permit.actor)
    await writeInterval(tx, { role, task, months }, { by: permit.actor, reason })
    return await append(tx, deps, permit.actor, { interval: { role, task, months }, reason, decision: permit.entryId })
  })
}

/** Read the rules. Throws Problem `refused` for a permit that does not fit. */
export async function readSettings(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
): Promise<{ readonly settings: readonly Setting[]; readonly intervals: readonly ReviewInterval[] }> {
  spendPermit(permit, 'person.list', 'enclave')
  return { settings: await allSettings(deps.database), intervals: await allIntervals(deps.database) }
}

/** List reviews and briefings that are due, the oldest first. Throws Problem `refused` for a permit that does not fit. */
export async function dueReviews(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
): Promise<readonly OverdueReview[]> {
  spendPermit(permit, 'person.list', 'enclave')
  return await overdueReviews(deps.database)
}

interface Writing extends JsonObject {
  readonly name: SettingName
  readonly isOn: boolean
  readonly by: Id<'person'>
  readonly reason: string
  /** Whose act the entry is, where it is not theirs who asked. */
  readonly actor?: Id<'person'>
}

async function write(tx: Transaction, deps: RosterDependencies, writing: Writing): Promise<readonly Appended[]> {
  const { name, isOn, by, reason, actor = by, ...rest } = writing
  await writeSetting(tx, { name, isOn, setBy: by, reason })
  return await append(tx, deps, actor, { setting: name, isOn, by, reason, ...rest })
}

function append(
  tx: Transaction,
  deps: RosterDependencies,
  actor: Id<'person'>,
  body: JsonObject,
): Promise<readonly Appended[]> {
  return deps.ledger.appendIn(tx, [{ kind: 'setting.changed', actor, about: { kind: 'enclave', id: 'enclave' }, body }])
}
