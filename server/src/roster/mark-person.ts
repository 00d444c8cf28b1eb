// A change beside the record that whoever approves a request about the person must have seen, such as what they sign in with.

import type { Id } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { mustNotBeMerged } from './person.ts'
import { countVersion, lockPerson } from './store.ts'

/** What changed, by whom, and the entry that says so. */
export interface PersonMark {
  readonly change: 'identity-bound' | 'identity-unbound'
  readonly by: Id<'person'>
  readonly entryId: Id<'entry'>
}

/**
 * Count a person's version up in the caller's transaction, and keep others from changing them until it ends. INVARIANT: I8, what
 * was asked for an earlier version is void, because its approvers saw another person. Returns the new version; null where there is nobody.
 * Throws Problem `conflict` for a record that was merged into another.
 */
export async function markPerson(tx: Transaction, id: Id<'person'>, mark: PersonMark): Promise<number | null> {
  const locked = await lockPerson(tx, id)
  if (locked !== null) mustNotBeMerged(locked.person)
  return await countVersion(tx, id, mark)
}
