// I9: the tables rebuilt from the ledger equal the tables. A real enclave that was lived in agrees; whatever somebody edits in it with
// SQL, as the owner of the database, is found and named.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { actions } from '@sallyport/protocol'
import { compareTables } from '../../server/src/ledger/tables/compare-tables.ts'
import { firstFinding, type ComparedTable } from '../../server/src/ledger/index.ts'
import { moduleTables } from '../../server/src/main/tables.ts'
import {
  editableColumns,
  keepCopies,
  liftRules,
  otherValue,
  putBack,
  type EditableColumn,
} from './reconcile/edit-tables.ts'
import type { Database, Sql } from '../../server/src/base/index.ts'
import { requestFor, sampleEnclave } from '../../server/src/main/testing.ts'
import { applyChange } from '../../server/src/roster/index.ts'
import { realEnclave, type RealEnclave } from './reconcile/real-enclave.ts'

const compared = moduleTables.flatMap((module) => module.tables)
const leftOut = Object.assign({}, ...moduleTables.map((module) => module.leftOut)) as Readonly<Record<string, string>>

let real: RealEnclave
let columns: readonly EditableColumn[]
beforeAll(async () => {
  real = await realEnclave(9920)
  columns = await editableColumns(real.database)
}, 120_000)
afterAll(() => real?.stop())

const faulty = async (): Promise<ReadonlyMap<string, ComparedTable>> => {
  const { tables } = await real.compare()
  return new Map(tables.filter(({ faults }) => faults > 0).map((one) => [one.table, one]))
}

describe('what the tables hold is what the ledger says (I9)', () => {
  test('of an enclave that was lived in, but for the days that its making had pass in a table', async () => {
    const { unknown, unread } = await real.compare()
    expect({ unknown, unread }).toEqual({ unknown: [], unread: null })
    const found = await faulty()
    expect([...found.keys()]).toEqual(['approval_request'])
    expect(found.get('approval_request')?.finding?.column).toMatch(/^(requested|expires)_at$/)
    const asked = `requested_at + CASE WHEN state = 'expired' THEN interval '31 days' ELSE interval '0' END`
    const days = `CASE WHEN kind = 'person.enrollment' THEN interval '7 days' ELSE interval '30 days' END`
    await real.database.query(`UPDATE approval_request SET requested_at = ${asked}, expires_at = ${asked} + ${days}`)
    expect(await faulty()).toEqual(new Map())
  })

  test('of every table, every row and every column, or it is said why not', async () => {
    const { tables } = await real.compare()
    expect(tables.filter(({ rows }) => rows === 0).map(({ table }) => table)).toEqual([])
    expect(tables.filter((one) => one.rowsNotCovered + one.columnsNotCovered.length > 0)).toEqual([])
    const known = new Set([...compared.map(({ name }) => name), ...Object.keys(leftOut)])
    expect([...new Set(columns.map(({ table }) => table))].filter((table) => !known.has(table))).toEqual([])
    // A table whose rows are compared in another form says so by its source; its columns are tried below all the same.
    const untold = compared.flatMap(({ name, key, columns: told, leftOut: untold = {}, source }) =>
      source === undefined
        ? columns.filter(({ table, column }) => table === name && !(column in { ...key, ...told, ...untold }))
        : [],
    )
    expect(untold).toEqual([])
  })
})

describe('kinds of entries', () => {
  const folded = new Set(moduleTables.flatMap(({ folds }) => Object.keys(folds)))
  const quiet = new Set(moduleTables.flatMap(({ withoutRows }) => Object.keys(withoutRows)))

  test('are each folded or said to make nothing of any row, never both', () => {
    expect([...folded].filter((kind) => quiet.has(kind))).toEqual([])
  })

  test('that the sources name are all known', () => {
    const root = fileURLToPath(new URL('../../server/src', import.meta.url))
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !/\.test\.ts$|testing|doors.kas.reproduced/.test(path),
    )
    const texts = paths.map((path) => readFileSync(`${root}/${path}`, 'utf8'))
    const written = texts.filter((text) => /appendIn|\.append\(|EntryDraft|kind: '/.test(text))
    const named = new Set(
      written.flatMap((text) => [...text.matchAll(/'([a-z-]+(?:\.[a-z-]+)+)'/g)].map(([, one]) => one ?? '')),
    )
    const requests = new Set(
      texts.flatMap((text) => [...text.matchAll(/Request = '([a-z.-]+)'/g)].map(([, one]) => one)),
    )
    const isOther = (name: string) =>
      name in actions ||
      requests.has(name) ||
      /^(context|principal|resource)\./.test(name) ||
      /\.(json|ts|tdf|txt|html|zip|pdf|cedar|cedarschema|pem|key)$/.test(name)
    const unknown = [...named].filter((name) => !folded.has(name) && !quiet.has(name) && !isOther(name))
    // Any other word with a point in it is a host name.
    expect(unknown.toSorted()).toEqual(['sample.sallyport.invalid'])
    const made = texts.flatMap((text) => [...text.matchAll(/kind: `([a-z-]+\.)\$\{/g)].map(([, one]) => one))
    expect([...new Set(made)].toSorted()).toEqual([
      'authorization.',
      'classification.',
      'decision.',
      'due-mail.',
      'notice.',
    ])
  })
})

describe('what an entry took over (I9)', () => {
  test('is found by the entry that found it otherwise', async () => {
    const sample = await sampleEnclave()
    try {
      const { enclave, database } = sample
      const id = sample.id('ada')
      const [row] = await database.query('SELECT version FROM person WHERE id = $1', [id])
      const version = Number(row?.['version'])
      await database.query('ALTER TABLE person DISABLE TRIGGER USER')
      await database.query('UPDATE person SET has_nda = NOT has_nda WHERE id = $1', [id])
      await database.query('ALTER TABLE person ENABLE TRIGGER USER')
      const decided = await sample.decide(requestFor('grace', 'person.change', { kind: 'person', id }))
      if (decided.effect === 'deny') throw new Error('grace may not change people')
      const change = { change: 'record-foreign-employer' } as const
      await applyChange(enclave.roster, decided.permit, { id, change, reason: 'told so', version })
      const { tables } = await enclave.ledger.compareTables(enclave.records.openForPerson)
      const finding = tables.find(({ table }) => table === 'person')?.finding
      expect(finding).toMatchObject({ key: id, column: 'has_nda' })
      expect(finding?.text).toContain('found it otherwise than')
    } finally {
      await sample.stop()
    }
  }, 60_000)
})

describe('comparing', () => {
  test('ends with whatever it is cut off at, and changes nothing', async () => {
    const { database, gate } = real
    // The served gate removes the objects of deleted files and forgets where they were, at any moment: done before.
    await database.query(`UPDATE protected_file SET object_key = NULL WHERE state = 'deleted'`)
    const before = await digests()
    let [steps, sent] = [0, 0]
    const counted: Database = {
      ...database,
      bulk: (mode, work) =>
        database.bulk(mode, (tx) => work({ ...tx, query: (...asked) => (steps++, tx.query(...asked)) })),
    }
    await compareTables(counted, moduleTables, gate.enclave.records.openForPerson)
    expect(steps).toBeGreaterThan(35)
    for (let step = 1; step <= steps; step += 3) {
      sent = 0
      const cut: Database = {
        ...database,
        bulk: (mode, work) =>
          database.bulk(mode, (tx) =>
            work({
              ...tx,
              query: async (statement, values) => {
                if (++sent === step) await killOther(await backendOf(tx))
                return await tx.query(statement, values)
              },
            }),
          ),
      }
      await expect(compareTables(cut, moduleTables, gate.enclave.records.openForPerson)).rejects.toMatchObject({
        code: 'unavailable',
      })
    }
    expect(await digests()).toEqual(before)
    const [left] = await database.query("SELECT count(*) AS tables FROM pg_class WHERE relname = 'ledger_said'")
    expect(left).toEqual({ tables: 0 })
  }, 120_000)

  const backendOf = async (tx: Sql) => (await tx.query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']
  const killOther = (pid: unknown) => real.database.query('SELECT pg_terminate_backend($1, 5000)', [pid])
  const digests = async () => {
    const tables = compared.map(({ name }) => name)
    const texts = tables.map(
      (table) =>
        `SELECT '${table}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS md5 FROM "${table}" t`,
    )
    return await real.database.query(`${texts.join(' UNION ALL ')} ORDER BY 1`)
  }

  test('is done for one at a time', async () => {
    const both = await Promise.allSettled([real.compare(), real.compare()])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({ reason: { code: 'too-many-requests' } })
  }, 60_000)
})

describe('an edit beside the ledger (I9)', () => {
  let personal: readonly string[]
  beforeAll(async () => {
    const rows = await real.database.query(
      `SELECT unnest(ARRAY[display_name, mail, external_id, evidence_ref]) AS text FROM person_version
       UNION SELECT subject FROM identity_binding`,
    )
    personal = rows.flatMap(({ text }) => (typeof text === 'string' && text.length > 3 ? [text] : []))
    await liftRules(real.database)
    // The served gate removes the objects of deleted files and forgets where they were, at any moment: done before the edits.
    await real.database.query(`UPDATE protected_file SET object_key = NULL WHERE state = 'deleted'`)
    await keepCopies(
      real.database,
      compared.map(({ name }) => name),
    )
  })

  const rowsOf = async (table: string): Promise<readonly string[]> => {
    const which =
      table === 'protected_file'
        ? "WHERE state <> 'deleted'"
        : // Of whoever is taken out with their own row nothing more is said.
          table === 'person_assignment'
          ? 'WHERE person_id <> (SELECT id FROM person ORDER BY ctid DESC LIMIT 1)'
          : ''
    return (await real.database.query(`SELECT ctid::text AS row FROM "${table}" ${which}`)).map(({ row }) =>
      String(row),
    )
  }

  /** Do one edit in each of these tables, compare once, and put everything back. */
  async function editAll(
    edits: readonly { readonly table: string; readonly text: string }[],
  ): Promise<ReadonlyMap<string, ComparedTable>> {
    for (const { text } of edits) await real.database.query(text)
    try {
      const found = await real.compare()
      const told = JSON.stringify(found)
      expect(personal.filter((text) => told.includes(text))).toEqual([])
      expect(firstFinding(found)).not.toBe(null)
      return new Map(found.tables.filter(({ faults }) => faults > 0).map((one) => [one.table, one]))
    } finally {
      for (const table of new Set(edits.map((edit) => edit.table))) await putBack(real.database, table)
    }
  }

  const shapes = new Map(compared.map((table) => [table.name, table]))
  const isCompared = ({ table, column }: EditableColumn) => {
    const shape = shapes.get(table)
    return shape !== undefined && !(column in (shape.leftOut ?? {})) && column !== 'only_row'
  }

  test('of any column of any row is found, and its table and column are named', async () => {
    const byTable = Map.groupBy(columns.filter(isCompared), ({ table }) => table)
    const most = Math.max(...[...byTable.values()].map((some) => some.length))
    const [picks = []] = fc.sample(fc.array(fc.nat(), { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 122_5 })
    let [tried, pick] = [0, 0]
    for (let round = 0; round < most; round++) {
      const edits: { readonly table: string; readonly column: string; readonly text: string }[] = []
      for (const [table, some] of byTable) {
        const one = some[round]
        const rows = await rowsOf(table)
        const row = rows[(picks[pick++ % picks.length] ?? 0) % rows.length]
        if (one === undefined || row === undefined) continue
        // What only grows is found where it shrank, and what is compared by whether it is there where it is gone or came.
        const how = shapes.get(table)?.columns[one.column]
        const turned = `CASE WHEN "${one.column}" IS NULL THEN ${otherValue(one)} END`
        const other = how === 'at-least' ? '-1' : how === 'presence' ? turned : otherValue(one)
        const text = `UPDATE "${table}" SET "${one.column}" = ${other} WHERE ctid = '${row}'`
        edits.push({ table, column: one.column, text })
      }
      const found = await editAll(edits)
      tried += edits.length
      expect(edits.filter(({ table }) => !found.has(table)).map(({ table, column }) => `${table}.${column}`)).toEqual(
        [],
      )
      for (const { table, column } of edits) {
        const finding = found.get(table)?.finding
        const isOwn = column in (shapes.get(table)?.columns ?? {})
        if (isOwn) expect(`${table}.${finding?.column}`).toBe(`${table}.${column}`)
      }
      const others = [...found.keys()].filter((table) => !edits.some((edit) => edit.table === table))
      expect(others).toEqual([])
    }
    expect(tried).toBeGreaterThan(180)
  }, 240_000)

  test('of a row that is taken out or put in is found, and its table is named', async () => {
    const tables = compared.map(({ name }) => name).filter((name) => name !== 'access_epoch')
    const taken = await editAll(
      await Promise.all(
        tables.map(async (table) => ({
          table,
          text: `DELETE FROM "${table}" WHERE ctid = '${(await rowsOf(table)).at(-1) ?? '(0,0)'}'`,
        })),
      ),
    )
    expect(tables.filter((table) => !taken.has(table))).toEqual([])
    const put = await editAll(
      tables.map((table) => {
        const [key] = columns.filter((one) => one.table === table && one.column in (shapes.get(table)?.key ?? {}))
        const first = key ?? columns.find((one) => one.table === table)
        if (first === undefined) throw new Error(`${table} has no columns`)
        const all = columns.filter((one) => one.table === table)
        const values = all.map((one) => (one.column === first.column ? otherValue(one) : `"${one.column}"`))
        return { table, text: `INSERT INTO "${table}" SELECT ${values.join(', ')} FROM "${table}" LIMIT 1` }
      }),
    )
    expect(tables.filter((table) => !put.has(table))).toEqual([])
  }, 120_000)

  test('is nothing any more once it was put back', async () => {
    expect(await faulty()).toEqual(new Map())
  })
})
