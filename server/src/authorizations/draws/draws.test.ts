// Draws against a license: never more than it allows, whatever runs at once or dies in between.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { authorizationTerms, type AuthorizationTerms, type CommodityLine, type Id } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approvalsMigrations } from '../../approvals/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../../roster/testing.ts'
import { narrows } from '../narrows.ts'
import { amendmentFaults } from '../amendable.ts'
import {
  amendAuthorization,
  approveAuthorization,
  authorizationsMigrations,
  drawLine,
  readDraws,
  registerAuthorization,
  takeBackDraw,
} from '../index.ts'

/** Nobody looked at what it would do. */
const noEffect = () => Promise.resolve(null)

let gate: TestGate
let officers: readonly [Id<'person'>, Id<'person'>, Id<'person'>, Id<'person'>]

beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations, authorizationsMigrations])
  officers = (await enlistOfficers(gate.database, 4)) as unknown as typeof officers
})
afterAll(() => gate.stop())

const valves = { id: 'valves', description: 'Valves', item: 'viii-h-1', quantity: 10, unit: 'each', valueCents: 1001 }
let count = 0
const termsOf = (lines: readonly CommodityLine[], more: Partial<AuthorizationTerms> = {}): AuthorizationTerms =>
  authorizationTerms.parse({
    number: `DSP5-${++count}`,
    kind: 'DSP-5',
    citation: '22 CFR 123.1(a)(1)',
    title: 'Valves',
    parties: [{ id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' }],
    persons: [],
    countries: ['GB'],
    items: ['viii-h-1'],
    programs: ['kestrel'],
    purposes: ['design'],
    provisos: [],
    determinations: [],
    lines,
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2126-01-01T00:00:00Z',
    ...more,
  })

async function licensed(lines: readonly CommodityLine[], more?: Partial<AuthorizationTerms>) {
  const [asker, second, third] = officers
  const permit = gate.permit('authorization.register', 'enclave', asker)
  const { authorization } = await registerAuthorization(gate, permit, termsOf(lines, more))
  for (const by of [second, third]) {
    await approveAuthorization(
      gate,
      gate.permit('authorization.approve', authorization.id, by),
      authorization.id,
      noEffect,
    )
  }
  return authorization.id
}
const draw = (id: Id<'authorization'>, quantity: number, valueCents: number, line = 'valves') =>
  drawLine(gate, gate.permit('authorization.draw', id, officers[1]), {
    id,
    line,
    quantity,
    valueCents,
    reference: 'X1',
  })
const takeBack = (id: Id<'authorization'>, drawId: string) =>
  takeBackDraw(gate, gate.permit('authorization.draw', id, officers[1]), { id, drawId, reason: 'never shipped' })
const read = (id: Id<'authorization'>) => readDraws(gate, gate.permit('authorization.list', 'enclave', officers[1]), id)
const validUntil = async (id: Id<'authorization'>) => {
  const [row] = await gate.database.query(
    `SELECT terms ->> 'validUntil' AS until FROM authorization_effective WHERE authorization_id = $1`,
    [id],
  )
  return Date.parse(String(row?.['until']))
}
const epoch = async () => Number((await gate.database.query('SELECT epoch FROM access_epoch'))[0]?.['epoch'])

describe('drawLine()', () => {
  test('draws up to the quantity, and the value up to ten percent more than it, to the cent', async () => {
    const id = await licensed([valves, { ...valves, id: 'seals' }])
    expect((await draw(id, 7, 900)).balance).toMatchObject({ percent: 89, warning: 80 })
    await expect(draw(id, 4, 0)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('3 each left'),
    })
    await expect(draw(id, 0, 202)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('USD 2.01'),
    })
    expect((await draw(id, 0, 201)).balance).toMatchObject({ drawn: { quantity: 7, valueCents: 1101 }, warning: 100 })
    await expect(draw(id, 0, 1)).rejects.toMatchObject({ code: 'conflict' })
    await expect(draw(id, 0, 0)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(draw(id, 1, 0, 'none')).rejects.toMatchObject({ code: 'not-found' })
    const wrong = gate.permit('authorization.draw', id, officers[1])
    const other = await licensed([valves])
    const input = { id: other, line: 'valves', quantity: 1, valueCents: 0, reference: 'X1' }
    await expect(drawLine(gate, wrong, input)).rejects.toMatchObject({ code: 'refused' })
  })

  test('of an agreement draws no cent more than its value', async () => {
    const id = await licensed([valves], { kind: 'TAA', citation: '22 CFR 124.1(a)' })
    await expect(draw(id, 1, 1002)).rejects.toMatchObject({ code: 'conflict' })
    expect(await draw(id, 10, 1001)).toMatchObject({ isExhausted: false })
  })

  test.each([
    [79, null],
    [80, 80],
    [90, 90],
    [95, 95],
    [100, 100],
  ])('warns at %i percent: %s', async (percent, warning) => {
    const id = await licensed([{ ...valves, quantity: 100 }])
    expect((await draw(id, percent, 0)).balance.warning).toBe(warning)
  })

  test('ends coverage at once where every line is used up, by quantity or value, and with the epoch', async () => {
    const id = await licensed([valves, { ...valves, id: 'seals' }])
    const far = await validUntil(id)
    expect((await draw(id, 10, 0)).isExhausted).toBe(false)
    expect(await validUntil(id)).toBe(far)
    const before = await epoch()
    expect((await draw(id, 0, 1001, 'seals')).isExhausted).toBe(true)
    expect(await epoch()).toBe(before + 1)
    expect(await validUntil(id)).toBeLessThanOrEqual(Date.now())
    const [past] = await gate.database.query(
      `SELECT terms ->> 'validUntil' AS until FROM authorization_effective_as_of(now() - interval '1 minute')
        WHERE authorization_id = $1`,
      [id],
    )
    expect(past).toBeUndefined()
    expect((await read(id)).exhaustedAtMs).not.toBeNull()
    const last = (await gate.entriesAbout('authorization', id)).at(-1)
    expect(last).toMatchObject({ kind: 'authorization.drawn', body: { line: 'seals', ends: true, drawnCents: 1001 } })
  })
})

describe('takeBackDraw()', () => {
  test('is an entry of its own that says why, once, and opens nothing that was used up', async () => {
    const id = await licensed([valves])
    const { drawId, isExhausted } = await draw(id, 10, 500)
    expect(isExhausted).toBe(true)
    const back = await takeBack(id, drawId)
    expect(back).toMatchObject({ balance: { drawn: { quantity: 0, valueCents: 0 } }, isExhausted: true })
    expect(await validUntil(id)).toBeLessThanOrEqual(Date.now())
    await expect(takeBack(id, drawId)).rejects.toMatchObject({ code: 'conflict' })
    await expect(takeBack(id, back.drawId)).rejects.toMatchObject({ code: 'conflict' })
    const other = await licensed([valves])
    await expect(takeBack(other, drawId)).rejects.toMatchObject({ code: 'not-found' })
    const { draws } = await read(id)
    expect(draws).toMatchObject([
      { corrects: drawId, reason: 'never shipped', quantity: -10 },
      { id: drawId, isCorrected: true, quantity: 10 },
    ])
    expect((await gate.entriesAbout('authorization', id)).at(-1)).toMatchObject({
      kind: 'authorization.draw-taken-back',
      body: { corrects: drawId, reason: 'never shipped' },
    })
  })
})

describe('lines in amendments', () => {
  const before = termsOf([valves])
  const after = (change: Partial<CommodityLine>) => ({ ...before, lines: [{ ...valves, ...change }] })
  test('only take away where quantity or value goes down, never the last line', () => {
    expect(narrows(before, after({ quantity: 9 }))).toBe(true)
    expect(narrows(before, after({ valueCents: 0 }))).toBe(true)
    for (const change of [
      { quantity: 11 },
      { valueCents: 1002 },
      { unit: 'crates' },
      { description: 'Vanes' },
      { id: 'x' },
    ]) {
      expect(narrows(before, after(change))).toBe(false)
      expect(amendmentFaults(before, after(change), { route: '123.25', reference: 'DSP-6' })).toHaveLength(1)
    }
    expect(narrows(before, { ...before, lines: [] })).toBe(false)
    const { lines: _, ...without } = before
    expect(narrows(before, without)).toBe(false)
    expect(narrows({ ...before, lines: [valves, { ...valves, id: 'seals' }] }, before)).toBe(true)
  })

  test('never go below what is drawn, and end the license where nothing is left', async () => {
    const id = await licensed([valves])
    await draw(id, 6, 0)
    const amend = async (quantity: number) => {
      const [row] = await gate.database.query('SELECT version, terms FROM authorization_record WHERE id = $1', [id])
      const terms = authorizationTerms.parse(row?.['terms'])
      const input = {
        id,
        version: Number(row?.['version']),
        reason: 'less',
        terms: { ...terms, lines: [{ ...valves, quantity }] },
      }
      return await amendAuthorization(gate, gate.permit('authorization.amend', id, officers[1]), input)
    }
    await expect(amend(5)).rejects.toMatchObject({ code: 'conflict' })
    await amend(7)
    expect((await read(id)).exhaustedAtMs).toBeNull()
    await amend(6)
    expect((await read(id)).exhaustedAtMs).not.toBeNull()
    expect(await validUntil(id)).toBeLessThanOrEqual(Date.now())
  })
})

describe('a balance in the database', () => {
  test('follows from the draw before, is within what is allowed, and is not changed, whoever writes', async () => {
    const id = await licensed([valves])
    const { drawId } = await draw(id, 4, 400)
    const insert = (place: number, drawnQuantity: number, quantity = 1) =>
      gate.database.query(
        `INSERT INTO authorization_draw (id, authorization_id, line, place, quantity, value_cents, drawn_quantity, drawn_cents,
                                         most_quantity, most_cents, reference, drawn_by)
         VALUES (gen_random_uuid(), $1, 'valves', $2, $4, 0, $3, 400, 10, 1101, 'x', $5)`,
        [id, place, drawnQuantity, quantity, officers[1]],
      )
    await expect(insert(2, 1)).rejects.toThrow(/does not follow/)
    await expect(insert(1, 5)).rejects.toThrow(/does not follow/)
    await expect(insert(2, 11, 7)).rejects.toThrow(/check constraint/)
    await expect(
      gate.database.query('UPDATE authorization_draw SET quantity = 1 WHERE id = $1', [drawId]),
    ).rejects.toThrow(/append-only/)
    await expect(gate.database.query('DELETE FROM authorization_draw')).rejects.toThrow(/append-only/)
  })
})

interface Order {
  readonly quantity: number
  readonly valueCents: number
}

describe('never overdrawn', () => {
  test('whatever is drawn at once in several processes, some of them killed', async () => {
    const order = fc.record({ quantity: fc.integer({ min: 0, max: 6 }), valueCents: fc.integer({ min: 0, max: 700 }) })
    const orders = fc.array(order, { minLength: 4, maxLength: 10 })
    const runs = Math.ceil(Number(process.env['SALLYPORT_SEQUENCES'] ?? 36) / 12)
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(orders, orders, orders),
        fc.integer({ min: 0, max: 60 }),
        async (shares, killAfterMs) => {
          const line = { ...valves, quantity: 20, valueCents: 2000 }
          const id = await licensed([line])
          const children = shares.map((share) => drawElsewhere(id, share))
          await Promise.all(children.map(begun))
          await setTimeout(killAfterMs)
          children[0]?.kill('SIGKILL')
          await Promise.all(children.map(endOf))
          const { balances, draws, exhaustedAtMs } = await read(id)
          const { drawn, mostCents, percent } = balances[0] ?? expect.fail('there is no line')
          expect(drawn.quantity).toBeLessThanOrEqual(20)
          expect(drawn.valueCents).toBeLessThanOrEqual(mostCents)
          const sums = [sum(draws.map((one) => one.quantity)), sum(draws.map((one) => one.valueCents))]
          expect(sums).toEqual([drawn.quantity, drawn.valueCents])
          expect(exhaustedAtMs !== null).toBe(percent >= 100)
          // Each draw with its entry, and no entry without its draw.
          const entries = (await gate.entriesAbout('authorization', id)).filter(
            ({ kind }) => kind === 'authorization.drawn',
          )
          expect(entries.map(({ body }) => body['draw']).toSorted()).toEqual(draws.map((one) => one.id).toSorted())
        },
      ),
      { numRuns: runs },
    )
  }, 300_000)
})

function drawElsewhere(id: Id<'authorization'>, orders: readonly Order[]): ChildProcess {
  const program = fileURLToPath(new URL('testing/draw-process.ts', import.meta.url))
  const { connection, ledgerKeys, checkpointFile } = gate
  const settings = JSON.stringify({ connection, ledgerKeys, checkpointFile, id, by: officers[1], orders })
  return spawn(process.execPath, [program, settings], { stdio: ['ignore', 'pipe', 'inherit'] })
}

const sum = (all: readonly number[]) => all.reduce((some, one) => some + one, 0)

async function begun({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('the process says nothing')
  const [said] = (await Promise.race([once(stdout, 'data'), once(stdout, 'close')])) as readonly unknown[]
  if (said === undefined) throw new Error('the process ended before it began')
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
}
