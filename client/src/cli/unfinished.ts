// What is left of a run that was cut off: a journal of what it needs to go on, and a partial file. Journals lie with the sign-in,
// because who writes one says under which key content is sealed; partial files lie beside the file that they are made of.
// INVARIANT: a journal holds no key and no content. It leads to the key through the gates alone.

import { constants } from 'node:fs'
import { access, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { parseKeyAccess, writeKeyAccess } from '@sallyport/protocol/tdf'
import * as z from 'zod'
import { writeWhole, type SealingDraft } from '../tdf/index.ts'
import { beAlone } from './alone.ts'
import type { Context } from './context.ts'

export interface Journal {
  /** What was asked for; the same is to be asked again. */
  readonly gate: string
  readonly vaultId: string
  readonly name: string
  readonly splitWith: string | null
  /** What the gate reserved. */
  readonly fileId: string
  readonly partial: string
  readonly draft: SealingDraft
  /** What waits for its upload; null while it is being sealed, and where nobody took its digest. */
  readonly sealed: { readonly bytes: number; readonly sha256: string } | null
  /** The gate has the file and signed for it; only the partial file and this are left to remove. */
  readonly isStored: boolean
}

const shape = z.strictObject({
  version: z.literal(1),
  gate: z.string(),
  vaultId: z.string(),
  name: z.string(),
  splitWith: z.string().nullable(),
  fileId: z.string(),
  partial: z.string(),
  draft: z.strictObject({
    policy: z.string(),
    keyAccess: z
      .array(z.unknown())
      .min(1)
      .transform((all) => all.map(parseKeyAccess)),
    sourceBytes: z.number().int().nonnegative(),
    sourceModifiedNs: z
      .string()
      .regex(/^-?[0-9]+$/)
      .transform(BigInt),
  }),
  sealed: z.strictObject({ bytes: z.number().int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  isStored: z.boolean(),
})

function textOf({ draft, ...journal }: Journal): string {
  const { keyAccess, sourceModifiedNs } = draft
  const written = { ...draft, keyAccess: keyAccess.map(writeKeyAccess), sourceModifiedNs: String(sourceModifiedNs) }
  return `${JSON.stringify({ version: 1, ...journal, draft: written }, null, 2)}\n`
}

/** The journal of one file on this machine, for as long as nobody else may touch it. */
export interface Unfinished {
  /** Where a new partial file goes. */
  readonly partial: string
  /** Read the journal; null when there is none. Throws Problem `invalid-file` for one that is damaged. */
  read(): Promise<Journal | null>
  /** Write the journal whole and durably. */
  write(journal: Journal): Promise<void>
  /** Remove the partial file and then the journal. */
  forget(): Promise<void>
  /** Let others have it. */
  release(): Promise<void>
}

/**
 * Hold the journal of a source. Whoever holds it is alone on this machine: the system lets go of it when this process ends,
 * however it ends. Throws Problem `conflict` while another process holds it.
 */
export async function holdUnfinished(context: Context, source: string): Promise<Unfinished> {
  const { folder, id, release } = await beAlone(context, 'protect', source)
  const path = join(folder, `${id}.json`)
  /** The journal while it is written: what a kill leaves of it is found by its name. */
  const part = join(folder, `${id}.part`)
  const name = `${id.slice(0, 8)}.sallyport-partial`
  const places = [`${source}.${name}`, join(folder, `${basename(source)}.${name}`)] as const
  const isWritable = await access(dirname(source), constants.W_OK).then(
    () => true,
    () => false,
  )
  return {
    partial: places[isWritable ? 0 : 1],
    read: () => readJournal(path, source),
    async write(journal) {
      await rm(part, { force: true })
      await writeWhole(path, 0o600, (file) => file.writeFile(textOf(journal)), part)
    },
    async forget() {
      for (const place of [...places, part]) await rm(place, { force: true })
      await rm(path, { force: true })
    },
    release,
  }
}

async function readJournal(path: string, source: string): Promise<Journal | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    throw new Problem(
      'invalid-file',
      `cannot go on with ${source}: its journal ${path} is damaged, want --restart to begin anew`,
      { cause },
    )
  }
}
