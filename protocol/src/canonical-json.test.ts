import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical-json.ts'

/** As RFC 8785 says it: names in the order of their code units, everything else as ECMAScript writes it. */
function plainly(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${plainly(member as Json)}`).join(',')}}`
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '"', '\\', '\u007f', '\u2028', '\n', '__proto__', '10', '2'),
)
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}))

describe('canonicalJson()', () => {
  test('writes every value as the RFC says', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(canonicalJson(one)).toBe(plainly(one))
      }),
      { numRuns: 2000 },
    )
  })

  test('sorts names by code units, also those that look like numbers, and leaves out what is undefined', () => {
    expect(canonicalJson({ '\ufb33': 1, '2': 2, '10': 3, '\u{1f600}': 4, b: undefined, a: [] })).toBe(
      '{"10":3,"2":2,"a":[],"\u{1f600}":4,"\ufb33":1}',
    )
  })

  test('refuses what has no form', () => {
    for (const one of [Number.NaN, Infinity, '\ud800', { '\udc00': 1 }, ['a\ud800b']] as const) {
      expect(() => canonicalJson(one)).toThrow(TypeError)
    }
  })
})
