// A run: neighbouring segments that one thread works off, reading and writing at known offsets, so that runs can be done in
// any order. The same code serves a worker thread (blocking I/O) and the calling thread (awaited I/O).

import { readSync, writevSync, writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { openSegment, sealSegment } from './segment-cipher.ts'

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
}

/** `short`: the source ended too early. `altered`: a hash or tag does not hold; nothing of that segment was written. */
export type RunOutcome = RunDone | { readonly state: 'short' } | { readonly state: 'altered' }

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
  write(pieces: readonly Uint8Array[], position: number): void | Promise<void>
}

const overheadBytes = 28

/** Do one run. `buffer` must hold its largest segment in sealed form; its content afterwards is undefined. */
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
      const sealed = sealSegment(key, source, crc32)
      crc32 = sealed.crc32
      tags.set(sealed.tag, 16 * index)
      await files.write(sealed.pieces, sealedOffset)
      giveBack(sealed.pieces)
    } else {
      const hash = run.hashes.subarray(hashBytes * index, hashBytes * (index + 1))
      const opened = openSegment(key, source, hash, crc32)
      if (opened === null) return { state: 'altered' }
      crc32 = opened.crc32
      await files.write(opened.pieces, plainOffset)
      giveBack(opened.pieces)
    }
    plainOffset += plainBytes
    sealedOffset += plainBytes + overheadBytes
  }
  const done = { plainBytes: plainOffset - run.plainOffset, sealedBytes: sealedOffset - run.sealedOffset }
  return { state: 'done', first: run.first, ...done, crc32, tags }
}

/** Read and write with blocking calls, for a thread that does nothing else. The descriptors belong to the caller. */
export function blockingFiles(sourceFd: number, targetFd: number): FilePair {
  return {
    read(buffer, position) {
      for (let at = 0; at < buffer.length;) {
        const count = readSync(sourceFd, buffer, at, buffer.length - at, position + at)
        if (count === 0) return false
        at += count
      }
      return true
    },
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
  return {
    async read(buffer, position) {
      for (let at = 0; at < buffer.length;) {
        const { bytesRead } = await source.read(buffer, at, buffer.length - at, position + at)
        if (bytesRead === 0) return false
        at += bytesRead
      }
      return true
    },
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
