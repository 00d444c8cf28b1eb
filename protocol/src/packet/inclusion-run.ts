// Inclusion proofs (RFC 6962) of one tree, one after the other: what a proof that was good has shown of the tree is not hashed again
// for the next, but compared. Neighbours share all of their way but its end, so that most proofs take a hash or two.

import { equalBytes } from '../bytes.ts'
import { nodeHash, type Checkpoint, type Sha256 } from '../ledger/index.ts'

/** What the last good proof has shown, from the root down. */
interface Shown {
  /** Whether the way goes to the right below each node of it. */
  readonly turns: readonly boolean[]
  readonly siblings: readonly Uint8Array[]
  /** The nodes on the way itself: one below each turn, the leaf among them. */
  readonly nodes: readonly Uint8Array[]
}

/** Checks proofs against one checkpoint, and answers as `verifyInclusion` does for each. Fastest where positions ascend. */
export class InclusionRun {
  readonly #sha256: Sha256
  readonly #size: number
  readonly #root: Uint8Array
  #shown: Shown = { turns: [], siblings: [], nodes: [] }

  constructor(sha256: Sha256, { size, root }: Pick<Checkpoint, 'size' | 'root'>) {
    this.#sha256 = sha256
    this.#size = size
    this.#root = root
  }

  /** Check that a leaf is at a position. Any malformed claim is false. ATTACKER: all of it. */
  holds({ index, leafHash, proof }: { index: number; leafHash: Uint8Array; proof: readonly Uint8Array[] }): boolean {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#size) return false
    const turns = turnsTo(index, this.#size)
    if (proof.length !== turns.length || ![leafHash, ...proof].every(({ length }) => length === 32)) return false
    const siblings = proof.toReversed()
    const known = this.#shown
    // Where this way leaves the one that is known. A tree has one node at each place: what is above has to be the same.
    const parting = turns.findIndex((turn, at) => turn !== known.turns[at])
    const nodes: Uint8Array[] = [leafHash]
    let node = leafHash
    for (let at = turns.length - 1; at > (known.turns.length === 0 ? -1 : parting); at--) {
      const sibling = siblings[at] ?? leafHash
      node = turns[at] === true ? nodeHash(this.#sha256, sibling, node) : nodeHash(this.#sha256, node, sibling)
      nodes.push(node)
    }
    nodes.reverse()
    if (known.turns.length === 0 || parting < 0) {
      if (!equalBytes(node, this.#root)) return false
      this.#shown = { turns, siblings, nodes: nodes.slice(1) }
      return true
    }
    const isOneTree =
      isNode(node, known.siblings[parting]) &&
      isNode(siblings[parting], known.nodes[parting]) &&
      siblings.slice(0, parting).every((sibling, at) => isNode(sibling, known.siblings[at]))
    if (isOneTree) this.#shown = { turns, siblings, nodes: [...known.nodes.slice(0, parting), ...nodes] }
    return isOneTree
  }
}

function isNode(given: Uint8Array | undefined, known: Uint8Array | undefined): boolean {
  return given !== undefined && known !== undefined && equalBytes(given, known)
}

/** The way from the root down to a leaf. */
function turnsTo(index: number, size: number): readonly boolean[] {
  const turns: boolean[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    let power = 1
    while (power * 2 < end - start) power *= 2
    const isRight = index >= start + power
    turns.push(isRight)
    if (isRight) start += power
    else end = start + power
  }
  return turns
}
