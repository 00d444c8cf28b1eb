// An enclave of any size: people with keys of their own, each with a version and what they sign in with, files, and entries that the
// ledger's own sequencer put into the tree. Rows go in by COPY as their writers leave them; what reads them says whether they are.

import type { Id } from '../protocol/src/index.ts'
import { newId, type Database } from '../server/src/base/index.ts'
import type { EntryDraft } from '../server/src/ledger/index.ts'
import type { Enclave, Ground } from '../server/src/main/open-enclave.ts'
import { lookOf, nameWords } from '../protocol/src/similar-names.ts'
import { draft } from './ledger.ts'

export interface Filled {
  readonly people: readonly Id<'person'>[]
  readonly files: readonly Id<'file'>[]
}

/** Entries of one transaction, as many as the sequencer moves in one. */
const atOnce = 4096
const linesAtOnce = 2000
/** One vault for so many files, as few as an enclave that is organized by program has. */
const filesOfVault = 10_000

/** Fill a founded enclave that nobody serves, and check it by what reads it: constraints, versions and the audit of the ledger. */
export async function fillEnclave({ ground, enclave }: Parts, size: number, issuer: string): Promise<Filled> {
  const { database } = ground
  const people = Array.from({ length: size }, () => newId<'person'>(ground.clock, ground.random))
  const files = Array.from({ length: size }, () => newId<'file'>(ground.clock, ground.random))
  await copyPeople({ ground, enclave }, people, issuer)
  await copyFiles(database, people, files)
  await appendEntries({ ground, enclave }, people, files)
  await database.bulk('load', async (tx) => void (await tx.query('ANALYZE')))
  return { people, files }
}

interface Parts {
  readonly ground: Ground
  readonly enclave: Enclave
}

/** The name of whoever is the nth. */
export function nameAt(n: number): string {
  return `${given[n % given.length]} ${family[n % family.length]} ${n}`
}

function named(n: number): readonly string[] {
  const name = nameAt(n)
  return [name, lookOf(name), nameWords(name).join(' ')]
}

async function copyPeople({ ground, enclave }: Parts, people: readonly Id<'person'>[], issuer: string): Promise<void> {
  const key = (id: Id<'person'>): string =>
    `\\\\x${Buffer.from(enclave.roster.fields.makePersonKey(id)).toString('hex')}`
  await ground.database.bulk('load', async (tx) => {
    // The trigger that keeps versions would be run a million times; the statement below is what it does, at once.
    await tx.query('ALTER TABLE person DISABLE TRIGGER person_version_kept')
    await tx.copyIn(
      `COPY person (id, display_name, name_look, name_words, external_id, external_id_key, external_id_look, is_regular_employee, has_nda, roles, status, basis, verified_at,
                    evidence_ref, person_key) FROM STDIN`,
      lines(people, (id, n) =>
        [id, ...named(n), `B-${n}`, `b-${n}`, lookOf(`B-${n}`), 't', 'f', '{engineer}', 'us-person']
          .concat('citizen', '2026-01-05', `HR ${n}`, key(id))
          .join('\t'),
      ),
    )
    await tx.copyIn(
      'COPY person_assignment FROM STDIN',
      lines(people, (id) => `${id}\tfalcon\tco-development`),
    )
    await tx.copyIn(
      'COPY identity_binding (issuer, subject, person_id) FROM STDIN',
      lines(people, (id, n) => `${issuer}\tperson-${n}\t${id}`),
    )
    await tx.query(
      `INSERT INTO person_version (person_id, version, valid_from, display_name, kind, external_id, is_regular_employee,
                                   acts_for_foreign_employer, has_nda, roles, assignments, status, basis, verified_at, evidence_ref,
                                   change, approved_by)
       SELECT p.id, p.version, date_trunc('milliseconds', clock_timestamp()), p.display_name, p.kind, p.external_id,
              p.is_regular_employee, p.acts_for_foreign_employer, p.has_nda, p.roles,
              '[{"program": "falcon", "purpose": "co-development"}]', p.status, p.basis, p.verified_at, p.evidence_ref, p.change,
              p.approved_by
         FROM person p WHERE NOT EXISTS (SELECT FROM person_version v WHERE v.person_id = p.id)`,
    )
    await tx.query('ALTER TABLE person ENABLE TRIGGER person_version_kept')
  })
}

/** Registered files without their containers. A file that was reserved before files had keys of their own has none. */
async function copyFiles(database: Database, people: readonly string[], files: readonly string[]): Promise<void> {
  const [falcon] = await database.query("SELECT id, labels FROM vault WHERE name = 'falcon'")
  const names = (falcon?.['labels'] ?? []) as readonly string[]
  const labels = `{${names.map((one) => `"${one}"`).join(',')}}`
  const made = await database.query(
    `INSERT INTO vault (id, name, description, labels)
     SELECT gen_random_uuid(), 'vault-' || n, '', (SELECT labels FROM vault WHERE name = 'falcon')
       FROM generate_series(1, $1) n RETURNING id`,
    [Math.ceil(files.length / filesOfVault)],
  )
  const vaults = made.map(({ id }) => String(id))
  await database.bulk('load', (tx) =>
    tx.copyIn(
      'COPY protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by) FROM STDIN',
      lines(files, (id, n) => {
        const digest = `\\\\x${n.toString(16).padStart(64, '0')}`
        const name = `assembly ${n % 1000}/part-${n}.step`
        return [
          id,
          vaults[n % vaults.length],
          name,
          labels,
          'stored',
          1000,
          digest,
          `bench-${n}`,
          people[n % people.length],
        ].join('\t')
      }),
    ),
  )
}

async function appendEntries(
  { ground, enclave }: Parts,
  people: readonly Id<'person'>[],
  files: readonly Id<'file'>[],
) {
  for (let at = 0; at < people.length; at += atOnce) {
    const drafts = people
      .slice(at, at + atOnce)
      .map((actor, n): EntryDraft => ({ ...draft, actor, about: { kind: 'file', id: files[at + n] ?? '' } }))
    await ground.database.transaction((tx) => enclave.ledger.appendIn(tx, drafts))
    while ((await enclave.ledger.sequenceOnce()) > 0);
  }
}

async function* lines<T>(items: readonly T[], line: (item: T, n: number) => string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < items.length; at += linesAtOnce) {
    const some = items.slice(at, at + linesAtOnce).map((item, n) => `${line(item, at + n)}\n`)
    yield Buffer.from(some.join(''))
  }
}

const given = [
  'Ana',
  'Ben',
  'Chloé',
  'Dmitri',
  'Elif',
  'Farah',
  'Grace',
  'Hiro',
  'Inés',
  'Jack',
  'Kofi',
  'Lucía',
  'Mei',
]
const family = [
  'Abara',
  'Brandt',
  'Castillo',
  'Dubois',
  'Eriksen',
  'Fischer',
  'Greene',
  'Hughes',
  'Ito',
  'Jansen',
  'Kaya',
]
