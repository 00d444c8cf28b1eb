// ASN.1 in its one form (DER), as far as timestamps and certificates need it. ATTACKER: lengths that lead elsewhere.

import { toHex, type Bytes } from './bytes.ts'

/** Raised for bytes that are not DER, or not of the shape that was wanted. */
export class NotDer extends Error {}

export interface Der {
  readonly tag: number
  /** With tag and length. */
  readonly whole: Bytes
  readonly content: Bytes
}

export const tags = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31 } as const

/** Read bytes that are one value and nothing else. */
export function derOf(bytes: Bytes): Der {
  const [first, ...others] = derList(bytes)
  if (first === undefined || others.length > 0) throw new NotDer()
  return first
}

/** Read the values in a value that is made of others. */
export function insideOf(der: Der | undefined, tag: number): readonly Der[] {
  if (der?.tag !== tag) throw new NotDer()
  return derList(der.content)
}

/** The content of a value of this tag. */
export function contentOf(der: Der | undefined, tag: number): Bytes {
  if (der?.tag !== tag) throw new NotDer()
  return der.content
}

/** The content of an object identifier, in hex. */
export function oidOf(der: Der | undefined): string {
  return toHex(contentOf(der, tags.oid))
}

/** The bytes of a bit string that is whole bytes. */
export function bitsOf(der: Der | undefined): Bytes {
  const content = contentOf(der, tags.bits)
  if (content[0] !== 0) throw new NotDer()
  return content.slice(1)
}

/** A UTCTime or GeneralizedTime, in UTC, as milliseconds since 1970. SPEC: RFC 5280 section 4.1.2.5; RFC 3161 allows fractions. */
export function timeIn(der: Der | undefined): number {
  const text = String.fromCharCode(...(der?.content ?? []))
  const wanted =
    der?.tag === 0x17 ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/
  const [, years, month, day, hour, minute, second, fraction = ''] = wanted.exec(text) ?? []
  if (years === undefined || (der?.tag !== 0x17 && der?.tag !== 0x18)) throw new NotDer()
  const year = der.tag === 0x17 ? (Number(years) < 50 ? 2000 : 1900) + Number(years) : Number(years)
  const at = Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return at + Math.floor(Number(`0${fraction || '.0'}`) * 1000)
}

function derList(bytes: Bytes): readonly Der[] {
  const list: Der[] = []
  let at = 0
  while (at < bytes.length) {
    const [tag, short] = [bytes[at] ?? 0, bytes[at + 1] ?? 0]
    const more = short < 128 ? 0 : short - 128
    let length = more === 0 ? short : 0
    for (let n = 0; n < more; n++) length = length * 256 + (bytes[at + 2 + n] ?? 0)
    const start = at + 2 + more
    // One form only, and no tags of more than a byte.
    const isLong = more > 0 && (more > 3 || length < 128 || bytes[at + 2] === 0)
    if (short === 128 || isLong || (tag & 31) === 31 || start + length > bytes.length) throw new NotDer()
    list.push({ tag, whole: bytes.slice(at, start + length), content: bytes.slice(start, start + length) })
    at = start + length
  }
  return list
}
