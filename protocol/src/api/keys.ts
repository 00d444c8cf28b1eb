// Which keys the enclave has, on the wire: their facts, never they themselves.

import * as z from 'zod'
import { proposed } from './approvals.ts'
import { reasonText } from './reason-text.ts'

export const keys = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      /** What it is for. */
      door: z.string(),
      algorithm: z.string(),
      /** `waiting` for approval, used for nothing yet; `old` ones open what they made. */
      state: z.enum(['waiting', 'current', 'old']),
      madeAt: z.iso.datetime(),
      /** Files whose own key it seals; null for a key that seals none. */
      files: z.number().int().nullable(),
    }),
  ),
  /** Stored files that are wrapped to a key of the enclave itself. */
  filesOfTheEnclave: z.number().int(),
})

/** Ask for a new key of a door: of `file`, which seals the keys of single files, or of `kas`, which OpenTDF clients wrap to. */
export const rotateKey = z.strictObject({ door: z.enum(['file', 'kas']), reason: reasonText })
export const keyProposed = proposed.extend({ kid: z.string() })
