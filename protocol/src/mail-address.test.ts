import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mailAddress, parseMailAddress } from './mail-address.ts'

describe('parseMailAddress()', () => {
  test.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+gate@Mail.Example.COM', 'Ada.Lovelace+gate@mail.example.com'],
    ["o'brien@xn--bcher-kva.example", "o'brien@xn--bcher-kva.example"],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('takes %s', (text, address) => {
    expect(parseMailAddress(text)).toBe(address)
    expect(mailAddress.parse(text)).toBe(address)
  })

  test.each([
    ['a line break and a header', 'ada@example.com\r\nBcc: eve@example.org'],
    ['a line feed at the end', 'ada@example.com\n'],
    ['a line break in the local part', 'ada\r\nRCPT TO:<eve@example.org>@example.com'],
    ['a NUL', 'ada\0@example.com'],
    ['a second address', 'ada@example.com,eve@example.org'],
    ['a second at sign', 'ada@example.org@example.com'],
    ['a display name', 'Ada <ada@example.com>'],
    ['angle brackets', '<ada@example.com>'],
    ['a quoted string', '"ada"@example.com'],
    ['a comment', 'ada(x)@example.com'],
    ['a space', 'ada @example.com'],
    ['a space before it', ' ada@example.com'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['an address as host', 'ada@127.0.0.1'],
    ['a host of one label', 'ada@localhost'],
    ['a host that ends in a dot', 'ada@example.com.'],
    ['two dots', 'ada..x@example.com'],
    ['a dot at the end', 'ada.@example.com'],
    ['a percent route', 'ada%example.org@example.com'],
    ['a bang route', 'example.org!ada@example.com'],
    ['Unicode in the local part', 'ädä@example.com'],
    ['Unicode in the host', 'ada@exämple.com'],
    ['a host that only looks like ASCII', 'ada@example.\u0441om'],
    ['a formula', '=cmd@example.com'],
    ['an option of a command', '-oQ/tmp@example.com'],
    ['a local part of 65', `${'a'.repeat(65)}@example.com`],
    ['a label of 64', `ada@${'a'.repeat(64)}.com`],
    ['255 characters', `ada@${'a.'.repeat(124)}com`],
    ['nothing', ''],
    ['no text', 7],
  ])('refuses %s', (_, text) => {
    expect(parseMailAddress(text)).toBeNull()
    expect(mailAddress.safeParse(text).success).toBe(false)
  })

  test('takes nothing that could end a line, a header or an SMTP command, whatever the text', () => {
    const piece = fc.constantFrom(
      'ada',
      'x.y',
      '@',
      '.com',
      'example',
      '\r\n',
      '\n',
      ' ',
      '<',
      '>',
      ',',
      ';',
      '"',
      '\0',
      'é',
    )
    const pieces = fc.array(piece, { maxLength: 8 }).map((some) => some.join(''))
    let taken = 0
    fc.assert(
      fc.property(
        fc.oneof(
          pieces,
          pieces.map((some) => `${some}@example.com`),
        ),
        (text) => {
          const address = parseMailAddress(text)
          if (address === null) return
          taken++
          expect(address).toMatch(/^[\w.'+&=-]+@[a-z0-9.-]+$/)
          expect(parseMailAddress(address)).toBe(address)
        },
      ),
      { numRuns: 5000 },
    )
    expect(taken).toBeGreaterThan(0)
  })
})
