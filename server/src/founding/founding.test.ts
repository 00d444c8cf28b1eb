import { readFile } from 'node:fs/promises'
import { fromBase64Url } from '@sallyport/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { authorizationsMigrations, shippedLegalData } from '../authorizations/index.ts'
import { identityMigrations } from '../identity/index.ts'
import { openCeremony, readEnclave, shippedPolicies } from '../policy/index.ts'
import { personOf } from '../roster/index.ts'
import { openTestGate, type TestGate } from '../roster/testing.ts'
import {
  attestFounder,
  beginFounding,
  closeFounding,
  enrollFounder,
  foundingMigrations,
  issueCodes,
  openFounding,
  parseFounders,
  readFounding,
  voidEnrollment,
  type IssuedCode,
} from './index.ts'

const names = { namespace: 'works.example', ledgerOrigin: 'works.example/ledger' }
const founders = parseFounders(
  `
enclave: Real works
absenceRule: The others act.
founders:
  - { name: Grace, basis: citizen, evidence: HR 1, role: officer, empoweredOfficial: true }
  - { name: Henry, basis: lpr, evidence: HR 2, role: officer }
  - { name: Wanda, basis: asylee, evidence: HR 3, role: officer }
  - { name: Omar, basis: citizen, evidence: HR 4, role: administrator }
`,
  'founders.yaml',
)
const caller = (subject: string, isNaturalPerson = true) => ({
  issuer: 'https://idp.example',
  subject,
  isNaturalPerson,
})

let gate: TestGate
beforeEach(async () => {
  gate = await openTestGate([authorizationsMigrations, identityMigrations, foundingMigrations])
})
afterEach(() => gate.stop())

const content = async () => ({
  legalData: JSON.parse(await readFile(shippedLegalData, 'utf8')) as unknown,
  policies: await shippedPolicies(),
})

/** Begin and open. Yields the codes by founder. */
async function opened(): Promise<ReadonlyMap<string, string>> {
  await beginFounding(gate, founders, names)
  return codesOf(await openFounding(gate, await content()))
}
const codesOf = (issued: readonly IssuedCode[]) => new Map(issued.map((one) => [one.founder, one.code]))

async function enroll(codes: ReadonlyMap<string, string>, ...who: string[]): Promise<void> {
  for (const name of who) await enrollFounder(gate, caller(name.toLowerCase()), codes.get(name) ?? '')
}

async function idOf(name: string) {
  const found = (await readFounding(gate.database, null))?.founders.find((one) => one.displayName === name)
  if (found === undefined) throw new Error(`no founder ${name}`)
  return found.id
}

const attest = async (by: string, about: string) =>
  await attestFounder(gate, caller(by.toLowerCase()), { about: await idOf(about), statement: 'I know them.' })

describe('the whole founding', () => {
  test('puts founders on the roster only when it is closed, each verified by another', async () => {
    const codes = await opened()
    await enroll(codes, 'Grace', 'Henry', 'Wanda', 'Omar')
    await attest('Grace', 'Henry')
    await attest('Henry', 'Grace')
    await attest('Omar', 'Wanda')
    await attest('Wanda', 'Omar')
    expect(await personOf(gate.database, caller('grace'))).toBeNull()
    expect(await gate.database.query('SELECT 1 FROM person')).toEqual([])
    expect((await readFounding(gate.database, caller('grace')))?.missing).toEqual([])
    await closeFounding(gate, caller('grace'))

    expect(await readEnclave(gate.database)).toMatchObject({ name: 'Real works', kind: 'real' })
    const verifiers = { grace: 'Henry', henry: 'Grace', wanda: 'Omar', omar: 'Wanda' }
    for (const [subject, by] of Object.entries(verifiers)) {
      const person = await personOf(gate.database, caller(subject))
      expect(person).toMatchObject({ status: 'us-person', verification: { by: await idOf(by) } })
      const official = subject === 'grace' ? ['empowered-official'] : []
      expect(person?.roles).toEqual([subject === 'omar' ? 'administrator' : 'officer', ...official])
    }
    const about = await gate.entriesAbout('person', await idOf('Henry'))
    expect(about.map(({ kind }) => kind)).toEqual([
      'founder.named',
      'founder.enrolled',
      'founder.attested',
      'person.added',
      'identity.bound',
    ])
    expect(about[2]?.actor).toBe(await idOf('Grace'))
    const [{ person_key: key } = {}] = await gate.database.query('SELECT person_key FROM person WHERE id = $1', [
      await idOf('Henry'),
    ])
    const sealed = fromBase64Url(about[2]?.body['sealed'] as string) ?? new Uint8Array()
    expect(JSON.parse(gate.fields.open(sealed, 'entry', key as Uint8Array, await idOf('Henry')))).toEqual({
      basis: 'lpr',
      evidenceRef: 'HR 2',
      statement: 'I know them.',
    })
    const [last] = (await gate.entriesAbout('enclave', 'enclave')).toReversed()
    expect(last).toMatchObject({
      kind: 'enclave.founded',
      actor: await idOf('Grace'),
      body: { kind: 'real', officers: 3 },
    })
  })

  test('leaves an administrator whom nobody attested unverified', async () => {
    const codes = await opened()
    await enroll(codes, 'Grace', 'Henry', 'Wanda', 'Omar')
    for (const about of ['Henry', 'Wanda']) await attest('Grace', about)
    await attest('Omar', 'Grace')
    expect((await readFounding(gate.database, caller('omar')))?.attention).toHaveLength(1)
    await closeFounding(gate, caller('henry'))
    expect(await personOf(gate.database, caller('omar'))).toMatchObject({ status: 'unverified' })
  })

  test('is not closed while anything is missing, nor by anybody else, and only once', async () => {
    const codes = await opened()
    await expect(closeFounding(gate, caller('grace'))).rejects.toMatchObject({ code: 'refused' })
    await enroll(codes, 'Grace', 'Henry', 'Omar')
    await attest('Grace', 'Henry')
    await attest('Henry', 'Grace')
    const missing = ['Wanda has to enroll.']
    await expect(closeFounding(gate, caller('grace'))).rejects.toMatchObject({ code: 'conflict', details: { missing } })
    await enroll(codes, 'Wanda')
    await expect(closeFounding(gate, caller('grace'))).rejects.toMatchObject({ code: 'conflict' })
    await attest('Omar', 'Wanda')
    await expect(closeFounding(gate, caller('omar'))).rejects.toMatchObject({ code: 'refused' })
    await expect(closeFounding(gate, caller('stranger'))).rejects.toMatchObject({ code: 'refused' })
    expect(await readEnclave(gate.database)).toBeNull()
    const closing = ['grace', 'henry', 'wanda'].map((subject) => closeFounding(gate, caller(subject)))
    const outcomes = await Promise.allSettled(closing)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await gate.database.query('SELECT 1 FROM person')).toHaveLength(4)
    await expect(attest('Grace', 'Wanda')).rejects.toMatchObject({ code: 'conflict' })
    await expect(issueCodes(gate)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('beginFounding()', () => {
  test('is refused a second time, beside a sample, and before it nothing opens', async () => {
    await expect(openFounding(gate, await content())).rejects.toMatchObject({ code: 'not-found' })
    await opened()
    await expect(beginFounding(gate, founders, names)).rejects.toMatchObject({ code: 'conflict' })
    await expect(openFounding(gate, await content())).rejects.toMatchObject({ code: 'conflict' })
    await expect(openCeremony(gate, { name: 'Sample', kind: 'sample' })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('enrollFounder()', () => {
  test('takes each code once, binds one identity to one founder and one founder to one identity', async () => {
    const codes = await opened()
    await enroll(codes, 'Grace')
    await expect(enrollFounder(gate, caller('mallory'), codes.get('Grace') ?? '')).rejects.toThrow('this code was used')
    await expect(enrollFounder(gate, caller('grace'), codes.get('Henry') ?? '')).rejects.toThrow('enrolled as Grace')
    const twice = ['a', 'b', 'c'].map((subject) => enrollFounder(gate, caller(subject), codes.get('Henry') ?? ''))
    expect((await Promise.allSettled(twice)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('refuses a program, and a code that has expired', async () => {
    const codes = await opened()
    const code = codes.get('Grace') ?? ''
    await expect(enrollFounder(gate, caller('grace', false), code)).rejects.toThrow('a program signed in')
    await gate.database.query("UPDATE founder SET code_until = now() - interval '1 second'")
    await expect(enrollFounder(gate, caller('grace'), code)).rejects.toThrow('this code has expired')
    const renewed = codesOf(await issueCodes(gate))
    await expect(enrollFounder(gate, caller('grace'), code)).rejects.toThrow('no code of this founding')
    await enroll(renewed, 'Grace')
  })

  test('records wrong codes and refuses an identity after five, right code or not, until codes are new', async () => {
    const codes = await opened()
    const wrong = () => enrollFounder(gate, caller('mallory'), '0'.repeat(26))
    for (const left of [4, 3, 2, 1]) await expect(wrong()).rejects.toThrow(`${left} tries are left`)
    await expect(wrong()).rejects.toMatchObject({ code: 'too-many-requests' })
    const right = enrollFounder(gate, caller('mallory'), codes.get('Grace') ?? '')
    await expect(right).rejects.toMatchObject({ code: 'too-many-requests' })
    await enroll(codes, 'Grace')
    while ((await gate.ledger.sequenceOnce()) > 0);
    expect(await gate.ledger.search({ kind: 'founding.code-refused', limit: 10 })).toHaveLength(5)
    const renewed = codesOf(await issueCodes(gate))
    expect([...renewed.keys()]).toEqual(['Henry', 'Wanda', 'Omar'])
    await enrollFounder(gate, caller('mallory'), renewed.get('Henry') ?? '')
  })

  test('keeps no code: the database holds its digest alone', async () => {
    const codes = await opened()
    const rows = await gate.database.query('SELECT row_to_json(f)::text AS text FROM founder f')
    const kept = rows.map((row) => String(row['text'])).join('')
    for (const code of codes.values()) {
      expect(kept).not.toContain(code)
      expect(kept).not.toContain(code.replaceAll('-', ''))
    }
  })
})

describe('attestFounder()', () => {
  test('takes another enrolled founder, about somebody who has enrolled, once', async () => {
    const codes = await opened()
    await enroll(codes, 'Grace', 'Henry')
    await expect(attest('Grace', 'Grace')).rejects.toThrow('nobody attests themself')
    await expect(attest('Grace', 'Wanda')).rejects.toThrow('Wanda has not enrolled')
    await expect(attest('Wanda', 'Grace')).rejects.toThrow('no founder of this enclave')
    await expect(attest('Stranger', 'Grace')).rejects.toMatchObject({ code: 'refused' })
    await attest('Grace', 'Henry')
    await expect(attest('Grace', 'Henry')).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('voidEnrollment()', () => {
  test('takes back an identity with what it attested, and hands out a new code', async () => {
    const codes = await opened()
    await enrollFounder(gate, caller('mallory'), codes.get('Grace') ?? '')
    await enroll(codes, 'Henry')
    await attest('Mallory', 'Henry')
    const renewed = codesOf(await voidEnrollment(gate, 'GRACE'))
    await expect(attest('Mallory', 'Henry')).rejects.toThrow('no founder of this enclave')
    expect((await readFounding(gate.database, null))?.missing).toContain('Another founder has to attest Henry.')
    await enroll(renewed, 'Grace')
    await attest('Grace', 'Henry')
    await expect(voidEnrollment(gate, 'Nobody')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('readFounding()', () => {
  test('says who asks', async () => {
    expect(await readFounding(gate.database, null)).toBeNull()
    const codes = await opened()
    await enroll(codes, 'Grace')
    expect((await readFounding(gate.database, caller('grace')))?.own?.displayName).toBe('Grace')
    expect((await readFounding(gate.database, caller('stranger')))?.own).toBeNull()
  })
})
