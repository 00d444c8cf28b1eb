// I8 over merges and splits: whatever the sequence, no record gains a status, a role or a program but by what two others approved
// of that very record; no identity is somebody verified's but one that those two could see; coverage only shrinks; and one human
// being counts once for a request, under however many records. Every act is decided by the real decision point.

import type { Action, CountryTies, Id, PersonChange } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRequest, giveApproval } from '../../server/src/approvals/index.ts'
import { bindPerson, unbindIn } from '../../server/src/identity/index.ts'
import { requestFor, resource, sampleEnclave, sampleIssuer, type SampleEnclave } from '../../server/src/main/testing.ts'
import type { Permit } from '../../server/src/policy/index.ts'
import { endPerson, markPerson, mergePeople, proposeChange, splitPerson } from '../../server/src/roster/index.ts'
import { enrol, type newcomer } from '../policy/enrol.ts'
import type * as z from 'zod'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

const none = { citizenships: [], formerCitizenships: [], permanentResidencies: [] }
const changes: readonly PersonChange[] = [
  { change: 'verify-us-person', basis: 'refugee', evidenceRef: 'sheet' },
  { change: 'verify-foreign-person', ties: { ...none, citizenships: ['GB'] }, evidenceRef: 'sheet' },
  { change: 'grant-role', role: 'officer' },
  { change: 'assign', program: 'falcon', purpose: 'design' },
]
const who = fc.nat(20)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('merge' as const), by: who, kept: who, duplicate: who }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('split' as const), by: who, about: who, takes: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('propose' as const), by: who, about: who, change: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('approve' as const), by: who, request: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('all approve' as const), request: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('bind' as const), by: who, about: who, identity: who }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end' as const), by: who, about: who }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** One approves, is merged with another officer, who approves too. */
const twice = fc
  .record({ asker: who, about: who, first: who, second: who, merger: who, isAskers: fc.boolean() })
  .map(({ asker, about, first, second, merger, isAskers }): Step[] => [
    { act: 'propose', by: asker, about, change: 0 },
    { act: 'approve', by: first, request: 0 },
    { act: 'merge', by: merger, kept: second % 5, duplicate: (isAskers ? asker : first) % 5 },
    { act: 'approve', by: second, request: 0 },
    { act: 'all approve', request: 0 },
  ])
/** What somebody signed in with before their record was merged is bound to the record that was kept. */
const takenOver = fc
  .record({ by: who, kept: who, duplicate: fc.integer({ min: 5, max: 9 }), asker: who, isFirst: fc.boolean() })
  .map(({ by, kept, duplicate, asker, isFirst }): Step[] => {
    const merge = { act: 'merge', by, kept, duplicate } as const
    const bind = { act: 'bind', by, about: kept, identity: duplicate } as const
    const verify = { act: 'propose', by: asker, about: kept, change: 0 } as const
    return [...(isFirst ? [verify, merge] : [merge, verify]), bind, { ...verify }, { act: 'all approve', request: 0 }]
  })
const steps = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: step.map((one): Step[] => [one]) },
      { weight: 1, arbitrary: twice },
      { weight: 2, arbitrary: takenOver },
    ),
    { minLength: 10, maxLength: 20 },
  )
  .map((all) => all.flat())

interface Request {
  readonly id: Id<'approval'>
  readonly asker: Id<'person'>
  readonly about: Id<'person'>
  readonly change: PersonChange
  /** Split from whoever asked, while it was pending: it may have been they who did. */
  readonly mayHaveAsked: Set<Id<'person'>>
}

interface Cast {
  /** Everybody there is, by what they sign in with at first; those who come by a split sign in with nothing. */
  readonly ids: Id<'person'>[]
  readonly subjects: readonly string[]
  readonly requests: Request[]
  /** Records of one human being, as merges said. */
  readonly pairs: [Id<'person'>, Id<'person'>][]
  /** What was bound to a record when it was last verified. */
  readonly seen: Map<Id<'person'>, readonly string[]>
}

interface Subject {
  readonly person_id: Id<'person'>
  readonly status: string
  readonly roles: readonly string[]
  readonly assignments: readonly { program: string }[]
  readonly employer: string | null
  readonly is_regular_employee: boolean
  readonly has_nda: boolean
  readonly foreign_employer: boolean
  readonly ties: CountryTies | null
  readonly identities: readonly string[]
}

const counts = { merges: 0, splits: 0, unverified: 0, executed: 0, bound: 0, refused: 0 }
let runs = 0

test('no merge and no split gives anybody anything, whatever the sequence (I8)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const cast = await assemble()
      for (const one of steps) {
        const before = await look(cast)
        const executed = await attempt(cast, one)
        const after = await look(cast)
        await expectFair(cast, before, after, executed)
        if (JSON.stringify([...before]) !== JSON.stringify([...after])) await expectSeen(cast, after)
      }
    }),
    { numRuns: 12, seed: 120_67, endOnFailure: true },
  )
  // The sequences reach what they are about.
  expect(counts.merges).toBeGreaterThan(15)
  expect(counts.splits).toBeGreaterThan(8)
  expect(counts.unverified).toBeGreaterThan(3)
  expect(counts.executed).toBeGreaterThan(15)
  expect(counts.bound).toBeGreaterThan(2)
  expect(counts.refused).toBeGreaterThan(50)
}, 240_000)

async function assemble(): Promise<Cast> {
  const run = ++runs
  type Enrolled = Omit<z.input<typeof newcomer>, 'subject'>
  const officer: Enrolled = { status: 'us-person', basis: 'citizen', roles: ['officer'] }
  const foreign: Enrolled = { status: 'foreign-person', roles: ['engineer'], employer: 'calder-aero' }
  const people: readonly Enrolled[] = [
    officer,
    officer,
    officer,
    officer,
    officer,
    { status: 'us-person', basis: 'lpr', roles: ['engineer'], assignments: [{ program: 'falcon', purpose: 'design' }] },
    { ...foreign, ties: { ...none, citizenships: ['GB'] } },
    { ...foreign, ties: { ...none, citizenships: ['FR'], formerCitizenships: ['RU'] } },
    { status: 'unverified', isRegularEmployee: false, hasNda: false },
    { status: 'unverified', isRegularEmployee: false, hasNda: false },
  ]
  const subjects = people.map((_, at) => `p${at}-${run}`)
  const ids: Id<'person'>[] = []
  for (const [at, one] of people.entries()) ids.push(await enrol(sample, { ...one, subject: subjects[at] ?? '' }))
  const seen = new Map(ids.map((id, at) => [id, [subjects[at] ?? '']]))
  return { ids, subjects, requests: [], pairs: [], seen }
}

async function look({ ids }: Cast): Promise<ReadonlyMap<Id<'person'>, Subject>> {
  const rows = await sample.database.query(
    `SELECT s.*, p.acts_for_foreign_employer AS foreign_employer,
            ARRAY(SELECT i.subject FROM identity_person i WHERE i.person_id = p.id ORDER BY 1) AS identities
       FROM roster_subject s JOIN person p ON p.id = s.person_id WHERE s.person_id = ANY ($1::uuid[])`,
    [ids],
  )
  return new Map(
    rows.map((row) => {
      const one = row as unknown as Omit<Subject, 'ties'> & { sealed_ties: Uint8Array | null; person_key: Uint8Array }
      const { fields } = sample.enclave.roster
      const ties = one.sealed_ties === null ? null : fields.openTies(one.sealed_ties, one.person_key, one.person_id)
      return [one.person_id, { ...one, ties }]
    }),
  )
}

type Executed = { readonly request: Request; readonly approvers: readonly Id<'person'>[] } | null

/** Do a step as the product would. Yields the request that it executed, if any. What is refused is refused. */
async function attempt(cast: Cast, one: Step): Promise<Executed> {
  const { ids, subjects, requests } = cast
  const id = (at: number) => ids[at % ids.length] as Id<'person'>
  // Whoever came by a split may have an identity by now, but acts under those of the cast only.
  const actor = (at: number) => subjects[at % 5] ?? ''
  const request = 'request' in one ? requests.at(-1 - (one.request % Math.max(1, requests.length))) : undefined
  const { roster } = sample.enclave
  try {
    switch (one.act) {
      case 'merge': {
        const [kept, duplicate] = [id(one.kept), id(one.duplicate)]
        const decided = {
          kept: await decide(actor(one.by), 'person.merge', kept),
          duplicate: await decide(actor(one.by), 'person.merge', duplicate),
        }
        const versions = { kept: await versionOf(kept), duplicate: await versionOf(duplicate) }
        const merged = await mergePeople({ ...roster, unbindIn }, decided, { ...versions, reason: 'generated' })
        expect([kept, duplicate]).not.toContain(decided.kept.actor)
        cast.pairs.push([kept, duplicate])
        counts.merges++
        counts.unverified += merged.disagreements.length > 0 ? 1 : 0
        return null
      }
      case 'split': {
        const about = id(one.about)
        const [first] = (await look(cast)).get(about)?.identities ?? []
        const identities = one.takes && first !== undefined ? [{ issuer: sampleIssuer, subject: first }] : []
        const permit = await decide(actor(one.by), 'person.split', about)
        const wanted = { displayName: 'Split', kind: null, identities, reason: 'generated' }
        const split = await splitPerson({ ...roster, unbindIn }, permit, { ...(await versionOf(about)), ...wanted })
        ids.push(split.somebodyNew.id)
        const human = humans(cast)
        for (const each of requests) {
          const askers = [each.asker, ...each.mayHaveAsked].map(human)
          if (askers.includes(human(about))) each.mayHaveAsked.add(split.somebodyNew.id)
        }
        expect(['unverified', 'ended']).toContain(split.old.status)
        counts.splits++
        return null
      }
      case 'propose': {
        const [about, change] = [id(one.about), changes[one.change] as PersonChange]
        const permit = await decide(actor(one.by), 'person.propose', about)
        const wanted = { ...(await versionOf(about)), change, reason: 'generated' }
        const { requestId } = await proposeChange(roster, permit, wanted)
        requests.push({ id: requestId, asker: permit.actor, about, change, mayHaveAsked: new Set() })
        return null
      }
      case 'approve':
        return request === undefined ? null : await approveAs(actor(one.by), request)
      case 'all approve': {
        if (request === undefined) return null
        const tried = await Promise.allSettled(subjects.slice(0, 5).map((each) => approveAs(each, request)))
        return (
          tried.flatMap((each) => (each.status === 'fulfilled' && each.value !== null ? [each.value] : []))[0] ?? null
        )
      }
      case 'bind': {
        const about = id(one.about)
        const permit = await decide(actor(one.by), 'identity.bind', about)
        const subject = subjects[one.identity % subjects.length] ?? ''
        await bindPerson({ ...roster, markPerson }, permit, about, { issuer: sampleIssuer, subject })
        counts.bound++
        return null
      }
      case 'end': {
        const about = id(one.about)
        // Somebody must be left who approves.
        if (one.about % ids.length < 4) return null
        const permit = await decide(actor(one.by), 'person.end', about)
        await endPerson(roster, permit, { id: about, kind: 'left', reason: 'generated' })
        return null
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || !/^cannot |may not/.test(error.message)) throw error
    counts.refused++
  }
  return null
}

async function approveAs(name: string, request: Request): Promise<Executed> {
  const reading = await decide('grace', 'approval.list')
  const { digest } = (await findRequest(sample.enclave.approvals, reading, request.id)).request
  const permit = await decide(name, 'approval.give', request.id)
  const { isExecuted } = await giveApproval(sample.enclave.approvals, permit, { id: request.id, digest })
  if (!isExecuted) return null
  const rows = await sample.database.query('SELECT person_id FROM approval WHERE request_id = $1', [request.id])
  return { request, approvers: rows.map((row) => row['person_id'] as Id<'person'>) }
}

async function decide<A extends Action>(name: string, action: A, about?: string): Promise<Permit<A>> {
  const on =
    about === undefined
      ? ({ kind: 'enclave' } as const)
      : resource(action === 'approval.give' ? 'approval' : 'person', about)
  const decision = await sample.decide(requestFor(name, action, on))
  if (decision.effect === 'deny') throw new Error(`${name} may not ${action}`)
  return decision.permit
}

async function versionOf(id: Id<'person'>): Promise<{ id: Id<'person'>; version: number }> {
  const [row] = await sample.database.query('SELECT version FROM person WHERE id = $1', [id])
  return { id, version: Number(row?.['version']) }
}

async function expectFair(
  cast: Cast,
  before: ReadonlyMap<Id<'person'>, Subject>,
  after: ReadonlyMap<Id<'person'>, Subject>,
  executed: Executed,
): Promise<void> {
  for (const [id, is] of after) {
    const was = before.get(id)
    if (was === undefined) {
      expect(is).toMatchObject({ status: 'unverified', roles: [], assignments: [], identities: [] })
      continue
    }
    const gained = gain(was, is)
    if (executed?.request.about === id) {
      const { change } = executed.request.change
      const gives = change === 'verify-foreign-person' ? [change, 'remove-tie'] : [change]
      expect(gives).toEqual(expect.arrayContaining([...gained]))
      if (change.startsWith('verify')) cast.seen.set(id, is.identities)
      continue
    }
    expect(gained).toEqual([])
  }
  if (executed === null) return
  counts.executed++
  // By two human beings, neither who asked nor whom it is about, under whatever record.
  const human = humans(cast)
  const { asker, about, mayHaveAsked } = executed.request
  const others = new Set(executed.approvers.map(human))
  for (const one of [asker, about, ...mayHaveAsked]) others.delete(human(one))
  expect(others.size).toBeGreaterThanOrEqual(2)
}

/** What a record has that it had not, however it came. Countries gone are a gain, and so is what coverage rests on. */
function gain(was: Subject, is: Subject): readonly string[] {
  const verified = (one: Subject) => one.status === 'us-person' || one.status === 'foreign-person'
  if (verified(is) && was.status !== is.status) {
    return [is.status === 'us-person' ? 'verify-us-person' : 'verify-foreign-person']
  }
  const gained: string[] = []
  if (is.roles.some((one) => !was.roles.includes(one))) gained.push('grant-role')
  if (is.assignments.some(({ program }) => !was.assignments.some((one) => one.program === program)))
    gained.push('assign')
  if (is.is_regular_employee && !was.is_regular_employee) gained.push('record-regular-employee')
  if (is.has_nda && !was.has_nda) gained.push('record-nda')
  if (!is.foreign_employer && was.foreign_employer) gained.push('clear-foreign-employer')
  if (is.employer !== was.employer) gained.push('change-employer')
  if (is.status === 'foreign-person' && countries(was).some((one) => !countries(is).includes(one))) {
    gained.push('remove-tie')
  }
  return gained
}

function countries({ ties }: Subject): readonly string[] {
  return Object.values(ties ?? {}).flat()
}

/** Which human being a record is of, as far as merges said: each by one of their records. */
function humans({ pairs }: Cast): (id: Id<'person'>) => Id<'person'> {
  const into = new Map(pairs.map(([kept, duplicate]) => [duplicate, kept]))
  return function human(id): Id<'person'> {
    const kept = into.get(id)
    return kept === undefined ? id : human(kept)
  }
}

/** Whoever is verified signs in with nothing but what the two who verified them could see, and may do nothing but as that. */
async function expectSeen(cast: Cast, after: ReadonlyMap<Id<'person'>, Subject>): Promise<void> {
  const officers = new Set<string>()
  for (const [id, { status, roles, identities }] of after) {
    if (status !== 'us-person' && status !== 'foreign-person') continue
    expect(cast.seen.get(id) ?? []).toEqual(expect.arrayContaining([...identities]))
    if (status === 'us-person' && roles.includes('officer')) for (const one of identities) officers.add(one)
  }
  for (const subject of cast.subjects) {
    const decision = await sample.decide(requestFor(subject, 'label.define', { kind: 'enclave' }))
    expect([subject, decision.effect]).toEqual([subject, officers.has(subject) ? 'permit' : 'deny'])
  }
}
