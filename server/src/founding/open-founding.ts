// The step that opens a founding, once keystore and ledger are there: what the law lists, which policies hold, who the founders
// are, and a code for each of them. All of it in one transaction, or none.

import { canonicalJson, Problem, toBase64Url, type JsonObject } from '@sallyport/protocol'
import { loadLegalData } from '../authorizations/index.ts'
import { activatePolicySet, policyDigest, requireCeremony, resumeCeremony, type PolicySource } from '../policy/index.ts'
import type { FoundingDependencies } from './dependencies.ts'
import { giveCodes, type IssuedCode } from './issue-codes.ts'
import { allFounders, lockFounding, markOpen, setPersonKey } from './store.ts'

/**
 * Open the founding. Yields the codes, to be shown once. Throws Problem `conflict` when it is open already or nobody has begun
 * one, and whatever is wrong with the legal data or the policies.
 */
export async function openFounding(
  deps: FoundingDependencies,
  content: { readonly legalData: unknown; readonly policies: PolicySource },
): Promise<readonly IssuedCode[]> {
  const ceremony = await resumeCeremony(deps)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    const founding = await lockFounding(tx)
    if (founding === null || founding.isOpen)
      throw new Problem('conflict', 'cannot open the founding: it is open already, want one that was only begun')
    await loadLegalData(tx, deps, content.legalData)
    await activatePolicySet(tx, deps, content.policies, ceremony)
    const founders = await allFounders(tx)
    const officers = founders.filter(({ role }) => role === 'officer').length
    const entries = [
      {
        kind: 'founding.opened',
        actor: null,
        about: { kind: 'enclave', id: 'enclave' },
        body: {
          ceremony: ceremony.name,
          kind: 'real',
          founders: founders.map(({ id, role, isOfficial }) => ({
            id,
            role,
            ...(isOfficial ? { official: true } : {}),
          })),
          officers,
          absenceRule: founding.absenceRule,
          foundersDigest: founding.digest,
          policyDigest: policyDigest(content.policies),
        } as JsonObject,
      },
    ]
    for (const { id, displayName, basis, evidenceRef, role, isOfficial } of founders) {
      const personKey = deps.fields.makePersonKey(id)
      await setPersonKey(tx, id, personKey)
      const sealed = deps.fields.sealForPerson(canonicalJson({ displayName, basis, evidenceRef }), personKey, id)
      entries.push({
        kind: 'founder.named',
        actor: null,
        about: { kind: 'person', id },
        body: { ceremony: ceremony.name, role, ...(isOfficial ? { official: true } : {}), sealed: toBase64Url(sealed) },
      })
    }
    await markOpen(tx)
    const issued = await giveCodes(tx, deps.random, founders)
    await deps.ledger.appendIn(tx, entries)
    return issued
  })
}
