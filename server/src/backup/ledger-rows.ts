// The ledger inside a backup: its entries' rows give the Merkle root, and that root is the one that the checkpoint signs.

import { equalBytes } from '@sallyport/protocol'
import {
  leafHash,
  parseEntry,
  parseNote,
  parseVerifyKey,
  TreeHasher,
  verifyCheckpoint,
  type Checkpoint,
  type VerifyKey,
} from '@sallyport/protocol/ledger'
import { sha256, verifySignature } from '../ledger/index.ts'
import { byteaOf, linesOf } from './copy-text.ts'
import { Faulty } from './fault.ts'
import { tablePart, type Manifest } from './manifest.ts'

export const ledgerTable = 'ledger_entries'
/** An entry is 65,535 bytes at most, twice as long in hex; what its other columns say is part of it. */
const maxRowBytes = 2 ** 20

export interface LedgerKeys {
  readonly ed25519: VerifyKey
  readonly p256: VerifyKey
  readonly receipt: VerifyKey
}

/** Read the keys that a manifest names. Throws Faulty `ledger-signature`. */
export function ledgerKeys({ ledger }: Manifest): LedgerKeys {
  const key = (line: string): VerifyKey => {
    const parsed = parseVerifyKey(sha256, line)
    if (parsed?.name !== ledger.origin) throw new Faulty('ledger-signature')
    return parsed
  }
  return { ed25519: key(ledger.keys.ed25519), p256: key(ledger.keys.p256), receipt: key(ledger.keys.receipt) }
}

/** Check the manifest's checkpoint against its own keys and the pinned ones. Throws Faulty. */
export async function checkCheckpoint(value: Manifest, pinned: readonly VerifyKey[]): Promise<Checkpoint> {
  const { note, origin, size } = value.ledger
  const keys = ledgerKeys(value)
  const checkpoint = await verifyCheckpoint(note, origin, [keys.ed25519, keys.p256], verifySignature)
  if (checkpoint === null || checkpoint.size !== size) throw new Faulty('ledger-signature')
  if (pinned.length > 0 && (await verifyCheckpoint(note, origin, pinned, verifySignature)) === null) {
    throw new Faulty('pinned-key')
  }
  return checkpoint
}

/** Read a checkpoint that was kept outside, as one of this ledger's. Throws Faulty `outside-malformed`, `outside-ledger`. */
export async function readOutside(note: string, value: Manifest): Promise<Checkpoint> {
  if (parseNote(note) === null) throw new Faulty('outside-malformed')
  const keys = ledgerKeys(value)
  const outside = await verifyCheckpoint(note, value.ledger.origin, [keys.ed25519, keys.p256], verifySignature)
  if (outside === null) throw new Faulty('outside-ledger')
  return outside
}

/**
 * Read the rows of the ledger's table and return how many there are. Throws Faulty unless each has the next index and holds
 * the entry that it names, and all of them give the root of `head`; `outside`, when it is of no larger tree, is a prefix.
 */
export async function checkEntries(
  content: AsyncIterable<Uint8Array>,
  columns: readonly string[],
  head: Checkpoint,
  outside: Checkpoint | null,
): Promise<number> {
  const [index, id, bytes] = ['index', 'id', 'bytes'].map((name) => columns.indexOf(name))
  const tree = new TreeHasher(sha256)
  const compareOutside = () => {
    if (outside?.size === tree.size && !equalBytes(outside.root, tree.root())) throw new Faulty('outside-fork')
  }
  compareOutside()
  for await (const line of linesOf(content, { part: tablePart(ledgerTable), maxBytes: maxRowBytes })) {
    const where = `entry ${tree.size}`
    const fields = Buffer.from(line.buffer, line.byteOffset, line.length).toString().split('\t')
    const entryBytes = byteaOf(fields[bytes ?? -1] ?? '')
    const entry = entryBytes === null ? null : parseEntry(entryBytes)
    if (entryBytes === null || entry === null) throw new Faulty('ledger-entry', where)
    if (fields[index ?? -1] !== String(tree.size) || fields[id ?? -1] !== entry.id)
      throw new Faulty('ledger-entry', where)
    tree.add(leafHash(sha256, entryBytes))
    compareOutside()
  }
  if (tree.size !== head.size || !equalBytes(tree.root(), head.root)) throw new Faulty('ledger-root')
  return tree.size
}
