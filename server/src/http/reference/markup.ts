// Markup is of a type of its own: a text gets into it escaped, and in no other way.

export interface Markup {
  readonly written: string
}

type Part = Markup | string | readonly Markup[]

/** Write markup around values. A value that is a text is escaped. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { written: texts.reduce((whole, text, n) => whole + writtenOf(parts[n - 1] ?? '') + text) }
}

/** Put pieces of markup one after another. */
export function joined(pieces: readonly Markup[], between = ''): Markup {
  return { written: pieces.map(({ written }) => written).join(between) }
}

function writtenOf(part: Part): string {
  if (typeof part === 'string') return escaped(part)
  return 'written' in part ? part.written : joined(part).written
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
