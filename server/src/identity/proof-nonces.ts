// Nonces for proofs, without state: the MAC of the current period under a key that all processes of the gate share. A proof
// with one was made within the last two periods, whatever its client's clock says.

import { hash, timingSafeEqual } from 'node:crypto'
import { toBase64Url, utf8 } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'

export interface ProofNonces {
  /** The nonce to hand out now, in DPoP-Nonce. */
  current(): Promise<string>
  accepts(nonce: string): Promise<boolean>
}

/** Make nonces that change every `periodMs` (five minutes unless said). `mac` is HMAC-SHA256 under the shared key. */
export function makeProofNonces(parts: {
  readonly mac: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly clock: Clock
  readonly periodMs?: number
}): ProofNonces {
  const { mac, clock, periodMs = 300_000 } = parts
  let made = new Map<number, string>()

  const nonceOf = async (period: number): Promise<string> => {
    const known = made.get(period)
    if (known !== undefined) return known
    const nonce = toBase64Url(await mac(utf8(`dpop-nonce:${period}`)))
    if (made.size > 8) made = new Map()
    made.set(period, nonce)
    return nonce
  }
  const period = () => Math.floor(clock.now() / periodMs)
  return {
    current: () => nonceOf(period()),
    async accepts(nonce) {
      // The next period too: another process may be a little ahead.
      for (const offset of [0, -1, 1]) {
        if (equalText(nonce, await nonceOf(period() + offset))) return true
      }
      return false
    },
  }
}

function equalText(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
