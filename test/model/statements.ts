// The statements of the ledger's store and of the decision point's, each as PostgreSQL runs it: what it reads at its start, which
// rows it waits for, and what it answers. Any other statement is one that the model does not know, and says so.

import { createHash } from 'node:crypto'
import { DatabaseError } from 'pg'
import { equalBytes } from '@sallyport/protocol'
import type { Row, Statement } from '../../server/src/base/index.ts'
import { insertPending, insertWhile, placeIn } from './insert-pending.ts'
import { seen, slotOf, toShare, toWrite, write, type Slot, type Tx, type Work } from './rows.ts'

export interface Pending {
  readonly id: string
  readonly kind: string
  readonly actor: string | null
  readonly aboutKind: string | null
  readonly aboutId: string | null
  readonly atMs: number
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
}

export interface Entry extends Pending {
  readonly index: number
}

interface Head {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
}

export interface Person {
  readonly status: string
  readonly version: number
}

export interface Tables {
  readonly epoch: Slot<number>
  readonly people: ReadonlyMap<string, Slot<Person>>
  readonly pending: Map<string, Slot<Pending>>
  /** In the order of their insertion. More than one row of an index only where the key is off. */
  readonly entries: Slot<Entry>[]
  readonly tiles: Map<string, Slot<Uint8Array>>
  readonly head: Slot<Head>
  turn: Tx | null
}

/** What holds sequencers apart can each be off, so that the others are seen to hold alone. */
export interface Ground {
  /** Whether the turn can be taken by one at a time, or by everybody. */
  readonly isTurnTaken: boolean
  /** Whether an index is the key of the log. */
  readonly isIndexKey: boolean
}

export interface Statements {
  readonly tables: Tables
  readonly ground: Ground
  /** The database's clock. */
  readonly now: () => number
}

type Run = (at: Statements, tx: Tx, values: readonly unknown[]) => Work

export const changeText = 'UPDATE subject SET status = $2, version = version + 1 WHERE person_id = $1 RETURNING version'
export const policyDigest = 'd'.repeat(64)

export function emptyTables(people: readonly string[]): Tables {
  return {
    epoch: slotOf(1),
    people: new Map(people.map((id) => [id, slotOf<Person>({ status: 'us-person', version: 1 })])),
    pending: new Map(),
    entries: [],
    tiles: new Map(),
    head: slotOf<Head>(null),
    turn: null,
  }
}

/** The committed rows alone, for another run to begin with. */
export function copyOf(tables: Tables): Tables {
  const copied = <T>(map: ReadonlyMap<string, Slot<T>>): Map<string, Slot<T>> =>
    new Map([...map].filter(([, one]) => one.committed !== null).map(([key, one]) => [key, slotOf(one.committed)]))
  return {
    epoch: slotOf(tables.epoch.committed),
    people: copied(tables.people),
    pending: copied(tables.pending),
    entries: tables.entries.filter((one) => one.committed !== null).map((one) => slotOf(one.committed)),
    tiles: copied(tables.tiles),
    head: slotOf(tables.head.committed),
    turn: null,
  }
}

/** What a statement is known by: its name, or its text where it has none. A text that was changed is not known. */
export function nameOf(statement: Statement): string {
  const text = typeof statement === 'string' ? statement : statement.text
  const before = names.get(text)
  if (before !== undefined) return before
  const name = typeof statement === 'string' ? unnamed.find(([part]) => text.includes(part))?.[1] : statement.name
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  if (name === undefined || texts[name] !== digest) {
    throw new Error(
      `cannot model statement ${name ?? text}: its text has digest ${digest}, want the one that is modelled here: ` +
        'look at how it runs below, replay it on PostgreSQL, then write that digest down',
    )
  }
  names.set(text, name)
  return name
}

const names = new Map<string, string>()

/** Of the texts that are modelled here. */
const texts: Readonly<Record<string, string>> = {
  'ledger-places': '74c0121de8a4',
  'policy-narrow': '1c2a69f44161',
  'subject-change': 'b196f8629ef5',
  'ledger-leaves': 'e7c45ff45944',
  'ledger-tile-run': 'ed3308d7a0f6',
  'ledger-tile': '0c9f06abf8c0',
  'ledger-tiles-at': '429e7bd0cd85',
  'policy-hold-epoch': '5623fce1b549',
  'policy-snapshot': 'f84125928b8f',
  'ledger-advance': '3540c0df12c4',
  'ledger-tiles': 'd96c8f4040f6',
  'ledger-append': '6bed9042c40d',
  'ledger-append-while-epoch': '15ce040b7ae3',
  'ledger-time': '76086f4a24dd',
  'ledger-head': '9f1cc68ed653',
  'ledger-move': '672a79feb656',
  'ledger-turn': '9fb30fc7ded9',
  'ledger-head-state': 'ca929c5e86d0',
  'ledger-found': '0e25c9071d75',
}

const unnamed = [
  [changeText, 'subject-change'],
  ['INSERT INTO ledger_head', 'ledger-found'],
  ['AS indexes', 'ledger-places'],
] as const

export function work(at: Statements, tx: Tx, statement: Statement, values: readonly unknown[]): Work {
  const name = nameOf(statement)
  const run = known[name]
  if (run === undefined) throw new Error(`cannot model statement ${name}: it is unknown`)
  return run(at, tx, values)
}

const known: Readonly<Record<string, Run>> = {
  'ledger-time': function* ({ now }) {
    yield* nothing()
    return [{ at_ms: now() }]
  },
  'ledger-append': (at, tx, values) => insertPending(at, tx, values),
  'ledger-append-while-epoch': (at, tx, values) => insertWhile(at, tx, values),
  'ledger-turn': function* ({ tables, ground }, tx) {
    yield* nothing()
    if (!ground.isTurnTaken) return [{ taken: true }]
    if (tables.turn?.isOpen !== true) tables.turn = tx
    return [{ taken: tables.turn === tx }]
  },
  'ledger-head': function* ({ tables }, tx) {
    yield* nothing()
    const head = seen(tables.head, tx)
    return head === null ? [] : [{ ...head }]
  },
  'ledger-head-state': function* ({ tables }, tx) {
    yield* nothing()
    const head = seen(tables.head, tx)
    if (head === null) return []
    const last = seenEntries(tables, tx).reduce((most, { index }) => Math.max(most, index), -1)
    const partials = Array.from({ length: 7 }, (_, level) => {
      const tile = tables.tiles.get(`${level}/${Math.floor(head.size / 256 ** (level + 1))}`)
      return (tile === undefined ? null : seen(tile, tx)) ?? new Uint8Array()
    })
    return [{ ...head, entry_count: last + 1, partials }]
  },
  'ledger-found': function* ({ tables: { head } }, tx, [origin, size, root, note]) {
    yield* toWrite(head, tx)
    if (seen(head, tx) !== null) return []
    write(head, tx, { origin, size, root, note } as Head)
    return [{ size }]
  },
  'ledger-advance': function* ({ tables: { head } }, tx, [from, size, root, note]) {
    if (seen(head, tx)?.size !== from) return []
    yield* toWrite(head, tx)
    // The row as whoever was waited for left it.
    const found = seen(head, tx)
    if (found === null || found.size !== from) return []
    write(head, tx, { ...found, size, root, note } as Head)
    return [{ size }]
  },
  'ledger-move': movePending,
  'ledger-tiles': function* ({ tables: { tiles } }, tx, [levels, ns, hashes]) {
    for (const [i, level] of (levels as number[]).entries()) {
      const slot = placeIn(tiles, `${level}/${(ns as number[])[i]}`)
      yield* toWrite(slot, tx)
      write(slot, tx, (hashes as Uint8Array[])[i]?.slice() ?? null)
    }
    return []
  },
  'ledger-tile': function* ({ tables }, tx, [level, n]) {
    yield* nothing()
    const tile = tables.tiles.get(`${String(level)}/${String(n)}`)
    const hashes = tile === undefined ? null : seen(tile, tx)
    return hashes === null ? [] : [{ hashes }]
  },
  'ledger-tile-run': function* ({ tables }, tx, [level, first, end]) {
    yield* nothing()
    const rows: Row[] = []
    for (let n = Number(first); n < Number(end); n++) {
      const tile = tables.tiles.get(`${String(level)}/${n}`)
      const hashes = tile === undefined ? null : seen(tile, tx)
      if (hashes !== null) rows.push({ n, hashes })
    }
    return rows
  },
  'ledger-tiles-at': function* ({ tables }, tx, [levels, ns]) {
    yield* nothing()
    const rows = (levels as number[]).flatMap((level, i) => {
      const n = (ns as number[])[i] ?? 0
      const tile = tables.tiles.get(`${level}/${n}`)
      const hashes = tile === undefined ? null : seen(tile, tx)
      return hashes === null ? [] : [{ level, n, hashes }]
    })
    return rows.sort((a, b) => a.level - b.level || a.n - b.n)
  },
  'ledger-leaves': function* ({ tables }, tx, [first, end]) {
    yield* nothing()
    return seenEntries(tables, tx)
      .filter(({ index }) => index >= Number(first) && index < Number(end))
      .sort((a, b) => a.index - b.index)
      .map(({ index, id, kind, actor, aboutKind, aboutId, atMs, bytes }) => {
        return { index, id, kind, actor, about_kind: aboutKind, about_id: aboutId, at_ms: atMs, bytes }
      })
  },
  'ledger-places': function* ({ tables, now }, tx, [id]) {
    yield* nothing()
    const indexes = seenEntries(tables, tx).flatMap((one) => (one.id === id ? [one.index] : []))
    const slot = tables.pending.get(String(id))
    const pending = slot === undefined ? null : seen(slot, tx)
    return [{ indexes: indexes.sort((a, b) => a - b), pending: pending?.leafHash ?? null, now_ms: now() }]
  },
  'policy-narrow': function* ({ tables: { epoch } }, tx) {
    yield* toWrite(epoch, tx)
    write(epoch, tx, (seen(epoch, tx) ?? 0) + 1)
    return []
  },
  'policy-hold-epoch': function* ({ tables: { epoch }, now }, tx) {
    yield* toShare(epoch, tx)
    return [{ epoch: seen(epoch, tx), at_ms: now() }]
  },
  'policy-snapshot': function* (at, tx, [issuers, subjects, personIds]) {
    yield* nothing()
    const wanted = new Set([...(personIds as string[])].sort())
    const people = [...wanted].flatMap((id) => personRow(id, at.tables, tx))
    const rest = {
      bound: [],
      files: [],
      added: [],
      rescues: [],
      vaults: [],
      labels: [],
      authorizations: [],
      proscribed: [],
      nationals: [],
      acknowledged: [],
    }
    if ([...(issuers as string[]), ...(subjects as string[])].length > 0)
      throw new Error('the model binds no identities')
    return [{ epoch: seen(at.tables.epoch, tx), policy_digest: policyDigest, at_ms: at.now(), people, ...rest }]
  },
  'subject-change': function* ({ tables: { people } }, tx, [id, status]) {
    const slot = people.get(String(id))
    if (slot === undefined) return []
    yield* toWrite(slot, tx)
    const version = (seen(slot, tx)?.version ?? 0) + 1
    write(slot, tx, { status: String(status), version })
    return [{ version }]
  },
}

/** What is not waited for at all is a generator all the same. */
export function* nothing(): Generator<Slot, void, void> {}

function personRow(id: string, { people }: Tables, tx: Tx): readonly Row[] {
  const slot = people.get(id)
  const person = slot === undefined ? null : seen(slot, tx)
  if (person === null) return []
  return [{ person_id: id, ...person, roles: ['engineer'], assignments: [], employer: null, ...personRest }]
}

export const personRest = {
  is_regular_employee: false,
  has_nda: false,
  briefed_on: null,
  acts_for_foreign_employer: false,
  sealed_ties: null,
  person_key: '\\x00',
}

function seenEntries({ entries }: Tables, tx: Tx): readonly Entry[] {
  return entries.flatMap((slot) => seen(slot, tx) ?? [])
}

function* movePending({ tables, ground }: Statements, tx: Tx, [size, limit]: readonly unknown[]): Work {
  // Rows as they were when the statement began; in the order in which they lie, which is that of their insertion.
  const found = [...tables.pending.values()].flatMap((slot) => {
    const row = seen(slot, tx)
    return row === null ? [] : [{ slot, row }]
  })
  const last = found.map(({ row }) => row).sort(inOrder)[Math.min(Number(limit), found.length) - 1]
  const taken: Pending[] = []
  for (const { slot, row } of found) {
    if (last === undefined || inOrder(row, last) > 0) continue
    yield* toWrite(slot, tx)
    // Whoever was waited for took it away.
    if (seen(slot, tx) !== row) continue
    write(slot, tx, null)
    taken.push(row)
  }
  const numbered = taken.sort(inOrder).map((row, i): Entry => ({ ...row, index: Number(size) + i }))
  for (const entry of numbered) yield* insertEntry(tables, tx, entry, ground.isIndexKey)
  return [{ leaves: joined(numbered.map(({ leafHash }) => leafHash)) }]
}

function* insertEntry({ entries }: Tables, tx: Tx, entry: Entry, isKey: boolean): Generator<Slot, void, void> {
  if (isKey) {
    for (const other of entries) {
      if (other.committed?.index !== entry.index && other.written?.index !== entry.index) continue
      yield* toWrite(other, tx)
      if (seen(other, tx) !== null) throw uniqueViolation()
    }
  }
  const slot = slotOf<Entry>(null)
  entries.push(slot)
  write(slot, tx, entry)
}

function inOrder(a: Pending, b: Pending): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : Number(a.id > b.id))
}

function uniqueViolation(): DatabaseError {
  const error = new DatabaseError('duplicate key value violates unique constraint', 0, 'error')
  error.code = '23505'
  error.constraint = 'ledger_entries_pkey'
  return error
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}

/** Tell whether two answers are the same but for the time at which they were given. */
export function isSameAnswer(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => isSame({ ...row, ...noTimes }, { ...b[i], ...noTimes }))
}

const noTimes = { at_ms: 0, now_ms: 0 }

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return keys.length === others.length && keys.every((key) => isSame(Reflect.get(a, key), Reflect.get(b, key)))
}
