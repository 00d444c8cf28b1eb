// What an authorization holds a person to whom it covers for a file, and asks them to acknowledge before it does.

import * as z from 'zod'
import { authorizationKinds } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'

/** SHA-256 over the text in UTF-8, hex. */
const textSha256 = z.string().regex(/^[0-9a-f]{64}$/, 'want SHA-256 in hex')

export const fileProvisos = z.object({
  /** The authorization that would cover; null for a U.S. person, who needs none. */
  authorization: z
    .object({
      id: z.uuid(),
      number: z.string(),
      citation: z.string(),
      kind: z.enum(authorizationKinds),
      validUntil: z.iso.datetime(),
    })
    .nullable(),
  /** What the decision to open it would carry: `view-only`, `watermark` and others, in the words of the proviso or mark that asks. */
  obligations: z.array(z.object({ id: z.string(), text: z.string() })),
  /** Conditions that are kept here by themselves, in the words of the approval. */
  conditions: z.array(z.object({ id: z.string(), text: z.string() })),
  /** What is to be acknowledged first. */
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
