import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localName, printable, printableJson, typed } from './printable.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom('..', '/', '\\', '\u0000', '\u202e', 'con', '.', 'a', ' ', ':', 'é', '\ud800'))
    .map((parts) => parts.join('')),
)

describe('localName()', () => {
  test.each([
    ['plan.pdf', 'plan.pdf'],
    ['a/b/plan.pdf', 'plan.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\x.dll', 'x.dll'],
    ['..', 'file'],
    ['', 'file'],
    ['a/', 'a'],
    ['.bashrc', 'bashrc'],
    ['nul', '_nul'],
    ['COM1.txt', '_COM1.txt'],
    ['lpt\u00b9.log', '_lpt\u00b9.log'],
    ['plan.pdf. . ', 'plan.pdf'],
    ['plan.pdf:hidden', 'plan.pdf_hidden'],
    ['exe.\u202egpj', 'exe._gpj'],
    ['a\u0000b\nc', 'a_b_c'],
    ['Zeichnung ä.stp', 'Zeichnung ä.stp'],
  ])('makes of %j the name %j', (name, wanted) => {
    expect(localName(name)).toBe(wanted)
  })

  test('yields one plain, short file name whatever comes in', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const local = localName(name)
        expect(local).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}\p{Cs}]/u)
        expect(local).not.toMatch(/^\.|[. ]$/)
        expect(Buffer.byteLength(local)).toBeLessThanOrEqual(201)
        expect(local).not.toBe('')
      }),
    )
  })

  test('keeps the extension of a name that is too long', () => {
    expect(localName(`${'ß'.repeat(300)}.stp`)).toMatch(/^ß{98}\.stp$/)
  })
})

describe('printable()', () => {
  test('leaves words alone and escapes what a terminal would obey', () => {
    expect(printable('Zoë 日本 – ok')).toBe('Zoë 日本 – ok')
    expect(printable('a\u001b[31mb\u202ec\u0007\u200b\r\n')).toBe('a\\u{1b}[31mb\\u{202e}c\\u{7}\\u{200b}\\u{d}\\u{a}')
  })
})

describe('printableJson()', () => {
  test('means the same value and holds nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = printableJson({ text: text.toWellFormed() })
        expect(JSON.parse(written)).toEqual({ text: text.toWellFormed() })
        expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }),
    )
  })
})

describe('typed()', () => {
  test.each([
    ['register.csv', 'register.csv'],
    ['2026/a-b_c.csv', '2026/a-b_c.csv'],
    ['of may.csv', "'of may.csv'"],
    ['$(rm x);`y`.csv', "'$(rm x);`y`.csv'"],
    ["it's.csv", `'it'\\''s.csv'`],
    ['', "''"],
  ])('writes %j as %s', (operand, written) => {
    expect(typed(operand)).toBe(written)
  })
})
