import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personChange, usPersonBases, type Id, type JsonObject, type PersonChange } from '@sallyport/protocol'
import { approvalsMigrations, findRequest, giveApproval, listRequests, withdrawOwn } from '../approvals/index.ts'
import { bindPerson } from '../identity/index.ts'
import {
  addUnverified,
  applyChange,
  endPerson,
  findPerson,
  lookAtTies,
  markPerson,
  openSealedEntry,
  personApprovals,
  personChangeRequest,
  proposeChange,
  type Newcomer,
  type Person,
} from './index.ts'
import { enlistOfficers, openTestGate, type TestGate } from './testing.ts'

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
const newcomer: Newcomer = {
  displayName: 'Mara Lindgren',
  kind: 'contractor',
  externalId: null,
  mail: null,
  employer: 'calder-aero',
  regularEmployee: 'direct-permanent',
  actsForForeignEmployer: false,
  ndaSignedOn: '2026-01-05',
  briefedOn: null,
}
const add = async (more: Partial<Newcomer> = {}) =>
  await addUnverified(gate, gate.permit('person.add', 'enclave', asker), { ...newcomer, ...more })
const find = async (id: Id<'person'>): Promise<Person> => {
  const found = await findPerson(gate, gate.permit('person.list', 'enclave', asker), id)
  if (found === null) throw new Error('nobody of that id')
  return found
}
const wanted = async (id: Id<'person'>, change: PersonChange, version?: number) => ({
  id,
  change: personChange.parse(change),
  reason: 'as the sheet says',
  version: version ?? (await find(id)).version,
})
const propose = async (id: Id<'person'>, change: PersonChange, by = asker, version?: number) =>
  (await proposeChange(gate, gate.permit('person.propose', id, by), await wanted(id, change, version))).requestId
const apply = async (id: Id<'person'>, change: PersonChange, by = asker, version?: number) =>
  (await applyChange(gate, gate.permit('person.change', id, by), await wanted(id, change, version))).person
const show = (id: Id<'approval'>) => findRequest(approvals(), gate.permit('approval.list', 'enclave', second), id)
const give = async (id: Id<'approval'>, by: Id<'person'>) =>
  await giveApproval(approvals(), gate.permit('approval.give', id, by), {
    id,
    digest: (await show(id)).request.digest,
  })
/** Propose, and let two others approve. */
const widen = async (id: Id<'person'>, change: PersonChange) => {
  const request = await propose(id, change)
  await give(request, second)
  await give(request, third)
  return await find(id)
}
const end = (id: Id<'person'>) =>
  endPerson(gate, gate.permit('person.end', id, asker), { id, kind: 'left', reason: 'gave notice' })
const ties = { citizenships: ['FR'], formerCitizenships: [], permanentResidencies: ['CA'] }
const asUsPerson: PersonChange = { change: 'verify-us-person', basis: 'lpr', evidenceRef: 'HR 12' }
const asForeignPerson = { change: 'verify-foreign-person', ties, evidenceRef: 'HR 13' } as const
const look = (id: Id<'person'>) =>
  lookAtTies(gate, gate.permit('person.look', id, asker), { id, purpose: 'license application' })

describe('countries that are gone, and days that are yet to come', () => {
  test('a country that is gone is not recorded; one that was recorded is taken away', async () => {
    const { person } = await add({ displayName: 'Once Soviet' })
    for (const change of [
      { change: 'verify-foreign-person', ties: { ...ties, formerCitizenships: ['SU'] }, evidenceRef: 'HR 13' },
      { change: 'add-tie', tie: 'former-citizenship', country: 'SU' },
      { change: 'add-tie', tie: 'former-citizenship', country: 'US' },
    ]) {
      expect(personChange.safeParse(change).success).toBe(false)
    }
    const after = await widen(person.id, asForeignPerson)
    const recorded = { ...ties, formerCitizenships: ['SU'] }
    const [row] = await gate.database.query('SELECT person_key FROM person WHERE id = $1', [person.id])
    const sealed = gate.fields.sealTies(recorded, row?.['person_key'] as Uint8Array, person.id)
    await gate.database.query('UPDATE person SET sealed_ties = $2 WHERE id = $1', [person.id, sealed])
    expect((await find(person.id)).version).toBe(after.version + 1)
    await apply(person.id, { change: 'add-tie', tie: 'former-citizenship', country: 'LV' })
    await widen(person.id, { change: 'remove-tie', tie: 'former-citizenship', country: 'SU' })
    const looking = gate.permit('person.look', person.id, asker)
    const seen = await lookAtTies(gate, looking, { id: person.id, purpose: 'test' })
    expect(seen.ties).toEqual({ ...ties, formerCitizenships: ['LV'] })
  })

  test('an NDA and a briefing are of a day that has begun somewhere, by the clock of the database', async () => {
    const [row] = await gate.database.query(
      `SELECT to_char(now() + interval '14 hours', 'YYYY-MM-DD') AS begun,
              to_char(now() + interval '62 hours', 'YYYY-MM-DD') AS to_come`,
    )
    const [begun, toCome] = [String(row?.['begun']), String(row?.['to_come'])]
    const refusal = { code: 'invalid-request', message: expect.stringContaining('yet to come') as string }
    await expect(add({ ndaSignedOn: toCome })).rejects.toMatchObject(refusal)
    await expect(add({ briefedOn: toCome })).rejects.toMatchObject(refusal)
    const { person } = await add({ displayName: 'Signed Today', ndaSignedOn: begun, briefedOn: begun })
    for (const change of [
      { change: 'correct', ndaSignedOn: toCome },
      { change: 'record-briefing', briefedOn: toCome },
    ] as const) {
      await expect(apply(person.id, change)).rejects.toMatchObject(refusal)
    }
    await widen(person.id, asForeignPerson)
    await apply(person.id, { change: 'withdraw-nda' })
    await expect(propose(person.id, { change: 'record-nda', signedOn: toCome })).rejects.toMatchObject(refusal)
    expect(await widen(person.id, { change: 'record-nda', signedOn: begun })).toMatchObject({ ndaSignedOn: begun })
  })
})

describe('addUnverified()', () => {
  test('adds somebody who may do nothing, and tells names that look alike', async () => {
    const first = (await add({ displayName: 'Carla Pope', externalId: 'E-1007' })).person
    expect(first).toMatchObject({ status: 'unverified', roles: [], assignments: [], version: 1, hasNda: true })
    expect(await find(first.id)).toEqual(first)
    const twin = await add({ displayName: 'CARLA  POPE' })
    expect(twin.similar).toMatchObject([{ personId: first.id, match: 'same' }])
    const forged = await add({ displayName: 'Саrlа Роре' })
    expect(forged.similar).toContainEqual({ personId: first.id, displayName: 'Carla Pope', match: 'look-alike' })
    expect((await add({ displayName: 'Somebody Else' })).similar).toEqual([])
  })

  test('refuses an external id that is taken in whatever spelling, and records nothing of it', async () => {
    await add({ externalId: 'Z-77' })
    const before = (await gate.database.query('SELECT count(*) FROM person'))[0]
    await expect(add({ externalId: 'ｚ-77 ' })).rejects.toMatchObject({ code: 'conflict' })
    expect((await gate.database.query('SELECT count(*) FROM person'))[0]).toEqual(before)
  })

  test('records who added them, and nothing personal in the clear', async () => {
    const { person } = await add({ displayName: 'Unusual Surname' })
    const [entry] = await gate.entriesAbout('person', person.id)
    expect(entry).toMatchObject({ kind: 'person.added', actor: asker, body: { status: 'unverified', version: 1 } })
    const bytes = Buffer.from(entry?.bytes ?? []).toString()
    for (const word of ['Unusual', 'calder', '2026-01-05']) expect(bytes).not.toContain(word)
  })

  test('refuses a permit for something else', async () => {
    const wrong = gate.permit('person.add', randomUUID(), asker)
    await expect(addUnverified(gate, wrong, newcomer)).rejects.toMatchObject({ code: 'refused' })
  })
})

describe('proposeChange()', () => {
  test('changes nothing until two others approved exactly that, and then once', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asUsPerson)
    expect(await find(id)).toMatchObject({ status: 'unverified', version: 1 })
    expect(await give(request, second)).toMatchObject({ approved: 1, needed: 2, isExecuted: false })
    expect(await find(id)).toMatchObject({ status: 'unverified', version: 1 })
    const epoch = await gate.epoch()
    expect(await give(request, third)).toMatchObject({ isExecuted: true })
    expect(await gate.epoch()).toBeGreaterThan(epoch)
    expect(await find(id)).toMatchObject({
      status: 'us-person',
      basis: 'lpr',
      version: 2,
      verification: { by: asker, evidenceRef: 'HR 12' },
    })
    await expect(give(request, fourth)).rejects.toMatchObject({ code: 'conflict' })
    expect(await find(id)).toMatchObject({ version: 2 })
    const entry = (await gate.entriesAbout('person', id)).at(-1)
    expect(entry).toMatchObject({ kind: 'person.changed', actor: third })
    expect(entry?.body).toMatchObject({ by: asker, approvedBy: [second, third], request, status: 'us-person' })
  })

  test('refuses who asked, whom it is about and another digest', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asUsPerson)
    await expect(give(request, asker)).rejects.toMatchObject({ code: 'refused' })
    await expect(give(request, id)).rejects.toMatchObject({ code: 'refused' })
    const other = { id: request, digest: '0'.repeat(64) }
    const giving = giveApproval(approvals(), gate.permit('approval.give', request, second), other)
    await expect(giving).rejects.toMatchObject({ code: 'conflict' })
    expect((await show(request)).request.approvedBy).toEqual([])
  })

  test('refuses a change to oneself, one that widens nothing and one to an older version', async () => {
    const { id } = (await add()).person
    await expect(propose(second, { change: 'grant-role', role: 'auditor' }, second)).rejects.toMatchObject({
      code: 'refused',
    })
    await expect(propose(id, { change: 'withdraw-nda' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(propose(id, asUsPerson, asker, 7)).rejects.toMatchObject({ code: 'conflict' })
    await expect(propose(randomUUID() as Id<'person'>, asUsPerson, asker, 1)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('is refused for good once the person has changed since, and says so', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asForeignPerson)
    await give(request, second)
    await apply(id, { change: 'change-employer', employer: 'other-works' })
    await expect(give(request, third)).rejects.toThrow(/has changed since/)
    await expect(give(request, fourth)).rejects.toMatchObject({ code: 'conflict' })
    expect((await show(request)).request.state).toBe('outdated')
    expect(await find(id)).toMatchObject({ status: 'unverified' })
  })

  test('is refused for good once another identity was bound to the person between two approvals', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asUsPerson)
    await give(request, second)
    const identity = { issuer: 'https://idp.example', subject: randomUUID() }
    await bindPerson({ ...gate, markPerson }, gate.permit('identity.bind', id, fourth), id, identity)
    await expect(give(request, third)).rejects.toThrow(/has changed since/)
    expect(await find(id)).toMatchObject({ status: 'unverified' })
  })

  test('is withdrawn by who asked, and by nobody else', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asUsPerson)
    const withdraw = (by: Id<'person'>) =>
      withdrawOwn(approvals(), gate.permit('approval.withdraw', request, by), request)
    await expect(withdraw(second)).rejects.toMatchObject({ code: 'refused' })
    await withdraw(asker)
    await expect(withdraw(asker)).rejects.toMatchObject({ code: 'conflict' })
    await expect(give(request, second)).rejects.toMatchObject({ code: 'conflict' })
    const pending = await listRequests(approvals(), gate.permit('approval.list', 'enclave', second), {
      isPendingOnly: true,
    })
    expect(pending.requests.map((one) => one.request.id)).not.toContain(request)
  })

  test('keeps what is personal sealed in the request and its entries, and shows approvers all but countries', async () => {
    const { id } = (await add()).person
    const request = await propose(id, asForeignPerson)
    const [row] = await gate.database.query('SELECT subject FROM approval_request WHERE id = $1', [request])
    const bytes = (await gate.entriesAbout('approval', request)).map((one) => Buffer.from(one.bytes).toString())
    for (const word of ['"FR"', '"CA"', 'HR 13', 'sheet']) {
      expect(JSON.stringify([row, bytes])).not.toContain(word)
    }
    const { details, title, about } = await show(request)
    expect({ title, about }).toEqual({ title: 'verify as a foreign person', about: { kind: 'person', id } })
    expect(details).toMatchObject({ reason: 'as the sheet says', employer: 'calder-aero', nda: true })
    expect(JSON.stringify(details)).not.toMatch(/"FR"|"CA"/)
  })

  test('restores somebody who was ended, by a new verification alone', async () => {
    const { id } = (await add()).person
    await widen(id, asUsPerson)
    await widen(id, { change: 'grant-role', role: 'engineer' })
    await end(id)
    await expect(propose(id, { change: 'grant-role', role: 'auditor' })).rejects.toMatchObject({ code: 'conflict' })
    const request = await propose(id, asUsPerson)
    expect((await show(request)).title).toBe('restore: verify as a U.S. person')
    await give(request, second)
    expect(await find(id)).toMatchObject({ status: 'ended' })
    await give(request, third)
    expect(await find(id)).toMatchObject({ status: 'us-person', roles: ['engineer'] })
  })

  test('takes two others for whatever coverage rests on, of a foreign person', async () => {
    const { id } = (await add({ regularEmployee: null, ndaSignedOn: null })).person
    await widen(id, asForeignPerson)
    const widening: PersonChange[] = [
      { change: 'record-regular-employee', basis: 'long-term-contract' },
      { change: 'record-nda', signedOn: '2026-03-01' },
      { change: 'change-employer', employer: 'harrier-works' },
      { change: 'assign', program: 'falcon', purpose: 'design' },
      { change: 'remove-tie', tie: 'permanent-residency', country: 'CA' },
    ]
    for (const change of widening) {
      await expect(apply(id, change)).rejects.toMatchObject({ code: 'conflict' })
      await widen(id, change)
    }
    expect(await find(id)).toMatchObject({ isRegularEmployee: true, hasNda: true, employer: 'harrier-works' })
    expect((await look(id)).ties).toMatchObject({ citizenships: ['FR'], permanentResidencies: [] })
  })
})

describe('applyChange()', () => {
  test('narrows at once, by one officer, and moves the access epoch', async () => {
    const { id } = (await add()).person
    await widen(id, asForeignPerson)
    await widen(id, { change: 'grant-role', role: 'engineer' })
    await widen(id, { change: 'assign', program: 'falcon', purpose: 'design' })
    const narrowing: PersonChange[] = [
      { change: 'add-tie', tie: 'former-citizenship', country: 'RU' },
      { change: 'unassign', program: 'falcon', purpose: 'design' },
      { change: 'remove-role', role: 'engineer' },
      { change: 'withdraw-nda' },
      { change: 'end-regular-employment' },
      { change: 'record-foreign-employer' },
    ]
    for (const change of narrowing) {
      const epoch = await gate.epoch()
      await apply(id, change)
      expect(await gate.epoch()).toBe(epoch + 1)
      await expect(apply(id, change)).rejects.toMatchObject({ code: 'conflict' })
    }
    expect(await find(id)).toMatchObject({
      roles: [],
      assignments: [],
      hasNda: false,
      ndaSignedOn: null,
      isRegularEmployee: false,
      actsForForeignEmployer: true,
    })
    expect((await look(id)).ties).toEqual({ ...ties, formerCitizenships: ['RU'] })
  })

  test('takes no first country: that one would widen', async () => {
    const { id } = (await add()).person
    const none = { citizenships: [], formerCitizenships: [], permanentResidencies: [] }
    await widen(id, { ...asForeignPerson, ties: none })
    const first: PersonChange = { change: 'add-tie', tie: 'citizenship', country: 'GB' }
    await expect(apply(id, first)).rejects.toMatchObject({ code: 'conflict' })
    await widen(id, asUsPerson)
    await expect(apply(id, first)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('corrects with what was, what is, who and why, and overwrites nothing', async () => {
    const { id } = (await add({ displayName: 'Jon Smith' })).person
    await widen(id, asUsPerson)
    await apply(id, { change: 'correct', displayName: 'Jón Smith', evidenceRef: 'HR 14' })
    const entry = (await gate.entriesAbout('person', id)).at(-1)
    expect(entry).toMatchObject({ actor: asker, body: { change: 'correct', version: 3, approvedBy: [] } })
    const sealed = Buffer.from(entry?.body['sealed'] as string, 'base64url')
    const opened = JSON.parse(await openSealedEntry(gate, sealed, id)) as JsonObject
    expect(opened).toMatchObject({
      was: { displayName: 'Jon Smith', verification: { evidenceRef: 'HR 12' } },
      is: { displayName: 'Jón Smith', verification: { evidenceRef: 'HR 14' } },
      reason: 'as the sheet says',
    })
    const names = await gate.database.query(
      'SELECT display_name FROM person_version WHERE person_id = $1 ORDER BY version',
      [id],
    )
    expect(names.map((one) => one['display_name'])).toEqual(['Jon Smith', 'Jon Smith', 'Jón Smith'])
    for (const text of ['UPDATE person_version SET version = 9', 'DELETE FROM person_version']) {
      await expect(gate.database.query(text)).rejects.toThrow(/append-only/)
    }
  })

  test('corrects the mail address by one officer, keeps what it was, and tells it nowhere in the clear', async () => {
    const { id } = (await add({ mail: 'mara@calder.example' })).person
    const is = await apply(id, { change: 'correct', mail: 'mara.lindgren@calder.example' })
    expect(is).toMatchObject({ status: 'unverified', version: 2, mail: 'mara.lindgren@calder.example' })
    expect(await apply(id, { change: 'correct', mail: null })).toMatchObject({ version: 3, mail: null })
    const kept = await gate.database.query('SELECT mail FROM person_version WHERE person_id = $1 ORDER BY version', [
      id,
    ])
    expect(kept.map((row) => row['mail'])).toEqual(['mara@calder.example', 'mara.lindgren@calder.example', null])
    for (const { bytes } of await gate.entriesAbout('person', id)) {
      expect(Buffer.from(bytes).toString()).not.toContain('calder.example')
    }
  })

  test('takes no mail address that could write a header, at the boundary or in the table', async () => {
    const { id } = (await add()).person
    const hostile = 'mara@calder.example\r\nBcc: eve@example.org'
    expect(personChange.safeParse({ change: 'correct', mail: hostile }).success).toBe(false)
    const past = gate.database.query('UPDATE person SET mail = $2 WHERE id = $1', [id, hostile])
    await expect(past).rejects.toThrow('person_mail_check')
    const ended = gate.database.query('UPDATE person SET mail = $2 WHERE id = $1', [id, 'mara@calder.example\n'])
    await expect(ended).rejects.toThrow('person_mail_check')
  })

  test('refuses what widens, an older version, oneself and a permit for somebody else', async () => {
    const { id } = (await add()).person
    await expect(apply(id, { change: 'grant-role', role: 'officer' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(apply(id, asUsPerson)).rejects.toMatchObject({ code: 'conflict' })
    await expect(apply(id, { change: 'withdraw-nda' }, asker, 5)).rejects.toMatchObject({ code: 'conflict' })
    const own = { id: second, change: { change: 'remove-role', role: 'officer' }, reason: 'x', version: 1 } as const
    await expect(applyChange(gate, gate.permit('person.change', second, second), own)).rejects.toMatchObject({
      code: 'refused',
    })
    const wrong = gate.permit('person.change', second, asker)
    await expect(applyChange(gate, wrong, await wanted(id, { change: 'withdraw-nda' }))).rejects.toMatchObject({
      code: 'refused',
    })
    expect(await find(id)).toMatchObject({ version: 1, hasNda: true })
  })
})

describe('lookAtTies()', () => {
  test('records who looked and for what before it shows, with what is proposed', async () => {
    const { id } = (await add()).person
    await expect(look(id)).rejects.toMatchObject({ code: 'conflict' })
    const request = await propose(id, asForeignPerson)
    expect(await look(id)).toMatchObject({ ties: null, proposed: [{ requestId: request, change: { ties } }] })
    await give(request, second)
    await give(request, third)
    expect(await look(id)).toMatchObject({ ties, proposed: [] })
    const looks = (await gate.entriesAbout('person', id)).filter((one) => one.kind === 'ties.shown')
    expect(looks).toHaveLength(2)
    expect(looks[1]).toMatchObject({ actor: asker, body: { version: 2 } })
    expect(Buffer.from(looks[1]?.bytes ?? []).toString()).not.toMatch(/"FR"|license application/)
  })

  test('shows nothing of a U.S. person, who has nothing there', async () => {
    const { id } = (await add()).person
    await widen(id, asUsPerson)
    await expect(look(id)).rejects.toMatchObject({ code: 'conflict' })
    expect((await gate.entriesAbout('person', id)).map((one) => one.kind)).not.toContain('ties.shown')
  })
})

test('every ground of being a U.S. person gets the same answer on every path (8 U.S.C. 1324b)', async () => {
  const told: string[] = []
  for (const basis of usPersonBases) {
    const { id } = (await add()).person
    const answers: unknown[] = []
    const step = async (work: Promise<unknown>) => {
      const answer = await work.then(
        () => 'done',
        (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
      )
      answers.push(answer)
    }
    await step(widen(id, { change: 'verify-us-person', basis, evidenceRef: 'HR 1' }))
    await step(widen(id, { change: 'grant-role', role: 'officer' }))
    await step(widen(id, { change: 'assign', program: 'falcon', purpose: 'design' }))
    await step(apply(id, { change: 'add-tie', tie: 'citizenship', country: 'CN' }))
    await step(apply(id, { change: 'record-nda', signedOn: '2026-05-05' }))
    await step(apply(id, { change: 'review' }))
    await step(look(id))
    await step(end(id))
    await step(widen(id, { change: 'verify-us-person', basis, evidenceRef: 'HR 2' }))
    const {
      person_id: _,
      person_key: __,
      ...subject
    } = (await gate.database.query('SELECT * FROM roster_subject WHERE person_id = $1', [id]))[0] as Record<
      string,
      unknown
    >
    told.push(JSON.stringify([answers, subject]))
  }
  expect(new Set(told).size).toBe(1)
  expect(told[0]).toContain('"status":"us-person"')
  // No path takes a country, a card or its date for a U.S. person: there is no such field.
  for (const more of [{ country: 'CN' }, { ties }, { validUntil: '2026-01-01' }, { visa: 'H-1B' }]) {
    expect(personChange.safeParse({ ...asUsPerson, ...more }).success).toBe(false)
  }
})
