// The ledger as an outsider reads it, entry by entry as it grows, hashed by us and by nobody else: what every checkpoint that was ever
// shown must agree with.

import { equalBytes } from '@sallyport/protocol'
import {
  leafHash,
  parseEntry,
  parseVerifyKey,
  TreeHasher,
  verifyCheckpoint,
  verifyReceipt,
  type LedgerEntry,
  type Receipt,
  type VerifyKey,
} from '@sallyport/protocol/ledger'
import { sha256, verifySignature } from '../client/src/session/index.ts'

export interface RecordedEntry extends LedgerEntry {
  readonly index: number
  readonly leafHash: Uint8Array
}

/** What is pinned at first contact. */
export interface Pinned {
  readonly origin: string
  readonly keys: readonly string[]
  readonly receiptKey: string
}

export interface RecordedTree {
  readonly entries: ReadonlyMap<string, RecordedEntry>
  readonly size: () => number
  /** Add the bytes of the next entry. Throws for bytes that are no entry, and for an id that is in the tree already. */
  readonly add: (bytes: Uint8Array) => RecordedEntry
  /** What is wrong with a checkpoint, in words: its signatures, or a tree that is not the one that was read. */
  readonly faultOf: (note: string) => Promise<string | null>
  readonly faultOfReceipt: (receipt: Receipt) => Promise<string | null>
}

export function recordedTree({ origin, keys: lines, receiptKey }: Pinned): RecordedTree {
  const keys = lines.map(keyOf)
  const ownReceiptKey = keyOf(receiptKey)
  const entries = new Map<string, RecordedEntry>()
  const leaves: Uint8Array[] = []
  let hasher = new TreeHasher(sha256)

  const rootAt = (size: number): Uint8Array => {
    if (size < hasher.size) hasher = new TreeHasher(sha256)
    for (const leaf of leaves.slice(hasher.size, size)) hasher.add(leaf)
    return hasher.root()
  }
  return {
    entries,
    size: () => leaves.length,
    add(bytes) {
      const read = parseEntry(bytes)
      if (read === null) throw new Error(`entry ${leaves.length} is none`)
      if (entries.has(read.id)) throw new Error(`entry ${read.id} is in the tree twice`)
      const entry = { ...read, index: leaves.length, leafHash: leafHash(sha256, bytes) }
      leaves.push(entry.leafHash)
      entries.set(read.id, entry)
      return entry
    },
    async faultOf(note) {
      const checkpoint = await verifyCheckpoint(note, origin, keys, verifySignature)
      if (checkpoint === null) return 'a checkpoint that the pinned keys did not sign'
      if (checkpoint.size > leaves.length) return `a checkpoint of ${checkpoint.size} entries: the tree shrank`
      const isSame = equalBytes(checkpoint.root, rootAt(checkpoint.size))
      return isSame ? null : `a checkpoint of ${checkpoint.size} entries with another root: the tree forked`
    },
    async faultOfReceipt(receipt) {
      const entry = entries.get(receipt.entryId)
      if (entry === undefined) return 'its entry is not in the tree'
      if (Buffer.from(entry.leafHash).toString('base64') !== receipt.leafHash) return 'its entry is another one'
      const isTrue = await verifyReceipt(sha256, receipt, ownReceiptKey, verifySignature)
      return isTrue ? null : 'the pinned key did not sign it'
    },
  }
}

function keyOf(line: string): VerifyKey {
  const key = parseVerifyKey(sha256, line)
  if (key === null) throw new Error(`no ledger key: ${line}`)
  return key
}
