// One segment as every cipher of ours makes and takes it: IV (12) || AES-256-GCM(key, content) || tag (16).

/** Sealed or opened bytes in the pieces in which the cipher gave them, and the CRC-32 of all sealed bytes so far. */
export interface SegmentPieces {
  readonly pieces: readonly Uint8Array[]
  readonly crc32: number
}

export interface SealedSegment extends SegmentPieces {
  readonly tag: Uint8Array
}

/** Seals and opens the segments of one file under its data key; the contract is that of `sealSegment` and `openSegment`. */
export interface SegmentCipher {
  /** `seed` is the CRC-32 of the segments before. */
  seal(content: Uint8Array, seed: number): SealedSegment | Promise<SealedSegment>
  /** `hash` is what the manifest gives. Yields null, and nothing of the content, unless hash and tag both hold. */
  open(sealed: Uint8Array, hash: Uint8Array, seed: number): SegmentPieces | null | Promise<SegmentPieces | null>
}
