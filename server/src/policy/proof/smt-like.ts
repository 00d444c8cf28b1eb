// Patterns over texts that are known, for the translation.

import type { PatternPart } from '../cedar/syntax.ts'

/** Whether a known text matches a pattern: by the places that can be reached in it, one part after the other. */
export function isLike(text: string, pattern: readonly PatternPart[]): boolean {
  let places = new Set([0])
  for (const part of pattern) {
    const next = new Set<number>()
    if (part === 'Wildcard') {
      const first = Math.min(...places)
      for (let at = first; at <= text.length; at++) next.add(at)
    } else {
      for (const at of places) if (text.startsWith(part.Literal, at)) next.add(at + part.Literal.length)
    }
    if (next.size === 0) return false
    places = next
  }
  return places.has(text.length)
}
