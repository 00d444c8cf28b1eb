// How fast the ledger records and how fast its exports verify, each beside the plain work it cannot do without.

import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { verifyExport } from '../protocol/src/ledger/index.ts'
import { openDatabase, silentLogger, systemClock, systemRandomness, type Database } from '../server/src/base/index.ts'
import { temporaryDatabase } from '../server/src/base/testing.ts'
import {
  foundLedger,
  ledgerMigrations,
  openLedger,
  sha256,
  verifySignature,
  type EntryDraft,
  type Ledger,
} from '../server/src/ledger/index.ts'
import { testCheckpointSigner, testEd25519 } from '../server/src/ledger/testing.ts'
import { median, type BenchRow } from './row.ts'

const callers = 64
const rounds = 5
const warmUp = 5000
const appends = 20_000
const inserts = 10_000
const origin = 'ledger.example.com/bench'
/** A decision's entry in size and shape. */
export const draft: EntryDraft = {
  kind: 'decision.permit',
  actor: null,
  about: { kind: 'file', id: '01890a5d-ac96-774b-bcce-b302099a8057' },
  body: {
    action: 'file.open',
    attributes: { status: 'us-person', device: 'managed', country: 'US', labels: ['itar', 'usml-viii-h-1'] },
    obligations: [{ id: 'watermark', text: 'mark every page with the name of the reader' }],
    policies: ['permit-us-person', 'require-managed-device'],
    policyDigest: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15f1d2d2f924e986ac86fdf7b3',
  },
}

/** Measure on a database of its own, about half a minute. */
export async function benchLedger(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const temporary = await temporaryDatabase([ledgerMigrations], { poolSize: 10 })
  const wide = await openDatabase(temporary.connection, {
    poolSize: callers,
    applicationName: 'bench',
    log: silentLogger,
  })
  try {
    const signer = testCheckpointSigner(origin)
    const options = {
      database: temporary.database,
      signer,
      receiptSigner: testEd25519(origin),
      clock: systemClock,
      random: systemRandomness,
      log: silentLogger,
      checkpointFile: join(folder, 'checkpoint'),
      origin,
    }
    await foundLedger(options)
    const ledger = await openLedger(options)
    const rows = await benchAppends(ledger, temporary.database, wide)
    const parts = await collectExport(ledger)
    const keys = [signer.ed25519.key, signer.p256.key]
    return [...rows, ...(await benchVerification(parts, keys))]
  } finally {
    await wide.close()
    await temporary.stop()
    await rm(folder, { recursive: true })
  }
}

async function benchAppends(ledger: Ledger, database: Database, wide: Database): Promise<BenchRow[]> {
  await database.query('CREATE TABLE bench_plain (id uuid PRIMARY KEY, bytes bytea NOT NULL)')
  await database.query('CREATE TABLE bench_log (LIKE ledger_entries INCLUDING INDEXES)')
  await database.query('CREATE SEQUENCE bench_index')
  const insertFound = makeInsertFound(wide)
  const insert = makeInsert(database)
  const insertWide = makeInsert(wide)
  const append = (): Promise<unknown> => ledger.append(draft)
  await callTogether(warmUp, insert)
  await callTogether(warmUp, insertWide)
  await callTogether(warmUp, insertFound)
  const pairs: {
    readonly plain: number
    readonly plainWide: number
    readonly found: number
    readonly perSecond: number
    readonly p99Ms: number
    readonly coveredMs: number
  }[] = []
  for (let round = 0; round < rounds; round++) {
    const { perSecond: plain } = await callTogether(inserts, insert)
    const { perSecond: plainWide } = await callTogether(inserts, insertWide)
    const { perSecond: found } = await callTogether(inserts, insertFound)
    const sequencer = ledger.startSequencer({ intervalMs: 100 })
    if (round === 0) await callTogether(warmUp, append)
    const { size } = await ledger.head()
    const watch = watchCover(ledger, size)
    const appended = await callTogether(appends, async () => {
      await append()
      watch.acknowledged()
    })
    pairs.push({ plain, plainWide, found, ...appended, coveredMs: await watch.slowestMs() })
    await sequencer.stop()
    while ((await ledger.sequenceOnce()) > 0);
  }
  const value = median(pairs.map(({ perSecond }) => perSecond))
  const p99Ms = median(pairs.map((pair) => pair.p99Ms))
  const coveredMs = median(pairs.map((pair) => pair.coveredMs))
  const plain = Math.round(median(pairs.map((pair) => pair.plain)))
  const plainWide = Math.round(median(pairs.map((pair) => pair.plainWide)))
  const note = `${callers} callers, receipts signed, sequencer alongside`
  const row = { unit: '1/s', value, note }
  return [
    {
      ...row,
      what: `durable appends, against an INSERT each, ${callers} at once`,
      reference: `${plainWide} committed INSERTs of one row a second, a connection for each caller`,
      ratio: median(pairs.map((pair) => pair.perSecond / pair.plainWide)),
      target: 3,
    },
    {
      ...row,
      what: 'durable appends, against an INSERT each into a table with the same indexes',
      reference: `${median(pairs.map((pair) => pair.found)).toFixed(0)} committed INSERTs of one row a second, a connection for each caller`,
      ratio: median(pairs.map((pair) => pair.perSecond / pair.found)),
      target: 3,
    },
    {
      ...row,
      what: 'durable appends, against an INSERT each, over the pool',
      reference: `${plain} committed INSERTs of one row a second, 10 connections for all callers`,
      ratio: median(pairs.map((pair) => pair.perSecond / pair.plain)),
      target: 3,
    },
    { ...row, what: 'durable appends, absolute', reference: '15,000 a second', ratio: value / 15_000, target: 1 },
    {
      what: 'append acknowledged, p99',
      value: p99Ms,
      unit: 'ms',
      reference: '25 ms',
      ratio: p99Ms / 25,
      target: 1,
      isCeiling: true,
    },
    {
      what: 'acknowledged until a checkpoint covers as many, slowest',
      value: coveredMs,
      unit: 'ms',
      reference: '1 s',
      ratio: coveredMs / 1000,
      target: 1,
      isCeiling: true,
    },
  ]
}

const lookEveryMs = 20

/** Watch how far checkpoints are behind what was acknowledged: as many entries covered as were acknowledged by then. */
function watchCover(ledger: Ledger, from: number) {
  let count = 0
  let slowest = 0
  const begun = performance.now()
  /** Not covered yet: so many entries, and when they were acknowledged. */
  const waiting: { readonly size: number; readonly at: number }[] = []
  const watching = (async () => {
    for (let isOver = false; !isOver; isOver = count >= appends && waiting.length === 0) {
      if (count < appends) waiting.push({ size: from + count, at: performance.now() })
      const { size } = await ledger.head()
      for (let [first] = waiting; first !== undefined && first.size <= size; [first] = waiting) {
        slowest = Math.max(slowest, performance.now() - first.at)
        waiting.shift()
      }
      if (performance.now() - begun > 120_000)
        throw new Error('cannot measure: no checkpoint covers what was acknowledged')
      await setTimeout(lookEveryMs)
    }
  })()
  return {
    acknowledged: () => void count++,
    slowestMs: async () => {
      await watching
      return slowest
    },
  }
}

/** The reference: a table with the same bytes and one index, one committed INSERT a call. */
function makeInsert(database: Database): () => Promise<unknown> {
  const statement = { name: 'bench-plain', text: 'INSERT INTO bench_plain VALUES (gen_random_uuid(), $1)' }
  const bytes = Buffer.from(JSON.stringify(draft.body).padEnd(750))
  return () => database.query(statement, [bytes])
}

/** The same into a table that finds entries as the log does: by place, id, kind, actor and what they are about. */
function makeInsertFound(database: Database): () => Promise<unknown> {
  const text = `INSERT INTO bench_log (index, id, kind, actor, about_kind, about_id, at, bytes)
                VALUES (nextval('bench_index'), gen_random_uuid(), $1, $2, $3, $4, clock_timestamp(), $5)`
  const bytes = Buffer.from(JSON.stringify(draft.body).padEnd(750))
  const values = [draft.kind, draft.actor, draft.about?.kind, draft.about?.id, bytes]
  return () => database.query({ name: 'bench-found', text }, values)
}

async function benchVerification(
  parts: readonly Uint8Array[],
  keys: Parameters<typeof verifyExport>[1]['keys'],
): Promise<BenchRow[]> {
  const pairs: { readonly bare: number; readonly perSecond: number }[] = []
  for (let round = 0; round < rounds; round++) {
    let start = performance.now()
    const verdict = await verifyExport(parts, { origin, keys, sha256, verify: verifySignature })
    const tookMs = performance.now() - start
    if (verdict.verdict !== 'intact') throw new Error(`cannot measure verification: ${verdict.fault.text}`)
    const { size } = verdict.checkpoint
    const entry = new Uint8Array(Math.round(parts.reduce((sum, part) => sum + part.length, 0) / size) - 32 - 1)
    const pair = new Uint8Array(65)
    start = performance.now()
    for (let i = 0; i < size; i++) {
      hash('sha256', entry, 'buffer')
      hash('sha256', pair, 'buffer')
    }
    pairs.push({ bare: (size / (performance.now() - start)) * 1000, perSecond: (size / tookMs) * 1000 })
  }
  const value = median(pairs.map(({ perSecond }) => perSecond))
  const bare = Math.round(median(pairs.map((pair) => pair.bare)))
  const row = { unit: 'entries/s', value, note: 'one thread' }
  return [
    {
      ...row,
      what: 'offline verification',
      reference: `${bare} entries a second by a bare loop over leaf and node hashes`,
      ratio: median(pairs.map((pair) => pair.perSecond / pair.bare)),
      target: 0.6,
    },
    {
      ...row,
      what: 'offline verification, absolute',
      reference: '120,000 a second',
      ratio: value / 120_000,
      target: 1,
    },
  ]
}

async function collectExport(ledger: Ledger): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = []
  const out = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      parts.push(chunk)
      done()
    },
  })
  await ledger.exportTo(out)
  return parts
}

async function callTogether(
  count: number,
  call: () => Promise<unknown>,
): Promise<{ readonly perSecond: number; readonly p99Ms: number }> {
  const took: number[] = []
  let left = count
  const begun = performance.now()
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const start = performance.now()
      await call()
      took.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const perSecond = (count / (performance.now() - begun)) * 1000
  took.sort((a, b) => a - b)
  return { perSecond, p99Ms: took[Math.floor(took.length * 0.99)] ?? Number.NaN }
}

if (import.meta.main) console.table(await benchLedger())
