// One-time enrollment codes: 128 random bits in letters that nobody confuses. Only the digest is kept, so that whoever reads the
// database cannot enroll.

import { createHash } from 'node:crypto'
import type { Randomness } from '../base/index.ts'

// SPEC: Crockford's base 32: no I, L, O, U; what people write for them is read as 1, 1 and 0.
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 26

export interface EnrollmentCode {
  /** To be shown once: 26 letters in groups. */
  readonly text: string
  readonly digest: Uint8Array
}

export function makeCode(random: Randomness): EnrollmentCode {
  let value = BigInt(`0x${Buffer.from(random(16)).toString('hex')}`)
  let plain = ''
  for (let n = 0; n < length; n++) {
    plain = (letters[Number(value & 31n)] ?? '') + plain
    value >>= 5n
  }
  return { text: plain.replace(/(.{5})(?=.)/g, '$1-'), digest: digestOf(plain) }
}

/** Read a code as somebody typed it. Returns the digest, or null for what cannot be one. */
export function readCode(typed: string): Uint8Array | null {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(plain) ? digestOf(plain) : null
}

function digestOf(plain: string): Uint8Array {
  return createHash('sha256').update(`sallyport enrollment code ${plain}`).digest()
}
