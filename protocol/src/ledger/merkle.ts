// The Merkle tree of the ledger. Everything that hashes takes SHA-256 as its first parameter, because this package has no
// cryptography of its own: `(data) => crypto.hash('sha256', data, 'buffer')` in Node.
// SPEC: RFC 6962 section 2.1; sizes and indices are safe integers, so a tree holds at most 2^53 - 1 entries.

/** Hash bytes with SHA-256, into 32 new bytes. */
export type Sha256 = (data: Uint8Array) => Uint8Array

export const hashLength = 32

const prefixed = new Uint8Array(4096)

/** Hash one entry into its leaf: SHA-256(0x00 || entry). */
export function leafHash(sha256: Sha256, entry: Uint8Array): Uint8Array {
  const leaf =
    entry.length < prefixed.length ? prefixed.subarray(0, entry.length + 1) : new Uint8Array(entry.length + 1)
  leaf.set(entry, 1)
  return sha256(leaf)
}

const pair = new Uint8Array(1 + 2 * hashLength)
pair[0] = 1

/** Hash two nodes of 32 bytes into their parent: SHA-256(0x01 || left || right). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 1 + hashLength)
  return sha256(pair)
}

/**
 * Hash the roots of adjacent perfect subtrees, largest first, into the root of the tree that they make up.
 * No subtree at all gives the root of the empty tree.
 */
export function foldRoots(sha256: Sha256, roots: readonly Uint8Array[]): Uint8Array {
  let folded = roots.at(-1)
  if (folded === undefined) return sha256(new Uint8Array(0))
  for (let i = roots.length - 2; i >= 0; i--) folded = nodeHash(sha256, roots[i] ?? folded, folded)
  return folded
}

/** Grow a tree leaf by leaf. Keeps one hash per level, however many leaves. */
export class TreeHasher {
  readonly #sha256: Sha256
  readonly #roots: Uint8Array[]
  #size: number

  constructor(sha256: Sha256, from?: TreeHasher) {
    this.#sha256 = sha256
    this.#roots = from === undefined ? [] : [...from.#roots]
    this.#size = from === undefined ? 0 : from.#size
  }

  get size(): number {
    return this.#size
  }

  /** Add the leaf hash of the next entry. Keeps the 32 bytes given, which must not change afterwards. */
  add(leaf: Uint8Array): void {
    let hash = leaf
    for (let filled = this.#size; filled % 2 === 1; filled = (filled - 1) / 2) {
      hash = nodeHash(this.#sha256, this.#roots.pop() ?? hash, hash)
    }
    this.#roots.push(hash)
    this.#size++
  }

  root(): Uint8Array {
    return foldRoots(this.#sha256, this.#roots)
  }
}
