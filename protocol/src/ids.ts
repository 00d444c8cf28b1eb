// Identifiers. Every stored thing is named by a UUID (RFC 9562) in lower case; the brand keeps a person's id from
// standing where a file's id is wanted.

declare const kind: unique symbol

/** Name one stored thing of kind `K`: a lower-case RFC 9562 UUID of 36 characters. */
export type Id<K extends string> = string & { readonly [kind]: K }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Parse an identifier from outside, upper or lower case. Returns null for anything that is not a UUID. */
export function parseId<K extends string>(text: unknown): Id<K> | null {
  if (typeof text !== 'string') return null
  const lower = text.toLowerCase()
  return uuid.test(lower) ? (lower as Id<K>) : null
}
