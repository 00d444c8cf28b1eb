// What content is, by its own first octets: neither a name nor what the file says of itself is believed.

export type ContentKind = 'pdf' | 'image' | 'text'

const magics: readonly (readonly [kind: ContentKind, at: number, octets: readonly number[]])[] = [
  ['pdf', 0, [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image', 0, [0xff, 0xd8, 0xff]],
  ['image', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image', 8, [0x57, 0x45, 0x42, 0x50]],
]

/** Null for what cannot be shown here; markup (SVG, HTML) is text, and shown as such. */
export function kindOf(content: Uint8Array): ContentKind | null {
  const known = magics.find(([, at, octets]) => octets.every((octet, index) => content[at + index] === octet))
  if (known !== undefined) return known[0]
  return textOf(content) === null ? null : 'text'
}

/** The content as text; null where it is none. */
export function textOf(content: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
