import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTileName, parseTileLevel, parseTileName } from './tile-path.ts'

describe('formatTileName()', () => {
  test.each([
    [{ n: 0, width: 256 }, '000'],
    [{ n: 67, width: 256 }, '067'],
    [{ n: 999, width: 1 }, '999.p/1'],
    [{ n: 1000, width: 256 }, 'x001/000'],
    // The example of the specification.
    [{ n: 1_234_067, width: 256 }, 'x001/x234/067'],
    [{ n: 1_234_067, width: 44 }, 'x001/x234/067.p/44'],
    [{ n: Number.MAX_SAFE_INTEGER, width: 255 }, 'x009/x007/x199/x254/x740/991.p/255'],
  ])('writes %j as %s, and parseTileName() reads it', (name, text) => {
    expect(formatTileName(name)).toBe(text)
    expect(parseTileName(text)).toEqual(name)
  })
})

describe('parseTileName()', () => {
  test.each([
    '',
    '0',
    '00',
    '0000',
    'x000/001',
    '001/002',
    'x001/x002',
    '000.p/0',
    '000.p/00',
    '000.p/01',
    '000.p/256',
    '000.p/257',
    '000.p/',
    '000.p',
    '000.p/1.p/1',
    '000/',
    '/000',
    '../000',
    '000\n',
    '٠٠٠',
    'x009/x007/x199/x254/x740/992',
    'x001/x001/x001/x001/x001/x001/001',
  ])('refuses %j', (text) => expect(parseTileName(text)).toBeNull())

  test('reads what formatTileName() writes, and no text has two readings', () => {
    const name = fc.record({ n: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) })
    fc.assert(
      fc.property(name, (one) => {
        expect(parseTileName(formatTileName(one))).toEqual({ ...one })
      }),
    )
    const text = fc.stringMatching(/^(x?[0-9]{2,4}\/){0,3}[0-9]{2,4}(\.p\/[0-9]{1,4})?$/)
    fc.assert(
      fc.property(text, (one) => {
        const read = parseTileName(one)
        expect(read === null ? one : formatTileName(read)).toBe(one)
      }),
    )
  })
})

describe('parseTileLevel()', () => {
  test.each(['0', '7', '63'])('reads %s', (text) => expect(parseTileLevel(text)).toBe(Number(text)))
  test.each(['', '00', '01', '64', '-1', '1.0', 'entries', '1 '])('refuses %j', (text) =>
    expect(parseTileLevel(text)).toBeNull(),
  )
})
