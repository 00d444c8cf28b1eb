// No statement that a request makes a gate send reads a table that grows from end to end, sorts what grows with it, or looks
// through an index for rows that may never come.

import { Client, type QueryConfig } from 'pg'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample } from '../../server/src/http/testing.ts'
import { askEverything } from './ask-everything.ts'
import { fillTables } from './fill-tables.ts'
import { faultsOf } from './plan-faults.ts'

let stop: () => Promise<void>
let restore: () => void
const sent = new Set<string>()
const names = new Set<string>()
const found = new Map<string, readonly string[]>()

beforeAll(async () => {
  keepStatements()
  const served = await servedSample(9870)
  ;({ stop } = served)
  const { site, client, address } = served
  await askEverything(site, client, address)
  const captured = [...sent].filter(
    (text) => /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(text) && !isOfReconciling(text),
  )
  await fillTables(site.database)
  const partial = await site.database.query(
    'SELECT pg_get_expr(indpred, indrelid) AS predicate FROM pg_index WHERE indpred IS NOT NULL',
  )
  const predicates = new Set(partial.map((row) => String(row['predicate'])))
  for (const text of captured) {
    const [row] = await site.database.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`)
    const [explained] = (row?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: unknown }[]
    found.set(text, faultsOf(explained?.Plan, predicates))
  }
}, 400_000)
afterAll(async () => {
  restore()
  await stop()
})

/** Reconciling reads every table on purpose, beside a temporary one of its session that nobody else can explain. */
const isOfReconciling = (text: string) => text.includes('ledger_said')

/** Keep what goes to PostgreSQL, whichever pool or connection it takes. */
function keepStatements(): void {
  const query = Client.prototype.query
  Client.prototype.query = function (this: Client, ...args: readonly unknown[]): never {
    const [statement] = args
    const { text, name } = (typeof statement === 'string' ? { text: statement } : statement) as Partial<QueryConfig>
    if (text !== undefined) sent.add(text)
    if (name !== undefined) names.add(name)
    return Reflect.apply(query, this, args) as never
  }
  restore = () => void (Client.prototype.query = query)
}

/** What may read all of it, by a part of its text, and why. */
const mayReadAll = new Map<string, string>([
  ['AS first, max(index) FILTER', 'the positions of a period: no index has times, for every append would pay for it'],
  ['FROM review_interval i', 'reviews that are due: nobody is looked at but where counsel set an interval'],
  ['FROM file_key WHERE sealed IS NOT NULL GROUP BY', 'how many files a key holds, told to whoever exchanges it'],
  [
    'NOT EXISTS (SELECT FROM file_key k WHERE k.file_id = f.id)',
    'how many files have no key of their own, told likewise',
  ],
  [
    'FROM person GROUP BY status',
    'how many people there are by status: the picture of the boundary, asked for by whoever looks',
  ],
  ['AS stored FROM vault', 'how many files are stored: likewise'],
  ['strpos(lower(name), lower($3)) > 0', 'files by name: those alone whose name begins as it does'],
  [
    'file_registered_as_of($3)',
    'files of the past: their ids are in the order of time, and what came later is passed over once',
  ],
])

/** Named statements that the requests here do not reach, and why that is no matter. */
const unasked = new Map<string, string>([
  ['identity-forget', 'proofs of possession: a table that forgets within minutes'],
  ['passkey-by-id', 'one passkey by its id, which takes an authenticator'],
  ['ledger-leaves', 'the audit, which reads all on purpose, some tiles at a time'],
  ['ledger-tile-run', 'the audit likewise'],
  ['ledger-tiles-at', 'proofs: some tiles by their key'],
  ['ledger-page', 'whoever reads all on purpose, a page at a time'],
  ['ledger-places', 'a receipt that somebody checks, by its id'],
])

describe('statements of requests, with a million rows', () => {
  test('have plans that read what they need', () => {
    const faults = [...found].filter(([text, faults]) => faults.length > 0 && reasonOf(text) === undefined)
    expect(Object.fromEntries(faults)).toEqual({})
    expect(found.size).toBeGreaterThan(120)
  })

  test('that may read all of a table do', () => {
    const excused = [...found].filter(([, faults]) => faults.length > 0).map(([text]) => reasonOf(text))
    expect([...mayReadAll.values()].filter((reason) => !excused.includes(reason))).toEqual([])
  })

  test('are all to which the stores give a name, but a few', () => {
    const named = storesOf('server/src').flatMap(
      (path) => readFileSync(path, 'utf8').match(/(?<=\bname: ')[a-z]+(-[a-z]+)+(?=')/g) ?? [],
    )
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !names.has(name)).sort()).toEqual([...unasked.keys()].sort())
  })
})

function reasonOf(text: string): string | undefined {
  return [...mayReadAll].find(([part]) => text.includes(part))?.[1]
}

function storesOf(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /(^|\/)store\.ts$/.test(name)).map((name) => `${folder}/${name}`)
}
