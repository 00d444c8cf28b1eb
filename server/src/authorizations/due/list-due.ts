// What is due of the register, a page of it at a time, under a permit whose ledger entry is the record of the look.

import type { Id } from '@sallyport/protocol'
import type { Database } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { drawnOfAll } from '../draws/store.ts'
import { lastRecordsOf } from '../duties/store.ts'
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
  return await duePage(database, after)
}

/** A level that an authorization reached, or a duty of it that is late; another word for each that is to be told by itself. */
export interface DueMatter {
  readonly authorizationId: Id<'authorization'>
  readonly matter: string
  readonly kind: DueTask['task']
  /** Who owns the duty, where that is said. */
  readonly ownerId: Id<'person'> | null
}

/** List what of one page of authorizations somebody is told of by mail. It shows nothing of the register. */
export async function dueMatters(
  database: Database,
  after: readonly string[] | null,
): Promise<{ readonly matters: readonly DueMatter[]; readonly last: readonly string[] | null }> {
  const { due, last } = await duePage(database, after)
  const matters = due.flatMap((one): readonly DueMatter[] => {
    const { authorizationId, task: kind, ownerId } = one
    const matter = matterOf(one)
    return matter === null ? [] : [{ authorizationId, matter, kind, ownerId: ownerId as Id<'person'> | null }]
  })
  return { matters, last }
}

function matterOf({ task, level, dueAtMs, line, duty, occurrence, isOverdue }: DueTask): string | null {
  if (task === 'duty') return isOverdue ? `overdue ${duty} ${occurrence}` : null
  if (task === 'draw-down') return `draw-down ${level} ${line}`
  return dueAtMs === null ? null : `expiry ${level} ${new Date(dueAtMs).toISOString()}`
}

async function duePage(
  database: Database,
  after: readonly string[] | null,
): Promise<{ readonly due: readonly DueAuthorization[]; readonly last: readonly string[] | null }> {
  return await database.transaction(async (tx) => {
    const atMs = await timeOf(tx)
    const { authorizations, last } = await authorizationsAfter(tx, after)
    const counted = authorizations.filter(({ terms }) => terms.lines !== undefined).map(({ id }) => id)
    const drawn = await drawnOfAll(tx, counted)
    const records = await lastRecordsOf(
      tx,
      authorizations.map(({ id }) => id),
    )
    const due = authorizations.flatMap((one) =>
      dueOf(one, drawn.get(one.id) ?? new Map(), records.get(one.id) ?? [], atMs).map((task) => ({
        ...task,
        authorizationId: one.id,
        number: one.terms.number,
        title: one.terms.title,
      })),
    )
    return { due, last }
  })
}
