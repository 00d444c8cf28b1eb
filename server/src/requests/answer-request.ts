// Answering a request: what was done about it, or why not, in words for whoever asked.

import { Problem, type Id } from '@sallyport/protocol'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { RequestsDependencies } from './make-request.ts'
import { answerRow, lockRequest } from './store.ts'

/**
 * Answer a request of somebody else. `roles` are those of whoever answers. Throws Problem `not-found` for none of that id that waits
 * for one of those roles, `refused` for one's own and for a permit that does not fit.
 */
export async function answerRequest(
  deps: RequestsDependencies,
  permit: Permit<'request.answer'>,
  {
    id,
    roles,
    outcome,
    text,
  }: {
    readonly id: Id<'request'>
    readonly roles: readonly string[]
    readonly outcome: 'done' | 'declined'
    readonly text: string
  },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'request.answer', 'enclave')
  const by = permit.actor
  return await deps.database.transaction(async (tx) => {
    const request = await lockRequest(tx, id)
    if (request?.state !== 'waiting' || !request.roles.some((one) => roles.includes(one))) {
      throw new Problem('not-found', 'cannot answer: no request with that id waits for you')
    }
    if (request.person === by) throw new Problem('refused', 'cannot answer: you asked for it, want somebody else to')
    await answerRow(tx, { id, state: outcome, by, answer: text })
    return await deps.ledger.appendIn(tx, [
      {
        kind: 'request.answered',
        actor: by,
        about: { kind: 'request', id },
        body: { outcome, text, person: request.person, decision: permit.entryId },
      },
    ])
  })
}
