// INVARIANT: I7, the tree never shrinks or forks. The head is believed only when signatures, row, entries and tiles agree
// with each other and with every earlier checkpoint that this process knows of.

import { equalBytes, Problem } from '@sallyport/protocol'
import {
  foldRoots,
  proveConsistency,
  rootFromPartials,
  verifyCheckpoint,
  verifyConsistency,
  type Checkpoint,
} from '@sallyport/protocol/ledger'
import type { Sql } from '../base/index.ts'
import { readCheckpointFile } from './checkpoint-file.ts'
import { disagreement, type Disagreement } from './disagreement.ts'
import { sha256, verifySignature, type CheckpointSigner } from './signatures.ts'
import { readTilesAt, type HeadState } from './store.ts'
import { nodeReader, TileMissing } from './tree.ts'

export interface Head extends Checkpoint {
  readonly note: string
}

/** Check the head in itself. `known` is a head that was checked before; its signatures need no second look. */
export async function verifyHead(
  state: HeadState,
  origin: string,
  signer: CheckpointSigner,
  verb: string,
  known: Head | null = null,
): Promise<Head> {
  if (state.origin !== origin) throw disagreement(verb, 'another-ledger')
  const checkpoint = known?.note === state.note ? known : await readNote(state.note, origin, signer)
  if (checkpoint === null) throw disagreement(verb, 'head-signature')
  if (checkpoint.size !== state.size || !equalBytes(checkpoint.root, state.root)) throw disagreement(verb, 'head-row')
  if (state.entryCount !== state.size)
    throw disagreement(verb, 'entry-count', `${state.entryCount} entries, a checkpoint of ${state.size}`)
  const root = rootFromPartials(sha256, state.size, state.partials)
  if (root === null || !equalBytes(root, state.root)) throw disagreement(verb, 'tiles')
  return { origin, size: state.size, root: state.root, note: state.note }
}

/** Check that the tree of an earlier checkpoint is a prefix of the head's, by what is stored. */
export async function verifyPrefix(
  sql: Sql,
  earlier: Checkpoint,
  head: Checkpoint,
  verb: string,
  named: { readonly ahead: Disagreement; readonly fork: Disagreement },
): Promise<void> {
  if (earlier.size > head.size)
    throw disagreement(verb, named.ahead, `${earlier.size} entries there, ${head.size} in the database`)
  if (earlier.size === 0) {
    if (!equalBytes(earlier.root, foldRoots(sha256, []))) throw disagreement(verb, named.fork)
    return
  }
  const claim = {
    first: earlier.size,
    firstRoot: earlier.root,
    size: head.size,
    root: head.root,
    proof: await prove(sql, earlier.size, head.size, verb),
  }
  if (!verifyConsistency(sha256, claim))
    throw disagreement(verb, named.fork, `at ${earlier.size} of ${head.size} entries`)
}

/** Check the checkpoint kept outside, as it was read before the head was, against the head. */
export async function verifyOutside(
  sql: Sql,
  note: string | null,
  head: Head,
  signer: CheckpointSigner,
): Promise<void> {
  if (note === null) throw disagreement('open', 'file-missing')
  const outside = await readNote(note, head.origin, signer)
  if (outside === null) throw disagreement('open', 'file-signature')
  await verifyPrefix(sql, outside, head, 'open', { ahead: 'file-ahead', fork: 'file-fork' })
}

/** Read the checkpoint kept outside; null where there is none. */
export async function readOutside(path: string): Promise<string | null> {
  try {
    return await readCheckpointFile(path)
  } catch (error) {
    const problem = disagreement('open', 'file-unreadable')
    throw new Problem(problem.code, problem.message, { details: problem.details, cause: error })
  }
}

/** Read a checkpoint out of its note; null unless both keys signed it for this ledger. */
export function readNote(note: string, origin: string, signer: CheckpointSigner): Promise<Checkpoint | null> {
  return verifyCheckpoint(note, origin, [signer.ed25519.key, signer.p256.key], verifySignature)
}

async function prove(sql: Sql, first: number, size: number, verb: string): Promise<readonly Uint8Array[]> {
  try {
    return await proveConsistency(
      sha256,
      nodeReader((wanted) => readTilesAt(sql, wanted)),
      first,
      size,
    )
  } catch (error) {
    if (error instanceof TileMissing) throw disagreement(verb, 'tiles')
    throw error
  }
}
