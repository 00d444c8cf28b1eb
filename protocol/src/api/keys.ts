// Which keys the enclave has, on the wire: their facts, never they themselves.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
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
/** Ask for the end of an old key for files that none leans on. */
export const destroyKey = z.strictObject({ reason: reasonText })
export const keyProposed = proposed.extend({ kid: z.string() })

/** Where a batch begins: among the halves that one key sealed, after one file. */
const movePlace = z.strictObject({ kid: z.string().max(32), after: z.uuid() })
/** Move one batch of files to the current key; null for the first. */
export const moveFiles = z.strictObject({ at: movePlace.nullable() })
export const filesMoved = z.object({
  /** The key that they are under now. */
  kid: z.string(),
  moved: z.number().int(),
  /** Files whose half does not open, and stays where it is. */
  damaged: z.array(z.uuid()),
  /** Where the next batch begins; null when nothing was left to look at. */
  next: movePlace.nullable(),
  /** Files that are under another key now; counted in the first batch and in the last. */
  left: z.number().int().nullable(),
  /** Of the batch's entry; null for one that moved nothing. */
  receipt: receipt.nullable(),
})
export type FilesMoved = z.infer<typeof filesMoved>
export type MovePlace = z.infer<typeof movePlace>
