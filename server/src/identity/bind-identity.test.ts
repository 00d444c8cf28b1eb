import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../base/testing.ts'
import type { EntryDraft } from '../ledger/index.ts'
import { closeCeremony, openCeremony, policyMigrations, type FoundingCeremony } from '../policy/index.ts'
import { bindIdentity, identityMigrations, type IdentityDependencies } from './index.ts'

const anna = '018f0000-0000-7000-8000-00000000000a' as Id<'person'>
const boris = '018f0000-0000-7000-8000-00000000000b' as Id<'person'>
const issuer = 'https://idp.example.com'

let temporary: TemporaryDatabase
let ceremony: FoundingCeremony
let deps: IdentityDependencies
const appended: EntryDraft[] = []

beforeAll(async () => {
  temporary = await temporaryDatabase([policyMigrations, identityMigrations])
  const { database } = temporary
  const appendIn = async (_: Transaction, drafts: readonly EntryDraft[]) => {
    appended.push(...drafts)
    return []
  }
  deps = { database, ledger: { appendIn } }
  ceremony = await openCeremony({ database }, { name: 'founding', kind: 'sample' })
})

afterAll(() => temporary.stop())

test('bindIdentity() binds a subject to one person and writes it to the ledger', async () => {
  await bindIdentity(deps, ceremony, { issuer, subject: 'anna', personId: anna })
  expect(await temporary.database.query('SELECT * FROM identity_person')).toEqual([
    { issuer, subject: 'anna', person_id: anna },
  ])
  expect(appended).toEqual([
    {
      kind: 'identity.bound',
      actor: null,
      about: { kind: 'person', id: anna },
      body: { ceremony: 'founding', issuer, subject: 'anna' },
    },
  ])
})

test('bindIdentity() refuses a subject that is bound already, to the same person or another', async () => {
  for (const personId of [anna, boris]) {
    await expect(bindIdentity(deps, ceremony, { issuer, subject: 'anna', personId })).rejects.toMatchObject({
      code: 'conflict',
    })
  }
  expect(appended).toHaveLength(1)
})

test('bindIdentity() undoes the binding when the ledger does not take its entry', async () => {
  const failing = { ...deps, ledger: { appendIn: () => Promise.reject(new Error('the ledger is down')) } }
  await expect(bindIdentity(failing, ceremony, { issuer, subject: 'carla', personId: anna })).rejects.toThrow('is down')
  expect(await temporary.database.query('SELECT * FROM identity_person')).toHaveLength(1)
})

test('bindIdentity() refuses an empty subject, a forged ceremony and one that was closed', async () => {
  await expect(bindIdentity(deps, ceremony, { issuer, subject: '', personId: anna })).rejects.toMatchObject({
    code: 'invalid-request',
  })
  const binding = { issuer, subject: 'boris', personId: boris }
  await expect(bindIdentity(deps, { ...ceremony }, binding)).rejects.toMatchObject({ code: 'refused' })
  await closeCeremony(deps, ceremony)
  await expect(bindIdentity(deps, ceremony, binding)).rejects.toMatchObject({ code: 'refused' })
  expect(await temporary.database.query('SELECT * FROM identity_person')).toHaveLength(1)
})
