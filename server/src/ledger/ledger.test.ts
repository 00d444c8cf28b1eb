import { readFile } from 'node:fs/promises'
import { Writable } from 'node:stream'
import type { Id } from '@sallyport/protocol'
import {
  leafHash,
  parseReceipt,
  verifyCheckpoint,
  verifyConsistency,
  verifyExport,
  verifyInclusion,
  verifyReceipt,
} from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, silentLogger, type Transaction } from '../base/index.ts'
import { openLedger, sha256, verifySignature } from './index.ts'
import { movePending } from './store.ts'
import { temporaryLedger, testDraft, testEd25519, type TemporaryLedger } from './testing.ts'

let temporary: TemporaryLedger
beforeAll(async () => {
  temporary = await temporaryLedger()
})
afterAll(() => temporary.stop())

const pending = async (): Promise<number> => {
  const [row] = await temporary.options.database.query('SELECT count(*) AS count FROM ledger_pending')
  return Number(row?.['count'])
}
const sequenceAll = async (): Promise<void> => {
  while ((await temporary.ledger.sequenceOnce()) > 0);
}
const collect = async (source: AsyncIterable<{ readonly index: number | null }>): Promise<(number | null)[]> => {
  const indexes: (number | null)[] = []
  for await (const { index } of source) indexes.push(index)
  return indexes
}
async function exported(one: TemporaryLedger): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  const write = (chunk: Uint8Array, _encoding: string, done: () => void) => {
    parts.push(new Uint8Array(chunk))
    done()
  }
  await one.ledger.exportTo(new Writable({ write }))
  return parts
}

describe('append', () => {
  test('append() makes an entry durable and gives a receipt that verifies', async () => {
    const { appended, receipt } = await temporary.ledger.append(testDraft(1))
    const key = temporary.options.receiptSigner.key
    const read = parseReceipt(JSON.parse(JSON.stringify(receipt)))
    expect(read !== null && (await verifyReceipt(sha256, read, key, verifySignature))).toBe(true)
    const entry = await temporary.ledger.entry(appended.id)
    expect(entry).toMatchObject({ index: null, kind: 'test.done', body: { n: 1 }, about: { kind: 'thing', id: '1' } })
    expect(sha256(Buffer.concat([Uint8Array.of(0), entry?.bytes ?? Uint8Array.of()]))).toEqual(appended.leafHash)
    expect(Math.abs(appended.atMs - Date.now())).toBeLessThan(2000)
  })

  test('append() answers a bad draft alone, and its neighbours as if it were not there', async () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057' as Id<'entry'>
    const results = await Promise.allSettled([
      temporary.ledger.append(testDraft(2)),
      temporary.ledger.append(testDraft(3, { body: { text: 'x'.repeat(65_535) } })),
      temporary.ledger.append(testDraft(4, { body: { text: '\udc00' } })),
      temporary.ledger.append(testDraft(5, { id })),
      temporary.ledger.append(testDraft(6)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'])
    await expect(temporary.ledger.append(testDraft(7, { id }))).rejects.toMatchObject({ code: 'conflict' })
    const again = [testDraft(8), testDraft(9, { id }), testDraft(10)].map((draft) => temporary.ledger.append(draft))
    expect((await Promise.allSettled(again)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    const reasons = results.map((result) => (result.status === 'rejected' ? (result.reason as unknown) : null))
    expect(reasons[1]).toMatchObject({ code: 'invalid-request' })
    expect(reasons[2]).toMatchObject({ code: 'invalid-request' })
  })

  test('append() takes an entry of exactly 65,535 bytes and refuses one byte more', async () => {
    const { appended } = await temporary.ledger.append(testDraft(8, { body: { text: '' } }))
    const room = 65_535 - ((await temporary.ledger.entry(appended.id))?.bytes.length ?? 0)
    const full = await temporary.ledger.append(testDraft(8, { body: { text: 'x'.repeat(room) } }))
    expect((await temporary.ledger.entry(full.appended.id))?.bytes).toHaveLength(65_535)
    const long = temporary.ledger.append(testDraft(8, { body: { text: 'x'.repeat(room + 1) } }))
    await expect(long).rejects.toMatchObject({ code: 'invalid-request' })
  })

  test('appendIn() is one with its transaction: committed with it, gone with it', async () => {
    const { database } = temporary.options
    const before = await pending()
    const failing = database.transaction(async (tx) => {
      await temporary.ledger.appendIn(tx, [testDraft(9), testDraft(10)])
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await pending()).toBe(before)
    const appended = await database.transaction((tx) =>
      temporary.ledger.appendIn(tx, [testDraft(9), testDraft(10)], 1_767_225_600_123),
    )
    expect(await pending()).toBe(before + 2)
    expect(appended.map(({ atMs }) => atMs)).toEqual([1_767_225_600_123, 1_767_225_600_123])
    const receipts = await temporary.ledger.acknowledge(appended)
    for (const receipt of receipts) {
      const key = temporary.options.receiptSigner.key
      expect(await verifyReceipt(sha256, receipt, key, verifySignature)).toBe(true)
    }
  })

  test('appendIn() refuses an id that is pending, and the transaction with it', async () => {
    const { appended } = await temporary.ledger.append(testDraft(11))
    const again = temporary.options.database.transaction((tx) =>
      temporary.ledger.appendIn(tx, [testDraft(12), testDraft(13, { id: appended.id })]),
    )
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
  })

  test('appendEachWhile() takes in what rests on the value that is held, and answers each draft alone', async () => {
    const { ledger, options } = temporary
    const { database } = options
    await database.query('CREATE TABLE rested_on AS SELECT 7::bigint AS value')
    const held = { name: 'test', text: 'SELECT value FROM rested_on FOR SHARE' }
    const id = '01890a5d-ac96-774b-bcce-b302099a8fff' as Id<'entry'>
    await database.transaction((tx) => ledger.appendIn(tx, [testDraft(1, { id })]))
    const before = await pending()
    const drafts = [testDraft(1), testDraft(2), testDraft(3, { id }), testDraft(4, { body: { far: Number.NaN } })]
    const [old, current, twice, bad] = await ledger.appendEachWhile(
      held,
      drafts.map((draft, n) => ({ draft, restsOn: n === 0 ? 6 : 7 })),
      1_767_225_600_123,
    )
    expect(old).toBeNull()
    expect(current).toMatchObject({ atMs: 1_767_225_600_123 })
    expect(twice).toMatchObject({ code: 'conflict' })
    expect(bad).toMatchObject({ code: 'invalid-request' })
    expect(await pending()).toBe(before + 1)
    await database.query('DELETE FROM rested_on')
    await expect(ledger.appendEachWhile(held, [{ draft: testDraft(5), restsOn: 7 }], 0)).rejects.toThrow(
      'test cannot be held',
    )
    expect(await pending()).toBe(before + 1)
  })

  test('appendIn() takes none, and more than one statement holds', async () => {
    const { database } = temporary.options
    expect(await database.transaction((tx) => temporary.ledger.appendIn(tx, []))).toEqual([])
    const large = Array.from({ length: 150 }, (_, n) => testDraft(n, { body: { text: 'x'.repeat(60_000) } }))
    const before = await pending()
    await database.transaction((tx) => temporary.ledger.appendIn(tx, large))
    expect(await pending()).toBe(before + 150)
  })
})

describe('sequence', () => {
  test('sequenceOnce() puts every pending entry into the tree, with proofs, receipts and file in agreement', async () => {
    const { receipt, appended } = await temporary.ledger.append(testDraft(20))
    expect(await temporary.ledger.receiptStatus(receipt)).toEqual({ state: 'pending', isOverdue: false })
    await sequenceAll()
    expect(await pending()).toBe(0)
    const small = await temporary.ledger.head()
    const status = await temporary.ledger.receiptStatus(receipt)
    if (status.state !== 'in-tree') throw new Error('the entry is not in the tree')
    const proof = await temporary.ledger.inclusionProof(status.index, small.size)
    const claim = { index: status.index, size: small.size, leafHash: appended.leafHash, root: small.root, proof }
    expect(verifyInclusion(sha256, claim)).toBe(true)

    await Promise.all(Array.from({ length: 700 }, (_, n) => temporary.ledger.append(testDraft(n))))
    await sequenceAll()
    const head = await temporary.ledger.head()
    expect(head.size).toBe(small.size + 700)
    const consistency = await temporary.ledger.consistencyProof(small.size, head.size)
    const grown = { first: small.size, firstRoot: small.root, size: head.size, root: head.root, proof: consistency }
    expect(verifyConsistency(sha256, grown)).toBe(true)

    const note = await temporary.ledger.checkpoint()
    expect(await readFile(temporary.options.checkpointFile, 'utf8')).toBe(note)
    const { origin } = temporary.options
    expect(await verifyCheckpoint(note, origin, temporary.keys, verifySignature)).toEqual(head)
    expect(await temporary.ledger.audit()).toBeNull()
    expect(await temporary.ledger.sequenceOnce()).toBe(0)
  })

  test('inclusionProof() and consistencyProof() refuse what is not in the tree', async () => {
    const { size } = await temporary.ledger.head()
    for (const [index, of] of [
      [size, size],
      [0, size + 1],
      [-1, size],
      [0.5, size],
    ] as const) {
      await expect(temporary.ledger.inclusionProof(index, of)).rejects.toMatchObject({ code: 'invalid-request' })
    }
    await expect(temporary.ledger.consistencyProof(0, size)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(temporary.ledger.consistencyProof(2, 1)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  test('inclusionProof() reads the tiles of a proof together', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, n) => temporary.ledger.append(testDraft(n))))
    await sequenceAll()
    const { database } = temporary.options
    const asked: string[] = []
    const watched: typeof database = {
      ...database,
      query: (statement, values) => {
        if (typeof statement !== 'string') asked.push(statement.name ?? '')
        return database.query(statement, values)
      },
    }
    const ledger = await openLedger({ ...temporary.options, database: watched })
    const { size } = await ledger.head()
    asked.length = 0
    expect(await ledger.inclusionProof(0, size)).toEqual(await temporary.ledger.inclusionProof(0, size))
    expect(asked).toEqual(['ledger-head', 'ledger-tiles-at'])
  })

  test('startSequencer() sequences by itself until it is stopped', async () => {
    const sequencer = temporary.ledger.startSequencer({ intervalMs: 5 })
    const { receipt } = await temporary.ledger.append(testDraft(30))
    await expect.poll(async () => (await temporary.ledger.receiptStatus(receipt)).state).toBe('in-tree')
    await sequencer.stop()
    const later = await temporary.ledger.append(testDraft(31))
    expect((await temporary.ledger.receiptStatus(later.receipt)).state).toBe('pending')
    await sequenceAll()
  })

  test('receiptStatus() names a receipt whose entry is gone, and refuses one that the ledger never signed', async () => {
    const { receipt, appended } = await temporary.ledger.append(testDraft(32))
    await temporary.options.database.query('DELETE FROM ledger_pending WHERE id = $1', [appended.id])
    expect(await temporary.ledger.receiptStatus(receipt)).toEqual({ state: 'missing', isOverdue: false })
    const old = await temporary.options.database.transaction((tx) =>
      temporary.ledger.appendIn(tx, [testDraft(33)], Date.now() - 11_000),
    )
    const [overdue] = await temporary.ledger.acknowledge(old)
    if (overdue === undefined) throw new Error('no receipt')
    expect(await temporary.ledger.receiptStatus(overdue)).toEqual({ state: 'pending', isOverdue: true })
    const forged = { ...receipt, entryId: overdue.entryId }
    await expect(temporary.ledger.receiptStatus(forged)).rejects.toMatchObject({ code: 'invalid-request' })
    await sequenceAll()
  })

  test('one id written twice is two entries, and the sequencer goes on', async () => {
    const { appended } = await temporary.ledger.append(testDraft(40))
    await sequenceAll()
    await temporary.ledger.append(testDraft(41, { id: appended.id }))
    const { size } = await temporary.ledger.head()
    await sequenceAll()
    expect((await temporary.ledger.head()).size).toBe(size + 1)
    expect((await temporary.ledger.entry(appended.id))?.body).toEqual({ n: 40 })
  })
})

describe('movePending()', () => {
  test('compares no pending entry with every other, whatever the planner knows of a table that is mostly empty', async () => {
    const { database } = temporary.options
    await sequenceAll()
    const plans: string[] = []
    const explain = async (): Promise<void> => {
      let text = ''
      const listen = {
        query: async (statement: { text: string }) => ((text = statement.text), [{ leaves: new Uint8Array() }]),
      }
      await movePending(listen as unknown as Transaction, 0, 4096)
      const rows = await database.query(`EXPLAIN (GENERIC_PLAN) ${text}`)
      plans.push(rows.map((row) => String(row['QUERY PLAN'])).join('\n'))
    }
    await database.query('ANALYZE ledger_pending')
    await explain()
    await temporary.ledger.append(testDraft(1))
    await database.query('ANALYZE ledger_pending')
    await explain()
    for (const plan of plans) {
      expect(plan).toContain('Delete on ledger_pending')
      expect(plan).not.toContain('Nested Loop')
    }
  })

  test('moves the oldest first, no more than asked for, and leaves the rest pending', async () => {
    await sequenceAll()
    const { size } = await temporary.ledger.head()
    const made = await Promise.all(Array.from({ length: 10 }, (_, n) => temporary.ledger.append(testDraft(n))))
    const order = made
      .map(({ appended }) => appended)
      .toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
      .map(({ leafHash }) => Buffer.from(leafHash).toString('hex'))
    const undone = new Error('only to look')
    const looking = temporary.options.database.transaction(async (tx) => {
      const leaves = Buffer.from(await movePending(tx, size, 7)).toString('hex')
      expect(leaves).toBe(order.slice(0, 7).join(''))
      throw undone
    })
    await expect(looking).rejects.toBe(undone)
    expect(await pending()).toBe(10)
    expect(await temporary.ledger.sequenceOnce()).toBe(10)
  })
})

describe('read and export', () => {
  test('readEntries() yields a range in order, over several pages, and stops at the end', async () => {
    const { size } = await temporary.ledger.head()
    const all = await collect(temporary.ledger.readEntries(0, size + 100))
    expect(all).toEqual(Array.from({ length: size }, (_, i) => i))
    expect(await collect(temporary.ledger.readEntries(3, 5))).toEqual([3, 4])
    expect(await collect(temporary.ledger.readEntries(size, size + 1))).toEqual([])
  })

  test('search() finds by kind, actor and thing, newest first, and nothing else', async () => {
    const actor = '01890a5d-ac96-774b-bcce-b302099a8058' as Id<'person'>
    await temporary.ledger.append(testDraft(50, { kind: 'search.first', actor }))
    await sequenceAll()
    await temporary.ledger.append(testDraft(51, { kind: 'search.second', actor, about: { kind: 'file', id: 'f' } }))
    await sequenceAll()
    const kinds = async (query: Parameters<typeof temporary.ledger.search>[0]) =>
      (await temporary.ledger.search(query)).map(({ kind }) => kind)
    expect(await kinds({ actor, limit: 10 })).toEqual(['search.second', 'search.first'])
    expect(await kinds({ actor, limit: 1 })).toEqual(['search.second'])
    expect(await kinds({ kind: 'search.first', limit: 10 })).toEqual(['search.first'])
    expect(await kinds({ about: { kind: 'file', id: 'f' }, limit: 10 })).toEqual(['search.second'])
    expect(await kinds({ about: { kind: 'file', id: 'g' }, limit: 10 })).toEqual([])
    const [newest] = await temporary.ledger.search({ actor, limit: 1 })
    expect(await kinds({ actor, limit: 10, before: newest?.index ?? 0 })).toEqual(['search.first'])
    const [oldest] = await temporary.ledger.search({ actor, limit: 1, after: 0 })
    expect(oldest?.kind).toBe('search.first')
    expect(await kinds({ actor, limit: 10, after: oldest?.index ?? 0 })).toEqual(['search.second'])
  })

  test('exportTo() writes what verifies offline, and one flipped bit in it does not', async () => {
    const parts = await exported(temporary)
    const options = { origin: temporary.options.origin, keys: temporary.keys, sha256, verify: verifySignature }
    const { size } = await temporary.ledger.head()
    expect(await verifyExport(parts, options)).toMatchObject({ verdict: 'intact', checkpoint: { size } })
    const bent = parts.at(-1)
    if (bent === undefined) throw new Error('the export is empty')
    bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
    expect(await verifyExport(parts, options)).toMatchObject({ fault: { what: 'altered', index: size - 1 } })
  })

  test('entry() gives null for an id that nobody wrote', async () => {
    expect(await temporary.ledger.entry('01890a5d-ac96-774b-bcce-b302099a8059' as Id<'entry'>)).toBeNull()
  })
})

describe('without what it needs', () => {
  test('append() and sequenceOnce() are unavailable while the database is, and go on afterwards', async () => {
    const { database: name } = temporary.connection
    const settings = { poolSize: 1, applicationName: 'test', log: silentLogger }
    const admin = await openDatabase({ ...temporary.connection, database: 'postgres' }, settings)
    try {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      await expect(temporary.ledger.append(testDraft(60))).rejects.toMatchObject({ code: 'unavailable' })
      await expect(temporary.ledger.sequenceOnce()).rejects.toMatchObject({ code: 'unavailable' })
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      const { receipt } = await temporary.ledger.append(testDraft(61))
      await sequenceAll()
      expect((await temporary.ledger.receiptStatus(receipt)).state).toBe('in-tree')
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      await admin.close()
    }
  })

  test('openLedger() refuses keys under another name', async () => {
    const options = { ...temporary.options, receiptSigner: testEd25519('other.example.com') }
    await expect(openLedger(options)).rejects.toThrow('cannot use key')
  })

  test('leaf hashes of entries with equal matter differ, by their salt', async () => {
    const [a, b] = await Promise.all([temporary.ledger.append(testDraft(70)), temporary.ledger.append(testDraft(70))])
    expect(a.receipt.leafHash).not.toBe(b.receipt.leafHash)
    expect(leafHash(sha256, (await temporary.ledger.entry(a.appended.id))?.bytes ?? Uint8Array.of())).toEqual(
      a.appended.leafHash,
    )
  })
})
