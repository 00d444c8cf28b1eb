// Adding a person in the founding ceremony, with the status that the founders attest.

import { canonicalJson, Problem, toBase64Url, type JsonObject } from '@sallyport/protocol'
import type * as z from 'zod'
import { newId, type Transaction } from '../base/index.ts'
import { requireCeremony, type FoundingCeremony } from '../policy/index.ts'
import type { PersonChanged, RosterDependencies } from './dependencies.ts'
import { newPerson, type NewPerson, type Person } from './person.ts'
import { insertPerson, personById } from './store.ts'

/**
 * Add a person at founding, with the status that the founders attest; `within` a transaction of the caller's, and with the
 * key that the person has had since before.
 * Throws Problem `invalid-request` for anything that the roster does not keep, nationality of a U.S. person before all;
 * `conflict` when the id is taken; `refused` when the ceremony is not open.
 */
export async function addPerson(
  deps: RosterDependencies,
  ceremony: FoundingCeremony,
  input: NewPerson,
  within: { readonly tx: Transaction; readonly personKey: Uint8Array } | null = null,
): Promise<PersonChanged<Person>> {
  const parsed = newPerson.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Problem('invalid-request', `cannot add person: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, {
      details: { faults: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), text: message })) },
    })
  }
  const fields = parsed.data
  const id = fields.id ?? newId<'person'>(deps.clock, deps.random)
  if (fields.status !== 'unverified' && fields.verification.by === id) {
    throw new Problem('invalid-request', 'cannot add person: verified by themself, want somebody else')
  }
  const personKey = within?.personKey ?? deps.fields.makePersonKey(id)
  const ties = fields.status === 'foreign-person' ? fields.ties : null
  const sealedTies = ties === null ? null : deps.fields.sealTies(ties, personKey, id)
  const sealed = deps.fields.sealForPerson(canonicalJson(personal(fields)), personKey, id)

  const entryId = newId<'entry'>(deps.clock, deps.random)

  const add = async (tx: Transaction): Promise<PersonChanged<Person>> => {
    await requireCeremony(tx, ceremony)
    await insertPerson(tx, { id, fields, sealedTies, personKey, entryId })
    const entries = await deps.ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'person.added',
        actor: null,
        about: { kind: 'person', id },
        body: {
          ceremony: ceremony.name,
          version: 1,
          status: fields.status,
          roles: fields.roles,
          sealed: toBase64Url(sealed),
        },
      },
    ])
    const person = await personById(tx, id)
    if (person === null) throw new Problem('internal', 'cannot add person: no row, want the one just written')
    return { person, entries }
  }
  return within === null ? await deps.database.transaction(add) : await add(within.tx)
}

// Everything that describes the person, for their own key only.
function personal(fields: z.output<typeof newPerson>): JsonObject {
  const { displayName, employer, isRegularEmployee, hasNda } = fields
  return {
    displayName,
    employer,
    isRegularEmployee,
    hasNda,
    assignments: fields.assignments.map((one) => ({ ...one })),
    ...(fields.status === 'us-person' ? { basis: fields.basis } : {}),
    ...(fields.status === 'foreign-person' ? { ties: fields.ties === null ? null : { ...fields.ties } } : {}),
    ...(fields.status === 'unverified' ? {} : { verification: { ...fields.verification } }),
  }
}
