// The page that checks packets in a browser, as this version ships it.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export interface VerifyingPage {
  readonly content: Uint8Array
  /** Hex. */
  readonly sha256: string
}

export async function verifyingPage(): Promise<VerifyingPage> {
  const content = await readFile(new URL(import.meta.resolve('@sallyport/protocol/packet/verify.html')))
  return { content, sha256: createHash('sha256').update(content).digest('hex') }
}
