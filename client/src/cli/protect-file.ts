// Protecting one file: reserved, sealed on this machine, uploaded. A small one is sealed where nothing of it stays; a large one
// so that whoever was cut off goes on with it.

import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../gate/index.ts'
import { sealFile } from '../tdf/index.ts'
import type { Context } from './context.ts'
import { protectResumably } from './protect-resumably.ts'
import { reserve, store, type Protected, type Source, type Target, type Watch } from './protecting.ts'

/** Below this, beginning anew costs no more than going on. */
const worthResumingBytes = 16 * 1024 * 1024

/** Protect one file. A refusal is a value; throws Problem for everything else that goes wrong. */
export async function protectFile(
  context: Context,
  target: Target,
  source: Source,
  watch: Watch,
): Promise<Outcome<Protected>> {
  const { size } = await stat(source.path)
  if (size >= worthResumingBytes) return await protectResumably(context, target, source, watch)
  const reserved = await reserve(target, source)
  if (reserved.outcome === 'refused') return reserved
  const { fileId, policy, key, also } = reserved.value
  const sealed = join(target.folder, 'sealed.tdf')
  try {
    const { sealedBytes } = await watch('Sealing', (progress) =>
      sealFile({
        source: source.path,
        target: sealed,
        policy,
        kas: key,
        also,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
      }),
    )
    return await store(target, { fileId, sealed, sealedBytes }, watch)
  } finally {
    await rm(sealed, { force: true })
  }
}
