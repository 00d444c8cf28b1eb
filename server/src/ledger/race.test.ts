import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import {
  foldRoots,
  TreeHasher,
  verifyCheckpoint,
  verifyConsistency,
  type Checkpoint,
  type Receipt,
} from '@sallyport/protocol/ledger'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { violatedConstraint, type Database } from '../base/index.ts'
import { defineCounts, type LedgerContext } from './context.ts'
import { DatabaseTime } from './database-time.ts'
import { openLedger, sha256, verifySignature } from './index.ts'
import { sequenceIn } from './sequence.ts'
import { advanceHead } from './store.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from './testing.ts'
import { growTree } from './tree.ts'

let temporary: TemporaryLedger
beforeEach(async () => {
  temporary = await temporaryLedger()
})
afterEach(() => temporary.stop())

const appendMany = (count: number): Promise<readonly { readonly receipt: Receipt }[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => temporary.ledger.append(testDraft(n))))

async function sequenceAll(): Promise<void> {
  while ((await temporary.ledger.sequenceOnce()) > 0);
}

describe('a reader while the tree grows', () => {
  test('is shown the tree as it was read, and is told of no smaller one', async () => {
    const { database } = temporary.options
    await appendMany(3)
    await sequenceAll()
    let meanwhile: (() => Promise<void>) | null = null
    const slow: Database = {
      ...database,
      async query(statement, values) {
        const rows = await database.query(statement, values)
        const grow = (typeof statement === 'string' ? statement : statement.text).includes('FROM ledger_head')
          ? meanwhile
          : null
        meanwhile = grow === null ? meanwhile : null
        await grow?.()
        return rows
      },
    }
    const ledger = await openLedger({ ...temporary.options, database: slow })
    const growBelow = () => {
      const grown = Promise.withResolvers<void>()
      meanwhile = async () => {
        // Another process extends the tree twice, so that what was read is the head of nobody any more.
        await appendMany(2)
        await sequenceAll()
        await ledger.append(testDraft(1))
        await ledger.sequenceOnce()
        grown.resolve()
      }
      return grown.promise
    }
    for (const read of [() => ledger.checkpoint(), () => ledger.hashTile(0, { n: 0, width: 3 }), () => ledger.head()]) {
      await appendMany(1)
      await sequenceAll()
      const grown = growBelow()
      await expect(read()).resolves.not.toBeNull()
      await grown
    }
  })
})

describe('two sequencers', () => {
  test('one of two that extend the same tree without the lock wins, the other rolls back', async () => {
    await appendMany(20)
    const { database, origin } = temporary.options
    const empty = { origin, size: 0, root: foldRoots(sha256, []), note: await temporary.ledger.checkpoint() }
    const time = new DatabaseTime(temporary.options.clock)
    const context: LedgerContext = {
      ...temporary.options,
      counts: defineCounts(undefined),
      time,
      recordRows: (_, drafts) => Promise.resolve(drafts),
      head: empty,
      writing: Promise.resolve(),
      halted: null,
      auditedFrom: Infinity,
    }
    // Both have read the same head before either writes; new entries come in between, so that both have some to move.
    const first = Promise.withResolvers<void>()
    const second = Promise.withResolvers<void>()
    const one = database.transaction(async (tx) => {
      const step = await sequenceIn(context, tx)
      first.resolve()
      await second.promise
      return step
    })
    await first.promise
    await appendMany(20)
    const two = database.transaction((tx) => sequenceIn(context, tx))
    const lost = two.then(
      () => 'won',
      (error: unknown) => violatedConstraint(error),
    )
    await setTimeout(100)
    second.resolve()
    expect((await one).moved).toBe(20)
    expect(await lost).toBe('ledger_entries_pkey')
    await sequenceAll()
    expect((await temporary.ledger.head()).size).toBe(40)
    expect(await temporary.ledger.audit()).toBeNull()
  })

  test('advanceHead() moves the head from the size it was read at, and from no other', async () => {
    const { database } = temporary.options
    const next = { size: 5, root: sha256(new Uint8Array(1)), note: 'a note' }
    expect(await database.transaction((tx) => advanceHead(tx, 1, next))).toBe(false)
    expect((await temporary.ledger.head()).size).toBe(0)
    expect(await database.transaction((tx) => advanceHead(tx, 0, next))).toBe(true)
    expect(await database.transaction((tx) => advanceHead(tx, 0, next))).toBe(false)
  })

  test('several sequencers beside callers lose nothing and fork nothing', async () => {
    const others = await Promise.all([openLedger(temporary.options), openLedger(temporary.options)])
    const sequencers = [temporary.ledger, ...others].map((ledger) => ledger.startSequencer({ intervalMs: 1 }))
    const receipts = (await appendMany(1500)).map(({ receipt }) => receipt)
    await Promise.all(sequencers.map((sequencer) => sequencer.stop()))
    await sequenceAll()
    expect((await temporary.ledger.head()).size).toBe(1500)
    expect(await temporary.ledger.audit()).toBeNull()
    const states = await Promise.all(receipts.slice(0, 50).map((receipt) => others[0].receiptStatus(receipt)))
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['in-tree']))
  })
})

describe('a process killed at any moment', () => {
  test('loses no acknowledged entry, and every checkpoint it ever kept is a prefix of the tree', async () => {
    const acknowledged: Receipt[] = []
    const kept: Checkpoint[] = []
    for (let round = 0; round < 6; round++) {
      acknowledged.push(...(await runAndKill()))
      const note = await readFile(temporary.options.checkpointFile, 'utf8')
      const { origin } = temporary.options
      const checkpoint = await verifyCheckpoint(note, origin, temporary.keys, verifySignature)
      if (checkpoint !== null) kept.push(checkpoint)
    }
    expect(kept).toHaveLength(6)
    expect(acknowledged.length).toBeGreaterThanOrEqual(6)
    const ledger = await openLedger(temporary.options)
    while ((await ledger.sequenceOnce()) > 0);
    expect(await ledger.audit()).toBeNull()
    for (const receipt of acknowledged) expect((await ledger.receiptStatus(receipt)).state).toBe('in-tree')
    const head = await ledger.head()
    for (const { size, root } of kept.filter((checkpoint) => checkpoint.size > 0)) {
      const proof = await ledger.consistencyProof(size, head.size)
      const claim = { first: size, firstRoot: root, size: head.size, root: head.root, proof }
      expect(verifyConsistency(sha256, claim)).toBe(true)
    }
  }, 60_000)
})

describe('growTree()', () => {
  test('grows by batches of any size to the tree that grows leaf by leaf', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 8 }), (batches) => {
        const plain = new TreeHasher(sha256)
        let tree = { size: 0, root: foldRoots(sha256, []), partials: [] as readonly Uint8Array[] }
        for (const count of batches) {
          const leaves = Array.from({ length: count }, (_, i) => sha256(Buffer.from(`${tree.size + i}`)))
          for (const leaf of leaves) plain.add(leaf)
          const grown = growTree(tree, Buffer.concat(leaves))
          expect(grown.tiles.every(({ hashes }) => hashes.length >= 32 && hashes.length <= 8192)).toBe(true)
          tree = grown.tree
        }
        expect(Buffer.from(tree.root).equals(plain.root())).toBe(true)
        expect(tree.size).toBe(plain.size)
      }),
      { numRuns: 30 },
    )
  })
})

/** A server in small: opens the ledger, sequences as fast as it can, and prints each receipt once it has it. */
const program = `
  import { text } from 'node:stream/consumers'
  const settings = JSON.parse(await text(process.stdin))
  const base = await import(settings.base)
  const { openLedger } = await import(settings.ledger)
  const { testCheckpointSigner, testDraft, testEd25519 } = await import(settings.testing)
  const options = { poolSize: 4, applicationName: 'killed', log: base.silentLogger }
  const ledger = await openLedger({
    signer: testCheckpointSigner(settings.origin, settings.privateKeys),
    receiptSigner: testEd25519(settings.origin, settings.privateKeys.receipt),
    database: await base.openDatabase(settings.connection, options),
    clock: base.systemClock,
    random: base.systemRandomness,
    log: base.silentLogger,
    checkpointFile: settings.checkpointFile,
    origin: settings.origin,
  })
  ledger.startSequencer({ intervalMs: 1 })
  for (let n = 0; ; n++) {
    const { receipt } = await ledger.append(testDraft(n))
    process.stdout.write(JSON.stringify(receipt) + '\\n')
  }
`

/** Run the program and kill it a random while after its first receipt. Returns the receipts it printed whole. */
async function runAndKill(): Promise<readonly Receipt[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const { connection, privateKeys, options } = temporary
  const { origin, checkpointFile } = options
  const [base, ledger, testing] = ['../base/index.ts', 'index.ts', 'testing.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  )
  child.stdin.end(JSON.stringify({ connection, privateKeys, origin, checkpointFile, base, ledger, testing }))
  let printed = ''
  const hasBegun = Promise.withResolvers<void>()
  child.stdout.on('data', (data: Buffer) => {
    printed += data.toString()
    hasBegun.resolve()
  })
  const isClosed = once(child, 'close')
  await Promise.race([hasBegun.promise, isClosed])
  await setTimeout(Math.random() * 150)
  child.kill('SIGKILL')
  await isClosed
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Receipt)
}
