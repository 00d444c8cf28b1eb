// Drawing against a line of an authorization, and taking a draw back. One officer does either; the balance never passes what is allowed,
// and a license that is used up covers nobody from then on.

import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { Authorization } from '../authorization.ts'
import type { AuthorizationDependencies } from '../dependencies.ts'
import { lockAuthorization } from '../store.ts'
import { balancesOf, isUsedUp, type Balance } from './balance.ts'
import { drawById, drawnOf, exhaustedAt, exhaustRow, insertDraw, type Draw } from './store.ts'

export interface DrawInput {
  readonly id: Id<'authorization'>
  readonly line: string
  readonly quantity: number
  readonly valueCents: number
  /** ITN, or the date of what was shipped or released. */
  readonly reference: string
}

export interface LineDrawn {
  readonly drawId: string
  readonly balance: Balance
  /** Whether the license is used up. */
  readonly isExhausted: boolean
  readonly entries: readonly Appended[]
}

/**
 * Draw quantity and value from one line of the authorization that the permit names. Late records count too, after it expired or ended.
 * Throws Problem `not-found`; `conflict` for more than is left, and before it was approved; `invalid-request` for nothing at all;
 * `refused` for a permit that does not fit and for whoever lost their own status or role meanwhile.
 */
export async function drawLine(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.draw'>,
  { id, line: wanted, quantity, valueCents, reference }: DrawInput,
): Promise<LineDrawn> {
  if (quantity + valueCents <= 0) {
    throw new Problem('invalid-request', 'cannot draw: neither quantity nor value, want one or both')
  }
  return await draw(deps, permit, id, async (tx, authorization) => {
    const { line, drawn, mostCents } = await balanceOf(tx, authorization, wanted)
    const [left, leftCents] = [line.quantity - drawn.quantity, mostCents - drawn.valueCents]
    if (quantity > left) {
      throw new Problem('conflict', `cannot draw: line ${line.id} has ${left} ${line.unit} left, want no more`)
    }
    if (valueCents > leftCents) {
      throw new Problem('conflict', `cannot draw: line ${line.id} has ${usd(leftCents)} left, want no more`)
    }
    const most = { mostQuantity: line.quantity, mostCents }
    const next = {
      place: drawn.place + 1,
      drawnQuantity: drawn.quantity + quantity,
      drawnCents: drawn.valueCents + valueCents,
    }
    return { line: line.id, quantity, valueCents, reference, corrects: null, reason: null, ...most, ...next }
  })
}

/**
 * Take a draw back as a whole: a new entry, which says why. What ended by being used up stays ended: that takes a new registration.
 * Throws Problem as `drawLine`, and `conflict` for a draw that was taken back, or that takes one back itself.
 */
export async function takeBackDraw(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.draw'>,
  { id, drawId, reason }: { readonly id: Id<'authorization'>; readonly drawId: string; readonly reason: string },
): Promise<LineDrawn> {
  return await draw(deps, permit, id, async (tx, authorization) => {
    const was = await drawById(tx, id, drawId)
    if (was.isCorrected || was.corrects !== null) {
      const state = was.isCorrected ? 'it was taken back' : 'it takes back another'
      throw new Problem('conflict', `cannot take back: ${state}, want a draw that stands`)
    }
    const { line, drawn, mostCents } = await balanceOf(tx, authorization, was.line)
    return {
      line: line.id,
      quantity: -was.quantity,
      valueCents: -was.valueCents,
      reference: was.reference,
      corrects: was.id,
      reason,
      mostQuantity: line.quantity,
      mostCents,
      place: drawn.place + 1,
      drawnQuantity: drawn.quantity - was.quantity,
      drawnCents: drawn.valueCents - was.valueCents,
    }
  })
}

type Made = Omit<Draw, 'id' | 'drawnBy'>

async function draw(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.draw'>,
  id: Id<'authorization'>,
  make: (tx: Transaction, authorization: Authorization) => Promise<Made>,
): Promise<LineDrawn> {
  const drawId = newId<'entry'>(deps.clock, deps.random)
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.draw', id)
    isSpent = true
    const authorization = await lockAuthorization(tx, id)
    if (authorization === null) throw new Problem('not-found', 'cannot draw: there is no authorization of that id')
    if (authorization.state === 'registered') {
      throw new Problem('conflict', 'cannot draw: state is registered, want it approved')
    }
    const made = await make(tx, authorization)
    await insertDraw(tx, id, { ...made, id: drawId, drawnBy: permit.actor })
    const drawn = await drawnOf(tx, id)
    const ends = isUsedUp(authorization.terms, drawn) && (await exhaustedAt(tx, id)) === null
    // INVARIANT: I3. Before the entry takes its time: a permit of a license that was not used up is durable before it or never.
    if (ends) await narrowAccess(tx)
    if (ends) await exhaustRow(tx, id)
    await mustStillStand(tx, permit.actor)
    const more = { decision: permit.entryId, number: authorization.terms.number, draw: drawId, ends }
    const entries = await deps.ledger.appendIn(tx, [drawEntry(id, permit.actor, made, more)])
    const balance = balancesOf(authorization.terms, drawn).find(({ line }) => line.id === made.line)
    if (balance === undefined) throw new Problem('internal', 'cannot draw: the line is gone')
    return { drawId, balance, isExhausted: (await exhaustedAt(tx, id)) !== null, entries }
  })
}

function drawEntry(
  id: Id<'authorization'>,
  actor: Id<'person'>,
  { corrects, reason, ...made }: Made,
  more: JsonObject,
) {
  return {
    kind: corrects === null ? 'authorization.drawn' : 'authorization.draw-taken-back',
    actor,
    about: { kind: 'authorization', id },
    body: { ...more, ...made, ...(corrects === null ? {} : { corrects, reason }) },
  }
}

async function balanceOf(tx: Transaction, { id, terms }: Authorization, wanted: string): Promise<Balance> {
  const balance = balancesOf(terms, await drawnOf(tx, id)).find(({ line }) => line.id === wanted)
  if (balance !== undefined) return balance
  throw new Problem('not-found', `cannot draw: there is no line ${wanted}, want one of the terms`)
}

function usd(cents: number): string {
  return `USD ${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
