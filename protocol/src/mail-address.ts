// Mail addresses of people, in the one form that is taken. SPEC: RFC 5321 section 4.1.2, of which this is a small part: a
// Dot-string without the characters of old source routes, and a host name. No quoted strings, address literals, comments,
// display names or Unicode.

import * as z from 'zod'

declare const parsed: unique symbol

/** A mail address that `parseMailAddress` took: visible ASCII without quotes, brackets, commas or spaces. */
export type MailAddress = string & { readonly [parsed]: true }

// SPEC: RFC 5321 sections 4.5.3.1.1 to 4.5.3.1.3, octets; RFC 1035 section 2.3.4.
const maxLocalPart = 64
const maxAddress = 254
// It begins with a letter, digit or underscore, so that it is no formula in a spreadsheet and no option of a command.
const localPart = /^\w[\w'+&=-]*(\.[\w'+&=-]+)*$/
const host = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/

/**
 * Parse a mail address, its host in lower case. Returns null for anything else. ATTACKER: whoever writes an address could
 * otherwise write header lines, further recipients or SMTP commands; nothing is repaired and nothing is cut off.
 */
export function parseMailAddress(text: unknown): MailAddress | null {
  if (typeof text !== 'string' || text.length > maxAddress) return null
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).toLowerCase()]
  if (local.length > maxLocalPart || !localPart.test(local) || !host.test(domain)) return null
  return `${local}@${domain}` as MailAddress
}

/** A mail address on the wire. */
export const mailAddress = z
  .string()
  .max(maxAddress)
  .refine((text) => parseMailAddress(text) !== null, 'want a mail address such as ada@example.com, alone')
  .transform((text): string => parseMailAddress(text) ?? '')
