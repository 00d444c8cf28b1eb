// Reading balances and draws, under a permit whose ledger entry is the record of the look.

import { Problem, type Id } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { retainedUntil } from '../due/due.ts'
import type { LegalFigure } from '../legal-figures.ts'
import { authorizationById } from '../store.ts'
import { balancesOf, type Balance } from './balance.ts'
import { drawnOf, drawsOf, exhaustedAt, type KeptDraw } from './store.ts'

const most = 1000

export interface DrawDown {
  readonly balances: readonly Balance[]
  /** When the license was used up; null where it is not. */
  readonly exhaustedAtMs: number | null
  /** Until when its records are to be kept at least; null for an exemption and before it took effect. */
  readonly retained: { readonly atMs: number | null; readonly rule: LegalFigure }
  /** At most 1,000, line by line, the newest of each first. */
  readonly draws: readonly KeptDraw[]
}

/** Read what was drawn of an authorization. Throws Problem `refused` for a permit that does not fit, `not-found`. */
export async function readDraws(
  { database }: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
  id: Id<'authorization'>,
): Promise<DrawDown> {
  spendPermit(permit, 'authorization.list', 'enclave')
  const found = await authorizationById(database, id)
  if (found === null) throw new Problem('not-found', 'cannot show draws: there is no authorization of that id')
  const exhaustedAtMs = await exhaustedAt(database, id)
  return {
    balances: balancesOf(found.terms, await drawnOf(database, id)),
    exhaustedAtMs,
    retained: retainedUntil(found, exhaustedAtMs),
    draws: await drawsOf(database, id, most),
  }
}
