// What is due of the register, a page of it at a time, under a permit whose ledger entry is the record of the look.

import type { Id } from '@sallyport/protocol'
import type { Database } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { drawnOfAll } from '../draws/store.ts'
import { authorizationsAfter, timeOf } from '../store.ts'
import { dueOf, type DueTask } from './due.ts'

export interface DueAuthorization extends DueTask {
  readonly authorizationId: Id<'authorization'>
  readonly number: string
  readonly title: string
}

/** List what is due of one page of authorizations, by their numbers. Throws Problem `refused` for a permit that does not fit. */
export async function listDue(
  { database }: { readonly database: Database },
  permit: Permit<'authorization.list'>,
  after: readonly string[] | null,
): Promise<{ readonly due: readonly DueAuthorization[]; readonly last: readonly string[] | null }> {
  spendPermit(permit, 'authorization.list', 'enclave')
  return await database.transaction(async (tx) => {
    const atMs = await timeOf(tx)
    const { authorizations, last } = await authorizationsAfter(tx, after)
    const counted = authorizations.filter(({ terms }) => terms.lines !== undefined).map(({ id }) => id)
    const drawn = await drawnOfAll(tx, counted)
    const due = authorizations.flatMap((one) =>
      dueOf(one, drawn.get(one.id) ?? new Map(), atMs).map((task) => ({
        ...task,
        authorizationId: one.id,
        number: one.terms.number,
        title: one.terms.title,
      })),
    )
    return { due, last }
  })
}
