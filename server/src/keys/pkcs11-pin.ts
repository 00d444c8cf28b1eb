// A PIN that a token refused is not tried again: three to ten wrong ones lock a token for good, and a service that is started
// again and again would get there by itself. What was refused is remembered beside the keystore by the facts of the PIN file,
// not by the PIN, so that writing the right one is all it takes.

import { readFile, stat, writeFile } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'

/** Throws Problem `unavailable` when the token has refused what stands in the file. `marker` null: nothing is remembered. */
export async function refuseTriedPin(marker: string | null, pinFile: string): Promise<void> {
  if (marker === null) return
  const remembered = await readFile(marker, 'utf8').catch(() => null)
  if (remembered === null || remembered !== (await factsOf(pinFile))) return
  throw new Problem(
    'unavailable',
    `cannot log in to the token: it refused the PIN in ${pinFile} before, want the right one written there`,
    { details: { fault: 'pin' } },
  )
}

/** Remember that what stands in the file was refused. Where there is no folder to remember it in, nothing is served either. */
export async function rememberRefusedPin(marker: string | null, pinFile: string): Promise<void> {
  if (marker !== null) await writeFile(marker, await factsOf(pinFile), { mode: 0o600 }).catch(() => undefined)
}

async function factsOf(pinFile: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(pinFile)
  return `${JSON.stringify({ pinFile, ino, size, mtimeMs })}\n`
}
