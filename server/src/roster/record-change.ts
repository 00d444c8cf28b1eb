// Writing a person's next version together with the entry that says what was, what is, who, when and why.

import { canonicalJson, toBase64Url, type CountryTies, type Id, type JsonObject } from '@sallyport/protocol'
import { newId, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { sealedAgain, type OpenPerson } from './change.ts'
import type { RosterDependencies } from './dependencies.ts'
import type { Person } from './person.ts'
import { writeVersion, type LockedPerson } from './store.ts'

export interface Recording {
  readonly locked: LockedPerson
  readonly before: OpenPerson
  readonly after: OpenPerson
  readonly change: string
  /** Who asked for it, or did it. */
  readonly by: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
  readonly reason: string
  /** Whose act the entry is, and the decision and request that it rests on. */
  readonly actor: Id<'person'>
  readonly body: JsonObject
}

/** Write the version and its entry. Yields the person as written. */
export async function recordChange(
  tx: Transaction,
  deps: RosterDependencies,
  recording: Recording,
): Promise<{ readonly person: Person; readonly entries: readonly Appended[] }> {
  const { locked, before, after, change, by, approvedBy, reason, actor, body } = recording
  const { fields, ledger, clock, random } = deps
  const { id } = after.person
  const key = locked.personKey
  const person = sealedAgain(after, (ties) => fields.sealTies(ties, key, id))
  const entryId = newId<'entry'>(clock, random)
  const sealedReason = fields.seal(reason, 'reason', key, id)
  await writeVersion(tx, person, { change, by, approvedBy, sealedReason, entryId })
  const personal = canonicalJson({ was: personalOf(before), is: personalOf(after), reason })
  const entries = await ledger.appendIn(tx, [
    {
      id: entryId,
      kind: 'person.changed',
      actor,
      about: { kind: 'person', id },
      body: {
        change,
        version: person.version,
        by,
        approvedBy,
        from: { status: before.person.status, roles: before.person.roles },
        status: person.status,
        roles: person.roles,
        ...body,
        sealed: toBase64Url(fields.sealForPerson(personal, key, id)),
      },
    },
  ])
  return { person, entries }
}

/** Open what a row keeps sealed about a person's countries. Throws Problem `unavailable` when it cannot be opened. */
export function opened(
  { person, personKey }: LockedPerson,
  { fields }: Pick<RosterDependencies, 'fields'>,
): OpenPerson {
  const sealed = person.status === 'foreign-person' ? person.sealedTies : null
  const ties: CountryTies | null = sealed === null ? null : fields.openTies(sealed, personKey, person.id)
  return { person, ties }
}

/** Everything that describes a person, for their own key only. */
export function personalOf({ person, ties }: OpenPerson): JsonObject {
  const { displayName, kind, externalId, mail, employer, isRegularEmployee, regularEmployeeBasis, hasNda } = person
  const { actsForForeignEmployer, ndaSignedOn, briefedOn } = person
  return {
    displayName,
    kind,
    externalId,
    mail,
    employer,
    isRegularEmployee,
    regularEmployeeBasis,
    actsForForeignEmployer,
    hasNda,
    ndaSignedOn,
    briefedOn,
    assignments: person.assignments.map((one) => ({ ...one })),
    ...(person.status === 'us-person' ? { basis: person.basis } : {}),
    ...(person.status === 'foreign-person' ? { ties: ties === null ? null : { ...ties } } : {}),
    ...('verification' in person && person.verification !== null ? { verification: { ...person.verification } } : {}),
  }
}
