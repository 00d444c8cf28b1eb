import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  approveAuthorization,
  endAuthorization,
  findAuthorization,
  listAuthorizations,
  registerAuthorization,
} from '../authorizations/index.ts'
import { manualClock } from '../base/testing.ts'
import { openContent, reserveFile, storeFile } from '../files/index.ts'
import { makeClientSession, makeKeyRelease, type KeyRelease } from '../keys/index.ts'
import { requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import { listNotices } from '../notices/index.ts'
import { endPerson, findPerson, listPeople } from '../roster/index.ts'
import { issuePermit, permitLifetimeMs, spendPermit, type Permit } from './permit.ts'
import { whatCanOpen, whoCanOpen } from './search.ts'

/** Nobody looked at what it would do. */
const noEffect = () => Promise.resolve(null)

const clock = manualClock()
const fileId = '0190c0de-0000-7000-8000-000000000001'

function permit(ageMs = 0): Permit<'file.open'> {
  const fields = {
    action: 'file.open' as const,
    resourceId: fileId,
    entryId: '0190c0de-0000-7000-8000-000000000002' as Id<'entry'>,
    actor: '0190c0de-0000-7000-8000-000000000003' as Id<'person'>,
  }
  return issuePermit(fields, clock, ageMs)
}

describe('spendPermit() (I1)', () => {
  it('takes a permit once', () => {
    const one = permit()
    expect(() => spendPermit(one, 'file.open', fileId)).not.toThrow()
    expect(() => spendPermit(one, 'file.open', fileId)).toThrow('spent before')
  })

  it('refuses one that was made up or copied', () => {
    const forged = { ...permit() }
    expect(() => spendPermit(forged, 'file.open', fileId)).toThrow('never issued')
    expect(() => spendPermit(JSON.parse(JSON.stringify(permit())) as never, 'file.open', fileId)).toThrow(
      'never issued',
    )
  })

  it('refuses another action or resource, and the permit is spent by the attempt', () => {
    const other = permit()
    expect(() => spendPermit(other as unknown as Permit<'file.fetch'>, 'file.fetch', fileId)).toThrow('want file.fetch')
    expect(() => spendPermit(other, 'file.open', fileId)).toThrow('spent before')
    expect(() => spendPermit(permit(), 'file.open', 'another')).toThrow('another resource')
  })

  it('refuses one that is 5 s old by the age of its entry and the time since', () => {
    const late = permit(permitLifetimeMs - 1)
    clock.advance(1)
    // Whoever asked was permitted, and may ask again: no refusal.
    expect(() => spendPermit(late, 'file.open', fileId)).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('expired') as string }),
    )
    const inTime = permit(permitLifetimeMs - 2)
    clock.advance(1)
    expect(() => spendPermit(inTime, 'file.open', fileId)).not.toThrow()
  })

  it('cannot be handed where another action is wanted', () => {
    // @ts-expect-error a permit to open is not a permit to end a person: it does not compile
    const wrong: Permit<'person.end'> = permit()
    expect(() => spendPermit(wrong, 'person.end', fileId)).toThrow('want person.end')
  })
})

describe('everything dangerous (I1)', () => {
  let sample: SampleEnclave
  let release: KeyRelease
  beforeAll(async () => {
    sample = await sampleEnclave()
    release = makeKeyRelease({
      upToDate: async () => {},
      provider: sample.enclave.provider,
      minimumStrengthBits: 112,
      acceptRsaWrapped: false,
      fileKey: sample.enclave.fileKey,
    })
  })
  afterAll(() => sample.stop())

  // What somebody could write who has no decision: all the words of a permit, and nothing that makes it one.
  const forged = {
    action: 'file.open' as const,
    resourceId: 'enclave',
    entryId: '0190c0de-0000-7000-8000-000000000002' as Id<'entry'>,
    actor: '0190c0de-0000-7000-8000-000000000003' as Id<'person'>,
  }

  it('takes a permit: what is none does not compile, and is refused when it is there all the same', async () => {
    const { roster, authorizations, files, search } = sample.enclave
    const person = sample.id('noah')
    const ending = { id: person, kind: 'left', reason: 'test' } as const
    const agreement = await sample.authorizationId('TA-0042-26')
    const why = { id: agreement, reason: 'test' }
    const vault = { vaultId: sample.vaultId('falcon'), name: 'part.step' }
    const file = await reservedFile()
    const nothing = (async function* () {})()
    const dangerous: Record<string, () => Promise<unknown>> = {
      // @ts-expect-error a record of a permit is no permit
      releaseShare: () => release.releaseShare(forged, { ...wrapped(), kao }, client()),
      // @ts-expect-error a record of a permit is no permit
      releaseShares: () => release.releaseShares(forged, { ...wrapped(), kaos: [kao] }, client()),
      // @ts-expect-error a record of a permit is no permit
      openContent: () => openContent(files, forged, file),
      // @ts-expect-error a record of a permit is no permit
      reserveFile: () => reserveFile(files, forged, vault),
      // @ts-expect-error a record of a permit is no permit
      storeFile: () => storeFile(files, forged, file, nothing),
      // @ts-expect-error a record of a permit is no permit
      listPeople: () => listPeople(roster, forged),
      // @ts-expect-error a record of a permit is no permit
      findPerson: () => findPerson(roster, forged, person),
      // @ts-expect-error a record of a permit is no permit
      endPerson: () => endPerson(roster, forged, ending),
      // @ts-expect-error a record of a permit is no permit
      listAuthorizations: () => listAuthorizations(authorizations, forged),
      // @ts-expect-error a record of a permit is no permit
      findAuthorization: () => findAuthorization(authorizations, forged, agreement),
      // @ts-expect-error a record of a permit is no permit
      registerAuthorization: () => registerAuthorization(authorizations, forged, terms),
      // @ts-expect-error a record of a permit is no permit
      approveAuthorization: () => approveAuthorization(authorizations, forged, agreement, noEffect),
      // @ts-expect-error a record of a permit is no permit
      endAuthorization: () => endAuthorization(authorizations, forged, why),
      // @ts-expect-error a record of a permit is no permit
      listNotices: () => listNotices(roster, forged, null),
      // @ts-expect-error a record of a permit is no permit
      whoCanOpen: () => whoCanOpen(forged, { fileId: file, after: null }, search),
      // @ts-expect-error a record of a permit is no permit
      whatCanOpen: () => whatCanOpen(forged, { personId: person, after: null }, search),
    }
    const before = await everything()
    for (const [name, act] of Object.entries(dangerous)) {
      const outcome = await act().then(
        () => 'done',
        (problem: Error) => problem.message,
      )
      expect({ name, outcome }).toEqual({ name, outcome: expect.stringContaining('never issued') })
    }
    expect(await everything()).toEqual(before)
  })

  it('takes the permit of its own action: one for something else does not compile', () => {
    const { roster, authorizations, files, search } = sample.enclave
    const other = permit() as unknown as Permit<'vault.list'>
    const id = sample.id('noah')
    // Not called: only the compiler reads these.
    const calls = [
      // @ts-expect-error wants file.open
      () => release.releaseShare(other, { ...wrapped(), kao }, client()),
      // @ts-expect-error wants file.open
      () => release.releaseShares(other, { ...wrapped(), kaos: [kao] }, client()),
      // @ts-expect-error wants file.fetch
      () => openContent(files, other, forged.resourceId as Id<'file'>),
      // @ts-expect-error wants file.protect
      () => reserveFile(files, other, { vaultId: sample.vaultId('falcon'), name: 'x' }),
      // @ts-expect-error wants file.protect
      () => storeFile(files, other, forged.resourceId as Id<'file'>, (async function* () {})()),
      // @ts-expect-error wants person.list
      () => listPeople(roster, other),
      // @ts-expect-error wants person.list
      () => findPerson(roster, other, id),
      // @ts-expect-error wants person.end
      () => endPerson(roster, other, { id, kind: 'left', reason: 'test' }),
      // @ts-expect-error wants authorization.list
      () => listAuthorizations(authorizations, other),
      // @ts-expect-error wants authorization.list
      () => findAuthorization(authorizations, other, forged.resourceId as Id<'authorization'>),
      // @ts-expect-error wants authorization.register
      () => registerAuthorization(authorizations, other, terms),
      // @ts-expect-error wants authorization.approve
      () => approveAuthorization(authorizations, other, forged.resourceId as Id<'authorization'>, noEffect),
      // @ts-expect-error wants authorization.end
      () => endAuthorization(authorizations, other, { id: forged.resourceId as Id<'authorization'>, reason: 'x' }),
      // @ts-expect-error wants decision.search
      () => whoCanOpen(other, { fileId: forged.resourceId as Id<'file'>, after: null }, search),
      // @ts-expect-error wants decision.search
      () => whatCanOpen(other, { personId: id, after: null }, search),
    ]
    expect(calls).toHaveLength(15)
  })

  const wrapped = () => ({ fileId: forged.resourceId as Id<'file'>, policyBase64: '' })
  const kao = {
    kid: 'x',
    type: 'ec-wrapped',
    wrappedKey: new Uint8Array(60),
    ephemeralPublicKey: '',
    policyBinding: '',
  } as const
  const terms = sampleTerms()
  const client = () => {
    const pem = sample.enclave.provider.list().flatMap((key) => (key.door === 'kas' ? [key.kid] : []))
    return makeClientSession(sample.enclave.provider.publicKeyPem(pem[0] ?? ''), { random: sample.ground.random })
  }

  async function reservedFile(): Promise<Id<'file'>> {
    const vaultId = sample.vaultId('falcon')
    const decision = await sample.decide(requestFor('ada', 'file.protect', { kind: 'vault', id: vaultId }))
    if (decision.effect === 'deny') throw new Error('ada may not protect')
    return (await reserveFile(sample.enclave.files, decision.permit, { vaultId, name: 'reserved.step' })).file.id
  }

  /** Whatever a dangerous act would change, and the ledger that would say so. */
  async function everything(): Promise<unknown> {
    return await sample.database.query(
      `SELECT (SELECT json_agg(p ORDER BY id) FROM person p) AS people,
              (SELECT json_agg(a ORDER BY id) FROM authorization_record a) AS authorizations,
              (SELECT json_agg(f ORDER BY id) FROM protected_file f) AS files,
              (SELECT count(*) FROM ledger_pending) + (SELECT count(*) FROM ledger_entries) AS entries`,
    )
  }
})

function sampleTerms(): Parameters<typeof registerAuthorization>[2] {
  return {
    number: 'TA-0001-26',
    kind: 'TAA',
    citation: '22 CFR 124.1(a)',
    title: 'Test',
    parties: [{ id: 'partner', name: 'Partner', country: 'GB', side: 'foreign' }],
    persons: [],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  }
}
