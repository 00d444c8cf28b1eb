// The checkpoint that this browser keeps: the last one that it saw and believed, with the keys of its first. A ledger that was cut short,
// put back or written anew does not hold what this one saw, whoever signs it again.

import { fromBase64, toBase64 } from '@sallyport/protocol'
import {
  parseVerifyKey,
  proveConsistency,
  verifyCheckpoint,
  verifyConsistency,
  type Checkpoint,
  type VerifyKey,
} from '@sallyport/protocol/ledger'
import { call, callForFile } from '../api/index.ts'
import { keep, readKept } from '../session/browser-store.ts'
import { withDigests } from './digest.ts'
import { verifySignature } from './signatures.ts'
import { nodesOf } from './tree.ts'

interface Kept {
  readonly origin: string
  readonly keys: readonly string[]
  readonly size: number
  /** Base64. */
  readonly root: string
  readonly at: string
}

/** A checkpoint that the known keys signed and that holds everything the kept one saw. */
export interface Seen extends Checkpoint {
  readonly note: string
  /** What this browser had kept before; null at its first look. */
  readonly before: { readonly size: number; readonly at: string } | null
}

/** The ledger is not the one that this browser knew. */
export class LedgerDoubt extends Error {}

const shelf = 'ledger'
const place = 'checkpoint'

/** Read the latest checkpoint, hold it to the kept one, and keep it instead. Throws LedgerDoubt, and whatever the gate says. */
export async function seeCheckpoint(signal?: AbortSignal): Promise<Seen> {
  const { ledger } = await call('enclave', { signal })
  const kept = (await readKept<Kept>(shelf, place)) ?? null
  const { origin, keys: lines } = kept ?? ledger
  if (kept !== null && !isSame(kept, ledger)) {
    throw new LedgerDoubt('The gate names other keys of its ledger than this browser knows. Ask your officer about it.')
  }
  const keys = await withDigests((sha256) => lines.map((line) => parseVerifyKey(sha256, line)))
  const note = await (await callForFile('checkpoint', { signal })).text()
  const known = keys.filter((key): key is VerifyKey => key !== null)
  const found = known.length === lines.length ? await verifyCheckpoint(note, origin, known, verifySignature) : null
  if (found === null) throw new LedgerDoubt('The checkpoint is not signed by the keys of the ledger.')
  if (kept !== null) await mustHold(kept, found)
  const at = new Date().toISOString()
  const root = toBase64(found.root)
  // Another page of this browser may have kept a later one in the meantime.
  const now = await readKept<Kept>(shelf, place)
  if (now === undefined || now.size <= found.size)
    await keep(shelf, place, { origin, keys: [...lines], size: found.size, root, at } satisfies Kept)
  return { ...found, note, before: kept === null ? null : { size: kept.size, at: kept.at } }
}

function isSame(kept: Kept, { origin, keys }: { readonly origin: string; readonly keys: readonly string[] }): boolean {
  return kept.origin === origin && kept.keys.length === keys.length && kept.keys.every((key) => keys.includes(key))
}

/** INVARIANT: I7, from outside: the tree that was seen is a beginning of the tree that is shown. */
async function mustHold(kept: Kept, { size, root }: Checkpoint): Promise<void> {
  const firstRoot = fromBase64(kept.root) ?? new Uint8Array(0)
  if (size < kept.size) {
    throw new LedgerDoubt(
      `The ledger has ${size} entries where this browser saw ${kept.size}: it was cut, or put back to an older copy.`,
    )
  }
  if (kept.size === 0) return
  const read = nodesOf(size)
  const isHeld = await withDigests(async (sha256) => {
    const proof = await proveConsistency(sha256, read, kept.size, size)
    return verifyConsistency(sha256, { first: kept.size, firstRoot, size, root, proof })
  })
  if (!isHeld) {
    throw new LedgerDoubt(
      `The ledger does not hold the ${kept.size} entries that this browser saw: it was written anew.`,
    )
  }
}
