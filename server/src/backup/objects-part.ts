// Sealed objects in a backup: an index of all of them, a line each, and the content of those that are included, each behind a
// line of its own that must be the index's. Neither is ever held as a whole.

import { createHash, type Hash } from 'node:crypto'
import { canonicalJson, concat, toHex, utf8, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../base/index.ts'
import { filesAfter, type ObjectStore } from '../files/index.ts'
import { linesOf } from './copy-text.ts'
import { Faulty } from './fault.ts'
import { objectContentPart, objectIndexPart, type Manifest } from './manifest.ts'
import { parseJson, Pieces } from './parts.ts'

const objectLine = z.strictObject({
  file: z.uuid(),
  /** Key in the object store. */
  key: z.uuid(),
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  included: z.boolean(),
})
export type ObjectLine = z.infer<typeof objectLine>

/** Which objects' content a backup takes along. */
export type Inclusion = (file: Id<'file'>) => boolean

const pageSize = 500
const maxLine = 1024

/** Yield the index of stored objects as one transaction sees it. */
export async function* storedObjects(sql: Sql, isIncluded: Inclusion): AsyncGenerator<ObjectLine> {
  for (let after: Id<'file'> | null = null; ;) {
    const page = await filesAfter(sql, { vaultId: null, after, limit: pageSize })
    for (const file of page) {
      if (file.state !== 'stored') continue
      const { id, objectKey: key, sealedBytes: size } = file
      yield { file: id, key, size, sha256: toHex(file.sha256), included: isIncluded(id) }
    }
    if (page.length < pageSize) return
    after = page.at(-1)?.id ?? null
  }
}

export async function* indexContent(lines: AsyncIterable<ObjectLine>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield utf8(`${textOf(line)}\n`)
}

/** Yield the included objects, each with its line. Throws Problem when one is not there, Faulty when one was altered. */
export async function* objectContent(
  lines: AsyncIterable<ObjectLine>,
  objects: ObjectStore,
): AsyncGenerator<Uint8Array> {
  for await (const line of lines) {
    if (!line.included) continue
    const text = utf8(textOf(line))
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, text.length)
    yield concat(length, text)
    const hash = createHash('sha256')
    let size = 0
    const { stream } = await objects.get(line.key)
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length
      // An object that is longer than its row would run into the next one.
      if (size > line.size) throw altered(line)
      hash.update(chunk)
      yield chunk
    }
    if (size !== line.size || toHex(hash.digest()) !== line.sha256) throw altered(line)
  }
}

/** What the index says of the included objects, to hold the content against. */
export interface IndexRead {
  readonly included: number
  /** SHA-256 over the lines of the included objects. */
  readonly lines: string
}

/** Read the index. Throws Faulty when it is not what the manifest says of it. */
export async function readIndex(content: AsyncIterable<Uint8Array>, { objects }: Manifest): Promise<IndexRead> {
  const lines = createHash('sha256')
  let stored = 0
  let included = 0
  let includedBytes = 0
  for await (const bytes of linesOf(content, { part: objectIndexPart, maxBytes: maxLine })) {
    const line = parseLine(bytes, objectIndexPart)
    stored++
    if (!line.included) continue
    included++
    includedBytes += line.size
    lines.update(textOf(line))
  }
  if (stored !== objects.stored || included !== objects.included || includedBytes !== objects.includedBytes) {
    throw new Faulty('row-count', objectIndexPart)
  }
  return { included, lines: toHex(lines.digest()) }
}

/** Read the included objects and give each to `take`, which reads it to its end. Throws Faulty when one is not its line's. */
export async function readObjects(
  content: AsyncIterable<Uint8Array>,
  index: IndexRead,
  take: (line: ObjectLine, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const bytes = new Pieces(content)
  const lines = createHash('sha256')
  let included = 0
  while (!(await bytes.isAtEnd())) {
    const length = await bytes.takeLength()
    if (length > maxLine) throw new Faulty('malformed', objectContentPart)
    const line = parseLine(await bytes.take(length), objectContentPart)
    lines.update(textOf(line))
    included++
    const hash = createHash('sha256')
    await take(line, objectBytes(bytes, line.size, hash))
    if (toHex(hash.digest()) !== line.sha256) throw altered(line)
  }
  if (included !== index.included || toHex(lines.digest()) !== index.lines) {
    throw new Faulty('row-count', objectContentPart)
  }
}

async function* objectBytes(bytes: Pieces, size: number, hash: Hash): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0;) {
    const chunk = await bytes.take(Math.min(left, 65_536))
    left -= chunk.length
    hash.update(chunk)
    yield chunk
  }
}

function parseLine(bytes: Uint8Array, part: string): ObjectLine {
  const parsed = objectLine.safeParse(parseJson(bytes))
  if (!parsed.success) throw new Faulty('malformed', part)
  return parsed.data
}

function textOf(line: ObjectLine): string {
  return canonicalJson({ ...line })
}

function altered({ file }: ObjectLine): Faulty {
  return new Faulty('object-altered', `file ${file}`)
}
