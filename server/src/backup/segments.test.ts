import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Faulty } from './fault.ts'
import { segmentBytes } from './header.ts'
import { readSegments, SegmentWriter } from './segments.ts'

const key = new Uint8Array(randomBytes(32))
const sealed = segmentBytes + 16
let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-segments-'))
  path = join(folder, 'body')
})

afterAll(() => rm(folder, { recursive: true }))

async function write(plain: Uint8Array, step: number): Promise<Buffer> {
  const file = await open(path, 'w')
  const writer = new SegmentWriter(file, key)
  for (let at = 0; at < plain.length; at += step) await writer.write(plain.subarray(at, at + step))
  await writer.finish()
  await file.close()
  return await readFile(path)
}

/** What comes out of these bytes: the plaintext, or the code of the fault. */
async function read(bytes: Uint8Array): Promise<Buffer | string> {
  await writeFile(path, bytes)
  const file = await open(path, 'r')
  try {
    const pieces: Uint8Array[] = []
    for await (const piece of readSegments(file, key, 0, bytes.length)) pieces.push(piece)
    return Buffer.concat(pieces)
  } catch (error) {
    if (error instanceof Faulty) return error.fault.code
    throw error
  } finally {
    await file.close()
  }
}

test('SegmentWriter and readSegments() agree at every border, in pieces of any size', async () => {
  for (const size of [1, segmentBytes - 1, segmentBytes, segmentBytes + 1, 2 * segmentBytes, 2 * segmentBytes + 7]) {
    const plain = randomBytes(size)
    for (const step of [4093, 100_000, 3 * segmentBytes]) {
      const bytes = await write(plain, step)
      expect(bytes.length).toBe(size + 16 * Math.ceil(size / segmentBytes))
      expect(plain.equals((await read(bytes)) as Buffer)).toBe(true)
    }
  }
})

describe('readSegments() refuses', () => {
  let whole: Buffer
  const segment = (n: number) => whole.subarray(n * sealed, (n + 1) * sealed)

  beforeAll(async () => {
    whole = await write(randomBytes(3 * segmentBytes + 1000), segmentBytes)
  })

  test('what was cut off, at a border and inside', async () => {
    for (const segments of [1, 2, 3]) expect(await read(whole.subarray(0, segments * sealed))).toBe('cut-off')
    for (const end of [0, 1, 16]) expect(await read(whole.subarray(0, end))).toBe('cut-off')
    for (const end of [17, 500, sealed + 17, whole.length - 1]) {
      expect(await read(whole.subarray(0, end))).toMatch(/^(altered|cut-off)$/)
    }
    expect(await read(whole.subarray(0, 3 * sealed + 16))).toMatch(/^(altered|cut-off)$/)
  })

  test('what was appended', async () => {
    expect(await read(Buffer.concat([whole, segment(1)]))).toBe('altered')
    const short = await write(randomBytes(segmentBytes), segmentBytes)
    expect(await read(Buffer.concat([short, segment(1)]))).toBe('appended')
  })

  test('segments that were swapped, repeated, left out or changed in any bit', async () => {
    const [a, b, c, d] = [0, 1, 2, 3].map(segment)
    const orders = [
      [b, a, c, d],
      [a, c, b, d],
      [a, a, b, c, d],
      [a, c, d],
      [b, c, d],
      [a, b, d, c],
    ]
    for (const order of orders) {
      expect(await read(Buffer.concat(order.map((one) => one ?? Buffer.alloc(0))))).toMatch(/^(altered|cut-off)$/)
    }
    for (let at = 0; at < whole.length; at += 99_991) {
      const flipped = Buffer.from(whole)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      expect(await read(flipped)).toBe('altered')
    }
  })
})
