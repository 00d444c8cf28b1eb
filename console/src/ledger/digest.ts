// SHA-256 as a browser has it, for code that wants it at once: a browser answers later.

import type { Sha256 } from '@sallyport/protocol/ledger'

/** Hash one text of octets. */
export async function digest(octets: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', octets as Uint8Array<ArrayBuffer>))
}

class Missing extends Error {
  readonly octets: Uint8Array

  constructor(octets: Uint8Array) {
    super('cannot hash at once')
    this.octets = octets
  }
}

/**
 * Do work that hashes: as often as it meets a hash that is not known yet, it is fetched and the work is done again. For little work
 * without consequences, such as checking a proof.
 */
export async function withDigests<T>(work: (sha256: Sha256) => T | Promise<T>): Promise<T> {
  const known = new Map<string, Uint8Array>()
  const sha256: Sha256 = (octets) => {
    const found = known.get(String.fromCharCode(...octets))
    if (found === undefined) throw new Missing(octets.slice())
    return found
  }
  for (;;) {
    try {
      return await work(sha256)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      known.set(String.fromCharCode(...error.octets), await digest(error.octets))
    }
  }
}
