// How long questions about the past take, as an officer asks them over the product API: token, decision, its durable entry, the
// versions, the answer as JSON. Five years of history: 2,000 people with 61 versions each. Beside each, turn by turn, the SQL
// that a database administrator would write for the same question, over a connection of its own.

import type { Database } from '../server/src/base/index.ts'
import { freePort } from '../server/src/main/testing.ts'
import { gateClient, makeSite, serveElsewhere } from '../test/gate.ts'
import { quantile, type BenchRow } from './row.ts'

const people = 2000
const versions = 61
const years = 5

/** Measure on a sample enclave of its own, about a minute. */
export async function benchRosterPast(): Promise<BenchRow[]> {
  const site = await makeSite()
  const port = await freePort(9750)
  const gate = await serveElsewhere(site, { port, listenPort: port })
  const client = await gateClient(gate)
  try {
    const ids = await fillHistory(site.database)
    const token = await client.token('grace')
    const ask = async (path: string): Promise<void> => {
      const { status, text } = await client.call('GET', `/api/v1${path}`, { token })
      if (status !== 200) throw new Error(`cannot measure ${path}: the gate answered ${status} ${text}, want 200`)
      const { next = null } = JSON.parse(text) as { readonly next?: string | null }
      if (next !== null) await ask(`${path.replace(/&after=.*/, '')}&after=${next}`)
    }
    const person = (n: number): string => ids[(n * 7919) % ids.length] ?? ''
    const status = await takeTurns(400, {
      ours: (n) => ask(`/people/${person(n)}?asOf=${moment(n)}`),
      reference: (n) => site.database.query(byKey, [person(n)]),
    })
    const roster = await takeTurns(40, {
      ours: (n) => ask(`/people?asOf=${moment(n)}`),
      reference: (n) => site.database.query(everybodyAsOf, [moment(n)]),
    })
    const compared = await takeTurns(40, {
      ours: (n) => ask(`/roster/compare?from=${moment(n)}&to=${moment(n + 1)}`),
      reference: (n) => site.database.query(changedBetween, [moment(n), moment(n + 1)]),
    })
    return [
      row('status of a person on a date, p95', status, 100, 'SELECT of the person by primary key'),
      row('roster as it stood on a date, p95', roster, 1000, 'SQL by hand, rows only'),
      row('two dates compared, p95', compared, 2000, 'SQL by hand, rows only'),
    ]
  } finally {
    client.close()
    await gate.kill()
    await site.stop()
  }
}

/** Put people with monthly versions on the roster, in its own tables. Yields their ids. */
async function fillHistory(database: Database): Promise<readonly string[]> {
  const rows = await database.query(
    `INSERT INTO person (id, version, display_name, name_look, name_words, kind, external_id, external_id_key, external_id_look, is_regular_employee,
                         regular_employee_basis, has_nda, nda_signed_on, roles, status, basis, verified_at, evidence_ref,
                         person_key)
     SELECT uuidv7(), $2, 'Person ' || n || ' of the Benchmark', 'person' || n, '', 'employee', 'B-' || n, 'b-' || n, 'b-' || n, true,
            'direct-permanent', true, '2021-01-05', '{engineer}', 'us-person', 'citizen', now() - $3 * interval '1 year',
            'HR ' || n, '\\x00'
       FROM generate_series(1, $1) n RETURNING id`,
    [people, versions, years],
  )
  const ids = rows.map((one) => String(one['id']))
  await database.query(
    `INSERT INTO person_version (person_id, version, valid_from, display_name, kind, external_id, is_regular_employee,
                                 regular_employee_basis, acts_for_foreign_employer, has_nda, nda_signed_on, roles,
                                 assignments, status, basis, verified_at, evidence_ref, change, approved_by)
     SELECT p.id, v, now() - $3 * interval '1 year' + v * interval '30 days' + random() * interval '29 days',
            p.display_name, p.kind, p.external_id, true, 'direct-permanent', false, v % 5 > 0,
            CASE WHEN v % 5 > 0 THEN p.nda_signed_on END, p.roles,
            jsonb_build_array(jsonb_build_object('program', 'falcon', 'purpose', 'design-' || v % 4)), 'us-person',
            'citizen', p.verified_at, p.evidence_ref, 'assign', '{}'
       FROM person p, generate_series(1, $2 - 1) v WHERE p.id = ANY ($1::uuid[])`,
    [ids, versions, years],
  )
  return ids
}

// Of the last five years, another moment each time.
function moment(n: number): string {
  const beforeDays = 1 + ((n * 487) % (years * 365 - 40))
  return new Date(Date.now() - beforeDays * 86_400_000).toISOString()
}

const byKey = { name: 'bench-key', text: 'SELECT * FROM person WHERE id = $1' }

const asOf = (moment: string): string => `
  SELECT DISTINCT ON (person_id) * FROM person_version WHERE valid_from <= ${moment}
   ORDER BY person_id, valid_from DESC`

const everybodyAsOf = { name: 'bench-as-of', text: asOf('$1') }

const changedBetween = {
  name: 'bench-compare',
  text: `SELECT * FROM (${asOf('$1')}) was FULL JOIN (${asOf('$2')}) has USING (person_id)
          WHERE was.version IS DISTINCT FROM has.version`,
}

interface Turns {
  readonly ours: readonly number[]
  readonly reference: readonly number[]
}

/** Ask both in turn; the first tenth is not counted. */
async function takeTurns(
  count: number,
  ask: Readonly<Record<keyof Turns, (n: number) => Promise<unknown>>>,
): Promise<Turns> {
  const taken = { ours: [] as number[], reference: [] as number[] }
  for (let n = -count / 10; n < count; n++) {
    for (const who of ['ours', 'reference'] as const) {
      const begun = performance.now()
      await ask[who](Math.abs(n))
      if (n >= 0) taken[who].push(performance.now() - begun)
    }
  }
  return taken
}

function row(what: string, { ours, reference }: Turns, limitMs: number, beside: string): BenchRow {
  const p95 = quantile(ours, 0.95)
  const told = (values: readonly number[]): string =>
    `p50 ${quantile(values, 0.5).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms`
  return {
    what,
    value: p95,
    unit: 'ms',
    reference: `${limitMs} ms`,
    ratio: p95 / limitMs,
    target: 1,
    isCeiling: true,
    note: `${told(ours)}; ${beside}: ${told(reference)}`,
  }
}

if (import.meta.main) console.table(await benchRosterPast())
