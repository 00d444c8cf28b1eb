// Where sealed containers lie. An object appears whole and checked, or not at all: it is written beside its place, made
// durable, looked at, and only then put there.

import { createHash } from 'node:crypto'
import { constants, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { parseId, Problem } from '@sallyport/protocol'
import { invalidFile, type RandomAccess } from '@sallyport/protocol/tdf'
import type { Clock } from '../base/index.ts'

export interface PutRules {
  /** Throws Problem `too-large` beyond. */
  readonly maxBytes: number
  /** Look at the whole object before it appears; what this throws refuses it. */
  readonly check: (source: RandomAccess) => Promise<void>
}

export interface StoredObject {
  readonly bytes: number
  readonly sha256: Uint8Array
}

export interface ObjectStore {
  /** Store once under a new key. Throws Problem `unavailable` when there is no room or the store cannot be reached. */
  put(key: string, content: AsyncIterable<Uint8Array>, rules: PutRules): Promise<StoredObject>
  /**
   * Read an object from an octet on. Throws Problem `unavailable` when the object is not there. The caller reads the stream to its
   * end or destroys it.
   */
  get(key: string, from?: number): Promise<{ readonly stream: Readable; readonly size: number }>
  /** Look at parts of an object, such as its manifest. Throws as `get` does. */
  look<T>(key: string, at: (source: RandomAccess) => Promise<T>): Promise<T>
  /** Remove an object, and what an upload to its place left behind; it is no fault when there is none. */
  remove(key: string): Promise<void>
}

/** Keep objects as files of one folder, which is made if it is missing. Keys are UUIDs of our own and nothing else. */
export async function folderObjects(folder: string, clock: Clock): Promise<ObjectStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await removeForgotten(folder, clock)
  return {
    put: (key, content, rules) => put(folder, key, content, rules),
    async get(key, from = 0) {
      const file = await open(pathOf(folder, key), 'r').catch(asProblem)
      const { size } = await file.stat()
      return { stream: file.createReadStream({ start: from }), size }
    },
    async look(key, at) {
      const file = await open(pathOf(folder, key), 'r').catch(asProblem)
      try {
        const { size } = await file.stat()
        return await at({ size, read: (offset, length) => readExactly(file, offset, length) })
      } finally {
        await file.close()
      }
    },
    async remove(key) {
      const path = pathOf(folder, key)
      for (const one of [path, draftOf(path)]) await rm(one, { force: true }).catch(asProblem)
    },
  }
}

async function put(
  folder: string,
  key: string,
  content: AsyncIterable<Uint8Array>,
  { maxBytes, check }: PutRules,
): Promise<StoredObject> {
  const path = pathOf(folder, key)
  const temporary = draftOf(path)
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR
  const file = await open(temporary, flags, 0o600).catch(asProblem)
  try {
    const stored = await receive(file, content, maxBytes)
    await file.sync()
    await check({ size: stored.bytes, read: (offset, length) => readExactly(file, offset, length) })
    await rename(temporary, path)
    await syncFolder(folder)
    return stored
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw problemOf(error)
  } finally {
    await file.close()
  }
}

/** Uploads that a crash cut off before their places were on record. Another process may be in the middle of a young one. */
async function removeForgotten(folder: string, clock: Clock): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.part')) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (found !== null && clock.now() - found.mtimeMs > 86_400_000) await rm(path, { force: true })
  }
}

async function receive(file: FileHandle, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredObject> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of content) {
    if (bytes + chunk.length > maxBytes) {
      throw new Problem('too-large', `cannot store object: it is too large, want at most ${maxBytes} bytes`)
    }
    hash.update(chunk)
    for (let at = 0; at < chunk.length;) {
      const { bytesWritten } = await file.write(chunk, at, chunk.length - at, bytes + at)
      at += bytesWritten
    }
    bytes += chunk.length
  }
  return { bytes, sha256: new Uint8Array(hash.digest()) }
}

async function readExactly(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await file.read(buffer, at, length - at, offset + at)
    if (bytesRead === 0) throw invalidFile('it ends too early', 'all of its bytes')
    at += bytesRead
  }
  return buffer
}

// A rename is durable once its folder is.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function pathOf(folder: string, key: string): string {
  const id = parseId(key)
  if (id === null) throw new TypeError('cannot name object: its key is not a uuid')
  return join(folder, id)
}

function draftOf(path: string): string {
  return `${path}.part`
}

function asProblem(error: unknown): never {
  throw problemOf(error)
}

/** A full disk, a lost mount, missing rights: for the caller they are the same. Faults of the content stay what they are. */
function problemOf(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : null
  if (code === null) return error
  return new Problem('unavailable', `cannot use object store: ${code}, want room and access`, { cause: error })
}
