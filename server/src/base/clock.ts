// Time and randomness enter as parameters, so that a test can hold them still.

import { randomBytes } from 'node:crypto'
import type { Id } from '@sallyport/protocol'

export interface Clock {
  /** Milliseconds since the Unix epoch, by this machine. Decisions use the database's clock instead. */
  now(): number
  /** Milliseconds from a fixed but unknown point, never running backwards. */
  monotonic(): number
}

export type Randomness = (bytes: number) => Uint8Array

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

export const systemRandomness: Randomness = (bytes) => new Uint8Array(randomBytes(bytes))

/**
 * Draw ahead, for small things that are no secrets, such as identifiers: one call for 16 bytes costs almost as much as one for
 * thousands.
 */
export function drawAhead(random: Randomness, ahead = 4096): Randomness {
  let pool = new Uint8Array()
  return (bytes) => {
    if (bytes > ahead) return random(bytes)
    if (pool.length < bytes) pool = new Uint8Array(random(ahead))
    const drawn = pool.slice(0, bytes)
    pool = pool.subarray(bytes)
    return drawn
  }
}

/** Make a fresh identifier. SPEC: RFC 9562 section 5.7 (UUID version 7), so that rows made together lie together. */
export function newId<K extends string>(clock: Clock, random: Randomness): Id<K> {
  const bytes = random(16)
  const now = clock.now()
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint16(0, Math.floor(now / 2 ** 32))
  view.setUint32(2, now % 2 ** 32)
  const tail = random(2)
  bytes[6] = 0x70 | ((tail[0] ?? 0) & 0x0f)
  bytes[7] = tail[1] ?? 0
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<K>
}
