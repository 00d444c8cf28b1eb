// Writing SMT-LIB: terms as text, shared by name so that a script grows with the policies and not with what they nest.

/** Thrown where something has no translation: the set is then not proved. */
export class Untranslatable extends Error {}

/** A text of a policy or a request: what it is, where that is known. */
export interface Text {
  readonly smt: string
  readonly text: string | null
}

export interface Script {
  readonly lines: string[]
  /** Give a term a name of its own, once. */
  share(sort: 'Bool' | 'String' | 'Int' | 'Texts', smt: string): string
}

export const preamble = '(define-sort Texts () (Array String Bool))'
export const noTexts = '((as const Texts) false)'

export function newScript(): Script {
  const lines: string[] = []
  const names = new Map<string, string>()
  return {
    lines,
    share: (sort, smt) => {
      if (!smt.startsWith('(')) return smt
      const key = `${sort} ${smt}`
      const known = names.get(key)
      if (known !== undefined) return known
      const name = `t${names.size}`
      names.set(key, name)
      lines.push(`(define-fun ${name} () ${sort} ${smt})`)
      return name
    },
  }
}

export function and(...parts: readonly string[]): string {
  const left = [...new Set(parts)].filter((part) => part !== 'true')
  if (left.includes('false')) return 'false'
  return left.length < 2 ? (left[0] ?? 'true') : `(and ${left.join(' ')})`
}

export function or(...parts: readonly string[]): string {
  const left = [...new Set(parts)].filter((part) => part !== 'false')
  if (left.includes('true')) return 'true'
  return left.length < 2 ? (left[0] ?? 'false') : `(or ${left.join(' ')})`
}

export function not(part: string): string {
  return part === 'true' ? 'false' : part === 'false' ? 'true' : `(not ${part})`
}

export function sameText(left: Text, right: Text): string {
  if (left.text !== null && right.text !== null) return left.text === right.text ? 'true' : 'false'
  return left.smt === right.smt ? 'true' : `(= ${left.smt} ${right.smt})`
}

/**
 * A text of Unicode as SMT-LIB has it, whose characters end at U+2FFFF. Throws `Untranslatable` for one beyond. ATTACKER: everything
 * but plain letters, digits and a few signs is escaped, so that no text can end its literal.
 */
export function constant(text: string): Text {
  let smt = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code > 0x2ffff || (code >= 0xd800 && code <= 0xdfff))
      throw new Untranslatable('it holds a text with a character beyond U+2FFFF')
    smt += /[A-Za-z0-9 .:_/-]/.test(character) ? character : `\\u{${code.toString(16)}}`
  }
  return { smt: `"${smt}"`, text }
}

/** Whole numbers as SMT-LIB writes them. */
export function integer(value: bigint): string {
  return value < 0n ? `(- ${-value})` : String(value)
}

/** Read a literal of SMT-LIB. */
export function readText(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll('""', '"')
    .replaceAll(
      /\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})/g,
      (_, long: string | undefined, short: string | undefined) =>
        String.fromCodePoint(Number.parseInt(long ?? short ?? '0', 16)),
    )
}
