// The cipher of segments where there is WebCrypto alone: a browser. What it seals, the one of Node opens, and the other way round.

import { crc32, isSameMac } from '@sallyport/protocol/tdf'
import type { SegmentCipher } from './segment.ts'
import { unshared } from './unshared.ts'
import { hmacSha256 } from './wrap.ts'

/** Make the cipher of one file. The data key is copied into the runtime; the caller may wipe its own once every segment is done. */
export async function webCipher(dataKey: Uint8Array): Promise<SegmentCipher> {
  const { subtle } = crypto
  const key = await subtle.importKey('raw', unshared(dataKey), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    async seal(content, seed) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv }, key, unshared(content)))
      return { pieces: [iv, sealed], tag: sealed.slice(-16), crc32: crc32(sealed, crc32(iv, seed)) }
    },
    async open(sealed, hash, seed) {
      if (sealed.length < 28) return null
      const actual = hash.length === 16 ? sealed.subarray(-16) : await hmacSha256(dataKey, sealed)
      if (!isSameMac(actual, hash)) return null
      const iv = unshared(sealed.subarray(0, 12))
      const content = await subtle
        .decrypt({ name: 'AES-GCM', iv }, key, unshared(sealed.subarray(12)))
        .catch(() => null)
      return content === null ? null : { pieces: [new Uint8Array(content)], crc32: crc32(sealed, seed) }
    },
  }
}
