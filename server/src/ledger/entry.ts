// What a module hands to the ledger. The ledger adds id, time and salt, and writes it as canonical JSON.

import type { Id, JsonObject } from '@sallyport/protocol'

export interface EntryDraft {
  /** What happened: `decision.permit`, `decision.deny`, `person.ended`, ... `<noun>.<past participle>`. */
  readonly kind: string
  /** Who did it; null when nobody rostered did (the enclave itself, or an unrostered caller). */
  readonly actor: Id<'person'> | null
  /** What it was about, for lookup: kind and id of the thing. */
  readonly about: { readonly kind: string; readonly id: string } | null
  /** The rest. Personal fields go in only as ciphertext under the person's own key. */
  readonly body: JsonObject
  /** Id to use, where the caller must know it before the entry is written. */
  readonly id?: Id<'entry'>
}

/** An entry as written inside a transaction; nothing is acknowledged before that transaction is durable. */
export interface Appended {
  readonly id: Id<'entry'>
  readonly leafHash: Uint8Array
  /** Time of the append by the database's clock, milliseconds since the Unix epoch. */
  readonly atMs: number
}
