// Asking after a refusal, and taking that back.

import { Problem, type Id } from '@sallyport/protocol'
import { newId, type Clock, type Database, type Randomness } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import { refusalOf, type RefusalParts } from '../policy/index.ts'
import {
  countOwn,
  insertRequest,
  lockRequest,
  lockRequestsOf,
  waitingLike,
  withdrawRow,
  type PersonRequest,
} from './store.ts'

export interface RequestsDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
}

/** What one person may have waiting, and may ask in a day. */
const mostWaiting = 20
const mostADay = 50

export interface RequestMade {
  readonly id: Id<'request'>
  readonly roles: readonly string[]
  readonly entries: readonly Appended[]
}

/**
 * Ask for what a refusal says would change it. `person` is who calls: the refusal must be of theirs. Throws Problem `not-found` for
 * no refusal of theirs, `conflict` where they ask for the same already, `too-many-requests`.
 */
export async function makeRequest(
  deps: RequestsDependencies & { readonly refusals: RefusalParts },
  person: Id<'person'>,
  { decisionId, text }: { readonly decisionId: Id<'entry'>; readonly text: string },
): Promise<RequestMade> {
  const refusal = await refusalOf(deps.refusals, decisionId)
  // ATTACKER: whoever guesses an id hears of another's refusal what they would hear of none.
  if (refusal?.person !== person) {
    throw new Problem('not-found', 'cannot ask: no refusal of yours has that id, want the id that it was told with')
  }
  const { action, about } = refusal
  const roles = [...new Set(refusal.ask.filter((one) => one === 'officer' || one === 'administrator'))].sort()
  const id = newId<'request'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    await lockRequestsOf(tx, person)
    const { waiting, ofToday } = await countOwn(tx, person)
    if (waiting >= mostWaiting || ofToday >= mostADay) {
      throw new Problem(
        'too-many-requests',
        `cannot ask: ${waiting} of yours wait and you asked ${ofToday} today, want ${mostWaiting} and ${mostADay} at most`,
      )
    }
    const before = await waitingLike(tx, { person, action, about })
    if (before !== null) {
      throw new Problem('conflict', `cannot ask: you ask for the same already, want an answer to request ${before}`, {
        details: { waiting: { kind: 'request', id: before } },
      })
    }
    const asked = { id, person, decisionId, action, about, roles: roles.length === 0 ? ['officer'] : roles, text }
    await insertRequest(tx, asked)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'request.made',
        actor: person,
        about: { kind: 'request', id },
        body: { refusal: decisionId, action, of: { ...about }, roles: asked.roles, text },
      },
    ])
    return { id, roles: asked.roles, entries }
  })
}

/** Take a request of one's own back. Throws Problem `not-found` for none of theirs that waits. */
export async function withdrawOwnRequest(
  deps: RequestsDependencies,
  person: Id<'person'>,
  id: Id<'request'>,
): Promise<readonly Appended[]> {
  return await deps.database.transaction(async (tx) => {
    const request: PersonRequest | null = await lockRequest(tx, id)
    if (request?.person !== person || request.state !== 'waiting') {
      throw new Problem('not-found', 'cannot withdraw: no request of yours with that id waits')
    }
    await withdrawRow(tx, id)
    return await deps.ledger.appendIn(tx, [
      { kind: 'request.withdrawn', actor: person, about: { kind: 'request', id }, body: {} },
    ])
  })
}
