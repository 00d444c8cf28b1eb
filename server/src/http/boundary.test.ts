// The boundary as the gate tells it: what is configured and filled, and nothing that opens any of it.

import { boundary, people as peopleShape, personEnded } from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundaryFacts } from '../main/boundary.ts'
import { configSchema } from '../base/config-schema.ts'
import { servedSample, type GateClient } from './testing.ts'

let client: GateClient
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, stop } = await servedSample(9923))
})
afterAll(() => stop())

test('tells the roster by status as it is now, its doors, and what the gate stands on', async () => {
  const before = await client.done(boundary, 'paula', 'GET', '/boundary')
  const { people } = await client.done(peopleShape, 'grace', 'GET', '/people')
  const of = (status: string) => people.filter((one) => one.status === status).length
  expect(before.people).toEqual({
    usPerson: of('us-person'),
    foreignPerson: of('foreign-person'),
    unverified: of('unverified'),
    ended: of('ended'),
  })
  const guest = people.find(({ name }) => name === 'Short-term engineer 7')
  await client.done(personEnded, 'grace', 'POST', `/people/${guest?.id}/end`, { kind: 'left', reason: 'over' })
  const after = await client.done(boundary, 'omar', 'GET', '/boundary')
  expect(after.people).toEqual({ ...before.people, usPerson: of('us-person') - 1, ended: of('ended') + 1 })
  expect(after).toMatchObject({
    gate: { kind: 'sample', certificate: 'own' },
    keys: { provider: 'software', token: null, old: 0 },
    clientCertificates: null,
    otherGates: [],
    mail: null,
    timestamps: null,
    ledger: { openTo: 'anybody' },
  })
  expect(new Set(after.keys.inUse.map(({ door }) => door)).size).toBeGreaterThan(2)
  expect(after.doors.filter(({ isOpen }) => isOpen).map(({ door }) => door)).toContain('kas')
  expect(after.stores.vaults).toBeGreaterThan(0)
})

test.each(['ada', 'stranger'])('is not for %s', async (who) => {
  expect((await client.ask(who, 'GET', '/boundary')).status).toBe(403)
})

test('says of a configuration names alone: no password, no address of a network, no file of a secret', () => {
  const config = configSchema.parse({
    publicUrl: 'https://gate.example.com',
    keys: { provider: 'pkcs11', library: '/opt/hsm.so', tokenLabel: 'vault-7', pinFile: '/run/pin' },
    network: { places: [{ name: 'plant', cidr: ['10.1.0.0/16', '10.2.0.0/16'], country: 'US' }] },
    mail: { host: 'mail.example.com', user: 'gate', passwordFile: '/run/mail', from: 'gate@example.com' },
  })
  const database = 'postgres://gate:hunter2@db.example.com:5433/enclave?sslmode=require'
  const facts = boundaryFacts({ ...config, database }, { objectsFolder: '/data/objects', issuers: [] })
  expect(facts).toMatchObject({
    database: 'db.example.com:5433/enclave',
    provider: 'pkcs11',
    token: 'vault-7',
    places: [{ name: 'plant', country: 'US', ranges: 2 }],
    mail: { host: 'mail.example.com', tls: 'starttls' },
    objects: '/data/objects',
  })
  expect(JSON.stringify(facts)).not.toMatch(/hunter2|sslmode|10\.1\.|\/run\/|hsm\.so/)
})
