import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personChange, type CountryTies, type Id, type PersonChange } from '@sallyport/protocol'
import type { Permit } from '../../policy/index.ts'
import { approvalsMigrations, findRequest, giveApproval } from '../../approvals/index.ts'
import { bindPerson, identitiesOf, unbindIn } from '../../identity/index.ts'
import {
  addUnverified,
  applyChange,
  endPerson,
  exportPeople,
  compareImport,
  findPerson,
  goOnIn,
  lookAtTies,
  markPerson,
  mergePeople,
  openSealedEntry,
  personApprovals,
  personChangeRequest,
  personHistory,
  proposeChange,
  splitPerson,
  type Newcomer,
  type Person,
} from '../index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../testing.ts'

let gate: TestGate
let asker: Id<'person'>
let second: Id<'person'>
let third: Id<'person'>
let fourth: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  const officers = await enlistOfficers(gate.database, 4)
  ;[asker, second, third, fourth] = officers as [Id<'person'>, Id<'person'>, Id<'person'>, Id<'person'>]
})
afterAll(() => gate.stop())

const approvals = () => ({ ...gate, kinds: new Map([[personChangeRequest, personApprovals(gate)]]) })
const add = async (more: Partial<Newcomer> = {}): Promise<Id<'person'>> => {
  const newcomer: Newcomer = {
    displayName: 'Mara Lindgren',
    kind: 'contractor',
    externalId: null,
    mail: null,
    employer: null,
    regularEmployee: null,
    actsForForeignEmployer: false,
    ndaSignedOn: null,
    briefedOn: null,
  }
  return (await addUnverified(gate, gate.permit('person.add', 'enclave', asker), { ...newcomer, ...more })).person.id
}
const find = async (id: Id<'person'>): Promise<Person> => {
  const found = await findPerson(gate, gate.permit('person.list', 'enclave', asker), id)
  if (found === null) throw new Error('nobody of that id')
  return found
}
const historyOf = (id: Id<'person'>) => personHistory(gate, gate.permit('person.list', 'enclave', asker), id)
const versionOf = async (id: Id<'person'>) => ({ id, version: (await find(id)).version })
const wanted = async (id: Id<'person'>, change: PersonChange) => ({
  ...(await versionOf(id)),
  change: personChange.parse(change),
  reason: 'as the sheet says',
})
const propose = async (id: Id<'person'>, change: PersonChange, by = asker) =>
  (await proposeChange(gate, gate.permit('person.propose', id, by), await wanted(id, change))).requestId
const show = async (id: Id<'approval'>) =>
  (await findRequest(approvals(), gate.permit('approval.list', 'enclave', asker), id)).request
const give = async (id: Id<'approval'>, by: Id<'person'>) =>
  await giveApproval(approvals(), gate.permit('approval.give', id, by), { id, digest: (await show(id)).digest })
const widen = async (
  id: Id<'person'>,
  change: PersonChange,
  by: readonly [Id<'person'>, Id<'person'>] = [second, third],
) => {
  const request = await propose(id, change)
  for (const one of by) await give(request, one)
}
const apply = async (id: Id<'person'>, change: PersonChange) =>
  await applyChange(gate, gate.permit('person.change', id, asker), await wanted(id, change))
const end = (id: Id<'person'>, kind: 'left' | 'status-ended' = 'left') =>
  endPerson(gate, gate.permit('person.end', id, asker), { id, kind, reason: 'gave notice' })
const merge = async (kept: Id<'person'>, duplicate: Id<'person'>, by = asker) =>
  await mergePeople(
    { ...gate, unbindIn },
    { kept: gate.permit('person.merge', kept, by), duplicate: gate.permit('person.merge', duplicate, by) },
    { kept: await versionOf(kept), duplicate: await versionOf(duplicate), reason: 'entered twice' },
  )
const split = async (id: Id<'person'>, more: Partial<Parameters<typeof splitPerson>[2]> = {}, by = asker) =>
  await splitPerson({ ...gate, unbindIn }, gate.permit('person.split', id, by), {
    ...(await versionOf(id)),
    displayName: 'Marah Lindgren',
    kind: null,
    identities: [],
    reason: 'two people of one name',
    ...more,
  })
const bind = async (id: Id<'person'>) => {
  const identity = { issuer: 'https://idp.example', subject: randomUUID() }
  await bindPerson({ ...gate, markPerson }, gate.permit('identity.bind', id, asker), id, identity)
  return identity
}

const ties = { citizenships: ['FR'], formerCitizenships: [], permanentResidencies: ['CA'] }
const asUsPerson: PersonChange = { change: 'verify-us-person', basis: 'lpr', evidenceRef: 'HR 12' }
const asForeignPerson = { change: 'verify-foreign-person', ties, evidenceRef: 'HR 13' } as const
const usPerson = async (more: Partial<Newcomer> = {}) => {
  const id = await add(more)
  await widen(id, asUsPerson)
  return id
}
const foreignPerson = async (more: Partial<Newcomer> = {}, its: CountryTies = ties) => {
  const id = await add(more)
  await widen(id, personChange.parse({ ...asForeignPerson, ties: its }))
  return id
}
const officer = async () => {
  const id = await usPerson()
  await widen(id, { change: 'grant-role', role: 'officer' })
  return id
}
const tiesOf = async (id: Id<'person'>) =>
  (await lookAtTies(gate, gate.permit('person.look', id, asker), { id, purpose: 'test' })).ties

describe('mergePeople()', () => {
  test('ends the duplicate for good and takes nothing over that gives', async () => {
    const kept = await usPerson({ externalId: 'M-1' })
    const duplicate = await usPerson({ displayName: 'Mara L.', externalId: 'M-2' })
    await widen(duplicate, { change: 'grant-role', role: 'auditor' })
    await widen(duplicate, { change: 'assign', program: 'falcon', purpose: 'design' })
    const before = await find(kept)
    const epoch = await gate.epoch()
    const merged = await merge(kept, duplicate)
    expect(await gate.epoch()).toBeGreaterThan(epoch)
    expect(merged).toMatchObject({ disagreements: [], identities: [], approvedTwice: [] })
    expect(await find(kept)).toEqual({ ...before, version: before.version + 1 })
    expect(await find(duplicate)).toMatchObject({
      status: 'ended',
      ending: 'merged',
      mergedInto: kept,
      endedBy: asker,
      externalId: 'M-2',
    })
    const entries = [...(await gate.entriesAbout('person', duplicate)), ...(await gate.entriesAbout('person', kept))]
    expect(entries.map((one) => one.kind)).toContain('person.merged')
    expect(entries.at(-1)).toMatchObject({
      kind: 'person.changed',
      actor: asker,
      body: { change: 'merge', duplicate, disagreements: [] },
    })
    const mergedEntry = entries.find((one) => one.kind === 'person.merged')
    expect(mergedEntry).toMatchObject({ actor: asker, body: { into: kept, from: 'us-person' } })
    const sealed = Buffer.from(mergedEntry?.body['sealed'] as string, 'base64url')
    expect(JSON.parse(await openSealedEntry(gate, sealed, duplicate))).toMatchObject({ reason: 'entered twice' })
    expect(Buffer.from(mergedEntry?.bytes ?? []).toString()).not.toMatch(/entered twice|M-2/)
  })

  test('moves no identity: what the duplicate signed in with is nobody until it is bound anew', async () => {
    const kept = await usPerson()
    const duplicate = await add()
    const identity = await bind(duplicate)
    expect(await merge(kept, duplicate)).toMatchObject({ identities: [identity] })
    expect(await identitiesOf(gate.database, kept)).toEqual([])
    expect(await identitiesOf(gate.database, duplicate)).toEqual([])
    const bindTo = (id: Id<'person'>) =>
      bindPerson({ ...gate, markPerson }, gate.permit('identity.bind', id, asker), id, identity)
    await expect(bindTo(kept)).rejects.toThrow('the person is us-person')
    await expect(bindTo(duplicate)).rejects.toThrow(`was merged into ${kept}`)
    const unbound = (await gate.entriesAbout('person', duplicate)).find((one) => one.kind === 'identity.unbound')
    expect(unbound).toMatchObject({ actor: asker, body: identity })
  })

  test.each<readonly [string, string, () => Promise<Id<'person'>>, () => Promise<Id<'person'>>]>([
    ['another status', 'status', () => usPerson(), () => foreignPerson()],
    ['another status, the other way', 'status', () => foreignPerson(), () => usPerson()],
    ['another status before leaving', 'status', () => usPerson(), async () => endedAfter(await foreignPerson())],
    ['an ended status', 'status-ended', () => usPerson(), async () => endedAfter(await usPerson(), 'status-ended')],
    ['another employer', 'employer', () => foreignPerson(), () => foreignPerson({ employer: 'calder-aero' })],
    ['another employer, unverified', 'employer', () => foreignPerson(), () => add({ employer: 'calder-aero' })],
    ['no NDA', 'nda', () => foreignPerson({ ndaSignedOn: '2026-01-05' }), () => foreignPerson()],
    [
      'no regular employment',
      'regular-employment',
      () => foreignPerson({ regularEmployee: 'direct-permanent' }),
      () => foreignPerson(),
    ],
    [
      'countries that the kept one lacks',
      'countries',
      () => foreignPerson({}, { citizenships: [], formerCitizenships: [], permanentResidencies: [] }),
      () => foreignPerson(),
    ],
  ])('leaves the kept one unverified at once where the duplicate has %s', async (_, why, keep, other) => {
    const [kept, duplicate] = [await keep(), await other()]
    const merged = await merge(kept, duplicate)
    expect(merged.disagreements).toEqual([why])
    expect(await find(kept)).toMatchObject({ status: 'unverified' })
    const rows = await gate.database.query('SELECT basis, sealed_ties, verified_at FROM person WHERE id = $1', [kept])
    expect(rows).toEqual([{ basis: null, sealed_ties: null, verified_at: null }])
    await widen(kept, asUsPerson)
    expect(await find(kept)).toMatchObject({ status: 'us-person' })
  })
  const endedAfter = async (id: Id<'person'>, kind: 'left' | 'status-ended' = 'left') => {
    await end(id, kind)
    return id
  }

  test.each<readonly [string, () => Promise<Id<'person'>>, () => Promise<Id<'person'>>]>([
    [
      'an unverified record without facts',
      () => foreignPerson({ employer: 'x', ndaSignedOn: '2026-01-05' }),
      () => add(),
    ],
    ['a U.S. person who left', () => usPerson(), async () => endedAfter(await usPerson())],
    ['another employer of a U.S. person', () => usPerson(), () => usPerson({ employer: 'calder-aero' })],
  ])('leaves the kept one as it is beside %s', async (_, keep, other) => {
    const [kept, duplicate] = [await keep(), await other()]
    const before = await find(kept)
    expect((await merge(kept, duplicate)).disagreements).toEqual([])
    expect(await find(kept)).toMatchObject({ status: before.status, employer: before.employer, hasNda: before.hasNda })
  })

  test('joins what narrows: every country under the own key of the kept one, and a foreign employer', async () => {
    const kept = await foreignPerson()
    const more = { citizenships: ['FR', 'DZ'], formerCitizenships: ['RU'], permanentResidencies: [] }
    const duplicate = await foreignPerson({}, more)
    await apply(duplicate, { change: 'record-foreign-employer' })
    expect((await merge(kept, duplicate)).disagreements).toEqual([])
    expect(await find(kept)).toMatchObject({ status: 'foreign-person', actsForForeignEmployer: true })
    expect(await tiesOf(kept)).toEqual({
      citizenships: ['FR', 'DZ'],
      formerCitizenships: ['RU'],
      permanentResidencies: ['CA'],
    })
    const bytes = (await gate.entriesAbout('person', kept)).map((one) => Buffer.from(one.bytes).toString())
    expect(bytes.join()).not.toMatch(/"RU"|"DZ"/)
  })

  test('knows what was merged into the duplicate before', async () => {
    const [kept, between, foreign] = [await usPerson(), await add(), await foreignPerson()]
    await merge(between, foreign)
    expect((await merge(kept, between)).disagreements).toEqual(['status'])
    const [first, second_] = [await usPerson(), await add()]
    const gone = await endedAfter(await usPerson(), 'status-ended')
    await merge(second_, gone)
    expect((await merge(first, second_)).disagreements).toEqual(['status-ended'])
  })

  test('gives the number of the duplicate to a kept one without, and takes none away', async () => {
    const [kept, duplicate] = [await add(), await add({ externalId: 'M-31' })]
    await merge(kept, duplicate)
    expect([(await find(kept)).externalId, (await find(duplicate)).externalId]).toEqual(['M-31', null])
    const { versions } = await historyOf(duplicate)
    expect(versions.map((one) => one.person.externalId)).toEqual(['M-31', null])
  })

  test('refuses oneself, one and the same, nobody, an ended one to keep, and an older version', async () => {
    const [kept, duplicate] = [await usPerson(), await add()]
    await expect(merge(kept, kept)).rejects.toMatchObject({ code: 'conflict' })
    await expect(merge(second, duplicate, second)).rejects.toMatchObject({ code: 'refused' })
    await expect(merge(duplicate, second, second)).rejects.toMatchObject({ code: 'refused' })
    const nobody = randomUUID() as Id<'person'>
    const permits = (one: Id<'person'>, other: Id<'person'>) => ({
      kept: gate.permit('person.merge', one, asker),
      duplicate: gate.permit('person.merge', other, asker),
    })
    const between = (one: { id: Id<'person'>; version: number }, other: typeof one) =>
      mergePeople({ ...gate, unbindIn }, permits(one.id, other.id), { kept: one, duplicate: other, reason: 'x' })
    const [keptNow, duplicateNow] = [await versionOf(kept), await versionOf(duplicate)]
    await expect(between(keptNow, { id: nobody, version: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await expect(between({ ...keptNow, version: 1 }, duplicateNow)).rejects.toMatchObject({ code: 'conflict' })
    await expect(between(keptNow, { ...duplicateNow, version: 9 })).rejects.toMatchObject({ code: 'conflict' })
    const crossed = mergePeople({ ...gate, unbindIn }, permits(duplicate, kept), {
      kept: keptNow,
      duplicate: duplicateNow,
      reason: 'x',
    })
    await expect(crossed).rejects.toMatchObject({ code: 'refused' })
    for (const other of [
      gate.permit('person.merge', fourth, asker),
      gate.permit('person.merge', duplicate, second),
      gate.permit('person.end', duplicate, asker) as unknown as Permit<'person.merge'>,
    ]) {
      const with_ = { kept: gate.permit('person.merge', kept, asker), duplicate: other }
      const named = { kept: keptNow, duplicate: duplicateNow, reason: 'x' }
      await expect(mergePeople({ ...gate, unbindIn }, with_, named)).rejects.toMatchObject({ code: 'refused' })
    }
    const misnamed = {
      kept: gate.permit('person.merge', fourth, asker),
      duplicate: gate.permit('person.merge', duplicate, asker),
    }
    const meant = { kept: keptNow, duplicate: duplicateNow, reason: 'x' }
    await expect(mergePeople({ ...gate, unbindIn }, misnamed, meant)).rejects.toMatchObject({ code: 'refused' })
    await end(duplicate)
    await expect(merge(duplicate, kept)).rejects.toThrow('the record to keep is ended')
    expect(await find(kept)).toMatchObject({ status: 'us-person', version: keptNow.version })
  })

  test('is for good: no change, no verification, no second merge brings the duplicate back', async () => {
    const [kept, duplicate, other] = [await usPerson(), await usPerson(), await usPerson()]
    const request = await propose(duplicate, { change: 'grant-role', role: 'officer' })
    await give(request, second)
    await merge(kept, duplicate)
    await expect(give(request, third)).rejects.toThrow(/has changed since/)
    const saysSo = `was merged into ${kept}`
    await expect(propose(duplicate, asUsPerson)).rejects.toThrow(saysSo)
    await expect(apply(duplicate, { change: 'correct', displayName: 'Somebody' })).rejects.toThrow(saysSo)
    await expect(end(duplicate)).rejects.toThrow(saysSo)
    await expect(merge(other, duplicate)).rejects.toThrow(saysSo)
    await expect(merge(duplicate, other)).rejects.toThrow(saysSo)
    await expect(merge(duplicate, kept)).rejects.toThrow(saysSo)
    await expect(split(duplicate)).rejects.toThrow(saysSo)
    for (const text of [
      `UPDATE person SET status = 'unverified', ended_kind = NULL, ended_at = NULL, ended_reason = NULL, ended_by = NULL,
                         basis = NULL, verified_at = NULL, evidence_ref = NULL, verified_by = NULL WHERE id = $1`,
      `UPDATE person SET display_name = 'x' WHERE id = $1`,
    ]) {
      await expect(gate.database.query(text, [duplicate])).rejects.toThrow('was merged into another record')
    }
    for (const text of [`UPDATE person_merge SET kept_id = $1`, `DELETE FROM person_merge WHERE duplicate_id = $1`]) {
      await expect(gate.database.query(text, [duplicate])).rejects.toThrow('append-only')
    }
  })

  test('lets exactly one of two win that merge the same two each into the other at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await usPerson(), await usPerson()]
      const both = await Promise.allSettled([merge(one, other), merge(other, one, second)])
      expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
      const statuses = [(await find(one)).status, (await find(other)).status].sort()
      expect(statuses).toEqual(['ended', 'us-person'])
    }
  })

  test('lets one of two officers win who merge or split each other at once, so that an officer is left', async () => {
    for (let round = 0; round < 4; round++) {
      const [one, other, twin] = [await officer(), await officer(), await add()]
      const both = await Promise.allSettled([
        merge(twin, other, one),
        round % 2 === 0 ? merge(await add(), one, other) : split(one, {}, other),
      ])
      expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'refused' })
      // Whatever was permitted before.
      const [ended] = [await find(one), await find(other)].filter((each) => each.status !== 'us-person')
      await expect(split(await add(), {}, ended?.id)).rejects.toMatchObject({ code: 'refused' })
      const left = [await find(one), await find(other)].filter((each) => each.status === 'us-person')
      expect(left).toHaveLength(1)
    }
  })

  test('tells where the record goes on, through every merge, and what came in', async () => {
    const [first, between, last, other] = [await add(), await add(), await add(), await add()]
    await merge(between, first)
    await merge(last, between)
    expect(await goOnIn(gate.database, [first, between, last, other])).toEqual(
      new Map([
        [first, last],
        [between, last],
      ]),
    )
    expect((await historyOf(last)).related).toMatchObject({ goesOnIn: null, mergedFrom: [{ personId: between }] })
    expect((await historyOf(first)).related).toMatchObject({ goesOnIn: last, mergedFrom: [] })
  })
})

describe('one human being under two records', () => {
  test('does not approve under one what was asked for under the other, and once is once', async () => {
    const [kept, duplicate, subject] = [await officer(), await officer(), await add()]
    const asked = await propose(subject, asUsPerson, duplicate)
    await give(asked, kept)
    const both = await propose(await add(), asUsPerson)
    await give(both, duplicate)
    const entries = (await merge(kept, duplicate)).entries
    expect(entries.length).toBeGreaterThan(2)
    expect((await show(asked)).approvedBy).toEqual([])
    await expect(give(asked, kept)).rejects.toMatchObject({ code: 'refused' })
    expect((await gate.entriesAbout('approval', asked)).map((one) => one.kind)).toContain('approval.lapsed')
    // What nobody of the two asked for, the kept one may approve: once, for both.
    expect((await show(both)).approvedBy).toEqual([])
    await give(both, kept)
    expect((await show(both)).state).toBe('pending')
    await give(asked, second)
    await give(asked, third)
    expect(await find(subject)).toMatchObject({ status: 'us-person' })
  })

  test('remembers whose hands came in by an earlier merge', async () => {
    const [kept, first, last, other] = [await add(), await officer(), await officer(), await add()]
    await widen(other, asUsPerson, [first, last])
    expect((await merge(kept, first)).approvedTwice).toEqual([])
    expect((await merge(kept, last)).approvedTwice).toEqual([other])
  })

  test('keeps the approval of the kept one where both approved', async () => {
    const [kept, duplicate] = [await officer(), await officer()]
    const request = await propose(await add(), asUsPerson)
    await give(request, kept)
    await merge(kept, duplicate)
    expect((await show(request)).approvedBy).toEqual([kept])
    await give(request, fourth)
    expect((await show(request)).state).toBe('executed')
  })

  test('is unverified where the duplicate had a hand in what the kept record has, and tells who else was approved twice', async () => {
    const [duplicate, kept] = [await officer(), await add()]
    await widen(kept, asUsPerson, [duplicate, second])
    await widen(kept, { change: 'grant-role', role: 'officer' })
    const other = await add()
    await widen(other, asUsPerson, [duplicate, kept])
    const merged = await merge(kept, duplicate)
    expect(merged).toMatchObject({ disagreements: ['own-approval'], approvedTwice: [other] })
    expect(await find(kept)).toMatchObject({ status: 'unverified' })
    const asking = await officer()
    const asked = await add()
    await widen(asked, asUsPerson)
    const subject = await add()
    const request = await propose(subject, asUsPerson, asking)
    await give(request, second)
    await give(request, third)
    expect((await merge(subject, asking)).disagreements).toEqual(['own-approval'])
  })
})

describe('an import', () => {
  test('says of a merged record whose row is wanted, and an export has none of it', async () => {
    const kept = await add({ displayName: 'Imported Twice', externalId: 'IM-1' })
    const duplicate = await add({ displayName: 'Imported Twice', externalId: 'IM-2' })
    await merge(kept, duplicate)
    const csv = async (text: string) =>
      await compareImport(gate, gate.permit('person.import', 'enclave', asker), Buffer.from(text))
    const { plan } = await csv('external id,name\nIM-2,Imported Twice\n')
    expect(plan.faults).toMatchObject([{ row: 2, column: 'A' }])
    expect(plan.faults[0]?.text).toContain('was merged into Imported Twice (IM-1)')
    const byId = await csv(`external id,person id,name\n,${duplicate},Imported Twice\n`)
    expect(byId.plan.faults.map((one) => one.text).join()).toContain('was merged into Imported Twice (IM-1)')
    expect((await csv('external id,name\nIM-1,Imported Twice\n')).plan.faults).toEqual([])
    const parts = await exportPeople(gate, gate.permit('person.export', 'enclave', asker), 'csv')
    const exported = await text(Readable.from(parts))
    expect(exported).toContain('IM-1')
    expect(exported).not.toContain('IM-2')
  })
})

describe('splitPerson()', () => {
  test('begins somebody new with nothing, and leaves the old one unverified', async () => {
    const id = await usPerson({ externalId: 'S-1', actsForForeignEmployer: true, ndaSignedOn: '2026-01-05' })
    await widen(id, { change: 'grant-role', role: 'engineer' })
    await widen(id, { change: 'assign', program: 'falcon', purpose: 'design' })
    const request = await propose(id, { change: 'grant-role', role: 'auditor' })
    await give(request, second)
    const epoch = await gate.epoch()
    const { somebodyNew } = await split(id)
    expect(await gate.epoch()).toBeGreaterThan(epoch)
    expect(await find(somebodyNew.id)).toEqual({
      id: somebodyNew.id,
      version: 1,
      status: 'unverified',
      displayName: 'Marah Lindgren',
      kind: 'contractor',
      externalId: null,
      mail: null,
      employer: null,
      isRegularEmployee: false,
      regularEmployeeBasis: null,
      actsForForeignEmployer: true,
      hasNda: false,
      ndaSignedOn: null,
      briefedOn: null,
      reviewedAtMs: null,
      roles: [],
      assignments: [],
    })
    expect(await find(id)).toMatchObject({ status: 'unverified', externalId: 'S-1', roles: ['engineer'] })
    await expect(give(request, third)).rejects.toThrow(/has changed since/)
    expect((await historyOf(id)).related).toMatchObject({ splitInto: [{ personId: somebodyNew.id }], splitFrom: null })
    expect((await historyOf(somebodyNew.id)).related).toMatchObject({ splitFrom: { personId: id }, splitInto: [] })
    const [added] = await gate.entriesAbout('person', somebodyNew.id)
    expect(added).toMatchObject({ kind: 'person.added', actor: asker, body: { splitFrom: id, status: 'unverified' } })
    const { versions } = await historyOf(id)
    expect(versions.at(-1)).toMatchObject({ change: 'split', by: asker, reason: 'two people of one name' })
    expect(versions.map((one) => one.person.status)).toContain('us-person')
  })

  test('takes the named identities away, for somebody to bind anew, and leaves the others', async () => {
    const id = await add()
    const [mine, other] = [await bind(id), await bind(id)]
    const { somebodyNew, identities } = await split(id, { identities: [other] })
    expect(identities).toEqual([other])
    expect(await identitiesOf(gate.database, id)).toMatchObject([mine])
    expect(await identitiesOf(gate.database, somebodyNew.id)).toEqual([])
    await bindPerson(
      { ...gate, markPerson },
      gate.permit('identity.bind', somebodyNew.id, asker),
      somebodyNew.id,
      other,
    )
    const before = await find(id)
    await expect(split(id, { identities: [other] })).rejects.toMatchObject({ code: 'not-found' })
    expect(await find(id)).toEqual(before)
  })

  test('undoes a wrong merge: the other begins anew, and nobody comes back by it', async () => {
    const [kept, duplicate] = [await usPerson(), await usPerson()]
    await merge(kept, duplicate)
    const { somebodyNew } = await split(kept)
    for (const id of [kept, somebodyNew.id]) expect(await find(id)).toMatchObject({ status: 'unverified' })
    expect(await find(duplicate)).toMatchObject({ status: 'ended', ending: 'merged' })
    expect((await merge(kept, somebodyNew.id)).disagreements).toEqual([])
  })

  test('leaves an ended one ended, and refuses oneself, an older version and a permit for another', async () => {
    const id = await usPerson()
    await end(id)
    await split(id)
    expect(await find(id)).toMatchObject({ status: 'ended' })
    await expect(split(second, {}, second)).rejects.toMatchObject({ code: 'refused' })
    await expect(split(id, { version: 1 })).rejects.toMatchObject({ code: 'conflict' })
    const wrong = gate.permit('person.split', second, asker)
    const named = { ...(await versionOf(id)), displayName: 'x', kind: null, identities: [], reason: 'x' }
    await expect(splitPerson({ ...gate, unbindIn }, wrong, named)).rejects.toMatchObject({ code: 'refused' })
  })

  test('counts neither record for what the old one asked for or approved', async () => {
    const old = await officer()
    const asked = await propose(await add(), asUsPerson, old)
    const approved = await propose(await add(), asUsPerson)
    await give(approved, old)
    const { somebodyNew } = await split(old)
    await widen(somebodyNew.id, asUsPerson)
    await widen(somebodyNew.id, { change: 'grant-role', role: 'officer' })
    await expect(give(asked, somebodyNew.id)).rejects.toMatchObject({ code: 'refused' })
    expect((await show(approved)).approvedBy).toEqual([])
    expect(await give(approved, somebodyNew.id)).toMatchObject({ approved: 1, isExecuted: false })
  })
})
