// What the model answered, asked of PostgreSQL: the same statements on as many connections in the same order must give the same
// answers, wait where they waited, go on where they went on, and leave the same rows.

import { setTimeout } from 'node:timers/promises'
import type { Database, Row, Transaction } from '../../server/src/base/index.ts'
import { temporaryDatabase } from '../../server/src/base/testing.ts'
import { ledgerMigrations } from '../../server/src/ledger/index.ts'
import { policyMigrations } from '../../server/src/policy/index.ts'
import { DatabaseError } from 'pg'
import type { Traced } from './database.ts'
import type { Outcome } from './rows.ts'
import { isSameAnswer, nameOf, policyDigest, type Ground, type Tables } from './statements.ts'

/** PostgreSQL with what the statements read of other modules, which is little here. */
export interface Postgres {
  readonly database: Database
  /** For looking at what the others wait for. */
  readonly beside: Database
  stop(): Promise<void>
}

const patienceMs = 10_000

const others = `
CREATE TABLE subject (person_id uuid PRIMARY KEY, status text NOT NULL, version integer NOT NULL);
CREATE VIEW roster_subject AS
  SELECT person_id, status, version, ARRAY['engineer'] AS roles, '[]'::jsonb AS assignments, NULL::text AS employer,
         false AS is_regular_employee, false AS has_nda, false AS acts_for_foreign_employer,
         NULL::bytea AS sealed_ties, '\\x00'::bytea AS person_key, NULL::date AS briefed_on
    FROM subject;
CREATE TABLE identity_person (issuer text, subject text, person_id uuid);
CREATE TABLE file_registered (file_id uuid, labels text[], state text);
CREATE TABLE file_label_added (file_id uuid, labels text[]);
CREATE TABLE file_rescued (
  file_id uuid, rescue_id uuid, policy_sha256 text, bindings text[], is_stored boolean, labels text[], hands text[]);
CREATE FUNCTION roster_hands(text[]) RETURNS text[] LANGUAGE sql AS 'SELECT $1';
CREATE TABLE vault_labels (vault_id uuid, labels text[]);
CREATE TABLE file_label_known (fqn text, dimension text, value text);
CREATE TABLE authorization_effective (authorization_id uuid, version integer, terms jsonb, persons uuid[], foreign_parties text[]);
CREATE FUNCTION proscribed_country_on(timestamptz) RETURNS TABLE (country text, paragraph text) LANGUAGE sql
  AS 'SELECT NULL::text, NULL::text WHERE false';
CREATE FUNCTION employee_country_on(timestamptz) RETURNS TABLE (country text) LANGUAGE sql AS 'SELECT NULL::text WHERE false';
CREATE TABLE proviso_acknowledged (person_id uuid, authorization_id uuid, proviso text, text_sha256 text);
ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only;
INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ('${policyDigest}', '', '', true)`

/** Start PostgreSQL for replays on one kind of ground. */
export async function startPostgres({ isIndexKey }: Pick<Ground, 'isIndexKey'>): Promise<Postgres> {
  const migrations = [ledgerMigrations, policyMigrations]
  const temporary = await temporaryDatabase(migrations, { poolSize: 24 })
  const { database } = temporary
  for (const statement of others.split(';\n')) await database.query(statement)
  if (!isIndexKey) await database.query('ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey')
  return { database, beside: database, stop: temporary.stop }
}

/** Replay a trace that began with `before` and left `after`. Throws an Error that names the first difference. */
export async function replay(
  { database, beside }: Postgres,
  trace: readonly Traced[],
  { before, after, ground }: { readonly before: Tables; readonly after: Tables; readonly ground: Ground },
): Promise<void> {
  await database.transaction((tx) => fill(tx, before))
  const open = new Map<number, Connection>()
  try {
    for (const [i, one] of trace.entries()) {
      const connection = open.get(one.tx) ?? new Connection(database, beside, ground)
      open.set(one.tx, connection)
      const difference = await connection.follow(one)
      if (difference !== null) throw new Error(`PostgreSQL differs at step ${i}: ${difference}: ${wordsOf(one)}`)
    }
  } finally {
    await Promise.all([...open.values()].map((connection) => connection.letGo()))
  }
  const left = await database.query(leftText)
  if (!isSameAnswer(left, [leftOf(after)]))
    throw new Error(`PostgreSQL is left with other rows: ${JSON.stringify(left)}`)
}

class Connection {
  readonly #beside: Database
  readonly #ground: Ground
  readonly #transaction: Promise<'committed' | 'rolled back' | 'lost'>
  readonly #begun = Promise.withResolvers<Transaction>()
  readonly #ending = Promise.withResolvers<boolean>()
  #processId = 0
  #waiting: Promise<Outcome> | null = null

  constructor(database: Database, beside: Database, ground: Ground) {
    this.#beside = beside
    this.#ground = ground
    this.#transaction = database
      .transaction(async (tx) => {
        const [row] = await tx.query('SELECT pg_backend_pid() AS id')
        this.#processId = Number(row?.['id'])
        this.#begun.resolve(tx)
        if (!(await this.#ending.promise)) throw new RolledBack()
      })
      .then(
        () => 'committed',
        (error: unknown) => (error instanceof RolledBack ? 'rolled back' : 'lost'),
      )
  }

  /** Do the same; null, or what is another thing than it was. */
  async follow(one: Traced): Promise<string | null> {
    const tx = await this.#begun.promise
    if (one.kind === 'query') {
      const asked = this.#ask(tx, one)
      if (one.outcome !== 'waits') return await differenceOf(one.outcome, asked)
      this.#waiting = asked
      return (await this.#doesWait()) ? null : 'it does not wait'
    }
    if (one.kind === 'goes-on') {
      const waiting = this.#waiting
      this.#waiting = null
      return waiting === null ? 'it did not wait' : await differenceOf(one.outcome, waiting)
    }
    if (one.kind === 'begin') return null
    const ended = await this.#end(one.kind === 'commit')
    return (ended === 'committed') === (one.kind === 'commit') ? null : `it is ${ended}`
  }

  async #end(isCommitted: boolean): Promise<string> {
    // What waits for a row is not there to hear that its transaction is over.
    if (this.#waiting !== null) await this.#beside.query('SELECT pg_terminate_backend($1, 5000)', [this.#processId])
    this.#ending.resolve(isCommitted)
    return await this.#transaction
  }

  /** Whatever is still open is rolled back. */
  async letGo(): Promise<void> {
    await this.#end(false)
  }

  async #ask(tx: Transaction, { statement, values }: Traced & { readonly kind: 'query' }): Promise<Outcome> {
    const isTurn = nameOf(statement) === 'ledger-turn' && !this.#ground.isTurnTaken
    try {
      return { rows: await (isTurn ? tx.query('SELECT true AS taken') : tx.query(statement, values)) }
    } catch (error) {
      return { error }
    }
  }

  async #doesWait(): Promise<boolean> {
    const until = performance.now() + patienceMs
    while (performance.now() < until) {
      const text = "SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity WHERE pid = $1"
      const [row] = await this.#beside.query(text, [this.#processId])
      if (row?.['waits'] === true) return true
      await setTimeout(2)
    }
    return false
  }
}

class RolledBack extends Error {}

async function differenceOf(expected: Outcome, asked: Promise<Outcome>): Promise<string | null> {
  const late = new AbortController()
  const answer = await Promise.race([asked, setTimeout(patienceMs, null, { signal: late.signal, ref: false })])
  late.abort()
  if (answer === null) return 'it waits'
  if ('error' in answer || 'error' in expected) {
    return stateOf(answer) === stateOf(expected) ? null : `it answers ${stateOf(answer)}, want ${stateOf(expected)}`
  }
  return isSameAnswer(answer.rows, expected.rows) ? null : `it answers ${JSON.stringify([answer.rows, expected.rows])}`
}

function stateOf(outcome: Outcome): string {
  if ('rows' in outcome) return `${outcome.rows.length} rows`
  return outcome.error instanceof DatabaseError ? `SQLSTATE ${outcome.error.code}` : String(outcome.error)
}

function wordsOf(one: Traced): string {
  return `t${one.tx} ${one.kind}${one.kind === 'query' ? ` ${nameOf(one.statement)}` : ''}`
}

// ---- Rows before and after

async function fill(tx: Transaction, { people, entries, tiles, head }: Tables): Promise<void> {
  for (const table of ['ledger_pending', 'ledger_entries', 'ledger_tile', 'ledger_head', 'subject']) {
    await tx.query(`DELETE FROM ${table}`)
  }
  await tx.query('UPDATE access_epoch SET epoch = 1')
  for (const [id, { committed }] of people) {
    await tx.query('INSERT INTO subject VALUES ($1, $2, $3)', [id, committed?.status, committed?.version])
  }
  for (const { committed: one } of entries) {
    await tx.query(
      `INSERT INTO ledger_entries VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8)`,
      one === null ? [] : [one.index, one.id, one.kind, one.actor, one.aboutKind, one.aboutId, one.atMs, one.bytes],
    )
  }
  for (const [place, { committed }] of tiles) {
    const [level, n] = place.split('/')
    await tx.query('INSERT INTO ledger_tile VALUES ($1, $2, $3)', [level, n, committed])
  }
  const { origin, size, root, note } = head.committed ?? {}
  await tx.query('INSERT INTO ledger_head VALUES (true, $1, $2, $3, $4)', [origin, size, root, note])
}

const leftText = `
SELECT (SELECT epoch FROM access_epoch) AS epoch,
       (SELECT coalesce(json_agg(json_build_array(index, id) ORDER BY index, id), '[]') FROM ledger_entries) AS entries,
       (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM ledger_pending) AS pending,
       (SELECT note FROM ledger_head) AS note,
       (SELECT coalesce(json_agg(json_build_array(level || '/' || n, encode(hashes, 'hex')) ORDER BY level, n), '[]')
          FROM ledger_tile) AS tiles,
       (SELECT json_agg(json_build_array(person_id, status, version) ORDER BY person_id) FROM subject) AS people`

function leftOf({ epoch, entries, pending, head, tiles, people }: Tables): Row {
  const kept = [...pending].flatMap(([id, { committed }]) => (committed === null ? [] : [id]))
  return {
    epoch: epoch.committed,
    entries: entries
      .flatMap(({ committed: one }) => (one === null ? [] : ([[one.index, one.id]] as [number, string][])))
      .sort(([a], [b]) => a - b),
    pending: kept.sort(),
    note: head.committed?.note,
    tiles: [...tiles]
      .flatMap(([place, { committed }]) =>
        committed === null ? [] : [[place, Buffer.from(committed).toString('hex')]],
      )
      .sort(),
    people: [...people].map(([id, { committed }]) => [id, committed?.status, committed?.version]).sort(),
  }
}
