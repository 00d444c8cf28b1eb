// An entry as it is hashed and kept: canonical JSON with a salt, so that a leaf hash shown to outsiders gives nothing away.

import * as z from 'zod'
import { fromUtf8, utf8 } from '../bytes.ts'
import { canonicalJson, type Json, type JsonObject } from '../canonical-json.ts'
import { parseId, type Id } from '../ids.ts'
import { maxEntryBytes } from './tiles.ts'

export interface LedgerEntry {
  readonly id: Id<'entry'>
  /** Milliseconds since the Unix epoch, by the database's clock. */
  readonly atMs: number
  /** `<noun>.<past participle>`. */
  readonly kind: string
  readonly actor: Id<'person'> | null
  readonly about: { readonly kind: string; readonly id: string } | null
  readonly body: JsonObject
  /** 16 random bytes, base64url. */
  readonly salt: string
}

/** Write an entry as the bytes that are hashed. Throws TypeError for text or numbers that have no canonical form. */
export function encodeEntry(entry: LedgerEntry): Uint8Array {
  const { id, atMs, kind, actor, about, body, salt } = entry
  return utf8(canonicalJson({ v: 1, id, at: new Date(atMs).toISOString(), kind, actor, about, body, salt }))
}

/** Of the salt of an entry, in characters. */
export const saltLength = 22

/**
 * Tell what the canonical form of an entry says before its body, from there to its salt, and after that: all but body and salt.
 * Whoever knows that bytes are in that form can compare by it what they say, without reading them. `atMs` must be a time.
 */
export function entryFrame({ id, atMs, kind, actor, about }: Omit<LedgerEntry, 'body' | 'salt'>): {
  readonly beforeBody: string
  readonly afterBody: string
  readonly afterSalt: string
} {
  const of = about === null ? 'null' : `{"id":${JSON.stringify(about.id)},"kind":${JSON.stringify(about.kind)}}`
  const by = actor === null ? 'null' : `"${actor}"`
  return {
    beforeBody: `{"about":${of},"actor":${by},"at":"${new Date(atMs).toISOString()}","body":{`,
    afterBody: `},"id":"${id}","kind":${JSON.stringify(kind)},"salt":"`,
    afterSalt: '","v":1}',
  }
}

const shape = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  at: z.iso.datetime({ precision: 3 }),
  kind: z.string(),
  actor: z.string().nullable(),
  about: z.strictObject({ kind: z.string(), id: z.string() }).nullable(),
  body: z.record(z.string(), z.unknown()),
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
})

/** Read the bytes of an entry. Returns null for anything that encodeEntry would not have written. */
export function parseEntry(bytes: Uint8Array): LedgerEntry | null {
  if (bytes.length > maxEntryBytes) return null
  try {
    const text = fromUtf8(bytes)
    const value: unknown = JSON.parse(text)
    const read = shape.safeParse(value)
    if (!read.success || canonicalJson(value as Json) !== text) return null
    const id = parseId<'entry'>(read.data.id)
    const actor = parseId<'person'>(read.data.actor)
    if (id !== read.data.id || actor !== read.data.actor) return null
    const { kind, about, salt } = read.data
    return { id, atMs: Date.parse(read.data.at), kind, actor, about, body: read.data.body as JsonObject, salt }
  } catch {
    return null // Not UTF-8, not JSON, or nested deeper than the stack.
  }
}
