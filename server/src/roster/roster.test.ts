import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64Url, usPersonBases, type Id, type Problem } from '@sallyport/protocol'
import { bindIdentity, identityMigrations } from '../identity/index.ts'
import { closeCeremony, openCeremony, type FoundingCeremony } from '../policy/index.ts'
import {
  addPerson,
  displayNames,
  endPerson,
  findPerson,
  listPeople,
  openSealedEntry,
  personOf,
  type NewPerson,
} from './index.ts'
import { openTestGate, type TestGate } from './testing.ts'

let gate: TestGate
let ceremony: FoundingCeremony
let officer: Id<'person'>

const somebody = {
  displayName: 'Ana Souza',
  employer: null,
  isRegularEmployee: true,
  hasNda: true,
  roles: ['engineer' as const],
  assignments: [{ program: 'kestrel', purpose: 'design' }],
}
const attester = randomUUID() as Id<'person'>
const verification = { by: attester, evidenceRef: 'HR file 12, sheet 3' }
const engineer: NewPerson = { ...somebody, status: 'us-person', basis: 'lpr', verification }
const foreigner = {
  ...somebody,
  displayName: 'Lin Wei',
  status: 'foreign-person' as const,
  verification,
  ties: { citizenships: ['CN'], formerCitizenships: [], permanentResidencies: ['CA'] },
} satisfies NewPerson

beforeAll(async () => {
  gate = await openTestGate([identityMigrations])
  ceremony = await openCeremony(gate, { name: 'Test works', kind: 'sample' })
  officer = (await addPerson(gate, ceremony, { ...engineer, roles: ['officer'] })).person.id
})
afterAll(() => gate.stop())

const subjectOf = async (id: string) =>
  (await gate.database.query('SELECT * FROM roster_subject WHERE person_id = $1', [id]))[0] ?? {}
const end = (id: Id<'person'>, reason = 'gave notice') =>
  endPerson(gate, gate.permit('person.end', id, officer), { id, kind: 'left', reason })

describe('addPerson()', () => {
  test('hands policy the same facts for every ground of being a U.S. person, and no country', async () => {
    const facts = []
    for (const basis of usPersonBases) {
      const { person } = await addPerson(gate, ceremony, { ...engineer, basis })
      const { person_id, person_key, ...rest } = await subjectOf(person.id)
      expect(person_id).toBe(person.id)
      expect(person_key).toBeInstanceOf(Uint8Array)
      facts.push(rest)
    }
    expect(facts).toHaveLength(7)
    expect(new Set(facts.map((one) => JSON.stringify(one)))).toHaveLength(1)
    expect(facts[0]).toMatchObject({ status: 'us-person', sealed_ties: null, version: 1 })
  })

  test('keeps the ties of a foreign person, sealed, and nowhere in the clear', async () => {
    const { person } = await addPerson(gate, ceremony, foreigner)
    const subject = await subjectOf(person.id)
    const { sealed_ties, person_key } = subject as { sealed_ties: Uint8Array; person_key: Uint8Array }
    expect(gate.fields.openTies(sealed_ties, person_key, person.id)).toEqual(foreigner.ties)
    expect(person).toMatchObject({ status: 'foreign-person', version: 1, assignments: somebody.assignments })
    const dump = Buffer.concat([sealed_ties, person_key]).toString('latin1')
    expect(dump).not.toContain('citizenships')
  })

  test('has no place for a country of a U.S. person: not in the input, not in the table', async () => {
    const sneaky = { ...engineer, ties: foreigner.ties } as unknown as NewPerson
    await expect(addPerson(gate, ceremony, sneaky)).rejects.toMatchObject({ code: 'invalid-request' })
    const born = { ...engineer, birthplace: 'Lagos' } as unknown as NewPerson
    await expect(addPerson(gate, ceremony, born)).rejects.toMatchObject({ code: 'invalid-request' })
    const { person } = await addPerson(gate, ceremony, engineer)
    const forced = gate.database.query(`UPDATE person SET sealed_ties = '\\x00' WHERE id = $1`, [person.id])
    await expect(forced).rejects.toThrow(/check constraint/)
    await end(person.id)
    const later = gate.database.query(`UPDATE person SET sealed_ties = '\\x00' WHERE id = $1`, [person.id])
    await expect(later).rejects.toThrow(/check constraint/)
  })

  test('refuses a tie to the United States, a verification by oneself, a taken id and a name of two lines', async () => {
    const codeOf = (input: NewPerson) => addPerson(gate, ceremony, input).catch((error: Problem) => error.code)
    const ties = { citizenships: ['US'], formerCitizenships: [], permanentResidencies: [] }
    expect(await codeOf({ ...foreigner, ties })).toBe('invalid-request')
    expect(await codeOf({ ...engineer, id: attester })).toBe('invalid-request')
    expect(await codeOf({ ...engineer, id: officer })).toBe('conflict')
    expect(await codeOf({ ...engineer, displayName: 'Ana\nSouza' })).toBe('invalid-request')
  })

  test('names the ceremony in an entry that tells nothing personal in the clear', async () => {
    const { person, entries } = await addPerson(gate, ceremony, foreigner)
    const [entry] = await gate.entriesAbout('person', person.id)
    expect(entry).toMatchObject({ id: entries[0]?.id, kind: 'person.added', actor: null })
    expect(entry?.body).toMatchObject({ ceremony: 'Test works', status: 'foreign-person', roles: ['engineer'] })
    const bytes = Buffer.from(entry?.bytes ?? []).toString()
    for (const word of ['Lin', 'CN', 'HR file', 'kestrel']) expect(bytes).not.toContain(`"${word}`)
    const sealed = fromBase64Url(entry?.body['sealed'] as string) ?? new Uint8Array()
    const opened = JSON.parse(await openSealedEntry(gate, sealed, person.id)) as unknown
    expect(opened).toMatchObject({ displayName: 'Lin Wei', ties: foreigner.ties })
    await expect(openSealedEntry(gate, sealed, officer)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('endPerson()', () => {
  test('ends somebody at once, hides their ties from decisions and moves the access epoch', async () => {
    const { person } = await addPerson(gate, ceremony, foreigner)
    const epoch = await gate.epoch()
    const { person: after } = await end(person.id, 'went to a competitor')
    expect(after).toMatchObject({ status: 'ended', version: 2, ending: 'left', endedBy: officer })
    expect(await gate.epoch()).toBe(epoch + 1)
    expect(await subjectOf(person.id)).toMatchObject({ status: 'ended', version: 2, sealed_ties: null })
    const entry = (await gate.entriesAbout('person', person.id)).at(-1)
    expect(entry).toMatchObject({ kind: 'person.ended', actor: officer })
    expect(entry?.body).toMatchObject({ version: 2, from: 'foreign-person', ending: 'left' })
    expect(Buffer.from(entry?.bytes ?? []).toString()).not.toContain('competitor')
  })

  test('refuses somebody ended, nobody, a permit for another person and a permit used before', async () => {
    const { person } = await addPerson(gate, ceremony, engineer)
    const permit = gate.permit('person.end', person.id, officer)
    const how = { id: person.id, kind: 'status-ended' as const, reason: 'status ended' }
    const epoch = await gate.epoch()
    await expect(endPerson(gate, gate.permit('person.end', officer, officer), how)).rejects.toMatchObject({
      code: 'refused',
    })
    expect(await subjectOf(person.id)).toMatchObject({ status: 'us-person', version: 1 })
    expect(await gate.epoch()).toBe(epoch)
    await endPerson(gate, permit, how)
    await expect(endPerson(gate, permit, how)).rejects.toMatchObject({ code: 'refused' })
    await expect(end(person.id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(end(randomUUID() as Id<'person'>)).rejects.toMatchObject({ code: 'not-found' })
    expect(await gate.epoch()).toBe(epoch + 1)
    expect(await gate.entriesAbout('person', person.id)).toHaveLength(2)
  })

  test('spends its permit once although the transaction runs again', async () => {
    const { person } = await addPerson(gate, ceremony, engineer)
    const permit = gate.permit('person.end', person.id, officer)
    const { database } = gate
    const losing: typeof database = {
      ...database,
      transaction: async (work) => {
        const lost = database.transaction(async (tx) => {
          await work(tx)
          throw new Error('lost to another transaction')
        })
        await expect(lost).rejects.toThrow('lost to another')
        return await database.transaction(work)
      },
    }
    const how = { id: person.id, kind: 'left' as const, reason: 'gave notice' }
    expect((await endPerson({ ...gate, database: losing }, permit, how)).person.version).toBe(2)
    expect(await gate.entriesAbout('person', person.id)).toHaveLength(2)
  })

  test('makes the second of two at once wait, and then refuses it', async () => {
    const { person } = await addPerson(gate, ceremony, engineer)
    const { database } = gate
    const slow: typeof database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (tx) => {
          const done = await work(tx)
          await new Promise((resolve) => setTimeout(resolve, 200))
          return done
        }),
    }
    const how = { id: person.id, kind: 'left' as const, reason: 'gave notice' }
    const first = endPerson({ ...gate, database: slow }, gate.permit('person.end', person.id, officer), how)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(end(person.id)).rejects.toMatchObject({ code: 'conflict' })
    expect((await first).person.version).toBe(2)
    expect(await subjectOf(person.id)).toMatchObject({ version: 2 })
  })
})

describe('listPeople()', () => {
  const look = (resource = 'enclave') => gate.permit('person.list', resource, officer)

  test('reads everybody, and findPerson() one, each for a permit of its own', async () => {
    const { people } = await listPeople(gate, look())
    expect(people.map((one) => one.id)).toContain(officer)
    expect(await findPerson(gate, look(), officer)).toMatchObject({
      id: officer,
      basis: 'lpr',
      verification: { by: attester },
    })
    expect(await findPerson(gate, look(), randomUUID() as Id<'person'>)).toBeNull()
  })

  test('refuses a permit that was used, names something else or was made by hand', async () => {
    const used = look()
    await listPeople(gate, used)
    await expect(listPeople(gate, used)).rejects.toMatchObject({ code: 'refused' })
    await expect(findPerson(gate, look(officer), officer)).rejects.toMatchObject({ code: 'refused' })
    await expect(listPeople(gate, { ...look() })).rejects.toMatchObject({ code: 'refused' })
  })
})

test('displayNames() names whom it knows and leaves out the rest', async () => {
  const stranger = randomUUID() as Id<'person'>
  expect([...(await displayNames(gate.database, [officer, stranger]))]).toEqual([[officer, 'Ana Souza']])
  expect((await displayNames(gate.database, [])).size).toBe(0)
})

test('personOf() reads the record that a token subject is bound to, and nobody for any other', async () => {
  await bindIdentity(gate, ceremony, { issuer: 'https://id.invalid', subject: 'ana', personId: officer })
  expect(await personOf(gate.database, { issuer: 'https://id.invalid', subject: 'ana' })).toMatchObject({ id: officer })
  expect(await personOf(gate.database, { issuer: 'https://other.invalid', subject: 'ana' })).toBeNull()
})

test('addPerson() works no longer once the ceremony is closed, whoever holds one', async () => {
  const other = await openCeremony(gate, { name: 'Other works', kind: 'sample' })
  await closeCeremony(gate, ceremony)
  for (const late of [ceremony, other]) {
    await expect(addPerson(gate, late, engineer)).rejects.toMatchObject({ code: 'refused' })
  }
})
