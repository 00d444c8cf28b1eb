// Inclusion proofs (RFC 6962), one after the other: what one proof has shown of the tree is not hashed again for the next, but
// compared.

import { isEqual, sha256, type Bytes } from './bytes.ts'

interface Step {
  /** The sibling is the left half. */
  readonly isLeft: boolean
}

/** From the root down to a leaf. */
function stepsTo(index: number, size: number): readonly Step[] {
  const steps: Step[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    let power = 1
    while (power * 2 < end - start) power *= 2
    const middle = start + power
    steps.push({ isLeft: index >= middle })
    if (index < middle) end = middle
    else start = middle
  }
  return steps
}

export async function leafHash(entry: Bytes): Promise<Bytes> {
  return await sha256(Uint8Array.of(0), entry)
}

/** Check that the tree of `first` is the beginning of the tree of `size`. SPEC: RFC 9162 section 2.1.4.2. */
export async function isBeginning(
  first: number,
  firstRoot: Bytes,
  size: number,
  root: Bytes,
  proof: readonly Bytes[],
): Promise<boolean> {
  if (first < 1 || first > size || proof.some(({ length }) => length !== 32)) return false
  if (first === size) return proof.length === 0 && isEqual(firstRoot, root)
  const isPower = Number.isInteger(Math.log2(first))
  const [seed, ...rest] = isPower ? [firstRoot, ...proof] : proof
  let [at, last, old, grown] = [first - 1, size - 1, seed, seed]
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)]
  for (const node of rest) {
    if (last === 0 || old === undefined || grown === undefined) return false
    if (at % 2 === 1 || at === last) {
      ;[old, grown] = [await nodeHash(node, old), await nodeHash(node, grown)]
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      grown = await nodeHash(grown, node)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && isEqual(old, firstRoot) && isEqual(grown, root)
}

async function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return await sha256(Uint8Array.of(1), left, right)
}

/** Check proofs of ascending positions in one tree. */
export class Inclusion {
  readonly #size: number
  readonly #root: Bytes
  /** Of the last proof that was good, from the root down: its siblings, and its own nodes. */
  #known: {
    readonly steps: readonly Step[]
    readonly siblings: readonly Bytes[]
    readonly nodes: readonly Bytes[]
  } | null = null

  constructor(size: number, root: Bytes) {
    this.#size = size
    this.#root = root
  }

  async holds(index: number, leaf: Bytes, proof: readonly Bytes[]): Promise<boolean> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#size) return false
    const steps = stepsTo(index, this.#size)
    if (proof.length !== steps.length) return false
    const siblings = [...proof].reverse()
    const known = this.#known
    const shared = known === null ? -1 : steps.findIndex(({ isLeft }, at) => isLeft !== known.steps[at]?.isLeft)
    // Up to the node where this way leaves the last one; without one, up to the root.
    const nodes: Bytes[] = [leaf]
    for (let at = steps.length - 1; at > shared; at--) {
      const [node, sibling] = [nodes[0] ?? leaf, siblings[at] ?? leaf]
      const pair = steps[at]?.isLeft === true ? [sibling, node] : [node, sibling]
      nodes.unshift(await sha256(Uint8Array.of(1), ...pair))
    }
    if (known === null || shared < 0) {
      if (!isEqual(nodes[0], this.#root)) return false
      this.#known = { steps, siblings, nodes: nodes.slice(1) }
      return true
    }
    const isOneTree =
      isEqual(nodes[0], known.siblings[shared]) &&
      isEqual(siblings[shared], known.nodes[shared]) &&
      siblings.slice(0, shared).every((sibling, at) => isEqual(sibling, known.siblings[at]))
    if (isOneTree) this.#known = { steps, siblings, nodes: [...known.nodes.slice(0, shared), ...nodes] }
    return isOneTree
  }
}
