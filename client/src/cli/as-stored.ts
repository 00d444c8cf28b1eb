// A sealed file as the gate handed it out, compared with what its register says was stored.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Problem } from '@sallyport/protocol'
import type { FileView } from '@sallyport/protocol/api'

/**
 * Check that the file at `path` is the one that was stored under its name. ATTACKER: whoever commands the store of sealed files
 * can put one whole file in the place of another; both are genuine, and only the register tells them apart.
 * Throws Problem `invalid-file`.
 */
export async function requireAsStored(path: string, file: FileView): Promise<void> {
  if ((await sha256Of(path)) !== file.sha256) throw notAsStored(file)
}

export function notAsStored({ name }: FileView): Problem {
  return new Problem(
    'invalid-file',
    `cannot use ${name}: what the gate sent is not what was stored, want the same bytes`,
  )
}

/** Hash a file: 64 hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
