import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import { approvalsMigrations } from '../approvals/index.ts'
import { openCeremony, type FoundingCeremony } from '../policy/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import {
  acknowledgeProvisos,
  approveAuthorization,
  authorizationApprovals,
  authorizationsMigrations,
  bindingTerms,
  endAuthorization,
  findAuthorization,
  foundAuthorization,
  listAuthorizations,
  registerAuthorization,
} from './index.ts'

/** Nobody looked at what it would do. */
const noEffect = () => Promise.resolve(null)

let gate: TestGate
let ceremony: FoundingCeremony
let asker: Id<'person'>
let second: Id<'person'>
let third: Id<'person'>
let named: Id<'person'>

beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations, authorizationsMigrations])
  const officers = await enlistOfficers(gate.database, 4)
  ;[asker, second, third, named] = officers as [Id<'person'>, Id<'person'>, Id<'person'>, Id<'person'>]
  ceremony = await openCeremony(gate, { name: 'Test works', kind: 'sample' })
})
afterAll(() => gate.stop())

let count = 0
const terms = (more: Partial<AuthorizationTerms> = {}): AuthorizationTerms =>
  authorizationTerms.parse({
    number: `TA-${++count}`,
    kind: 'TAA',
    citation: '22 CFR 124.1(a)',
    title: 'Rotor head design support',
    parties: [
      { id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' },
      { id: 'test-works', name: 'Test Works Inc', country: 'US', side: 'us' },
    ],
    persons: [named],
    countries: ['GB'],
    items: ['viii-h-1'],
    programs: ['kestrel'],
    purposes: ['design'],
    provisos: [],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
    ...more,
  })

const register = async (more?: Partial<AuthorizationTerms>, by = asker) =>
  (await registerAuthorization(gate, gate.permit('authorization.register', 'enclave', by), terms(more))).authorization
const approve = (id: Id<'authorization'>, by: Id<'person'>) =>
  approveAuthorization(gate, gate.permit('authorization.approve', id, by), id, noEffect)
const end = (id: Id<'authorization'>, by = second) =>
  endAuthorization(gate, gate.permit('authorization.end', id, by), { id, reason: 'Party left the program' })
const find = (id: Id<'authorization'>) =>
  findAuthorization(gate, gate.permit('authorization.list', 'enclave', second), id)
const kindsOf = async (id: Id<'authorization'>) => (await gate.entriesAbout('authorization', id)).map((one) => one.kind)
const effective = async (id: string) =>
  (await gate.database.query('SELECT * FROM authorization_effective WHERE authorization_id = $1', [id]))[0]

describe('registerAuthorization()', () => {
  test('covers nobody until two others approved it, and then at once', async () => {
    const { id, ...registered } = await register()
    expect(registered).toMatchObject({
      state: 'registered',
      version: 1,
      registeredBy: asker,
      approvals: { have: 0, need: 2 },
    })
    expect(await effective(id)).toBeUndefined()
    const one = await approve(id, second)
    expect(one.authorization).toMatchObject({ state: 'registered', approvals: { have: 1, need: 2 } })
    expect(await effective(id)).toBeUndefined()
    const { authorization, entries } = await approve(id, third)
    expect(authorization).toMatchObject({ state: 'effective', version: 2, approvals: { have: 2, need: 2 } })
    expect(await effective(id)).toMatchObject({ version: 2, persons: [named], foreign_parties: ['harrier-works'] })
    expect(await find(id)).toEqual(authorization)
    const recorded = await gate.entriesAbout('authorization', id)
    expect(recorded.map((entry) => [entry.kind, entry.actor])).toEqual([
      ['authorization.registered', asker],
      ['authorization.approved', third],
    ])
    expect(recorded[0]?.body).toMatchObject({ terms: { number: authorization.terms.number }, state: 'registered' })
    expect(recorded[1]?.body['termsDigest']).toBe(recorded[0]?.body['termsDigest'])
    expect(entries.at(-1)?.id).toBe(recorded[1]?.id)
  })

  test('takes an empowered official among those who decide where it rests on a determination, and only from one', async () => {
    const determination = { country: 'CN', text: 'memo 9', by: third, at: '2026-02-01T00:00:00Z' }
    const license = { kind: 'DSP-5' as const, citation: '22 CFR 123.1(a)(1)', countries: ['GB', 'CN'] }
    const employee = { person: randomUUID(), option: '126.18(d)' as const, outcome: 'refused' as const }
    const faults = (field: string) => ({ code: 'invalid-request', details: { faults: [{ field }] } })
    await expect(register({ ...license, determinations: [determination] })).rejects.toMatchObject(
      faults('determinations.0.by'),
    )
    const refusal = { ...employee, text: 'memo 9', by: third, at: '2026-02-01T00:00:00Z' }
    await expect(register({ employees: [refusal] })).rejects.toMatchObject(faults('employees.0.by'))
    await gate.database.query(`UPDATE person SET roles = '{officer,empowered-official}' WHERE id = $1`, [third])
    const { id } = await register({ ...license, determinations: [determination] })
    const [other] = await enlistOfficers(gate.database, 1)
    if (other === undefined) throw new Error('no other officer')
    await approve(id, second)
    await expect(approve(id, other)).rejects.toMatchObject({ code: 'refused' })
    expect((await find(id))?.state).toBe('registered')
    expect((await approve(id, third)).authorization.state).toBe('effective')
    await gate.database.query(`UPDATE person SET roles = '{officer}' WHERE id = $1`, [third])
  })

  test('refuses terms that cannot be, and a number that stands in the register', async () => {
    await expect(register({ persons: [asker] })).rejects.toMatchObject({ code: 'invalid-request' })
    const { terms: taken } = await register()
    await expect(register({ number: taken.number })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('holds an exemption to what its section asks, and what lifts nothing names everything', async () => {
    const exempt = { kind: 'exemption' as const, citation: '22 CFR 125.4(b)(3)' }
    const certification = { signer: second, on: '2026-01-02' }
    await expect(register(exempt)).rejects.toMatchObject({
      code: 'invalid-request',
      details: { faults: [{ field: 'exemption' }] },
    })
    const claimed = { section: '125.4(b)(3)', evidence: { contract: 'N00019, clause 7' }, certification }
    await expect(register({ ...exempt, exemption: claimed })).rejects.toMatchObject({
      details: {
        faults: [
          { field: 'exemption.evidence.registered' },
          { field: 'exemption.evidence.eligible' },
          { field: 'exemption.evidence.no-design-detail' },
        ],
      },
    })
    const evidence = { ...claimed.evidence, registered: 'x', eligible: 'x', 'no-design-detail': 'x' }
    const whole = { ...claimed, evidence, certification: { ...certification, signer: second.toUpperCase() } }
    const { id } = await register({ ...exempt, exemption: whole })
    expect((await find(id))?.terms.exemption).toEqual({ ...whole, certification })
  })

  test('names what is odd, to whoever registers and whoever approves, and refuses nothing of it', async () => {
    const odd = await registerAuthorization(
      gate,
      gate.permit('authorization.register', 'enclave', asker),
      terms({ replaces: 'TA-0', validUntil: '2037-01-01T00:00:00Z' }),
    )
    const fields = odd.warnings.map((one) => one.field)
    expect(fields).toEqual(
      expect.arrayContaining(['registrant', 'scope', 'documents', 'parties', 'validUntil', 'replaces']),
    )
    const { number } = odd.authorization.terms
    const next = terms({
      replaces: number,
      countries: ['GB', 'CA'],
      parties: [{ id: 'harrier-works', name: 'H', country: 'CA', side: 'foreign' }],
    })
    const replacing = await registerAuthorization(gate, gate.permit('authorization.register', 'enclave', asker), next)
    // What it replaces is no contradiction; others of the same party are.
    expect(replacing.warnings.filter((one) => one.text.includes(number))).toEqual([])
    expect(replacing.warnings.map((one) => one.field)).toEqual(expect.arrayContaining(['number', 'parties.0']))
    expect((await find(odd.authorization.id))?.replacedBy).toEqual([next.number])
    const { details } = authorizationApprovals(gate)
    const shown = await details({ authorization: odd.authorization.id, terms: {} })
    expect(shown['warnings']).toEqual(
      expect.arrayContaining([expect.stringMatching(/^validUntil is later than 10 years/)]),
    )
    await end(odd.authorization.id)
    await end(replacing.authorization.id)
  })

  test('takes as documents files that are stored, and names the others', async () => {
    const [stored, reserved] = [randomUUID(), randomUUID()]
    await gate.database.query(
      `CREATE VIEW file_registered AS
       SELECT * FROM (VALUES ('${stored}'::uuid, 'stored'), ('${reserved}'::uuid, 'reserved')) AS f (file_id, state)`,
    )
    const documents = [stored, reserved, randomUUID()].map((file) => ({ file: file.toUpperCase(), title: 'Approval' }))
    await expect(register({ documents })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { faults: [{ field: 'documents.1.file' }, { field: 'documents.2.file' }] },
    })
    const { terms: taken } = await register({ documents: documents.slice(0, 1) })
    expect(taken.documents).toEqual([{ file: stored, title: 'Approval' }])
  })

  test('takes a number again once it was ended', async () => {
    const first = await register()
    await end(first.id)
    expect((await register({ number: first.terms.number })).state).toBe('registered')
  })

  test('refuses a permit for something else, and one that was used', async () => {
    const wrong = gate.permit('authorization.register', 'elsewhere', asker)
    await expect(registerAuthorization(gate, wrong, terms())).rejects.toMatchObject({ code: 'refused' })
    const permit = gate.permit('authorization.register', 'enclave', asker)
    await registerAuthorization(gate, permit, terms())
    await expect(registerAuthorization(gate, permit, terms())).rejects.toMatchObject({ code: 'refused' })
  })

  test('records terms that are too long for an entry by their digest', async () => {
    const { id } = await register({ persons: Array.from({ length: 1500 }, () => randomUUID()) })
    const [entry] = await gate.entriesAbout('authorization', id)
    expect(entry?.body['termsDigest']).toMatch(/^[0-9a-f]{64}$/)
    expect(entry?.body['terms']).toBeUndefined()
  })
})

describe('approveAuthorization()', () => {
  test('refuses who registered it, whom it names, and the same person twice, and records the attempts', async () => {
    const { id } = await register()
    await expect(approve(id, asker)).rejects.toMatchObject({ code: 'refused' })
    await expect(approve(id, named)).rejects.toMatchObject({ code: 'refused' })
    await approve(id, second)
    await expect(approve(id, second)).rejects.toMatchObject({ code: 'conflict' })
    expect(await find(id)).toMatchObject({ state: 'registered', approvals: { have: 1, need: 2 } })
    const [row] = await gate.database.query('SELECT request_id FROM authorization_record WHERE id = $1', [id])
    const attempts = await gate.entriesAbout('approval', String(row?.['request_id']))
    expect(attempts.map((one) => one.kind)).toEqual([
      'approval.requested',
      'approval.refused',
      'approval.refused',
      'approval.given',
      'approval.refused',
    ])
  })

  test('refuses one that is effective or ended, one that is not there, and a permit for another', async () => {
    const { id } = await register()
    await expect(
      approveAuthorization(gate, gate.permit('authorization.approve', randomUUID(), second), id, noEffect),
    ).rejects.toMatchObject({ code: 'refused' })
    await approve(id, second)
    await approve(id, third)
    const fourth = randomUUID() as Id<'person'>
    await expect(approve(id, fourth)).rejects.toMatchObject({ code: 'conflict' })
    await end(id)
    await expect(approve(id, fourth)).rejects.toMatchObject({ code: 'conflict' })
    await expect(approve(randomUUID() as Id<'authorization'>, second)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('refuses terms that were changed after they were registered', async () => {
    const { id } = await register()
    await approve(id, second)
    await gate.database.query(
      `UPDATE authorization_record SET terms = jsonb_set(terms, '{countries}', '["GB", "CN"]') WHERE id = $1`,
      [id],
    )
    await expect(approve(id, third)).rejects.toMatchObject({ code: 'internal' })
    expect(await effective(id)).toBeUndefined()
  })

  test('takes effect once when the last two approve at once', async () => {
    const { id } = await register()
    await approve(id, second)
    const both = await Promise.allSettled([approve(id, third), approve(id, randomUUID() as Id<'person'>)])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await kindsOf(id)).toEqual(['authorization.registered', 'authorization.approved'])
  })
})

describe('endAuthorization()', () => {
  test('ends at once by one person, also who registered it, and moves the access epoch', async () => {
    const { id } = await register()
    await approve(id, second)
    await approve(id, third)
    const epoch = await gate.epoch()
    const { authorization } = await end(id, asker)
    expect(authorization).toMatchObject({
      state: 'ended',
      version: 3,
      endedBy: asker,
      reason: 'Party left the program',
    })
    expect(await effective(id)).toBeUndefined()
    expect(await gate.epoch()).toBe(epoch + 1)
    expect((await kindsOf(id)).at(-1)).toBe('authorization.ended')
    expect(await find(id)).toEqual(authorization)
  })

  test('withdraws the request of one that waits for approval', async () => {
    const { id } = await register()
    await approve(id, second)
    const { entries } = await end(id)
    expect(entries).toHaveLength(2)
    await expect(approve(id, third)).rejects.toMatchObject({ code: 'conflict' })
    const rows = await gate.database.query(
      'SELECT g.state FROM approval_progress g JOIN authorization_record a USING (request_id) WHERE a.id = $1',
      [id],
    )
    expect(rows).toEqual([{ state: 'withdrawn' }])
  })

  test('is refused to whoever lost the role since it was decided that they may', async () => {
    const { id } = await register()
    const permit = gate.permit('authorization.end', id, second)
    await gate.database.query(`UPDATE person SET roles = '{engineer}' WHERE id = $1`, [second])
    try {
      await expect(endAuthorization(gate, permit, { id, reason: 'x' })).rejects.toMatchObject({ code: 'refused' })
      expect((await find(id))?.state).toBe('registered')
    } finally {
      await gate.database.query(`UPDATE person SET roles = '{officer}' WHERE id = $1`, [second])
    }
  })

  test('refuses one that is ended, one that is not there, and a permit for another', async () => {
    const { id } = await register()
    const epoch = await gate.epoch()
    const elsewhere = gate.permit('authorization.end', randomUUID(), second)
    await expect(endAuthorization(gate, elsewhere, { id, reason: 'x' })).rejects.toMatchObject({ code: 'refused' })
    await expect(end(randomUUID() as Id<'authorization'>)).rejects.toMatchObject({ code: 'not-found' })
    expect(await gate.epoch()).toBe(epoch)
    await end(id)
    await expect(end(id)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('foundAuthorization()', () => {
  test('is effective at once and names the ceremony', async () => {
    const { authorization } = await foundAuthorization(gate, ceremony, terms())
    expect(authorization).toMatchObject({
      state: 'effective',
      version: 1,
      registeredBy: null,
      approvals: { have: 0, need: 0 },
    })
    expect(await effective(authorization.id)).toMatchObject({ version: 1 })
    const [entry] = await gate.entriesAbout('authorization', authorization.id)
    expect(entry).toMatchObject({ kind: 'authorization.founded', actor: null, body: { ceremony: 'Test works' } })
    await end(authorization.id)
    expect(await effective(authorization.id)).toBeUndefined()
  })

  test('refuses terms that cannot be and a ceremony made by hand', async () => {
    const upsideDown = terms({ validUntil: '2025-01-01T00:00:00Z' })
    await expect(foundAuthorization(gate, ceremony, upsideDown)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(foundAuthorization(gate, { ...ceremony }, terms())).rejects.toMatchObject({ code: 'refused' })
  })
})

describe('listAuthorizations()', () => {
  test('reads the whole register, ended ones too, for one permit', async () => {
    const waiting = await register()
    const gone = await register()
    await end(gone.id)
    const permit = gate.permit('authorization.list', 'enclave', third)
    const states = new Map((await listAuthorizations(gate, permit)).authorizations.map((one) => [one.id, one.state]))
    expect([states.get(waiting.id), states.get(gone.id)]).toEqual(['registered', 'ended'])
    await expect(listAuthorizations(gate, permit)).rejects.toMatchObject({ code: 'refused' })
    await expect(findAuthorization(gate, permit, waiting.id)).rejects.toMatchObject({ code: 'refused' })
  })
})

describe('bindingTerms() and acknowledgeProvisos()', () => {
  const fileId = randomUUID() as Id<'file'>
  const permit = () => gate.permit('file.acknowledge', fileId, named)

  test('tell nothing of an authorization that is not in effect, or not as it was decided on, and take nothing for it', async () => {
    const proviso = {
      kind: 'condition' as const,
      id: 'p-1',
      text: 'I send none of it on.',
      acknowledged: true as const,
    }
    const { id, terms: registered } = await register({ provisos: [proviso] })
    const reliance = (version: number) => {
      const { number, citation } = registered
      return { fileId, reliance: { authorizationId: id, number, citation, version } }
    }
    const refuses = async (version: number) => {
      const asked = reliance(version)
      await expect(bindingTerms(gate, permit(), asked)).rejects.toMatchObject({ code: 'conflict' })
      const acknowledged = acknowledgeProvisos(gate, permit(), { ...asked, texts: [] })
      await expect(acknowledged).rejects.toMatchObject({ code: 'conflict' })
    }
    await refuses(1)
    for (const by of [second, third]) await approve(id, by)
    const bound = await bindingTerms(gate, permit(), reliance(2))
    expect(bound?.toAcknowledge).toMatchObject([{ id: 'p-1', text: proviso.text, isAcknowledged: false }])
    await refuses(1)
    const { version } = (await end(id)).authorization
    await refuses(version)
  })

  test('are done once for a permit of this file', async () => {
    const one = permit()
    const nothing = { fileId, reliance: null }
    expect(await bindingTerms(gate, one, nothing)).toBeNull()
    await expect(bindingTerms(gate, one, nothing)).rejects.toMatchObject({ code: 'refused' })
    const elsewhere = gate.permit('file.acknowledge', randomUUID(), named)
    await expect(bindingTerms(gate, elsewhere, nothing)).rejects.toMatchObject({ code: 'refused' })
    await expect(acknowledgeProvisos(gate, one, { ...nothing, texts: [] })).rejects.toMatchObject({ code: 'refused' })
  })
})
