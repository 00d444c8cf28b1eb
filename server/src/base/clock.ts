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

/** Make a fresh identifier. SPEC: RFC 9562 section 5.7 (UUID version 7), so that rows made together lie together. */
export function newId<K extends string>(clock: Clock, random: Randomness): Id<K> {
  const bytes = random(16)
  const now = clock.now()
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(0, BigInt(now) << 16n)
  const tail = random(2)
  bytes[6] = 0x70 | ((tail[0] ?? 0) & 0x0f)
  bytes[7] = tail[1] ?? 0
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<K>
}
