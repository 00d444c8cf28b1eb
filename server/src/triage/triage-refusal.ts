// Saying how far one is with a refusal. One person does it: it gives nobody anything. What is said stands in the ledger, each time.

import { Problem, type Id } from '@sallyport/protocol'
import type { Appended, EntryDraft } from '../ledger/index.ts'
import { readDecision, spendPermit, type Permit } from '../policy/index.ts'
import type { TriageDependencies } from './read-refusals.ts'
import { lockTriage, writeTriage, type TriageState } from './store.ts'

/**
 * Put refusals into a state, all of them or none. `from` is the state that whoever says it saw; null for none. Throws Problem `refused` for a permit that does
 * not fit, `not-found` for what is no refusal in the ledger, `conflict` where somebody else said something meanwhile.
 */
export async function triageRefusal(
  { database, ledger }: TriageDependencies,
  permit: Permit<'refusal.triage'>,
  {
    decisionIds,
    from,
    state,
    note,
  }: {
    /** One, and those that are to be in the same state. */
    readonly decisionIds: readonly Id<'entry'>[]
    readonly from: TriageState | null
    readonly state: TriageState
    readonly note: string
  },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'refusal.triage', 'enclave')
  // In one order for everybody who triages several.
  const ids = [...new Set(decisionIds)].sort()
  for (const id of ids) {
    const entry = await ledger.entry(id)
    if (entry === null || readDecision(entry).kind !== 'decision.deny') {
      throw new Problem('not-found', 'cannot triage: there is no refusal of that id')
    }
  }
  return await database.transaction(async (tx) => {
    const drafts: EntryDraft[] = []
    for (const id of ids) {
      const now = await lockTriage(tx, id)
      if ((now?.state ?? null) !== from) {
        const is = now === null ? 'nobody has looked at it' : `it is ${now.state}`
        throw new Problem('conflict', `cannot triage: ${is}, want ${from ?? 'none'}, which is what you saw`)
      }
      await writeTriage(tx, { decisionId: id, state, note, by: permit.actor })
      drafts.push({
        kind: 'refusal.triaged',
        actor: permit.actor,
        about: { kind: 'decision', id },
        body: { from, state, note, decision: permit.entryId },
      })
    }
    return await ledger.appendIn(tx, drafts)
  })
}
