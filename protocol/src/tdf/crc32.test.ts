import { crc32 as nativeCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { crc32, joinCrc32 } from './crc32.ts'

describe('crc32()', () => {
  test('crc32() gives the check value of its specification', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
  })

  test('crc32() agrees with zlib on any bytes and any seed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), (first, second) => {
        expect(crc32(second, crc32(first))).toBe(nativeCrc32(second, nativeCrc32(first)))
      }),
    )
  })
})

describe('joinCrc32()', () => {
  test('joinCrc32() gives the value of the whole from those of its parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        const whole = crc32(second, crc32(first))
        expect(joinCrc32(crc32(first), crc32(second), second.length)).toBe(whole)
      }),
    )
  })

  test('joinCrc32() holds for parts beyond 32 bits of length', () => {
    // CRC-32 is linear: three zero parts joined in either order of joining give one value.
    const bytes = 5_000_000_000
    const once = joinCrc32(joinCrc32(0x1234, 0, bytes), 0, bytes)
    expect(joinCrc32(0x1234, joinCrc32(0, 0, bytes), 2 * bytes)).toBe(once)
  })
})
