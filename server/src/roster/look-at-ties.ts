// Looking at a foreign person's countries: a decided action of its own, for a stated purpose, on record before anything is
// shown. Nothing else ever shows them.

import { canonicalJson, Problem, toBase64Url, type CountryTies, type Id, type PersonChange } from '@sallyport/protocol'
import { listPendingOf } from '../approvals/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { RosterDependencies } from './dependencies.ts'
import { openPart, personImportRequest, readImport } from './import/proposal.ts'
import { openProposal, personChangeRequest, readProposal } from './propose-change.ts'
import { opened } from './record-change.ts'
import { lockPerson } from './store.ts'

/** A change of countries that waits for approval. */
export interface ProposedTies {
  readonly requestId: Id<'approval'>
  readonly change: PersonChange
}

export interface TiesShown {
  /** Null where none are recorded. */
  readonly ties: CountryTies | null
  readonly proposed: readonly ProposedTies[]
  readonly entries: readonly Appended[]
}

/**
 * Show the countries of the foreign person that the permit names, and of what is proposed for them.
 * Throws Problem `not-found` for nobody; `conflict` for somebody who has no countries here and for whom none are proposed;
 * `refused` for a permit that does not fit.
 */
export async function lookAtTies(
  deps: RosterDependencies,
  permit: Permit<'person.look'>,
  { id, purpose }: { readonly id: Id<'person'>; readonly purpose: string },
): Promise<TiesShown> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.look', id)
    isSpent = true
    const locked = await lockPerson(tx, id)
    if (locked === null) throw new Problem('not-found', 'cannot look: nobody of that id, want somebody on the roster')
    const requests = await listPendingOf(tx, personChangeRequest, { person: id })
    const proposed: ProposedTies[] = requests.flatMap(({ id: requestId, change }): ProposedTies[] => {
      const proposal = openProposal(readProposal(change), locked.personKey, deps.fields)
      return hasCountries(proposal.change) ? [{ requestId, change: proposal.change }] : []
    })
    const imports = await listPendingOf(tx, personImportRequest, { people: [{ person: id }] })
    for (const { id: requestId, change } of imports) {
      const parts = readImport(change).people.filter((one) => one.person === id)
      const changes = parts.flatMap((one) => openPart(one, locked.personKey, deps.fields).changes)
      proposed.push(...changes.filter(hasCountries).map((one) => ({ requestId, change: one })))
    }
    if (locked.person.status !== 'foreign-person' && proposed.length === 0) {
      throw new Problem('conflict', 'cannot look: no country is recorded or proposed, want a foreign person')
    }
    const key = locked.personKey
    const sealed = deps.fields.sealForPerson(canonicalJson({ purpose }), key, id)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'ties.shown',
        actor: permit.actor,
        about: { kind: 'person', id },
        body: {
          decision: permit.entryId,
          version: locked.person.version,
          proposed: proposed.map((one) => one.requestId),
          sealed: toBase64Url(sealed),
        },
      },
    ])
    return { ties: opened(locked, deps).ties, proposed, entries }
  })
}

/** Whether a change names countries. */
export function hasCountries({ change }: PersonChange): boolean {
  return change === 'verify-foreign-person' || change === 'remove-tie'
}
