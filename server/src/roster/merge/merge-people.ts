// Merging two records of one human being: one officer does it at once, because nobody gains by it. The duplicate ends for good and
// points to the record that is kept. Nothing that gives is taken over, not even what the duplicate signed in with: whoever could
// merge a stranger's record into that of a U.S. person would otherwise hand over that person's access. It is bound anew, to
// somebody unverified, and seen by the two who verify.

import { canonicalJson, Problem, toBase64Url, type Id } from '@sallyport/protocol'
import { countAsOne } from '../../approvals/index.ts'
import { mustMatch, newId, type IfMatch, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import { mustBeSomebodyElse } from '../add-unverified.ts'
import { mustBeVersion } from '../apply-change.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { lockPeople } from '../import/store.ts'
import { joined, type Disagreement, type RecordsOfBoth, type Statement } from './joined.ts'
import { allRecordsOf, approvedTwice, didStatusEnd, hadAHand, insertMerge, statementsOf } from './store.ts'
import { described, mustNotBeMerged, type Ended, type Person } from '../person.ts'
import { opened, recordChange } from '../record-change.ts'
import { writeVersion, type LockedPerson } from '../store.ts'

/** What somebody signed in with. */
export interface FormerIdentity {
  readonly issuer: string
  readonly subject: string
}

export interface MergeDependencies extends RosterDependencies {
  /** Take identities away from somebody in the transaction, each on record. Identity's. */
  unbindIn(
    tx: Transaction,
    deps: Pick<RosterDependencies, 'ledger'>,
    whose: {
      readonly personId: Id<'person'>
      readonly only: readonly FormerIdentity[] | 'all'
      readonly by: Id<'person'>
      readonly decision: Id<'entry'>
    },
  ): Promise<{ readonly identities: readonly FormerIdentity[]; readonly entries: readonly Appended[] }>
}

export interface VersionOfPerson {
  readonly id: Id<'person'>
  /** The version that is meant. */
  readonly version: number
}

export interface Merged {
  readonly kept: Person
  readonly duplicate: Ended
  /** Why the kept record is unverified now; empty where it was left as it was, or was unverified before. */
  readonly disagreements: readonly Disagreement[]
  /** What the duplicate signed in with, nobody's now. */
  readonly identities: readonly FormerIdentity[]
  /** People of whom one change was approved under both records, or asked for under one and approved under the other. */
  readonly approvedTwice: readonly Id<'person'>[]
  readonly entries: readonly Appended[]
}

/**
 * Merge a duplicate into the record that is kept, with a permit for each. Once this returns, no decision taken on the older state
 * becomes a permit (I3). Throws Problem `not-found`; `precondition-failed` for a version that `ifMatch` does not name; `conflict` where one of them has changed since that version or was merged
 * before, both are one, or the kept one is ended; `refused` for one's own record, for whoever lost their own status or role meanwhile, and for
 * permits that do not fit.
 */
export async function mergePeople(
  deps: MergeDependencies,
  permits: { readonly kept: Permit<'person.merge'>; readonly duplicate: Permit<'person.merge'> },
  {
    kept,
    duplicate,
    reason,
    ifMatch,
  }: {
    readonly kept: VersionOfPerson
    readonly duplicate: VersionOfPerson
    readonly reason: string
    /** Of the kept one. */
    readonly ifMatch?: IfMatch
  },
): Promise<Merged> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) {
      spendPermit(permits.kept, 'person.merge', kept.id)
      if (kept.id === duplicate.id) throw wrong('both are one record', 'two')
      spendPermit(permits.duplicate, 'person.merge', duplicate.id)
    }
    isSpent = true
    const by = permits.kept.actor
    if (permits.duplicate.actor !== by) throw new Problem('refused', 'cannot use permit: it is of somebody else')
    for (const { id } of [kept, duplicate]) mustBeSomebodyElse(by, id)
    const both = await lockBoth(tx, kept, duplicate, ifMatch)
    return await merge(tx, deps, both, { by, reason, decisions: permits })
  })
}

interface Both {
  readonly kept: LockedPerson
  readonly duplicate: LockedPerson
}

// In the order of their ids, so that two merges of the same two wait for each other and never in a circle.
async function lockBoth(
  tx: Transaction,
  kept: VersionOfPerson,
  duplicate: VersionOfPerson,
  ifMatch: IfMatch | undefined,
): Promise<Both> {
  const locked = new Map((await lockPeople(tx, [kept.id, duplicate.id])).map((one) => [one.person.id, one]))
  const [one, other] = [locked.get(kept.id), locked.get(duplicate.id)]
  if (one === undefined || other === undefined) {
    throw new Problem('not-found', 'cannot merge people: nobody of that id, want two who are on the roster')
  }
  mustMatch(one.person.version, ifMatch, 'person')
  for (const { person } of [one, other]) mustNotBeMerged(person)
  if (one.person.status === 'ended') throw wrong('the record to keep is ended', 'one that is not, or it restored first')
  mustBeVersion(one.person, kept.version)
  mustBeVersion(other.person, duplicate.version)
  return { kept: one, duplicate: other }
}

async function merge(
  tx: Transaction,
  deps: MergeDependencies,
  both: Both,
  { by, reason, decisions }: { by: Id<'person'>; reason: string; decisions: Parameters<typeof mergePeople>[1] },
): Promise<Merged> {
  const [keptId, duplicateId] = [both.kept.person.id, both.duplicate.person.id]
  const records: RecordsOfBoth = {
    kept: await allRecordsOf(tx, keptId),
    duplicate: await allRecordsOf(tx, duplicateId),
  }
  const before = opened(both.kept, deps)
  const { open: after, disagreements } = joined(before, {
    person: both.duplicate.person,
    statements: await openStatements(tx, deps, records),
    didStatusEnd: await didStatusEnd(tx, records.duplicate),
    hadAHand: await hadAHand(tx, { of: keptId, records: records.duplicate }),
  })
  const twice = await approvedTwice(tx, records)
  // The duplicate first: its number may go to the kept one.
  const entryId = newId<'entry'>(deps.clock, deps.random)
  const { person: gone, sealed } = await endDuplicate(tx, deps, both, after.person, { by, reason, entryId })
  // INVARIANT: I3. Before the entries take their time, and before requests are locked, as everywhere.
  await narrowAccess(tx)
  await mustStillStand(tx, by)
  const unbound = await deps.unbindIn(tx, deps, {
    personId: duplicateId,
    only: 'all',
    by,
    decision: decisions.duplicate.entryId,
  })
  const lapsed = await countAsOne(tx, deps, {
    records: [...records.kept, ...records.duplicate],
    standing: keptId,
    by,
  })
  const ended = await deps.ledger.appendIn(tx, [
    {
      id: entryId,
      kind: 'person.merged',
      actor: by,
      about: { kind: 'person', id: duplicateId },
      body: {
        decision: decisions.duplicate.entryId,
        version: gone.version,
        from: both.duplicate.person.status,
        into: keptId,
        sealed,
      },
    },
  ])
  const { person, entries } = await recordChange(tx, deps, {
    locked: both.kept,
    before,
    after: { ...after, person: { ...after.person, version: before.person.version + 1 } },
    change: 'merge',
    by,
    approvedBy: [],
    reason,
    actor: by,
    body: { decision: decisions.kept.entryId, duplicate: duplicateId, disagreements, approvedTwice: twice },
  })
  return {
    kept: person,
    duplicate: gone,
    disagreements,
    identities: unbound.identities,
    approvedTwice: twice,
    entries: [...unbound.entries, ...lapsed, ...ended, ...entries],
  }
}

async function openStatements(
  tx: Transaction,
  { fields }: Pick<RosterDependencies, 'fields'>,
  { duplicate }: RecordsOfBoth,
): Promise<readonly Statement[]> {
  return (await statementsOf(tx, duplicate)).map(({ personId, personKey, sealedTies, ...rest }) => ({
    ...rest,
    ties: sealedTies === null ? null : fields.openTies(sealedTies, personKey, personId),
  }))
}

async function endDuplicate(
  tx: Transaction,
  { fields }: Pick<RosterDependencies, 'fields'>,
  { kept, duplicate: { person, personKey, atMs } }: Both,
  after: Person,
  { by, reason, entryId }: { by: Id<'person'>; reason: string; entryId: Id<'entry'> },
): Promise<{ readonly person: Ended; readonly sealed: string }> {
  const { id } = person
  const gone: Ended = {
    ...described(person),
    version: person.version + 1,
    // One number is one record's.
    externalId: after.externalId === person.externalId ? null : person.externalId,
    status: 'ended',
    verification: person.status === 'unverified' ? null : person.verification,
    ending: 'merged',
    mergedInto: kept.person.id,
    endedBy: by,
    endedAtMs: atMs,
  }
  await insertMerge(tx, { kept: kept.person.id, duplicate: id, entryId })
  const sealedReason = fields.seal(reason, 'reason', personKey, id)
  await writeVersion(tx, gone, { change: 'merged', by, approvedBy: [], sealedReason, entryId })
  const was = { externalId: person.externalId }
  const text = canonicalJson({ reason, was, is: { externalId: gone.externalId } })
  return { person: gone, sealed: toBase64Url(fields.sealForPerson(text, personKey, id)) }
}

function wrong(state: string, want: string): Problem {
  return new Problem('conflict', `cannot merge people: ${state}, want ${want}`)
}
