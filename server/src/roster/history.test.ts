import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Id, JsonObject, PersonChange } from '@sallyport/protocol'
import { approvalsMigrations, giveApproval, requestApproval } from '../approvals/index.ts'
import {
  addUnverified,
  applyChange,
  changeSetting,
  compareRoster,
  findPersonAsOf,
  dueReviews,
  listPeopleAsOf,
  personHistory,
  readPerson,
  readSettings,
  setReviewInterval,
  settingApprovals,
  settingRequest,
} from './index.ts'
import { enlistOfficers, openTestGate, type TestGate } from './testing.ts'

let gate: TestGate
let officer: Id<'person'>
let others: readonly Id<'person'>[]
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  ;[officer, ...others] = (await enlistOfficers(gate.database, 3)) as [Id<'person'>, ...Id<'person'>[]]
})
afterAll(() => gate.stop())

const list = () => gate.permit('person.list', 'enclave', officer)
const add = async (displayName: string) => {
  const facts = {
    kind: 'visitor',
    externalId: null,
    mail: null,
    employer: null,
    regularEmployee: null,
    briefedOn: null,
  } as const
  const newcomer = { ...facts, displayName, actsForForeignEmployer: false, ndaSignedOn: '2026-01-01' }
  return (await addUnverified(gate, gate.permit('person.add', 'enclave', officer), newcomer)).person.id
}
const apply = async (id: Id<'person'>, change: PersonChange, version: number) =>
  await applyChange(gate, gate.permit('person.change', id, officer), { id, change, reason: 'a reason', version })
const now = async () => {
  const [row] = await gate.database.query('SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at')
  await new Promise((resolve) => setTimeout(resolve, 5))
  return Number(row?.['at'])
}

describe('personHistory()', () => {
  test('tells every version with who, when and why, and leaves out nobody else', async () => {
    const id = await add('Historical Person')
    await apply(id, { change: 'withdraw-nda' }, 1)
    await apply(id, { change: 'correct', displayName: 'Historic Person' }, 2)
    const { versions, looks } = await personHistory(gate, list(), id)
    expect(versions.map(({ person, change, by, reason }) => [person.version, change, by, reason])).toEqual([
      [1, 'added', officer, null],
      [2, 'withdraw-nda', officer, 'a reason'],
      [3, 'correct', officer, 'a reason'],
    ])
    expect(versions.map(({ person }) => [person.displayName, person.hasNda])).toEqual([
      ['Historical Person', true],
      ['Historical Person', false],
      ['Historic Person', false],
    ])
    const entries = await gate.entriesAbout('person', id)
    expect(versions.map((one) => one.entryId)).toEqual(entries.map((one) => one.id))
    expect(looks).toEqual([])
  })

  test('refuses nobody, and a permit that was used', async () => {
    const used = list()
    await expect(personHistory(gate, used, crypto.randomUUID() as Id<'person'>)).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(personHistory(gate, used, officer)).rejects.toMatchObject({ code: 'refused' })
  })

  test('keeps a change that was made past the gate, too', async () => {
    const id = await add('Altered Person')
    await gate.database.query(`UPDATE person SET display_name = 'Changed behind' WHERE id = $1`, [id])
    const { versions } = await personHistory(gate, list(), id)
    expect(versions.map(({ person }) => [person.version, person.displayName])).toEqual([
      [1, 'Altered Person'],
      [2, 'Changed behind'],
    ])
  })
})

describe('listPeopleAsOf() and compareRoster()', () => {
  test('tell the roster as it was, and what changed since', async () => {
    const before = await now()
    const id = await add('Later Person')
    const added = await now()
    await apply(id, { change: 'withdraw-nda' }, 1)
    const narrowed = await now()
    const at = async (ms: number) =>
      (await listPeopleAsOf(gate, list(), { atMs: ms, after: null })).people.find((one) => one.id === id)
    expect(await at(before)).toBeUndefined()
    expect(await at(added)).toMatchObject({ hasNda: true, version: 1 })
    expect(await at(narrowed)).toMatchObject({ hasNda: false, version: 2 })
    const one = (atMs: number) => findPersonAsOf(gate, list(), { id, atMs })
    expect(await one(before)).toBeNull()
    expect(await one(added)).toEqual(await at(added))
    expect(await one(narrowed)).toMatchObject({ hasNda: false, version: 2 })
    const compared = async (fromMs: number, toMs: number) =>
      (await compareRoster(gate, list(), { fromMs, toMs, after: null })).differences
    expect(await compared(before, narrowed)).toMatchObject([{ personId: id, before: null, differs: ['person'] }])
    expect(await compared(added, narrowed)).toMatchObject([{ personId: id, differs: ['NDA'] }])
    expect(await compared(narrowed, narrowed)).toEqual([])
  })

  test('step into the index once for each person, however many versions there are', async () => {
    const plan = await gate.database.query(`EXPLAIN SELECT * FROM person p CROSS JOIN LATERAL (
      SELECT * FROM person_version w WHERE w.person_id = p.id AND w.valid_from <= now()
       ORDER BY w.valid_from DESC LIMIT 1) v`)
    expect(JSON.stringify(plan)).toContain('person_version_valid_from')
  })
})

describe('dueReviews()', () => {
  const set = (months: number | null, task: 'status-review' | 'briefing' = 'status-review') =>
    setReviewInterval(gate, gate.permit('setting.change', 'enclave', officer), {
      role: 'officer',
      task,
      months,
      reason: 'counsel memo',
    })
  const due = async (id: Id<'person'>) =>
    (await dueReviews(gate, list())).filter((one) => one.personId === id).map((one) => one.task)

  test('names whoever is due by the interval of the role, the same for everybody in it', async () => {
    const [late, fresh] = others as [Id<'person'>, Id<'person'>]
    await gate.database.query(`UPDATE person SET verified_at = now() - interval '13 months' WHERE id = $1`, [late])
    expect(await due(late)).toEqual([])
    await set(12)
    expect([await due(late), await due(fresh)]).toEqual([['status-review'], []])
    await set(14)
    expect(await due(late)).toEqual([])
    await set(12)
    const [row] = await gate.database.query('SELECT version FROM person WHERE id = $1', [late])
    const [subject] = await gate.database.query('SELECT status, roles FROM roster_subject WHERE person_id = $1', [late])
    // Due is a task and no refusal: what decisions read is as it was.
    expect(subject).toMatchObject({ status: 'us-person', roles: ['officer'] })
    expect(row).toMatchObject({ version: 2 })
    await set(null)
  })

  test('readPerson() tells of one person when they are looked at again, the earliest first', async () => {
    const [, fresh] = others as [Id<'person'>, Id<'person'>]
    await set(12)
    await set(1, 'briefing')
    await gate.database.query('UPDATE person SET briefed_on = current_date WHERE id = $1', [fresh])
    const read = async (atMs: number | null) => await readPerson(gate, list(), { id: fresh, atMs })
    const found = await read(null)
    expect(found?.due.map(({ task, role }) => [task, role])).toEqual([
      ['briefing', 'officer'],
      ['status-review', 'officer'],
    ])
    expect(found?.due[1]?.lastAtMs).toBe(found?.verification?.atMs)
    expect(found?.verification).toMatchObject({ ground: 'citizen' })
    // Of the past, it would be told by the intervals of today.
    expect((await read(await now()))?.due).toEqual([])
    await set(null)
    await set(null, 'briefing')
  })

  test('names a briefing that never was, and not one that was just given', async () => {
    const [late, fresh] = others as [Id<'person'>, Id<'person'>]
    await set(12, 'briefing')
    await gate.database.query('UPDATE person SET briefed_on = current_date WHERE id = $1', [fresh])
    expect([await due(late), await due(fresh)]).toEqual([['briefing'], []])
    await set(null, 'briefing')
  })
})

describe('changeSetting()', () => {
  const bars = async (id: Id<'person'>) => {
    const [row] = await gate.database.query('SELECT * FROM roster_subject WHERE person_id = $1', [id])
    return row?.['acts_for_foreign_employer']
  }
  const change = (isOn: boolean) =>
    changeSetting(gate, gate.permit('setting.change', 'enclave', officer), {
      name: 'foreign-employer-bars',
      isOn,
      reason: 'counsel memo 4',
    })

  test('makes a recorded fact count when counsel decided so, at once; two others take it back', async () => {
    const id = await add('Secondee')
    await apply(id, { change: 'record-foreign-employer' }, 1)
    expect(await bars(id)).toBe(false)
    const epoch = await gate.epoch()
    expect(await change(true)).toMatchObject({ outcome: 'applied' })
    expect(await bars(id)).toBe(true)
    expect(await gate.epoch()).toBe(epoch + 1)
    await expect(change(true)).rejects.toMatchObject({ code: 'conflict' })
    const { settings } = await readSettings(gate, list())
    expect(settings).toMatchObject([
      { name: 'foreign-employer-bars', isOn: true, setBy: officer, reason: 'counsel memo 4' },
    ])

    // Whoever asks for it is the empowered official whom that takes.
    const roles = ['officer', 'empowered-official']
    await gate.database.query('UPDATE person SET roles = $2 WHERE id = $1', [officer, roles])
    const asked = await change(false)
    if (asked.outcome !== 'proposed') throw new Error('turning it off was done at once')
    expect(await bars(id)).toBe(true)
    const deps = { ...gate, kinds: new Map([[settingRequest, settingApprovals(gate)]]) }
    const [row] = await gate.database.query('SELECT digest FROM approval_request WHERE id = $1', [asked.requestId])
    const give = (by: Id<'person'>) =>
      giveApproval(deps, gate.permit('approval.give', asked.requestId, by), {
        id: asked.requestId,
        digest: String(row?.['digest']),
      })
    await expect(give(officer)).rejects.toMatchObject({ code: 'refused' })
    for (const other of others) {
      expect(await bars(id)).toBe(true)
      await give(other)
    }
    expect(await bars(id)).toBe(false)
    const kinds = (await gate.entriesAbout('enclave', 'enclave')).map((one) => one.kind)
    expect(kinds.filter((one) => one === 'setting.changed')).not.toHaveLength(0)
  })

  test('voids what was asked for before the rule was changed, also once it is as it was then', async () => {
    const deps = { ...gate, kinds: new Map([[settingRequest, settingApprovals(gate)]]) }
    const ask = async () => {
      const asked = await change(false)
      if (asked.outcome !== 'proposed') throw new Error('turning it off was done at once')
      const [row] = await gate.database.query('SELECT digest FROM approval_request WHERE id = $1', [asked.requestId])
      return { id: asked.requestId, digest: String(row?.['digest']) }
    }
    const give = (asked: Awaited<ReturnType<typeof ask>>, by: Id<'person'> | undefined) =>
      giveApproval(deps, gate.permit('approval.give', asked.id, by ?? officer), asked)
    await change(true)
    const late = await ask()
    // Asked for twice, as it could be once.
    const [row] = await gate.database.query('SELECT subject FROM approval_request WHERE id = $1', [late.id])
    const twice = { change: row?.['subject'] as JsonObject, requestedBy: officer, needed: 2, excluded: [] }
    const { requestId } = await gate.database.transaction((tx) =>
      requestApproval(tx, gate, { kind: settingRequest, ...twice, lifetimeMs: 60_000 }),
    )
    const early = { ...late, id: requestId }
    await give(early, others[0])
    for (const other of others) await give(late, other)
    await change(true)
    await expect(give(early, others[1])).rejects.toMatchObject({ code: 'conflict' })
    expect((await readSettings(gate, list())).settings).toMatchObject([{ isOn: true }])
  })

  test('refuses a request of a kind that nobody joined', async () => {
    const { requestId } = await gate.database.transaction((tx) =>
      requestApproval(tx, gate, {
        kind: 'test.other',
        change: {},
        requestedBy: officer,
        needed: 1,
        excluded: [],
        lifetimeMs: 60_000,
      }),
    )
    const [other] = others as [Id<'person'>]
    const permit = gate.permit('approval.give', requestId, other)
    const giving = giveApproval({ ...gate, kinds: new Map() }, permit, { id: requestId, digest: '0'.repeat(64) })
    await expect(giving).rejects.toMatchObject({ code: 'not-found' })
  })
})
