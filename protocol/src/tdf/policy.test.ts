import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64, utf8 } from '../bytes.ts'
import { parseId } from '../ids.ts'
import { parseLabel } from '../labels.ts'
import { Problem } from '../problems.ts'
import { parsePolicy, writePolicy } from './policy.ts'

const uuid = '1bcefc44-883a-4f13-a74c-511ba5ef8647'
const fqn = 'https://enclave.example/attr/usml/value/viii'
const encode = (value: unknown) => toBase64(utf8(JSON.stringify(value)))

describe('parsePolicy()', () => {
  test('parsePolicy() reads what writePolicy() wrote', () => {
    const id = parseId<'policy'>(uuid)
    const label = parseLabel(fqn)
    if (id === null || label === null) throw new Error('the sample is wrong')
    expect(parsePolicy(writePolicy({ uuid: id, labels: [label.fqn] }))).toEqual({ uuid, labels: [label], dissem: [] })
  })

  test('parsePolicy() takes null for an empty list and ignores what other writers add', () => {
    const nulls = { uuid, body: { dataAttributes: null, dissem: null } }
    expect(parsePolicy(encode(nulls))).toEqual({ uuid, labels: [], dissem: [] })
    const attribute = { attribute: fqn.toUpperCase().replace('HTTPS', 'https'), displayName: '', isDefault: false }
    const policy = parsePolicy(encode({ uuid, body: { dataAttributes: [attribute, attribute], dissem: ['a@b.c'] } }))
    expect(policy.labels.map((label) => label.fqn)).toEqual([fqn])
    expect(policy.dissem).toEqual(['a@b.c'])
  })

  test.each([
    ['text that is not base64', '%%%'],
    ['bytes that are not json', toBase64(utf8('{'))],
    ['bytes that are not utf-8', toBase64(Uint8Array.of(0xff))],
    ['no uuid', encode({ body: {} })],
    ['a uuid that is none', encode({ uuid: 'x', body: {} })],
    ['a label that cannot be read', encode({ uuid, body: { dataAttributes: [{ attribute: 'secret' }] } })],
    ['no body', encode({ uuid })],
    [
      'too many labels',
      encode({ uuid, body: { dataAttributes: Array.from({ length: 501 }, () => ({ attribute: fqn })) } }),
    ],
    ['more than 256 KiB', encode({ uuid, body: {}, filler: 'x'.repeat(256 * 1024) })],
  ])('parsePolicy() refuses %s', (_, text) => {
    expect(() => parsePolicy(text)).toThrow(Problem)
  })

  test('parsePolicy() throws nothing but problems', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => toBase64(utf8(json))),
        ),
        (text) => {
          try {
            parsePolicy(text)
          } catch (error) {
            expect(error).toBeInstanceOf(Problem)
          }
        },
      ),
    )
  })
})
