// Founders who enroll with passkeys, at the gate's own functions: a code is one passkey's, a passkey one founder's; what was taken back
// signs nobody in; and from the closing on each is an identity of its person, as the ledger says.

import { Problem, type Id } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { silentLogger } from '../server/src/base/index.ts'
import {
  attestFounder,
  beginFounderPasskey,
  closeFounding,
  enrollByPasskey,
  readFounding,
} from '../server/src/founding/index.ts'
import { initEnclave } from '../server/src/main/init.ts'
import { openEnclave, type Enclave, type Ground } from '../server/src/main/open-enclave.ts'
import { openRealGround } from '../server/src/main/real-ground.ts'
import { openSignIn, type SignIn } from '../server/src/main/sign-in.ts'
import { makeFoundingSite, type FoundingSite } from './founding-site.ts'
import { register } from './software-authenticator.ts'

let site: FoundingSite
let ground: Ground
let enclave: Enclave
let signIn: SignIn
let codes: Map<string, string>

const init = async (changes: object = {}) => {
  const { config, founders } = site
  const told = await initEnclave({
    config,
    founders,
    log: silentLogger,
    resume: false,
    tell: () => undefined,
    ...changes,
  })
  return new Map(told.codes.map(({ founder, code }) => [founder, code]))
}

beforeAll(async () => {
  site = await makeFoundingSite(9320)
  codes = await init()
  ground = await openRealGround(site.config, silentLogger, null)
  enclave = await openEnclave(ground)
  signIn = openSignIn(ground, enclave, { issuers: [], browserIssuers: [], certificates: null, name: 'Real works' })
}, 120_000)
afterAll(async () => {
  await ground?.close()
  await site?.stop()
})

const keyThumbprint = 'a browser'
const begin = async (code: string, key = keyThumbprint) =>
  await beginFounderPasskey(enclave.roster, signIn.passkeys, { code, keyThumbprint: key })
const finish = async (code: string, begun: Awaited<ReturnType<typeof begin>>, key = keyThumbprint) =>
  await enrollByPasskey(enclave.roster, signIn.passkeys, {
    code,
    challengeId: begun.challengeId,
    response: register(begun.options, site.config.publicUrl),
    keyThumbprint: key,
  })
const enroll = async (code: string) => await finish(code, await begin(code))
const codeOf = (name: string): string => codes.get(name) ?? expect.fail(name)
const sql = async (text: string) => await ground.database.query(text)

test('a challenge is for one code and one browser, and good once', async () => {
  const grace = codeOf('Grace Okafor')
  await expect(begin('AAAAA')).rejects.toMatchObject({ code: 'refused' })
  await expect(finish(grace, await begin(codeOf('Henry Walsh')))).rejects.toMatchObject({ code: 'conflict' })
  await expect(finish(grace, await begin(grace), 'another browser')).rejects.toMatchObject({ code: 'conflict' })
  expect(await sql('SELECT 1 FROM identity_waiting_passkey')).toEqual([])
})

test('of two who use one code at once, one enrolls', async () => {
  const grace = codeOf('Grace Okafor')
  const begun = await Promise.all([begin(grace), begin(grace)])
  const ended = await Promise.allSettled(begun.map((one) => finish(grace, one)))
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(begin(grace)).rejects.toThrow('this code was used')
  expect(await sql('SELECT 1 FROM identity_binding')).toEqual([])
})

test('whoever enrolled by another way meanwhile keeps that', async () => {
  const wanda = codeOf('Wanda Kowalski')
  const begun = await begin(wanda)
  const identity = (set: string) => `UPDATE founder SET ${set} WHERE display_name = 'Wanda Kowalski'`
  const sent: Promise<unknown>[] = []
  await ground.database.transaction(async (tx) => {
    await tx.query('SELECT FROM founding FOR UPDATE')
    sent.push(finish(wanda, begun).catch((error: unknown) => error))
    const waits = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM founding FOR UPDATE%'`
    await vi.waitFor(async () => expect(await sql(waits)).not.toEqual([]), { timeout: 30_000 })
    await tx.query(identity(`issuer = 'https://works.example', subject = 'wanda', enrolled_at = now()`))
  })
  expect(await Promise.all(sent)).toMatchObject([{ code: 'refused' }])
  await sql(identity('issuer = NULL, subject = NULL, enrolled_at = NULL'))
})

test('what was taken back is gone, and the others go on the roster with theirs', async () => {
  for (const name of ['Henry Walsh', 'Wanda Kowalski', 'Omar Haddad']) await enroll(codeOf(name))
  const again = await init({ resume: true, voided: 'Henry Walsh' })
  expect(await sql('SELECT 1 FROM identity_waiting_passkey')).toHaveLength(3)
  await enroll(again.get('Henry Walsh') ?? '')

  const founders = (await readFounding(ground.database, null))?.founders ?? []
  const of = (name: string) => founders.find(({ displayName }) => displayName === name) ?? expect.fail(name)
  const caller = (name: string) => {
    const { issuer, subject } = of(name).identity ?? expect.fail(name)
    return { issuer, subject, isNaturalPerson: true }
  }
  for (const [by, about] of [
    ['Grace Okafor', 'Henry Walsh'],
    ['Henry Walsh', 'Grace Okafor'],
    ['Henry Walsh', 'Wanda Kowalski'],
  ] as const)
    await attestFounder(enclave.roster, caller(by), { about: of(about).id, statement: 'met in person' })
  await closeFounding(enclave.roster, caller('Grace Okafor'))

  expect(await sql('SELECT 1 FROM identity_waiting_passkey')).toEqual([])
  const rows = await sql(
    'SELECT b.person_id FROM identity_binding b JOIN identity_passkey p ON p.credential_id = b.subject',
  )
  const ids = founders.map(({ id }): Id<'person'> => id)
  expect(rows.map((row) => row['person_id']).sort()).toEqual(ids.sort())
  await expect(begin(codeOf('Omar Haddad'))).rejects.toBeInstanceOf(Problem)

  await enclave.ledger.sequenceOnce()
  const { tables, unknown, unread } = await enclave.ledger.compareTables(enclave.records.openForPerson)
  expect({ unknown, unread }).toEqual({ unknown: [], unread: null })
  expect(tables.filter(({ faults }) => faults > 0)).toEqual([])
})
