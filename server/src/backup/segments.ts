// The encrypted body: AES-256-GCM segments of 1 MiB. The nonce is the segment's number and whether it is the last, so that
// nothing can be taken out, put in, swapped, repeated, cut off or added without its being found.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Faulty } from './fault.ts'
import { segmentBytes } from './header.ts'

const tagBytes = 16

/** Takes plaintext in pieces of any size and writes whole segments. The key is used for one backup only. */
export class SegmentWriter {
  readonly #file: FileHandle
  readonly #key: Uint8Array
  readonly #plain = new Uint8Array(segmentBytes)
  #filled = 0
  #segments = 0
  #written = 0

  constructor(file: FileHandle, key: Uint8Array) {
    this.#file = file
    this.#key = key
  }

  /** Bytes of segments written so far. */
  get written(): number {
    return this.#written
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      // A full segment waits for more to come: only then is it not the last.
      if (this.#filled === segmentBytes) await this.#flush(false)
      const piece = bytes.subarray(at, at + segmentBytes - this.#filled)
      this.#plain.set(piece, this.#filled)
      this.#filled += piece.length
      at += piece.length
    }
  }

  /** Write the last segment. */
  async finish(): Promise<void> {
    await this.#flush(true)
    this.#plain.fill(0)
  }

  async #flush(isLast: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#segments, isLast))
    const sealed = cipher.update(this.#plain.subarray(0, this.#filled))
    cipher.final()
    await writeAll(this.#file, sealed)
    await writeAll(this.#file, cipher.getAuthTag())
    this.#written += sealed.length + tagBytes
    this.#segments++
    this.#filled = 0
  }
}

/** Write all of it at the file's position; a full disk shows as the error of the system call. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at)
    at += bytesWritten
  }
}

/** Read segments from `start` to `size`, the end of the file, as plaintext. ATTACKER: whoever had the file. Throws Faulty. */
export async function* readSegments(
  file: FileHandle,
  key: Uint8Array,
  start: number,
  size: number,
): AsyncGenerator<Uint8Array> {
  if (size - start <= tagBytes) throw new Faulty('cut-off')
  const buffer = new Uint8Array(segmentBytes + tagBytes)
  let at = start
  for (let n = 0; at < size; n++) {
    const sealed = buffer.subarray(0, Math.min(buffer.length, size - at))
    await fill(file, at, sealed)
    at += sealed.length
    const isLast = at === size
    const plain = openSegment(key, sealed, n, isLast)
    if (plain === null) {
      if (openSegment(key, sealed, n, !isLast) !== null) throw new Faulty(isLast ? 'cut-off' : 'appended')
      throw new Faulty('altered', `segment ${n}${isLast ? ', the last: it may be cut off' : ''}`)
    }
    yield plain
  }
}

function openSegment(key: Uint8Array, sealed: Uint8Array, n: number, isLast: boolean): Uint8Array | null {
  if (sealed.length <= tagBytes) return null
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(n, isLast), { authTagLength: tagBytes })
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes))
  try {
    decipher.final()
  } catch {
    return null
  }
  return plain
}

function nonceOf(n: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(3, BigInt(n))
  nonce[11] = isLast ? 1 : 0
  return nonce
}

async function fill(file: FileHandle, offset: number, buffer: Uint8Array): Promise<void> {
  for (let at = 0; at < buffer.length;) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, offset + at)
    if (bytesRead === 0) throw new Faulty('cut-off')
    at += bytesRead
  }
}
