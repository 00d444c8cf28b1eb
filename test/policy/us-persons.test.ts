// Nationality never matters for a U.S. person, no date of a card or visa ends a status, and a review that is due is a task: said
// of the decision point by the acts that lead there, beside the cases in policies/cases. SPEC: 22 CFR 120.62; 8 U.S.C. 1324b.

import {
  canonicalJson,
  personChange,
  usPersonBases,
  type Action,
  type Id,
  type PersonChange,
} from '@sallyport/protocol'
import { addPerson } from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRequest, giveApproval } from '../../server/src/approvals/index.ts'
import { newId, systemClock, systemRandomness } from '../../server/src/base/index.ts'
import { falconLabels, requestFor, resource, sampleEnclave, type SampleEnclave } from '../../server/src/main/testing.ts'
import type { Permit, ResourceRef } from '../../server/src/policy/index.ts'
import { dueReviews, proposeChange, setReviewInterval } from '../../server/src/roster/index.ts'
import { enrol } from './enrol.ts'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

const engineer = {
  roles: ['engineer' as const],
  assignments: [{ program: 'falcon', purpose: 'co-development' }],
}
/** A citizen of the same role and program. */
const citizen = 'guest-1'
const file = newId<'file'>(systemClock, systemRandomness)
const falconFile = { kind: 'file', id: file, presented: { labels: falconLabels, dissem: [] } } as const

/** Ask for a key; yields the effect, the reasons, and the entry without what differs between any two people. */
async function open(subject: string) {
  const decision = await sample.decide(requestFor(subject, 'file.open', falconFile))
  const entry = await sample.enclave.ledger.entry(decision.decisionId)
  const reasons = decision.effect === 'deny' ? decision.reasons.map((one) => one.code) : []
  return { effect: decision.effect, reasons, entry: canonicalJson({ ...entry?.body, subject: '', seen: '' }) }
}

async function permit<A extends Action>(subject: string, action: A, about: ResourceRef): Promise<Permit<A>> {
  const decision = await sample.decide(requestFor(subject, action, about))
  if (decision.effect === 'deny') throw new Error(`${subject} may not ${action}`)
  return decision.permit
}

/** The administrator asks, two officers approve. */
async function change(id: Id<'person'>, change: PersonChange): Promise<void> {
  const { enclave, database } = sample
  const [row] = await database.query('SELECT version FROM person WHERE id = $1', [id])
  const wanted = { id, change, reason: 'attested', version: Number(row?.['version']) }
  const proposing = await permit('omar', 'person.propose', resource('person', id))
  const { requestId } = await proposeChange(enclave.roster, proposing, wanted)
  for (const officer of ['henry', 'wanda']) {
    const listing = await permit(officer, 'approval.list', { kind: 'enclave' })
    const { request } = await findRequest(enclave.approvals, listing, requestId)
    const giving = await permit(officer, 'approval.give', resource('approval', requestId))
    await giveApproval(enclave.approvals, giving, { id: requestId, digest: request.digest })
  }
}

test('the same passport under another status: refused as a foreign person, and the same as everybody once a U.S. person', async () => {
  const expected = await open(citizen)
  expect(expected.effect).toBe('permit')
  const ties = { citizenships: ['CN'], formerCitizenships: ['SU'], permanentResidencies: [] }
  for (const basis of usPersonBases) {
    const subject = `same-passport-${basis}`
    const id = await enrol(sample, { subject, status: 'foreign-person', ties, ...engineer })
    expect(await open(subject)).toMatchObject({ effect: 'deny', reasons: ['no-coverage'] })
    await change(id, { change: 'verify-us-person', basis, evidenceRef: 'HR 7' })
    expect(await open(subject)).toEqual(expected)
    const [row] = await sample.database.query('SELECT sealed_ties FROM person WHERE id = $1', [id])
    expect(row).toEqual({ sealed_ties: null })
  }
})

test('an overdue review is a task, the same for everybody in the role, and no decision sees it', async () => {
  const { enclave, database } = sample
  const ids = new Map<string, Id<'person'>>()
  for (const basis of usPersonBases) {
    ids.set(basis, await enrol(sample, { subject: `overdue-${basis}`, status: 'us-person', basis, ...engineer }))
  }
  const people = [...ids.values()]
  // Thirty years: past the date of any card, visa or passport that was ever seen as evidence.
  await database.query(`UPDATE person SET verified_at = now() - interval '30 years' WHERE id = ANY ($1::uuid[])`, [
    people,
  ])
  for (const task of ['status-review', 'briefing'] as const) {
    const rule = { role: 'engineer', task, months: 12, reason: 'counsel memo 7' } as const
    await setReviewInterval(enclave.roster, await permit('grace', 'setting.change', { kind: 'enclave' }), rule)
  }
  const listing = await permit('grace', 'person.list', { kind: 'enclave' })
  const due = (await dueReviews(enclave.roster, listing)).filter(({ personId }) => people.includes(personId))
  expect(due.map((one) => one.task).sort()).toEqual([
    ...people.map(() => 'briefing'),
    ...people.map(() => 'status-review'),
  ])
  expect(new Set(due.map(({ task, dueAtMs }) => `${task} ${dueAtMs}`)).size).toBe(2)
  const expected = await open(citizen)
  for (const basis of usPersonBases) expect(await open(`overdue-${basis}`)).toEqual(expected)
  const statuses = await database.query('SELECT DISTINCT status FROM person WHERE id = ANY ($1::uuid[])', [people])
  expect(statuses).toEqual([{ status: 'us-person' }])
})

const unasked = [
  'birthplace',
  'countryOfBirth',
  'dateOfBirth',
  'passport',
  'alienNumber',
  'visa',
  'cardExpiresOn',
  'naturalizedOn',
  'nationalOrigin',
  'religion',
  'language',
  'ssn',
]

test('what must not be asked has no place: not in a request, not in a table', async () => {
  const newcomer = { name: 'Mara Lindgren', kind: 'employee' }
  expect(addPerson.safeParse(newcomer).success).toBe(true)
  const verifying = { change: 'verify-us-person', basis: 'lpr', evidenceRef: 'HR 7' }
  expect(personChange.safeParse(verifying).success).toBe(true)
  for (const name of [...unasked, 'citizenships', 'ties']) {
    expect(addPerson.safeParse({ ...newcomer, [name]: 'x' }).success).toBe(false)
    expect(personChange.safeParse({ ...verifying, [name]: 'x' }).success).toBe(false)
  }
  const columns = await sample.database.query(
    `SELECT DISTINCT column_name AS name FROM information_schema.columns
      WHERE table_name IN ('person', 'person_version', 'person_assignment', 'roster_subject')`,
  )
  const names = columns.map((one) => String(one['name']))
  expect(names).toContain('evidence_ref')
  const forbidden =
    /birth|passport|alien|visa|card|expir|natural|origin|race|ethnic|relig|language|gender|sex|ssn|document|i_?9/
  expect(names.filter((name) => forbidden.test(name))).toEqual([])
})
