import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../bytes.ts'
import { Problem } from '../problems.ts'
import { crc32 } from './crc32.ts'
import { dataDescriptor, directory, localHeader } from './layout.ts'
import { readContainer, type RandomAccess } from './read-container.ts'
import { readTdf } from './read-tdf.ts'

const payload = utf8('sealed bytes')
const manifest = utf8('{"a":1}')

function access(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset + length > bytes.length) throw new RangeError('read beyond the end')
      return bytes.slice(offset, offset + length)
    },
  }
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await readContainer(access(bytes)).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Problem)
  expect(error).toMatchObject({ code: 'invalid-file' })
  return (error as Problem).message
}

/** What we write, from the pieces of layout.ts. */
function ours(
  entries: readonly (readonly [string, Uint8Array])[] = [
    ['0.payload', payload],
    ['0.manifest.json', manifest],
  ],
) {
  let file = new Uint8Array(0)
  const records = entries.map(([name, data]) => {
    const entry = { name, headerOffset: file.length, size: data.length, crc32: crc32(data) }
    file = concat(file, localHeader(name), data, dataDescriptor(entry)) as Uint8Array<ArrayBuffer>
    return entry
  })
  return concat(file, directory(records, file.length))
}

interface PlainEntry {
  readonly name: string
  readonly data: Uint8Array
  readonly method?: number
  readonly flags?: number
  readonly extra?: Uint8Array
  readonly offset?: number
  readonly size?: number
  readonly descriptor?: Uint8Array
  readonly localName?: string
}

/** A ZIP32 file as plain tools write it, with whatever is wrong with it. */
function zip32(entries: readonly PlainEntry[], { comment = '', gap = 0, count = entries.length } = {}): Uint8Array {
  let body: Uint8Array = new Uint8Array(0)
  let records: Uint8Array = new Uint8Array(0)
  for (const entry of entries) {
    const { name, data, method = 0, flags = 0, extra = new Uint8Array(0), localName = name } = entry
    const size = entry.size ?? data.length
    const facts = le([2, flags], [2, method], [4, 0x00210000], [4, crc32(data)], [4, size], [4, size])
    const lengths = (text: string) => le([2, text.length], [2, extra.length])
    const offset = entry.offset ?? body.length
    const local = concat(le([4, 0x04034b50], [2, 10]), facts, lengths(localName), utf8(localName), extra)
    body = concat(body, local, data, entry.descriptor ?? new Uint8Array(0))
    const rest = le([2, 0], [2, 0], [2, 0], [4, 0], [4, offset])
    records = concat(records, le([4, 0x02014b50], [2, 30], [2, 10]), facts, lengths(name), rest, utf8(name), extra)
  }
  body = concat(body, new Uint8Array(gap))
  const end = le(
    [4, 0x06054b50],
    [4, 0],
    [2, count],
    [2, count],
    [4, records.length],
    [4, body.length],
    [2, comment.length],
  )
  return concat(body, records, end, utf8(comment))
}

function le(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)),
  )
}

const one: PlainEntry = { name: '0.payload', data: payload }
const two: PlainEntry = { name: '0.manifest.json', data: manifest }

describe('readContainer()', () => {
  test('readContainer() finds both entries of our own layout', async () => {
    const found = await readContainer(access(ours()))
    expect(found.payload).toEqual({ offset: 67, size: payload.length, crc32: crc32(payload) })
    expect(found.manifest).toMatchObject({ size: manifest.length, crc32: crc32(manifest) })
  })

  test('localHeader(), dataDescriptor() and directory() lay the file out as the web sdk does', () => {
    const bytes = ours()
    const view = new DataView(bytes.buffer)
    expect([view.getUint16(4, true), view.getUint16(6, true), view.getUint32(18, true)]).toEqual([
      20, 0x0808, 0xffffffff,
    ])
    const tail = bytes.length - 98
    expect(view.getUint32(tail, true)).toBe(0x06064b50)
    expect(view.getUint32(tail + 56, true)).toBe(0x07064b50)
    expect([...bytes.subarray(-22)]).toEqual([0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...Array<number>(12).fill(255), 0, 0])
    expect(tail - Number(view.getBigUint64(tail + 48, true))).toBeLessThan(1000)
  })

  test('readContainer() takes ZIP32 in either order, with other extra fields, descriptors of either width', async () => {
    const timestamp = le([2, 0x5455], [2, 1], [1, 0])
    const narrow = le([4, 0x08074b50], [4, crc32(payload)], [4, payload.length], [4, payload.length])
    for (const entries of [
      [one, two],
      [two, one],
      [{ ...one, extra: timestamp }, two],
      [
        { ...one, flags: 8, descriptor: narrow },
        { ...two, flags: 0x800 },
      ],
      [{ ...one, flags: 8, descriptor: dataDescriptor({ crc32: crc32(payload), size: payload.length }) }, two],
    ]) {
      expect((await readContainer(access(zip32(entries)))).payload.size).toBe(payload.length)
    }
  })

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a comment', zip32([one, two], { comment: 'hello' })],
    ['bytes after the end', concat(ours(), Uint8Array.of(0))],
    ['bytes before the beginning', concat(Uint8Array.of(0), ours())],
    ['one entry', zip32([one])],
    ['a third entry', zip32([one, two, { ...two, name: 'x.manifest.json' }])],
    ['a third entry that the count leaves out', zip32([one, two, { ...two, name: '2.payload' }], { count: 2 })],
    ['the payload twice', zip32([one, one])],
    [
      'the manifest twice',
      ours([
        ['0.manifest.json', manifest],
        ['0.manifest.json', manifest],
      ]),
    ],
    ['another name', zip32([one, { ...two, name: 'manifest.json' }])],
    ['a name of 60,000 characters', zip32([one, { ...two, name: '0.manifest.json'.padEnd(60_000, 'x') }])],
    ['two names for one entry', zip32([one, { ...two, localName: '1.manifest.json' }])],
    ['a compressed entry', zip32([{ ...one, method: 8 }, two])],
    ['an encrypted entry', zip32([{ ...one, flags: 1 }, two])],
    ['entries that overlap', zip32([one, { ...two, offset: 10 }])],
    ['two entries in one place', zip32([one, { ...two, offset: 0 }])],
    ['an offset outside of the file', zip32([one, { ...two, offset: 0x7fffffff }])],
    ['a size outside of the file', zip32([{ ...one, size: 0x7fffffff }, two])],
    ['a size that leaves bytes over', zip32([{ ...one, size: 3 }, two])],
    ['a gap before the directory', zip32([one, two], { gap: 1 })],
    ['a descriptor that is missing', zip32([{ ...one, flags: 8 }, two])],
    [
      'a descriptor that disagrees',
      zip32([{ ...one, flags: 8, descriptor: dataDescriptor({ crc32: 1, size: 12 }) }, two]),
    ],
    [
      'a descriptor that nothing announces',
      zip32([{ ...one, descriptor: dataDescriptor({ crc32: crc32(payload), size: 12 }) }, two]),
    ],
    ['an extra field that is cut off', zip32([{ ...one, extra: le([2, 1], [2, 9]) }, two])],
    ['a zip64 field that nothing asks for', zip32([{ ...one, extra: le([2, 1], [2, 8], [4, 12], [4, 0]) }, two])],
    ['a zip64 number that is missing', zip32([{ ...one, size: 0xffffffff }, two])],
    [
      'a zip64 number beyond any file',
      zip32([
        { ...one, size: 0xffffffff, extra: le([2, 1], [2, 16], [4, 1], [4, 1 << 30], [4, 1], [4, 1 << 30]) },
        two,
      ]),
    ],
    ['a manifest above 10 MiB', zip32([one, { ...two, data: new Uint8Array(10 * 1024 * 1024 + 1) }])],
  ])('readContainer() refuses %s', async (_, bytes) => {
    expect(await refusal(bytes)).toMatch(/^cannot read tdf: .+, want .+$/)
  })

  test('readContainer() refuses our own layout cut anywhere', async () => {
    const whole = ours()
    for (let length = 0; length < whole.length; length++) {
      expect(await refusal(whole.subarray(0, length))).toContain('cannot read tdf')
    }
  })

  test('readContainer() refuses any number changed, but times, versions, attributes and extra fields that hold zeros', async () => {
    const whole = ours()
    const manifestAt = 67 + payload.length + 24
    const directoryAt = manifestAt + 73 + manifest.length + 24
    const records = [directoryAt, directoryAt + 46 + 9 + 28]
    const end64 = records.map((at) => at + 46 + 15 + 28)[1] ?? 0
    const fields = (at: number, ...spans: readonly (readonly [number, number])[]) =>
      spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => at + from + i))
    const ignored = new Set([
      ...[0, manifestAt].flatMap((at) => fields(at, [4, 6], [7, 8], [10, 14])),
      ...records.flatMap((at) => fields(at, [4, 8], [9, 10], [12, 16], [36, 42])),
      ...fields(30 + 9, [0, 4]),
      ...fields(manifestAt + 30 + 15, [0, 4]),
      ...fields(end64, [12, 16]),
      ...fields(67, [0, payload.length]),
      ...fields(manifestAt + 73, [0, manifest.length]),
    ])
    const accepted: number[] = []
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.with(at, (whole[at] ?? 0) ^ 0x10)
      if (ignored.has(at)) continue
      const isAccepted = await readContainer(access(changed)).then(
        () => true,
        (error: unknown) => !(error instanceof Problem),
      )
      if (isAccepted) accepted.push(at)
    }
    expect(accepted).toEqual([])
  })
})

describe('readTdf()', () => {
  test('readTdf() throws nothing but problems on arbitrary bytes', async () => {
    const file = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      // Arbitrary changes of a true file come further into the reader.
      fc.array(fc.tuple(fc.nat(ours().length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
        const bytes = ours()
        for (const [at, value] of changes) bytes[at] = value
        return bytes
      }),
    )
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        const error: unknown = await readTdf(access(bytes)).then(
          () => null,
          (reason: unknown) => reason,
        )
        expect(error).toBeInstanceOf(Problem)
      }),
      { numRuns: 1000 },
    )
  })

  test('readTdf() refuses a manifest whose checksum does not hold', async () => {
    const bytes = ours()
    const at = 67 + payload.length + 24 + 73
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await expect(readTdf(access(bytes))).rejects.toThrow('the manifest is damaged')
  })
})
