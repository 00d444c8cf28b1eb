// Adding somebody to the roster of a founded enclave: by one person, unverified, with no role and no program. Whatever they
// may do later takes a verification and grants that others approve.

import { canonicalJson, Problem, toBase64Url, type PersonKind, type RegularEmployeeBasis } from '@sallyport/protocol'
import { newId } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { mustHaveBegun } from './day.ts'
import type { PersonChanged, RosterDependencies } from './dependencies.ts'
import type { Unverified } from './person.ts'
import { personalOf } from './record-change.ts'
import { lookOf, similarNames, type SimilarName } from '@sallyport/protocol/names'
import { insertVersion, namesThatLook, readNow } from './store.ts'

/** What is recorded of somebody before anything is verified. Parsed at the boundary. */
export interface Newcomer {
  readonly displayName: string
  readonly kind: PersonKind
  readonly externalId: string | null
  readonly mail: string | null
  readonly employer: string | null
  readonly regularEmployee: RegularEmployeeBasis | null
  readonly actsForForeignEmployer: boolean
  readonly ndaSignedOn: string | null
  readonly briefedOn: string | null
}

/** Of many people of one name so many are told. */
const similarTold = 100

/**
 * Add an unverified person. Says whose names could be taken for theirs, at most 100; such a name is not refused.
 * Throws Problem `conflict` when the external id is somebody else's, `invalid-request` for a day that is yet to come, `refused` for
 * a permit that does not fit.
 */
export async function addUnverified(
  deps: RosterDependencies,
  permit: Permit<'person.add'>,
  newcomer: Newcomer,
): Promise<PersonChanged<Unverified> & { readonly similar: readonly SimilarName[] }> {
  const { clock, random, fields } = deps
  spendPermit(permit, 'person.add', 'enclave')
  const { regularEmployee, ...rest } = newcomer
  const person: Unverified = {
    ...rest,
    id: newId<'person'>(clock, random),
    version: 1,
    status: 'unverified',
    isRegularEmployee: regularEmployee !== null,
    regularEmployeeBasis: regularEmployee,
    hasNda: newcomer.ndaSignedOn !== null,
    reviewedAtMs: null,
    roles: [],
    assignments: [],
  }
  const { id } = person
  const personKey = fields.makePersonKey(id)
  const sealed = fields.sealForPerson(canonicalJson(personalOf({ person, ties: null })), personKey, id)
  const entryId = newId<'entry'>(clock, random)
  return await deps.database.transaction(async (tx) => {
    const atMs = await readNow(tx)
    mustHaveBegun(person.ndaSignedOn, 'NDA', atMs)
    mustHaveBegun(person.briefedOn, 'briefing', atMs)
    const similar = similarNames(person.displayName, await namesThatLook(tx, [lookOf(person.displayName)], similarTold))
    const origin = { change: 'added', by: permit.actor, approvedBy: [], sealedReason: null, entryId }
    await insertVersion(tx, person, personKey, origin)
    const entries = await deps.ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'person.added',
        actor: permit.actor,
        about: { kind: 'person', id },
        body: {
          decision: permit.entryId,
          version: 1,
          status: person.status,
          roles: [],
          sealed: toBase64Url(sealed),
        },
      },
    ])
    return { person, similar, entries }
  })
}

/** Refuse a change to one's own record. Throws Problem `refused`. */
export function mustBeSomebodyElse(actor: string, subject: string): void {
  if (actor !== subject) return
  throw new Problem('refused', 'cannot change person: it is your own record, want somebody else to do it')
}
