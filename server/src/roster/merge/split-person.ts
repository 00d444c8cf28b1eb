// Splitting a record that turned out to be of two human beings: one officer does it at once, because nobody gains by it. Somebody
// new begins, unverified and with nothing; whatever was verified of the old record may be the other's, so it is unverified from
// now on. Its past stays with it, and each points to the other.

import { canonicalJson, toBase64Url, type PersonKind } from '@sallyport/protocol'
import { countAsOne } from '../../approvals/index.ts'
import { mustMatch, type IfMatch, newId } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import { mustBeSomebodyElse } from '../add-unverified.ts'
import { mustBeVersion, nobody } from '../apply-change.ts'
import type { FormerIdentity, MergeDependencies, VersionOfPerson } from './merge-people.ts'
import { allRecordsOf, insertSplit } from './store.ts'
import { described, mustNotBeMerged, type Person, type Unverified } from '../person.ts'
import { opened, personalOf, recordChange } from '../record-change.ts'
import { insertVersion, lockPerson } from '../store.ts'

export interface Split {
  readonly old: Person
  readonly somebodyNew: Unverified
  /** What was taken away from the old record, to be bound to the new one by whoever is sure. */
  readonly identities: readonly FormerIdentity[]
  readonly entries: readonly Appended[]
}

/**
 * Split somebody new from the person that the permit names. Once this returns, no decision taken on the older state becomes a
 * permit (I3). Throws Problem `not-found` for nobody and for an identity that is not theirs; `precondition-failed` for a version that `ifMatch` does not name; `conflict` where the person has
 * changed since that version or was merged; `refused` for one's own record and for a permit that does not fit.
 */
export async function splitPerson(
  deps: MergeDependencies,
  permit: Permit<'person.split'>,
  {
    id,
    version,
    displayName,
    kind,
    identities,
    reason,
    ifMatch,
  }: VersionOfPerson & {
    readonly ifMatch?: IfMatch
    /** Of somebody new. */
    readonly displayName: string
    /** Null for that of the old record. */
    readonly kind: PersonKind | null
    /** Of the old record, that may be the other's. */
    readonly identities: readonly FormerIdentity[]
    readonly reason: string
  },
): Promise<Split> {
  const { fields, ledger, clock, random } = deps
  const by = permit.actor
  const newborn = newId<'person'>(clock, random)
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.split', id)
    isSpent = true
    mustBeSomebodyElse(by, id)
    const locked = await lockPerson(tx, id)
    if (locked === null) throw nobody()
    mustMatch(locked.person.version, ifMatch, 'person')
    mustNotBeMerged(locked.person)
    mustBeVersion(locked.person, version)
    const before = opened(locked, deps)
    const somebodyNew = unverifiedFrom(locked.person, { id: newborn, displayName, kind: kind ?? locked.person.kind })
    const personKey = fields.makePersonKey(newborn)
    const entryId = newId<'entry'>(clock, random)
    const sealedReason = fields.seal(reason, 'reason', personKey, newborn)
    await insertVersion(tx, somebodyNew, personKey, { change: 'split', by, approvedBy: [], sealedReason, entryId })
    await insertSplit(tx, { from: id, into: newborn, entryId })
    // INVARIANT: I3. Before the entries take their time, and before requests are locked, as everywhere.
    await narrowAccess(tx)
    await mustStillStand(tx, by)
    const unbound = await deps.unbindIn(tx, deps, { personId: id, only: identities, by, decision: permit.entryId })
    const records = [...(await allRecordsOf(tx, id)), newborn]
    const lapsed = await countAsOne(tx, deps, { records, standing: null, by })
    const { person, entries } = await recordChange(tx, deps, {
      locked,
      before,
      after: withoutVerification(locked.person),
      change: 'split',
      by,
      approvedBy: [],
      reason,
      actor: by,
      body: { decision: permit.entryId, into: newborn },
    })
    const personal = canonicalJson({ ...personalOf({ person: somebodyNew, ties: null }), reason })
    const added = await ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'person.added',
        actor: by,
        about: { kind: 'person', id: newborn },
        body: {
          decision: permit.entryId,
          version: 1,
          status: somebodyNew.status,
          roles: [],
          splitFrom: id,
          sealed: toBase64Url(fields.sealForPerson(personal, personKey, newborn)),
        },
      },
    ])
    return {
      old: person,
      somebodyNew,
      identities: unbound.identities,
      entries: [...unbound.entries, ...lapsed, ...added, ...entries],
    }
  })
}

function unverifiedFrom(old: Person, own: Pick<Unverified, 'id' | 'displayName' | 'kind'>): Unverified {
  return {
    ...own,
    version: 1,
    status: 'unverified',
    externalId: null,
    mail: null,
    employer: null,
    isRegularEmployee: false,
    regularEmployeeBasis: null,
    // It may be recorded of either, and it only narrows.
    actsForForeignEmployer: old.actsForForeignEmployer,
    hasNda: false,
    ndaSignedOn: null,
    briefedOn: null,
    reviewedAtMs: null,
    roles: [],
    assignments: [],
  }
}

function withoutVerification(person: Person): { readonly person: Person; readonly ties: null } {
  const version = person.version + 1
  if (person.status === 'ended') return { person: { ...person, version }, ties: null }
  return { person: { ...described(person), version, status: 'unverified' }, ties: null }
}
