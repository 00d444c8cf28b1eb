// An officer closes the founding. In one transaction the founders go on the roster, each verified by who attested them first,
// with the identity that they enrolled; from there on everything takes a permit.
// INVARIANT: I10, nobody is an officer before this, and nobody who was not attested by another founder is one after it.

import { Problem } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { bindIdentity } from '../identity/index.ts'
import type { Appended } from '../ledger/index.ts'
import { closeCeremonyIn, requireCeremony, resumeCeremony, type FoundingCeremony } from '../policy/index.ts'
import { addPerson, type NewPerson } from '../roster/index.ts'
import { refused, type FoundingCaller, type FoundingDependencies } from './dependencies.ts'
import { isOf } from './enroll-founder.ts'
import { missingOf } from './read-founding.ts'
import { allFounders, lockFounding, type Founder } from './store.ts'

/**
 * Close. Throws Problem `refused` for anybody who is no enrolled officer of this founding, `conflict` with `details.missing`
 * while something is missing, and when it is closed already.
 */
export async function closeFounding(deps: FoundingDependencies, caller: FoundingCaller): Promise<readonly Appended[]> {
  const ceremony = await resumeCeremony(deps)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony, 'closing')
    const founding = await lockFounding(tx)
    const founders = await allFounders(tx)
    const closer = founders.find((one) => isOf(one, caller))
    if (closer?.role !== 'officer') throw refused('close the founding', 'only an officer who enrolled closes it')
    const missing = missingOf(founders)
    if (missing.length > 0) {
      throw new Problem('conflict', `cannot close the founding: ${missing.join(' ')}`, { details: { missing } })
    }
    for (const founder of founders) await putOnRoster(deps, tx, ceremony, founder)
    return await closeCeremonyIn(tx, deps, ceremony, {
      actor: closer.id,
      body: {
        officers: founders.filter(({ role }) => role === 'officer').length,
        foundersDigest: founding?.digest ?? '',
      },
    })
  })
}

async function putOnRoster(
  deps: FoundingDependencies,
  tx: Transaction,
  ceremony: FoundingCeremony,
  founder: Founder,
): Promise<void> {
  const { id, personKey, identity } = founder
  if (personKey === null) throw new Problem('internal', 'cannot close the founding: a founder has no key')
  await addPerson(deps, ceremony, newPersonOf(founder), { tx, personKey })
  if (identity !== null) await bindIdentity(deps, ceremony, { ...identity, personId: id }, tx)
}

function newPersonOf({
  id,
  displayName,
  role,
  isOfficial,
  basis,
  evidenceRef,
  identity,
  attestedBy,
}: Founder): NewPerson {
  const common = {
    id,
    displayName,
    employer: null,
    isRegularEmployee: true,
    hasNda: false,
    roles: isOfficial ? [role, 'empowered-official' as const] : [role],
    assignments: [],
  }
  const [by] = attestedBy
  if (identity === null || by === undefined) return { ...common, status: 'unverified' }
  return { ...common, status: 'us-person', basis, verification: { by, evidenceRef } }
}
