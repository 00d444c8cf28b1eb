// Who a token is about: the claims that a configuration names, as text that can stand in the ledger and the database.

import type { JWTPayload } from 'jose'
import { refused } from './refusal.ts'

/** One claim stands as it is; several as a JSON array, which no other list of texts can equal. Throws Problem `not-signed-in`. */
export function subjectOf(payload: JWTPayload, names: readonly string[]): string {
  const parts = names.map((name) => plainText(payload[name], `claim ${name}`))
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : JSON.stringify(parts)
}

/** Text that is not empty, not long, of no control character and no lone surrogate. Throws Problem `not-signed-in`. */
export function plainText(value: unknown, name: string): string {
  const isPlain =
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 255 &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
  if (!isPlain) throw refused('invalid_token', `the token has no usable ${name}`)
  return value
}
