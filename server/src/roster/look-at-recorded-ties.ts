// Looking at the countries of a foreign person as decisions of the past counted them, which their entries keep sealed: the same
// decided action as a look at those of today, for a stated purpose, on record before anything is shown.

import { canonicalJson, Problem, toBase64Url, type Id } from '@sallyport/protocol'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { RosterDependencies } from './dependencies.ts'
import { lockPerson } from './store.ts'

export interface RecordedTies {
  readonly entryId: Id<'entry'>
  /** What the entry keeps sealed under the person's key. */
  readonly sealed: Uint8Array
}

export interface RecordedTiesShown {
  /** What each keeps, as JSON, in their order; null where the key of the person does not open it. */
  readonly opened: readonly (string | null)[]
  readonly entries: readonly Appended[]
}

/**
 * Open what entries keep of the person that the permit names, at most 100 at once. Throws Problem `not-found` for nobody, `refused` for
 * a permit that does not fit.
 */
export async function lookAtRecordedTies(
  deps: RosterDependencies,
  permit: Permit<'person.look'>,
  {
    id,
    purpose,
    kept,
  }: { readonly id: Id<'person'>; readonly purpose: string; readonly kept: readonly RecordedTies[] },
): Promise<RecordedTiesShown> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.look', id)
    isSpent = true
    const locked = await lockPerson(tx, id)
    if (locked === null) throw new Problem('not-found', 'cannot look: nobody of that id, want somebody on the roster')
    const sealedPurpose = deps.fields.sealForPerson(canonicalJson({ purpose }), locked.personKey, id)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'ties.shown',
        actor: permit.actor,
        about: { kind: 'person', id },
        body: {
          decision: permit.entryId,
          version: locked.person.version,
          proposed: [],
          of: kept.map(({ entryId }) => entryId),
          sealed: toBase64Url(sealedPurpose),
        },
      },
    ])
    const opened = kept.map(({ sealed }) => {
      try {
        return deps.fields.open(sealed, 'entry', locked.personKey, id)
      } catch {
        return null
      }
    })
    return { opened, entries }
  })
}
