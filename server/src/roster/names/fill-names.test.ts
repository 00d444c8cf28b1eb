import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { approvalsMigrations } from '../../approvals/index.ts'
import { identityMigrations, unbindIn } from '../../identity/index.ts'
import { writeCsv } from '../../spreadsheet/index.ts'
import { temporaryDatabase } from '../../base/testing.ts'
import { migrateIn, readMigrations, migrate } from '../../base/index.ts'
import { ledgerMigrations } from '../../ledger/index.ts'
import { policyMigrations } from '../../policy/index.ts'
import {
  addUnverified,
  applyChange,
  applyImport,
  compareImport,
  findPeople,
  rosterMigrations,
  splitPerson,
} from '../index.ts'
import { lookOf, nameWords } from '@sallyport/protocol/names'
import { enlistOfficers, openTestGate, type TestGate } from '../testing.ts'

const modules = [ledgerMigrations, policyMigrations, approvalsMigrations, rosterMigrations, identityMigrations]
let gate: TestGate
let officer: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  officer = (await enlistOfficers(gate.database, 1))[0] as Id<'person'>
})
afterAll(() => gate.stop())

const nothing = { externalId: null, mail: null, employer: null, regularEmployee: null, actsForForeignEmployer: false }
const add = (displayName: string, externalId: string | null = null) =>
  addUnverified(gate, gate.permit('person.add', 'enclave', officer), {
    ...nothing,
    displayName,
    externalId,
    kind: 'employee',
    ndaSignedOn: null,
    briefedOn: null,
  })
const named = async (name: string) => {
  const permit = gate.permit('person.list', 'enclave', officer)
  return (await findPeople(gate, permit, { name, after: null })).people.map(({ displayName }) => displayName)
}

interface Kept {
  readonly display_name: string
  readonly external_id: string | null
  readonly name_look: string
  readonly external_id_look: string | null
  readonly words: readonly string[]
}
const everybody = async (database = gate.database) =>
  (await database.query(
    'SELECT display_name, external_id, name_look, external_id_look, tsvector_to_array(name_words) AS words FROM person',
  )) as unknown as readonly Kept[]
const asTheCodeSays = (one: Kept): Kept => ({
  ...one,
  name_look: lookOf(one.display_name),
  external_id_look: one.external_id === null ? null : lookOf(one.external_id),
  words: nameWords(one.display_name).toSorted(),
})
const sorted = (all: readonly Kept[]) => all.map((one) => ({ ...one, words: [...one.words].toSorted() }))

describe('what a name is found by', () => {
  test('is written by whatever writes a name: added, corrected, imported, split', async () => {
    const { person: first } = await add('Zoë O\u2019Neil-Bernard', 'X-l0')
    const correct = { change: 'correct', displayName: 'Zoe Ｂernard' } as const
    const wanted = { id: first.id, change: correct, reason: 'married', version: 1 }
    await applyChange(gate, gate.permit('person.change', first.id, officer), wanted)
    await splitPerson({ ...gate, unbindIn }, gate.permit('person.split', first.id, officer), {
      id: first.id,
      version: 2,
      displayName: 'Zora Bernard',
      kind: null,
      identities: [],
      reason: 'two human beings',
    })
    const table = writeCsv([
      ['external id', 'name'],
      ['X-l0', 'Zoe B. Bernard'],
      ['Ｘ-11', 'Ιmported Оne'],
    ])
    const { plan } = await compareImport(gate, gate.permit('person.import', 'enclave', officer), table)
    const apply = { bytes: table, digest: plan.digest, reason: 'HR' }
    await applyImport(gate, gate.permit('person.import', 'enclave', officer), apply)
    const people = (await everybody()).filter(({ display_name }) => !display_name.startsWith('Officer'))
    expect(people).toHaveLength(3)
    expect(sorted(people)).toEqual(people.map(asTheCodeSays))
  })

  test('cannot be left out, whoever writes SQL', async () => {
    const insert = (columns: string, values: string) =>
      gate.database.query(
        `INSERT INTO person (id, display_name, ${columns} is_regular_employee, has_nda, roles, status, person_key)
         VALUES (gen_random_uuid(), 'Nemo', ${values} false, false, '{}', 'unverified', '\\x00')`,
      )
    await expect(insert('', '')).rejects.toThrow(/name_look/)
    await expect(insert('name_look,', "'nemo',")).rejects.toThrow(/name_words/)
    const lacking = insert('name_look, name_words, external_id, external_id_key,', "'nemo', 'nemo', 'N', 'n',")
    await expect(lacking).rejects.toThrow(/person_external_id_look_check/)
  })

  test('ATTACKER: is short for a name that unfolds into thousands of letters', async () => {
    const long = '\ufdfa'.repeat(200)
    await add(long, '\ufdfa'.repeat(100))
    expect(await named('\ufdfa'.repeat(3))).toEqual([long])
  })

  test('finds people by words, their beginnings and initials, whatever case, accents and alphabet', async () => {
    await add('Marie-Claire d\u2019Aubigné')
    await add('Mara Claire')
    for (const name of ['mari cla', 'CLAIRE marie', 'daubig', "d'aubigne", 'Маrіе']) {
      expect(await named(name)).toEqual(['Marie-Claire d\u2019Aubigné'])
    }
    expect(await named('claire')).toEqual(['Mara Claire', 'Marie-Claire d\u2019Aubigné'])
    for (const name of ['m', 'aire', '', '!?', "':* | mara", 'mara & !claire', "\\' mara"]) {
      expect((await named(name)).filter((one) => one.startsWith('Marie'))).toEqual([])
    }
    expect(await named('mara & claire')).toEqual(['Mara Claire'])
    // A whole name before parts of names, as everywhere.
    await add('Marie')
    expect(await named('MARÍE')).toEqual(['Marie'])
    expect(await named('mari')).toEqual(['Marie', 'Marie-Claire d\u2019Aubigné'])
  })

  test('of many look-alikes so many are told that one can read them', async () => {
    for (let n = 0; n < 103; n++) await add('Common Name')
    const { similar } = await add('Соmmon Name')
    expect(similar).toHaveLength(100)
    const rows = writeCsv([
      ['external id', 'name'],
      ['C-1', 'common name'],
    ])
    const { plan } = await compareImport(gate, gate.permit('person.import', 'enclave', officer), rows)
    expect(plan.similar).toHaveLength(5)
  })
})

describe('compareImport() against a roster of which the table names few', () => {
  test('reads those alone, tells the first 10,000 of the others, and that there are more', async () => {
    await gate.database.query(
      `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, person_key)
       SELECT gen_random_uuid(), 'AA ' || n, 'aa' || n, '', false, false, '{}', 'unverified', '\\x00'
         FROM generate_series(1, 10001) n`,
    )
    const [one] = await gate.database.query("SELECT id FROM person WHERE display_name = 'AA 1'")
    const table = writeCsv([
      ['person id', 'external id', 'name'],
      [String(one?.['id']), 'AA-1', 'AA 1'],
    ])
    const { plan } = await compareImport(gate, gate.permit('person.import', 'enclave', officer), table)
    expect(plan.missing.map(({ id }) => id)).not.toContain(one?.['id'])
    expect([plan.missing.length, plan.areMoreMissing]).toEqual([10_000, true])
    expect(plan.missing.every(({ displayName }) => displayName.startsWith('AA '))).toBe(true)
  })
})

test('fillNames() writes it for people who were there before it was kept, and makes no version of anybody', async () => {
  const { database, stop } = await temporaryDatabase([])
  try {
    const before = async () => {
      const own = await temporaryDatabase(modules)
      const all = await readMigrations(own.database)
      await own.stop()
      return all.filter(({ module, name }) => module !== 'roster' || name < '011')
    }
    const records = await before()
    await database.transaction(async (tx) => void (await migrateIn(tx, modules, records)))
    await database.query(
      `INSERT INTO person (id, display_name, external_id, external_id_key, is_regular_employee, has_nda, roles, status, person_key)
       SELECT gen_random_uuid(), 'Zoë ' || n, 'E-' || n, 'e-' || n, false, false, '{}', 'unverified', '\\x00'
         FROM generate_series(1, 5001) n`,
    )
    const merged = `UPDATE person SET status = 'ended', ended_kind = 'merged', ended_at = now(), ended_reason = '\\x00'
                     WHERE display_name = 'Zoë 7'`
    await database.query(merged)
    const versions = () => database.query('SELECT person_id, version FROM person_version ORDER BY 1, 2')
    const was = await versions()
    await migrate(database, modules)
    expect(await versions()).toEqual(was)
    const people = await everybody(database)
    expect(people).toHaveLength(5001)
    expect(sorted(people)).toEqual(people.map(asTheCodeSays))
    await expect(database.query("UPDATE person SET mail = 'x@y.z' WHERE ended_kind = 'merged'")).rejects.toThrow(
      /merged/,
    )
  } finally {
    await stop()
  }
}, 60_000)

test('lookOf() and nameWords() are as the rows have them: whoever changes this adds a migration that fills them anew', () => {
  const letters = Array.from({ length: 0x600 }, (_, at) => String.fromCodePoint(at)).filter((one) => !/\s/.test(one))
  const told = letters.map((letter) => `${lookOf(`a${letter}b`)} ${nameWords(`a${letter}b`).join(',')}`).join('\n')
  expect(
    createHash('sha256')
      .update(`${told} ${lookOf('Barney’s rn')}`)
      .digest('hex'),
  ).toMatchInlineSnapshot(`"37a9b16c41e5c6c56bec2786c41be774494bbeece2a38915efbcb7ac4ce836fb"`)
})
