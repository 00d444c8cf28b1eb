// A run: neighbouring segments that one thread works off, reading and writing at known offsets, so that runs can be done in
// any order. The same code serves a worker thread (blocking I/O) and the calling thread (awaited I/O).

import { readSync, writevSync, writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { openSegment, sealSegment } from './segment-cipher.ts'
import type { SealedSegment } from './segment.ts'

export interface Run {
  readonly direction: 'seal' | 'open'
  /** Index of the first segment in the file. */
  readonly first: number
  /** Bytes of content of each segment. */
  readonly plainBytes: Uint32Array
  /** Where the first segment lies in the clear file and in the sealed one. */
  readonly plainOffset: number
  readonly sealedOffset: number
  /** When opening, the hashes that the manifest gives, one after another; empty when sealing. */
  readonly hashes: Uint8Array
  /** The target holds what an earlier run wrote before it was cut off: what holds is kept, the rest is written. */
  readonly isResumed: boolean
}

/**
 * `short`: the source ended too early. `altered`: a hash or tag does not hold; nothing of that segment was written.
 * `differs`: the target holds a whole segment of other content than the source has there; it stays as it is.
 */
export type RunOutcome =
  | RunDone
  | { readonly state: 'short' }
  | { readonly state: 'altered' }
  | { readonly state: 'differs' }

export interface RunDone {
  readonly state: 'done'
  readonly first: number
  readonly plainBytes: number
  readonly sealedBytes: number
  /** CRC-32 of the run's sealed bytes. */
  readonly crc32: number
  /** The GCM tags of the run's segments when sealing. */
  readonly tags: Uint8Array
}

/** Two open files, of which one is read and the other written, always at given positions. */
export interface FilePair {
  /** Fill the buffer. Yields false when the file ends before. */
  read(buffer: Uint8Array, position: number): boolean | Promise<boolean>
  /** The same from the file that is written: what an earlier run left there. */
  readBack(buffer: Uint8Array, position: number): boolean | Promise<boolean>
  write(pieces: readonly Uint8Array[], position: number): void | Promise<void>
}

const overheadBytes = 28

/**
 * Bytes that a run needs as its buffer: the largest segment in sealed form, and another one beside it where what was written
 * before is read back.
 */
export function bufferBytesFor(largestSealed: number, isResumed: boolean): number {
  return isResumed ? 2 * largestSealed : largestSealed
}

/** Do one run. `buffer` must hold what `bufferBytesFor` says; its content afterwards is undefined. */
export async function doRun(run: Run, key: Uint8Array, files: FilePair, buffer: Uint8Array): Promise<RunOutcome> {
  const isSealing = run.direction === 'seal'
  const hashBytes = run.hashes.length / run.plainBytes.length
  const tags = new Uint8Array(isSealing ? 16 * run.plainBytes.length : 0)
  let { plainOffset, sealedOffset } = run
  let crc32 = 0
  for (const [index, plainBytes] of run.plainBytes.entries()) {
    const source = buffer.subarray(0, isSealing ? plainBytes : plainBytes + overheadBytes)
    if (!(await files.read(source, isSealing ? plainOffset : sealedOffset))) return { state: 'short' }
    if (isSealing) {
      const kept = run.isResumed ? await keep(source, key, files, sealedOffset, crc32, buffer) : null
      if (kept === 'differs') return { state: 'differs' }
      const sealed = kept ?? sealSegment(key, source, crc32)
      crc32 = sealed.crc32
      tags.set(sealed.tag, 16 * index)
      if (sealed !== kept) await files.write(sealed.pieces, sealedOffset)
      giveBack(sealed.pieces)
    } else {
      const hash = run.hashes.subarray(hashBytes * index, hashBytes * (index + 1))
      const opened = openSegment(key, source, hash, crc32)
      if (opened === null) return { state: 'altered' }
      crc32 = opened.crc32
      if (!run.isResumed || !(await isWritten(opened.pieces, files, plainOffset, buffer.subarray(source.length)))) {
        await files.write(opened.pieces, plainOffset)
      }
      giveBack(opened.pieces)
    }
    plainOffset += plainBytes
    sealedOffset += plainBytes + overheadBytes
  }
  const done = { plainBytes: plainOffset - run.plainOffset, sealedBytes: sealedOffset - run.sealedOffset }
  return { state: 'done', first: run.first, ...done, crc32, tags }
}

/**
 * Look whether the target holds the segment of this content already. INVARIANT: it is kept only if it opens under the key and
 * holds what the source holds here, byte for byte: then it is what this run would seal, whoever wrote it. Whatever does not
 * open, torn by the kill or altered since, is sealed again, under a fresh IV as everything that is sealed.
 */
async function keep(
  content: Uint8Array,
  key: Uint8Array,
  files: FilePair,
  sealedOffset: number,
  seed: number,
  buffer: Uint8Array,
): Promise<SealedSegment | 'differs' | null> {
  const sealed = buffer.subarray(content.length, 2 * content.length + overheadBytes)
  if (!(await files.readBack(sealed, sealedOffset))) return null
  const tag = sealed.slice(-16)
  const opened = openSegment(key, sealed, tag, seed)
  if (opened === null) return null
  return isContent(opened.pieces, content) ? { ...opened, tag } : 'differs'
}

async function isWritten(
  pieces: readonly Uint8Array[],
  files: FilePair,
  position: number,
  buffer: Uint8Array,
): Promise<boolean> {
  const written = buffer.subarray(0, bytesOf(pieces))
  return (await files.readBack(written, position)) && isContent(pieces, written)
}

function isContent(pieces: readonly Uint8Array[], content: Uint8Array): boolean {
  let at = 0
  for (const piece of pieces) {
    if (Buffer.compare(piece, content.subarray(at, at + piece.length)) !== 0) return false
    at += piece.length
  }
  return at === content.length
}

/** Read and write with blocking calls, for a thread that does nothing else. The descriptors belong to the caller. */
export function blockingFiles(sourceFd: number, targetFd: number): FilePair {
  const fill = (fd: number, buffer: Uint8Array, position: number): boolean => {
    for (let at = 0; at < buffer.length;) {
      const count = readSync(fd, buffer, at, buffer.length - at, position + at)
      if (count === 0) return false
      at += count
    }
    return true
  }
  return {
    read: (buffer, position) => fill(sourceFd, buffer, position),
    readBack: (buffer, position) => fill(targetFd, buffer, position),
    write(pieces, position) {
      const total = bytesOf(pieces)
      if (total === 0) return
      const written = writevSync(targetFd, pieces, position)
      // A full disk or a quota can cut a write; the next one then says why.
      for (let at = written; at < total;) {
        const rest = Buffer.concat(pieces).subarray(at)
        at += writeSync(targetFd, rest, 0, rest.length, position + at)
      }
    },
  }
}

/** Read and write with awaited calls, for a thread that has other things to do. */
export function awaitedFiles(source: FileHandle, target: FileHandle): FilePair {
  const fill = async (file: FileHandle, buffer: Uint8Array, position: number): Promise<boolean> => {
    for (let at = 0; at < buffer.length;) {
      const { bytesRead } = await file.read(buffer, at, buffer.length - at, position + at)
      if (bytesRead === 0) return false
      at += bytesRead
    }
    return true
  }
  return {
    read: (buffer, position) => fill(source, buffer, position),
    readBack: (buffer, position) => fill(target, buffer, position),
    async write(pieces, position) {
      const joined = Buffer.concat(pieces)
      for (let at = 0; at < joined.length;) {
        at += (await target.write(joined, at, joined.length - at, position + at)).bytesWritten
      }
    },
  }
}

/**
 * Free the cipher's output at once. Left to the garbage collector it stays for tens of megabytes, and the next output then
 * lands in memory that no cache holds: measured half as fast. The pieces cannot be read afterwards.
 */
function giveBack(pieces: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of pieces) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
  }
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}
