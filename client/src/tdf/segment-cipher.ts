// One segment, sealed or opened: IV (12) || AES-256-GCM(key, content) || tag (16), with the checksum of the sealed bytes.
// No I/O. Kept free of other imports, because every worker thread loads it.

import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { SealedSegment, SegmentCipher, SegmentPieces } from './segment.ts'

// Measured: at this step the cipher's output is still in the processor's cache when its checksum is taken.
const stepBytes = 256 * 1024

/** Make the cipher of one file, of Node's own parts. */
export function nodeCipher(key: Uint8Array): SegmentCipher {
  return {
    seal: (content, seed) => sealSegment(key, content, seed),
    open: (sealed, hash, seed) => openSegment(key, sealed, hash, seed),
  }
}

/** Seal one segment under a fresh random IV; the last piece is the tag. `seed` is the CRC-32 of the segments before. */
export function sealSegment(key: Uint8Array, content: Uint8Array, seed: number): SealedSegment {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const pieces: Uint8Array[] = [iv]
  let checksum = crc32(iv, seed)
  for (let at = 0; at < content.length; at += stepBytes) {
    const piece = cipher.update(content.subarray(at, at + stepBytes))
    checksum = crc32(piece, checksum)
    pieces.push(piece)
  }
  cipher.final()
  const tag = cipher.getAuthTag()
  pieces.push(tag)
  return { pieces, tag, crc32: crc32(tag, checksum) }
}

/**
 * Open one sealed segment whose hash the root signature vouches for: 16 bytes are its GCM tag, 32 its HMAC-SHA-256 under the
 * key. Yields null, and nothing of the content, unless hash and tag both hold.
 */
export function openSegment(key: Uint8Array, sealed: Uint8Array, hash: Uint8Array, seed: number): SegmentPieces | null {
  if (sealed.length < 28) return null
  const tag = sealed.subarray(sealed.length - 16)
  const actual = hash.length === 16 ? tag : createHmac('sha256', key).update(sealed).digest()
  if (actual.length !== hash.length || !timingSafeEqual(actual, hash)) return null
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(tag)
  const pieces: Uint8Array[] = []
  const end = sealed.length - 16
  for (let at = 12; at < end; at += stepBytes) {
    pieces.push(decipher.update(sealed.subarray(at, Math.min(at + stepBytes, end))))
  }
  try {
    decipher.final()
  } catch {
    return null
  }
  return { pieces, crc32: crc32(sealed, seed) }
}
