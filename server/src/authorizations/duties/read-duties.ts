// Reading duties: those of one authorization under a permit, and one's own.

import { Problem, type Id } from '@sallyport/protocol'
import type { Database, Transaction } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { Authorization } from '../authorization.ts'
import { drawnOf } from '../draws/store.ts'
import { authorizationById, timeOf } from '../store.ts'
import { dutiesOf, type Duty, type DutyRecord } from './duty.ts'
import { lastRecordsOf, ownedBy, recordsOf } from './store.ts'

const mostRecords = 1000
/** Authorizations of which one person owns duties; more are left out, those that end last. */
const mostOwned = 100

export interface DutiesRead {
  readonly duties: readonly Duty[]
  /** At most 1,000; of each duty and time the newest first. */
  readonly records: readonly DutyRecord[]
}

/** Read the duties of an authorization and every record of them. Throws Problem `refused` for a permit that does not fit, `not-found`. */
export async function readDuties(
  { database }: { readonly database: Database },
  permit: Permit<'authorization.list'>,
  id: Id<'authorization'>,
): Promise<DutiesRead> {
  spendPermit(permit, 'authorization.list', 'enclave')
  return await database.transaction(async (tx) => {
    const found = await authorizationById(tx, id)
    if (found === null) throw new Problem('not-found', 'cannot show duties: there is no authorization of that id')
    return { duties: await dutiesIn(tx, found), records: await recordsOf(tx, id, mostRecords) }
  })
}

export interface OwnDuty extends Duty {
  readonly authorizationId: Id<'authorization'>
  readonly number: string
}

/** The duties that a person owns and that are not done, for themselves, those that are due first. */
export async function listOwnDuties(
  { database }: { readonly database: Database },
  person: Id<'person'>,
): Promise<readonly OwnDuty[]> {
  return await database.transaction(async (tx) => {
    const own: OwnDuty[] = []
    for (const id of await ownedBy(tx, person, mostOwned)) {
      const found = await authorizationById(tx, id)
      if (found === null) continue
      const duties = (await dutiesIn(tx, found)).filter(({ ownerId, isDone }) => ownerId === person && !isDone)
      own.push(...duties.map((one) => ({ ...one, authorizationId: id, number: found.terms.number })))
    }
    return own.toSorted((one, other) => (one.dueAtMs ?? Infinity) - (other.dueAtMs ?? Infinity) || 0)
  })
}

async function dutiesIn(tx: Transaction, authorization: Authorization): Promise<readonly Duty[]> {
  const { id } = authorization
  const records = (await lastRecordsOf(tx, [id])).get(id) ?? []
  return dutiesOf(authorization, records, await drawnOf(tx, id), await timeOf(tx))
}
