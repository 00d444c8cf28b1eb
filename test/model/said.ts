// What was said to anybody outside of a process, held against what is there: when it is said, when a transaction is durable, and
// once all of it is in the tree.

import { equalBytes, fromBase64, fromUtf8 } from '@sallyport/protocol'
import { leafHash, parseCheckpointText, parseNote, TreeHasher, type Receipt } from '@sallyport/protocol/ledger'
import { sha256 } from '../../server/src/ledger/index.ts'
import type { Tx } from './rows.ts'
import type { Tables } from './statements.ts'

export class Said {
  /** Checkpoints that somebody has seen, as signed notes. */
  readonly checkpoints = new Set<string>()
  readonly receipts: Receipt[] = []
  /** Where entries stand, by what a process said. */
  readonly places = new Map<string, number>()
  /** Entries of keys that left, of changes that were acknowledged, of refusals that were answered. */
  readonly #answered = new Map<string, string>()
  readonly #tables: () => Tables
  readonly #violated: (what: string) => void

  constructor(tables: () => Tables, violated: (what: string) => void) {
    this.#tables = tables
    this.#violated = violated
  }

  /** I2: what anybody was answered is durable at that moment. */
  answers(id: string, what: string): void {
    this.#answered.set(id, what)
    const { pending, entries } = this.#tables()
    const isDurable = (pending.get(id)?.committed ?? null) !== null || entries.some((one) => one.committed?.id === id)
    if (!isDurable) this.#violated(`${what} was answered and is not durable: ${id}`)
  }

  /** I3: whoever a permit that becomes durable is for may have one at that moment. */
  holdPermits(tx: Tx): void {
    for (const [id, slot] of this.#tables().pending) {
      if (!tx.touched.has(slot) || slot.committed?.kind !== 'decision.permit') continue
      const person = this.#tables().people.get(slot.committed.actor ?? '')?.committed
      if (person?.status !== 'us-person') this.#violated(`a stale permit became durable: ${id}`)
    }
  }

  /** After the last fault: everybody is served again, everything gets into the tree, and all that was ever said holds. */
  hold(): void {
    const final = this.#tables()
      .entries.flatMap((one) => one.committed ?? [])
      .sort((a, b) => a.index - b.index)
    if ([...this.#tables().pending.values()].some((one) => one.committed !== null))
      this.#violated('an entry is left over')
    const leaves = final.map(({ bytes }) => leafHash(sha256, bytes))
    const tree = new TreeHasher(sha256)
    const roots = [tree.root()]
    for (const [i, leaf] of leaves.entries()) {
      if (final[i]?.index !== i) this.#violated(`entry ${i} is not at its place`)
      tree.add(leaf)
      roots.push(tree.root())
    }
    const note = this.#tables().head.committed?.note ?? ''
    for (const said of new Set([...this.checkpoints, note])) this.#holdCheckpoint(said, roots)
    const byId = new Map(final.map((one) => [one.id, one]))
    for (const [id, what] of this.#answered) if (!byId.has(id)) this.#violated(`${what} was answered and lost: ${id}`)
    for (const { entryId, leafHash: promised } of this.receipts) {
      const leaf = fromBase64(promised) ?? new Uint8Array()
      if (!final.some((one, i) => one.id === entryId && equalBytes(leaves[i] ?? leaf.subarray(1), leaf))) {
        this.#violated(`the entry of receipt ${entryId} is another than was promised`)
      }
    }
    for (const [id, index] of this.places) if (final[index]?.id !== id) this.#violated(`entry ${id} left its place`)
    this.#holdPeople(final.map(({ bytes }) => fromUtf8(bytes)))
  }

  /** Signatures are looked at by every start. */
  #holdCheckpoint(note: string, roots: readonly Uint8Array[]): void {
    const checkpoint = parseCheckpointText(parseNote(note)?.text ?? '')
    if (checkpoint === null) return this.#violated(`what was shown is no checkpoint: ${note.slice(0, 60)}`)
    const root = roots[checkpoint.size]
    if (root === undefined) return this.#violated(`the tree shrank behind a checkpoint of ${checkpoint.size}`)
    if (!equalBytes(root, checkpoint.root)) this.#violated(`the tree forked from a checkpoint of ${checkpoint.size}`)
  }

  /** A change and its entry are one: as many of the one as of the other. */
  #holdPeople(entries: readonly string[]): void {
    for (const [id, slot] of this.#tables().people) {
      const changes = entries.filter((text) => text.includes('"kind":"person.') && text.includes(id)).length
      if (slot.committed?.version !== 1 + changes)
        this.#violated(`person ${id} changed without an entry, or not at all`)
    }
  }
}
