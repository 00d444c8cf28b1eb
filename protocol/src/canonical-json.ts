// RFC 8785 (JCS): one byte form for one JSON value, so that a hash over it means something.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/**
 * Write a JSON value in its canonical form. Members that are undefined are left out.
 * Throws TypeError for a number that is not finite and for a string with a lone surrogate (RFC 8785 section 3.2.2.2):
 * such text has no UTF-8 form, and two writers would hash different bytes for it.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('cannot write canonical json: number is not finite')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  return isArray(value) ? arrayText(value) : objectText(value)
}

function arrayText(items: readonly Json[]): string {
  let text = '['
  for (const item of items) text += (text === '[' ? '' : ',') + canonicalJson(item)
  return `${text}]`
}

function objectText(value: JsonObject): string {
  let text = '{'
  // SPEC: RFC 8785 section 3.2.3, names sorted by UTF-16 code units, which is what Array.sort does.
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined) text += `${text === '{' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`
  }
  return `${text}}`
}

function isArray(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value)
}

/** What most texts are: printable ASCII that JSON writes as it is. */
const plain = /^[ !#-[\]-~]*$/

function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('cannot write canonical json: string has a lone surrogate')
  return JSON.stringify(text)
}
