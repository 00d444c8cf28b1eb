import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteaOf, countRows, linesOf } from './copy-text.ts'

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('linesOf() and countRows() read the same lines however the bytes are cut', async () => {
  const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', '\\n'))
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), sizes, async (lines, cut) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''))
      const read: string[] = []
      for await (const one of linesOf(inPieces(bytes, cut), { part: 'a', maxBytes: 100_000 }))
        read.push(Buffer.from(one).toString())
      expect(read).toEqual(lines)
      expect(await countRows(inPieces(bytes, cut))).toBe(lines.length)
    }),
  )
})

test('linesOf() holds no line that is longer than it may be, however it comes', async () => {
  let given = 0
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (; given < 1000; given++) yield Buffer.from(`${'x'.repeat(100)}${given === 2 ? '\n' : ''}`)
  }
  const read: number[] = []
  const reading = async (): Promise<void> => {
    for await (const line of linesOf(endless(), { part: 'table/a', maxBytes: 400 })) read.push(line.length)
  }
  await expect(reading()).rejects.toMatchObject({ fault: { code: 'malformed', where: 'table/a' } })
  expect([read, given]).toEqual([[300], 7])
  const whole = async (): Promise<void> => {
    for await (const _ of linesOf(inPieces(Buffer.from(`${'x'.repeat(401)}\n`), [500]), { part: 'b', maxBytes: 400 }));
  }
  await expect(whole()).rejects.toMatchObject({ fault: { code: 'malformed', where: 'b' } })
})

test('byteaOf() reads what COPY writes, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(byteaOf(`\\\\x${Buffer.from(bytes).toString('hex')}`)).toEqual(Buffer.from(bytes))
    }),
  )
  for (const text of ['', '\\\\x0', '\\\\xzz', '\\\\x00zz', '\\x00', '\\N', '00']) expect(byteaOf(text)).toBe(null)
})
