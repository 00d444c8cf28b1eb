// How long records of releases to U.S. persons are kept at least. No regulation that was read says it, because such a release needs no
// license: it is the organization's own rule, never shorter than the five years of the others (22 CFR 122.5). It only grows.

import { Problem } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../../policy/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { lockRetention, retentionYears, writeRetention } from './store.ts'

/** Years from a release to a U.S. person for which its record is kept at least. Said beside answers that were themselves decided. */
export async function usPersonRetention(sql: Sql): Promise<number> {
  return await retentionYears(sql)
}

/**
 * Keep records of releases to U.S. persons longer. Throws Problem `conflict` unless it is longer than now, `refused` for a permit that does
 * not fit and for whoever is no officer any more.
 */
export async function raiseRetention(
  deps: RosterDependencies,
  permit: Permit<'setting.change'>,
  { years, reason }: { readonly years: number; readonly reason: string },
): Promise<readonly Appended[]> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'setting.change', 'enclave')
    isSpent = true
    const was = await lockRetention(tx)
    if (years <= was) {
      throw new Problem('conflict', `cannot change retention: it is ${was} years, want more: it only grows`)
    }
    await mustStillStand(tx, permit.actor)
    await writeRetention(tx, { years, by: permit.actor, reason })
    return await deps.ledger.appendIn(tx, [
      {
        kind: 'retention.raised',
        actor: permit.actor,
        about: { kind: 'enclave', id: 'enclave' },
        body: { rule: 'us-person-releases', years, was, reason, decision: permit.entryId },
      },
    ])
  })
}
