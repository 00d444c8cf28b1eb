// One person with what stands behind their status: on what ground and by which evidence they were verified, who said so and who
// confirmed it, and when somebody looks again. Never with countries.

import type { Id, UsPersonBasis } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import type { Permit } from '../../policy/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import type { Person, Verification } from '../person.ts'
import { findPerson } from '../read-people.ts'
import { dueOf, type Due } from '../settings/store.ts'
import { findPersonAsOf } from './read-history.ts'
import { verifyingVersion } from './store.ts'

export interface PersonBehind {
  readonly person: Person
  /** Null for somebody whom nobody has verified. */
  readonly verification:
    | (Verification & { readonly ground: UsPersonBasis | null; readonly approvedBy: readonly Id<'person'>[] })
    | null
  /** None of a moment that is past. */
  readonly due: readonly Due[]
}

/**
 * Read one person as they are, or as they were at a moment; null for somebody who is not, or was not, on the roster. Throws Problem
 * `refused` for a permit that does not fit.
 */
export async function readPerson(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
  { id, atMs }: { readonly id: Id<'person'>; readonly atMs: number | null },
): Promise<PersonBehind | null> {
  const person = atMs === null ? await findPerson(deps, permit, id) : await findPersonAsOf(deps, permit, { id, atMs })
  if (person === null) return null
  return {
    person,
    verification: await verificationOf(deps.database, person),
    due: atMs === null ? await dueOf(deps.database, id) : [],
  }
}

async function verificationOf(sql: Sql, person: Person): Promise<PersonBehind['verification']> {
  if (person.status === 'unverified' || person.verification === null) return null
  const verifying = await verifyingVersion(sql, person.id, person.verification.atMs)
  const ground = groundOf(person) ?? verifying?.ground ?? null
  return { ...person.verification, ground, approvedBy: verifying?.approvedBy ?? [] }
}

/** On what ground somebody is a U.S. person; null for everybody else. */
export function groundOf(person: Person): UsPersonBasis | null {
  return person.status === 'us-person' ? person.basis : null
}
