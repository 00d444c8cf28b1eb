// One founder attests another: that the person who enrolled is who the founders file names, and a U.S. person on the basis
// written there. Nobody attests themself.

import { canonicalJson, Problem, toBase64Url, type Id } from '@sallyport/protocol'
import type { Appended } from '../ledger/index.ts'
import { requireCeremony, resumeCeremony } from '../policy/index.ts'
import { refused, type FoundingCaller, type FoundingDependencies } from './dependencies.ts'
import { isOf } from './enroll-founder.ts'
import { allFounders, insertAttestation, lockFounding } from './store.ts'

/**
 * Attest. Throws Problem `refused` for a caller who is no enrolled founder and for oneself, `not-found` for somebody who is no
 * founder, `conflict` for a founder who has not enrolled and for a second attestation of the same.
 */
export async function attestFounder(
  deps: FoundingDependencies,
  caller: FoundingCaller,
  { about, statement }: { readonly about: Id<'person'>; readonly statement: string },
): Promise<readonly Appended[]> {
  const ceremony = await resumeCeremony(deps)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    await lockFounding(tx)
    const founders = await allFounders(tx)
    const by = founders.find((one) => isOf(one, caller))
    if (by === undefined) throw refused('attest', 'this identity is no founder of this enclave, want one who enrolled')
    const found = founders.find(({ id }) => id === about)
    if (found === undefined) throw new Problem('not-found', 'cannot attest: there is no such founder, want one')
    if (found.id === by.id) throw refused('attest', 'nobody attests themself, want another founder')
    if (found.identity === null || found.personKey === null)
      throw new Problem('conflict', `cannot attest: ${found.displayName} has not enrolled, want them to enroll first`)
    if (!(await insertAttestation(tx, by.id, found.id)))
      throw new Problem('conflict', `cannot attest: you have attested for ${found.displayName} already`)
    const said = canonicalJson({ basis: found.basis, evidenceRef: found.evidenceRef, statement })
    return await deps.ledger.appendIn(tx, [
      {
        kind: 'founder.attested',
        actor: by.id,
        about: { kind: 'person', id: found.id },
        body: {
          ceremony: ceremony.name,
          issuer: found.identity.issuer,
          subject: found.identity.subject,
          sealed: toBase64Url(deps.fields.sealForPerson(said, found.personKey, found.id)),
        },
      },
    ])
  })
}
