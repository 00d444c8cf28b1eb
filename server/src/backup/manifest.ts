// The manifest: what a backup says of itself, first of all its parts. Every other part follows from it, in one order.

import { canonicalJson, utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import { Faulty } from './fault.ts'
import { formatName } from './header.ts'
import { parseJson, requireReadable } from './parts.ts'

/** Names of tables and columns as our migrations write them; anything else never reaches a statement. */
const sqlName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)
const count = z.int().min(0)
/** A file beside the keystore. One name, no folder: ATTACKER, it becomes a path. */
const fileName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}\.[a-z0-9]{1,10}$/)

const table = z.strictObject({ name: sqlName, columns: z.array(sqlName).min(1).readonly(), rows: count })

const manifest = z.strictObject({
  format: z.literal(formatName),
  productVersion: z.string().max(100),
  createdAt: z.iso.datetime(),
  enclave: z.strictObject({ name: z.string(), kind: z.enum(['sample', 'real']) }),
  ledger: z.strictObject({
    origin: z.string(),
    size: count,
    /** The signed checkpoint. */
    note: z.string(),
    /** The keys that signed it, in their one-line form, and the key of receipts. */
    keys: z.strictObject({ ed25519: z.string(), p256: z.string(), receipt: z.string() }),
  }),
  migrations: z.array(z.strictObject({ module: z.string(), name: z.string(), sha256: z.string() })).readonly(),
  /** In an order in which they can be loaded. */
  tables: z.array(table).readonly(),
  sequences: z.array(z.strictObject({ name: sqlName, lastValue: z.string().regex(/^-?\d{1,19}$/) })).readonly(),
  files: z.array(fileName).readonly(),
  objects: z.strictObject({ stored: count, included: count, includedBytes: count }),
})

export type Manifest = z.infer<typeof manifest>
export type BackupTable = z.infer<typeof table>

export const manifestPart = 'manifest'
export const configurationPart = 'configuration'
export const keystorePart = 'keystore'
export const objectIndexPart = 'objects/index'
export const objectContentPart = 'objects/content'
export const tablePart = (name: string) => `table/${name}`
export const filePart = (name: string) => `file/${name}`

/** Every part in its order, the closing part aside. */
export function partNames({ tables, files }: Manifest): readonly string[] {
  return [
    manifestPart,
    configurationPart,
    keystorePart,
    ...files.map(filePart),
    ...tables.map(({ name }) => tablePart(name)),
    objectIndexPart,
    objectContentPart,
  ]
}

export function writeManifest(value: Manifest): Uint8Array {
  const text = canonicalJson(structuredClone(value))
  requireReadable(text)
  return utf8(text)
}

/** Read a manifest. Throws Faulty `malformed`. */
export function readManifest(bytes: Uint8Array): Manifest {
  const parsed = manifest.safeParse(parseJson(bytes))
  if (!parsed.success) throw new Faulty('malformed', manifestPart)
  const names = partNames(parsed.data)
  if (new Set(names).size !== names.length) throw new Faulty('malformed', manifestPart)
  return parsed.data
}

/** Throws TypeError for a name that a backup does not take for a file beside the keystore. */
export function requireFileName(name: string): void {
  if (!fileName.safeParse(name).success) throw new TypeError(`cannot back up file ${name}: want a plain file name`)
}
