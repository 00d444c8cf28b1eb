// The first step: the database becomes that of one enclave that is being founded, with these founders. Keys and ledger come
// next, and only then is it open.

import { newId, type Clock, type Database, type Randomness } from '../base/index.ts'
import { beginCeremony } from '../policy/index.ts'
import { nameKey, type Founders } from './founders-file.ts'
import { insertFounder, insertFounding } from './store.ts'

/**
 * Begin. Of two who begin at once, one goes on. Throws Problem `conflict` for a database that is an enclave's already, founded
 * or being founded, sample or real.
 */
export async function beginFounding(
  { database, clock, random }: { readonly database: Database; readonly clock: Clock; readonly random: Randomness },
  founders: Founders,
  names: { readonly namespace: string; readonly ledgerOrigin: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    await beginCeremony(tx, { name: founders.enclave, ...names })
    await insertFounding(tx, founders.digest, founders.absenceRule)
    for (const { name, basis, evidence, role, empoweredOfficial: isOfficial = false } of founders.founders) {
      const id = newId<'person'>(clock, random)
      const known = { displayName: name, nameKey: nameKey(name), basis, evidenceRef: evidence }
      await insertFounder(tx, { id, ...known, role, isOfficial })
    }
  })
}
