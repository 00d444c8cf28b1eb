// A backup file opened for reading, as often as need be: the same open file each time, whatever happens to its name.

import { open, type FileHandle } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import type { Progress } from './create-backup.ts'
import { maxHeaderBytes, readHeader, type BackupSecret } from './header.ts'
import { readParts, type PartFacts, type PartVisitor } from './parts.ts'
import { readSegments } from './segments.ts'

export interface OpenBackup {
  readonly size: number
  /** Read all of it in order, into `parts` as they come. Throws Faulty. */
  read(visit: PartVisitor, parts?: PartFacts[]): Promise<{ readonly digest: string }>
  close(): Promise<void>
}

/** Open a backup with its secret. Throws Problem `not-found` or `unavailable` for the file, Faulty for what is in it. */
export async function openBackup(path: string, secret: BackupSecret, progress?: Progress): Promise<OpenBackup> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw isMissing
      ? new Problem('not-found', 'cannot read backup: there is no such file, want one', { cause })
      : new Problem('unavailable', 'cannot read backup: the file cannot be read, want access', { cause })
  })
  try {
    const { size } = await file.stat()
    const start = new Uint8Array(maxHeaderBytes)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    const { length, key } = await readHeader(start.subarray(0, bytesRead), secret)
    return {
      size,
      read: (visit, parts) => readAll({ file, key, start: length, size }, visit, parts, progress),
      async close() {
        key.fill(0)
        await file.close()
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

interface Body {
  readonly file: FileHandle
  readonly key: Uint8Array
  readonly start: number
  readonly size: number
}

async function readAll(
  { file, key, start, size }: Body,
  visit: PartVisitor,
  parts: PartFacts[] | undefined,
  progress: Progress | undefined,
): Promise<{ readonly digest: string }> {
  let part = ''
  let bytes = start
  const counted = async function* () {
    for await (const plain of readSegments(file, key, start, size)) {
      bytes += plain.length
      progress?.({ part, bytes })
      yield plain
    }
  }
  const visitCounted: PartVisitor = async (name, content) => {
    part = name
    progress?.({ part, bytes })
    await visit(name, content)
  }
  return await readParts(counted(), visitCounted, parts)
}
