// What a page asks of the worker that seals and opens, and what it hears back. One worker does one job and ends: what it held in
// memory, the key of the file among it, goes with it.

import type { GateProblem } from '../api/index.ts'

export type Job = ProtectJob | OpenJob

export interface ProtectJob {
  readonly kind: 'protect'
  readonly content: File
  readonly vaultId: string
  /** Name inside the vault. */
  readonly name: string
  /** The reservation of an attempt that broke off, which may have come to its end at the gate all the same; null for a first. */
  readonly begunAs: string | null
}

export interface OpenJob {
  readonly kind: 'open'
  readonly fileId: string
  readonly to: Destination
  /** Obligations that whoever gets the content keeps: `acknowledge` only after its words were shown. */
  readonly fulfilled: readonly string[]
}

/** A file that the person chose in the file picker, or the memory of the page with a limit. */
export type Destination =
  | { readonly kind: 'file'; readonly handle: FileSystemFileHandle }
  | { readonly kind: 'memory'; readonly maxBytes: number }

/** An obligation, in the words of whoever set it; null where the gate has none. */
export interface Bound {
  readonly name: string
  readonly text: string | null
}

/** From the worker to its page; the last three end it. */
export type Told =
  | { readonly state: 'reserved'; readonly fileId: string }
  | { readonly state: 'working'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly state: 'protected'; readonly fileId: string; readonly receipt: unknown }
  | OpenedTold
  | { readonly state: 'failed'; readonly problem: GateProblem['body']; readonly toAcknowledge: readonly Bound[] }

export interface OpenedTold {
  readonly state: 'opened'
  readonly receipt: unknown
  readonly obligations: readonly Bound[]
  readonly contentBytes: number
  /** What the file says it is. ATTACKER: nobody vouches for it. */
  readonly mimeType: string | null
  /** Null where it went to a file. */
  readonly content: readonly ArrayBuffer[] | null
}
