import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeCode, readCode } from './enrollment-code.ts'

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })

test('readCode() reads every code as it was shown, and as people type it', () => {
  fc.assert(
    fc.property(sixteen, (bytes) => {
      const { text, digest } = makeCode(() => bytes)
      expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$/)
      for (const typed of [
        text,
        text.toLowerCase(),
        ` ${text.replaceAll('-', ' ')} `,
        text.replaceAll('1', 'l'),
        text.replaceAll('0', 'O'),
      ])
        expect(readCode(typed)).toEqual(digest)
    }),
  )
})

test('makeCode() makes a code of all 128 bits: two that differ in one bit differ', () => {
  fc.assert(
    fc.property(sixteen, fc.nat(127), (bytes, bit) => {
      const other = bytes.slice()
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(makeCode(() => other).text).not.toBe(makeCode(() => bytes).text)
    }),
  )
})

test('readCode() refuses what is no code', () => {
  for (const typed of ['', 'short', 'U'.repeat(26), '0'.repeat(27), '0'.repeat(25), 'é'.repeat(26)]) {
    expect(readCode(typed)).toBeNull()
  }
})
