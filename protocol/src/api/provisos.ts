// What an authorization asks a person to acknowledge before it covers them.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'

/** SHA-256 over the text in UTF-8, hex. */
const textSha256 = z.string().regex(/^[0-9a-f]{64}$/, 'want SHA-256 in hex')

export const fileProvisos = z.object({
  /** The authorization that would cover; null for a U.S. person, who needs none. */
  authorization: z.object({ id: z.uuid(), number: z.string(), citation: z.string() }).nullable(),
  provisos: z.array(z.object({ id: z.string(), text: z.string(), textSha256, isAcknowledged: z.boolean() })),
})

export type FileProvisos = z.infer<typeof fileProvisos>

/** The words that were read, by their hash. */
export const acknowledgeProvisos = z.strictObject({ texts: z.array(textSha256).min(1).max(200) })

export const provisosAcknowledged = z.object({
  /** Ids of the provisos that were not acknowledged before. */
  acknowledged: z.array(z.string()),
  /** Null where all of it was acknowledged before. */
  receipt: receipt.nullable(),
})
