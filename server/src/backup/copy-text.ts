// Reading what COPY wrote. SPEC: PostgreSQL COPY, text format: a row is a line, columns stand between tabs, a newline inside
// of a value is never written as one.

import { Faulty } from './fault.ts'

const newline = 10

/**
 * Yield each line without its end, as bytes. A rest without an end is yielded too. ATTACKER: a line is held in memory as a whole;
 * throws Faulty `malformed` for `part` as soon as one is longer than `maxBytes`.
 */
export async function* linesOf(
  content: AsyncIterable<Uint8Array>,
  { part, maxBytes }: { readonly part: string; readonly maxBytes: number },
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = []
  let held = 0
  for await (const piece of content) {
    let from = 0
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      const line = piece.subarray(from, end)
      if (held + line.length > maxBytes) throw new Faulty('malformed', part)
      yield rest.length === 0 ? line : Buffer.concat([...rest, line])
      rest = []
      held = 0
      from = end + 1
    }
    if (from < piece.length) rest.push(piece.subarray(from))
    held += piece.length - from
    if (held > maxBytes) throw new Faulty('malformed', part)
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}

export async function countRows(content: AsyncIterable<Uint8Array>): Promise<number> {
  let rows = 0
  for await (const piece of content) {
    for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1)) rows++
  }
  return rows
}

/** Read a bytea value, `\\x6162`; null when it is another. */
export function byteaOf(text: string): Uint8Array | null {
  if (!text.startsWith('\\\\x')) return null
  // It stops at what is not hex.
  const bytes = Buffer.from(text.slice(3), 'hex')
  return bytes.length * 2 === text.length - 3 ? bytes : null
}
