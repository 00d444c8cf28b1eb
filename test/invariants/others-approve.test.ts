// I8: nobody gains a status, a role or a program without two other eligible people having approved exactly that; it is
// executed once; ending is immediate. Over generated sequences of requests, approvals, endings and restarts, with every act
// decided by the real decision point.

import type { Action, Id, PersonChange, Role } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRequest, giveApproval, withdrawOwn } from '../../server/src/approvals/index.ts'
import { openMetrics } from '../../server/src/base/index.ts'
import { openEnclave, type Enclave } from '../../server/src/main/open-enclave.ts'
import { requestFor, resource, sampleEnclave, type SampleEnclave } from '../../server/src/main/testing.ts'
import type { Permit } from '../../server/src/policy/index.ts'
import { applyChange, endPerson, proposeChange } from '../../server/src/roster/index.ts'
import { enrol } from '../policy/enrol.ts'

let sample: SampleEnclave
let enclave: Enclave
beforeAll(async () => {
  sample = await sampleEnclave()
  enclave = sample.enclave
})
afterAll(() => sample.stop())

interface Subject {
  readonly status: string
  readonly roles: readonly string[]
  readonly programs: readonly string[]
  readonly version: number
}
interface Request {
  readonly id: Id<'approval'>
  readonly subject: Id<'person'>
  readonly asker: Id<'person'>
  readonly change: PersonChange
  /** Of the person whom it was asked for. */
  readonly version: number
  readonly accepted: Set<Id<'person'>>
  isExecuted: boolean
}
interface Cast {
  readonly names: readonly string[]
  readonly ids: ReadonlyMap<string, Id<'person'>>
  readonly requests: Request[]
}

const changes: readonly PersonChange[] = [
  { change: 'verify-us-person', basis: 'refugee', evidenceRef: 'sheet' },
  {
    change: 'verify-foreign-person',
    ties: { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] },
    evidenceRef: 'sheet',
  },
  { change: 'grant-role', role: 'officer' },
  { change: 'grant-role', role: 'engineer' },
  { change: 'assign', program: 'falcon', purpose: 'design' },
]
const narrowing: readonly PersonChange[] = [
  { change: 'remove-role', role: 'officer' },
  { change: 'unassign', program: 'falcon', purpose: 'design' },
]
const who = fc.nat(6)
/** Counted from the latest. */
const which = fc.nat(2)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('propose' as const), by: who, about: who, change: fc.nat(4) }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('approve' as const), by: who, request: which }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('all approve' as const), request: which }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('withdraw' as const), by: who, request: which }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('narrow' as const), by: who, about: who, change: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end' as const), by: who, about: who }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** One approves, loses the role or is ended, and another approves. */
const lapsing = fc
  .record({ asker: who, first: who, remover: who, last: who, change: fc.nat(4), isEnded: fc.boolean() })
  .map(({ asker, first, remover, last, change, isEnded }): Step[] => [
    { act: 'propose', by: asker, about: 6, change },
    { act: 'approve', by: first, request: 0 },
    isEnded ? { act: 'end', by: remover, about: first } : { act: 'narrow', by: remover, about: first, change: 0 },
    { act: 'approve', by: last, request: 0 },
  ])
const steps = fc
  .array(fc.oneof({ weight: 6, arbitrary: step.map((one): Step[] => [one]) }, { weight: 1, arbitrary: lapsing }), {
    minLength: 15,
    maxLength: 30,
  })
  .map((all) => all.flat())

let runs = 0
let gains = 0
let refusals = 0

test('nobody gains status, role or program without two eligible others, once; ending is at once (I8)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const cast = await assemble()
      for (const one of steps) {
        const before = await look(cast)
        const executed = await attempt(cast, one)
        expectFair(before, await look(cast), executed)
      }
      await expectVersions(cast)
    }),
    { numRuns: 12, seed: 120_62, endOnFailure: true },
  )
  // The sequences reach what they are about.
  expect(gains).toBeGreaterThan(5)
  expect(refusals).toBeGreaterThan(10)
}, 180_000)

async function assemble(): Promise<Cast> {
  const run = ++runs
  const person = (name: string, roles: Role[]) =>
    ({ subject: `${name}-${run}`, status: 'us-person', basis: 'citizen', roles }) as const
  const people = [
    person('ann', ['officer']),
    person('bob', ['officer']),
    person('cyd', ['officer']),
    person('dee', ['officer']),
    person('eve', ['administrator']),
    person('flo', ['engineer']),
    { ...person('gus', []), status: 'unverified', basis: null } as const,
  ]
  const ids = new Map<string, Id<'person'>>()
  for (const one of people) ids.set(one.subject, await enrol(sample, one))
  return { names: [...ids.keys()], ids, requests: [] }
}

async function look({ ids }: Cast): Promise<ReadonlyMap<Id<'person'>, Subject>> {
  const rows = await sample.database.query('SELECT * FROM roster_subject WHERE person_id = ANY ($1::uuid[])', [
    [...ids.values()],
  ])
  return new Map(
    rows.map((row) => {
      const assignments = row['assignments'] as { program: string }[]
      const { status, roles, version } = row as unknown as Subject
      return [row['person_id'] as Id<'person'>, { status, roles, version, programs: assignments.map((a) => a.program) }]
    }),
  )
}

/** Do a step as the product would. Yields the request that it executed, if any. What is refused is refused. */
async function attempt(cast: Cast, one: Step): Promise<Request | null> {
  const name = (index: number) => cast.names[index % cast.names.length] ?? ''
  const id = (index: number) => cast.ids.get(name(index)) as Id<'person'>
  const request =
    'request' in one ? cast.requests.at(-1 - (one.request % Math.max(1, cast.requests.length))) : undefined
  try {
    switch (one.act) {
      case 'propose': {
        const [about, change] = [id(one.about), changes[one.change] as PersonChange]
        const permit = await decide(name(one.by), 'person.propose', resource('person', about))
        const version = await versionOf(about)
        const wanted = { id: about, change, reason: 'generated', version }
        const { requestId } = await proposeChange(enclave.roster, permit, wanted)
        const asker = id(one.by)
        cast.requests.push({
          id: requestId,
          subject: about,
          asker,
          change,
          version,
          accepted: new Set(),
          isExecuted: false,
        })
        return null
      }
      case 'approve':
        return request === undefined ? null : await approveAs(cast, name(one.by), request)
      case 'all approve': {
        if (request === undefined) return null
        const tried = await Promise.allSettled(cast.names.map((each) => approveAs(cast, each, request)))
        const done = tried.filter((each) => each.status === 'fulfilled' && each.value !== null)
        expect(done.length).toBeLessThanOrEqual(1)
        return done.length === 1 ? request : null
      }
      case 'withdraw': {
        if (request === undefined) return null
        const permit = await decide(name(one.by), 'approval.withdraw', resource('approval', request.id))
        await withdrawOwn(enclave.approvals, permit, request.id)
        expect(id(one.by)).toBe(request.asker)
        return null
      }
      case 'narrow': {
        const about = id(one.about)
        const permit = await decide(name(one.by), 'person.change', resource('person', about))
        const change = narrowing[one.change] as PersonChange
        await applyChange(enclave.roster, permit, { id: about, change, reason: 'x', version: await versionOf(about) })
        return null
      }
      case 'end': {
        const about = id(one.about)
        const permit = await decide(name(one.by), 'person.end', resource('person', about))
        await endPerson(enclave.roster, permit, { id: about, kind: 'left', reason: 'generated' })
        // At once: whatever they could do, they cannot.
        await expect(decide(name(one.about), 'person.list', { kind: 'enclave' })).rejects.toThrow('may not')
        return null
      }
      case 'restart':
        enclave = await openEnclave({ ...sample.ground, metrics: openMetrics() })
        break
    }
  } catch (error) {
    if (!(error instanceof Error) || !/^cannot |may not/.test(error.message)) throw error
    refusals++
  }
  return null
}

async function approveAs(cast: Cast, name: string, request: Request): Promise<Request | null> {
  const lookPermit = await decide('grace', 'approval.list', { kind: 'enclave' })
  const { digest } = (await findRequest(enclave.approvals, lookPermit, request.id)).request
  const permit = await decide(name, 'approval.give', resource('approval', request.id))
  const { isExecuted } = await giveApproval(enclave.approvals, permit, { id: request.id, digest })
  request.accepted.add(cast.ids.get(name) as Id<'person'>)
  return isExecuted ? request : null
}

async function decide<A extends Action>(
  name: string,
  action: A,
  about: Parameters<typeof requestFor>[2],
): Promise<Permit<A>> {
  const decision = await enclave.decisions.decide(requestFor(name, action, about))
  if (decision.effect === 'deny') throw new Error(`${name} may not ${action}`)
  return decision.permit
}

async function versionOf(id: Id<'person'>): Promise<number> {
  const [row] = await sample.database.query('SELECT version FROM person WHERE id = $1', [id])
  return Number(row?.['version'])
}

function expectFair(
  before: ReadonlyMap<Id<'person'>, Subject>,
  after: ReadonlyMap<Id<'person'>, Subject>,
  executed: Request | null,
): void {
  for (const [id, was] of before) {
    const is = after.get(id) as Subject
    const gained = gain(was, is)
    if (gained === null) continue
    gains++
    // Exactly what was approved, of exactly that person.
    expect(executed?.subject).toBe(id)
    expect(gained).toBe(whatGives(executed?.change as PersonChange))
    const standing = [...(executed?.accepted ?? [])].filter((one) => {
      const approver = before.get(one) as Subject
      return approver.status === 'us-person' && approver.roles.includes('officer')
    })
    const others = standing.filter((one) => one !== id && one !== executed?.asker)
    expect(others.length).toBeGreaterThanOrEqual(2)
    expect([executed?.version, is.version]).toEqual([was.version, was.version + 1])
  }
  if (executed === null) return
  expect(executed.isExecuted).toBe(false)
  executed.isExecuted = true
}

function gain(was: Subject, is: Subject): string | null {
  if (was.status !== is.status && is.status !== 'ended') return `status ${is.status}`
  const role = is.roles.find((one) => !was.roles.includes(one))
  if (role !== undefined) return `role ${role}`
  const program = is.programs.find((one) => !was.programs.includes(one))
  return program === undefined ? null : `program ${program}`
}

function whatGives(change: PersonChange): string {
  if (change.change === 'grant-role') return `role ${change.role}`
  if (change.change === 'assign') return `program ${change.program}`
  return `status ${change.change === 'verify-us-person' ? 'us-person' : 'foreign-person'}`
}

/** Every version is kept, without a gap. */
async function expectVersions({ ids }: Cast): Promise<void> {
  const rows = await sample.database.query(
    `SELECT p.version, (SELECT array_agg(v.version ORDER BY v.valid_from) FROM person_version v
                         WHERE v.person_id = p.id) AS kept
       FROM person p WHERE p.id = ANY ($1::uuid[])`,
    [[...ids.values()]],
  )
  for (const row of rows) {
    expect(row['kept']).toEqual(Array.from({ length: Number(row['version']) }, (_, index) => index + 1))
  }
}
