// Routes of draws against authorizations.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { drawAuthorization as drawBody, pageQuery, takeBackDraw as takeBackBody } from '@sallyport/protocol/api'
import { drawLine, listDue, readDraws, takeBackDraw, type Balance, type LineDrawn } from '../authorizations/index.ts'
import { usPersonRetention } from '../roster/index.ts'
import { readStanding } from '../policy/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const drawRoutes = {
  async authorizationTasks(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const from = after === undefined ? null : await gate.cursors.open('authorization-tasks', after)
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' })
    const { due, last } = await listDue(gate.authorizations, permit, from)
    return {
      tasks: due.map(({ dueAtMs, occurrence, ...rest }) => ({
        ...rest,
        occurrence: occurrence === '' ? null : occurrence,
        due: dueAtMs === null ? null : new Date(dueAtMs).toISOString(),
      })),
      officials: (await readStanding(gate.database, 'empowered-official')).size,
      usPersonReleaseYears: await usPersonRetention(gate.database),
      next: last === null ? null : await gate.cursors.seal('authorization-tasks', last),
    }
  },

  async authorizationDraws(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const looked = { kind: 'authorization', id } as const
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' }, looked)
    const { balances, exhaustedAtMs, retained, draws } = await readDraws(gate.authorizations, permit, id)
    return {
      balances: balances.map(shown),
      exhaustedAt: exhaustedAtMs === null ? null : new Date(exhaustedAtMs).toISOString(),
      retained: { until: retained.atMs === null ? null : new Date(retained.atMs).toISOString(), rule: retained.rule },
      draws: draws.map(
        ({ atMs, drawnBy, id, line, quantity, valueCents, reference, corrects, reason, isCorrected }) => ({
          id,
          line,
          quantity,
          valueCents,
          reference,
          corrects,
          reason,
          isCorrected,
          at: new Date(atMs).toISOString(),
          by: drawnBy,
        }),
      ),
    }
  },

  async drawAuthorization(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const body = drawBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.draw', { kind: 'authorization', id })
    return await drawn(gate, await drawLine(gate.authorizations, permit, { id, ...body }))
  },

  async takeBackDraw(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const body = takeBackBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.draw', { kind: 'authorization', id })
    return await drawn(gate, await takeBackDraw(gate.authorizations, permit, { id, ...body }))
  },
}

async function drawn(gate: Gate, { drawId, balance, isExhausted, entries }: LineDrawn) {
  return { drawId, balance: shown(balance), isExhausted, receipt: await receiptOf(gate, entries) }
}

function shown({ line, drawn, mostCents, percent, warning }: Balance) {
  const { id, ...rest } = line
  return { ...rest, line: id, drawnQuantity: drawn.quantity, drawnCents: drawn.valueCents, mostCents, percent, warning }
}

function authorizationId(call: Call): Id<'authorization'> {
  const id = parseId<'authorization'>(call.params['authorizationId'])
  if (id === null) throw new Problem('invalid-request', 'cannot draw: the id is no uuid')
  return id
}
