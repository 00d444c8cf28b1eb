// What the check of a packet comes to.

import type { Checkpoint } from '../ledger/index.ts'
import type { PacketStatement } from './packet.ts'

/**
 * What is wrong. `format`: no packet, cut off, or something in it that no packet has. `part`: a part is not the one that was
 * signed. `signature`: `packet.json` is not what the ledger's keys signed. `checkpoint`: not one of this ledger by its keys.
 * `selection`: the entries are not those that the packet says. `entry`, `proof`, `missing`, `inserted`, `reordered` are about the
 * entry at `index`. `policy`, `legal-data`, `receipt`: what comes with the entries is not what they name. `timestamp`: one is not
 * what an authority said of a checkpoint of this ledger.
 */
export interface PacketFault {
  readonly what:
    | 'format'
    | 'part'
    | 'signature'
    | 'checkpoint'
    | 'selection'
    | 'entry'
    | 'proof'
    | 'missing'
    | 'inserted'
    | 'reordered'
    | 'policy'
    | 'legal-data'
    | 'receipt'
    | 'timestamp'
  /** Position in the ledger, where one can be named. */
  readonly index: number | null
  /** Name of the part. */
  readonly part: string | null
  readonly text: string
}

export interface PacketTimestamps {
  /**
   * DER of the certificates that every timestamp leads to: the caller's or, where the caller gave none, those that the packet names
   * of itself. Then a time is worth what those are worth: anybody can make an authority.
   */
  readonly roots: readonly Uint8Array[]
  /** The first `size` entries of the ledger were there at `atMs` (since 1970), as the authority says; ascending by size. */
  readonly of: readonly { readonly size: number; readonly atMs: number }[]
}

export interface PacketFacts {
  readonly statement: PacketStatement
  readonly statementSha256: Uint8Array
  readonly checkpoint: Checkpoint
  /** See `keysFingerprint`. */
  readonly fingerprint: Uint8Array
  /** Decisions among the entries, by outcome. */
  readonly permits: number
  readonly denials: number
  /** Null where the packet has none. */
  readonly timestamps: PacketTimestamps | null
}

/**
 * `intact`: everything fits together under the keys that were used, which are the caller's or, where the caller gave none, those
 * that the packet names of itself: then it proves nothing until somebody compares their fingerprint.
 */
export type PacketVerdict =
  | { readonly verdict: 'intact'; readonly facts: PacketFacts }
  | { readonly verdict: 'altered'; readonly faults: readonly [PacketFault, ...PacketFault[]] }

const maxFaults = 20

/** Collects what is wrong, as far as anybody wants to read it. */
export class Faults {
  readonly #list: PacketFault[] = []

  add(what: PacketFault['what'], text: string, where: { index?: number; part?: string } = {}): void {
    if (this.#list.length >= maxFaults) return
    this.#list.push({ what, index: where.index ?? null, part: where.part ?? null, text })
  }

  list(): readonly [PacketFault, ...PacketFault[]] | null {
    const [first, ...others] = this.#list
    return first === undefined ? null : [first, ...others]
  }
}
