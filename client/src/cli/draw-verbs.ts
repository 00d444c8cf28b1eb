// sallyport authorization draw and draws: quantity and value against the lines of an authorization.

import { Problem } from '@sallyport/protocol'
import type { DrawsView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { addVerb, type Desk } from './verb.ts'

interface DrawOptions extends GeneralOptions {
  readonly line?: string
  readonly quantity?: string
  readonly value?: string
  readonly reference?: string
  readonly takeBack?: string
  readonly reason?: string
}
type Balance = DrawsView['balances'][number]

export function addDrawVerbs(authorization: Command, desk: Desk): void {
  addVerb<DrawOptions>(authorization, desk, {
    usage: 'draw <authorization>',
    summary: 'Draw quantity and value from a line, or take a draw back; never more than is left',
    example:
      'sallyport authorization draw 050612345 --line valves --quantity 4 --value 12500.00 --reference X20260301000001\n' +
      'sallyport authorization draw 050612345 --take-back <draw> --reason "never shipped"',
    options: [
      ['--line <line>', 'the line of the terms'],
      ['--quantity <number>', 'how much of it, in its unit; whole'],
      ['--value <usd>', 'value in USD, as 12500.00'],
      ['--reference <reference>', 'ITN, or the date of the shipment or release'],
      ['--take-back <draw>', 'the draw that was a mistake, by its id, as a whole'],
      ['--reason <text>', 'why it is taken back, for the record'],
    ],
    run: draw,
  })
  addVerb(authorization, desk, {
    usage: 'draws <authorization>',
    summary: 'Show what was drawn of each line, and what is left',
    example: 'sallyport authorization draws 050612345',
    run: draws,
  })
}

async function draw(context: Context, [wanted = '']: readonly string[], options: DrawOptions): Promise<Exit> {
  const asked = bodyOf(options)
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const params = { authorizationId: found.value.id }
  const answer =
    asked.kind === 'take-back'
      ? await call(connection, 'takeBackDraw', { params, body: asked.body })
      : await call(connection, 'drawAuthorization', { params, body: asked.body })
  if (answer.outcome === 'refused') return context.refused(answer, `draw against ${found.value.terms.number}`)
  const { drawId, balance, isExhausted, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    const { warning } = balance
    out.line(`Line ${balance.line}: ${balanceText(balance)}.`, warning === null ? 'green' : 'red')
    if (isExhausted) out.line(`${found.value.terms.number} is used up: it covers nobody.`, 'red')
    out.pairs([
      ['draw', drawId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function draws(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const answer = await call(connection, 'authorizationDraws', { params: { authorizationId: found.value.id } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what was drawn')
  const { balances, draws: all, exhaustedAt } = answer.value
  context.print.result(answer.value, (out) => {
    out.pairs([
      ['used up', exhaustedAt ?? ''],
      ...balances.map((one) => [`line ${one.line}`, balanceText(one)] as const),
    ])
    const rows = all.map((one) => [
      one.at,
      one.line,
      String(one.quantity),
      usd(one.valueCents),
      one.reference,
      one.corrects === null ? (one.isCorrected ? 'taken back' : '') : `takes back ${one.corrects}: ${one.reason ?? ''}`,
      one.id,
    ])
    out.table(['at', 'line', 'quantity', 'USD', 'reference', 'remark', 'draw'], rows)
  })
  return 0
}

export function balanceText(one: Balance): string {
  const warned = one.warning === null ? '' : `, past ${one.warning} percent`
  return (
    `${one.drawnQuantity} of ${one.quantity} ${one.unit} and USD ${usd(one.drawnCents)} of ${usd(one.valueCents)} drawn ` +
    `(${one.percent} percent${warned}; at most USD ${usd(one.mostCents)})`
  )
}

type Body =
  | { readonly kind: 'take-back'; readonly body: { drawId: string; reason: string } }
  | { readonly kind: 'draw'; readonly body: { line: string; quantity: number; valueCents: number; reference: string } }

function bodyOf({ line, reference, takeBack, reason, ...given }: DrawOptions): Body {
  const { quantity = '0', value = '0' } = given
  if (takeBack !== undefined) {
    const isDrawn = (line ?? given.quantity ?? given.value ?? reference) !== undefined
    if (reason !== undefined && !isDrawn) return { kind: 'take-back', body: { drawId: takeBack, reason } }
    throw new Problem('invalid-request', 'cannot take back: want --take-back with --reason, and nothing else')
  }
  if (line === undefined || reference === undefined) {
    throw new Problem('invalid-request', 'cannot draw: want --line and --reference, with --quantity, --value or both')
  }
  if (reason !== undefined) {
    throw new Problem('invalid-request', 'cannot draw: --reason says why one is taken back, want it with --take-back')
  }
  if (!/^\d{1,12}$/.test(quantity)) throw new Problem('invalid-request', 'cannot draw: --quantity is no whole number')
  return { kind: 'draw', body: { line, quantity: Number(quantity), valueCents: centsOf(value), reference } }
}

function centsOf(value: string): number {
  const parts = /^(\d{1,12})(?:\.(\d\d))?$/.exec(value)
  if (parts === null)
    throw new Problem('invalid-request', `cannot draw: ${value} is no value in USD, want one as 12500.00`)
  return Number(parts[1]) * 100 + Number(parts[2] ?? 0)
}

function usd(cents: number): string {
  const whole = Math.abs(cents)
  return `${cents < 0 ? '-' : ''}${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
}
