// Vaults and protected files. The gate stores ciphertext and never sees content: a file is reserved, sealed by the client
// under the policy that the reservation names, and uploaded whole.

import * as z from 'zod'
import { foundLabels } from './mappings.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

const label = z.object({ fqn: z.string(), title: z.string() })

export const vault = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  labels: z.array(label),
  /** Files that are stored; 100 for that many or more. */
  fileCount: z.number().int(),
})
export type VaultView = z.infer<typeof vault>
/** By name, those of 100 that you may see; `next` is null on the last page. */
export const vaults = z.object({ vaults: z.array(vault), next: z.string().nullable() })

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

export const reserveFile = z.strictObject({
  vaultId: z.uuid(),
  name: fileName,
  /** What the document carries of labels of other systems; null for one that carries none. The file is sealed under what they mean. */
  document: z
    .strictObject({
      found: foundLabels,
      isUnreadable: z.boolean(),
      /** Why it is sealed under less than it says, which its entry keeps. */
      less: reasonText.nullable(),
    })
    .nullable()
    .default(null),
})

export const file = z.object({
  /** Also the uuid of the TDF policy. */
  id: z.uuid(),
  vaultId: z.uuid(),
  name: z.string(),
  state: z.enum(['reserved', 'stored', 'deleted']),
  /** What it is sealed under. */
  labels: z.array(label),
  /** Labels that were added since, and apply beside those. */
  addedLabels: z.array(label),
  /** Bytes of the sealed container; null before it is stored. */
  sealedBytes: z.number().int().nullable(),
  /** SHA-256 of the sealed container in lower-case hex; null before it is stored. */
  sha256: z.string().nullable(),
  protectedBy: z.uuid(),
  protectedAt: z.iso.datetime(),
})
export type FileView = z.infer<typeof file>

/** One file, with what waits for approval about it. */
export const fileShown = file.extend({
  /** The request for its deletion, which waits for an officer who did not ask; null where none does. */
  deletion: z
    .object({
      approvalId: z.uuid(),
      requestedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
      /** Whether whoever asks now asked for it, and may withdraw it. */
      isYours: z.boolean(),
    })
    .nullable(),
})
export type FileShownView = z.infer<typeof fileShown>

/** Where and under which key to wrap. */
export const wrappingKey = z.object({
  url: z.string(),
  kid: z.string(),
  algorithm: z.string(),
  publicKeyPem: z.string(),
})

export const deleteFile = z.strictObject({ reason: reasonText })

const labelNames = z.array(z.string().min(1).max(700)).max(50)

export const reclassifyFile = z.strictObject({
  /** Names of labels that are defined. This alone narrows, and is done at once. */
  add: labelNames,
  /** Of those that were added before; a change that takes any off waits for another officer, all of it. */
  takeOff: labelNames,
  /**
   * Who of the agency that designates the information set or took off a dissemination control, and where that is written: a control is
   * neither added nor taken off without it.
   */
  designation: reasonText.nullable().default(null),
  reason: reasonText,
})

export const fileReclassified = z.object({
  fileId: z.uuid(),
  /** Whether a file of that id is registered here; labels apply to one that is not as well. */
  isRegistered: z.boolean(),
  /** What is added to the file now. */
  added: z.array(z.string()),
  /** What waits for approval; null for a change that is done. */
  approvalId: z.uuid().nullable(),
  needed: z.number().int(),
  receipt,
})

export const rescueFile = z.strictObject({
  /** Names of labels that are defined, to stand in place of all of those that the file was sealed under. */
  labels: z.array(z.string().min(1).max(700)).min(1).max(50),
  /** The container that is meant; null for one that is stored here, of which the gate reads it itself. */
  manifest: z
    .strictObject({
      /** The policy as it stands in the manifest: base64. */
      policy: z.string().min(1).max(400_000),
      /** The hash text of the policy binding of every key access object. */
      bindings: z.array(z.string().min(1).max(200)).min(1).max(100),
    })
    .nullable(),
  reason: reasonText,
})
export const rescueAsked = z.object({
  fileId: z.uuid(),
  /** What the file is labelled, and is to be labelled. */
  from: z.array(z.string()),
  approvalId: z.uuid(),
  needed: z.number().int(),
  receipt,
})
export const endRescue = z.strictObject({ reason: reasonText })
export const rescueEnded = z.object({ fileId: z.uuid(), receipt })

const somebody = z.object({ id: z.uuid(), name: z.string() })

/** What a file was labelled, from one change to the next. */
export const fileHistory = z.object({
  fileId: z.uuid(),
  /** Null for a file that was never registered here; only its manifest tells what it was sealed under. */
  registered: z
    .object({
      name: z.string(),
      state: z.enum(['reserved', 'stored', 'deleted']),
      labels: z.array(label),
      protectedBy: somebody,
      protectedAt: z.iso.datetime(),
    })
    .nullable(),
  added: z.array(
    z.object({
      version: z.number().int(),
      labels: z.array(z.string()),
      at: z.iso.datetime(),
      by: somebody,
      approvedBy: z.array(somebody),
      reason: z.string(),
      entryId: z.uuid(),
    }),
  ),
  /** What stood or stands in place of the labels that it was sealed under, for one container of it. */
  rescues: z.array(
    z.object({
      approvalId: z.uuid(),
      /** Over the base64 text of the policy that is meant, hex. */
      policySha256: z.string(),
      from: z.array(z.string()),
      to: z.array(z.string()),
      at: z.iso.datetime(),
      by: somebody,
      approvedBy: z.array(somebody),
      reason: z.string(),
      entryId: z.uuid(),
      /** Null while it holds. */
      end: z.object({ at: z.iso.datetime(), by: somebody, reason: z.string(), entryId: z.uuid() }).nullable(),
    }),
  ),
})
export type FileHistory = z.infer<typeof fileHistory>

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
/** A page looks at 500 files and shows those that one may see, be it none; `next` is null on the last. */
export const files = z.object({ files: z.array(file), next: z.string().nullable() })
