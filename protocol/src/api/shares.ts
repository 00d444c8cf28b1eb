// Sharing: a file made known to a colleague, or to whoever is of a program. It gives nobody anything.

import * as z from 'zod'
import { slug } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'
import { file } from './files.ts'
import { plainText } from './reason-text.ts'

const somebody = z.object({ id: z.uuid(), name: z.string() })
const recipient = z.union([z.object({ person: somebody }), z.object({ program: z.string() })])

/** Somebody by id, whole name or mail address; or everybody of a program, whoever that is when they look. */
export const shareFile = z.strictObject({
  with: z.union([z.strictObject({ person: plainText(254).min(1) }), z.strictObject({ program: slug })]),
})

export const fileShared = z.object({
  shareId: z.uuid(),
  with: recipient,
  /** Whether that person could open the file at this moment, and nothing of why; null for a program. */
  couldOpen: z.boolean().nullable(),
  receipt,
})

export const fileShares = z.object({
  fileId: z.uuid(),
  /** Those that stand, the newest first: one's own, or all of them for officers and auditors. */
  shares: z.array(z.object({ id: z.uuid(), with: recipient, by: somebody, at: z.iso.datetime() })),
})
export type FileShares = z.infer<typeof fileShares>

export const fileUnshared = z.object({ shareId: z.uuid(), receipt })

/** Files that others shared with the caller, of those that the caller could open now; of the 500 newest shares. */
export const sharedFiles = z.object({
  files: z.array(
    z.object({
      file,
      shares: z.array(z.object({ by: somebody, program: z.string().nullable(), at: z.iso.datetime() })),
    }),
  ),
})
