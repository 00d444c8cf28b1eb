// Vaults and protected files. The gate stores ciphertext and never sees content: a file is reserved, sealed by the client
// under the policy that the reservation names, and uploaded whole.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

const label = z.object({ fqn: z.string(), title: z.string() })

export const vault = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  labels: z.array(label),
  /** Files that are stored; 10,000 for that many or more. */
  fileCount: z.number().int(),
})
export type VaultView = z.infer<typeof vault>
export const vaults = z.object({ vaults: z.array(vault) })

/** Path of the file inside the vault: `/`-separated, no empty, `.` or `..` segment, no control characters. */
export const fileName = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (name) =>
      !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u.test(name) &&
      name.isWellFormed() &&
      name
        .split('/')
        .every((segment) => segment !== '' && segment !== '.' && segment !== '..' && segment.length <= 255),
    'want a relative path without empty, dot, control or backslash parts',
  )

export const reserveFile = z.strictObject({ vaultId: z.uuid(), name: fileName })

export const file = z.object({
  /** Also the uuid of the TDF policy. */
  id: z.uuid(),
  vaultId: z.uuid(),
  name: z.string(),
  state: z.enum(['reserved', 'stored', 'deleted']),
  labels: z.array(label),
  /** Bytes of the sealed container; null before it is stored. */
  sealedBytes: z.number().int().nullable(),
  /** SHA-256 of the sealed container in lower-case hex; null before it is stored. */
  sha256: z.string().nullable(),
  protectedBy: z.uuid(),
  protectedAt: z.iso.datetime(),
})
export type FileView = z.infer<typeof file>

/** Where and under which key to wrap. */
export const wrappingKey = z.object({
  url: z.string(),
  kid: z.string(),
  algorithm: z.string(),
  publicKeyPem: z.string(),
})

export const deleteFile = z.strictObject({ reason: reasonText })

/** Where else a file may be, as the ledger knows it. */
export const fileCopies = z.object({
  fileId: z.uuid(),
  receivers: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      /** Times that the sealed container was handed out, and that its key was. */
      fetched: z.number().int(),
      opened: z.number().int(),
      lastAt: z.iso.datetime(),
    }),
  ),
  /** When backups were made that hold it, the newest first. */
  backups: z.array(z.iso.datetime()),
})

export const fileReserved = z.object({
  file,
  key: wrappingKey,
  /** Origins of the other gates that the file may be split with. */
  alsoWrapTo: z.array(z.string()),
  receipt,
})
export const fileStored = z.object({ file, receipt })
export const files = z.object({ files: z.array(file) })
