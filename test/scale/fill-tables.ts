// For tests of plans: tables with rows enough for PostgreSQL to know what their columns are like, and statistics that say that
// there are a million of each. The rows satisfy every constraint; nobody reads them as people or entries.

import type { Database } from '../../server/src/base/index.ts'

/** Tables that grow with people, files and what they do. What is not here stays small, or as large as what waits. */
export const bigTables = [
  'person',
  'person_version',
  'person_assignment',
  'identity_binding',
  'label',
  'vault',
  'authorization_record',
  'protected_file',
  'file_key',
  'file_added_label',
  'file_rescue',
  'file_share',
  'ledger_entries',
  'ledger_tile',
  'approval_request',
  'approval',
  'notice',
] as const

const rows = 20_000
const rowsSaid = 1_000_000

const id = (kind: string, n: string) => `md5('${kind}' || ${n})::uuid`

const fillText = [
  `INSERT INTO person (id, display_name, name_look, name_words, external_id, external_id_key, external_id_look, mail, is_regular_employee, has_nda, roles, status, basis,
                       verified_at, reviewed_at, briefed_on, evidence_ref, person_key)
   SELECT ${id('person', 'n')}, 'Person ' || n, 'person' || n, ('person ' || n)::tsvector, 'E-' || n, 'e-' || n, 'e-' || n, 'p' || n || '@example.org', true, false,
          CASE WHEN n % 1000 = 0 THEN '{officer}' WHEN n % 1000 = 1 THEN '{administrator,auditor}' ELSE '{engineer}' END::text[],
          'us-person', 'citizen', now() - n * interval '1 hour', now() - n * interval '1 minute', '2026-01-01', 'HR ' || n,
          decode(repeat(md5(n::text), 4), 'hex')
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO person_version (person_id, version, valid_from, display_name, kind, is_regular_employee, acts_for_foreign_employer,
                               has_nda, roles, assignments, status, basis, verified_at, evidence_ref, change, changed_by, approved_by)
   SELECT ${id('person', 'n')}, v, now() - n * interval '1 minute' + v * interval '1 second', 'Person ' || n, 'employee', true, false,
          false, '{engineer}', '[]', 'us-person', 'citizen', now(), 'HR', 'added', ${id('person', '(n % 20)')},
          CASE WHEN n % 10 = 0 THEN ARRAY[${id('person', '(n % 20)')}, ${id('person', '(n % 21)')}] ELSE '{}' END
     FROM generate_series(1, ${rows}) n, generate_series(1, 2) v`,
  `INSERT INTO person_assignment SELECT ${id('person', 'n')}, 'program-' || n % 50, 'co-development' FROM generate_series(1, ${rows}) n`,
  `INSERT INTO identity_binding SELECT 'https://idp.example.org', 'subject-' || n, ${id('person', 'n')} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO label (fqn, dimension, value, title, classified_by, basis)
   SELECT 'https://example.org/attr/program/value/p' || n, 'program', 'p' || n, 'Program ' || n, ${id('person', 'n')}, 'CJ'
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO authorization_record (id, version, state, number, terms, valid_from, valid_until, persons, foreign_parties, effective_at)
   SELECT ${id('authorization', 'n')}, 1, 'effective', 'TA-' || n, '{}', now() - interval '1 year', now() + interval '1 year',
          ARRAY[${id('person', 'n')}], ARRAY['party-' || n % 5000], now()
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO vault SELECT ${id('vault', 'n')}, 'Vault ' || n, '', '{https://example.org/attr/program/value/p}'
     FROM generate_series(1, 100) n`,
  `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by, deleted_at)
   SELECT ${id('file', 'n')}, ${id('vault', '(n % 100 + 1)')}, 'file-' || n, '{https://example.org/attr/program/value/p}',
          CASE WHEN n % 50 = 0 THEN 'deleted' ELSE 'stored' END, 1000, sha256(n::text::bytea), 'object-' || n,
          ${id('person', 'n')}, CASE WHEN n % 50 = 0 THEN now() END
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO file_key SELECT ${id('file', 'n')}, 'kid-' || n, decode(repeat(md5(n::text), 8), 'hex') FROM generate_series(1, ${rows}) n`,
  `INSERT INTO file_added_label
   SELECT ${id('file', 'n')}, v, '{https://example.org/attr/dissem/value/noforn}', ${id('person', 'n')}, '{}', now(), 'CJ', ${id('entry', 'n')}
     FROM generate_series(1, ${rows}) n, generate_series(1, 2) v`,
  `INSERT INTO file_rescue (id, file_id, policy_sha256, bindings, is_stored, instead, labels, requested_by, approved_by, reason, entry_id)
   SELECT ${id('rescue', 'n')}, ${id('file', 'n')}, encode(sha256(n::text::bytea), 'hex'), ARRAY[md5(n::text)], n % 2 = 0, '{}',
          '{https://example.org/attr/program/value/p}', ${id('person', 'n')}, ARRAY[${id('person', '(n + 1)')}], 'CJ', ${id('entry', 'n')}
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO file_share (id, file_id, person_id, program, shared_by)
   SELECT ${id('share', 'n')}, ${id('file', 'n')}, CASE WHEN n % 2 = 0 THEN ${id('person', '(n % 9000)')} END,
          CASE WHEN n % 2 = 1 THEN 'program-' || n % 50 END, ${id('person', '(n % 9000 + 10000)')}
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO ledger_entries
   SELECT 1000000 + n, ${id('entry', 'n')},
          CASE WHEN n % 3 = 0 THEN 'decision.permit' WHEN n % 3 = 1 THEN 'decision.deny' ELSE 'kind.' || n % 20 END,
          ${id('person', '(n % 10000 + 1)')}, 'file', ${id('file', '(n % 5000 + 1)')}::text, now(), decode(repeat(md5(n::text), 40), 'hex')
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO ledger_tile SELECT 0, 100000 + n, decode(repeat(md5(n::text), 2), 'hex') FROM generate_series(1, ${rows}) n`,
  `INSERT INTO approval_request (id, kind, subject, digest, requested_by, needed, excluded, expires_at, state, closed_at)
   SELECT ${id('request', 'n')}, 'person.change', '{}', encode(sha256(n::text::bytea), 'hex'), ${id('person', 'n')}, 2, '{}',
          now() + interval '1 day', CASE WHEN n % 1000 = 0 THEN 'pending' ELSE 'executed' END,
          CASE WHEN n % 1000 = 0 THEN NULL ELSE now() - n * interval '1 hour' END
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO approval SELECT ${id('request', 'n')}, ${id('person', '(n % 20)')} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO classification_record (id, number, state, terms, jurisdiction, items, is_in_doubt, next_review, supersedes, reason,
                                      registered_at, effective_at, ended_at, superseded_by, head)
   SELECT ${id('classification', 'n')}, 'C-' || n, CASE WHEN n % 2 = 0 THEN 'in-force' ELSE 'superseded' END, '{}', 'itar', '{iv-h-1}',
          n % 1000 = 0, '2028-01-01', CASE WHEN n % 2 = 0 THEN ${id('classification', '(n - 1)')} END, 'board', now(), now(),
          CASE WHEN n % 2 = 1 THEN now() END, CASE WHEN n % 2 = 1 THEN ${id('classification', '(n + 1)')} END,
          ${id('classification', '(n + n % 2)')}
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO candidate (id, mark, day_mark, subject, sealed_matter, state, sealed_decision, decided_by, decided_at)
   SELECT ${id('candidate', 'n')}, sha256(n::text::bytea), sha256((n / 3)::text::bytea), '\\x00', '\\x00',
          CASE WHEN n % 500 = 0 THEN 'open' WHEN n % 500 = 1 THEN 'case' ELSE 'dismissed' END,
          CASE WHEN n % 500 > 0 THEN '\\x00'::bytea END, CASE WHEN n % 500 > 0 THEN ${id('person', 'n')} END, CASE WHEN n % 500 > 0 THEN now() END
     FROM generate_series(1, ${rows}) n`,
  `INSERT INTO notice (request_id, event, recipient, state, made_at, settled_at, entry_id)
   SELECT ${id('request', 'n')}, 'asked', ${id('person', '(n % 20)')}, CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'sent' END,
          now() - n * interval '1 minute', now(), ${id('entry', 'n')}
     FROM generate_series(1, ${rows}) n`,
]

/** Fill the tables of an enclave that serves nobody any more, and have PostgreSQL believe in a million rows of each. */
export async function fillTables(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    // No trigger: what the rows would set off is not looked at here.
    await tx.query("SET LOCAL session_replication_role = 'replica'")
    for (const text of fillText) await tx.query(text)
  })
  for (const table of bigTables) {
    await database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`)
    await database.query(`VACUUM ANALYZE ${table}`)
    // The planner takes the size of the table's file times this density.
    await database.query(
      `UPDATE pg_class SET reltuples = ${rowsSaid} WHERE oid IN (SELECT $1::regclass UNION SELECT indexrelid FROM pg_index WHERE indrelid = $1::regclass)`,
      [table],
    )
  }
}
