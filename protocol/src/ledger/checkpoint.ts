// Checkpoints: what a log commits to, size and root of its tree, as a signed note.
// SPEC: C2SP tlog-checkpoint v1.0.0. No extension lines are written; those of others are read over.

import { fromBase64, toBase64 } from '../bytes.ts'
import { hashLength } from './merkle.ts'
import { verifyNote, type VerifyKey, type VerifySignature } from './note.ts'

export interface Checkpoint {
  /** Schema-less URL that names the log, equal to the name of its keys. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** Write the text that is signed. */
export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`
}

/** Read the text of a checkpoint. Returns null for any other text and for a size above 2^53 - 1. ATTACKER: anybody. */
export function parseCheckpointText(text: string): Checkpoint | null {
  const lines = text.split('\n')
  const [origin, sizeText, rootText] = lines
  if (lines.length < 4 || lines.at(-1) !== '' || lines.slice(0, -1).includes('')) return null
  if (origin === undefined || sizeText === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) return null
  const size = Number(sizeText)
  const root = fromBase64(rootText ?? '')
  if (!Number.isSafeInteger(size) || root === null || root.length !== hashLength) return null
  return { origin, size, root }
}

/**
 * Check a checkpoint of the log `origin`. INVARIANT: every one of `keys` (at least one) has signed it, so that neither an
 * Ed25519 nor an ECDSA key alone can speak for the log. Returns null when anything is amiss.
 */
export async function verifyCheckpoint(
  note: string,
  origin: string,
  keys: readonly VerifyKey[],
  verify: VerifySignature,
): Promise<Checkpoint | null> {
  const verified = await verifyNote(note, keys, verify)
  if (verified === null || !keys.every((key) => verified.signedBy.includes(key))) return null
  const checkpoint = parseCheckpointText(verified.text)
  return checkpoint?.origin === origin ? checkpoint : null
}
